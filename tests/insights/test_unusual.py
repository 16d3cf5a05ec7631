"""Unusual access: a scripted insider is found, whatever the script; usual sessions are not; what is listed is looked at and noted.

The scripts draw from printed seeds. Usual sessions are of people who write, decide, and answer what was shared with them, in
their hours, with a look at something else now and then.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import User
from audit import services as audit
from audit.enums import DEEDS, UNUSUAL_MOVES, UnusualMove, UnusualState, Verb
from audit.models import Entry, Unusual, Watch
from common.clock import LONDON, is_working_day
from insights import services
from insights.queries import unusual as queries
from referrals import services as referrals
from referrals.enums import AccessReason
from referrals.models import Referral, ReferralAccess, Search
from referrals.services import digest_of
from tests.factories.accounts import UserFactory
from tests.factories.referrals import PersonFactory, ReferralFactory
from tests.people import NOW, Cast
from tests.races import at_once

DAY = date(2026, 11, 18)  # a Wednesday
LIST = reverse("unusual")


def moment(day: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute, second), LONDON)


def entry(by: User, what: str, at: datetime, *, about: Any = None, verb: str = Verb.READ, **details: Any) -> Entry:
    return Entry(
        at=at,
        verb=verb,
        what=what,
        actor_id=str(by.pk),
        actor_agency_id=str(by.agency_id),
        object_label=about._meta.label if about is not None else "",
        object_id=str(about.pk) if about is not None else "",
        details=details,
    )


def searched(by: User, name: str, at: datetime, *shown: Any) -> list[Entry]:
    """A search for a family name, and what it showed."""
    search = Search(by=by, at=at)
    digests = {"family_name": digest_of(name)}
    made = entry(by, "referral.searched", at, about=search, verb=Verb.SEARCHED, fields=["family_name"], digests=digests)
    return [
        made,
        *(entry(by, "referral.found", at, about=one, verb=Verb.SEARCHED, search=str(search.pk)) for one in shown),
    ]


@dataclass
class World:
    """Referrals in every relation that a person may have to one."""

    cast: Cast
    open: list[Referral]
    closed: list[Referral]
    shared: list[Referral]


@pytest.fixture
def world(cast: Cast) -> World:
    long_ago = NOW - timedelta(days=120)
    closing = {"state": "CLOSED", "closed_at": long_ago, "closed_by": cast.sam}
    everything = World(
        cast,
        open=[ReferralFactory(author=cast.olu) for _ in range(12)],
        closed=[ReferralFactory(author=cast.olu, **closing) for _ in range(45)],
        shared=[ReferralFactory(author=cast.olu) for _ in range(6)],
    )
    for one in everything.shared:
        ReferralAccess.objects.create(
            agency=cast.council, referral=one, reason=AccessReason.SHARED, since=one.submitted_at
        )
    return everything


def found(user: User, day: date = DAY) -> set[str]:
    return {str(one.rule) for one in queries.findings_of(user, day)}


def write(entries: list[Entry]) -> None:
    Entry.objects.bulk_create(entries)


# The scripts of an insider: who it is, and what they do on DAY. Each draws what it can from the seed.


def reads_in_bulk(world: World, rng: random.Random) -> User:
    """Opens one after the other within an hour."""
    by, records = world.cast.mina, rng.sample(world.closed + world.open, rng.randint(32, 57))
    write([entry(by, "referral.read", moment(DAY, 14, n % 60, n // 60), about=one) for n, one in enumerate(records)])
    return by


def reads_slowly(world: World, rng: random.Random) -> User:
    """Opens closed referrals all day, too few an hour to stand out."""
    by, records = world.cast.mina, rng.sample(world.closed, rng.randint(6, 20))
    write([entry(by, "referral.read", moment(DAY, 8 + n % 11, n), about=one) for n, one in enumerate(records)])
    return by


def looks_up_a_neighbour(world: World, rng: random.Random) -> User:
    """Searches for a name and opens what became of it."""
    by, record = world.cast.mina, rng.choice(world.closed)
    at = moment(DAY, rng.randint(8, 18), rng.randint(0, 50))
    write(
        [*searched(by, "Quillfeather", at, record), entry(by, "referral.read", at + timedelta(minutes=1), about=record)]
    )
    return by


def looks_up_family(world: World, rng: random.Random) -> User:
    """Opens a referral about somebody of the same family name."""
    record = rng.choice(world.open + world.closed)
    PersonFactory(
        referral=record, given_names="Ada", family_name=rng.choice(["Fictitious", "fictitious", "FICTÍTIOUS"])
    )
    write([entry(world.cast.mina, "referral.read", moment(DAY, rng.randint(8, 18)), about=record)])
    return world.cast.mina


def looks_up_a_colleague(world: World, rng: random.Random) -> User:
    """Opens a referral about somebody of the own team, or about themselves."""
    record, name = rng.choice(world.open), rng.choice(["Mina", "Sam"])
    PersonFactory(referral=record, given_names=name, family_name="Fictitious")
    write([entry(world.cast.mina, "referral.read", moment(DAY, 10), about=record)])
    return world.cast.mina


def searches_again_and_again(world: World, rng: random.Random) -> User:
    """Searches for one name over several days, and opens nothing."""
    days = rng.sample(range(7), rng.randint(2, 6))
    for back in [0, *days]:
        write(
            searched(world.cast.mina, "Quillfeather", moment(DAY - timedelta(days=back), 11), rng.choice(world.closed))
        )
    return world.cast.mina


def comes_at_night(world: World, rng: random.Random) -> User:
    """Looks at this and that in the middle of the night."""
    by = rng.choice([world.cast.mina, world.cast.sam, world.cast.pat])
    records = rng.sample(world.shared if by == world.cast.pat else world.open, 3)
    write(
        [
            entry(by, "referral.read", moment(DAY, rng.choice([0, 2, 4, 21, 23]), n), about=r)
            for n, r in enumerate(records)
        ]
    )
    return by


def exports_all(world: World, rng: random.Random) -> User:
    """Takes out file after file."""
    what, verb = rng.choice(
        [("referral.pack_downloaded", Verb.DOWNLOADED), ("training.cpd_team_exported", Verb.EXPORTED)]
    )
    count = rng.randint(10, 40)
    write(
        [entry(world.cast.sam, what, moment(DAY, 9 + n % 10, n), about=world.open[0], verb=verb) for n in range(count)]
    )
    return world.cast.sam


def breaks_glass(world: World, rng: random.Random) -> User:
    """Opens a record by emergency access, of whichever kind."""
    by, what, record = rng.choice(
        [
            (world.cast.lin, "training.supervision_glass_broken", world.cast.police),
            (world.cast.mina, "referral.opened_in_emergency", rng.choice(world.open)),
        ]
    )
    write([entry(by, what, moment(DAY, rng.randint(8, 18)), about=record)])
    return by


def reads_all_day_in_many_hours(world: World, rng: random.Random) -> User:
    """Stays below what is many in an hour, and is far above what is many in a day."""
    records = [User(name=str(n)) for n in range(rng.randint(105, 180))]
    write(
        [
            entry(world.cast.tess, "training.person_read", moment(DAY, 8 + n % 11, n % 60), about=one)
            for n, one in enumerate(records)
        ]
    )
    return world.cast.tess


INSIDERS: dict[Callable[[World, random.Random], User], str] = {
    reads_in_bulk: "MANY_IN_HOUR",
    reads_slowly: "NO_TASK",
    looks_up_a_neighbour: "LOOKED_UP",
    looks_up_family: "SAME_NAME",
    looks_up_a_colleague: "KNOWN_PERSON",
    searches_again_and_again: "SAME_SEARCH",
    comes_at_night: "OUT_OF_HOURS",
    exports_all: "MANY_FILES",
    breaks_glass: "BREAK_GLASS",
    reads_all_day_in_many_hours: "MANY_IN_DAY",
}
SEEDS = range(5)


def test_each_of_fifty_scripted_insiders_is_found(world: World) -> None:
    missed = []
    for script, rule in INSIDERS.items():
        for seed in SEEDS:
            with transaction.atomic():
                by = script(world, random.Random(f"{script.__name__} {seed}"))
                if rule not in found(by):
                    missed.append((script.__name__, seed))
                transaction.set_rollback(True)

    print(f"insiders: {len(INSIDERS) * len(SEEDS)}, missed: {len(missed)}, seeds: {list(SEEDS)}")
    assert missed == []
    assert len(INSIDERS) * len(SEEDS) == 50


@pytest.mark.parametrize("rule", queries.RULES, ids=lambda rule: rule.__name__)
def test_without_a_rule_some_insider_is_missed(world: World, monkeypatch: pytest.MonkeyPatch, rule: Any) -> None:
    monkeypatch.setattr(queries, "RULES", tuple(one for one in queries.RULES if one is not rule))
    missed = []
    for script, expected in INSIDERS.items():
        with transaction.atomic():
            missed += [script] if expected not in found(script(world, random.Random("0"))) else []
            transaction.set_rollback(True)

    assert missed


def usual_session(world: World, by: User, day: date, rng: random.Random) -> list[Entry]:
    """Somebody's day at work."""
    cast = world.cast
    work = {cast.olu: world.open + world.closed, cast.pat: world.shared}.get(by, world.open + world.shared)
    hours = range(24) if by == cast.olu else range(8, 18)
    entries = []
    for record in rng.sample(work, min(len(work), rng.randint(1, 15))):
        at = moment(day, rng.choice(hours), rng.randint(0, 59))
        entries += [entry(by, "referral.read", at, about=record)]
        entries += [entry(by, "referral.seen_in_history", at, about=one) for one in rng.sample(world.closed, 3)]
        if rng.random() < 0.2:
            entries += searched(by, f"Name {rng.randint(1, 400)}", at, record)
        if rng.random() < 0.1:
            entries += [entry(by, "referral.pack_downloaded", at, about=record, verb=Verb.DOWNLOADED)]
    if by not in (cast.olu, cast.pat):
        # Now and then an old one is opened, from the history of a person: no task, and not searched for.
        entries += [
            entry(by, "referral.read", moment(day, 12), about=one)
            for one in rng.sample(world.closed, rng.randint(0, 3))
        ]
    return entries


