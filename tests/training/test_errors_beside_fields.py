"""What a service refuses stands beside the field that it is about, with all that was typed kept."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.conftest import CarefulClient
from tests.factories.exercises import ExerciseFactory
from tests.people import Cast
from tests.training.test_exercise_runs import group, run_of, sheet
from tests.training.test_inductions import make
from training.enums import JudgedRisk

SHEET = {
    "minute": "5", "source": "CALL", "addressed_to": "", "title": "A call", "text": "Invented.", "asks": "",
    "expected_choices": ["WATCH"], "expected": "They ask the school.", "for_facilitator": "",
}  # fmt: skip


def errors(response) -> list[str]:
    assert response.status_code == 422
    return list(response.context["form"].errors)


def test_none_in_particular_is_a_choice_of_the_form_of_a_sheet(client: CarefulClient, cast: Cast):
    draft = ExerciseFactory(force=cast.police, is_ready=False)
    one = draft.injects.get(position=1)
    client.force_login(cast.tess)
    address = reverse("training:inject_new", args=[draft.pk])

    page = client.get(address)
    source = next(value for value, _ in page.context["form"].fields["source"].choices if value)
    sent = client.post(address, SHEET | {"source": source, "minute": "1", "expected_risk": "NONE"})
    risky = client.post(
        reverse("training:inject_edit", args=[one.pk]),
        SHEET
        | {"source": source, "minute": str(one.minute), "expected_risk": str(JudgedRisk.values[0])}
        | {"read": client.get(reverse("training:inject_edit", args=[one.pk])).context["form"]["read"].value()},
    )

    assert 'value="NONE"' in page.content.decode()
    assert "None in particular" in page.content.decode()
    assert (sent.status_code, risky.status_code) == (302, 302)
    assert draft.injects.get(title="A call", minute=1).expected_risk is None
    one.refresh_from_db()
    assert one.expected_risk == JudgedRisk.values[0]


def test_the_minute_of_a_sheet_after_the_end_is_said_beside_it(client: CarefulClient, cast: Cast):
    draft = ExerciseFactory(force=cast.police, is_ready=False)
    client.force_login(cast.tess)
    address = reverse("training:inject_new", args=[draft.pk])
    source = next(value for value, _ in client.get(address).context["form"].fields["source"].choices if value)

    refused = client.post(address, SHEET | {"source": source, "minute": str(draft.minutes + 1)})

    assert errors(refused) == ["minute"]
    assert refused.context["form"]["title"].value() == "A call"


def test_a_run_in_the_past_is_said_beside_its_day(client: CarefulClient, cast: Cast):
    exercise = ExerciseFactory(force=cast.police, written_by=cast.moss)
    client.force_login(cast.tess)
    before = timezone.localtime() - timedelta(days=2)
    parts = (str(before.day), str(before.month), str(before.year), "9:30")
    when = {f"planned_for_{number}": part for number, part in enumerate(parts)}

    refused = client.post(
        reverse("training:run_new"),
        {"exercise": str(exercise.pk), "title": "The intake", "facilitator": str(cast.tess.pk), "session": ""} | when,
    )

    assert errors(refused) == ["planned_for"]


def test_somebody_who_is_in_a_group_already_is_said_beside_the_name(client: CarefulClient, cast: Cast):
    run = run_of(cast)
    client.force_login(cast.tess)

    refused = client.post(
        reverse("training:run_member_new", args=[run.pk]),
        {"person": cast.olu.email, "group": str(group(run).pk), "plays": "HEALTH"},
    )

    assert errors(refused) == ["person"]


def test_short_reasons_of_a_group_are_said_beside_them(client: CarefulClient, cast: Cast):
    run = run_of(cast, state="RUNNING", released=1)
    client.force_login(cast.olu)

    refused = client.post(
        reverse("training:group_decide", args=[group(run).pk, sheet(run).pk]),
        {"choice": "RING", "risk": "3", "reasons": "Too short"},
    )

    assert errors(refused) == ["reasons"]


@pytest.mark.parametrize("reason", ["Short", "   x   "])
def test_a_short_reason_for_extending_a_plan_is_said_beside_it(client: CarefulClient, cast: Cast, reason: str):
    induction = make(cast)
    client.force_login(cast.tess)
    later = induction.complete_by + timedelta(days=10)
    parts = (later.day, later.month, later.year)

    refused = client.post(
        reverse("training:induction_extend", args=[induction.pk]),
        {f"complete_by_{number}": str(part) for number, part in enumerate(parts)} | {"reason": reason},
    )

    assert errors(refused) == ["reason"]
