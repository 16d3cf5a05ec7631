"""Agencies are asked for graders, their people answer each for themselves, and who accepted is proposed to the supervisor."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from accounts.models import RoleGrant, User
from audit.models import Entry
from common.clock import london_day
from grading.enums import ReplyState
from grading.models import GradingRound, Invitation, InvitationReply
from grading.queries import invitations as queries
from grading.queries.panel import possible_graders
from grading.services import invitations as services
from grading.services import rounds
from jobs import services as jobs
from jobs.models import Job
from tests.factories.accounts import UserFactory
from tests.factories.grading import GradingRoundFactory, InvitationFactory, InvitationReplyFactory, RoundItemFactory
from tests.factories.referrals import ReferralFactory
from tests.people import NOW, Cast, make_cast
from tests.races import at_once, while_another_waits

BY = date(2026, 12, 4)
ON_LEAVE = "On leave until January."
YES, NO = ReplyState.ACCEPTED, ReplyState.DECLINED


@pytest.fixture
def round(cast) -> GradingRound:
    return GradingRoundFactory(force=cast.police, opened_by=cast.sam, state="DRAWN")


def invite(cast: Cast, round: GradingRound, **fields: Any) -> Invitation:
    asked = {"agency": cast.council, "places": 1, "reply_by": BY, "by": cast.sam, "at": NOW} | fields
    return services.invite_agency(round_id=round.pk, **asked)


def answer(invitation: Invitation, by: User, state: ReplyState = YES, **fields: Any) -> InvitationReply:
    said = {"reason": ON_LEAVE if state == NO else "", "at": NOW} | fields
    return services.answer_invitation(invitation_id=invitation.pk, state=state, by=by, **said)


def withdraw(cast: Cast, invitation: Invitation, **fields: Any) -> Invitation:
    return services.withdraw_invitation(invitation_id=invitation.pk, **{"by": cast.sam, "at": NOW} | fields)


def what() -> list[str]:
    return list(Entry.objects.filter(what__startswith="grading.").order_by("pk").values_list("what", flat=True))


def assigned(round: GradingRound) -> None:
    by = round.opened_by
    GradingRound.objects.filter(pk=round.pk).update(state="GRADING", assigned_at=NOW, assigned_by=by)


def colleague(cast: Cast, **fields: Any) -> User:
    return UserFactory(agency=cast.council, roles=["PANEL_MEMBER"], **fields)


# Inviting


@pytest.mark.parametrize("state", ["PLANNED", "DRAWN"])
def test_an_agency_is_asked_for_graders_before_any_are_assigned(cast, state):
    round = GradingRoundFactory(force=cast.police, opened_by=cast.sam, state=state)

    invitation = invite(cast, round, places=2, note=" Two hours in all. ")

    invitation.refresh_from_db()
    assert (invitation.agency, invitation.places, invitation.reply_by) == (cast.council, 2, BY)
    assert (invitation.note, invitation.state) == ("Two hours in all.", "OPEN")
    assert (invitation.invited_by, invitation.invited_at) == (cast.sam, NOW)
    (entry,) = Entry.objects.filter(what="grading.agency_invited")
    assert (entry.actor_id, entry.object_id) == (str(cast.sam.pk), str(invitation.pk))
    assert entry.details == {"round": str(round.pk), "agency": str(cast.council.pk), "places": 2}


@pytest.mark.parametrize("state", ["GRADING", "MODERATING", "PUBLISHED"])
def test_nobody_is_invited_once_graders_are_assigned(cast, state):
    round = GradingRoundFactory(force=cast.police, opened_by=cast.sam, state=state)

    with pytest.raises(services.CannotInvite, match="assigned already"):
        invite(cast, round)

    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"by": "gail"}, "Only a MASH supervisor"),
        ({"places": 0}, "1 to 20"),
        ({"places": 21}, "1 to 20"),
        ({"reply_by": london_day(NOW) - timedelta(days=1)}, "today or later"),
        ({"agency": "elsewhere"}, "Nobody of Elsewhere School"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_an_invitation_that_cannot_be_is_refused_and_nothing_is_changed(cast, round, fields, words):
    asked = {name: getattr(cast, value) if isinstance(value, str) else value for name, value in fields.items()}

    with pytest.raises(services.CannotInvite, match=words):
        invite(cast, round, **asked)

    assert not Invitation.objects.exists()
    assert not Job.objects.exists()
    assert what() == []


def test_a_supervisor_of_another_force_invites_nobody(cast, round):
    with pytest.raises(services.CannotInvite, match="of this force"):
        invite(cast, round, by=UserFactory(agency__kind="POLICE", roles=["MASH_SUPERVISOR"]))


def test_an_agency_is_invited_once_at_a_time_and_again_after_a_withdrawal(cast, round):
    first = invite(cast, round)
    with pytest.raises(services.CannotInvite, match="invited already"):
        invite(cast, round, places=3)
    withdraw(cast, first)

    second = invite(cast, round, places=3)

    assert [one.state for one in (Invitation.objects.get(pk=first.pk), second)] == ["WITHDRAWN", "OPEN"]


def test_an_invitation_can_be_answered_on_its_last_day_and_after_it(cast, round):
    invitation = invite(cast, round, reply_by=london_day(NOW))

    reply = answer(invitation, cast.pam, at=NOW + timedelta(days=5))

    assert reply.state == YES


def test_nothing_is_kept_where_the_access_log_cannot_be_written(cast, round, monkeypatch):
    kept = invite(cast, round)
    monkeypatch.setattr("audit.services.record", lambda **_: 1 / 0)

    for deed in (
        lambda: invite(cast, round, agency=cast.police),
        lambda: answer(kept, cast.pam),
        lambda: withdraw(cast, kept),
    ):
        with pytest.raises(ZeroDivisionError):
            deed()

    assert list(Invitation.objects.values_list("pk", "state")) == [(kept.pk, "OPEN")]
    assert not InvitationReply.objects.exists()


# Answering


def test_a_person_answers_for_themselves_and_may_say_the_other_until_graders_are_assigned(cast, round):
    invitation = invite(cast, round)

    answer(invitation, cast.pam)
    answer(invitation, cast.pam, NO, at=NOW + timedelta(hours=1))

    reply = InvitationReply.objects.get()
    assert (reply.person, reply.state, reply.reason) == (cast.pam, "DECLINED", ON_LEAVE)
    assert reply.replied_at == NOW + timedelta(hours=1)
    entries = Entry.objects.filter(what="grading.invitation_answered").order_by("pk")
    assert [(entry.actor_id, entry.details["answer"]) for entry in entries] == [
        (str(cast.pam.pk), "ACCEPTED"),
        (str(cast.pam.pk), "DECLINED"),
    ]
    assert ON_LEAVE not in str([entry.details for entry in entries])

    assigned(round)
    with pytest.raises(services.CannotReply, match="assigned meanwhile"):
        answer(invitation, cast.pam)
    reply.refresh_from_db()
    assert reply.state == "DECLINED"


def test_the_same_answer_again_changes_nothing(cast, round):
    invitation = invite(cast, round)
    first = answer(invitation, cast.pam)

    assert answer(invitation, cast.pam, at=NOW + timedelta(days=1)) == first

    assert InvitationReply.objects.get().replied_at == NOW
    assert what().count("grading.invitation_answered") == 1


@pytest.mark.parametrize("person", ["gail", "pat", "cory", "sam", "out"])
def test_only_the_agencys_people_who_may_grade_answer(cast, round, person):
    invitation = invite(cast, round)

    with pytest.raises(services.CannotReply, match="Only people of the agency"):
        answer(invitation, getattr(cast, person))

    assert not InvitationReply.objects.exists()


@pytest.mark.parametrize(("state", "reason"), [(YES, "Gladly."), (NO, ""), (NO, "   ")])
def test_a_reason_goes_with_declining_and_only_with_that(cast, round, state, reason):
    invitation = invite(cast, round)

    with pytest.raises(services.CannotReply, match="why you cannot"):
        answer(invitation, cast.pam, state, reason=reason)


def test_no_more_accept_than_were_asked_for_and_a_place_that_is_given_back_is_free(cast, round):
    invitation, second = invite(cast, round, places=1), colleague(cast)
    answer(invitation, cast.pam)

    with pytest.raises(services.CannotReply, match="has all the graders"):
        answer(invitation, second)
    answer(invitation, second, NO)
    answer(invitation, cast.pam, NO)

    assert answer(invitation, second).state == YES


def test_who_may_grade_no_longer_holds_no_place(cast, round):
    invitation, second = invite(cast, round, places=1), colleague(cast)
    answer(invitation, cast.pam)
    RoleGrant.objects.filter(user=cast.pam).update(ends_on=london_day(NOW))

    assert answer(invitation, second).state == YES

    (said,) = queries.answers_to(round, possible_graders(cast.police, on=london_day(NOW)))
    assert [reply.person for reply in said.accepted] == [second]


# Withdrawing


def test_a_withdrawn_invitation_says_who_and_when_and_is_answered_no_more(cast, round):
    invitation = invite(cast, round)
    answer(invitation, cast.pam)

    withdraw(cast, invitation)
    again = withdraw(cast, invitation, at=NOW + timedelta(days=1))

    assert (again.state, again.withdrawn_by, again.withdrawn_at) == ("WITHDRAWN", cast.sam, NOW)
    assert what().count("grading.invitation_withdrawn") == 1
    with pytest.raises(services.CannotReply, match="was withdrawn"):
        answer(invitation, cast.pam, NO)
    said = queries.answers_to(round, possible_graders(cast.police, on=london_day(NOW)))
    assert queries.standing_replies(said) == {}


def test_only_who_runs_the_round_withdraws_and_not_once_graders_are_assigned(cast, round):
    invitation = invite(cast, round)
    with pytest.raises(services.CannotWithdraw, match="of this force"):
        withdraw(cast, invitation, by=cast.pam)
    assigned(round)
    with pytest.raises(services.CannotWithdraw, match="assigned meanwhile"):
        withdraw(cast, invitation)

    invitation.refresh_from_db()
    assert invitation.state == "OPEN"


# Mail


def run_jobs(at: Any) -> None:
    for job in Job.objects.filter(finished_at=None, due_at__lte=at).order_by("created_at"):
        jobs.run(job_id=job.pk, at=at)


def test_who_is_asked_gets_a_link_and_nobody_is_named(cast, round, mailoutbox):
    second = colleague(cast)
    invitation = invite(cast, round, note="Zebedee zz", places=2)

    run_jobs(NOW + timedelta(minutes=1))

    assert [mail.to for mail in mailoutbox] == [[address] for address in sorted([cast.pam.email, second.email])]
    mail = mailoutbox[0]
    assert invitation.get_absolute_url() in mail.body
    assert "by 4 December 2026" in mail.body
    assert not any(word in mail.subject + mail.body for word in ("zz", "Sam", "Pam", cast.council.name))


def test_one_reminder_two_days_before_goes_to_those_without_an_answer(cast, round, mailoutbox, settings):
    second = colleague(cast)
    invitation = invite(cast, round, places=2)
    run_jobs(NOW + timedelta(minutes=1))
    answer(invitation, cast.pam)
    run_jobs(NOW + timedelta(days=11))
    assert len(mailoutbox) == 2

    run_jobs(NOW + timedelta(days=12))
    run_jobs(NOW + timedelta(days=20))

    assert [mail.subject for mail in mailoutbox[2:]] == ["Reminder: you are asked to grade PPNs"]
    assert mailoutbox[2].to == [second.email]


def test_an_invitation_that_runs_out_within_two_days_has_no_reminder(cast, round):
    invite(cast, round, reply_by=london_day(NOW) + timedelta(days=2))

    assert [job.task.rpartition(".")[2] for job in Job.objects.all()] == ["email_agency_about_invitation"]


@pytest.mark.parametrize("over", ["withdrawn", "assigned", "full"])
def test_no_mail_goes_out_for_what_needs_no_answer_any_more(cast, round, mailoutbox, over):
    invitation, _second = invite(cast, round, places=1), colleague(cast)
    if over == "withdrawn":
        withdraw(cast, invitation)
    elif over == "assigned":
        assigned(round)
    else:
        answer(invitation, cast.pam)

    run_jobs(NOW + timedelta(days=20))

    assert mailoutbox == []


def test_who_had_accepted_is_told_of_a_withdrawal(cast, round, mailoutbox):
    invitation, second = invite(cast, round, places=2), colleague(cast)
    answer(invitation, cast.pam)
    answer(invitation, second, NO)
    withdraw(cast, invitation)

    run_jobs(NOW + timedelta(minutes=1))

    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == ([cast.pam.email], "You are not asked to grade PPNs any more")


# The home page


def line_of(user: User, at: Any = NOW) -> Any:
    return next(iter(queries.waiting_for(user, at=at)), None)


def test_who_is_asked_has_a_line_until_they_answer(cast, round):
    invitation = invite(cast, round)

    line = line_of(cast.pam)
    assert (line.title, line.count, line.is_late) == ("invitation to grade for you to answer", 1, False)
    assert line.url == invitation.get_absolute_url()
    assert not line_of(cast.pam, at=NOW + timedelta(days=14)).is_late
    assert line_of(cast.pam, at=NOW + timedelta(days=15)).is_late
    assert [line_of(person) for person in (cast.gail, cast.pat, cast.sam, cast.out)] == [None] * 4
    answer(invitation, cast.pam, NO)
    assert line_of(cast.pam) is None


def test_two_invitations_lead_to_their_list(cast, round):
    invite(cast, round)
    InvitationFactory(agency=cast.council)

    line = line_of(cast.pam)

    assert (line.title, line.count) == ("invitations to grade for you to answer", 2)
    assert line.url.endswith("/grading/invitations/#to-answer")


@pytest.mark.parametrize("over", ["withdrawn", "assigned", "full"])
def test_nothing_waits_where_no_answer_is_needed_any_more(cast, round, over):
    invitation, second = invite(cast, round, places=1), colleague(cast)
    assert line_of(second) is not None
    if over == "withdrawn":
        withdraw(cast, invitation)
    elif over == "assigned":
        assigned(round)
    else:
        answer(invitation, cast.pam)

    assert line_of(second) is None


# For the supervisor


def test_answers_stand_by_agency_with_who_is_silent(cast, round):
    council, police = invite(cast, round, places=2), invite(cast, round, agency=cast.police)
    declines, silent = colleague(cast, name="Dee Fictitious"), colleague(cast, name="Silas Fictitious")
    answer(council, cast.pam)
    answer(council, declines, NO)
    people = possible_graders(cast.police, on=london_day(NOW))

    first, second = queries.answers_to(round, people)

    assert (first.invitation, second.invitation) == (council, police)
    assert [reply.person for reply in first.accepted] == [cast.pam]
    assert [(reply.person, reply.reason) for reply in first.declined] == [(declines, ON_LEAVE)]
    assert (first.silent, first.asked, first.is_short) == ([silent], 3, True)
    assert (second.silent, second.accepted) == ([cast.gail], [])
    assert queries.agencies_to_invite(people, [first, second]) == []


def test_that_nobody_of_a_partner_accepted_is_known(cast, round):
    people = possible_graders(cast.police, on=london_day(NOW))
    assert not queries.no_partner_accepted(queries.answers_to(round, people))
    council, police = invite(cast, round), invite(cast, round, agency=cast.police)
    answer(police, cast.gail)
    assert queries.no_partner_accepted(queries.answers_to(round, people))

    answer(council, cast.pam)

    assert not queries.no_partner_accepted(queries.answers_to(round, people))


# What the database holds


@pytest.mark.parametrize(
    "wrong",
    [
        {"places": 0},
        {"places": 21},
        {"state": "WITHDRAWN", "withdrawn_at": None},
        {"withdrawn_at": NOW},
    ],
    ids=str,
)
def test_the_database_refuses_an_invitation_that_cannot_be(cast, round, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        InvitationFactory(round=round, agency=cast.council, **wrong)


def test_the_database_takes_one_open_invitation_of_an_agency_and_one_answer_of_a_person(cast, round):
    InvitationFactory(round=round, agency=cast.council, state="WITHDRAWN")
    invitation = InvitationFactory(round=round, agency=cast.council)
    InvitationReplyFactory(invitation=invitation, person=cast.pam)

    with pytest.raises(IntegrityError, match="one_open"), transaction.atomic():
        InvitationFactory(round=round, agency=cast.council)
    with pytest.raises(IntegrityError, match="one_a_person"), transaction.atomic():
        InvitationReplyFactory(invitation=invitation, person=cast.pam, reason=ON_LEAVE)


@pytest.mark.parametrize("wrong", [{"state": "DECLINED"}, {"state": "ACCEPTED", "reason": "Gladly."}], ids=str)
def test_the_database_refuses_an_answer_without_its_reason(cast, round, wrong):
    with pytest.raises(IntegrityError, match="says_why_not"), transaction.atomic():
        InvitationReplyFactory(invitation=InvitationFactory(round=round), person=cast.pam, **wrong)


@pytest.mark.parametrize(
    "changes",
    [
        {"places": 5},
        {"reply_by": date(2027, 1, 1)},
        {"note": "Others"},
        {"agency": "police"},
        {"invited_at": NOW},
        {"invited_by": "gail"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_what_an_agency_was_asked_stays(cast, round, changes):
    InvitationFactory(round=round, agency=cast.council)
    new = {name: getattr(cast, value) if name in ("agency", "invited_by") else value for name, value in changes.items()}

    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Invitation.objects.update(**new)


def test_a_withdrawn_invitation_stays_withdrawn_and_an_answer_its_persons(cast, round):
    withdrawn = InvitationFactory(round=round, agency=cast.council, state="WITHDRAWN")
    InvitationReplyFactory(invitation=withdrawn, person=cast.pam)

    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Invitation.objects.update(state="OPEN", withdrawn_at=None, withdrawn_by=None)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        InvitationReply.objects.update(person=cast.gail)
    for model in (InvitationReply, Invitation):
        with pytest.raises(DatabaseError, match="never removed"), transaction.atomic():
            model.objects.all()._raw_delete(using="default")


# At the same moment


def invited() -> tuple[Cast, GradingRound, Invitation]:
    """For real transactions: a drawn round of one PPN, for which the council is asked for one grader."""
    cast = make_cast()
    round = GradingRoundFactory(force=cast.police, opened_by=cast.sam, state="DRAWN")
    RoundItemFactory(round=round, referral=ReferralFactory(author=cast.olu), position=1)
    return cast, round, invite(cast, round)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_accept_the_last_place_at_once_the_second_is_refused_in_words():
    cast, _round, invitation = invited()
    second = colleague(cast)

    refused = while_another_waits(
        lambda: answer(invitation, cast.pam), lambda: answer(invitation, second), refusal=services.CannotReply
    )

    assert str(refused) == "Your agency has all the graders that it was asked for. Thank you."
    assert [reply.person for reply in InvitationReply.objects.all()] == [cast.pam]


@pytest.mark.django_db(transaction=True)
def test_the_same_answer_twice_at_once_is_one_answer():
    cast, _round, invitation = invited()

    first, second = at_once(*[lambda: answer(invitation, cast.pam)] * 2)

    assert first == second
    assert what().count("grading.invitation_answered") == 1


@pytest.mark.django_db(transaction=True)
def test_nobody_answers_while_graders_are_being_assigned():
    cast, round, invitation = invited()

    refused = while_another_waits(
        lambda: rounds.assign_graders(round_id=round.pk, graders=[cast.gail, cast.pam], by=cast.sam, at=NOW),
        lambda: answer(invitation, cast.pam, NO),
        refusal=services.CannotReply,
    )

    assert "Graders were assigned meanwhile" in str(refused)
    assert not InvitationReply.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_nobody_answers_what_is_being_withdrawn():
    cast, _round, invitation = invited()

    refused = while_another_waits(
        lambda: withdraw(cast, invitation), lambda: answer(invitation, cast.pam), refusal=services.CannotReply
    )

    assert "was withdrawn" in str(refused)
    assert not InvitationReply.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_agency_that_two_supervisors_invite_at_once_is_invited_once():
    cast = make_cast()
    round = GradingRoundFactory(force=cast.police, opened_by=cast.sam, state="PLANNED")

    refused = while_another_waits(
        lambda: invite(cast, round), lambda: invite(cast, round), refusal=services.CannotInvite
    )

    assert "invited already" in str(refused)
    assert Invitation.objects.count() == 1
