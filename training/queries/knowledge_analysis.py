"""How good the questions of a knowledge test are."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar
from uuid import UUID

from common.statistics.items import FEWEST_FOR_REMARKS, Item, ItemAnalysis, analyse
from common.statistics.rounding import round_half_up
from training.enums import Occasion
from training.models import KnowledgeOption, KnowledgeQuestion, KnowledgeTest, SittingAnswer
from training.models.knowledge import SittingQuerySet
from training.queries.knowledge import asked_by


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
        """Of the test after, to two decimals; nothing where it cannot be worked out."""
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
    fewest_for_remarks: ClassVar[int] = FEWEST_FOR_REMARKS

    @property
    def has_too_few_for_remarks(self) -> bool:
        """Whether so few have taken the test after that questions get no remark."""
        return self.after.sittings < FEWEST_FOR_REMARKS

    @property
    def kr20(self) -> str:
        """Of the test after, to two decimals; nothing where it is not defined."""
        return "" if self.after.kr20 is None else str(round_half_up(Fraction(self.after.kr20), 2))


def analysis_of(test: KnowledgeTest, *, people: Collection[UUID] | None = None) -> Analysis:
    """Of first attempts, those before and those after apart; of everybody, or of these people alone."""
    questions = asked_by(test)
    firsts = test.sittings.first_attempts()
    firsts = firsts if people is None else firsts.filter(person__in=people)
    marks = {
        occasion: _marks_of(firsts.filter(occasion=occasion), questions)
        for occasion in (Occasion.BEFORE, Occasion.AFTER)
    }
    before, after = (analyse(marks[occasion]) for occasion in (Occasion.BEFORE, Occasion.AFTER))
    nothing = Item(0, 0, None, None)
    rows = SittingAnswer.objects.filter(sitting__in=firsts.filter(occasion=Occasion.AFTER))
    times = Counter(rows.values_list("option", flat=True))
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


def _marks_of(of: SittingQuerySet, questions: Sequence[KnowledgeQuestion]) -> list[list[bool]]:
    """A row for each sitting: of each question whether it was right. Without an answer it was not."""
    sittings = list(of.order_by("pk").values_list("pk", flat=True))
    right = SittingAnswer.objects.filter(sitting__in=sittings, option__is_right=True)
    known: dict[UUID, set[UUID]] = defaultdict(set)
    for sitting, question in right.values_list("sitting", "question"):
        known[sitting].add(question)
    return [[question.pk in known[sitting] for question in questions] for sitting in sittings]
