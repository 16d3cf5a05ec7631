"""Who may be concerned in a referral themselves: what an account holds and what somebody said, compared with who is named in it."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Exists

from accounts.models import User
from referrals.enums import ConflictWhy, PersonRole
from referrals.models import Connection, FamilySound, Person, PersonKeys, Referral
from referrals.models.referral import ReferralQuerySet
from referrals.queries.likeness import (
    Description,
    asked_of,
    compare,
    describe,
    described,
    plain,
    sounds_of_family,
    sounds_of_given,
)
from referrals.queries.likeness.score import Finding
from referrals.queries.matching import described_on, people_by_keys

# A given and a family name that agree so well are taken for one person's until somebody has looked.
SAME_GIVEN = {Finding.GIVEN_SAME, Finding.GIVEN_NICKNAME, Finding.GIVEN_SOUND}
SAME_FAMILY = {Finding.FAMILY_SAME, Finding.FAMILY_SOUND}
SHORTEST_COLLAR = 3
MOST_AT_ADDRESS = 200
MOST_NAMED = 500


def why_concerned(user: User, connections: Iterable[Connection], people: Sequence[Person]) -> list[ConflictWhy]:
    """Why somebody is probably concerned, in the order of the words; nothing where nothing speaks for it. Asks the database nothing.

    `people` are those of one referral, which must be loaded. Who is named as a professional is there for their work.
    """
    concerned = [person for person in people if person.role != PersonRole.PROFESSIONAL]
    found: set[ConflictWhy] = set()
    for person in concerned:
        named = describe(person, on=described_on(person))
        if _bears_names_of(named, _account(user)):
            found.add(ConflictWhy.OWN_NAME)
        if _has_collar_of(user, person, named):
            found.add(ConflictWhy.OWN_COLLAR)
        for connection in connections:
            found |= _is_known(named, connection, on=described_on(person))
    return [why for why in ConflictWhy if why in found]


def with_readers_connections(referrals: ReferralQuerySet, user: User) -> ReferralQuerySet:
    """Referrals with `reader_has_connections`: whether this person said of anybody that they know them. Asks nothing by itself."""
    return referrals.annotate(reader_has_connections=Exists(Connection.objects.filter(person=user)))


def connections_of_reader(referral: Referral, user: User) -> list[Connection]:
    """Whom this person said they know; nothing is asked where `with_readers_connections` has told that it is nobody."""
    return list(Connection.objects.filter(person=user)) if getattr(referral, "reader_has_connections", True) else []


def referrals_naming(connection: Connection, user: User) -> list[Referral]:
    """What this person may see and somebody is named in who may be the one of this connection, each with its people."""
    said = _said(connection, on=connection.said_at.date())
    keys = asked_of(said)
    ids = set(people_by_keys(sorted(keys), beside=uuid.uuid4()).values_list("referral", flat=True)) if keys else set()
    if said.given and said.family:
        # A name alone has no key; of those who share the family name's sound it asks for the given name's.
        same_family = FamilySound.objects.filter(sound__in=sounds_of_family(said.family)).values("referral")
        named = PersonKeys.objects.filter(referral__in=same_family, sounds__overlap=sounds_of_given(said.given))
        ids |= set(named.values_list("referral", flat=True)[:MOST_NAMED])
    if said.address:
        there = Person.objects.filter(lookup__address=said.address)
        ids |= set(there.values_list("referral", flat=True)[:MOST_AT_ADDRESS])
    found = Referral.objects.visible_to(user).filter(pk__in=ids).prefetch_related("people")
    return list(found.order_by("pk"))


def _account(user: User) -> Description:
    """An account holds a whole name, the family name last."""
    words = plain(user.name).split()
    return Description(given=" ".join(words[:-1]), family=words[-1] if words else "")


def _said(connection: Connection, *, on: date) -> Description:
    return described(
        given_names=connection.given_names,
        family_name=connection.family_name,
        born=connection.date_of_birth,
        address=connection.address,
        on=on,
    )


def _bears_names_of(one: Description, other: Description) -> bool:
    if not (one.given and one.family and other.given and other.family):
        return False
    found = {evidence.finding for evidence in compare(_names_of(one), _names_of(other)).evidence}
    return bool(found & SAME_GIVEN) and bool(found & SAME_FAMILY)


def _names_of(one: Description) -> Description:
    return Description(given=one.given, family=one.family)


def _has_family_of(one: Description, other: Description) -> bool:
    found = compare(Description(family=one.family), Description(family=other.family)).evidence
    return any(evidence.finding in SAME_FAMILY for evidence in found)


def _has_collar_of(user: User, person: Person, named: Description) -> bool:
    """Whether the collar number stands, as a word, among what is said of somebody with the same family name."""
    collar = user.collar_number.strip().casefold()
    if len(collar) < SHORTEST_COLLAR or not _has_family_of(named, _account(user)):
        return False
    said = " ".join(str(getattr(person, field.attname) or "") for field in person._meta.concrete_fields)
    return collar in plain(said).split()


def _is_known(named: Description, connection: Connection, *, on: date) -> set[ConflictWhy]:
    said = _said(connection, on=on)
    found: set[ConflictWhy] = set()
    lives_there = bool(said.address) and said.address in named.addresses
    if lives_there:
        found.add(ConflictWhy.KNOWN_ADDRESS)
    if said.family and named.family:
        is_born_then = said.born is not None and said.born == named.born
        by_more = _has_family_of(named, said) and (is_born_then or lives_there)
        # Where the day of birth is known of both and differs, a name alone says nothing.
        is_another = said.born is not None and named.born is not None and not is_born_then
        if by_more or (_bears_names_of(named, said) and not is_another):
            found.add(ConflictWhy.KNOWN_PERSON)
    return found
