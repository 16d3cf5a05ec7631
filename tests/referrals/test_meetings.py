"""The daily triage meeting: what is on its list, what is noted, by whom, and that its record stands."""

from datetime import date, timedelta
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from referrals import services
from referrals.enums import ItemOutcome, WhyListed
from referrals.models import MeetingItem, TriageMeeting
from referrals.queries import left_off
from tests.factories.accounts import AgencyFactory
from tests.factories.referrals import ReferralFactory
from tests.people import NOW, make_cast
from tests.races import at_once

MEETINGS = reverse("referrals:meetings")


def received(author, *, hours=1, due_in=10, **fields):
    submitted = NOW - timedelta(hours=hours)
    return ReferralFactory(author=author, submitted_at=submitted, due_at=NOW + timedelta(hours=due_in), **fields)


def opened(cast, at=NOW, by=None):
    return services.open_meeting(by=by or cast.mina, at=at)


def listed(meeting):
    return [(item.referral, item.why) for item in meeting.items.order_by("position")]


def note(item, by, version=1, outcome=ItemOutcome.DISCUSSED, **answers):
    return services.note_item(item_id=item.pk, version=version, outcome=outcome, by=by, at=NOW, **answers)


def with_items(cast, count=3):
    for number in range(count):
        received(cast.olu, due_in=10 + number)
    meeting = opened(cast)
    return meeting, list(meeting.items.order_by("position"))


def page(name, meeting, item=None):
    return reverse(f"referrals:{name}", args=[meeting.pk, item.pk] if item else [meeting.pk])


def test_the_list_holds_what_waits_with_high_risk_what_is_late_and_what_came_in_the_last_day(cast):
    new = received(cast.olu, hours=23)
    late = received(cast.olu, hours=90, due_in=-1)
    high = received(cast.olu, hours=90, risk_level=3)
    decided = received(cast.olu, hours=2, due_in=20, state="DECIDED")
    received(cast.olu, hours=25)
    received(cast.olu, hours=90, due_in=-1, state="DECIDED")
    received(cast.olu, hub=AgencyFactory(kind="POLICE"), risk_level=3)

    assert listed(opened(cast)) == [
        (high, WhyListed.HIGH),
        (late, WhyListed.LATE),
        (new, WhyListed.NEW),
        (decided, WhyListed.NEW),
    ]


def test_after_a_weekend_everything_since_the_last_meeting_is_on_the_list(cast):
    opened(cast, at=NOW - timedelta(days=3))
    saturday = received(cast.olu, hours=50)
    received(cast.olu, hours=24 * 4)

    assert listed(opened(cast)) == [(saturday, WhyListed.NEW)]


def test_opened_again_it_is_the_same_meeting_with_what_came_since(cast):
    first = received(cast.olu)
    meeting = opened(cast)
    second = received(cast.olu, hours=0.5)

    assert opened(cast, by=cast.sam) == opened(cast) == meeting
    assert listed(meeting) == [(first, WhyListed.NEW), (second, WhyListed.NEW)]
    assert list(Entry.objects.filter(what__startswith="meeting.").order_by("pk").values_list("what", flat=True)) == [
        "meeting.opened",
        "meeting.listed_more",
    ]


@pytest.mark.django_db(transaction=True)
def test_two_who_open_it_at_once_open_one_meeting_with_one_list():
    cast = make_cast()
    for _ in range(3):
        received(cast.olu)

    at_once(*[partial(opened, cast, by=user) for user in (cast.mina, cast.sam)])

    assert (TriageMeeting.objects.count(), MeetingItem.objects.count()) == (1, 3)


@pytest.mark.parametrize(
    ("outcome", "answers"),
    [
        (ItemOutcome.DISCUSSED, {}),
        (ItemOutcome.DECISION, {"notes": "Strategy discussion today."}),
        (ItemOutcome.ACTION, {"notes": "Call the school.", "owner": "mina", "due_on": date(2026, 11, 23)}),
        (ItemOutcome.ACTION, {"notes": "See the family.", "owner_agency": "council"}),
    ],
)
def test_what_came_of_an_item_is_noted(cast, outcome, answers):
    _, (item, *_) = with_items(cast)
    answers = {name: getattr(cast, value) if value in ("mina", "council") else value for name, value in answers.items()}

    done = note(item, cast.mina, outcome=outcome, **answers)

    assert (done.outcome, done.version) == (outcome, 2)
    assert all(getattr(done, name) == value for name, value in answers.items())
    entry = Entry.objects.get(what="meeting.noted")
    assert (entry.object_id, entry.details["outcome"]) == (str(item.referral_id), outcome)


