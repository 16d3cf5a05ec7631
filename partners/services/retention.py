"""What is removed of sessions after its time: personal parts go, counts that totals need stay, and the access log says how many (ADR 0060).

Every period is a setting and the force's to decide; nought keeps for ever. Nothing is removed that somebody may still use.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Count, EmailField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from audit import services as audit
from audit.enums import Verb
from common.statistics.proportions import SMALLEST_BASE_SHOWN
from partners.enums import AskedWhen, BookingState, QuestionState, Used
from partners.models import (
    AbsenceWarning,
    Booking,
    CheckIn,
    Delegate,
    FeedbackLink,
    FollowUp,
    FollowUpTally,
    LearningMail,
    ScenarioAnswer,
    ScenarioTally,
    SessionFeedbackReceipt,
    SessionQuestion,
)

NAME_REMOVED = "Name removed"

Due = Callable[[datetime], QuerySet[Any]]
Remove = Callable[[QuerySet[Any], datetime], int]


def _delete(found: QuerySet[Any], at: datetime) -> int:
    count, _ = found.delete()
    return count


@dataclass(frozen=True)
class Rule:
    """One kind of thing that goes: what of it, after how many days (`setting`, never less than `least`), and what stays."""

    kind: str
    goes: str
    stays: str
    setting: str
    due: Due
    least: int = 0
    remove: Remove = _delete

    @property
    def days(self) -> int:
        """Nought where it is kept for ever."""
        chosen: int = getattr(settings, self.setting)
        return max(chosen, self.least) if chosen > 0 else 0

    def found(self, *, at: datetime) -> QuerySet[Any]:
        found = self.due(at - timedelta(days=self.days))
        return found if self.days else found.none()


def purge(*, at: datetime) -> dict[str, int]:
    """Remove what is over its time, each kind in a transaction of its own; returns how many of each kind. Two clocks may run."""
    return {rule.kind: _purge(rule, at=at) for rule in RULES}


def to_purge(*, at: datetime) -> list[tuple[Rule, int]]:
    """What `purge` would remove now; nothing is changed."""
    return [(rule, rule.found(at=at).count()) for rule in RULES]


@transaction.atomic
def _purge(rule: Rule, *, at: datetime) -> int:
    """The rows are locked, and looked for again by who comes second, so that what is counted is counted once."""
    rows = rule.found(at=at).select_for_update(of=("self",), skip_locked=True).order_by("pk")
    keys = list(rows.values_list("pk", flat=True))
    if not keys:
        return 0
    count = rule.remove(rows.model._default_manager.filter(pk__in=keys), at)
    audit.record(
        verb=Verb.DELETED, what="partners.purged", at=at, actor=None, kind=rule.kind, count=count, days=rule.days
    )
    return count


# --- what is due ------------------------------------------------------------------------------------------------------


def _scenario_answers(before: datetime) -> QuerySet[Any]:
    """Of sessions that were over by then; the first ones stay while the second, of a later session, does."""
    later = ScenarioAnswer.objects.filter(
        person=OuterRef("person"),
        version=OuterRef("version"),
        asked=AskedWhen.AFTER,
        booking__session__ends_at__gte=before,
    )
    return ScenarioAnswer.objects.filter(booking__session__ends_at__lt=before).exclude(Exists(later))


def _questions(before: datetime) -> QuerySet[Any]:
    return SessionQuestion.objects.filter(asked_at__lt=before).exclude(state=QuestionState.PUBLISHED)


def _askers(before: datetime) -> QuerySet[Any]:
    return SessionQuestion.objects.published().filter(asked_at__lt=before, asked_by__isnull=False)


def _follow_ups(before: datetime) -> QuerySet[Any]:
    """Those that are told to nobody: what somebody agreed to have told stays a story."""
    untold = Q(may_tell=False) | Q(taken_back_at__isnull=False) | Q(set_aside_at__isnull=False)
    return FollowUp.objects.filter(untold, booking__session__ends_at__lt=before)


def _delegates(before: datetime) -> QuerySet[Any]:
    """Who has had no place since."""
    since = Booking.objects.filter(delegate=OuterRef("pk"), session__ends_at__gte=before)
    return Delegate.objects.filter(added_at__lt=before, forgotten_at=None).exclude(Exists(since))


def _of_sessions_over(model: type[Any], through: str = "session") -> Due:
    return lambda before: model.objects.filter(**{f"{through}__ends_at__lt": before})


# --- how it goes ------------------------------------------------------------------------------------------------------


def _keep_pairs(found: QuerySet[Any], at: datetime) -> int:
    """Keep the pairs of each session and version where there are five or more, then delete; fewer were never shown."""
    second = list(
        ScenarioAnswer.objects.filter(
            pk__in=found.values("pk"), asked=AskedWhen.AFTER, booking__state=BookingState.PRESENT
        ).select_related("booking")
    )
    given = ScenarioAnswer.objects.filter(asked=AskedWhen.BEFORE, person__in={one.person_id for one in second})
    first = {(one.person_id, one.version_id): one for one in given}
    pairs: dict[tuple[UUID, UUID], list[list[int]]] = defaultdict(list)
    for after in second:
        if before := first.get((after.person_id, after.version_id)):
            pairs[after.booking.session_id, after.version_id].append([*_marks(before), *_marks(after)])
    for (session_id, version_id), kept in pairs.items():
        if len(kept) >= SMALLEST_BASE_SHOWN:
            ScenarioTally.objects.update_or_create(
                session_id=session_id, version_id=version_id, defaults={"pairs": sorted(kept)}
            )
    return _delete(found, at)


def _marks(answer: ScenarioAnswer) -> tuple[int, int, int]:
    return answer.first, answer.second, answer.confidence


def _count_used(found: QuerySet[Any], at: datetime) -> int:
    """Add to the tally of each session what is deleted."""
    counted = found.values("booking__session").annotate(
        yes=Count("pk", filter=Q(used=Used.YES)),
        not_yet=Count("pk", filter=Q(used=Used.NOT_YET)),
        no=Count("pk", filter=Q(used=Used.NO)),
    )
    for one in counted.order_by("booking__session"):
        tally, _ = FollowUpTally.objects.get_or_create(session_id=one["booking__session"])
        FollowUpTally.objects.filter(pk=tally.pk).update(
            yes=F("yes") + one["yes"], not_yet=F("not_yet") + one["not_yet"], no=F("no") + one["no"]
        )
    return _delete(found, at)


def _forget_asker(found: QuerySet[Any], at: datetime) -> int:
    """What is published stays, in the words that name nobody."""
    return found.update(asked_by=None, words="", answer=F("public_answer"))


def _forget_delegates(found: QuerySet[Any], at: datetime) -> int:
    address = Concat(Cast("pk", EmailField()), Value("@removed.invalid"))
    return found.update(name=NAME_REMOVED, email=address, forgotten_at=at)


RULES: Sequence[Rule] = (
    Rule(
        "scenario_answers",
        "What each person chose in the scenarios",
        "pairs of marks without a person, of sessions with five or more",
        "SCENARIO_ANSWERS_KEPT_DAYS",
        _scenario_answers,
        least=15,
        remove=_keep_pairs,
    ),
    Rule("questions", "Questions that were never published", "nothing", "QUESTIONS_KEPT_DAYS", _questions, least=15),
    Rule(
        "askers",
        "Who asked a published question, and the words as they asked",
        "what is published",
        "QUESTIONS_KEPT_DAYS",
        _askers,
        least=15,
        remove=_forget_asker,
    ),
    Rule(
        "follow_ups",
        "What became of a session, where it is told to nobody",
        "how many used it, by session",
        "FOLLOW_UPS_KEPT_DAYS",
        _follow_ups,
        least=150,
        remove=_count_used,
    ),
    Rule(
        "feedback_receipts",
        "That somebody said what a session was like",
        "the sums of the session",
        "FEEDBACK_RECEIPTS_KEPT_DAYS",
        _of_sessions_over(SessionFeedbackReceipt),
        least=15,
    ),
    Rule(
        "feedback_links",
        "Addresses for people without an account, as hashes",
        "the sums of the session",
        "FEEDBACK_RECEIPTS_KEPT_DAYS",
        _of_sessions_over(FeedbackLink),
        least=15,
    ),
    Rule(
        "learning_mails",
        "That somebody was asked by mail",
        "nothing",
        "LEARNING_MAILS_KEPT_DAYS",
        _of_sessions_over(LearningMail, "booking__session"),
        least=150,
    ),
    Rule(
        "check_ins",
        "Hashes of devices and wrong codes, where a register was never closed",
        "the register",
        "CHECK_INS_KEPT_DAYS",
        _of_sessions_over(CheckIn),
        least=1,
    ),
    Rule(
        "absence_warnings",
        "That somebody was told of absences",
        "the register",
        "ABSENCE_WARNINGS_KEPT_DAYS",
        lambda before: AbsenceWarning.objects.filter(made_at__lt=before),
        least=366,
    ),
    Rule(
        "delegates",
        "Name and address of people without an account who have had no place since",
        "their places, with agency and register",
        "DELEGATES_KEPT_DAYS",
        _delegates,
        least=366,
        remove=_forget_delegates,
    ),
)
