"""Results of a knowledge test for comparing forces: a row for each person who took it before and after, without a name or a day.

Files whose fingerprint is the same are of the same questions, so their rows may be put under each other.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from common.statistics.proportions import SMALLEST_BASE_SHOWN
from common.statistics.rounding import round_half_up
from common.xlsx import Cell, Table, make_xlsx
from training.models import KnowledgeQuestion, KnowledgeTest
from training.models.knowledge import MOST_OPTIONS, question_fingerprint
from training.queries.knowledge_analysis import Analysis
from training.queries.knowledge_results import ExportedPair

PAIR_HEADINGS = (
    "Fingerprint", "Module", "Test", "Group", "People in the group", "Pair", "Right before", "Right after", "Right at follow-up",
    "Out of", "Weeks between",
)  # fmt: skip
# In this layout questions are taken over by another force: see services/knowledge_questions.take_questions.
BANK_HEADINGS = (
    "Scenario", "Question", *(f"Answer {number}" for number in range(1, MOST_OPTIONS + 1)), "Right answer", "Keep the order", "Why",
)  # fmt: skip
QUESTION_HEADINGS = (
    "Fingerprint of the question", "Question", "Sittings before", "Right before", "Sittings after", "Right after",
    "Difficulty after (p)", "Discrimination after (item-rest)", "Discrimination after (D, 27%)", "Remark",
)  # fmt: skip


def pair_rows(test: KnowledgeTest, pairs: Sequence[ExportedPair]) -> Iterator[list[Cell]]:
    """A row for each pair, in the order of PAIR_HEADINGS. The module carries no name of the force."""
    for number, one in enumerate(pairs, start=1):
        yield [
            test.fingerprint,
            test.module.title,
            test.title,
            one.group,
            one.size,
            number,
            one.before,
            one.after,
            one.follow_up,
            one.out_of,
            one.weeks,
        ]


def bank_rows(questions: Sequence[KnowledgeQuestion]) -> Iterator[list[str]]:
    """A row for each question, in the order of BANK_HEADINGS."""
    for question in questions:
        options = sorted(question.options.all(), key=lambda option: option.position)
        words = [option.words for option in options]
        right = next(place for place, option in enumerate(options, start=1) if option.is_right)
        yield [
            question.scenario,
            question.words,
            *words,
            *[""] * (MOST_OPTIONS - len(words)),
            str(right),
            "yes" if question.keeps_order else "no",
            question.explanation,
        ]


def workbook(test: KnowledgeTest, pairs: Sequence[ExportedPair], analysis: Analysis) -> bytes:
    """A sheet of pairs and a sheet of questions, `analysis` of the same people alone. The same results give the same bytes."""
    base = min(analysis.before.sittings, analysis.after.sittings)
    questions: list[list[Cell]] = [
        [
            question_fingerprint(line.question),
            line.question.words,
            line.before.sittings,
            line.before.right,
            line.after.sittings,
            line.after.right,
            _rounded(line.after.difficulty),
            _rounded(line.after.discrimination),
            _rounded(line.after.upper_lower),
            line.remark or None,
        ]
        for line in analysis.lines
    ]
    facts: list[tuple[str, Cell]] = [
        ("Module", test.module.title),
        ("Test", test.title),
        ("Fingerprint", test.fingerprint),
        ("Pass mark, %", test.pass_percent),
        ("Pairs", len(pairs)),
        ("Left out", "Groups of fewer than five people"),
        ("Change", "Right after less right before, of first attempts"),
    ]
    return make_xlsx(
        title="Knowledge before and after",
        facts=facts,
        tables=[
            Table("Pairs", PAIR_HEADINGS, list(pair_rows(test, pairs))),
            Table("Questions", QUESTION_HEADINGS, questions if base >= SMALLEST_BASE_SHOWN else []),
        ],
    )


def _rounded(value: float | Fraction | None) -> Decimal | None:
    return None if value is None else round_half_up(Fraction(value), 3)
