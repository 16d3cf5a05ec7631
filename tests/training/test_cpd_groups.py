"""One event in the log of many people: exactly once for each, with what became of each."""

import threading
import uuid
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from audit.models import Entry
from common.row_reports import RowVerdict
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.training import CpdEntryFactory, CpdEventFactory
from tests.people import NOW, Cast, make_cast
from training.models import CpdEntry, CpdEvent
from training.queries.named_people import people_named
from training.services import cpd as cpd_services
from training.services.cpd import CannotLogCpd
from training.services.cpd_groups import LoggedForGroup, log_cpd_for_group

KEY = uuid.UUID(int=7)


def log(cast: Cast, people, **fields) -> LoggedForGroup:
    event = {
        "done_on": date(2026, 11, 2),
        "kind": "BRIEFING",
        "topic": " Curiosity ",
        "hours": Decimal("1.5"),
        "learned": "One more question.",
        "trainer": "Tess Fictitious",
        "key": KEY,
        "by": cast.tess,
        "at": NOW,
    }
    return log_cpd_for_group(people=people, **event | fields)


def verdicts(logged: LoggedForGroup) -> list[str]:
    return [row.verdict.name for row in logged.rows]


def test_each_of_the_group_has_the_event_in_their_log(cast):
    logged = log(cast, [cast.olu, cast.lin, cast.olu])

    assert verdicts(logged) == ["TAKEN", "TAKEN"]
    for person in (cast.olu, cast.lin):
        entry = CpdEntry.objects.get(person=person)
        assert (entry.event, entry.topic, entry.hours, entry.trainer, entry.logged_by) == (
            logged.event,
            "Curiosity",
            Decimal("1.5"),
            "Tess Fictitious",
            cast.tess,
        )
    recorded = Entry.objects.filter(what="training.cpd_logged").values_list("object_id", flat=True)
    assert set(recorded) == {str(pk) for pk in CpdEntry.objects.values_list("pk", flat=True)}
    assert Entry.objects.filter(what="training.cpd_event_logged").count() == 1


def test_the_same_event_again_is_for_those_who_have_it_not_yet(cast):
    log(cast, [cast.olu])

    again = log(cast, [cast.olu, cast.lin])

    assert verdicts(again) == ["ALREADY_THERE", "TAKEN"]
    assert (CpdEvent.objects.count(), CpdEntry.objects.count()) == (1, 2)


def test_what_was_taken_back_does_not_come_back(cast):
    log(cast, [cast.olu])
    entry = CpdEntry.objects.get()
    cpd_services.take_back_cpd(entry_id=entry.pk, why="Olu was not there.", by=cast.tess, at=NOW)

    assert verdicts(log(cast, [cast.olu])) == ["ALREADY_THERE"]
    assert CpdEntry.objects.counted().count() == 0


def test_who_may_not_have_it_is_reported_and_stops_nobody(cast):
    gone = UserFactory(agency=cast.police, is_active=False)

    logged = log(cast, [cast.pat, cast.olu, gone])

    assert [(row.verdict.name, row.message) for row in logged.rows] == [
        ("REFUSED", "Not of your agency."),
        ("TAKEN", ""),
        ("REFUSED", "Has left."),
    ]
    assert logged.count(RowVerdict.TAKEN) == CpdEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"hours": Decimal(25)}, "0.25 to 24"),
        ({"done_on": date(2026, 11, 21)}, "future"),
        ({"topic": " "}, "about"),
    ],
)
def test_an_event_is_held_to_what_an_entry_is(cast, fields, message):
    with pytest.raises(CannotLogCpd, match=message):
        log(cast, [cast.olu], **fields)


def test_nobody_left_or_nobody_at_all_logs_no_event(cast):
    for people in ([], [cast.pat]):
        with pytest.raises(CannotLogCpd, match="at least one"):
            log(cast, people)
    assert not CpdEvent.objects.exists()


@pytest.mark.parametrize("name", ["olu", "lin", "moss", "sam", "cory", "out"])
def test_only_a_trainer_logs_for_a_group(cast, name):
    with pytest.raises(CannotLogCpd, match="Only a trainer"):
        log(cast, [cast.olu], by=getattr(cast, name))


def test_the_key_of_another_event_is_refused(cast):
    log(cast, [cast.olu])

    with pytest.raises(CannotLogCpd, match="another event"):
        log(cast, [cast.lin], hours=Decimal(2))
    foreign = UserFactory(agency=AgencyFactory(kind="POLICE"), roles=["TRAINER"])
    with pytest.raises(CannotLogCpd, match="another event"):
        log(cast, [foreign], by=foreign)


def test_the_database_holds_one_entry_a_person_and_event(cast):
    event = CpdEventFactory(logged_by=cast.tess)
    CpdEntryFactory(person=cast.olu, event=event)

    with pytest.raises(IntegrityError, match="cpd_entry_once_an_event"), transaction.atomic():
        CpdEntryFactory(person=cast.olu, event=event)


@pytest.mark.django_db(transaction=True)
def test_two_who_send_the_same_event_at_once_log_it_once():
    cast = make_cast()
    start = threading.Barrier(2)
    ends: list[list[str]] = []

    def send() -> None:
        try:
            start.wait()
            ends.append(verdicts(log(cast, [cast.olu, cast.lin])))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(ends) == [["ALREADY_THERE", "ALREADY_THERE"], ["TAKEN", "TAKEN"]]
    assert CpdEntry.objects.count() == 2


def test_a_list_names_people_by_address_or_collar_number_and_says_who_it_does_not(cast):
    for person, number in ((cast.olu, "9014"), (cast.lin, "77"), (cast.moss, "77")):
        person.collar_number = number
        person.save()

    lines = people_named(
        " OLU@example.org;\n\n9014\n77\npat@example.org\nnobody\nlin@example.org", agency_id=cast.police.pk
    )

    assert [(line.number, line.person, line.problem) for line in lines] == [
        (1, cast.olu, ""),
        (3, None, "The same person as line 1."),
        (4, None, "Several people have this collar number. Write the e-mail address."),
        (5, None, "Nobody of your agency has this address or collar number."),
        (6, None, "Nobody of your agency has this address or collar number."),
        (7, cast.lin, ""),
    ]
