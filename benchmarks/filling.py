"""A large database from a small one: copies of every referral with other ids, other people and other times.

Writing a million referrals one by one takes most of an hour; copying ten thousand of them within the database takes
minutes. Each copy has people of its own: other names from the same lists, other dates of birth, other doors. Their keys and
words are made anew by the code that a submission uses. Only what is closed is copied: a force with more years of records
has more of them, and no more that waits today.
"""

import math
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from django.db import connection, transaction
from django.db.models import AutoField, Model

from devtools.demo_data.copying import Table, built_afterwards
from devtools.demo_data.words import BOYS, FAMILY_NAMES, GIRLS
from referrals.enums import ReferralState
from referrals.models import (
    MODULES,
    Cpi,
    Incident,
    Person,
    PersonKeys,
    PersonMatch,
    Ppn,
    Referral,
    ReferralAccess,
    ReferralGroupObjectPermission,
    Relationship,
    Share,
    ShareSnapshot,
    ThresholdDecision,
)
from referrals.queries.likeness import described, traits_of

LARGEST_ORIGINAL = 10_000
AT_A_TIME = 10
# Ten thousand referrals come with forty thousand incidents; a million are to come with one and a half.
LAST_COPY_WITH_INCIDENTS = 37
NEW = "md5({column}::text || copied)::uuid"
LATER = "{column} + copied * interval '1 second'"
NAME = "coalesce((SELECT new FROM other_names WHERE old = {column} AND copy = copied), {column})"
# The demonstration's streets have fewer than 190 doors; households of the copies are as large as those they were copied from.
OTHER_DOOR = """coalesce(
    regexp_replace({column}, '^[0-9]+', (190 * copied + substring({column} from '^[0-9]+')::int)::text), {column})"""
# Column: how its value follows from the original's; what is not here is copied as it is.
OF_REFERRAL = {"id": NEW, "referral_id": NEW}
COPIED: tuple[tuple[type[Model], dict[str, str]], ...] = (
    (Incident, {"id": NEW, "number": "{column} || copied", "reported_at": LATER, "imported_at": LATER}),
    (
        Referral,
        {
            "id": NEW,
            "reference": "{column} || copied",
            "submission_key": NEW,
            "created_at": LATER,
            "changed_at": LATER,
            "submitted_at": LATER,
            "due_at": LATER,
            "closed_at": LATER,
        },
    ),
    (
        Person,
        OF_REFERRAL
        | {
            "given_names": NAME,
            "family_name": NAME,
            "date_of_birth": "{column} - 37 * copied",
            "address": OTHER_DOOR,
        },
    ),
    # The keys of people come here, before the content: the words of a referral are gathered when that comes.
    *((model, {"referral_id": NEW}) for model in MODULES.values()),
    (Relationship, {"id": NEW, "person_id": NEW, "other_id": NEW}),
    (Ppn, {"referral_id": NEW}),
    (Cpi, {"referral_id": NEW}),
    (ThresholdDecision, OF_REFERRAL | {"decided_at": LATER}),
    (Share, OF_REFERRAL | {"shared_at": LATER, "answer_due_at": LATER, "answered_at": LATER}),
    # Its people keep the names of the original: a copy of a share is read, and searched by the agency that has it.
    (ShareSnapshot, {"id": NEW, "share_id": NEW, "made_at": LATER}),
    (ReferralAccess, OF_REFERRAL | {"since": LATER}),
    (ReferralGroupObjectPermission, {"content_object_id": NEW}),
    (
        PersonMatch,
        {
            "id": NEW,
            "one_id": f"least({NEW}, {NEW.replace('column', 'pair')})",
            "other_id": f"greatest({NEW}, {NEW.replace('column', 'pair')})",
        },
    ),
)
PAIR = {"one_id": "other_id", "other_id": "one_id"}
# What a copied row points at, where that is not a referral: it is copied only where that is.
POINTS_AT: dict[type[Model], dict[str, type[Model]]] = {
    Relationship: {"person_id": Person, "other_id": Person},
    ShareSnapshot: {"share_id": Share},
    ReferralGroupObjectPermission: {"content_object_id": Referral},
    PersonMatch: {"one_id": Person, "other_id": Person},
}


def fill_up(size: int) -> None:
    """Bring a database of one load to at least so many referrals, with whole copies."""
    closed = Referral.objects.filter(state=ReferralState.CLOSED).count()
    times = 1 + math.ceil(max(0, size - Referral.objects.count()) / closed)
    began = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE other_names (old text, copy int, new text, PRIMARY KEY (old, copy))")
        for names in (GIRLS, BOYS, FAMILY_NAMES):
            rows = [
                (name, copy, names[(place + 7 * copy) % len(names)])
                for place, name in enumerate(names)
                for copy in range(1, times)
            ]
            cursor.executemany("INSERT INTO other_names VALUES (%s, %s, %s)", rows)
        for model, _ in COPIED:
            cursor.execute(f"CREATE TEMP TABLE {_original(model)} AS SELECT * FROM {model._meta.db_table}")
        _leave_out_what_is_open(cursor)
        cursor.execute("ANALYZE")
    indexes = ("person_by_keys", "referral_by_words", "share_by_words")
    models = [model for model, _ in COPIED]
    with built_afterwards(*indexes), references_checked_afterwards(models), words_gathered_afterwards(models):
        for first in range(1, times, AT_A_TIME):
            last = min(first + AT_A_TIME, times) - 1
            with transaction.atomic():
                _copy_all(f"generate_series({first}, {last}) AS copied")
            print(f"  copy {last} of {times - 1} after {time.monotonic() - began:.0f} s", flush=True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    print(f"  indexes and statistics after {time.monotonic() - began:.0f} s", flush=True)


@contextmanager
def references_checked_afterwards(models: list[type[Model]]) -> Iterator[None]:
    """Take the foreign keys of these tables away, and put them back when everything is there: each is checked in one pass then."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT conrelid::regclass, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
            WHERE contype = 'f' AND conrelid = ANY(%s::regclass[])""",
            [[model._meta.db_table for model in models]],
        )
        keys = cursor.fetchall()
        for table, name, _ in keys:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        yield
        for table, name, definition in keys:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


