"""What came out of a knowledge test: how far people changed, all together, by cohort and by person, and what other forces get."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from accounts.enums import Permission
from accounts.models import User
from common.statistics.paired import PairedChange, crowded_end, paired_change
from common.statistics.proportions import SMALLEST_BASE_SHOWN, Interval
from common.statistics.rounding import round_half_up, rounded_or_none
from common.statistics.small_numbers import are_too_few, in_words, taken_together
from training.enums import Occasion
from training.models import Cohort, KnowledgeTest, Sitting

NO_COHORT = "In no cohort"
BANDS = ((50, "50 and more"), (20, "20 to 49"), (10, "10 to 19"), (5, "5 to 9"))


@dataclass
class Pair:
    """The scores of one person: first attempts, None where there is none; with whom they were taught, and the days of both."""

    person: UUID
    cohort: UUID | None = None
    before: int | None = None
    after: int | None = None
    follow_up: int | None = None
    before_at: datetime | None = None
    after_at: datetime | None = None

    @property
    def is_whole(self) -> bool:
        """Whether there is something to compare."""
        return self.before is not None and self.after is not None

    @property
    def change(self) -> int | None:
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True)
class Later:
    """Of those who took the test after the training and the follow-up: how many, and their mean change from one to the other."""

    n: int
    mean_change: Fraction | None


@dataclass(frozen=True)
class Result:
    """How one group changed. `out_of`: how many questions; `one_sided`: how many took it only before or only after."""

    label: str
    out_of: int
    change: PairedChange
    later: Later
    one_sided: int
    cohorts: Sequence[UUID | None] = ()
    pairs: Sequence[Pair] = field(default=(), repr=False)

    @property
    def before(self) -> Decimal | None:
        """Mean right answers before, half up to one decimal."""
        return rounded_or_none(self.change.mean_before, 1)

    @property
    def after(self) -> Decimal | None:
        return rounded_or_none(self.change.mean_after, 1)

    @property
    def mean_change(self) -> str:
        """With its sign, for example "+2.3"; "0.0" where it rounds to nothing."""
        return _signed(self.change.mean_change)

    @property
    def interval_in_words(self) -> str:
        """In questions, for example "1.2 to 3.4"; nothing without an interval."""
        return _in_words(self.change.interval, 1)

    @property
    def p_in_words(self) -> str:
        return _p_in_words(self.change.p)

    @property
    def wilcoxon_in_words(self) -> str:
        return _p_in_words(self.change.wilcoxon_p)

    @property
    def effect_size(self) -> Decimal | None:
        """d_z with Hedges' correction, to two decimals."""
        return round_half_up(Fraction(self.change.effect.size), 2) if self.change.effect else None

    @property
    def effect_interval_in_words(self) -> str:
        return _in_words(self.change.effect.interval if self.change.effect else None, 2)

    @property
    def later_change(self) -> str:
        """Of the follow-up against the test after; nothing where nobody has taken both."""
        return _signed(self.later.mean_change)

    @property
    def change_in_words(self) -> str:
        """For example "+2.3 right answers", or "no change"."""
        return _change_in_words(self.mean_change)

    @property
    def later_change_in_words(self) -> str:
        return _change_in_words(self.later_change)

    @property
    def crowd(self) -> str:
        """Whether too many stand at one end, so that a change is cut off: "floor" or "ceiling", before or else after."""
        whole = [pair for pair in self.pairs if pair.is_whole]
        before = crowded_end([pair.before or 0 for pair in whole], self.out_of)
        after = crowded_end([pair.after or 0 for pair in whole], self.out_of)
        return before or after


def _signed(change: Fraction | None) -> str:
    """To one decimal; nothing where there is none."""
    rounded = rounded_or_none(change, 1)
    return "" if rounded is None else f"{rounded:+}" if rounded else "0.0"


def _change_in_words(signed: str) -> str:
    return "no change" if signed == "0.0" else f"{signed} right answers"


