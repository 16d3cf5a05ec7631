"""Topics, and who is their champion from when until when."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.db.models import F, Q

from accounts.models import Agency, User
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError
from training.enums import ChampionEnd
from training.models import Champion, ChampionTopic
from training.permissions import can_describe_champion, can_run_training


class CannotKeepTopic(DomainError):
    pass


class CannotNameChampion(DomainError):
    pass


class CannotDescribeChampion(DomainError):
    pass


class CannotEndChampion(DomainError):
    pass


@transaction.atomic
def add_topic(*, title: str, about: str, by: User, at: datetime) -> ChampionTopic:
    """Put a topic on the list of the trainer's agency. Raises CannotKeepTopic."""
    if by.agency is None or not can_run_training(by):
        raise CannotKeepTopic("Only a trainer keeps the list of topics.")
    topic = ChampionTopic(agency=by.agency)
    _write_topic(topic, title=title, about=about, is_listed=True)
    _record("topic_added", topic, by=by, at=at)
    return topic


@transaction.atomic
def change_topic(*, topic_id: UUID, title: str, about: str, is_listed: bool, by: User, at: datetime) -> ChampionTopic:
    """Change a topic's words, take it off the list or put it back. Its champions stay as they were. Raises CannotKeepTopic."""
    topic = ChampionTopic.objects.select_for_update(of=("self",)).get(pk=topic_id)
    if not can_run_training(by) or by.agency_id != topic.agency_id:
        raise CannotKeepTopic("Only a trainer of the agency keeps the list of topics.")
    _write_topic(topic, title=title, about=about, is_listed=is_listed)
    _record("topic_changed", topic, by=by, at=at, is_listed=is_listed)
    return topic


@transaction.atomic
def name_champion(
    *,
    topic: ChampionTopic,
    person: User,
    starts_on: date,
    helps_with: str,
    reached: str,
    by: User,
    at: datetime,
    ends_on: date | None = None,
    phone: str = "",
    refresh_by: date | None = None,
) -> Champion:
    """Make somebody a champion of a topic from a day on. Raises CannotNameChampion."""
    topic = ChampionTopic.objects.select_for_update(of=("self",)).get(pk=topic.pk)
    if not can_run_training(by) or topic.agency_id != by.agency_id:
        raise CannotNameChampion("Only a trainer names champions of the agency's topics.")
    if not topic.is_listed:
        raise CannotNameChampion("This topic is not on the list.")
    if person.agency_id != by.agency_id or not person.is_active:
        raise CannotNameChampion(f"{person} is not of your agency.")
    if ends_on is not None and ends_on <= starts_on:
        raise CannotNameChampion("The last day cannot be before the first.")
    words = _words_of_champion(helps_with, reached, phone, CannotNameChampion)
    # One at a time for a person, so that two trainers at once do not name them twice.
    User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    others = Champion.objects.filter(Q(ends_on=None) | Q(ends_on__gt=starts_on), topic=topic, person=person)
    # One that was ended on its first day was a mistake that was taken back.
    others = others.exclude(ends_on=F("starts_on"))
    if (others.filter(starts_on__lt=ends_on) if ends_on else others).exists():
        raise CannotNameChampion(f"{person} is a champion of this topic in these days already.")

    champion = Champion.objects.create(
        topic=topic,
        person=person,
        starts_on=starts_on,
        ends_on=ends_on,
        refresh_by=refresh_by,
        named_at=at,
        named_by=by,
        **words,
    )
    _record("champion_named", champion, by=by, at=at)
    return champion


@transaction.atomic
def describe_champion(
    *, champion_id: UUID, helps_with: str, reached: str, phone: str, refresh_by: date | None, by: User, at: datetime
) -> Champion:
    """Change what a champion helps with and how they are reached. Raises CannotDescribeChampion."""
    champion = Champion.objects.locked().select_related("topic").get(pk=champion_id)
    if not can_describe_champion(by, champion):
        raise CannotDescribeChampion("Only the champion and a trainer change these words.")
    if champion.ended_at is not None:
        raise CannotDescribeChampion("They are a champion no more.")
    for name, value in _words_of_champion(helps_with, reached, phone, CannotDescribeChampion).items():
        setattr(champion, name, value)
    champion.refresh_by = refresh_by
    champion.save(update_fields=["helps_with", "reached", "phone", "refresh_by"])
    _record("champion_described", champion, by=by, at=at)
    return champion


@transaction.atomic
def end_champion(*, champion_id: UUID, by: User, at: datetime) -> Champion:
    """Somebody is a champion no more from today: they step down, or a trainer ends it. Again changes nothing.

    Raises CannotEndChampion.
    """
    champion = Champion.objects.locked().select_related("topic").get(pk=champion_id)
    if not can_describe_champion(by, champion):
        raise CannotEndChampion("Only the champion and a trainer end it.")
    if champion.ended_at is not None:
        return champion
    today = london_day(at)
    if champion.ends_on is not None and champion.ends_on <= today:
        raise CannotEndChampion("It has ended already.")
    champion.ends_on = max(today, champion.starts_on)
    champion.ended_at, champion.ended_by = at, by
    is_own = by.pk == champion.person_id
    champion.end_reason = ChampionEnd.STEPPED_DOWN if is_own else ChampionEnd.ENDED
    champion.save(update_fields=["ends_on", "ended_at", "ended_by", "end_reason"])
    _record("champion_ended", champion, by=by, at=at, end_reason=str(champion.end_reason))
    return champion


def _write_topic(topic: ChampionTopic, *, title: str, about: str, is_listed: bool) -> None:
    topic.title, topic.about, topic.is_listed = title.strip(), about.strip(), is_listed
    if not topic.title or not topic.about:
        raise CannotKeepTopic("Say what the topic is and what belongs to it.")
    # One at a time for an agency, so that a form sent twice is told of it.
    Agency.objects.select_for_update(of=("self",)).get(pk=topic.agency_id)
    same = ChampionTopic.objects.filter(agency=topic.agency_id, title=topic.title)
    if same.exclude(pk=topic.pk).exists():
        raise CannotKeepTopic("There is a topic of that title already.")
    topic.save()


def _words_of_champion(helps_with: str, reached: str, phone: str, refusal: type[DomainError]) -> dict[str, str]:
    words = {"helps_with": helps_with.strip(), "reached": reached.strip(), "phone": phone.strip()}
    if not words["helps_with"] or not words["reached"]:
        raise refusal("Say what they can help with and when they can be reached.")
    return words


def _record(what: str, subject: models.Model, *, by: User, at: datetime, **details: Any) -> None:
    audit.record(verb=Verb.CHANGED, what=f"training.{what}", at=at, actor=by, subject=subject, **details)
