"""Deciding, sharing, answering and closing: each move, each refusal, each entry in the log."""

import pytest
from django.utils import timezone
from guardian.shortcuts import get_group_perms

from audit.models import Entry
from jobs import services as jobs
from jobs.models import Job
from referrals import permissions, services
from referrals.enums import (
    MOVES,
    AccessReason,
    FormKind,
    LawfulBasis,
    Level,
    Move,
    Pathway,
    ReferralState,
    RejectionReason,
    ShareState,
    next_state,
)
from referrals.models import Referral, ReferralAccess, Share, ThresholdDecision
from tests.factories.accounts import AgencyFactory, TeamFactory, UserFactory
from tests.factories.referrals import ReferralFactory
from tests.people import NOW, make_cast
from tests.races import at_once
from tests.referrals.conftest import REASONS, Life


def decide(referral, by, **changes):
    values = {"level": Level.EARLY_HELP, "pathway": Pathway.EARLY_HELP, "rationale": REASONS} | changes
    return services.decide_referral(referral_id=referral.pk, by=by, at=NOW, **values)


def share(referral, agency, by, **changes):
    values = {"lawful_basis": LawfulBasis.PUBLIC_TASK, "reason": "They can assess."} | changes
    return services.share_referral(referral_id=referral.pk, agency=agency, by=by, at=NOW, **values)


def answer(shared, by, state=ShareState.ACCEPTED, **values):
    return services.answer_share(share_id=shared.pk, answer_state=state, by=by, at=NOW, **values)


def state_of(referral):
    return Referral.objects.get(pk=referral.pk).state


def last_entry(what):
    return Entry.objects.filter(what=what).latest("pk")


def test_a_decision_is_recorded_and_the_referrer_told(cast, life, mailoutbox):
    referral = life.submitted()
    Job.objects.all().delete()

    decision = decide(referral, cast.mina)

    assert state_of(referral) == ReferralState.DECIDED
    assert (decision.number, decision.is_current, decision.decided_by, decision.decided_at) == (1, True, cast.mina, NOW)
    assert last_entry("referral.decided").details == {
        "number": 1,
        "level": 2,
        "pathway": "EARLY_HELP",
        "from": "RECEIVED",
        "to": "DECIDED",
    }
    jobs.run(job_id=Job.objects.get().pk, at=timezone.now())
    assert [mail.to for mail in mailoutbox] == [[cast.olu.email]]


def test_a_decision_that_is_sent_twice_is_one_and_is_told_once(cast, life):
    referral = life.submitted()
    Job.objects.all().delete()

    assert decide(referral, cast.mina) == decide(referral, cast.mina, rationale=f" {REASONS} ")

    assert ThresholdDecision.objects.count() == Job.objects.count() == 1


def test_the_same_words_of_another_person_are_a_decision_of_their_own(cast, life):
    referral = life.submitted()

    decide(referral, cast.mina)

    assert decide(referral, cast.sam, change_reason="Seen with fresh eyes.").number == 2


def test_a_new_decision_supersedes_and_keeps_the_one_before(cast, life):
    referral = life.decided()

    changed = {"pathway": Pathway.SECTION_47, "level": Level.SOCIAL_CARE, "change_reason": "The school rang."}
    decide(referral, cast.sam, **changed)

    kept = ThresholdDecision.objects.order_by("number").values_list("number", "pathway", "is_current")
    assert list(kept) == [(1, Pathway.SECTION_17, False), (2, Pathway.SECTION_47, True)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"rationale": "Too short."},
        {"rationale": " " * 60},
        {"pathway": Pathway.NO_FURTHER_ACTION},
        {"pathway": Pathway.NO_FURTHER_ACTION, "what_would_change_this": "  "},
    ],
)
def test_a_decision_without_its_reasons_is_refused(cast, life, wrong):
    referral = life.submitted()

    with pytest.raises(services.CannotDecide):
        decide(referral, cast.mina, **wrong)

    assert state_of(referral) == ReferralState.RECEIVED
    assert not ThresholdDecision.objects.exists()


def test_no_further_action_says_what_would_change_it(cast, life):
    decision = decide(
        life.submitted(), cast.sam, pathway=Pathway.NO_FURTHER_ACTION, what_would_change_this="Another night alone."
    )

    assert decision.what_would_change_this == "Another night alone."