def _in_words(interval: Interval | None, places: int) -> str:
    if interval is None:
        return ""
    low, high = (round_half_up(Fraction(bound), places) for bound in (interval.low, interval.high))
    return f"{low} to {high}"


def _p_in_words(p: float | None) -> str:
    """To three decimals; below that only that it is less."""
    if p is None:
        return ""
    return "less than 0.001" if p < 0.001 else str(round_half_up(Fraction(p), 3))


def pairs_of(test: KnowledgeTest) -> list[Pair]:
    """Everybody who handed in a first attempt, in one query. The cohort is that of the test after, else of the test before."""
    pairs: dict[UUID, Pair] = {}
    rows = test.sittings.first_attempts().order_by("handed_in_at", "pk")
    for row in rows.values("person", "cohort", "occasion", "right", "handed_in_at"):
        pair = pairs.setdefault(row["person"], Pair(row["person"]))
        if row["occasion"] == Occasion.BEFORE:
            pair.before, pair.before_at, pair.cohort = row["right"], row["handed_in_at"], row["cohort"]
        elif row["occasion"] == Occasion.AFTER:
            pair.after, pair.after_at, pair.cohort = row["right"], row["handed_in_at"], row["cohort"]
        else:
            pair.follow_up = row["right"]
    return list(pairs.values())


def results_of(test: KnowledgeTest, user: User) -> tuple[Result | None, list[Result]]:
    """All together, and by cohort. Who is no trainer sees cohorts of few people together, and nothing where all are too few."""
    pairs, out_of = pairs_of(test), test.asks.count()
    by_cohort: dict[UUID | None, list[Pair]] = defaultdict(list)
    for pair in pairs:
        by_cohort[pair.cohort].append(pair)
    names: dict[UUID | None, str] = {
        one.pk: f"{one.name} ({one.programme})"
        for one in Cohort.objects.filter(pk__in=[pk for pk in by_cohort if pk]).select_related("programme")
    }
    names[None] = NO_COHORT
    order = sorted(by_cohort, key=lambda pk: (pk is None, names[pk], str(pk)))
    whole = result("Everybody", out_of, pairs, order)
    if user.may(Permission.RUN_TRAINING):
        return whole, [result(names[pk], out_of, by_cohort[pk], [pk], in_short=True) for pk in order]
    # By those who can be compared: it is their scores that a mean is made of.
    sizes = {pk: sum(pair.is_whole for pair in by_cohort[pk]) for pk in order}
    sizes = {pk: size for pk, size in sizes.items() if size}
    together = taken_together(sizes)
    if not sizes or are_too_few(together, sizes):
        return None, []
    shown = [
        result(names[pk], out_of, _whole(by_cohort[pk]), [pk], in_short=True)
        for pk in order
        if pk in sizes and pk not in together
    ]
    if together:
        small = [pk for pk in order if pk in together]
        pairs_together = [pair for pk in small for pair in _whole(by_cohort[pk])]
        shown.append(result(in_words([names[pk] for pk in small]), out_of, pairs_together, small, in_short=True))
    return result("Everybody", out_of, _whole(pairs), order), shown


def _whole(pairs: Sequence[Pair]) -> list[Pair]:
    """Those who can be compared; for who is no trainer nobody else counts, for they may be few."""
    return [
        Pair(one.person, one.cohort, one.before, one.after, None, one.before_at, one.after_at)
        for one in pairs
        if one.is_whole
    ]


def result(
    label: str, out_of: int, pairs: Sequence[Pair], cohorts: Sequence[UUID | None], *, in_short: bool = False
) -> Result:
    """One group: the change from before to after, and from after to the follow-up. In short where it is one line of many."""
    whole = [pair for pair in pairs if pair.is_whole]
    later = [
        Fraction(pair.follow_up - pair.after) for pair in pairs if pair.after is not None and pair.follow_up is not None
    ]
    return Result(
        label,
        out_of,
        paired_change([one.before or 0 for one in whole], [one.after or 0 for one in whole], in_short=in_short),
        Later(len(later), sum(later, Fraction(0)) / len(later) if later else None),
        sum((pair.before is None) != (pair.after is None) for pair in pairs),
        cohorts,
        pairs,
    )