@pytest.mark.parametrize(
    ("outcome", "answers"),
    [
        (ItemOutcome.DECISION, {"notes": "  "}),
        (ItemOutcome.ACTION, {"notes": "", "owner": "mina"}),
        (ItemOutcome.ACTION, {"notes": "Call the school."}),
        (ItemOutcome.ACTION, {"notes": "Call the school.", "owner": "mina", "owner_agency": "council"}),
    ],
)
def test_an_outcome_that_does_not_say_what_or_who_is_refused(cast, outcome, answers):
    _, (item, *_) = with_items(cast)
    answers = {name: getattr(cast, value) if value in ("mina", "council") else value for name, value in answers.items()}

    with pytest.raises(services.CannotHoldMeeting):
        note(item, cast.mina, outcome=outcome, **answers)


def test_who_saves_an_item_that_somebody_else_saved_meanwhile_overwrites_nothing(cast):
    _, (item, *_) = with_items(cast)
    note(item, cast.mina, notes="Mina's words.")

    assert note(item, cast.mina, notes="Mina's words.").version == 2
    with pytest.raises(services.StaleItem):
        note(item, cast.sam, notes="Sam's words.")
    assert note(item, cast.sam, version=2, notes="Both.").notes == "Both."


def test_items_are_brought_up_and_down_and_stay_at_the_ends(cast):
    meeting, (first, second, third) = with_items(cast)

    services.move_item(item_id=third.pk, places=-1, by=cast.mina, at=NOW)
    services.move_item(item_id=first.pk, places=-1, by=cast.mina, at=NOW)
    services.move_item(item_id=second.pk, places=1, by=cast.mina, at=NOW)

    assert list(meeting.items.order_by("position")) == [first, third, second]


def test_a_meeting_is_closed_once_with_who_was_there_and_stands(cast):
    meeting, (item, *_) = with_items(cast)
    with pytest.raises(services.CannotHoldMeeting, match="who was there"):
        services.close_meeting(meeting_id=meeting.pk, by=cast.mina, at=NOW)
    services.note_attendance(
        meeting_id=meeting.pk,
        agencies=[cast.council],
        people_present="Pat Fictitious, council",
        notes="",
        by=cast.mina,
        at=NOW,
    )

    for by in (cast.mina, cast.sam):
        closed = services.close_meeting(meeting_id=meeting.pk, by=by, at=NOW)
    assert (closed.closed_by, list(closed.agencies.all())) == (cast.mina, [cast.council])

    for deed in (
        lambda: note(item, cast.mina),
        lambda: services.move_item(item_id=item.pk, places=1, by=cast.mina, at=NOW),
        lambda: opened(cast),
        lambda: services.note_attendance(
            meeting_id=meeting.pk, agencies=[], people_present="Nobody", notes="", by=cast.mina, at=NOW
        ),
    ):
        with pytest.raises(services.CannotHoldMeeting, match="is over"):
            deed()


@pytest.mark.parametrize("who", ["olu", "lin", "pat", "ada", "iggy", "leda"])
def test_only_decision_makers_of_the_hub_hold_it(cast, who):
    meeting, (item, *_) = with_items(cast)
    user = getattr(cast, who)

    for deed in (
        lambda: opened(cast, by=user),
        lambda: note(item, user),
        lambda: services.move_item(item_id=item.pk, places=1, by=user, at=NOW),
        lambda: services.close_meeting(meeting_id=meeting.pk, by=user, at=NOW),
    ):
        with pytest.raises(services.CannotHoldMeeting):
            deed()


