"""Entries of the CPD log after they were logged: corrected, looked back on, taken back; nothing is lost."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from audit.models import Entry
from tests.factories.training import CpdEntryFactory
from tests.people import NOW, Cast
from training.models import CpdEarlierVersion, CpdEntry
from training.queries.people import cpd_by_year, people_seen_by, with_progress
from training.services import cpd
from training.services.cpd import CannotCorrectCpd


@pytest.fixture
def own(cast: Cast) -> CpdEntry:
    return CpdEntryFactory(person=cast.olu)


@pytest.fixture
def given(cast: Cast) -> CpdEntry:
    """Logged by the trainer for Olu."""
    return CpdEntryFactory(person=cast.olu, logged_by=cast.tess)


def correct(entry: CpdEntry, by, version: int = 1, **changes) -> CpdEntry:
    return cpd.correct_cpd(entry_id=entry.pk, version=version, by=by, at=NOW, **changes)


def test_a_correction_keeps_what_the_entry_said_before(cast, own):
    done = correct(own, cast.olu, hours=Decimal(2), learned=" More.\r\nAnd more. ")

    assert (done.version, done.hours, done.learned) == (2, Decimal(2), "More.\nAnd more.")
    before = CpdEarlierVersion.objects.get()
    assert (before.number, before.hours, before.learned) == (1, Decimal("1.50"), own.learned)
    assert (before.replaced_by, before.replaced_at) == (cast.olu, NOW)
    entry = Entry.objects.get()
    assert (entry.what, entry.details) == (
        "training.cpd_corrected",
        {"version": 2, "fields": ["hours", "learned"]},
    )


def test_the_same_correction_twice_is_one_and_one_of_an_old_page_is_refused(cast, own):
    correct(own, cast.olu, topic="Coercive control")

    assert correct(own, cast.olu, topic="Coercive control").version == 2
    with pytest.raises(CannotCorrectCpd, match="changed since you opened it"):
        correct(own, cast.olu, topic="Neglect")
    assert CpdEarlierVersion.objects.count() == 1


def test_facts_that_a_trainer_logged_are_the_trainers_and_words_the_persons(cast, given):
    assert correct(given, cast.olu, learned="In my words.", what_happened="We talked.").version == 2
    assert correct(given, cast.tess, version=2, hours=Decimal(3)).version == 3
    for by, changes in ((cast.olu, {"hours": Decimal(9)}), (cast.tess, {"learned": "In the trainer's words."})):
        with pytest.raises(CannotCorrectCpd, match="this part"):
            correct(given, by, version=3, **changes)
    given.refresh_from_db()
    assert (given.hours, given.learned) == (Decimal(3), "In my words.")


@pytest.mark.parametrize("name", ["tess", "lin", "moss", "sam", "ada", "pat", "out"])
def test_what_somebody_logged_themselves_nobody_else_corrects_or_takes_back(cast, own, name):
    by = getattr(cast, name)

    with pytest.raises(CannotCorrectCpd):
        correct(own, by, hours=Decimal(2))
    with pytest.raises(CannotCorrectCpd):
        cpd.look_back_on_cpd(entry_id=own.pk, version=1, did_help="Yes.", by=by, at=NOW)
    with pytest.raises(CannotCorrectCpd):
        cpd.take_back_cpd(entry_id=own.pk, why="It is not true at all.", by=by, at=NOW)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"done_on": date(2026, 11, 21)}, "future"),
        ({"hours": Decimal("0.1")}, "0.25 to 24"),
        ({"kind": "HEARSAY"}, "what kind"),
        ({"learned": " "}, "what was learned"),
    ],
)
def test_a_correction_is_held_to_what_an_entry_is(cast, own, changes, message):
    with pytest.raises(CannotCorrectCpd, match=message):
        correct(own, cast.olu, **changes)


def test_a_look_back_is_dated_and_the_one_before_is_kept(cast, own):
    def look_back(version: int, words: str) -> CpdEntry:
        return cpd.look_back_on_cpd(entry_id=own.pk, version=version, did_help=words, by=cast.olu, at=NOW)

    assert look_back(1, "Not yet.").looked_back_on == date(2026, 11, 20)
    assert look_back(2, "Yes, twice.").version == 3
    assert look_back(2, "Yes, twice.").version == 3
    assert list(CpdEarlierVersion.objects.order_by("number").values_list("did_help", flat=True)) == ["", "Not yet."]
    with pytest.raises(CannotCorrectCpd, match="whether it helped"):
        look_back(3, " ")


def test_what_is_taken_back_is_kept_and_counts_in_no_total(cast, own):
    CpdEntryFactory(person=cast.olu, hours=Decimal(4))

    done = cpd.take_back_cpd(entry_id=own.pk, why="Logged on the wrong day.", by=cast.olu, at=NOW)
    again = cpd.take_back_cpd(entry_id=own.pk, why="Something else now.", by=cast.olu, at=NOW)

    assert (done.taken_back_by, again.taken_back_because) == (cast.olu, "Logged on the wrong day.")
    assert [(one.entries, one.hours) for one in cpd_by_year(cast.olu)] == [(1, Decimal(4))]
    listed = with_progress(people_seen_by(cast.tess), on=date(2026, 11, 20)).get(pk=cast.olu.pk)
    assert listed.cpd_hours == Decimal(4)
    assert Entry.objects.filter(what="training.cpd_taken_back").count() == 1
    with pytest.raises(CannotCorrectCpd, match="taken back"):
        correct(own, cast.olu, hours=Decimal(2))


def test_taking_back_needs_a_reason(cast, own):
    with pytest.raises(CannotCorrectCpd, match="at least 10"):
        cpd.take_back_cpd(entry_id=own.pk, why="Wrong", by=cast.olu, at=NOW)


def test_the_database_keeps_what_an_entry_said_before(cast, own):
    correct(own, cast.olu, topic="Neglect")

    for change in (
        lambda: CpdEarlierVersion.objects.update(topic="Nothing"),
        lambda: CpdEarlierVersion.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="stands as it was"), transaction.atomic():
            change()


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"did_help": "Yes."}, "cpd_entry_looked_back_says_when"),
        ({"looked_back_on": date(2026, 11, 1)}, "cpd_entry_looked_back_says_when"),
        ({"taken_back_at": NOW}, "cpd_entry_taken_back_says_who_when_and_why"),
        ({"taken_back_because": "Wrong day."}, "cpd_entry_taken_back_says_who_when_and_why"),
    ],
)
def test_the_database_refuses_half_of_a_deed(cast, fields, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        CpdEntryFactory(person=cast.olu, **fields)
