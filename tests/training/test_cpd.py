"""The CPD log: for oneself, or by a trainer for somebody of the agency."""

import uuid
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from audit.models import Entry
from tests.factories.training import CpdEntryFactory
from tests.people import NOW, Cast
from training.models import CpdEntry
from training.queries.people import YearOfCpd, cpd_by_year
from training.services import cpd


def log(cast: Cast, **fields) -> CpdEntry:
    defaults = {
        "person": cast.olu,
        "done_on": date(2026, 11, 2),
        "kind": "COURSE",
        "topic": " Stalking ",
        "hours": Decimal("1.5"),
        "learned": " The pattern. ",
        "key": uuid.uuid4(),
        "by": cast.olu,
        "at": NOW,
    }
    return cpd.log_cpd(**defaults | fields)


def test_an_officer_logs_cpd_and_the_log_says_so_without_its_words(cast):
    entry = log(cast)

    assert (entry.person, entry.logged_by, entry.agency) == (cast.olu, cast.olu, cast.police)
    assert (entry.topic, entry.learned, entry.hours) == ("Stalking", "The pattern.", Decimal("1.5"))
    recorded = Entry.objects.get()
    assert (recorded.what, recorded.object_id, recorded.details) == (
        "training.cpd_logged",
        str(entry.pk),
        {"kind": "COURSE"},
    )


def test_the_same_form_twice_logs_once_and_for_somebody_else_not_at_all(cast):
    key = uuid.uuid4()
    first = log(cast, key=key)

    assert log(cast, key=key) == first
    with pytest.raises(cpd.CannotLogCpd, match="used for another entry"):
        log(cast, key=key, person=cast.lin, by=cast.lin)
    with pytest.raises(cpd.CpdKeyWasUsed, match="with other content"):
        log(cast, key=key, learned="Something else, after going back.")
    assert (CpdEntry.objects.count(), Entry.objects.count()) == (1, 1)


def test_a_trainer_logs_for_people_of_the_own_agency_only(cast):
    assert log(cast, by=cast.tess).logged_by == cast.tess
    with pytest.raises(cpd.CannotLogCpd, match="may not"):
        log(cast, by=cast.tess, person=cast.pat)


@pytest.mark.parametrize("name", ["lin", "moss", "sam", "ada", "out"])
def test_nobody_else_logs_for_another_person(cast, name):
    with pytest.raises(cpd.CannotLogCpd, match="may not"):
        log(cast, by=getattr(cast, name))


def test_a_role_without_training_keeps_no_log(cast):
    with pytest.raises(cpd.CannotLogCpd, match="may not"):
        log(cast, person=cast.pat, by=cast.pat)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"done_on": date(2026, 11, 21)}, "future"),
        ({"kind": "HEARSAY"}, "what kind"),
        ({"hours": Decimal("0.2")}, "0.25 to 24"),
        ({"hours": Decimal("24.01")}, "0.25 to 24"),
        ({"topic": "  "}, "what it was about"),
        ({"learned": ""}, "what was learned"),
    ],
)
def test_what_cannot_be_is_not_logged(cast, fields, message):
    with pytest.raises(cpd.CannotLogCpd, match=message):
        log(cast, **fields)
    assert not CpdEntry.objects.exists()


@pytest.mark.parametrize("fields", [{"hours": 0}, {"hours": 25}, {"topic": ""}, {"learned": ""}])
def test_the_database_refuses_an_entry_that_cannot_be(cast, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        CpdEntryFactory(person=cast.olu, **fields)
    with pytest.raises(IntegrityError), transaction.atomic():
        CpdEntry.objects.bulk_create([CpdEntryFactory.build(person=cast.olu, logged_by=cast.olu, **fields)])


def test_the_database_takes_each_key_once(cast):
    entry = CpdEntryFactory(person=cast.olu)

    with pytest.raises(IntegrityError), transaction.atomic():
        CpdEntryFactory(person=cast.olu, key=entry.key)


def test_hours_are_summed_by_calendar_year_the_newest_first(cast):
    for done_on, hours in ((date(2025, 12, 31), "1.25"), (date(2026, 1, 1), "2"), (date(2026, 6, 1), "0.5")):
        CpdEntryFactory(person=cast.olu, done_on=done_on, hours=Decimal(hours))
    CpdEntryFactory(person=cast.lin)

    assert cpd_by_year(cast.olu) == [YearOfCpd(2026, 2, Decimal("2.50")), YearOfCpd(2025, 1, Decimal("1.25"))]
