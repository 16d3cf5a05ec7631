"""Questions about champions: whom one can ask, and who was it earlier."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q

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


NO_TEAM = "In no team"


@dataclass(frozen=True)
class CoveredTeam:
    """One team, and for each topic how many champions it has; `team` is None for people in no team."""

    name: str
    team: Team | None
    counts: list[tuple[ChampionTopic, int]]

    @property
    def lacking(self) -> int:
        """For how many topics nobody of the team can be asked."""
        return sum(not count for _, count in self.counts)


@dataclass(frozen=True)
class ChampionMap:
    """The topics, how many champions each has in all, and who has nobody."""

    topics: list[tuple[ChampionTopic, int]]
    teams: list[CoveredTeam]


def map_of(user: User, *, on: date) -> ChampionMap:
    """Topics by team of the person's agency on that day, in three queries. Who is in no team is a line where there is somebody."""
    champions = Champion.objects.of(user).current(on=on).order_by()
    counted = champions.values("topic", "person__team").annotate(people=Count("person", distinct=True))
    counts: dict[tuple[UUID, UUID | None], int] = {
        (topic, team): people for topic, team, people in counted.values_list("topic", "person__team", "people")
    }
    topics = topics_of(user)
    lines: list[tuple[str, Team | None]] = [(team.name, team) for team in teams_of(user)]
    if any(team is None for _, team in counts):
        lines.append((NO_TEAM, None))
    teams = [
        CoveredTeam(name, team, [(topic, counts.get((topic.pk, team.pk if team else None), 0)) for topic in topics])
        for name, team in lines
    ]
    in_all = [(topic, sum(count for (one, _), count in counts.items() if one == topic.pk)) for topic in topics]
    return ChampionMap(in_all, teams)
