"""Questions about knowledge tests: what somebody is to take now, how far people changed, and how good the questions are."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from accounts.enums import Permission
from accounts.models import User
from common.clock import london_day
from common.statistics.items import Item, ItemAnalysis, analyse
from common.statistics.paired import PairedChange, crowded_end, paired_change
from common.statistics.picking import draw
from common.statistics.proportions import SMALLEST_BASE_SHOWN, Interval
from common.statistics.rounding import round_half_up, rounded_or_none
from common.statistics.small_numbers import are_too_few, in_words, taken_together
from training.enums import Occasion
from training.models import (
    Cohort,
    KnowledgeOption,
    KnowledgeQuestion,
    KnowledgeTest,
    KnowledgeTestQuestion,
    Sitting,
    SittingAnswer,
)
from training.models.knowledge import MOST_OPTIONS, KnowledgeQuestionQuerySet, KnowledgeTestQuerySet

NO_COHORT = "In no cohort"
BANDS = ((50, "50 and more"), (20, "20 to 49"), (10, "10 to 19"), (5, "5 to 9"))
MINUTES_A_QUESTION = 1


# --- taking one -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """What somebody is to take now: an occasion and attempt, with the sitting that is under way; or why there is nothing."""

    occasion: Occasion | None = None
    attempt: int = 1
    under_way: Sitting | None = None
    why_not: str = "This test is not asked of you, or it is closed."


@dataclass(frozen=True)
class OwnTest:
    """A test that is asked of somebody, what they are to take now, and what they have handed in, in order."""

    test: KnowledgeTest
    step: Step
    handed_in: Sequence[Sitting] = ()


def next_step(test_id: UUID, user: User, *, at: datetime) -> tuple[KnowledgeTest | None, Step]:
    """What of one test somebody is to take now; no test where it is not asked of them."""
    own = _own(KnowledgeTest.objects.filter(pk=test_id), user, at=at)
    return (own[0].test, own[0].step) if own else (None, Step())


def own_tests(user: User, *, at: datetime) -> list[OwnTest]:
    """All tests that are asked of somebody, by title, in two queries; what waits for them first."""
    return sorted(_own(KnowledgeTest.objects.all(), user, at=at), key=lambda own: own.step.occasion is None)


def _own(tests: KnowledgeTestQuerySet, user: User, *, at: datetime) -> list[OwnTest]:
    asked = tests.asked_of(user, on=london_day(at)).with_standing(user, at=at).select_related("module")
    sittings = Prefetch("sittings", Sitting.objects.filter(person=user).order_by("begun_at", "pk"), "own")
    asked = asked.annotate(questions=Count("asks", distinct=True)).prefetch_related(sittings).order_by("title", "pk")
    return [OwnTest(test, _step_of(test, test.own), [one for one in test.own if one.handed_in_at]) for test in asked]


def _step_of(test: Any, own: Sequence[Sitting]) -> Step:
    """`test` with its standing. Before until the register says that the person was there; then after; then the follow-up."""
    if not test.was_there and not test.has_after:
        if test.has_before:
            return Step(
                why_not="You have taken the test before the training. The test after it opens when you have been there."
            )
        return _taken_up(own, Occasion.BEFORE, 1)
    after = [one for one in own if one.occasion == Occasion.AFTER and one.handed_in_at]
    if not after and not test.is_trained:
        return Step(why_not="The test after the training opens at the end of your session.")
    # First, for it cannot be made good later; who has begun another attempt has to let it go.
    if test.is_follow_up_due and not test.has_follow_up:
        return _taken_up(own, Occasion.FOLLOW_UP, 1)
    has_passed = any(one.has_passed(test.pass_percent) for one in after)
    if not has_passed and len(after) < test.attempts_at(Occasion.AFTER) and not test.has_follow_up:
        return _taken_up(own, Occasion.AFTER, len(after) + 1)
    coming = next((one.follow_up_on for one in after if one.follow_up_on), None)
    if coming and not test.has_follow_up:
        return Step(why_not=f"You have taken it. It is asked once more from {coming:%-d %B %Y}.")
    return Step(why_not="You have taken this test.")


def _taken_up(own: Sequence[Sitting], occasion: Occasion, attempt: int) -> Step:
    begun = next((one for one in own if one.is_under_way and one.occasion == occasion), None)
    return Step(occasion, attempt, begun)


@dataclass(frozen=True)
class Asked:
    """A question of a sitting as its person sees it, with what they chose."""

    number: int
    question: KnowledgeQuestion
    options: Sequence[KnowledgeOption]
    chosen: KnowledgeOption | None

    @property
    def right(self) -> KnowledgeOption:
        return next(option for option in self.options if option.is_right)

    @property
    def is_right(self) -> bool:
        return self.chosen is not None and self.chosen.is_right


def paper_of(sitting: Sitting) -> list[Asked]:
    """The questions in the sitting's order, each with its answers in an order drawn by sitting and question."""
    found = {
        question.pk: question
        for question in KnowledgeQuestion.objects.filter(pk__in=sitting.order).prefetch_related(
            Prefetch("options", KnowledgeOption.objects.order_by("position"))
        )
    }
    chosen = dict(sitting.answers.values_list("question", "option"))
    paper = []
    for number, pk in enumerate(sitting.order, start=1):
        options = {str(option.pk): option for option in found[pk].options.all()}
        order = list(options)
        if not found[pk].keeps_order:
            order = [one.id for one in draw(f"{sitting.pk}:{pk}", options, MOST_OPTIONS)]
        shown = [options[key] for key in order]
        paper.append(Asked(number, found[pk], shown, options.get(str(chosen.get(pk, "")))))
    return paper