def test_the_database_refuses_a_record_that_contradicts_itself(cast):
    meeting, (item, other, _) = with_items(cast)
    new = {"meeting": meeting, "referral": ReferralFactory(author=cast.olu), "position": 9, "why": WhyListed.NEW}

    for wrong, name in (
        ({"referral": item.referral}, "meeting_item_once_in_a_meeting"),
        ({"outcome": "DECISION"}, "meeting_item_with_an_outcome_says_what"),
        ({"outcome": "ACTION", "notes": "Call."}, "meeting_item_action_has_one_owner"),
        ({"owner": cast.mina}, "meeting_item_action_has_one_owner"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            MeetingItem.objects.create(**(new | wrong))
    twice = MeetingItem.objects.filter(pk=item.pk)
    with transaction.atomic(), connection.cursor() as cursor:
        twice.update(position=other.position)
        with pytest.raises(IntegrityError, match="meeting_item_has_one_place"), transaction.atomic():
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        twice.update(position=item.position)
    day = {"hub": cast.police, "opened_at": NOW, "opened_by": cast.mina}
    with pytest.raises(IntegrityError, match="triage_meeting_once_a_day"), transaction.atomic():
        TriageMeeting.objects.create(day=meeting.day, **day)
    with pytest.raises(IntegrityError, match="triage_meeting_closed_says_who_and_when"), transaction.atomic():
        TriageMeeting.objects.create(day=date(2026, 1, 5), closed_at=NOW, **day)


def test_a_meeting_is_held_on_its_pages(client, cast):
    referral = ReferralFactory(author=cast.olu, submitted_at=timezone.now() - timedelta(hours=1))
    browser = client.signed_in(cast.mina)

    seen = browser.post(MEETINGS, follow=True)
    meeting = TriageMeeting.objects.get()
    (item,) = seen.context["items"]
    assert str(referral) in seen.content.decode()
    browser.post(page("meeting_attendance", meeting), {"people_present": "Pat, council", "agencies": [cast.council.pk]})
    sent = {"outcome": "ACTION", "notes": "Call the school.", "owner": cast.sam.pk, "version": "1"}
    browser.post(page("meeting_item", meeting, item), sent)
    browser.post(page("meeting_close", meeting))

    printed = browser.get(page("meeting_print", meeting)).content.decode()
    for words in (
        "Call the school.",
        "Owner: Sam Fictitious",
        "Pat, council",
        "Testham Children&#x27;s Services",
        "Closed by Mina",
    ):
        assert words in printed
    assert Entry.objects.filter(what="meeting.read", verb="PRINTED").count() == 1
    assert "Note who is there" not in browser.get(page("meeting", meeting)).content.decode()
    assert browser.get(page("meeting_item", meeting, item)).status_code == 302


def test_what_is_wrong_or_stale_comes_back_with_everything_typed(client, cast):
    meeting, (item, *_) = with_items(cast)
    browser = client.signed_in(cast.sam)
    url = page("meeting_item", meeting, item)

    wrong = browser.post(url, {"outcome": "ACTION", "notes": "Sam wrote this.", "version": "1"})
    note(item, cast.mina, notes="Mina wrote that.")
    stale = browser.post(url, {"outcome": "DISCUSSED", "notes": "Sam wrote this.", "version": "1"})

    assert [wrong.status_code, stale.status_code] == [422, 422]
    assert "Choose one owner" in wrong.content.decode()
    for words in ("Sam wrote this.", "Mina wrote that.", "Somebody else saved this"):
        assert words in stale.content.decode()
    assert 'name="version" value="2"' in stale.content.decode()


def test_a_meeting_of_another_hub_does_not_exist(client, cast):
    elsewhere = AgencyFactory(kind="POLICE")
    other = TriageMeeting.objects.create(hub=elsewhere, day=date(2026, 11, 20), opened_at=NOW, opened_by=cast.mina)

    assert client.signed_in(cast.mina).get(page("meeting", other)).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_queries_does_not_grow(client, cast, django_assert_num_queries, rows):
    meeting, items = with_items(cast, rows)
    for item in items:
        note(item, cast.mina, outcome=ItemOutcome.ACTION, notes="Call.", owner_agency=cast.council)
    for days in range(1, rows):
        opened(cast, at=NOW - timedelta(days=days))
    browser = client.signed_in(cast.mina)
    browser.get(MEETINGS)

    with django_assert_num_queries(4):
        browser.get(MEETINGS)
    with django_assert_num_queries(7):
        browser.get(page("meeting", meeting))


def test_after_easter_everything_since_the_last_meeting_is_listed_however_late_the_list_is_opened(cast):
    opened(cast, at=NOW - timedelta(days=5, hours=2))
    thursday = received(cast.olu, hours=24 * 5 + 1)

    assert listed(opened(cast)) == [(thursday, WhyListed.NEW)]


def test_when_more_came_than_is_added_at_once_the_oldest_are_on_and_the_rest_comes_next(client, cast, monkeypatch):
    monkeypatch.setattr("referrals.queries.meetings.MOST_AT_ONCE", 2)
    new, newer, newest = (received(cast.olu, hours=hours, due_in=50 - hours) for hours in (9, 5, 1))
    meeting = opened(cast)

    assert {item.referral for item in meeting.items.all()} == {new, newer}
    assert left_off(meeting, at=NOW)
    assert [referral for referral, _ in listed(opened(cast))][2:] == [newest]
    assert not left_off(meeting, at=NOW)


def test_what_the_last_meeting_did_not_come_to_is_carried_over_while_it_is_open(cast):
    yesterday = NOW - timedelta(days=1)
    passed_over, discussed, closed = (received(cast.olu, hours=30, state="DECIDED") for _ in range(3))
    meeting = opened(cast, at=yesterday)
    note(meeting.items.get(referral=discussed), cast.mina)
    services.close_referral(referral_id=closed.pk, by=cast.sam, at=NOW)

    assert listed(opened(cast)) == [(passed_over, WhyListed.CARRIED)]


def test_closing_says_how_many_were_not_discussed(client, cast):
    meeting, (item, *_) = with_items(cast)
    note(item, cast.mina)

    page_of_close = client.signed_in(cast.mina).get(page("meeting_close", meeting)).content.decode()

    assert "2 on the list have not been discussed" in page_of_close
    meeting.refresh_from_db()
    assert not meeting.is_closed