def test_of_a_thousand_usual_sessions_fewer_than_one_is_listed(world: World) -> None:
    cast = world.cast
    people = [
        cast.olu,
        cast.mina,
        cast.sam,
        cast.pat,
        UserFactory(agency=cast.police, team=cast.hub_team, name="Bo Solo"),
    ]
    people[-1].role_grants.create(role="MASH_DECISION_MAKER", starts_on=date(2026, 1, 1))
    days = [day for n in range(300) if is_working_day(day := DAY - timedelta(days=n))][:200]
    rng = random.Random("usual sessions")
    for day in days:
        write([one for by in people for one in usual_session(world, by, day, rng)])

    listed = [(by.name, day, found(by, day)) for day in days for by in people if found(by, day)]

    sessions = len(people) * len(days)
    print(f"usual sessions: {sessions}, listed: {len(listed)}, seed: 'usual sessions'")
    assert sessions == 1000
    assert listed == []


def test_what_is_many_is_measured_against_the_own_usual_and_that_of_the_role(world: World) -> None:
    by = world.cast.mina
    for back in range(1, 8):
        write(
            [
                entry(by, "referral.read", moment(DAY - timedelta(days=back), 14, n), about=one)
                for n, one in enumerate(world.closed[:20])
            ]
        )
    for back in range(1, 8):
        write(
            [
                entry(world.cast.sam, "referral.read", moment(DAY - timedelta(days=back), 14, n), about=one)
                for n, one in enumerate(world.closed[:4])
            ]
        )
    write([entry(by, "referral.read", moment(DAY, 14, n), about=one) for n, one in enumerate(world.closed[:45])])

    assert "MANY_IN_HOUR" not in found(by)  # 45 of 60

    other = UserFactory(agency=world.cast.police, roles=["MASH_DECISION_MAKER"])
    write([entry(other, "referral.read", moment(DAY, 14, n), about=one) for n, one in enumerate(world.closed[:45])])
    assert "MANY_IN_HOUR" not in found(other)  # nobody with this role but Mina, whose usual is 20


