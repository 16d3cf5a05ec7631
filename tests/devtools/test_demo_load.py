"""Loading the demo: the same rows for the same seed, others for another, and as many as were asked for."""

from collections import Counter
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.db import transaction

from accounts.models import Agency
from grading.models import (
    DipSample,
    IncidentReview,
)
from grading.queries.compliance_history import compliance_over_time
from referrals.models import (
    Person,
    Referral,
)
from tests.devtools.demo import TODAY, load
from training.models import (
    TrainingRecord,
)


def rows() -> list[Any]:
    words = ("ppn__concern", "ppn__voice", "reference", "state", "author__email", "submitted_at", "incident__number")
    people = Person.objects.order_by("pk").values_list("pk", "given_names", "family_name", "date_of_birth")
    training = TrainingRecord.objects.order_by("pk").values_list("pk", "state", "logged_at", "lapses_on")
    return [*Referral.objects.order_by("pk").values_list("pk", *words), *people, *training]


def test_the_same_seed_gives_the_same_rows_and_another_seed_others(db: None) -> None:
    found = []
    for seed in (7, 7, 8):
        with transaction.atomic():
            load(60, seed)
            found.append(rows())
            transaction.set_rollback(True)

    assert found[0] == found[1]
    assert found[0] != found[2]


def test_each_referral_may_be_asked_to_have_three_subjects(db: None) -> None:
    call_command("load_demo", referrals=40, seed=7, subjects=3, today=TODAY, stdout=StringIO())

    subjects = Counter(Person.objects.subjects().values_list("referral_id", flat=True))
    assert Counter(subjects.values()) == {3: 40}


def sample_rows() -> list[Any]:
    reviews = IncidentReview.objects.order_by("pk")
    columns = ("pk", "sampled", "required", "required_types", "found_types", "in_time", "why", "reviewed_by__email")
    return [
        *DipSample.objects.order_by("pk").values_list(
            "pk", "seed", "frame_digest", "state", "drawn_at", "published_at"
        ),
        *reviews.values_list(*columns, "reviewed_at", "reason_missing", "live_gap_action"),
        *reviews.filter(forms_found__isnull=False).order_by("pk", "forms_found").values_list("pk", "forms_found"),
    ]


def test_dip_samples_are_the_same_each_time(db: None) -> None:
    found = []
    for seed in (7, 7, 8):
        with transaction.atomic():
            load(60, seed)
            found.append(sample_rows())
            transaction.set_rollback(True)

    assert found[0] == found[1]
    assert found[0] != found[2]


def test_compliance_of_the_samples_rises_from_about_the_published_years(db: None) -> None:
    load(1500)
    history = compliance_over_time(Agency.objects.get(is_hub=True), for_readers=False)
    years = {line.label: line for line in history.years}

    printed = {label: line.published.percent for label, line in years.items() if line.published}
    assert printed == {"2022": "64.6", "2023": "69.2", "2024": "80", "2025, first half": "88"}
    assert years["2024"].examined == 204
    own = [years[year].own.percent for year in ("2024", "2025", "2026")]
    assert 70 < own[0] < own[2] < 97
    assert all(line.late.n and line.over_submission is not None for line in history.periods)
