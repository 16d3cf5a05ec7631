"""Questions about knowledge tests: what somebody is to take now and has taken, the bank, and the tests."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet

from accounts.models import User
from common.clock import london_day
from common.statistics.picking import draw
from training.enums import KnowledgeTestState, Occasion
from training.models import KnowledgeOption, KnowledgeQuestion, KnowledgeTest, KnowledgeTestQuestion, Sitting
from training.models.knowledge import MOST_OPTIONS, KnowledgeQuestionQuerySet, KnowledgeTestQuerySet

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
        return Step(why_not="The test after the training opens a quarter of an hour before the end of your session.")
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


def shows_answers(sitting: Sitting, step: Step) -> bool:
    """Whether the page of a sitting may say which answers are right: where knowing them can spoil nothing any more.

    So not while the person has something to take now (`step`), nor while the test will ask them once more some months later;
    once the test is closed nothing is left. What was handed in before the training never shows them.
    """
    if sitting.handed_in_at is None or sitting.occasion == Occasion.BEFORE:
        return False
    if sitting.test.state == KnowledgeTestState.CLOSED:
        return True
    own = Sitting.objects.handed_in().filter(test=sitting.test_id, person=sitting.person_id)
    days = dict(own.values_list("occasion", "follow_up_on").order_by("attempt", "pk").filter(attempt=1))
    is_follow_up_pending = days.get(Occasion.AFTER) is not None and Occasion.FOLLOW_UP not in days
    return step.occasion is None and not is_follow_up_pending


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
