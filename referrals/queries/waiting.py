"""What waits for a person, for the home page."""

from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse

from accounts.enums import Permission
from accounts.models import User
from common.clock import london_day
from common.paging import capped_count
from common.waiting import Waiting
from referrals.enums import ANSWERED, Answers, Due, ShareState, Step
from referrals.models import Challenge, Referral, Share
from referrals.queries.challenges import challenges_for
from referrals.queries.feedback import answers_counts, news_counts
from referrals.queries.lists import ANSWERS_STAY_NEW, drafts_of, shared_with
from referrals.queries.meetings import open_meeting_actions
from referrals.queries.notices import notices_counts, open_actions
from referrals.queries.protection import protected
from referrals.queries.reviews import returned_to, reviews_to_do
from referrals.queries.triage import queue
from referrals.queries.unfinished import reviews_are_late, unfinished


def waiting_for(user: User, *, at: datetime) -> list[Waiting]:
    """Drafts, new answers, the queue and what is shared, for the home page."""
    lines = []
    mine = reverse("referrals:mine")
    if user.may(Permission.WRITE_PPN, Permission.WRITE_CPI):
        answered = Share.objects.filter(
            referral__in=Referral.objects.written_by(user),
            state__in=ANSWERED,
            is_notice=False,
            answered_at__gte=at - ANSWERS_STAY_NEW,
        )
        lines.append(Waiting("drafts to finish", drafts_of(user).count(), f"{mine}#drafts"))
        lines.append(
            Waiting(
                "referrals answered in the last seven days",
                answered.values("referral").distinct().count(),
                f"{mine}?{urlencode({'answered': 'yes'})}",
            )
        )
        lines += _news(user)
    if user.may(Permission.WRITE_PPN):
        lines.append(Waiting("PPNs returned to you", returned_to(user).count(), reverse("referrals:returned")))
    if user.may(Permission.REVIEW_REFERRAL):
        to_do = reviews_to_do(user)
        is_late = to_do.filter(due_at__lt=at).exists()
        lines.append(Waiting("high-risk PPNs to review", to_do.count(), reverse("referrals:reviews"), is_late))
    if user.may(Permission.DECIDE_REFERRAL, Permission.SEE_HUB_REFERRALS):
        at_queue = reverse("referrals:queue")
        everything = f"{at_queue}?{urlencode({'all': 'on'})}"
        late = queue(user, at=at, filters={"due": Due.LATE}).count()
        lines.append(Waiting("referrals waiting for a decision", queue(user, at=at).count(), everything))
        lines.append(
            Waiting(
                "decisions that are late", late, f"{at_queue}?{urlencode({'due': Due.LATE.value})}", is_late=late > 0
            )
        )
        lines.append(_in_protection(user, at=at))
        lines += _after_decisions(user, at=at)
        lines += _answers(user, at=at)
        lines += _schools(user, at=at)
    if user.may(Permission.SEE_SHARED_REFERRALS):
        waiting = shared_with(user, state=ShareState.WAITING)
        to_answer = f"{reverse('referrals:shared')}?{urlencode({'state': ShareState.WAITING})}"
        is_late = waiting.filter(answer_due_at__lt=at).exists()
        lines.append(Waiting("referrals shared with us that wait for an answer", waiting.count(), to_answer, is_late))
    if user.may(Permission.SEE_HUB_REFERRALS, Permission.SEE_SHARED_REFERRALS):
        lines += [_actions(user, at=at), _meeting_actions(user, at=at)]
    return lines + challenges_waiting_for(user, at=at)


def _news(user: User) -> list[Waiting]:
    """What a writer was told and asked, where an agency needs more, and where no answer comes."""
    mine = reverse("referrals:mine")
    counts = news_counts(Referral.objects.written_by(user).sent(), user)
    words = {
        "unread": "of your referrals have news that you have not read",
        "asked": "of your referrals have a question from the hub",
        "missing": "of your referrals need more before an agency can answer",
        "silent": "of your referrals were not answered in time",
    }
    return [
        Waiting(title, counts[name], f"{mine}?{name}=yes", is_late=name == "silent" and counts[name] > 0)
        for name, title in words.items()
    ]


