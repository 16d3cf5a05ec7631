"""Mail about referrals. It carries the reference and a link only: the reader signs in, and sees what they may see."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Permission
from accounts.models import Agency, User
from common.templatetags.dates import day
from referrals.enums import AccessReason, Due, Holder, ItemOutcome, ReviewState, ShareState, Side
from referrals.models import (
    Challenge,
    Clarification,
    Feedback,
    MeetingItem,
    Referral,
    Review,
    RiskChange,
    Share,
    StrategyAction,
    ThresholdDecision,
)
from referrals.permissions import can_review, is_writer
from referrals.queries import may_be_asked, wants_to_hear
from referrals.queries.readers import grants_of_who_may

CHALLENGE_WORDS = {
    "raised": ("a challenge was raised", "A challenge was raised about {}, and your response is asked for."),
    "responded": ("your challenge was responded to", "The challenge about {} was responded to."),
    "stepped_up": ("a challenge went to the next stage", "The challenge about {} went to the next stage."),
    "resolved": ("a challenge was resolved", "The challenge about {} was resolved."),
    "withdrawn": ("a challenge was withdrawn", "The challenge about {} was withdrawn."),
    "late": ("a challenge is late", "The challenge about {} is late: the time of this stage has run out."),
    "moved_up": (
        "a challenge went to the next stage",
        "No response came in time, so the challenge about {} went to the next stage by itself.",
    ),
}


def email_hub_about_submission(*, referral_id: str) -> None:
    """To the decision-makers of the hub, and to its shared mailbox where it has one."""
    referral = Referral.objects.get(pk=referral_id)
    hub = Agency.objects.hub()
    mailbox = [hub.mailbox] if hub.mailbox else []
    _send(
        to=sorted({*_people_who_may(Permission.DECIDE_REFERRAL, agency=hub), *mailbox}),
        subject=f"{referral.reference} was received",
        lines=[f"{referral.reference} was received and waits for a decision."],
        path=referral.get_absolute_url(),
    )


def email_writer_about_submission(*, referral_id: str) -> None:
    """That it arrived, with the way to their own copy. Nothing to who wrote a CPI form and wants to hear nothing, or not by mail."""
    referral = Referral.objects.select_related("author").get(pk=referral_id)
    if not (wants_to_hear(referral) and may_be_asked(referral)):
        return
    _send(
        to=_writer_of(referral),
        subject=f"{referral.reference} was sent",
        lines=[f"The hub has {referral.reference}, which you sent. Your own copy of it (PDF) is on its page."],
        path=f"{referral.get_absolute_url()}#copies",
    )


def email_referrer_about_decision(*, decision_id: str) -> None:
    decision = ThresholdDecision.objects.select_related("referral__author").get(pk=decision_id)
    _send(
        to=_writer_of(decision.referral),
        subject=f"{decision.referral.reference} was decided on",
        lines=[f"The hub decided on {decision.referral.reference}, which you submitted."],
        path=decision.referral.get_absolute_url(),
    )


def email_agency_about_share(*, share_id: str) -> None:
    """Nothing when the sharing was ended, or answered, before the mail went out."""
    share = Share.objects.select_related("agency", "referral").get(pk=share_id)
    if share.state != ShareState.WAITING:
        return
    _send(
        to=_people_who_may(Permission.ANSWER_SHARE, agency=share.agency),
        subject=f"{share.referral.reference}: something was shared with your agency",
        lines=["Something was shared with your agency, and your answer is asked for."],
        path=reverse("referrals:shared"),
    )


def email_agency_about_new_version(*, share_id: str) -> None:
    """Nothing when the sharing was ended before the mail went out."""
    share = Share.objects.select_related("agency", "referral").get(pk=share_id)
    if share.state == ShareState.ENDED:
        return
    _send(
        to=_people_who_may(Permission.ANSWER_SHARE, agency=share.agency),
        subject=f"{share.referral.reference}: there is a newer version",
        lines=["What was shared with your agency has a newer version."],
        path=share.referral.get_absolute_url(),
    )


def email_referrer_about_answer(*, share_id: str) -> None:
    share = Share.objects.select_related("referral__author").get(pk=share_id)
    _send(
        to=_writer_of(share.referral),
        subject=f"{share.referral.reference} was answered",
        lines=[f"An agency answered {share.referral.reference}, which you submitted."],
        path=share.referral.get_absolute_url(),
    )


def email_hub_about_answer(*, share_id: str) -> None:
    """To who decided, shared it or has it now: an agency rejected it, or needs more. Nothing when that is over already."""
    share = Share.objects.select_related("referral", "shared_by").get(pk=share_id)
    subjects = {
        ShareState.REJECTED: ("an agency rejected it", "An agency rejected {}. Please look at it again."),
        ShareState.FURTHER_WORK: ("an agency needs more", "An agency needs more before it can answer {}."),
    }
    if ShareState(share.state) not in subjects:
        return
    subject, line = subjects[ShareState(share.state)]
    _send(
        to=_hub_people_of(share),
        subject=f"{share.referral.reference}: {subject}",
        lines=[line.format(share.referral.reference)],
        path=share.referral.get_absolute_url(),
    )


def email_about_late_supply(*, share_id: str) -> None:
    """To the hub and the writer, each by themselves: an agency still waits for what was missing."""
    share = Share.objects.select_related("referral__author", "shared_by").get(pk=share_id)
    if share.state != ShareState.FURTHER_WORK:
        return
    writer = _writer_of(share.referral) if wants_to_hear(share.referral) else []
    _send(
        to=sorted({*writer, *_hub_people_of(share)}),
        subject=f"{share.referral.reference}: an agency still waits",
        lines=[f"An agency said what is missing in {share.referral.reference}, and has not been sent it in time."],
        path=share.referral.get_absolute_url(),
    )


def email_supervisors_about_schools(*, untold: int, unacknowledged: int) -> None:
    """How many notices to schools became late just now, to the supervisors of the hub."""
    lines = [f"Schools that were not told in time (Operation Encompass): {untold}."] if untold else []
    if unacknowledged:
        lines.append(f"Schools that have not said that they have a notice: {unacknowledged}. Please have them rung.")
    _send(
        to=_people_who_may(Permission.EXCEPT_ENCOMPASS, Permission.SEE_HUB_REFERRALS, agency=Agency.objects.hub()),
        subject="Notices to schools are late",
        lines=lines,
        path=reverse("referrals:encompass"),
    )


def email_person_about_assignment(*, person_id: str, count: int) -> None:
    """How many, and where they are; which ones they see once they have signed in."""
    person = User.objects.get(pk=person_id)
    if not person.is_active:
        return
    what = "1 referral was" if count == 1 else f"{count} referrals were"
    _send(
        to=[person.email],
        subject=f"{what} assigned to you",
        lines=[f"{what} assigned to you at the hub."],
        path=f"{reverse('referrals:queue')}?assignee={Holder.ME}",
    )


def email_side_about_challenge(*, challenge_id: str, side: Side, event: str) -> None:
    """Nothing to an agency that no longer sees the referral, and did not write it."""
    challenge = Challenge.objects.select_related("referral", "hub", "agency").get(pk=challenge_id)
    agency, referral = challenge.of_side(side), challenge.referral
    shared = referral.access.filter(agency=agency, reason=AccessReason.SHARED)
    if side == Side.AGENCY and referral.agency_id != agency.pk and not shared.exists():
        return
    subject, line = CHALLENGE_WORDS[event]
    _send(
        to=_people_who_may(Permission.CHALLENGE, agency=agency),
        subject=f"{referral.reference}: {subject}",
        lines=[line.format(referral.reference)],
        path=challenge.get_absolute_url(),
    )


def email_agency_about_withdrawal(*, share_id: str) -> None:
    """To everybody who could read what was shared, also where the sharing had ended before."""
    share = Share.objects.select_related("agency", "referral").get(pk=share_id)
    _send(
        to=_people_who_may(Permission.SEE_SHARED_REFERRALS, agency=share.agency),
        subject=f"{share.referral.reference} was withdrawn",
        lines=[
            f"{share.referral.reference}, which was shared with your agency, was withdrawn: it should not have been sent.",
            "Do not act on it, and remove what you kept of it.",
        ],
        path=reverse("referrals:shared"),
    )


def email_referrer_about_withdrawal(*, referral_id: str) -> None:
    referral = Referral.objects.select_related("author").get(pk=referral_id)
    _send(
        to=_writer_of(referral),
        subject=f"{referral.reference} was withdrawn",
        lines=[f"The hub withdrew {referral.reference}, which you submitted. Its page says why."],
        path=referral.get_absolute_url(),
    )


def email_referrer_about_feedback(*, feedback_id: str) -> None:
    feedback = Feedback.objects.select_related("referral__author").get(pk=feedback_id)
    _send(
        to=_writer_of(feedback.referral),
        subject=f"{feedback.referral.reference}: there is feedback for you",
        lines=[f"The hub wrote to you about {feedback.referral.reference}, which you submitted."],
        path=feedback.referral.get_absolute_url(),
    )


def email_referrer_about_question(*, clarification_id: str) -> None:
    asked = Clarification.objects.select_related("referral__author").get(pk=clarification_id)
    if asked.replied_at is not None:
        return
    _send(
        to=_writer_of(asked.referral),
        subject=f"{asked.referral.reference}: the hub has a question",
        lines=[f"The hub asks you something about {asked.referral.reference}, which you submitted."],
        path=asked.referral.get_absolute_url(),
    )


def email_asker_about_reply(*, clarification_id: str) -> None:
    asked = Clarification.objects.select_related("referral", "asked_by").get(pk=clarification_id)
    _send(
        to=[asked.asked_by.email] if asked.asked_by.is_active else [],
        subject=f"{asked.referral.reference}: your question was answered",
        lines=[f"Who wrote {asked.referral.reference} replied to your question."],
        path=asked.referral.get_absolute_url(),
    )


def email_agency_about_late_answer(*, share_id: str) -> None:
    """Nothing when it was answered, or ended, before the mail went out."""
    share = Share.objects.select_related("agency", "referral").get(pk=share_id)
    if share.state != ShareState.WAITING:
        return
    _send(
        to=_people_who_may(Permission.ANSWER_SHARE, agency=share.agency),
        subject=f"{share.referral.reference}: your answer is late",
        lines=["Your agency's answer was due and has not come. Please answer today."],
        path=f"{reverse('referrals:shared')}?state={ShareState.WAITING}",
    )


def email_hub_and_referrer_about_silence(*, share_id: str) -> None:
    """To who shared it and to who wrote it, each by themselves; nothing when the answer came meanwhile."""
    share = Share.objects.select_related("referral__author", "shared_by").get(pk=share_id)
    if share.state != ShareState.WAITING:
        return
    sharer = [share.shared_by.email] if share.shared_by.is_active else []
    writer = _writer_of(share.referral) if wants_to_hear(share.referral) else []
    _send(
        to=sorted({*writer, *sharer}),
        subject=f"{share.referral.reference}: no answer yet",
        lines=[f"An agency has not answered {share.referral.reference} in time. Please ask it."],
        path=share.referral.get_absolute_url(),
    )


def email_supervisors_about_review(*, review_id: str) -> None:
    """To who may review it; nobody, when it was reviewed before the mail went out."""
    review = Review.objects.select_related("referral__agency", "referral__author").get(pk=review_id)
    if review.state != ReviewState.WAITING:
        return
    referral = review.referral
    may_review = _people_who_may(Permission.REVIEW_REFERRAL, agency=referral.agency)
    people = User.objects.filter(email__in=may_review)
    _send(
        to=[person.email for person in people.order_by("email") if can_review(person, referral)],
        subject=f"{referral.reference} waits for your review",
        lines=[f"{referral.reference} is of high risk and waits for a supervisor's review. The hub has it already."],
        path=reverse("referrals:review", args=[referral.pk]),
    )


def email_next_level_about_late_review(*, review_id: str) -> None:
    """To the supervisors of the hub, of whom not its author; nobody, when it was reviewed before the mail went out."""
    review = Review.objects.select_related("referral__agency", "referral__author").get(pk=review_id)
    if review.state != ReviewState.WAITING:
        return
    referral = review.referral
    next_level = _people_who_may(Permission.REVIEW_REFERRAL, Permission.SEE_HUB_REFERRALS, agency=referral.agency)
    _send(
        to=[address for address in next_level if address != referral.author.email],
        subject=f"The review of {referral.reference} is late",
        lines=[
            f"{referral.reference} is of high risk and was not reviewed in time. You may review it now. The hub has it already."
        ],
        path=reverse("referrals:review", args=[referral.pk]),
    )


def email_author_about_review(*, review_id: str) -> None:
    review = Review.objects.select_related("referral__author").get(pk=review_id)
    referral, is_back = review.referral, review.state == ReviewState.RETURNED
    _send(
        to=_writer_of(referral),
        subject=f"{referral.reference} was {'returned to you' if is_back else 'reviewed'}",
        lines=[
            f"Your supervisor returned {referral.reference} to you, and asks for your answer."
            if is_back
            else f"Your supervisor reviewed {referral.reference}, which you submitted."
        ],
        path=referral.get_absolute_url(),
    )


def email_supervisors_about_lateness(*, late: int, very_late: int, unshared: int, long_unshared: int) -> None:
    """How many decisions, or sharings that they need, became late just now, to the supervisors of the hub."""
    said = {
        "Became late": late,
        "Still waiting at the end of the working day after they were due": very_late,
        "Decided, and not shared in time": unshared,
        "Decided, and not shared at the end of the working day after they were due": long_unshared,
    }
    at_queue = f"{reverse('referrals:queue')}?due={Due.LATE}"
    _send(
        to=_people_who_may(Permission.REVIEW_REFERRAL, Permission.SEE_HUB_REFERRALS, agency=Agency.objects.hub()),
        subject="Decisions are late" if late + very_late else "Decisions are not shared in time",
        lines=[f"{words}: {count}." for words, count in said.items() if count],
        path=at_queue if late + very_late else f"{reverse('referrals:unfinished')}?due={Due.LATE}",
    )


def email_about_amendment(*, referral_id: str) -> None:
    """To whom it is assigned (the hub's decision-makers, where nobody has it) and who wrote it; not to who amended it."""
    referral = Referral.objects.select_related("author", "assigned_to").get(pk=referral_id)
    newest = referral.amendments.select_related("amended_by").latest("number")
    at_hub = _holder_of(referral) or _people_who_may(Permission.DECIDE_REFERRAL, agency=Agency.objects.hub())
    _send(
        to=sorted({*_writer_of(referral), *at_hub} - {newest.amended_by.email}),
        subject=f"{referral.reference} was amended",
        lines=[f"{referral.reference} was amended. There is a version {newest.number} now."],
        path=reverse("referrals:versions", args=[referral.pk]),
    )


def email_about_risk(*, change_id: str) -> None:
    """To who wrote it, and to whom it is assigned; not to the one who set the level."""
    change = RiskChange.objects.select_related("referral__author", "referral__assigned_to", "changed_by").get(
        pk=change_id
    )
    referral = change.referral
    _send(
        to=sorted({*_writer_of(referral), *_holder_of(referral)} - {change.changed_by.email}),
        subject=f"{referral.reference}: the risk level was changed",
        lines=[f"The risk level of {referral.reference} was changed."],
        path=referral.get_absolute_url(),
    )


def email_writer_about_old_draft(*, referral_id: str) -> None:
    """Nothing when the draft was sent, discarded or written on since."""
    draft = Referral.objects.select_related("author").filter(pk=referral_id).first()
    if draft is None or not draft.is_draft or draft.reminded_at is None or draft.reminded_at < draft.changed_at:
        return
    _send(
        to=_writer_of(draft),
        subject="A draft of yours will be deleted",
        lines=[
            f"You began a {draft.kind} form and have not sent it. It will be deleted on {day(draft.is_kept_until)}.",
            "Finish it, or discard it if it is not needed.",
        ],
        path=reverse("referrals:mine"),
    )


def email_agency_about_actions(*, discussion_id: str, agency_id: str) -> None:
    """Nothing to an agency that does not see the referral, nor when all of it was done meanwhile."""
    agency = Agency.objects.get(pk=agency_id)
    actions = StrategyAction.objects.open().filter(discussion__pk=discussion_id, owner=agency)
    action = actions.select_related("discussion__referral").first()
    if action is None:
        return
    referral, count = action.discussion.referral, actions.count()
    what = "1 action" if count == 1 else f"{count} actions"
    _send(
        to=_who_act(agency, referral),
        subject=f"{referral.reference}: {what} for your agency",
        lines=[f"A strategy discussion agreed {what} for your agency."],
        path=reverse("referrals:actions"),
    )


def email_owner_about_late_action(*, action_id: str) -> None:
    """Nothing when it was done before the mail went out."""
    action = StrategyAction.objects.select_related("discussion__referral", "owner").get(pk=action_id)
    if action.done_at is not None:
        return
    referral = action.discussion.referral
    _send(
        to=_who_act(action.owner, referral),
        subject=f"{referral.reference}: an action of your agency is late",
        lines=["An action that a strategy discussion agreed was due and is not done."],
        path=reverse("referrals:actions"),
    )


def email_owner_about_meeting_action(*, item_id: str) -> None:
    """That there is an action, or that it is late; nothing when it was done or taken back before the mail went out."""
    item = MeetingItem.objects.select_related("referral", "owner", "owner_agency").get(pk=item_id)
    if item.outcome != ItemOutcome.ACTION or item.done_at is not None:
        return
    if item.owner is not None:
        to = [item.owner.email] if item.owner.is_active else []
    else:
        to = _who_act(item.owner_agency, item.referral) if item.owner_agency is not None else []
    late = item.late_told_at is not None
    _send(
        to=to,
        subject=f"{item.referral.reference}: an action {'is late' if late else 'for you'}",
        lines=[
            "An action of the daily meeting was due and is not done."
            if late
            else "The daily meeting gave you an action."
        ],
        path=reverse("referrals:meeting_actions"),
    )


def _who_act(agency: Agency, referral: Referral) -> list[str]:
    """Who does what an agency has to do: at the hub its decision-makers, else who answers, if the agency sees the referral."""
    if agency.is_hub:
        return _people_who_may(Permission.DECIDE_REFERRAL, agency=agency)
    sees_it = referral.access.filter(agency=agency, reason=AccessReason.SHARED).exists()
    return _people_who_may(Permission.ANSWER_SHARE, agency=agency) if sees_it else []


def _writer_of(referral: Referral) -> list[str]:
    """The address of who wrote it, unless they have left or work for another agency now, and can no longer read it."""
    return [referral.author.email] if referral.author.is_active and is_writer(referral.author, referral) else []


def _hub_people_of(share: Share) -> list[str]:
    """Who works on it at the hub: who decided, shared it or has it now; when all of them have left, every decision-maker."""
    hub = Agency.objects.hub()
    decided = share.referral.decisions.filter(is_current=True).values("decided_by")
    involved = Q(pk=share.shared_by_id) | Q(pk=share.referral.assigned_to_id) | Q(pk__in=decided)
    found = User.objects.filter(involved, agency=hub, is_active=True).values_list("email", flat=True)
    return sorted(found) or _people_who_may(Permission.DECIDE_REFERRAL, agency=hub)


def _holder_of(referral: Referral) -> list[str]:
    """The address of whom it is assigned to at the hub, if they are still there."""
    holder = referral.assigned_to
    return [holder.email] if holder is not None and holder.is_active else []


def _people_who_may(*permissions: Permission, agency: Agency) -> list[str]:
    """Addresses of the agency's active people who hold today a role that allows all of these."""
    grants = grants_of_who_may(permissions, on=timezone.localdate()).filter(user__agency=agency)
    return sorted(set(grants.values_list("user__email", flat=True)))


def _send(*, to: list[str], subject: str, lines: list[str], path: str) -> None:
    """One message, each reader hidden from the others."""
    if not to:
        return
    body = "\n\n".join([*lines, f"Sign in to read more: {settings.SITE_URL}{path}", settings.SERVICE_NAME])
    EmailMessage(subject=subject, body=body, to=[settings.DEFAULT_FROM_EMAIL], bcc=to).send()