@dataclass(frozen=True)
class TakenTest:
    """That somebody has taken a test, for their page: on which occasions, and whether they passed. `best` of those afterwards."""

    test: KnowledgeTest
    before: Sitting | None
    best: Sitting | None
    follow_up: Sitting | None

    @property
    def has_passed(self) -> bool:
        return self.best is not None and self.best.has_passed(self.test.pass_percent)


def taken_by(person: User) -> list[TakenTest]:
    """The tests that somebody has handed in, the last first, in one query."""
    found: dict[UUID, list[Sitting]] = defaultdict(list)
    for one in person.knowledge_sittings.handed_in().select_related("test__module").order_by("-handed_in_at", "-pk"):
        found[one.test_id].append(one)
    return [_taken(sittings) for sittings in found.values()]


def taken_of_module(person: User, module_id: UUID) -> TakenTest | None:
    """The last test of a module that somebody has handed in, for who signs for them."""
    return next((one for one in taken_by(person) if one.test.module_id == module_id), None)


def _taken(sittings: Sequence[Sitting]) -> TakenTest:
    of: dict[str, list[Sitting]] = defaultdict(list)
    for one in sittings:
        of[one.occasion].append(one)
    best = max(of[Occasion.AFTER], key=lambda one: one.right or 0, default=None)
    return TakenTest(
        sittings[0].test, next(iter(of[Occasion.BEFORE]), None), best, next(iter(of[Occasion.FOLLOW_UP]), None)
    )


# --- the bank and the tests -------------------------------------------------------------------------------------------


def bank_of(user: User) -> KnowledgeQuestionQuerySet:
    """The questions in use of the person's agency, with their module, answers, and how many tests ask them (`asked`)."""
    return (
        KnowledgeQuestion.objects.of(user)
        .in_use()
        .select_related("module", "written_by")
        .annotate(asked=Count("in_tests"))
        .prefetch_related(Prefetch("options", KnowledgeOption.objects.order_by("position")))
    )


def tests_of(user: User) -> KnowledgeTestQuerySet:
    """The tests of the person's agency, with their module, `questions` and `handed_in` as counts."""
    return (
        KnowledgeTest.objects.of(user)
        .select_related("module")
        .annotate(
            questions=Count("asks", distinct=True),
            handed_in=Count("sittings", filter=Q(sittings__handed_in_at__isnull=False), distinct=True),
        )
    )


def asked_by(test: KnowledgeTest) -> list[KnowledgeQuestion]:
    """The questions of a test in their order, with their answers."""
    asks: QuerySet[KnowledgeTestQuestion] = test.asks.select_related("question").order_by("position")
    options = Prefetch("question__options", KnowledgeOption.objects.order_by("position"))
    return [ask.question for ask in asks.prefetch_related(options)]


# --- what came out ----------------------------------------------------------------------------------------------------


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
class Result:
    """How one group changed. `out_of`: how many questions; `one_sided`: how many took it only before or only after."""

    label: str
    out_of: int
    change: PairedChange
    later: PairedChange
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
        """With its sign, for example "+2.3"."""
        rounded = rounded_or_none(self.change.mean_change, 1)
        return "" if rounded is None else f"{rounded:+}"

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
        rounded = rounded_or_none(self.later.mean_change, 1)
        return "" if rounded is None else f"{rounded:+}"

    @property
    def crowd(self) -> str:
        """Whether too many stand at one end, so that a change is cut off: the floor before, or the ceiling after."""
        whole = [pair for pair in self.pairs if pair.is_whole]
        before = crowded_end([pair.before or 0 for pair in whole], self.out_of)
        after = crowded_end([pair.after or 0 for pair in whole], self.out_of)
        return before or after


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
        return whole, [result(names[pk], out_of, by_cohort[pk], [pk]) for pk in order]
    # By those who can be compared: it is their scores that a mean is made of.
    sizes = {pk: sum(pair.is_whole for pair in by_cohort[pk]) for pk in order}
    sizes = {pk: size for pk, size in sizes.items() if size}
    together = taken_together(sizes)
    if not sizes or are_too_few(together, sizes):
        return None, []
    shown = [
        result(names[pk], out_of, _whole(by_cohort[pk]), [pk]) for pk in order if pk in sizes and pk not in together
    ]
    if together:
        small = [pk for pk in order if pk in together]
        pairs_together = [pair for pk in small for pair in _whole(by_cohort[pk])]
        shown.append(result(in_words([names[pk] for pk in small]), out_of, pairs_together, small))
    return result("Everybody", out_of, _whole(pairs), order), shown


