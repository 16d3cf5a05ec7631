"""Actions of strategy discussions and of daily meetings: told to their owners, listed, done, and chased once."""

import uuid
from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from jobs import services as jobs
from jobs.models import Job
from referrals import queries, services
from referrals.enums import ItemOutcome
from referrals.models import MeetingItem, StrategyAction
from referrals.schedules import chase_late_actions
from tests.people import NOW, make_cast
from tests.races import at_once
from tests.referrals.conftest import Life

TODAY = NOW.date()
AGREED, NOTED = reverse("referrals:actions"), reverse("referrals:meeting_actions")
WHAT = "Call the fictitious aunt."


def discuss(referral, cast, *owners, due_on=TODAY):
    attended = [{"agency": one, "presence": "PRESENT", "shared": ""} for one in (cast.police, cast.council)]
    return services.record_strategy_discussion(
        referral_id=referral.pk,
        key=uuid.uuid4(),
        held_at=NOW,
        outcome="JOINT",
        reasons="The fictitious child may be harmed again tonight.",
        attended=attended,
        agreed=[{"what": WHAT, "owner": owner, "due_on": due_on} for owner in owners],
        by=cast.mina,
        at=NOW,
    )


def note(referral, cast, *, due_on=TODAY, at=NOW + timedelta(minutes=1), **owner):
    meeting = services.open_meeting(by=cast.mina, at=at)
    item = meeting.items.get(referral=referral)
    return services.note_item(
        item_id=item.pk,
        version=item.version,
        outcome="ACTION",
        notes=WHAT,
        due_on=due_on,
        by=cast.mina,
        at=at,
        **owner,
    )


def post(mailoutbox):
    """Send what waits to be sent; returns who was told what."""
    mailoutbox.clear()
    for job in Job.objects.filter(finished_at=None).order_by("created_at"):
        if "action" in job.task:
            jobs.run(job_id=job.pk, at=NOW + timedelta(days=60))
    assert not any(WHAT in mail.body + mail.subject for mail in mailoutbox)
    return sorted((tuple(mail.to), mail.subject.split(": ", 1)[1]) for mail in mailoutbox)


# --- strategy discussions --------------------------------------------------------------------------------------------


def test_each_agency_with_something_to_do_gets_one_mail_without_a_word_of_it(cast, life, mailoutbox):
    referral = life.shared().referral
    discuss(referral, cast, cast.council, cast.council, cast.police)

    assert post(mailoutbox) == [
        ((cast.mina.email,), "1 action for your agency"),
        ((cast.pat.email,), "2 actions for your agency"),
        ((cast.sam.email,), "1 action for your agency"),
    ]


def test_an_agency_that_does_not_see_the_referral_gets_no_mail_and_who_records_it_is_warned(
    client, cast, life, mailoutbox
):
    referral = life.decided()
    discussion = discuss(referral, cast, cast.council, cast.police)

    told = [((person.email,), "1 action for your agency") for person in (cast.mina, cast.sam)]
    assert post(mailoutbox) == told
    assert queries.owners_who_see_nothing(discussion) == [cast.council]
    life.share(referral)
    assert queries.owners_who_see_nothing(discussion) == []


def test_the_page_warns_that_the_owner_does_not_see_its_action(client, cast, life):
    referral = life.decided()
    browser = client.signed_in(cast.mina)
    sent = {
        "key": str(uuid.uuid4()),
        "outcome": "JOINT",
        "reasons": "Harm is likely tonight.",
        "held_at_0": "20",
        "held_at_1": "11",
        "held_at_2": "2026",
        "held_at_3": "09:00",
        "invited-TOTAL_FORMS": "2",
        "invited-INITIAL_FORMS": "0",
        "invited-0-agency": str(cast.police.pk),
        "invited-0-presence": "PRESENT",
        "invited-1-agency": str(cast.council.pk),
        "invited-1-presence": "PRESENT",
        "actions-TOTAL_FORMS": "1",
        "actions-INITIAL_FORMS": "0",
        "actions-0-what": WHAT,
        "actions-0-owner": str(cast.council.pk),
        "actions-0-due_on_0": "1",
        "actions-0-due_on_1": "12",
        "actions-0-due_on_2": "2036",
    }

    page = browser.post(reverse("referrals:strategy", args=[referral.pk]), sent, follow=True)

    assert StrategyAction.objects.count() == 1, page.content.decode()
    assert "has an action and does not see it, until this referral is shared" in page.content.decode()


# --- daily meetings --------------------------------------------------------------------------------------------------


def test_an_action_of_a_meeting_is_told_to_the_person_or_the_agency(cast, life, mailoutbox):
    shared, decided = life.shared().referral, life.decided()
    note(shared, cast, owner_agency=cast.council)
    note(decided, cast, owner=cast.sam)
    note(life.decided(), cast, owner=cast.mina)

    assert post(mailoutbox) == [((cast.pat.email,), "an action for you"), ((cast.sam.email,), "an action for you")]


def test_it_is_listed_for_the_hub_and_for_the_agency_that_sees_the_referral(client, cast, life):
    shared, decided = life.shared().referral, life.decided()
    ours, unseen = note(shared, cast, owner_agency=cast.council), note(decided, cast, owner_agency=cast.council)

    def listed(user):
        return set(client.signed_in(user).get(NOTED).context["page"].items)

    assert listed(cast.mina) == listed(cast.sam) == {ours, unseen}
    assert listed(cast.pat) == {ours}
    assert listed(cast.out) == set()


def test_an_agency_lists_the_actions_of_meetings_that_are_its_own_and_whose_referral_it_sees(cast, life):
    shared = life.shared().referral
    note(shared, cast, owner_agency=cast.elsewhere)

    assert list(queries.open_meeting_actions(cast.pat)) == list(queries.open_meeting_actions(cast.out)) == []
    assert [action.referral for action in queries.open_meeting_actions(cast.mina)] == [shared]