@pytest.mark.parametrize("who", ["olu", "lin", "pat", "out", "ada", "leda", "gail"])
def test_nobody_else_decides_shares_ends_or_closes(cast, life, who):
    user = getattr(cast, who)
    shared = life.shared()
    referral = shared.referral

    for attempt in (
        lambda: decide(referral, user),
        lambda: share(referral, cast.elsewhere, user),
        lambda: services.end_share(share_id=shared.pk, reason="No.", by=user, at=NOW),
        lambda: services.close_referral(referral_id=referral.pk, by=user, at=NOW),
    ):
        with pytest.raises(
            (services.CannotDecide, services.CannotShare, services.CannotEndShare, services.CannotClose)
        ):
            attempt()

    assert Share.objects.get() == shared
    assert ThresholdDecision.objects.count() == 1


def test_a_decision_maker_of_a_force_that_is_not_the_hub_decides_nothing_of_the_hub(cast, life):
    other_force = AgencyFactory(kind="POLICE")
    outsider = UserFactory(agency=other_force, team=TeamFactory(agency=other_force), roles=["MASH_DECISION_MAKER"])

    with pytest.raises(services.CannotDecide):
        decide(life.submitted(), outsider)


def test_sharing_grants_records_and_tells_the_agency_without_a_name(cast, life, mailoutbox):
    referral = life.decided()
    Job.objects.all().delete()

    shared = share(referral, cast.council, cast.mina)

    assert state_of(referral) == ReferralState.SHARED
    assert get_group_perms(cast.council.group, referral).get() == "view_referral"
    access = ReferralAccess.objects.get(reason=AccessReason.SHARED)
    assert (access.agency, access.referral, access.since) == (cast.council, referral, NOW)
    entry = last_entry("referral.shared")
    assert (entry.verb, entry.recipient_id, entry.reason) == ("SHARED", str(cast.council.pk), "They can assess.")
    assert shared.answer_due_at > NOW
    jobs.run(job_id=Job.objects.get().pk, at=timezone.now())
    (mail,) = mailoutbox
    assert mail.to == [cast.pat.email]
    assert "shared with your agency" in mail.subject
    for private in ("Fictitious Child", "cold flat", "They can assess", "Olu"):
        assert private not in mail.subject + mail.body


def test_an_agency_is_not_told_of_a_sharing_that_ended_before_the_mail_went_out(cast, life, mailoutbox):
    referral = life.decided()
    Job.objects.all().delete()
    shared = share(referral, cast.council, cast.mina)
    services.end_share(share_id=shared.pk, reason="Shared by mistake.", by=cast.mina, at=NOW)

    jobs.run(job_id=Job.objects.get().pk, at=timezone.now())

    assert mailoutbox == []
    assert Job.objects.get().is_finished


@pytest.mark.parametrize("change", [{"is_active": False}, {"agency": None, "team": None}])
def test_who_has_left_is_not_told_what_became_of_a_referral(cast, life, mailoutbox, change):
    referral = life.submitted()
    Job.objects.all().delete()
    type(cast.olu).objects.filter(pk=cast.olu.pk).update(**change)

    decide(referral, cast.mina)
    answer(share(referral, cast.council, cast.mina), cast.pat)

    told = [job for job in Job.objects.all() if "referrer" in job.task]
    for job in told:
        jobs.run(job_id=job.pk, at=timezone.now())
    assert (len(told), mailoutbox) == (2, [])


@pytest.mark.parametrize("wrong", [{"lawful_basis": ""}, {"lawful_basis": "BECAUSE"}, {"reason": "  "}])
def test_sharing_without_lawful_basis_and_reason_is_refused(cast, life, wrong):
    with pytest.raises(services.CannotShare):
        share(life.decided(), cast.council, cast.mina, **wrong)

    assert not Share.objects.exists()


def test_sharing_twice_with_one_agency_with_the_hub_or_with_a_closed_agency_is_refused(cast, life):
    referral = life.shared().referral
    closed = AgencyFactory()
    type(closed).objects.filter(pk=closed.pk).update(is_active=False)
    closed.refresh_from_db()

    for agency in (cast.council, cast.police, closed):
        with pytest.raises(services.CannotShare):
            share(referral, agency, cast.mina)


def test_ending_takes_grant_and_access_away_and_keeps_the_record(cast, life):
    shared = life.shared()

    services.end_share(share_id=shared.pk, reason="Shared by mistake.", by=cast.mina, at=NOW)

    shared.refresh_from_db()
    assert (shared.state, shared.ended_by, shared.end_reason) == (ShareState.ENDED, cast.mina, "Shared by mistake.")
    assert not get_group_perms(cast.council.group, shared.referral).exists()
    assert not ReferralAccess.objects.filter(reason=AccessReason.SHARED).exists()
    assert last_entry("referral.share_ended").recipient_id == str(cast.council.pk)
    assert state_of(shared.referral) == ReferralState.DECIDED