@pytest.mark.parametrize("hour", [3, 11])
def test_every_emergency_access_to_a_referral_is_listed_whoever_opened_it_and_when(world: World, hour: int) -> None:
    """Through the service that opens it, and the watcher of the log: nobody's day at work makes it usual."""
    by, at = world.cast.mina, moment(DAY, hour)
    closed = world.open[:2]
    for referral in closed:
        referrals.restrict_referral(
            referral_id=referral.pk,
            reason="PROTECTED",
            words="Moved with her mother.",
            is_hinted=False,
            people=[world.cast.sam],
            by=world.cast.sam,
            at=at,
        )
        referrals.break_glass(referral_id=referral.pk, reason="A child is missing and may be with them.", by=by, at=at)

    services.watch_log(at=at + timedelta(hours=1))

    listed = Unusual.objects.filter(rule="BREAK_GLASS", actor_id=str(by.pk), day=DAY)
    assert {(one.object_label, one.object_id) for one in listed} == {
        ("referrals.Referral", str(referral.pk)) for referral in closed
    }
    assert services.watch_log(at=at + timedelta(hours=2)) == 0
    assert listed.count() == 2


def test_every_deed_that_opens_by_emergency_access_breaks_glass() -> None:
    named_so = {deed for deed, words in DEEDS.items() if "by emergency access" in words and words.startswith("Opened")}

    assert named_so == set(queries.BREAKS_GLASS)


