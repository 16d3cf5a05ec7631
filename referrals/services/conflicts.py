"""Conflicts of interest: found by the service, said by the person, and judged by a supervisor."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from jobs.services import enqueue
from referrals import permissions, queries, tasks
from referrals.enums import (
    SENT,
    ConflictMove,
    ConflictSource,
    ConflictState,
    ConflictWhy,
    next_conflict_state,
)
from referrals.models import Conflict, Connection, Referral
from referrals.services.restriction import take_off_whom_it_is_closed_to


class CannotDeclare(DomainError):
    pass


class CannotJudge(DomainError):
    pass


def suspect_conflicts(referral: Referral, *, among: Sequence[User], at: datetime) -> list[Conflict]:
    """Close a referral to those of these people who are probably concerned in it, before they have seen it.

    Never to who wrote it. What a supervisor cleared for the same reasons stays clear. The referral must be locked.
    """
    people = list(referral.people.select_related("referral"))
    audience = [user for user in among if user.pk != referral.author_id]
    connections: dict[uuid.UUID, list[Connection]] = {}
    for one in Connection.objects.filter(person__in=audience):
        connections.setdefault(one.person_id, []).append(one)
    suspected = {user: queries.why_concerned(user, connections.get(user.pk, []), people) for user in audience}
    suspected = {user: why for user, why in suspected.items() if why}
    if not suspected:
        return []
    before: dict[uuid.UUID, list[Conflict]] = {}
    for known in Conflict.objects.filter(referral=referral, person__in=suspected):
        before.setdefault(known.person_id, []).append(known)
    noted = []
    for user, why in suspected.items():
        if any(one.state != ConflictState.CLEARED or set(why) <= set(one.why) for one in before.get(user.pk, [])):
            continue
        noted.append(_note(referral, user, source=ConflictSource.MATCHED, why=why, words="", actor=None, at=at))
    return noted


def is_concerned(*, referral: Referral, by: User, at: datetime) -> bool:
    """Whether somebody who opens a referral is probably concerned in it, and is kept from it from now on.

    Whoever was renamed, moved, or given a role after it arrived is found here, by their name and by whom they said they know.
    `people` must be loaded; it asks nothing else where nothing agrees and `queries.with_readers_connections` says that they know nobody.
    """
    people = referral.everybody()
    for person in people:
        person.referral = referral
    if by.pk == referral.author_id:
        return False
    if not queries.why_concerned(by, queries.connections_of_reader(referral, by), people):
        return False
    # Most looks end above: no transaction is begun for them.
    return _keep_out(referral, by=by, at=at)


@transaction.atomic
def _keep_out(referral: Referral, *, by: User, at: datetime) -> bool:
    locked = Referral.objects.locked().get(pk=referral.pk)
    return bool(suspect_conflicts(locked, among=[by], at=at))


@transaction.atomic
def declare_conflict(*, referral_id: uuid.UUID, words: str, by: User, at: datetime) -> Conflict:
    """Say that one knows somebody in a referral: it is closed to them from now on. Raises CannotDeclare. Said twice is once."""
    referral = Referral.objects.locked().get(pk=referral_id)
    words = words.strip()
    if not words:
        raise CannotDeclare("Say whom you know, and how.")
    standing = Conflict.objects.keeping_out().filter(referral=referral, person=by).first()
    if standing is not None:
        return standing
    if referral.state not in SENT or not Referral.objects.visible_to(by).filter(pk=referral.pk).exists():
        raise CannotDeclare("Only of a referral that you may see you can say that you know somebody in it.")
    why = [ConflictWhy.KNOWS]
    return _note(referral, by, source=ConflictSource.DECLARED, why=why, words=words, actor=by, at=at)


@transaction.atomic
def judge_conflict(
    *, conflict_id: uuid.UUID, move: ConflictMove | str, judgement: str, by: User, at: datetime
) -> Conflict:
    """Confirm a conflict, so that the referral stays closed and is taken off the person, or clear it, with the reason.

    Raises CannotJudge. The same by the same person twice is once.
    """
    referral_id = Conflict.objects.values_list("referral", flat=True).get(pk=conflict_id)
    Referral.objects.locked().get(pk=referral_id)
    conflict = Conflict.objects.locked().get(pk=conflict_id)
    if not permissions.can_judge(by, conflict):
        raise CannotJudge("A supervisor of the hub who has no part in it judges this.")
    state = next_conflict_state(move, conflict.state)
    if state is None:
        if conflict.judged_by_id == by.pk and conflict.state == _after(move):
            return conflict
        raise CannotJudge("Somebody has judged this already.")
    judgement = judgement.strip()
    if not judgement:
        raise CannotJudge("Say why.")
    conflict.state, conflict.judged_at, conflict.judged_by, conflict.judgement = state, at, by, judgement
    conflict.save(update_fields=["state", "judged_at", "judged_by", "judgement"])
    _record("conflict.judged", conflict, actor=by, at=at)
    take_off_whom_it_is_closed_to(referral_id, by=by, at=at)
    return conflict


@transaction.atomic
def add_connection(
    *,
    given_names: str = "",
    family_name: str = "",
    date_of_birth: date | None = None,
    address: str = "",
    by: User,
    at: datetime,
) -> Connection:
    """Keep whom, or which address, somebody knows, and close to them what they could see about it now. Raises CannotDeclare."""
    given_names, family_name, address = given_names.strip(), family_name.strip(), address.strip()
    if not address and not (given_names and family_name):
        raise CannotDeclare("Enter a whole name or an address.")
    said = {
        "given_names": given_names,
        "family_name": family_name,
        "date_of_birth": date_of_birth,
        "address": address,
    }
    known = Connection.objects.filter(person=by, **said).first()
    if known is not None:
        return known
    connection = Connection.objects.create(person=by, said_at=at, **said)
    audit.record(verb=Verb.COLLECTED, what="connection.added", at=at, actor=by, subject=connection)
    for referral in queries.referrals_naming(connection, by):
        suspect_conflicts(Referral.objects.locked().get(pk=referral.pk), among=[by], at=at)
    return connection


@transaction.atomic
def remove_connection(*, connection_id: uuid.UUID, by: User, at: datetime) -> None:
    """Forget what somebody said, words and all; what a supervisor judged stays as it is."""
    connection = Connection.objects.select_for_update().filter(pk=connection_id, person=by).first()
    if connection is None:
        return
    audit.record(verb=Verb.DELETED, what="connection.removed", at=at, actor=by, subject=connection)
    connection.delete()


def _after(move: ConflictMove | str) -> ConflictState:
    return ConflictState.CONFIRMED if move == ConflictMove.CONFIRM else ConflictState.CLEARED


def _note(
    referral: Referral,
    person: User,
    *,
    source: ConflictSource,
    why: Sequence[ConflictWhy],
    words: str,
    actor: User | None,
    at: datetime,
) -> Conflict:
    conflict = Conflict.objects.create(
        referral=referral, person=person, source=source, why=[str(one) for one in why], words=words, noted_at=at
    )
    _record("conflict.noted", conflict, actor=actor, at=at)
    enqueue(tasks.email_judges_about_conflict, at=at, by=person, conflict_id=conflict.pk)
    return conflict


def _record(what: str, conflict: Conflict, *, actor: User | None, at: datetime) -> None:
    audit.record(
        verb=Verb.CHANGED,
        what=what,
        at=at,
        actor=actor,
        subject=conflict.referral,
        conflict=str(conflict.pk),
        person=str(conflict.person_id),
        state=str(conflict.state),
        why=list(conflict.why),
    )
