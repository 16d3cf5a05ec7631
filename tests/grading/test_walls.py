"""What the database itself keeps: drawn samples, grades and departures are neither changed nor removed, not even by SQL."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.db.models import F, Model

from grading.models import AgreedGrade, Departure, DipSample, Grade, GradingRound, RoundItem, SampledIncident
from tests.factories.accounts import AreaFactory, TeamFactory, UserFactory
from tests.factories.dip_samples import DipSampleFactory, SampledIncidentFactory
from tests.factories.grading import AssignmentFactory, GradingRoundFactory, RoundItemFactory
from tests.factories.referrals import IncidentFactory, ReferralFactory
from tests.people import NOW

pytestmark = pytest.mark.each_postgres

KEPT = [GradingRound, RoundItem, Grade, AgreedGrade, Departure, DipSample, SampledIncident]


@pytest.fixture
def rows(db) -> None:
    """One of each."""
    item = RoundItemFactory(round=GradingRoundFactory(state="MODERATING"))
    grader = AssignmentFactory(item=item, graded=3).grader
    AgreedGrade.objects.create(item=item, number=1, grade=3, agreed_at=NOW, agreed_by=grader)
    Departure.objects.create(
        item=item, grader=UserFactory(), kind="REPLACED", reason="On leave", left_at=NOW, recorded_by=grader
    )
    SampledIncidentFactory(sample=DipSampleFactory())


def refused(words: str, model: type[Model], **changes: object) -> None:
    rows = model._default_manager.all()
    with pytest.raises(DatabaseError, match=words), transaction.atomic():
        rows.update(**changes) if changes else rows._raw_delete(using="default")


@pytest.mark.parametrize("model", KEPT, ids=lambda model: model.__name__)
def test_what_was_drawn_or_graded_is_never_removed(rows, model):
    assert model._default_manager.exists()
    refused("never removed", model)
    assert model._default_manager.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"position": F("position") + 1},
        {"ticket": "0" * 64},
        {"stratum": "HATE"},
        {"version": 2},
        {"referral": ReferralFactory},
        {"round": GradingRoundFactory},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_drawn_ppn_stays_the_one_that_was_drawn(rows, changes):
    refused("never changed", RoundItem, **made(changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"rule": {"words": "Others"}},
        {"size": 3},
        {"seed": "another"},
        {"algorithm": "dice"},
        {"strata": "KIND"},
        {"frame_size": 999},
        {"frame_digest": "0" * 64},
        {"period_end": F("period_end") + timedelta(days=1)},
        {"drawn_at": NOW - timedelta(days=400)},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_what_a_dip_sample_was_drawn_from_stays(rows, changes):
    refused("never changed", DipSample, **changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"position": F("position") + 1},
        {"ticket": "0" * 64},
        {"stratum": "elsewhere"},
        {"kind": "MISSING"},
        {"incident": IncidentFactory},
        {"sample": DipSampleFactory},
        {"district": AreaFactory},
        {"team": TeamFactory},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_sampled_incident_stays_as_it_was_drawn_so_that_figures_never_move(rows, changes):
    refused("never changed", SampledIncident, **made(changes))


def test_why_somebody_left_a_ppn_stays(rows):
    refused("never changed", Departure, reason="Something else")


def made(changes: dict[str, object]) -> dict[str, object]:
    """A factory stands for another row of its kind."""
    return {name: value() if isinstance(value, type) else value for name, value in changes.items()}