@pytest.mark.parametrize("of_meetings", [True, False])
def test_reading_what_is_to_be_done_is_a_read_of_each_referral_that_it_tells_of(client, cast, life, of_meetings):
    told_of, other = life.shared().referral, life.shared().referral
    if of_meetings:
        note(told_of, cast, owner_agency=cast.council)
    else:
        discuss(told_of, cast, cast.council, cast.council)
    client.signed_in(cast.mina).get(NOTED if of_meetings else AGREED)

    seen = Entry.objects.filter(what="referral.seen_in_actions").values_list("actor_id", "object_id")
    assert list(seen) == [(str(cast.mina.pk), str(told_of.pk))]
    assert other.pk != told_of.pk


def test_it_is_done_once_also_after_the_meeting_and_by_nobody_else(client, cast, life):
    item = note(life.shared().referral, cast, owner_agency=cast.council)
    services.note_attendance(
        meeting_id=item.meeting_id, agencies=[], people_present="Mina", notes="", by=cast.mina, at=NOW
    )
    services.close_meeting(meeting_id=item.meeting_id, by=cast.mina, at=NOW)
    with pytest.raises(services.CannotFinishAction):
        services.finish_meeting_action(item_id=item.pk, by=cast.out, at=NOW)

    for by in (cast.pat, cast.mina):
        done = services.finish_meeting_action(item_id=item.pk, by=by, at=NOW + timedelta(days=2))

    assert done.done_by == cast.pat
    assert Entry.objects.get(what="meeting.action_done").details["is_late"] is True
    assert client.signed_in(cast.mina).get(NOTED).context["page"].items == []


def test_an_action_that_is_done_is_noted_anew_by_nobody(cast, life):
    item = note(life.decided(), cast, owner=cast.sam)
    services.finish_meeting_action(item_id=item.pk, by=cast.sam, at=NOW)

    with pytest.raises(services.CannotHoldMeeting, match="done already"):
        services.note_item(item_id=item.pk, version=2, outcome="DISCUSSED", by=cast.mina, at=NOW)


def test_the_database_knows_no_action_that_is_half_done_and_nothing_else_that_is_done(cast, life):
    item = note(life.decided(), cast, owner=cast.sam)
    rows = MeetingItem.objects.filter(pk=item.pk)

    for wrong in (
        {"done_at": NOW},
        {"done_by": cast.sam},
        {"done_at": NOW, "done_by": cast.sam, "outcome": ItemOutcome.DISCUSSED, "owner": None, "due_on": None},
    ):
        with pytest.raises(IntegrityError, match="meeting_item_done_is_an_action"), transaction.atomic():
            rows.update(**wrong)


def test_home_counts_both_kinds_and_says_which_are_late(cast, life):
    referral = life.shared().referral
    discuss(referral, cast, cast.council)
    note(referral, cast, owner_agency=cast.council)

    def home(user, at):
        lines = queries.waiting_for(user, at=at)
        return {line.title: (line.count, line.is_late) for line in lines if line.title.startswith("action of")}

    for user in (cast.mina, cast.pat):
        for at, is_late in ((NOW, False), (NOW + timedelta(days=1), True)):
            assert home(user, at) == {
                "action of a strategy discussion to do": (1, is_late),
                "action of a daily meeting to do": (1, is_late),
            }


def test_the_page_of_the_referral_shows_what_meetings_noted_and_the_hub_alone_reads_it(client, cast, life):
    referral = life.shared().referral
    note(referral, cast, owner_agency=cast.council)

    def page(user):
        return client.signed_in(user).get(referral.get_absolute_url()).content.decode()

    assert WHAT in page(cast.mina)
    assert WHAT not in page(cast.pat) + page(cast.olu)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_number_of_questions(client, cast, life, django_assert_max_num_queries, count):
    for _ in range(count):
        note(life.decided(), cast, owner=cast.sam)
    browser = client.signed_in(cast.mina)
    browser.get(NOTED)

    with django_assert_max_num_queries(6):
        assert len(browser.get(NOTED).context["page"].items) == count


# --- chasing ---------------------------------------------------------------------------------------------------------


def test_what_is_late_is_chased_once_and_what_is_done_never(cast, life, mailoutbox):
    referral = life.shared().referral
    discussion = discuss(referral, cast, cast.council, cast.council)
    services.finish_action(action_id=discussion.actions.first().pk, by=cast.pat, at=NOW)
    note(referral, cast, owner_agency=cast.council)
    post(mailoutbox)

    assert services.chase_late_actions(at=NOW + timedelta(hours=1)) == 0
    tomorrow = NOW + timedelta(days=1)
    assert [services.chase_late_actions(at=tomorrow), services.chase_late_actions(at=tomorrow)] == [2, 0]

    assert post(mailoutbox) == [
        ((cast.pat.email,), "an action is late"),
        ((cast.pat.email,), "an action of your agency is late"),
    ]
    assert Entry.objects.filter(what__endswith="action_chased").count() == 2


def test_the_clock_chases(cast, life):
    discuss(life.shared().referral, cast, cast.council)
    StrategyAction.objects.update(due_on=timezone.localdate() - timedelta(days=1))

    chase_late_actions()

    assert StrategyAction.objects.filter(late_told_at__isnull=False).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clocks_chase_each_once():
    cast = make_cast()
    discuss(Life(cast).shared().referral, cast, *[cast.council] * 5)
    chase = partial(services.chase_late_actions, at=NOW + timedelta(days=1))

    counts = at_once(chase, chase)

    assert sum(counts) == 5
