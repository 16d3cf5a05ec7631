"""Where a restriction or a conflict of interest was passed by before: grading, meetings, judges, mail, programs, timelines."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from grading import notifications as grading_mail
from grading.models import GradeFeedback
from grading.queries.feedback import LearningPoint
from grading.services import moderation
from grading.services.feedback import CannotChoose, choose_learning_point
from referrals import queries, services
from referrals.enums import FormKind, ItemOutcome, PersonRole, VoidReason
from referrals.models import Conflict, Referral
from tests.conftest import CarefulClient
from tests.factories.accounts import UserFactory
from tests.grading.test_grades import agree, item_of
from tests.people import NOW, Cast
from tests.reading import text_of
from tests.referrals.conftest import ENOUGH, Life
from tests.referrals.test_meetings import note, with_items
from tests.referrals.test_restrictions import restrict

POINT = LearningPoint(words="Say what the child said.", theme="VOICE")


@pytest.fixture
def sue(cast: Cast) -> Any:
    """Another supervisor of the hub, whom nobody named."""
    return UserFactory(name="Sue Fictitious", agency=cast.police, team=cast.hub_team, roles=["MASH_SUPERVISOR"])


def sent(cast: Cast, *people: dict[str, Any]) -> Referral:
    described = [{"role": PersonRole.SUBJECT, "given_names": "Imogen", "family_name": "Other"}, *people]
    return services.submit_complete_referral(
        kind=FormKind.PPN, answers=ENOUGH, people=described, key=uuid.uuid4(), by=cast.olu, at=NOW, why_another="Anew."
    )


# --- grading ---------------------------------------------------------------------------------------------------------------


def test_who_runs_a_round_neither_reads_nor_agrees_a_ppn_that_is_closed_to_them(client, cast, sue):
    item = item_of(cast, 3, 3, state="MODERATING")
    restrict(cast, item.referral)
    client.signed_in(sue)

    assert client.get(item.agree_url).status_code == 404
    with pytest.raises(moderation.CannotAgree, match="closed to you"):
        agree(item, sue)
    with pytest.raises(CannotChoose, match="closed to you"):
        choose_learning_point(item_id=item.pk, learning=POINT, by=sue, at=NOW)
    assert agree(item, cast.sam).agreed_grade == 3


def test_the_round_names_no_ppn_that_is_closed_to_who_looks(client, cast, sue):
    item = item_of(cast, 3, 3, state="MODERATING")
    other = item_of(cast, 3, 3, position=2)
    restrict(cast, item.referral)

    shown = client.signed_in(sue).get(item.round.get_absolute_url())

    assert item.referral.reference not in shown.content.decode()
    assert other.referral.reference in text_of(shown)
    assert "Closed to you" in text_of(shown)
    assert item.referral.reference in text_of(client.signed_in(cast.sam).get(item.round.get_absolute_url()))


def test_after_one_grade_the_next_ppn_is_one_that_is_open(client, cast, sue):
    first, closed, last = (item_of(cast, 3, 3, state="MODERATING", position=place) for place in (1, 2, 3))
    restrict(cast, closed.referral)
    client.signed_in(sue)
    names = [str(one.grader_id) for one in first.assignments.all()]

    answer = client.post(first.agree_url, {"grade": "3", "discussed_by": names, "reason": "", "words": ""})

    assert answer["Location"] == last.agree_url


def test_mail_about_feedback_on_a_restricted_ppn_goes_to_nobody_to_whom_it_is_closed(cast):
    item = item_of(cast, 3, 3, state="MODERATING")
    referral = item.referral
    Referral.objects.filter(pk=referral.pk).update(team=cast.response_team)
    feedback = GradeFeedback.objects.create(
        item=item,
        state="TOLD",
        recipient=cast.olu,
        told_at=NOW,
        learning_point="Say it.",
        theme="VOICE",
        chosen_by=cast.sam,
        chosen_at=NOW,
    )

    def told() -> set[str]:
        mail.outbox.clear()
        grading_mail.email_writer_about_feedback(feedback_id=str(feedback.pk))
        grading_mail.email_team_about_feedback(feedback_id=str(feedback.pk))
        return {address for message in mail.outbox for address in message.to}

    assert told() == {cast.olu.email, cast.lin.email}
    restrict(cast, referral, cast.sam, cast.olu)
    assert told() == {cast.olu.email}


# --- the daily meeting -----------------------------------------------------------------------------------------------------


def test_an_item_of_a_meeting_that_was_restricted_since_is_nobodys_by_its_address(client, cast):
    meeting, (first, closed, last) = with_items(cast)
    restrict(cast, closed.referral)
    client.signed_in(cast.mina)
    page = reverse("referrals:meeting_item", args=[meeting.pk, closed.pk])

    assert client.get(page).status_code == 404
    assert client.post(reverse("referrals:meeting_move", args=[meeting.pk, closed.pk]), {"up": ""}).status_code == 404
    with pytest.raises(services.CannotHoldMeeting, match="closed to you"):
        note(closed, cast.mina, outcome=ItemOutcome.DISCUSSED)
    with pytest.raises(services.CannotHoldMeeting, match="closed to you"):
        services.move_item(item_id=closed.pk, places=1, by=cast.mina, at=NOW)
    closed.refresh_from_db()
    assert (closed.outcome, closed.position) == (ItemOutcome.OPEN, 2)
    assert note(first, cast.mina).outcome == ItemOutcome.DISCUSSED


def test_moving_an_item_passes_by_what_is_closed(cast):
    meeting, (first, closed, last) = with_items(cast)
    restrict(cast, closed.referral)

    services.move_item(item_id=first.pk, places=1, by=cast.mina, at=NOW)

    assert [item.pk for item in queries.items_of(cast.mina, meeting)] == [last.pk, first.pk]
    assert list(meeting.items.order_by("position").values_list("pk", flat=True)) == [last.pk, closed.pk, first.pk]


# --- conflicts -------------------------------------------------------------------------------------------------------------


def test_of_a_restricted_referral_only_a_supervisor_who_is_named_judges_a_conflict(client, cast, sue):
    referral = sent(cast)
    conflict = services.declare_conflict(referral_id=referral.pk, words="My aunt.", by=cast.mina, at=NOW)
    assert {judge.email for judge in queries.judges_of(conflict)} == {cast.sam.email, sue.email}

    restrict(cast, referral)

    assert [judge.email for judge in queries.judges_of(conflict)] == [cast.sam.email]
    assert list(queries.conflicts_to_judge(sue)) == []
    assert list(queries.conflicts_to_judge(cast.sam)) == [conflict]
    assert client.signed_in(sue).get(conflict.get_absolute_url()).status_code == 404
    with pytest.raises(services.CannotJudge):
        services.judge_conflict(conflict_id=conflict.pk, move="CLEAR", judgement="No.", by=sue, at=NOW)


@pytest.fixture
def later(cast: Cast) -> Any:
    """Somebody who came to the hub after the referral, with the name of the father in it."""
    sent(cast, {"role": PersonRole.PARENT_CARER, "given_names": "Bob", "family_name": "Imaginary"})
    return UserFactory(name="Robert Imaginary", agency=cast.police, team=cast.hub_team, roles=["MASH_DECISION_MAKER"])


def test_who_came_to_the_hub_later_is_kept_out_of_the_timeline_too(client, later):
    referral = Referral.objects.get()
    person = referral.everybody()[0]

    answer = client.signed_in(later).get(reverse("referrals:person_history", args=[referral.pk, person.pk]))

    assert answer.status_code == 404
    assert Conflict.objects.get().person == later
    assert not Entry.objects.filter(what="person.history_read").exists()


def test_who_came_to_the_hub_later_is_kept_out_over_the_api_too(later):
    referral = Referral.objects.get()
    program = CarefulClient().signed_in(later)

    assert program.get(reverse("api:referral", args=[referral.pk])).status_code == 404
    assert Conflict.objects.get().person == later


def test_who_gets_a_role_after_they_said_whom_they_know_is_kept_out_when_they_open_it(client, cast):
    referral = sent(cast, {"role": PersonRole.PARENT_CARER, "given_names": "Bob", "family_name": "Imaginary"})
    services.add_connection(given_names="Bob", family_name="Imaginary", by=cast.ana, at=NOW)
    assert not Conflict.objects.exists()
    cast.ana.role_grants.create(role="MASH_DECISION_MAKER", starts_on=NOW.date() - timedelta(days=1))

    assert client.signed_in(cast.ana).get(referral.get_absolute_url()).status_code == 404
    assert Conflict.objects.get().why == ["KNOWN_PERSON"]


def test_saying_that_one_knows_somebody_takes_the_banner_of_emergency_access_away(client, cast):
    referral = sent(cast)
    restrict(cast, referral)
    client.signed_in(cast.mina)
    opened = client.post(
        reverse("referrals:emergency_break", args=[referral.pk]),
        {"reason": "A child is missing and may be with somebody named in it.", "understood": "on"},
    )
    assert opened["Location"] == referral.get_absolute_url()
    assert referral.reference in text_of(client.get(reverse("home")))

    client.post(reverse("referrals:conflict_declare", args=[referral.pk]), {"words": "My aunt."})

    assert "is closed to you" in text_of(client.get(reverse("referrals:queue")))
    assert referral.reference not in text_of(client.get(reverse("referrals:queue")))


def test_ones_own_emergency_access_stays_at_the_hub_that_one_has_left(client, cast):
    referral = sent(cast)
    restrict(cast, referral)
    opened = services.break_glass(
        referral_id=referral.pk, reason="A child is missing and may be with them.", by=cast.mina, at=timezone.now()
    )
    assert client.signed_in(cast.mina).get(opened.get_absolute_url()).status_code == 200

    cast.mina.agency, cast.mina.team = cast.council, None
    cast.mina.save()

    assert client.signed_in(cast.mina).get(opened.get_absolute_url()).status_code == 404


# --- what tells of another -------------------------------------------------------------------------------------------------


def test_what_was_withdrawn_names_the_one_that_stands_only_to_whom_that_is_open(client, cast, life: Life):
    kept, double = life.submitted(), life.submitted()
    services.void_referral(
        referral_id=double.pk,
        reason=VoidReason.DUPLICATE,
        words="Twice.",
        kept_reference=kept.reference,
        by=cast.sam,
        at=NOW,
    )
    assert kept.reference in text_of(client.signed_in(cast.mina).get(double.get_absolute_url()))

    restrict(cast, kept)

    shown = client.signed_in(cast.mina).get(double.get_absolute_url())
    assert shown.status_code == 200
    assert kept.reference not in shown.content.decode()
    assert kept.reference in text_of(client.signed_in(cast.sam).get(double.get_absolute_url()))


def test_who_is_kept_from_a_referral_is_not_told_that_somebody_wrote_it(cast):
    number = "44260009999"
    first = services.submit_complete_referral(
        kind=FormKind.PPN,
        answers=ENOUGH | {"occurrence_number": number},
        people=[{"role": PersonRole.SUBJECT, "given_names": "Imogen", "family_name": "Other"}],
        key=uuid.uuid4(),
        by=cast.mina,
        at=NOW,
    )
    draft = services.begin_draft(kind=FormKind.PPN, by=cast.olu, at=NOW)
    draft = services.save_section(
        referral_id=draft.pk, version=1, answers={"occurrence_number": number}, by=cast.olu, at=NOW
    )
    assert queries.may_exist_already(draft, cast.olu, at=NOW).has_unseen
    Conflict.objects.create(referral=first, person=cast.olu, source="MATCHED", why=["OWN_NAME"], noted_at=NOW)

    assert not queries.may_exist_already(draft, cast.olu, at=NOW)