def _in_protection(user: User, *, at: datetime) -> Waiting:
    """Children in police protection; late where the alarm has been reached."""
    count = protected(user, at=at).count()
    is_late = count > 0 and protected(user, at=at, alarmed=True).exists()
    return Waiting("referrals of children in police protection", count, reverse("referrals:protection"), is_late)


def _after_decisions(user: User, *, at: datetime) -> list[Waiting]:
    """What was decided on and is not shared, or not closed."""
    address = reverse("referrals:unfinished")

    def line(title: str, filters: dict[str, str], *, is_late: bool = False) -> Waiting:
        count = capped_count(unfinished(user, at=at, filters=filters).prefetch_related(None)).count
        return Waiting(title, count, f"{address}?{urlencode(filters)}", is_late=is_late and count > 0)

    return [
        line("decided referrals to share", {"step": Step.SHARE.value}),
        line("decided referrals that were not shared in time", {"due": Due.LATE.value}, is_late=True),
        line("decided referrals to close", {"step": Step.CLOSE.value}),
        line("answered referrals to close or act on", {"step": Step.ANSWERED.value}),
        line("decisions to look at again", {"step": Step.REVIEW.value}, is_late=reviews_are_late(user, at=at)),
    ]


def _answers(user: User, *, at: datetime) -> list[Waiting]:
    """What the hub waits for of agencies that is late, what they rejected, and what they need more of."""
    url, counts = reverse("referrals:awaited"), answers_counts(user.agency_id, at=at)
    is_late, needed_late = counts["late"] > 0, counts["needed_late"] > 0
    return [
        Waiting("answers of agencies that are late", counts["late"], f"{url}?late=on", is_late),
        Waiting("rejected by agencies, to look at again", counts["rejected"], f"{url}?show={Answers.REJECTED}"),
        Waiting("further work to supply to agencies", counts["needed"], f"{url}?show={Answers.NEEDED}", needed_late),
    ]


def _schools(user: User, *, at: datetime) -> list[Waiting]:
    """The notices to schools that are due or did not arrive, and those that a school has not acknowledged."""
    url, counts = reverse("referrals:encompass"), notices_counts(user, at=at)
    silent = "schools told that have not said they have it (Operation Encompass)"
    return [
        Waiting("schools to tell (Operation Encompass)", counts["due"], url, counts["due_late"] > 0),
        Waiting(silent, counts["sent"], f"{url}?show=told", counts["sent_late"] > 0),
    ]


def _actions(user: User, *, at: datetime) -> Waiting:
    """The open actions of strategy discussions."""
    actions = open_actions(user)
    is_late = actions.late(on=london_day(at)).exists()
    return Waiting("actions of strategy discussions to do", actions.count(), reverse("referrals:actions"), is_late)


def _meeting_actions(user: User, *, at: datetime) -> Waiting:
    """The open actions of daily meetings."""
    actions = open_meeting_actions(user)
    is_late = actions.filter(due_on__lt=london_day(at)).exists()
    return Waiting("actions of daily meetings to do", actions.count(), reverse("referrals:meeting_actions"), is_late)


def challenges_waiting_for(user: User, *, at: datetime) -> list[Waiting]:
    """Open challenges: those whose next move is ours, all others, and what an upheld one asks to decide again."""
    if not user.may(Permission.CHALLENGE):
        return []
    at_list = reverse("referrals:challenges")

    def line(one: str, more: str, show: str) -> Waiting:
        found = challenges_for(user, at=at, filters={"show": show})
        count = found.count()
        is_late = Challenge.objects.late(at=at).filter(pk__in=found.values("pk")).exists()
        return Waiting(one if count == 1 else more, count, f"{at_list}?{urlencode({'show': show})}", is_late)

    return [
        line("challenge that waits for us", "challenges that wait for us", "OURS"),
        line("upheld challenge for us to decide again", "upheld challenges for us to decide again", "RECONSIDER"),
        line("open challenge", "open challenges", "OPEN"),
    ]