def _whole(pairs: Sequence[Pair]) -> list[Pair]:
    """Those who can be compared; for who is no trainer nobody else counts, for they may be few."""
    return [
        Pair(one.person, one.cohort, one.before, one.after, None, one.before_at, one.after_at)
        for one in pairs
        if one.is_whole
    ]


def result(label: str, out_of: int, pairs: Sequence[Pair], cohorts: Sequence[UUID | None]) -> Result:
    """One group: the change from before to after, and from after to the follow-up."""
    whole = [pair for pair in pairs if pair.is_whole]
    later = [pair for pair in pairs if pair.after is not None and pair.follow_up is not None]
    return Result(
        label,
        out_of,
        paired_change([one.before or 0 for one in whole], [one.after or 0 for one in whole]),
        paired_change([one.after or 0 for one in later], [one.follow_up or 0 for one in later]),
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


def exported_pairs(test: KnowledgeTest) -> list[ExportedPair]:
    """Whole pairs of cohorts of five and more, by group and then by scores, so that no place in the list is anybody's."""
    out_of = test.asks.count()
    groups: dict[UUID | None, list[Pair]] = defaultdict(list)
    for pair in pairs_of(test):
        if pair.is_whole:
            groups[pair.cohort].append(pair)
    shown = sorted(
        (pairs for pairs in groups.values() if len(pairs) >= SMALLEST_BASE_SHOWN),
        key=lambda pairs: (-len(pairs), sorted((one.before or 0, one.after or 0) for one in pairs)),
    )
    rows = [
        ExportedPair(number, _band(len(pairs)), one.before or 0, one.after or 0, one.follow_up, out_of, _weeks(one))
        for number, pairs in enumerate(shown, start=1)
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
    """What one person scored, for trainers; `passed` on which attempt after the training, if on any."""

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


# --- how good the questions are ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class QuestionLine:
    """One question: before and after, and of each answer how often it was chosen in the test after."""

    number: int
    question: KnowledgeQuestion
    before: Item
    after: Item
    chosen: Sequence[tuple[KnowledgeOption, int]]
    unanswered: int

    @property
    def right_before(self) -> str:
        return _percent(self.before)

    @property
    def right_after(self) -> str:
        return _percent(self.after)

    @property
    def discrimination(self) -> str:
        """Of the test after, to two decimals; nothing where it is not defined."""
        value = self.after.discrimination
        return "" if value is None else str(round_half_up(Fraction(value), 2))

    @property
    def upper_lower(self) -> str:
        """D of the test after, to two decimals; nothing with fewer than 30 sittings."""
        return "" if self.after.upper_lower is None else str(round_half_up(self.after.upper_lower, 2))

    @property
    def remark(self) -> str:
        """Of the test after: before, people are expected to know little."""
        return self.after.remark


def _percent(item: Item) -> str:
    """How many in a hundred were right, with of how many."""
    if item.difficulty is None:
        return ""
    return f"{round_half_up(item.difficulty * 100, 0)}% ({item.right} of {item.sittings})"


@dataclass(frozen=True)
class Analysis:
    """All questions of a test; how far they hang together before and after."""

    lines: Sequence[QuestionLine]
    before: ItemAnalysis
    after: ItemAnalysis

    @property
    def kr20(self) -> str:
        """Of the test after, to two decimals; nothing where it is not defined."""
        return "" if self.after.kr20 is None else str(round_half_up(Fraction(self.after.kr20), 2))


def analysis_of(test: KnowledgeTest) -> Analysis:
    """Of first attempts, those before and those after apart."""
    questions = asked_by(test)
    marks = {occasion: _marks_of(test, occasion, questions) for occasion in (Occasion.BEFORE, Occasion.AFTER)}
    before, after = (analyse(marks[occasion]) for occasion in (Occasion.BEFORE, Occasion.AFTER))
    nothing = Item(0, 0, None, None)
    rows = SittingAnswer.objects.filter(
        sitting__in=test.sittings.first_attempts().filter(occasion=Occasion.AFTER)
    ).values_list("option", flat=True)
    times = Counter(rows)
    lines = []
    for place, question in enumerate(questions):
        chosen = [(option, times[option.pk]) for option in question.options.all()]
        lines.append(
            QuestionLine(
                place + 1,
                question,
                before.items[place] if before.items else nothing,
                after.items[place] if after.items else nothing,
                chosen,
                after.sittings - sum(count for _, count in chosen),
            )
        )
    return Analysis(lines, before, after)


def _marks_of(test: KnowledgeTest, occasion: str, questions: Sequence[KnowledgeQuestion]) -> list[list[bool]]:
    """A row for each sitting: of each question whether it was right. Without an answer it was not."""
    sittings = list(
        test.sittings.first_attempts().filter(occasion=occasion).order_by("pk").values_list("pk", flat=True)
    )
    right = SittingAnswer.objects.filter(sitting__in=sittings, option__is_right=True)
    known: dict[UUID, set[UUID]] = defaultdict(set)
    for sitting, question in right.values_list("sitting", "question"):
        known[sitting].add(question)
    return [[question.pk in known[sitting] for question in questions] for sitting in sittings]
