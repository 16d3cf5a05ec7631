"""Questions about people: whose training somebody sees in lists, how far each is, and what they logged by year."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, DecimalField, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, ExtractYear

from accounts.enums import Permission
from accounts.models import Team, User
from training.enums import RecordState
from training.models import CpdEntry, EarlierAcceptance, TrainingRecord


def people_seen_by(user: User) -> QuerySet[User]:
    """Active people whose training this person sees in lists: trainers the agency's, others their own team's."""
    people = User.objects.filter(is_active=True)
    if user.agency_id and user.may(Permission.RUN_TRAINING):
        return people.filter(agency=user.agency_id)
    if user.team_id and user.may(Permission.SEE_TEAM_TRAINING):
        return people.filter(team=user.team_id)
    return people.none()


def teams_seen_by(user: User) -> list[Team]:
    """The teams of those people, by name."""
    return list(Team.objects.filter(pk__in=people_seen_by(user).values("team")).order_by("name", "pk"))


def with_progress(people: QuerySet[User], *, on: date) -> QuerySet[User]:
    """People, each with `in_date` and `lapsed` as counts of modules, `open` of records, and `cpd_hours` of the day's year.

    A module that was done again in time has not lapsed, whatever became of the earlier record; nor has one that is retired.
    What was signed on paper before and accepted counts where no record does.
    """
    records = TrainingRecord.objects.filter(person=OuterRef("pk"))
    complete = TrainingRecord.objects.filter(state=RecordState.COMPLETE)
    in_date = complete.filter(Q(lapses_on=None) | Q(lapses_on__gt=on))
    renewed = in_date.filter(person=OuterRef("person"), module_version__module=OuterRef("module_version__module"))
    retired = Q(module_version__module__retired_on__lte=on)
    lapsed = complete.filter(~retired, ~Exists(renewed), lapses_on__lte=on)
    accepted = EarlierAcceptance.objects.holding()
    holding = accepted.filter(Q(lapses_on=None) | Q(lapses_on__gt=on))
    about_it = {"person": OuterRef("person"), "module_version__module": OuterRef("module")}
    on_paper = holding.filter(~Exists(in_date.filter(**about_it)), person=OuterRef("pk"))
    held_on_paper = holding.filter(person=OuterRef("person"), module=OuterRef("module_version__module"))
    gone = accepted.filter(
        ~Q(module__retired_on__lte=on),
        ~Exists(complete.filter(**about_it)),
        ~Exists(holding.filter(person=OuterRef("person"), module=OuterRef("module"))),
        lapses_on__lte=on,
        person=OuterRef("pk"),
    )
    hours = CpdEntry.objects.counted().filter(person=OuterRef("pk"), done_on__year=on.year)
    no_hours = Value(Decimal("0.00"), output_field=DecimalField())
    total = hours.order_by().values("person").annotate(total=Sum("hours")).values("total")
    return people.annotate(
        in_date=_count(in_date.filter(person=OuterRef("pk")), "module_version__module") + _count(on_paper, "module"),
        lapsed=_count(lapsed.filter(~Exists(held_on_paper), person=OuterRef("pk")), "module_version__module")
        + _count(gone, "module"),
        open=_count(records.open(), "pk"),
        cpd_hours=Coalesce(Subquery(total), no_hours),
    )


def _count(records: "QuerySet[TrainingRecord] | QuerySet[EarlierAcceptance]", what: str) -> Coalesce:
    counted = records.order_by().values("person").annotate(count=Count(what, distinct=True)).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


@dataclass(frozen=True)
class YearOfCpd:
    """What somebody logged in one calendar year, without what was taken back; `kinds` by code of a CpdKind, those there are."""

    year: int
    entries: int
    hours: Decimal
    kinds: dict[str, Decimal] = field(default_factory=dict, compare=False)


def cpd_by_year(person: User) -> list[YearOfCpd]:
    """Entries and hours of each calendar year, the newest first, in one query."""
    lines = (
        CpdEntry.objects.counted()
        .filter(person=person)
        .annotate(year=ExtractYear("done_on"))
        .values("year", "kind")
        .annotate(entries=Count("pk"), total=Sum("hours"))
        .order_by("-year", "kind")
    )
    years: dict[int, list[Any]] = defaultdict(list)
    for line in lines:
        years[line["year"]].append(line)
    return [
        YearOfCpd(
            year,
            sum(line["entries"] for line in found),
            sum((line["total"] for line in found), Decimal(0)),
            {line["kind"]: line["total"] for line in found},
        )
        for year, found in years.items()
    ]