def test_the_numbers_stand_beside(world: World) -> None:
    write(
        [
            entry(world.cast.mina, "referral.read", moment(DAY, 14, n), about=one)
            for n, one in enumerate(world.closed[:31])
        ]
    )

    many = next(one for one in queries.findings_of(world.cast.mina, DAY) if one.rule == "MANY_IN_HOUR")

    assert many.counts == {"hour": "14:00", "count": 31, "own_usual": None, "usual_of_role": None, "limit": 30}


def test_a_call_that_was_logged_is_a_reason_to_have_looked_somebody_up(world: World) -> None:
    by, record, at = world.cast.mina, world.closed[0], moment(DAY, 10)
    write([*searched(by, "Quillfeather", at, record), entry(by, "referral.read", at, about=record)])
    assert found(by) == {"LOOKED_UP"}

    write([entry(by, "consultation.recorded", moment(DAY, 10, 5), verb=Verb.COLLECTED)])

    assert found(by) == set()


def test_shifts_are_no_unusual_hours_by_role_or_by_team(world: World, settings: Any) -> None:
    write([entry(world.cast.olu, "referral.read", moment(DAY, 3), about=world.open[0])])
    write([entry(world.cast.mina, "referral.read", moment(DAY, 3), about=world.open[0])])
    assert (found(world.cast.olu), found(world.cast.mina)) == (set(), {"OUT_OF_HOURS"})

    settings.SHIFT_TEAMS = ["mash"]

    assert found(world.cast.mina) == set()


def test_who_was_there_at_such_hours_before_is_usual(world: World) -> None:
    for back in range(4):
        write([entry(world.cast.mina, "referral.read", moment(DAY - timedelta(days=back), 22), about=world.open[0])])

    assert found(world.cast.mina) == set()
    assert found(world.cast.mina, DAY - timedelta(days=1)) == {"OUT_OF_HOURS"}


def test_the_log_is_looked_through_in_bounded_steps_and_each_case_is_listed_once(world: World) -> None:
    looks_up_a_neighbour(world, random.Random("0"))
    reads_in_bulk(world, random.Random("0"))
    entries = Entry.objects.count()

    steps = [services.watch_log(at=NOW, limit=10) for _ in range(8)]

    assert sum(steps) == entries
    assert max(steps) == 10
    assert services.watch_log(at=NOW) == 0
    listed = list(Unusual.objects.order_by("rule").values_list("rule", flat=True))
    assert listed == sorted(set(listed))
    Watch.objects.update(last_entry_id=0)
    services.watch_log(at=NOW)
    assert Unusual.objects.count() == len(listed)