def test_ending_needs_a_reason_and_happens_once(cast, life):
    shared = life.shared()
    with pytest.raises(services.CannotEndShare):
        services.end_share(share_id=shared.pk, reason=" ", by=cast.mina, at=NOW)
    services.end_share(share_id=shared.pk, reason="Enough.", by=cast.mina, at=NOW)

    with pytest.raises(services.CannotEndShare):
        services.end_share(share_id=shared.pk, reason="Again.", by=cast.mina, at=NOW)


def test_ending_the_last_share_that_waits_leaves_the_answer_of_the_others(cast, life):
    shared = life.shared()
    other = life.share(shared.referral, cast.elsewhere)
    answer(shared, cast.pat)

    services.end_share(share_id=other.pk, reason="No longer needed.", by=cast.mina, at=NOW)

    assert state_of(shared.referral) == ReferralState.ANSWERED


def test_after_the_end_the_agency_can_be_given_it_again(cast, life):
    shared = life.shared()
    services.end_share(share_id=shared.pk, reason="By mistake.", by=cast.mina, at=NOW)

    again = share(shared.referral, cast.council, cast.mina)

    assert again.state == ShareState.WAITING
    assert get_group_perms(cast.council.group, shared.referral).exists()


def test_a_referral_is_answered_when_no_share_waits(cast, life):
    first = life.shared()
    second = life.share(first.referral, cast.elsewhere)

    answer(first, cast.pat)
    assert state_of(first.referral) == ReferralState.SHARED
    answer(second, cast.out, ShareState.FURTHER_WORK, missing=["WHO"], words="Which school?")

    assert state_of(first.referral) == ReferralState.ANSWERED


def test_an_answer_is_recorded_and_the_referrer_and_the_hub_told(cast, life, mailoutbox):
    shared = life.shared()
    Job.objects.all().delete()

    answer(shared, cast.pat, ShareState.REJECTED, rejection_reason=RejectionReason.DUPLICATE, words="We have it.")

    shared.refresh_from_db()
    assert (shared.state, shared.rejection_reason, shared.answer) == ("REJECTED", "DUPLICATE", "We have it.")
    assert (shared.answered_by, shared.answered_at) == (cast.pat, NOW)
    assert last_entry("share.answered").details["answer"] == "REJECTED"
    for job in Job.objects.order_by("created_at"):
        jobs.run(job_id=job.pk, at=timezone.now())
    assert [mail.to for mail in mailoutbox] == [[cast.olu.email], [cast.mina.email]]
    assert not any("We have it." in mail.body for mail in mailoutbox)


@pytest.mark.parametrize(
    ("state", "values"),
    [
        (ShareState.REJECTED, {"words": "No."}),
        (ShareState.REJECTED, {"rejection_reason": RejectionReason.DUPLICATE}),
        (ShareState.REJECTED, {"rejection_reason": "WHATEVER", "words": "No."}),
        (ShareState.FURTHER_WORK, {}),
        (ShareState.FURTHER_WORK, {"missing": ["WHO"]}),
        (ShareState.FURTHER_WORK, {"words": "Which school?"}),
        (ShareState.FURTHER_WORK, {"words": "Which school?", "missing": ["THE_MOON"]}),
        (ShareState.ENDED, {}),
        (ShareState.WAITING, {}),
        ("NONSENSE", {}),
    ],
)
def test_an_answer_without_its_reason_is_refused(cast, life, state, values):
    shared = life.shared()

    with pytest.raises(services.CannotAnswer):
        answer(shared, cast.pat, state, **values)

    shared.refresh_from_db()
    assert shared.state == ShareState.WAITING


@pytest.mark.parametrize("who", ["out", "pam", "cory", "mina", "olu", "ada"])
def test_nobody_else_answers(cast, life, who):
    shared = life.shared()

    with pytest.raises(services.CannotAnswer):
        answer(shared, getattr(cast, who))


def test_an_answer_is_given_once_and_not_after_the_end(cast, life):
    answered, ended = life.shared(), life.shared()
    answer(answered, cast.pat)
    services.end_share(share_id=ended.pk, reason="By mistake.", by=cast.mina, at=NOW)

    for shared in (answered, ended):
        with pytest.raises(services.CannotAnswer):
            answer(shared, cast.pat, ShareState.FURTHER_WORK, words="Later.")


