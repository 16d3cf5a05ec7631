"""Telling people 60, 30 and 7 days before something of theirs lapses, and who leads a team once a week: one mail, not one for each.

Further lines of the digest (late steps of a plan, say) belong into `queries.digests`, and into the mail that reads them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from accounts.models import User
from common.clock import london_day
from jobs.services import enqueue
from training import tasks
from training.enums import REMIND_DAYS, DigestAudience
from training.models import LapseReminder, RoleProfile, TrainingDigest
from training.queries.digests import days_before, lapses_of_teams, leaders_of_teams, with_something_to_hear
from training.queries.needs import (
    EvidenceProof,
    Need,
    PaperProof,
    RecordProof,
    Requirements,
    needs_towards,
    requirements_of,
)

# So long nobody hears again, unless something lapses within a week.
QUIET = timedelta(days=6)
URGENT = min(REMIND_DAYS)
MONDAY = 0
AT_A_TIME = 500


def remind_of_lapses(*, at: datetime) -> int:
    """Send everybody's digest of the day, and on Mondays who leads a team theirs; returns how many digests.

    Two clocks may run: a person whom another one holds is left to it.
    """
    on = london_day(at)
    made = 0
    for force_id in RoleProfile.objects.order_by().values_list("force", flat=True).distinct():
        requirements = requirements_of(force_id, on=on)
        for people in _some_at_a_time(force_id, on=on):
            made += _remind(people, requirements, on=on, at=at)
        if on.weekday() == MONDAY:
            made += _tell_leaders(force_id, on=on, at=at)
    return made


def _some_at_a_time(force_id: UUID, *, on: date) -> Iterator[list[UUID]]:
    """The ids of those who may have to hear something."""
    people = User.objects.filter(agency=force_id, is_active=True)
    concerned = with_something_to_hear(people, on=on).order_by("pk").values_list("pk", flat=True)
    some = list(concerned[:AT_A_TIME])
    while some:
        yield some
        some = list(concerned.filter(pk__gt=some[-1])[:AT_A_TIME])


@transaction.atomic
def _remind(pks: list[UUID], requirements: Requirements, *, on: date, at: datetime) -> int:
    """A digest for each who has to hear something, with a note of all that it is about."""
    people = _held(pks)
    needs = needs_towards(requirements, people, on=on)
    told: dict[UUID, set[tuple[UUID, int]]] = defaultdict(set)
    noted = LapseReminder.objects.filter(person__in=people).values_list(
        "person", "record", "evidence", "acceptance", "days"
    )
    for person, record, evidence, acceptance, days in noted:
        told[person].add((record or evidence or acceptance, days))
    last = _last_digests(people, DigestAudience.SELF)
    digests, reminders = [], []
    for one in people:
        new = _to_hear(needs[one.pk], told[one.pk], on=on)
        is_urgent = any(days == URGENT for _, days in new)
        if not new or _is_too_soon(last.get(one.pk), on=on, is_urgent=is_urgent):
            continue
        digest = TrainingDigest(person=one, audience=DigestAudience.SELF, sent_on=on, made_at=at)
        digests.append(digest)
        for proof, nearest in new:
            # What was passed unseen (a late start, a record from before) is noted with it: nobody gets three mails at once.
            passed = [days for days in REMIND_DAYS if days >= nearest and (proof.pk, days) not in told[one.pk]]
            reminders += [_note(digest, proof, days) for days in passed]
    TrainingDigest.objects.bulk_create(digests)
    LapseReminder.objects.bulk_create(reminders)
    for digest in digests:
        enqueue(tasks.email_digest, at=at, digest_id=digest.pk)
    return len(digests)


@transaction.atomic
def _tell_leaders(force_id: UUID, *, on: date, at: datetime) -> int:
    """A digest for each who leads a team in which something lapses or has lapsed; counts alone, in the mail itself."""
    leaders = _held(leaders_of_teams(on=on).filter(agency=force_id).values_list("pk", flat=True))
    last = _last_digests(leaders, DigestAudience.LEADER)
    leaders = [one for one in leaders if last.get(one.pk) != on]
    found = lapses_of_teams({one.team_id for one in leaders if one.team_id}, force_id=force_id, on=on)
    digests = [
        TrainingDigest(person=one, audience=DigestAudience.LEADER, sent_on=on, made_at=at)
        for one in leaders
        if one.team_id and found[one.team_id]
    ]
    TrainingDigest.objects.bulk_create(digests)
    for digest in digests:
        enqueue(tasks.email_digest, at=at, digest_id=digest.pk)
    return len(digests)


def _held(pks: Iterable[UUID]) -> list[User]:
    """Those of them whom no other clock holds, until the transaction ends."""
    people = User.objects.filter(pk__in=list(pks), is_active=True).order_by("pk")
    return list(people.select_for_update(of=("self",), skip_locked=True, no_key=True))


def _last_digests(people: list[User], audience: DigestAudience) -> dict[UUID, date]:
    """By person the day of their last."""
    digests = TrainingDigest.objects.filter(person__in=people, audience=audience).order_by("sent_on")
    return dict(digests.values_list("person", "sent_on"))


def _is_too_soon(last: date | None, *, on: date, is_urgent: bool) -> bool:
    if last is None:
        return False
    return last >= on if is_urgent else on - last < QUIET


def _to_hear(
    needs: list[Need], told: set[tuple[UUID, int]], *, on: date
) -> list[tuple[RecordProof | PaperProof | EvidenceProof, int]]:
    """What somebody needs, holds, and was not told of at the nearest time; each once, whatever asks for it."""
    new = {}
    for need in needs:
        days = days_before(need, on=on)
        if need.held is not None and days is not None and (need.held.pk, days) not in told:
            new[need.held.pk] = (need.held, days)
    return list(new.values())


def _note(digest: TrainingDigest, proof: RecordProof | PaperProof | EvidenceProof, days: int) -> LapseReminder:
    return LapseReminder(
        person=digest.person,
        record_id=proof.pk if isinstance(proof, RecordProof) else None,
        acceptance_id=proof.pk if isinstance(proof, PaperProof) else None,
        evidence_id=proof.pk if isinstance(proof, EvidenceProof) else None,
        days=days,
        noted_at=digest.made_at,
        digest=digest,
    )