@dataclass(frozen=True)
class ExportedPair:
    """One pair without its person. `group` counts cohorts, the largest first; `size`: whole pairs in it, as a band."""

    group: int
    size: str
    before: int
    after: int
    follow_up: int | None
    out_of: int
    weeks: int


def groups_to_export(test: KnowledgeTest) -> list[list[Pair]]:
    """Whole pairs of cohorts of five and more, the largest first. Nobody else's figures leave the force."""
    groups: dict[UUID | None, list[Pair]] = defaultdict(list)
    for pair in pairs_of(test):
        if pair.is_whole:
            groups[pair.cohort].append(pair)
    return sorted(
        (pairs for pairs in groups.values() if len(pairs) >= SMALLEST_BASE_SHOWN),
        key=lambda pairs: (-len(pairs), sorted((one.before or 0, one.after or 0) for one in pairs)),
    )


def exported_pairs(test: KnowledgeTest, groups: Sequence[Sequence[Pair]]) -> list[ExportedPair]:
    """The pairs of these groups by group and then by scores, so that no place in the list is anybody's."""
    out_of = test.asks.count()
    rows = [
        ExportedPair(number, _band(len(pairs)), one.before or 0, one.after or 0, one.follow_up, out_of, _weeks(one))
        for number, pairs in enumerate(groups, start=1)
        for one in pairs
    ]
    return sorted(rows, key=lambda row: (row.group, row.before, row.after, row.follow_up or -1, row.weeks))


def _band(size: int) -> str:
    """How many, roughly: 5 to 9, 10 to 19, 20 to 49, 50 and more."""
    return next(words for least, words in BANDS if size >= least)


def _weeks(pair: Pair) -> int:
    """Between the two, rounded down."""
    return (pair.after_at - pair.before_at).days // 7 if pair.after_at and pair.before_at else 0


@dataclass(frozen=True)
class PersonResult:
    """What one person scored, for trainers: in how many attempts after the training, and whether one of them was a pass."""

    person: User
    pair: Pair
    attempts: int
    passed: bool

    @property
    def change(self) -> str:
        """With its sign; nothing where one of the two is missing."""
        return "" if self.pair.change is None else f"{self.pair.change:+}" if self.pair.change else "0"


def people_of(test: KnowledgeTest, *, cohort: UUID | None = None) -> QuerySet[User]:
    """Everybody who handed something in, or those who count with one cohort: that of the test after, else of the test before."""
    own = test.sittings.first_attempts().filter(person=OuterRef("pk"))
    people = User.objects.filter(Exists(own)).select_related("team")
    if cohort is None:
        return people
    after, before = (own.filter(occasion=one) for one in (Occasion.AFTER, Occasion.BEFORE))
    return people.filter(Exists(after.filter(cohort=cohort)) | (~Exists(after) & Exists(before.filter(cohort=cohort))))


def results_by_person(test: KnowledgeTest, people: Sequence[User]) -> list[PersonResult]:
    """What each of these people scored, in their order, in one query."""
    found: dict[UUID, list[Sitting]] = defaultdict(list)
    for one in test.sittings.handed_in().filter(person__in=people).order_by("attempt"):
        found[one.person_id].append(one)
    return [_result_of(test, person, found[person.pk]) for person in people]


def _result_of(test: KnowledgeTest, person: User, sittings: Sequence[Sitting]) -> PersonResult:
    first = {one.occasion: one.right for one in sittings if one.attempt == 1}
    after = [one for one in sittings if one.occasion == Occasion.AFTER]
    pair = Pair(
        person.pk,
        before=first.get(Occasion.BEFORE),
        after=first.get(Occasion.AFTER),
        follow_up=first.get(Occasion.FOLLOW_UP),
    )
    return PersonResult(person, pair, len(after), any(one.has_passed(test.pass_percent) for one in after))
