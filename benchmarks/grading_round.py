"""How long a panel member needs for ten PPNs: our pages as they are measured, a person as published figures have one.

Nobody was timed. Words are counted in the demonstration's round that is being graded, the service's share is measured, and a person
reads, decides, presses keys and writes at the speeds below. What is the same on every page, questions and rubric, is read in full with
the first PPN and recognised with the others. The promise is forty minutes; beside it stands what it takes who reads the
descriptors again each time.
"""

import statistics
import time
from collections.abc import Iterator

from django.test import Client

from benchmarks.measuring import Result, once_a_run, tell
from grading.enums import RUBRIC, Criterion, RoundState
from grading.models import Grade, GradingRound, RoundItem
from grading.queries.grades import items_to_read
from grading.queries.redaction import RedactedPerson, RedactedPpn, RedactedSection, redacted_ppn

PPNS = 10
MINUTES = 40
# Silent reading of non-fiction in English: Brysbaert, Journal of Memory and Language 109 (2019).
WORDS_READ_A_MINUTE = 238
# One fixation in silent reading: Rayner, Psychological Bulletin 124 (1998).
SECONDS_TO_RECOGNISE = 0.25
# One choice, and one key of an average typist: Card, Moran and Newell, The Psychology of Human-Computer Interaction (1983).
SECONDS_TO_DECIDE, SECONDS_A_KEY = 1.35, 0.28
# Composing at a keyboard: Karat and others, CHI 99.
WORDS_WRITTEN_A_MINUTE = 19
# The number, and on to the next.
KEYS_A_CHOICE = 2
# Who is not sure of a criterion reads the descriptor that they choose and the one beside it.
DESCRIPTORS_READ_AGAIN = 2
CALLS = 5


@once_a_run
def main() -> None:
    """Count, measure, add up."""
    round = GradingRound.objects.filter(state=RoundState.GRADING).latest("starts_on")
    items = list(items_to_read().standing().filter(round=round).order_by("position")[:PPNS])
    assert len(items) == PPNS, f"the demonstration's round has {len(items)} PPNs"
    ppns = [redacted_ppn(item.referral) for item in items]
    descriptors = [words(text) for one in RUBRIC for text in one.descriptors.values()]

    to_read = sum(answers_of(ppn) for ppn in ppns) + words(" ".join(questions_of(ppns[0]))) + sum(descriptors)
    looks = sum(len(list(questions_of(ppn))) + len(descriptors) for ppn in ppns[1:])
    given = Grade.objects.filter(assignment__item__round=round)
    written = statistics.mean(words(f"{one.strength} {one.learning_point}") for one in given)
    parts = {
        "reading": to_read / WORDS_READ_A_MINUTE + looks * SECONDS_TO_RECOGNISE / 60,
        "choosing": PPNS * (len(Criterion) + 1) * (SECONDS_TO_DECIDE + KEYS_A_CHOICE * SECONDS_A_KEY) / 60,
        "writing": PPNS * written / WORDS_WRITTEN_A_MINUTE,
        # A page is asked for once and sent once.
        "the service": PPNS * 2 * statistics.median(seconds(item) for item in items) / 60,
    }
    minutes = sum(parts.values())
    again = (PPNS - 1) * DESCRIPTORS_READ_AGAIN * len(Criterion) * statistics.mean(descriptors) / WORDS_READ_A_MINUTE
    said = ", ".join(f"{name} {part:.1f}" for name, part in parts.items())
    tell(
        Result(
            promise=f"A panel member grades {PPNS} PPNs, against {MINUTES} minutes (a person by published speeds)",
            size=f"{sum(map(answers_of, ppns)) / PPNS:.0f} words of answers a PPN, {written:.0f} words written",
            ours_ms=minutes * 60_000,
            peer_ms=MINUTES * 60_000,
            ratio=minutes / MINUTES,
            lowest=minutes / MINUTES,
            highest=(minutes + again) / MINUTES,
            wall_ratio=minutes / MINUTES,
            limit=1,
            note=f"minutes: {said}; {minutes:.1f} in all, {minutes + again:.1f} if descriptors are read again",
        )
    )


def parts_of(ppn: RedactedPpn) -> Iterator[RedactedSection | RedactedPerson]:
    for section in ppn.sections:
        yield section
        yield from section.people


def answers_of(ppn: RedactedPpn) -> int:
    """Words that are different in each PPN."""
    return sum(words(answer.text) for part in parts_of(ppn) for answer in part.told)


def questions_of(ppn: RedactedPpn) -> Iterator[str]:
    """What is asked, whether the answer can be read, is hidden or is missing."""
    for part in parts_of(ppn):
        yield from (answer.question for answer in part.told)
        yield from part.hidden
        yield from part.missing


def words(text: str) -> int:
    return len(text.split())


def seconds(item: RoundItem) -> float:
    """The page for one of its graders, as a median."""
    place = item.assignments.exclude(grader=None).first()
    assert place is not None
    assert place.grader is not None
    client = Client(SERVER_NAME="localhost")
    client.force_login(place.grader)
    return statistics.median(_seconds(client, item.grade_url) for _ in range(CALLS))


def _seconds(client: Client, url: str) -> float:
    began = time.perf_counter()
    assert client.get(url).status_code == 200
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
