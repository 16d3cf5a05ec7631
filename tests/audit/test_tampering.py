"""Somebody with the keys of the database changes, deletes, adds, reorders, cuts or rewrites: all of it is found, and nothing else is.

How often is set by TAMPERINGS (300 unless said; 10,000 for the promise of quality.md). The seed is printed.
"""

import os
import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from audit import services as audit
from audit.enums import Verb
from audit.models import Entry
from audit.services import Head
from tests.people import NOW, Cast

TIMES = int(os.environ.get("TAMPERINGS", "300"))
SEED = os.environ.get("TAMPERING_SEED", "7")
LENGTH = 12
COLUMNS = {
    "at": "at + interval '1 hour'",
    "verb": "'SHARED'",
    "what": "what || '.'",
    "actor_id": "'somebody else'",
    "actor_agency_id": "'another'",
    "object_label": "'other.Record'",
    "object_id": "'other'",
    "recipient_id": "'other'",
    "reason": "reason || ' really'",
    "details": """details || '{"more": 1}'""",
    "request_id": "'other'",
    "public_id": "gen_random_uuid()",
}


@pytest.fixture
def chained(cast: Cast) -> Iterator[list[Entry]]:
    """A chain, with its guards off: what follows is done by whoever may alter tables."""
    entries = [
        audit.record(
            verb=Verb.READ, what=f"record.read{n}", at=NOW + timedelta(seconds=n), actor=cast.mina, reason=f"r{n}"
        )
        for n in range(LENGTH)
    ]
    audit.chain_new_entries()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER; ALTER TABLE audit_link DISABLE TRIGGER USER")
    return entries