@pytest.mark.django_db(transaction=True)
def test_an_answer_and_the_end_of_the_sharing_at_the_same_moment_leave_no_contradiction():
    cast = make_cast()
    shared = Life(cast).shared()

    answered, _ = at_once(
        lambda: answer(shared, cast.pat),
        lambda: services.end_share(share_id=shared.pk, reason="By mistake.", by=cast.mina, at=NOW),
        refusal=services.CannotAnswer,
    )

    refusals = [answered] if isinstance(answered, services.CannotAnswer) else []
    shared.refresh_from_db()
    assert shared.state == ShareState.ENDED
    assert (shared.answered_at is None) == bool(refusals)
    expected = ReferralState.DECIDED if refusals else ReferralState.ANSWERED
    assert state_of(shared.referral) == expected
    assert not ReferralAccess.objects.filter(reason=AccessReason.SHARED).exists()


def test_the_first_look_of_the_agency_is_noted_once(cast, life):
    shared = life.shared()

    for hour in (11, 12):
        services.open_shared_referral(referral=shared.referral, by=cast.pat, at=NOW.replace(hour=hour))
    services.open_shared_referral(referral=shared.referral, by=cast.mina, at=NOW)

    shared.refresh_from_db()
    assert shared.first_opened_at == NOW.replace(hour=11)


def test_a_referral_is_closed_after_its_decision_or_its_answers(cast, life):
    decided, shared = life.decided(), life.shared()
    answer(shared, cast.pat)

    for referral in (decided, shared.referral):
        closed = services.close_referral(referral_id=referral.pk, by=cast.sam, at=NOW)
        assert (closed.state, closed.closed_by, closed.closed_at) == (ReferralState.CLOSED, cast.sam, NOW)
    assert Entry.objects.filter(what="referral.closed").count() == 2


# Each service with the move it makes, tried from every state.
def void(cast, referral):
    return services.void_referral(
        referral_id=referral.pk, reason="WRONG_PERSON", words="Meant for a neighbour.", by=cast.sam, at=NOW
    )


DEEDS = {
    Move.REOPEN: (
        services.CannotReopen,
        lambda cast, referral: services.reopen_referral(
            referral_id=referral.pk, reason="New facts came.", by=cast.sam, at=NOW
        ),
    ),
    Move.VOID: (services.CannotVoid, void),
    Move.DECIDE: (services.CannotDecide, lambda cast, referral: decide(referral, cast.mina)),
    Move.SHARE: (services.CannotShare, lambda cast, referral: share(referral, cast.elsewhere, cast.mina)),
    Move.CLOSE: (
        services.CannotClose,
        lambda cast, referral: services.close_referral(referral_id=referral.pk, by=cast.sam, at=NOW),
    ),
}


@pytest.mark.parametrize("move", DEEDS)
@pytest.mark.parametrize(
    "state",
    [
        ReferralState.RECEIVED,
        ReferralState.DECIDED,
        ReferralState.SHARED,
        ReferralState.ANSWERED,
        ReferralState.CLOSED,
        ReferralState.VOID,
        ReferralState.WITHDRAWN,
    ],
)
def test_a_move_happens_where_the_table_allows_it_and_nowhere_else(cast, move, state):
    closing = {"closed_at": NOW, "closed_by": cast.mina} if state == ReferralState.CLOSED else {}
    referral = ReferralFactory(author=cast.olu, state=state, **closing)
    refusal, deed = DEEDS[move]

    if (expected := next_state(move, state)) is None:
        with pytest.raises(refusal):
            deed(cast, referral)
        expected = state
    else:
        deed(cast, referral)

    assert state_of(referral) == expected
    by = cast.mina if move in (Move.DECIDE, Move.SHARE) else cast.sam
    assert (move in permissions.moves_open_to(by, referral)) == ((move, state) in MOVES)
    assert not {Move.REOPEN, Move.VOID} & permissions.moves_open_to(cast.mina, referral)


def test_a_draft_has_no_buttons_for_the_hub(cast, life):
    draft = life.draft()

    assert permissions.moves_open_to(cast.mina, draft) == frozenset()
    assert permissions.moves_open_to(cast.olu, draft) == {Move.SUBMIT, Move.DISCARD}


def test_the_forms_a_person_may_begin(cast):
    assert permissions.kinds_to_write(cast.olu) == [FormKind.PPN]
    assert permissions.kinds_to_write(cast.pat) == [FormKind.CPI]
    assert permissions.kinds_to_write(cast.ada) == []
