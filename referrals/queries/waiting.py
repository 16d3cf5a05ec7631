"""What waits for a person, for the home page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import ngettext

from accounts.enums import Permission
from accounts.models import User
from common.clock import london_day
from common.paging import capped_counts
from common.waiting import Waiting
from referrals.enums import ANSWERED, Answers, AssessmentsShown, Due, ShareState, Step
from referrals.models import Referral, Share
from referrals.queries.challenges import challenges_for
from referrals.queries.feedback import awaited_by, narrowed, rejected_at, to_supply_at
from referrals.queries.guards import conflicts_to_judge, emergencies_for
from referrals.queries.intelligence import assessments_shown, late_assessments
from referrals.queries.lists import ANSWERS_STAY_NEW, drafts_of, shared_with
from referrals.queries.meetings import open_meeting_actions
from referrals.queries.notices import notices_to_send, notices_unacknowledged, open_actions
from referrals.queries.protection import protected
from referrals.queries.reviews import returned_to, reviews_to_do
from referrals.queries.second_looks import readings_to_do, readings_to_look_at
from referrals.queries.triage import queue
from referrals.queries.unfinished import late_reviews, unfinished


@dataclass(frozen=True)
class _Line:
    """A line whose rows are still to be counted. Late: where any of these rows are there, or, with True, any of its own."""

    one: str
    more: str
    found: QuerySet[Any]
    url: str
    late: QuerySet[Any] | bool = False


def waiting_for(user: User, *, at: datetime) -> list[Waiting]:
    """Drafts, new answers, the queue and what is shared, for the home page. All are counted in one query."""
    lines: list[_Line] = []
    mine = reverse("referrals:mine")
    if user.may(Permission.WRITE_PPN, Permission.WRITE_CPI):
        drafts = _Line("draft to finish", "drafts to finish", drafts_of(user), f"{mine}#drafts")
        lines += [drafts, _newly_answered(user, at=at)]
        lines += _news(user)
    if user.may(Permission.WRITE_PPN):
        back = reverse("referrals:returned")
        lines.append(_Line("PPN returned to you", "PPNs returned to you", returned_to(user), back))
    if user.may(Permission.REVIEW_REFERRAL):
        to_do = reviews_to_do(user)
        overdue = to_do.filter(due_at__lt=at)
        one, more = "high-risk PPN to review", "high-risk PPNs to review"
        lines.append(_Line(one, more, to_do, reverse("referrals:reviews"), overdue))
    if user.may(Permission.DECIDE_REFERRAL, Permission.SEE_HUB_REFERRALS):
        lines += _queue(user, at=at)
        lines += _after_decisions(user, at=at)
        lines += _answers(user, at=at)
        lines += _schools(user, at=at)
        lines += _second_looks(user)
    lines += _evaluations(user, at=at)
    if user.may(Permission.SEE_SHARED_REFERRALS):
        waiting = shared_with(user, state=ShareState.WAITING)
        to_answer = f"{reverse('referrals:shared')}?{urlencode({'state': ShareState.WAITING})}"
        late = waiting.filter(answer_due_at__lt=at)
        one, more = "referral shared with us that waits", "referrals shared with us that wait"
        lines.append(_Line(f"{one} for an answer", f"{more} for an answer", waiting, to_answer, late))
    if user.may(Permission.SEE_HUB_REFERRALS, Permission.SEE_SHARED_REFERRALS):
        lines += _actions(user, at=at)
    lines += _challenges(user, at=at)
    lines += _guards(user, at=at)
    return _counted(lines)


def _counted(lines: Sequence[_Line]) -> list[Waiting]:
    """All in one query, counting no row beyond what a person is shown."""
    asked: list[QuerySet[Any]] = []
    for line in lines:
        asked += [line.found] if isinstance(line.late, bool) else [line.found, line.late]
    counts = iter(capped_counts(asked))
    counted = []
    for line in lines:
        found = next(counts)
        is_late = found.count > 0 and line.late if isinstance(line.late, bool) else next(counts).count > 0
        title = ngettext(line.one, line.more, found.count)
        counted.append(Waiting(title, found.count, line.url, is_late, found.is_capped))
    return counted


def _newly_answered(user: User, *, at: datetime) -> _Line:
    recent = Share.objects.filter(
        referral=OuterRef("pk"), state__in=ANSWERED, is_notice=False, answered_at__gte=at - ANSWERS_STAY_NEW
    )
    answered = Referral.objects.written_by(user).filter(Exists(recent))
    url = f"{reverse('referrals:mine')}?{urlencode({'answered': 'yes'})}"
    answer = "answered in the last seven days"
    return _Line(f"referral {answer}", f"referrals {answer}", answered, url)


def _news(user: User) -> list[_Line]:
    """What a writer was told and asked, where an agency needs more, and where no answer comes."""
    url, mine = reverse("referrals:mine"), Referral.objects.written_by(user).sent()

    def line(name: str, one: str, more: str, rest: str, *, is_late: bool = False) -> _Line:
        found = narrowed(mine, name, user=user)
        ours = "of your referrals"
        return _Line(f"{ours} {one} {rest}", f"{ours} {more} {rest}", found, f"{url}?{name}=yes", is_late)

    return [
        line("unread", "has news", "have news", "that you have not read"),
        line("asked", "has a question", "have a question", "from the hub"),
        line("missing", "needs more", "need more", "before an agency can answer"),
        line("silent", "was not", "were not", "answered in time", is_late=True),
    ]


def _queue(user: User, *, at: datetime) -> list[_Line]:
    """What waits for a decision, and the children in police protection; late where their alarm has been reached."""
    url, by_due = reverse("referrals:queue"), urlencode({"due": Due.LATE.value})
    alarmed = protected(user, at=at, alarmed=True)
    return [
        _Line(
            "referral waiting for a decision",
            "referrals waiting for a decision",
            queue(user, at=at),
            f"{url}?{urlencode({'all': 'on'})}",
        ),
        _Line(
            "decision that is late",
            "decisions that are late",
            queue(user, at=at, filters={"due": Due.LATE}),
            f"{url}?{by_due}",
            True,
        ),
        _Line(
            "referral of a child in police protection",
            "referrals of children in police protection",
            protected(user, at=at),
            reverse("referrals:protection"),
            alarmed,
        ),
    ]


def _after_decisions(user: User, *, at: datetime) -> list[_Line]:
    """What was decided on and is not shared, or not closed."""
    address = reverse("referrals:unfinished")

    def line(one: str, more: str, filters: dict[str, str], late: QuerySet[Any] | bool = False) -> _Line:
        found = unfinished(user, at=at, filters=filters)
        return _Line(one, more, found, f"{address}?{urlencode(filters)}", late)

    return [
        line("decided referral to share", "decided referrals to share", {"step": Step.SHARE.value}),
        line(
            "decided referral that was not shared in time",
            "decided referrals that were not shared in time",
            {"due": Due.LATE.value},
            True,
        ),
        line("decided referral to close", "decided referrals to close", {"step": Step.CLOSE.value}),
        line(
            "answered referral to close or act on",
            "answered referrals to close or act on",
            {"step": Step.ANSWERED.value},
        ),
        line(
            "decision to look at again",
            "decisions to look at again",
            {"step": Step.REVIEW.value},
            late_reviews(user, at=at),
        ),
    ]


def _answers(user: User, *, at: datetime) -> list[_Line]:
    """What the hub waits for of agencies that is late, what they rejected, and what they need more of."""
    url = reverse("referrals:awaited")
    late, needed = awaited_by(user, late_at=at), to_supply_at(user)
    rejected, supply = "rejected by agencies, to look at again", "further work to supply to agencies"
    return [
        _Line("answer of an agency that is late", "answers of agencies that are late", late, f"{url}?late=on", True),
        _Line(rejected, rejected, rejected_at(user), f"{url}?show={Answers.REJECTED}"),
        _Line(supply, supply, needed, f"{url}?show={Answers.NEEDED}", needed.filter(supply_due_at__lt=at)),
    ]


def _evaluations(user: User, *, at: datetime) -> list[_Line]:
    """The CPI forms that intelligence staff evaluate, and those on which a supervisor has the next word."""
    url = reverse("referrals:assessments")

    def line(shown: AssessmentsShown, one: str, more: str) -> _Line:
        found = assessments_shown(user, shown=shown)
        late = late_assessments(found, shown=shown, at=at)
        return _Line(one, more, found, f"{url}?{urlencode({'show': shown.value})}", late)

    lines = []
    if user.may(Permission.ASSESS_CPI):
        lines += [
            line(AssessmentsShown.RECEIVED, "CPI form waiting for a first look", "CPI forms waiting for a first look"),
            line(AssessmentsShown.BEGUN, "CPI form being evaluated or routed", "CPI forms being evaluated or routed"),
            line(
                AssessmentsShown.SECOND,
                "CPI form with a report for you to read a second time",
                "CPI forms with a report for you to read a second time",
            ),
            line(AssessmentsShown.CLOSE, "evaluated CPI form to close", "evaluated CPI forms to close"),
        ]
    if user.may(Permission.ACT_ON_DOUBTFUL):
        doubtful = "with a report suspected to be false, to be routed"
        lines.append(line(AssessmentsShown.DOUBTFUL, f"CPI form {doubtful}", f"CPI forms {doubtful}"))
    return lines


def _schools(user: User, *, at: datetime) -> list[_Line]:
    """The notices to schools that are due or did not arrive, and those that a school has not acknowledged."""
    url, due, sent = reverse("referrals:encompass"), notices_to_send(user), notices_unacknowledged(user)
    whose = "(Operation Encompass)"
    return [
        _Line(f"school to tell {whose}", f"schools to tell {whose}", due, url, due.filter(due_at__lt=at)),
        _Line(
            f"school told that has not said it has it {whose}",
            f"schools told that have not said they have it {whose}",
            sent,
            f"{url}?show=told",
            sent.filter(acknowledge_due_at__lt=at),
        ),
    ]


def _second_looks(user: User) -> list[_Line]:
    """The referrals to decide on a second time; for supervisors what was decided far higher then."""
    url, second = reverse("referrals:second_looks"), "to decide on a second time"
    lines = [_Line(f"referral {second}", f"referrals {second}", readings_to_do(user), f"{url}#to-do")]
    if user.may(Permission.RUN_SECOND_LOOKS):
        higher = "put two levels higher by a second look"
        found = readings_to_look_at(user)
        lines.append(_Line(f"decision {higher}", f"decisions {higher}", found, f"{url}#look-again"))
    return lines


def _actions(user: User, *, at: datetime) -> list[_Line]:
    """The open actions of strategy discussions and of daily meetings."""
    agreed, of_meetings = open_actions(user), open_meeting_actions(user)
    on = london_day(at)
    return [
        _Line(
            "action of a strategy discussion to do",
            "actions of strategy discussions to do",
            agreed,
            reverse("referrals:actions"),
            agreed.late(on=on),
        ),
        _Line(
            "action of a daily meeting to do",
            "actions of daily meetings to do",
            of_meetings,
            reverse("referrals:meeting_actions"),
            of_meetings.filter(due_on__lt=on),
        ),
    ]


def _guards(user: User, *, at: datetime) -> list[_Line]:
    """Conflicts of interest to judge, and others' emergency access to review."""
    lines = []
    if user.may(Permission.JUDGE_CONFLICT):
        one, more = "conflict of interest to judge", "conflicts of interest to judge"
        lines.append(_Line(one, more, conflicts_to_judge(user), reverse("referrals:conflicts")))
    if user.may(Permission.REVIEW_EMERGENCY):
        found = emergencies_for(user).to_review().exclude(opened_by=user)
        url = f"{reverse('referrals:emergencies')}?show=to_review"
        late = found.late(on=london_day(at))
        lines.append(_Line("emergency access to review", "emergency accesses to review", found, url, late))
    return lines


def _challenges(user: User, *, at: datetime) -> list[_Line]:
    """Open challenges: those whose next move is ours, all others, and what an upheld one asks to decide again."""
    if not user.may(Permission.CHALLENGE):
        return []
    at_list = reverse("referrals:challenges")

    def line(one: str, more: str, show: str) -> _Line:
        found = challenges_for(user, at=at, filters={"show": show})
        return _Line(one, more, found, f"{at_list}?{urlencode({'show': show})}", found.late(at=at))

    return [
        line("challenge that waits for us", "challenges that wait for us", "OURS"),
        line("upheld challenge for us to decide again", "upheld challenges for us to decide again", "RECONSIDER"),
        line("open challenge", "open challenges", "OPEN"),
    ]