def run(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def change(rng: random.Random, entries: list[Entry]) -> None:
    column = rng.choice(list(COLUMNS))
    run(f"UPDATE audit_entry SET {column} = {COLUMNS[column]} WHERE id = %s", rng.choice(entries).pk)  # noqa: S608


def turn_the_clock(rng: random.Random, entries: list[Entry]) -> None:
    run(
        "UPDATE audit_entry SET at = at - %s WHERE id = %s", timedelta(hours=rng.randint(1, 99)), rng.choice(entries).pk
    )


def delete_entry(rng: random.Random, entries: list[Entry]) -> None:
    run("DELETE FROM audit_entry WHERE id = %s", rng.choice(entries).pk)


def delete_entry_and_link(rng: random.Random, entries: list[Entry]) -> None:
    """Not the last one: that is cutting the tail, which only the head kept outside shows."""
    victim = rng.choice(entries[:-1]).pk
    run("DELETE FROM audit_entry WHERE id = %s", victim)
    run("DELETE FROM audit_link WHERE entry_id = %s", victim)


def insert(rng: random.Random, entries: list[Entry]) -> None:
    like = rng.choice(entries)
    run(
        """INSERT INTO audit_entry (public_id, at, verb, what, actor_id, actor_agency_id, object_label, object_id, recipient_id,
        reason, details, request_id) SELECT gen_random_uuid(), at, verb, what, 'made up', actor_agency_id, object_label, object_id,
        recipient_id, reason, details, request_id FROM audit_entry WHERE id = %s""",
        like.pk,
    )


def reorder(rng: random.Random, entries: list[Entry]) -> None:
    one, other = rng.sample(entries, 2)
    for a, b in ((one.pk, -1), (other.pk, one.pk), (-1, other.pk)):
        run("UPDATE audit_link SET entry_id = %s WHERE entry_id = %s", b, a)


def swap_contents(rng: random.Random, entries: list[Entry]) -> None:
    one, other = rng.sample(entries, 2)
    run("UPDATE audit_entry SET reason = %s WHERE id = %s", other.reason, one.pk)
    run("UPDATE audit_entry SET reason = %s WHERE id = %s", one.reason, other.pk)


def change_link(rng: random.Random, entries: list[Entry]) -> None:
    run("UPDATE audit_link SET hash = %s WHERE number = %s", f"{rng.getrandbits(256):064x}", rng.randint(1, LENGTH))


def cut_the_tail(rng: random.Random, entries: list[Entry]) -> None:
    """Found by the head kept outside alone."""
    keep = rng.randint(0, LENGTH - 1)
    run("DELETE FROM audit_entry WHERE id IN (SELECT entry_id FROM audit_link WHERE number > %s)", keep)
    run("DELETE FROM audit_link WHERE number > %s", keep)


def rewrite_all(rng: random.Random, entries: list[Entry]) -> None:
    """Found by the head kept outside alone: change an entry, and make every hash anew."""
    change(rng, entries)
    run("INSERT INTO audit_unchained SELECT entry_id FROM audit_link ON CONFLICT DO NOTHING")
    run("DELETE FROM audit_link")
    assert audit.chain_new_entries() == LENGTH


FOUND_ALONE = (
    change,
    turn_the_clock,
    delete_entry,
    delete_entry_and_link,
    insert,
    reorder,
    swap_contents,
    change_link,
)
FOUND_BY_THE_HEAD = (cut_the_tail, rewrite_all)
Way = Callable[[random.Random, list[Entry]], None]


def missed(ways: tuple[Way, ...], entries: list[Entry], times: int, *, heads: list[Head]) -> list[str]:
    found = []
    for n in range(times):
        rng = random.Random(f"{SEED} {n}")
        way = ways[n % len(ways)]
        with transaction.atomic():
            way(rng, entries)
            if audit.verify_chain(kept_heads=heads).first_break is None:
                found.append(f"{way.__name__} {n}")
            transaction.set_rollback(True)
    return found


def test_every_tampering_is_found_with_the_head_kept_elsewhere(chained: list[Entry]) -> None:
    heads = [audit.head()]

    unseen = missed((*FOUND_ALONE, *FOUND_BY_THE_HEAD), chained, TIMES, heads=heads)

    print(f"tamperings: {TIMES}, missed: {len(unseen)}, seed: {SEED}")
    assert unseen == []


def test_all_but_cutting_and_rewriting_is_found_without_it(chained: list[Entry]) -> None:
    assert missed(FOUND_ALONE, chained, len(FOUND_ALONE) * 4, heads=[]) == []


def test_without_the_head_kept_elsewhere_a_full_rewrite_is_missed(chained: list[Entry]) -> None:
    unseen = missed(FOUND_BY_THE_HEAD, chained, 6, heads=[])

    assert len(unseen) == 6


def test_a_clean_log_is_never_called_broken(cast: Cast) -> None:
    rng, heads, alarms = random.Random(SEED), [], 0
    for _ in range(100):
        for _ in range(rng.randint(0, 3)):
            audit.record(verb=Verb.READ, what="record.read", at=NOW, actor=cast.mina)
        if rng.random() < 0.8:
            audit.chain_new_entries()
        if rng.random() < 0.3:
            heads.append(audit.head())
        alarms += audit.verify_chain(kept_heads=heads).first_break is not None
    assert alarms == 0
    assert len(heads) > 10


def test_the_head_is_kept_in_a_file_line_by_line_and_checked_by_the_command(
    chained: list[Entry], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "heads"
    audit.add_head(kept, audit.head(), at=NOW)
    audit.add_head(kept, audit.head(), at=NOW)

    call_command("verify_audit", "--head", kept)

    assert len(kept.read_text().splitlines()) == 2
    assert "Heads kept outside: 2 agree" in capsys.readouterr().out

    rewrite_all(random.Random(1), chained)
    with pytest.raises(CommandError, match="the chain was rewritten"):
        call_command("verify_audit", "--head", kept)


def test_a_head_from_a_mail_is_expected(chained: list[Entry]) -> None:
    mailed = audit.head().hash
    call_command("verify_audit", "--expect", mailed)

    cut_the_tail(random.Random(1), chained)

    with pytest.raises(CommandError, match="No link has the hash"):
        call_command("verify_audit", "--expect", mailed)


@pytest.mark.parametrize("content", ["", "nothing of the kind", "5 abc now", f"1 {'a' * 64} x\n1 {'b' * 64} x"])
def test_a_file_without_heads_is_no_proof(chained: list[Entry], tmp_path: Path, content: str) -> None:
    kept = tmp_path / "heads"
    kept.write_text(content)

    with pytest.raises(CommandError):
        call_command("verify_audit", "--head", kept)


def test_a_file_that_is_not_there_is_no_proof(chained: list[Entry], tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("verify_audit", "--head", tmp_path / "nowhere")
