"""Writing down under which keys the people of a referral are found."""

import uuid
from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet

from common.clock import london_day
from referrals.enums import SENT
from referrals.models import Person, PersonKeys
from referrals.queries.likeness import KEYS_VERSION, describe, plain, traits_of

WORDS_OF_SOME = """
INSERT INTO referrals_referralwords (referral_id, words)
SELECT id, referrals_words_of(id) FROM referrals_referral
WHERE state = ANY(%s) AND NOT EXISTS (SELECT FROM referrals_referralwords WHERE referral_id = referrals_referral.id)
LIMIT %s ON CONFLICT DO NOTHING
"""


@transaction.atomic
def remember_people(*, referral_id: uuid.UUID, at: datetime) -> int:
    """Write the keys of the people of a referral as they are now; call it in whatever submits or amends. Returns how many.

    `at` is the moment of submission, from which an estimated age counts back.
    """
    people = list(Person.objects.filter(referral=referral_id).order_by("pk"))
    PersonKeys.objects.filter(referral=referral_id).exclude(person__in=people).delete()
    _write([_keys_of(person, at=at) for person in people])
    return len(people)


def _write(rows: list[PersonKeys]) -> None:
    PersonKeys.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["person"],
        update_fields=["referral", "names", "address", "sounds", "keys", "version"],
    )


def _write_again(people: QuerySet[Person], *, batch: int) -> int:
    """Of the people of submitted referrals, in the order of their ids; each batch is locked, so that no amendment is undone."""
    submitted = people.exclude(referral__submitted_at=None).select_related("referral").order_by("pk")
    done, last = 0, uuid.UUID(int=0)
    while True:
        with transaction.atomic():
            some = list(submitted.filter(pk__gt=last).select_for_update(of=("self",))[:batch])
            if not some:
                return done
            _write([_keys_of(person, at=person.referral.submitted_at or person.referral.created_at) for person in some])
        done, last = done + len(some), some[-1].pk


def _keys_of(person: Person, *, at: datetime) -> PersonKeys:
    traits = traits_of(describe(person, on=london_day(at)))
    return PersonKeys(
        person_id=person.pk,
        referral_id=person.referral_id,
        names=f"{traits.names} {plain(person.aliases)}".strip(),
        address=traits.address,
        sounds=traits.sounds,
        keys=traits.keys,
        version=traits.version,
    )


def remember_all(*, batch: int = 500) -> int:
    """Write keys and words of whatever was submitted before there were any; safe to run twice and beside the service.

    Whose keys are of an older version is written again. Returns the number of people written.
    """
    without = Person.objects.filter(lookup=None).exclude(referral__submitted_at=None).order_by("pk")
    done = 0
    while people := list(without.select_related("referral")[:batch]):
        rows = [_keys_of(person, at=person.referral.submitted_at or person.referral.created_at) for person in people]
        PersonKeys.objects.bulk_create(rows, ignore_conflicts=True)
        done += len(people)
    done += _write_again(Person.objects.filter(lookup__version__lt=KEYS_VERSION), batch=batch)
    with connection.cursor() as cursor:
        while True:
            cursor.execute(WORDS_OF_SOME, [list(SENT), batch])
            if not cursor.rowcount:
                return done
