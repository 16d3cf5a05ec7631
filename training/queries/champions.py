"""Questions about champions: whom one can ask, and who was it earlier."""

from datetime import date
from uuid import UUID

from django.db.models import Q

from accounts.models import Team, User
from training.models import Champion, ChampionTopic
from training.models.champions import ChampionQuerySet


def champions_to_ask(
    user: User, *, on: date, topic: UUID | None = None, team: UUID | None = None, words: str = ""
) -> ChampionQuerySet:
    """Champions of the person's agency on that day, by topic, team and words that stand in the topic, the help or the name."""
    found = Champion.objects.of(user).current(on=on).select_related("topic", "person__team")
    if topic is not None:
        found = found.filter(topic=topic)
    if team is not None:
        found = found.filter(person__team=team)
    for word in words.split():
        found = found.filter(
            Q(topic__title__icontains=word)
            | Q(topic__about__icontains=word)
            | Q(helps_with__icontains=word)
            | Q(person__name__icontains=word)
        )
    return found


def all_champions(user: User) -> ChampionQuerySet:
    """Of today and earlier, for who keeps the list."""
    return Champion.objects.of(user).select_related("topic", "person__team", "named_by", "ended_by")


def topics_of(user: User) -> list[ChampionTopic]:
    """Listed topics of the person's agency, by title."""
    return list(ChampionTopic.objects.of(user).listed().by_title())


def teams_of(user: User) -> list[Team]:
    """Teams of the person's agency, by name."""
    return list(Team.objects.filter(agency=user.agency_id).order_by("name", "pk")) if user.agency_id else []