def test_what_was_written_a_moment_ago_waits_for_slower_transactions(world: World) -> None:
    write([entry(world.cast.mina, "referral.read", NOW - timedelta(minutes=1), about=world.open[0])])

    assert services.watch_log(at=NOW) == 0
    assert services.watch_log(at=NOW + timedelta(minutes=10)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_watchers_at_once_list_nothing_twice(cast: Cast) -> None:
    write([entry(cast.mina, "referral.read", moment(DAY, 3), about=cast.police)])

    at_once(*[lambda: services.watch_log(at=NOW)] * 3)

    assert list(Unusual.objects.values_list("rule", flat=True)) == ["OUT_OF_HOURS"]


def case(cast: Cast, **values: Any) -> Unusual:
    values = {"rule": "OUT_OF_HOURS", "actor_id": str(cast.mina.pk), "day": DAY, "found_at": NOW} | values
    return Unusual.objects.create(**values)


@pytest.mark.parametrize("state", UnusualState)
@pytest.mark.parametrize("move", UnusualMove)
def test_only_the_moves_of_the_table_are_made(cast: Cast, state: UnusualState, move: UnusualMove) -> None:
    noted = {} if state == "NEW" else {"noted_by_id": str(cast.ada.pk), "noted_at": NOW, "note": "Before"}
    one = case(cast, state=state, **noted)
    allowed = UNUSUAL_MOVES.get((move, state))

    if allowed is None:
        with pytest.raises(audit.CannotNote):
            audit.note_unusual(unusual_id=one.pk, move=move, note="Found", by=cast.iggy, at=NOW)
    else:
        audit.note_unusual(unusual_id=one.pk, move=move, note="Found", by=cast.iggy, at=NOW)

    one.refresh_from_db()
    assert one.state == (allowed or state)
    assert Entry.objects.filter(what="unusual.noted", reason="Found").count() == (allowed is not None)


def test_nobody_notes_what_came_of_a_case_about_themselves(client: Any, cast: Cast) -> None:
    own = case(cast, actor_id=str(cast.iggy.pk))

    page = client.signed_in(cast.iggy).post(
        reverse("unusual_case", args=[own.pk]), {"move": "EXPLAIN", "note": "I am fine"}
    )

    assert page.status_code == 422
    assert "a colleague notes" in page.content.decode()
    with pytest.raises(IntegrityError, match="unusual_not_noted_by_whom_it_is_about"), transaction.atomic():
        Unusual.objects.update(state="EXPLAINED", noted_by_id=str(cast.iggy.pk), noted_at=NOW, note="x")


def test_a_note_says_who_when_and_what(cast: Cast) -> None:
    case(cast)

    with pytest.raises(IntegrityError, match="unusual_noted_says_who_when_and_what"), transaction.atomic():
        Unusual.objects.update(state="EXPLAINED")


def test_a_case_is_opened_and_what_came_of_it_is_noted(client: Any, cast: Cast) -> None:
    referral = ReferralFactory(author=cast.olu)
    write([entry(cast.mina, "referral.read", moment(DAY, 3), about=referral)])
    services.watch_log(at=NOW)
    browser = client.signed_in(cast.iggy)
    listed = browser.get(LIST).content.decode()
    one = Unusual.objects.get()
    address = reverse("unusual_case", args=[one.pk])
    page = browser.get(address).content.decode()

    answer = browser.post(address, {"move": "ASK", "note": "Asked by mail."})

    assert [
        words
        for words in (one.get_rule_display(), "Mina Fictitious", "Looks out of hours: 1, from 03:00 to 03:00")
        if words not in listed
    ] == []
    assert referral.reference in page
    assert answer.status_code == 302
    assert "There is no case of this state" in browser.get(LIST).content.decode()
    assert "Mina Fictitious" in browser.get(LIST, {"state": "ASKED"}).content.decode()
    assert list(Entry.objects.filter(actor_id=str(cast.iggy.pk)).order_by("pk").values_list("what", flat=True)[:3]) == [
        "unusual.listed_read",
        "unusual.read",
        "unusual.noted",
    ]


def test_what_is_left_out_comes_back_beside_its_field_with_what_was_typed(client: Any, cast: Cast) -> None:
    one = case(cast)

    page = client.signed_in(cast.iggy).post(reverse("unusual_case", args=[one.pk]), {"note": "Words that stay"})

    assert (page.status_code, list(page.context["form"].errors)) == (422, ["move"])
    assert "Words that stay" in page.content.decode()
    one.refresh_from_db()
    assert one.state == "NEW"


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_has_a_flat_query_count(client: Any, cast: Cast, count: int, django_assert_num_queries: Any) -> None:
    for user in (cast.olu, cast.mina, cast.lin)[:count]:
        record = ReferralFactory(author=cast.olu)
        case(
            cast,
            actor_id=str(user.pk),
            actor_agency_id=str(cast.police.pk),
            object_label="referrals.Referral",
            object_id=str(record.pk),
        )
    browser = client.signed_in(cast.iggy)

    with django_assert_num_queries(8):
        browser.get(LIST)
