"""The access log: append-only in the database, chained, and verified."""

import uuid
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import InternalError, ProgrammingError, connection, transaction

from audit import services as audit
from audit.enums import Verb
from audit.models import Entry, Link, Unchained
from tests.people import NOW, Cast

REFUSED = (InternalError, ProgrammingError)


def write(cast: Cast, count: int = 3) -> list[Entry]:
    return [
        audit.record(verb=Verb.READ, what="agency.read", at=NOW, actor=cast.mina, subject=cast.council, reason="triage")
        for _ in range(count)
    ]


def test_an_entry_says_who_from_where_did_what_to_which_record_and_why(cast: Cast) -> None:
    (entry,) = write(cast, 1)

    entry.refresh_from_db()
    assert (entry.actor_id, entry.actor_agency_id) == (str(cast.mina.pk), str(cast.police.pk))
    assert (entry.object_label, entry.object_id, entry.reason) == ("accounts.Agency", str(cast.council.pk), "triage")


def test_what_is_hashed_of_an_entry_never_changes() -> None:
    entry = Entry(
        id=7,
        public_id=uuid.UUID(int=1),
        at=datetime(2026, 9, 14, 22, 30, 0, 5, tzinfo=UTC),
        verb=Verb.READ,
        what="referral.read",
        actor_id="a",
        actor_agency_id="b",
        object_label="referrals.Referral",
        object_id="c",
        recipient_id="d",
        reason="Gwenllïan",
        details={"two": 2, "one": ["x"]},
        request_id="e",
    )

    assert entry.content() == (
        '[7,"00000000-0000-0000-0000-000000000001","2026-09-14T22:30:00.000005+00:00","READ","referral.read","a","b",'
        '"referrals.Referral","c","d","Gwenll\\u00efan",{"one":["x"],"two":2},"e"]'
    )


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET reason = 'other'", "DELETE FROM audit_entry"])
def test_the_database_refuses_to_change_or_delete_an_entry(cast: Cast, statement: str) -> None:
    write(cast, 1)

    with pytest.raises(REFUSED, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert Entry.objects.get().reason == "triage"


def test_the_database_refuses_to_truncate_the_log(cast: Cast) -> None:
    write(cast, 1)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry ENABLE TRIGGER audit_entry_no_truncate")

    with pytest.raises(REFUSED, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE audit_entry")

    assert Entry.objects.count() == 1


def test_chaining_links_each_entry_once_and_in_order(cast: Cast) -> None:
    entries = write(cast)

    assert (audit.chain_new_entries(), audit.chain_new_entries()) == (3, 0)
    assert list(Link.objects.order_by("number").values_list("number", "entry_id")) == [
        (number, entry.pk) for number, entry in enumerate(entries, start=1)
    ]


def test_a_whole_chain_verifies(cast: Cast) -> None:
    write(cast)
    audit.chain_new_entries()

    result = audit.verify_chain()

    assert (result.links, result.first_break) == (3, None)


def tamper(statement: str, *parameters: object) -> None:
    """Do what a database administrator could do with the triggers off."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER; ALTER TABLE audit_link DISABLE TRIGGER USER")
        cursor.execute(statement, parameters)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET reason = 'other' WHERE id = %s",
        "UPDATE audit_entry SET at = at + interval '1 second' WHERE id = %s",
        "DELETE FROM audit_entry WHERE id = %s",
        "DELETE FROM audit_link WHERE entry_id = %s",
    ],
)
def test_tampering_is_found_at_its_link(cast: Cast, statement: str) -> None:
    entries = write(cast)
    audit.chain_new_entries()

    tamper(statement, entries[1].pk)

    assert audit.verify_chain().first_break == 2


def test_verify_audit_names_the_first_broken_link_and_fails(cast: Cast) -> None:
    entries = write(cast)
    audit.chain_new_entries()
    tamper("UPDATE audit_entry SET what = 'nothing' WHERE id = %s", entries[2].pk)

    with pytest.raises(CommandError, match="broken at link 3"):
        call_command("verify_audit")


def test_an_entry_written_by_a_slow_transaction_is_chained_after_later_ones(cast: Cast) -> None:
    _, second, _ = write(cast)
    Unchained.objects.filter(pk=second.pk).delete()
    assert audit.chain_new_entries() == 2

    Unchained.objects.create(pk=second.pk)  # what others see once its transaction commits

    assert audit.chain_new_entries() == 1
    assert Link.objects.get(number=3).entry_id == second.pk


def test_an_entry_that_waits_for_its_link_is_no_break(cast: Cast) -> None:
    write(cast)

    assert audit.verify_chain().first_break is None


def test_an_entry_that_somebody_kept_out_of_the_chain_is_found(cast: Cast) -> None:
    entries = write(cast)
    Unchained.objects.filter(pk=entries[2].pk).delete()
    audit.chain_new_entries()

    result = audit.verify_chain()

    assert (result.links, result.first_break, result.reason) == (2, 3, "An entry was kept out of the chain.")


def test_entries_loaded_in_bulk_wait_for_their_links_too(cast: Cast) -> None:
    with (
        connection.cursor() as cursor,
        cursor.copy(
            "COPY audit_entry (public_id, at, verb, what, actor_id, "
            "actor_agency_id, object_label, object_id, recipient_id, reason, details, request_id) FROM STDIN"
        ) as copy,
    ):
        copy.write(f"{uuid.uuid4()}\t{NOW.isoformat()}\tREAD\tagency.read\t\t\t\t\t\t\t{{}}\t\n")

    assert audit.chain_new_entries() == 1
    assert not Unchained.objects.exists()