@contextmanager
def words_gathered_afterwards(models: list[type[Model]]) -> Iterator[None]:
    """Switch the triggers of these tables off, which gather the words of a referral anew with each of its parts, and gather them once.

    On two connections: it is most of the work.
    """
    with connection.cursor() as cursor:
        for model in models:
            cursor.execute(f"ALTER TABLE {model._meta.db_table} DISABLE TRIGGER USER")
        yield
        for model in models:
            cursor.execute(f"ALTER TABLE {model._meta.db_table} ENABLE TRIGGER USER")
    began = time.monotonic()
    with ThreadPoolExecutor(2) as pool:
        list(
            pool.map(
                _gather_words, ("< '80000000-0000-0000-0000-000000000000'", ">= '80000000-0000-0000-0000-000000000000'")
            )
        )
    print(f"  words in {time.monotonic() - began:.0f} s", flush=True)


def _gather_words(half: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO referrals_referralwords (referral_id, words)
            SELECT id, referrals_words_of(id) FROM referrals_referral
            WHERE submitted_at IS NOT NULL AND state <> 'DISCARDED' AND id {half}
            ON CONFLICT DO NOTHING"""
        )
        cursor.execute(
            f"""INSERT INTO referrals_sharewords (share_id, snapshot_id, referral_id, agency_id, words)
            SELECT DISTINCT ON (share.id) share.id, copy.id, share.referral_id, share.agency_id,
                referrals_words_of_copy(copy.content, share.agency_id)
            FROM referrals_share AS share JOIN referrals_sharesnapshot AS copy ON copy.share_id = share.id
            WHERE share.state <> 'ENDED' AND share.id {half} ORDER BY share.id, copy.number DESC
            ON CONFLICT DO NOTHING"""
        )
    connection.close()


def _leave_out_what_is_open(cursor: Any) -> None:
    cursor.execute(f"DELETE FROM {_original(Referral)} WHERE state <> %s", [ReferralState.CLOSED])
    for model, _ in COPIED:
        if model in (Referral, Incident):
            continue
        for column, other in POINTS_AT.get(model, {"referral_id": Referral}).items():
            cursor.execute(
                f"""DELETE FROM {_original(model)} AS one WHERE NOT EXISTS
                (SELECT FROM {_original(other)} AS other WHERE other.{_key(other)} = one.{column})"""
            )


def _key(model: type[Model]) -> str:
    return str(model._meta.pk.column)


def _copy_all(copies: str) -> None:
    with connection.cursor() as cursor:
        for model, changes in COPIED:
            columns, values = _values(model, changes)
            chosen = f"SELECT {', '.join(values)} FROM {_original(model)}, {copies}"
            if model is Incident:
                chosen += f" WHERE copied <= {LAST_COPY_WITH_INCIDENTS}"
            cursor.execute(f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) {chosen}")
            if model is Person:
                _remember_people(changes, copies)


def _original(model: type[Model]) -> str:
    return f"original_{model._meta.model_name}"


def _values(model: type[Model], changes: dict[str, str]) -> tuple[list[str], list[str]]:
    columns = [str(field.column) for field in model._meta.concrete_fields if not isinstance(field, AutoField)]
    # Quoted: a column may be named as a word of SQL, like the question about a court's order.
    values = [changes.get(column, '"{column}"').format(column=column, pair=PAIR.get(column)) for column in columns]
    return [connection.ops.quote_name(column) for column in columns], values


def _remember_people(changes: dict[str, str], copies: str) -> None:
    """The keys of the people of these copies, in batches."""
    keys = Table(PersonKeys)
    wanted = ("id", "referral_id", "given_names", "family_name", "date_of_birth", "sex", "address")
    values = [changes.get(column, "{column}").format(column=column) for column in wanted]
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            f"""SELECT {", ".join(values)}, estimated_age, submitted_at::date
            FROM {copies}, {_original(Person)} JOIN (SELECT id AS sent_id, submitted_at FROM {_original(Referral)}) sent
            ON sent_id = referral_id"""
        )
        while rows := cursor.fetchmany(10_000):
            for person_id, referral_id, given, family, born, sex, address, age, on in rows:
                traits = traits_of(
                    described(
                        given_names=given,
                        family_name=family,
                        born=born,
                        estimated_age=age,
                        sex=sex,
                        address=address,
                        on=on,
                    )
                )
                keys.add(person_id=person_id, referral_id=referral_id, **asdict(traits))
            keys.copy()


if __name__ == "__main__":
    fill_up(int(sys.argv[1]))
