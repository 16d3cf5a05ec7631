"""Strategy discussions: who came, what was shared, decided and agreed; actions until they are done."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from referrals import queries, services
from referrals.models import StrategyAction, StrategyAttendance, StrategyDiscussion
from tests.people import NOW


def record(cast, referral, *, by=None, key=None, **changes):
    values = {
        "held_at": NOW - timedelta(hours=1),
        "outcome": "JOINT",
        "reasons": "Harm is likely tonight.",
        "attended": [
            {"agency": cast.police, "presence": "PRESENT", "shared": "zzpolice knew the address."},
            {"agency": cast.council, "presence": "PRESENT", "shared": "zzcouncil has a worker."},
            {"agency": cast.elsewhere, "presence": "ABSENT", "shared": ""},
        ],
        "agreed": [
            {"what": "zzvisit tonight", "owner": cast.council, "due_on": NOW.date()},
            {"what": "zzspeak to the neighbour", "owner": cast.police, "due_on": NOW.date() + timedelta(days=2)},
        ],
    } | changes
    return services.record_strategy_discussion(
        referral_id=referral.pk, key=key or uuid.uuid4(), by=by or cast.mina, at=NOW, **values
    )


def test_a_discussion_keeps_who_came_what_each_shared_and_who_does_what(cast, life):
    referral = life.submitted()

    discussion = record(cast, referral)

    invited = StrategyAttendance.objects.order_by("presence", "shared").values_list("agency__name", "presence")
    assert list(invited) == [
        (cast.elsewhere.name, "ABSENT"),
        (cast.council.name, "PRESENT"),
        (cast.police.name, "PRESENT"),
    ]
    assert list(StrategyAction.objects.order_by("due_on").values_list("owner__name", flat=True)) == [
        cast.council.name,
        cast.police.name,
    ]
    entry = Entry.objects.get(what="referral.strategy_discussion")
    assert (entry.details["agencies"], entry.details["actions"]) == (3, 2)
    assert "zz" not in str(entry.details)
    assert discussion.recorded_by == cast.mina


def test_a_double_click_records_one_discussion(cast, life):
    referral, key = life.submitted(), uuid.uuid4()

    assert record(cast, referral, key=key) == record(cast, referral, key=key)

    assert (StrategyDiscussion.objects.count(), StrategyAction.objects.count()) == (1, 2)


@pytest.mark.parametrize(
    "wrong",
    [
        {"held_at": NOW + timedelta(minutes=1)},
        {"outcome": "NONSENSE"},
        {"reasons": " "},
        {"attended": []},
    ],
)
def test_what_is_not_complete_is_refused(cast, life, wrong):
    with pytest.raises(services.CannotRecordDiscussion):
        record(cast, life.submitted(), **wrong)

    assert not StrategyDiscussion.objects.exists()


def test_one_agency_alone_one_twice_an_empty_action_and_one_due_before_are_refused(cast, life):
    referral = life.submitted()
    present = {"agency": cast.police, "presence": "PRESENT", "shared": ""}
    absent = {"agency": cast.council, "presence": "ABSENT", "shared": ""}
    early = {"what": "Ring.", "owner": cast.police, "due_on": NOW.date() - timedelta(days=3)}
    for wrong in (
        {"attended": [present, absent]},
        {"attended": [present, present]},
        {"attended": [present, absent | {"presence": "MAYBE"}]},
        {"agreed": [early]},
        {"agreed": [early | {"what": " ", "due_on": NOW.date()}]},
    ):
        with pytest.raises(services.CannotRecordDiscussion):
            record(cast, referral, **wrong)


@pytest.mark.parametrize("who", ["olu", "lin", "pat", "out", "ada"])
def test_nobody_else_records_a_discussion(cast, life, who):
    with pytest.raises(services.CannotRecordDiscussion):
        record(cast, life.submitted(), by=getattr(cast, who))


def test_a_closed_referral_has_no_more_discussions(cast, life):
    referral = life.decided()
    services.close_referral(referral_id=referral.pk, by=cast.sam, at=NOW)

    with pytest.raises(services.CannotRecordDiscussion, match="closed"):
        record(cast, referral)


def test_open_actions_stand_on_the_home_page_late_ones_as_late_until_they_are_done(client, cast, life):
    record(cast, life.submitted())

    def line(user, at):
        return {line.url: line for line in queries.waiting_for(user, at=at)}[reverse("referrals:actions")]

    assert line(cast.mina, NOW).title == "actions of strategy discussions to do"

    assert (line(cast.mina, NOW).count, line(cast.mina, NOW).is_late) == (2, False)
    assert line(cast.mina, NOW + timedelta(days=1)).is_late
    browser = client.signed_in(cast.mina)
    action = StrategyAction.objects.get(owner=cast.council)
    assert len(browser.get(line(cast.mina, NOW).url).context["page"].items) == 2

    for _ in range(2):
        browser.post(reverse("referrals:action_done", args=[action.discussion.referral_id, action.pk]))

    action.refresh_from_db()
    assert (action.done_by, action.done_at is not None) == (cast.mina, True)
    assert (line(cast.mina, NOW).count, line(cast.mina, NOW).title) == (1, "action of a strategy discussion to do")
    assert Entry.objects.filter(what="strategy.action_done").count() == 1


def test_an_agency_sees_and_finishes_its_own_actions_while_the_referral_is_shared_with_it(client, cast, life):
    shared = life.shared()
    record(cast, shared.referral)
    browser = client.signed_in(cast.pat)

    page = browser.get(reverse("referrals:actions")).content.decode()
    assert "zzvisit tonight" in page
    assert "zzspeak" not in page
    action = StrategyAction.objects.get(owner=cast.council)
    others = StrategyAction.objects.get(owner=cast.police)
    address = reverse("referrals:action_done", args=[shared.referral_id, others.pk])
    assert browser.post(address).status_code == 403
    services.end_share(share_id=shared.pk, reason="Done.", by=cast.mina, at=NOW)

    assert "zzvisit" not in browser.get(reverse("referrals:actions")).content.decode()
    with pytest.raises(services.CannotFinishAction):
        services.finish_action(action_id=action.pk, by=cast.pat, at=NOW)


def test_the_hub_reads_the_discussion_and_writer_and_agency_do_not(client, cast, life):
    shared = life.shared()
    record(cast, shared.referral)

    def read_by(user):
        return type(client)().signed_in(user).get(shared.referral.get_absolute_url()).content.decode()

    for told in ("zzpolice", "zzcouncil", "zzvisit", "Harm is likely tonight."):
        assert told in read_by(cast.mina)
    for user in (cast.olu, cast.pat, cast.lin):
        assert not any(told in read_by(user) for told in ("zzpolice", "zzcouncil", "zzvisit", "zzspeak"))


def test_the_page_records_a_discussion_and_keeps_what_was_typed_when_something_is_missing(client, cast, life):
    referral = life.submitted()
    browser, address = client.signed_in(cast.mina), reverse("referrals:strategy", args=[referral.pk])
    key = browser.get(address).context["form"]["key"].value()
    held = timezone.localtime(timezone.now() - timedelta(hours=2))
    sent = {
        "key": key,
        **{f"held_at_{part}": value for part, value in enumerate((held.day, held.month, held.year, f"{held:%H:%M}"))},
        "outcome": "JOINT",
        "reasons": "Kept reasons.",
        "invited-TOTAL_FORMS": 2,
        "invited-INITIAL_FORMS": 0,
        "invited-0-agency": cast.police.pk,
        "invited-0-presence": "PRESENT",
        "invited-1-agency": cast.council.pk,
        "invited-1-shared": "Kept words.",
        "actions-TOTAL_FORMS": 1,
        "actions-INITIAL_FORMS": 0,
        "actions-0-what": "Kept action.",
    }

    refused = browser.post(address, sent)
    content = refused.content.decode()
    assert refused.status_code == 422
    for told in (
        "Choose whether it was present.",
        "Choose who does it.",
        "Kept reasons.",
        "Kept words.",
        "Kept action.",
    ):
        assert told in content
    day = held.date() + timedelta(days=1)
    whole = {
        "invited-1-presence": "PRESENT",
        "actions-0-owner": cast.council.pk,
        "actions-0-due_on_0": day.day,
        "actions-0-due_on_1": day.month,
        "actions-0-due_on_2": day.year,
    }
    assert [browser.post(address, sent | whole).status_code for _ in range(2)] == [302, 302]

    assert list(StrategyAction.objects.values_list("what", "due_on")) == [("Kept action.", day)]
    assert StrategyDiscussion.objects.count() == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_queries_of_the_actions_does_not_grow(client, cast, life, django_assert_num_queries, rows):
    for _ in range(rows):
        record(cast, life.submitted())
    browser = client.signed_in(cast.mina)
    browser.get(reverse("referrals:actions"))

    with django_assert_num_queries(5):
        assert len(browser.get(reverse("referrals:actions")).context["page"].items) == 2 * rows


def test_the_database_refuses_what_breaks_a_rule(cast, life):
    discussion = record(cast, life.submitted())

    for deed, constraint in (
        (lambda: StrategyAttendance.objects.update(agency=cast.police), "strategy_attendance_once_an_agency"),
        (lambda: StrategyAction.objects.update(what=""), "strategy_action_says_what"),
        (lambda: StrategyAction.objects.update(done_at=NOW), "strategy_action_done_says_who_and_when"),
        (
            lambda: StrategyDiscussion.objects.update(held_at=discussion.recorded_at + timedelta(days=1)),
            "strategy_discussion_was_held_before_it_is_recorded",
        ),
        (lambda: StrategyDiscussion.objects.update(reasons=""), "strategy_discussion_gives_its_reasons"),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            deed()


@pytest.mark.parametrize("times", [1, 3])
def test_discussions_are_read_with_who_came_and_who_does_what_in_three_questions(
    cast, life, django_assert_num_queries, times
):
    referral = life.submitted()
    for _ in range(times):
        record(cast, referral)
    StrategyAction.objects.update(done_at=NOW, done_by=cast.pat)

    with django_assert_num_queries(3):
        held = queries.discussions_of(referral)
        agencies = {str(one.agency) for discussion in held for one in discussion.attendances.all()}
        doers = {(str(action.owner), action.done_by) for discussion in held for action in discussion.actions.all()}

    assert len(held) == times
    assert agencies == {str(cast.police), str(cast.council), str(cast.elsewhere)}
    assert doers == {(str(cast.council), cast.pat), (str(cast.police), cast.pat)}
