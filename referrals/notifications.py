"""Mail about referrals. It carries the reference and a link only: the reader signs in, and sees what they may see."""

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Permission
from accounts.models import Agency, User
from common.templatetags.dates import day
from mail.notifications.kinds import Kind, kind
from mail.services.sending import send_message
from referrals.enums import AccessReason, ConflictState, Due, Holder, ItemOutcome, ReviewState, ShareState, Side
from referrals.models import (
    Challenge,
    Clarification,
    Conflict,
    EmergencyAccess,
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
from referrals.queries import judges_of, may_be_asked, people_told_of_emergency, wants_to_hear
from referrals.queries.readers import addresses_open_to, grants_of_who_may

JUDGES_ABOUT_CONFLICT = kind(
    "referrals.judges_about_conflict",
    "A conflict of interest waits for you",
    "Somebody may be concerned in a referral themselves. It is closed to them until you have looked.",
)
ABOUT_EMERGENCY = kind(
    "referrals.about_emergency",
    "Somebody opened a restricted referral in an emergency",
    "Somebody opened a restricted referral in an emergency. Its page says who, why and until when.",
    "Somebody else than who opened it reviews it.",
)
HUB_ABOUT_SUBMISSION = kind(
    "referrals.hub_about_submission", "{reference} was received", "{reference} was received and waits for a decision."
)
WRITER_ABOUT_SUBMISSION = kind(
    "referrals.writer_about_submission",
    "{reference} was sent",
    "The hub has {reference}, which you sent. Your own copy of it (PDF) is on its page.",
)
REFERRER_ABOUT_DECISION = kind(
    "referrals.referrer_about_decision",
    "{reference} was decided on",
    "The hub decided on {reference}, which you submitted.",
)
AGENCY_ABOUT_SHARE = kind(
    "referrals.agency_about_share",
    "{reference}: something was shared with your agency",
    "Something was shared with your agency, and your answer is asked for.",
)
AGENCY_ABOUT_NEW_VERSION = kind(
    "referrals.agency_about_new_version",
    "{reference}: there is a newer version",
    "What was shared with your agency has a newer version.",
)
REFERRER_ABOUT_ANSWER = kind(
    "referrals.referrer_about_answer",
    "{reference} was answered",
    "An agency answered {reference}, which you submitted.",
)
ABOUT_LATE_SUPPLY = kind(
    "referrals.about_late_supply",
    "{reference}: an agency still waits",
    "An agency said what is missing in {reference}, and has not been sent it in time.",
)
PERSON_ABOUT_ASSIGNMENT = kind(
    "referrals.person_about_assignment",
    "{what} assigned to you",
    "{what} assigned to you at the hub.",
    example={"what": "2 referrals were"},
)
AGENCY_ABOUT_WITHDRAWAL = kind(
    "referrals.agency_about_withdrawal",
    "{reference} was withdrawn",
    "{reference}, which was shared with your agency, was withdrawn: it should not have been sent.",
    "Do not act on it, and remove what you kept of it.",
)
REFERRER_ABOUT_WITHDRAWAL = kind(
    "referrals.referrer_about_withdrawal",
    "{reference} was withdrawn",
    "The hub withdrew {reference}, which you submitted. Its page says why.",
)
REFERRER_ABOUT_FEEDBACK = kind(
    "referrals.referrer_about_feedback",
    "{reference}: there is feedback for you",
    "The hub wrote to you about {reference}, which you submitted.",
)
REFERRER_ABOUT_QUESTION = kind(
    "referrals.referrer_about_question",
    "{reference}: the hub has a question",
    "The hub asks you something about {reference}, which you submitted.",
)
ASKER_ABOUT_REPLY = kind(
    "referrals.asker_about_reply",
    "{reference}: your question was answered",
    "Who wrote {reference} replied to your question.",
)
AGENCY_ABOUT_LATE_ANSWER = kind(
    "referrals.agency_about_late_answer",
    "{reference}: your answer is late",
    "Your agency's answer was due and has not come. Please answer today.",
)
HUB_AND_REFERRER_ABOUT_SILENCE = kind(
    "referrals.hub_and_referrer_about_silence",
    "{reference}: no answer yet",
    "An agency has not answered {reference} in time. Please ask it.",
)
SUPERVISORS_ABOUT_REVIEW = kind(
    "referrals.supervisors_about_review",
    "{reference} waits for your review",
    "{reference} is of high risk and waits for a supervisor's review. The hub has it already.",
)
NEXT_LEVEL_ABOUT_LATE_REVIEW = kind(
    "referrals.next_level_about_late_review",
    "The review of {reference} is late",
    "{reference} is of high risk and was not reviewed in time. You may review it now. The hub has it already.",
)
ABOUT_AMENDMENT = kind(
    "referrals.about_amendment",
    "{reference} was amended",
    "{reference} was amended. There is a version {version} now.",
    example={"version": "2"},
)
ABOUT_RISK = kind(
    "referrals.about_risk", "{reference}: the risk level was changed", "The risk level of {reference} was changed."
)
WRITER_ABOUT_OLD_DRAFT = kind(
    "referrals.writer_about_old_draft",
    "A draft of yours will be deleted",
    "You began a {form} form and have not sent it. It will be deleted on {day}.",
    "Finish it, or discard it if it is not needed.",
    example={"form": "PPN"},
)
AGENCY_ABOUT_ACTIONS = kind(
    "referrals.agency_about_actions",
    "{reference}: {what} for your agency",
    "A strategy discussion agreed {what} for your agency.",
    example={"what": "2 actions"},
)
OWNER_ABOUT_LATE_ACTION = kind(
    "referrals.owner_about_late_action",
    "{reference}: an action of your agency is late",
    "An action that a strategy discussion agreed was due and is not done.",
)
HUB_ABOUT_ANSWERS = {
    ShareState.REJECTED: kind(
        "referrals.hub_about_rejection",
        "{reference}: an agency rejected it",
        "An agency rejected {reference}. Please look at it again.",
    ),
    ShareState.FURTHER_WORK: kind(
        "referrals.hub_about_further_work",
        "{reference}: an agency needs more",
        "An agency needs more before it can answer {reference}.",
    ),
}
# Which lines there are depends on what became late; the preview shows them all.
SUPERVISORS_ABOUT_SCHOOLS = kind(
    "referrals.supervisors_about_schools",
    "Notices to schools are late",
    "Schools that were not told in time (Operation Encompass): {untold}.",
    "Schools that have not said that they have a notice: {unacknowledged}. Please have them rung.",
    example={"untold": "2", "unacknowledged": "3"},
)
CHALLENGES = {
    event: kind(f"referrals.challenge_{event}", f"{{reference}}: {subject}", line)
    for event, (subject, line) in {
        "raised": (
            "a challenge was raised",
            "A challenge was raised about {reference}, and your response is asked for.",
        ),
        "responded": ("your challenge was responded to", "The challenge about {reference} was responded to."),
        "stepped_up": ("a challenge went to the next stage", "The challenge about {reference} went to the next stage."),
        "resolved": ("a challenge was resolved", "The challenge about {reference} was resolved."),
        "withdrawn": ("a challenge was withdrawn", "The challenge about {reference} was withdrawn."),
        "late": ("a challenge is late", "The challenge about {reference} is late: the time of this stage has run out."),
        "moved_up": (
            "a challenge went to the next stage",
            "No response came in time, so the challenge about {reference} went to the next stage by itself.",
        ),
    }.items()
}
AUTHOR_ABOUT_RETURN = kind(
    "referrals.author_about_return",
    "{reference} was returned to you",
    "Your supervisor returned {reference} to you, and asks for your answer.",
)
AUTHOR_ABOUT_REVIEW = kind(
    "referrals.author_about_review",
    "{reference} was reviewed",
    "Your supervisor reviewed {reference}, which you submitted.",
)
LATE_LINES = ("Became late: {late}.", "Still waiting at the end of the working day after they were due: {very_late}.")
UNSHARED_LINES = (
    "Decided, and not shared in time: {unshared}.",
    "Decided, and not shared at the end of the working day after they were due: {long_unshared}.",
)
LATE_EXAMPLE = {"late": "2", "very_late": "3", "unshared": "4", "long_unshared": "5"}
SUPERVISORS_ABOUT_LATENESS = kind(
    "referrals.supervisors_about_lateness",
    "Decisions are late",
    *LATE_LINES,
    *UNSHARED_LINES,
    example=LATE_EXAMPLE,
)
SUPERVISORS_ABOUT_UNSHARED = kind(
    "referrals.supervisors_about_unshared",
    "Decisions are not shared in time",
    *UNSHARED_LINES,
    example=LATE_EXAMPLE,
)
OWNER_ABOUT_MEETING_ACTION = kind(
    "referrals.owner_about_meeting_action",
    "{reference}: an action for you",
    "The daily meeting gave you an action.",
)
OWNER_ABOUT_LATE_MEETING_ACTION = kind(
    "referrals.owner_about_late_meeting_action",
    "{reference}: an action is late",
    "An action of the daily meeting was due and is not done.",
)


def email_judges_about_conflict(*, conflict_id: str) -> None:
    """To the supervisors who may judge it, without a name or a reference; nothing when it was judged before the mail went out."""
    conflict = Conflict.objects.select_related("referral").get(pk=conflict_id)
    if conflict.state == ConflictState.SUSPECTED:
        judges = [judge.email for judge in judges_of(conflict)]
        _send(JUDGES_ABOUT_CONFLICT, to=judges, path=conflict.get_absolute_url())


def email_about_emergency(*, emergency_id: str) -> None:
    """At once to who restricted it, the supervisors and information governance, without a name or a reference."""
    emergency = EmergencyAccess.objects.select_related("referral").get(pk=emergency_id)
    told = [person.email for person in people_told_of_emergency(emergency)]
    _send(ABOUT_EMERGENCY, to=told, path=emergency.get_absolute_url())


def email_hub_about_submission(*, referral_id: str) -> None:
    """To the decision-makers of the hub, and to its shared mailbox where it has one."""
    referral = Referral.objects.get(pk=referral_id)
    hub = Agency.objects.hub()
    mailbox = [hub.mailbox] if hub.mailbox else []
    _send(
        HUB_ABOUT_SUBMISSION,
        to=sorted({*_people_who_may(Permission.DECIDE_REFERRAL, agency=hub), *mailbox}),
        path=referral.get_absolute_url(),
        reference=referral.reference,
    )


def email_writer_about_submission(*, referral_id: str) -> None:
    """That it arrived, with the way to their own copy. Nothing to who wrote a CPI form and wants to hear nothing, or not by mail."""
    referral = Referral.objects.select_related("author").get(pk=referral_id)
    if not (wants_to_hear(referral) and may_be_asked(referral)):
        return
    _send(
        WRITER_ABOUT_SUBMISSION,
        to=_writer_of(referral),
        path=f"{referral.get_absolute_url()}#copies",
        reference=referral.reference,
    )


def email_referrer_about_decision(*, decision_id: str) -> None:
    decision = ThresholdDecision.objects.select_related("referral__author").get(pk=decision_id)
    _send(
        REFERRER_ABOUT_DECISION,
        to=_writer_of(decision.referral),
        path=decision.referral.get_absolute_url(),
        reference=decision.referral.reference,
    )


def email_agency_about_share(*, share_id: str) -> None:
    """Nothing when the sharing was ended, or answered, before the mail went out."""
    share = Share.objects.select_related("agency", "referral").get(pk=share_id)
    if share.state != ShareState.WAITING:
        return
    _send(
        AGENCY_ABOUT_SHARE,
        to=_people_who_may(Permission.ANSWER_SHARE, agency=share.agency),
        path=reverse("referrals:shared"),
        reference=share.referral.reference,
    )


def email_agency_about_new_version(*, share_id: str) -> None:
    """Nothing when the sharing was ended before the mail went out."""
    share = Share.objects.select_related("agency", "referral").get(pk=share_id)
    if share.state == ShareState.ENDED:
        return
    _send(
        AGENCY_ABOUT_NEW_VERSION,
        to=_people_who_may(Permission.ANSWER_SHARE, agency=share.agency),
        path=share.referral.get_absolute_url(),
        reference=share.referral.reference,
    )


def email_referrer_about_answer(*, share_id: str) -> None:
    share = Share.objects.select_related("referral__author").get(pk=share_id)
    _send(
        REFERRER_ABOUT_ANSWER,
        to=_writer_of(share.referral),
        path=share.referral.get_absolute_url(),
        reference=share.referral.reference,
    )


def email_hub_about_answer(*, share_id: str) -> None:
    """To who decided, shared it or has it now: an agency rejected it, or needs more. Nothing when that is over already."""
    share = Share.objects.select_related("referral", "shared_by").get(pk=share_id)
    about = HUB_ABOUT_ANSWERS.get(ShareState(share.state))
    if about is None:
        return
    _send(
        about,
        to=_hub_people_of(share),
        path=share.referral.get_absolute_url(),
        reference=share.referral.reference,
    )


def email_about_late_supply(*, share_id: str) -> None:
    """To the hub and the writer, each by themselves: an agency still waits for what was missing."""
    share = Share.objects.select_related("referral__author", "shared_by").get(pk=share_id)
    if share.state != ShareState.FURTHER_WORK:
        return
    writer = _writer_of(share.referral) if wants_to_hear(share.referral) else []
    _send(
        ABOUT_LATE_SUPPLY,
        to=sorted({*writer, *_hub_people_of(share)}),
        path=share.referral.get_absolute_url(),
        reference=share.referral.reference,
    )


def email_supervisors_about_schools(*, untold: int, unacknowledged: int) -> None:
    """How many notices to schools became late just now, to the supervisors of the hub."""
    _send(
        SUPERVISORS_ABOUT_SCHOOLS,
        to=_people_who_may(Permission.EXCEPT_ENCOMPASS, Permission.SEE_HUB_REFERRALS, agency=Agency.objects.hub()),
        path=reverse("referrals:encompass"),
        untold=untold,
        unacknowledged=unacknowledged,
    )


def email_person_about_assignment(*, person_id: str, count: int) -> None:
    """How many, and where they are; which ones they see once they have signed in."""
    person = User.objects.get(pk=person_id)
    if not person.is_active:
        return
    what = "1 referral was" if count == 1 else f"{count} referrals were"
    _send(
        PERSON_ABOUT_ASSIGNMENT,
        to=[person.email],
        path=f"{reverse('referrals:queue')}?assignee={Holder.ME}",
        what=what,
    )


def email_side_about_challenge(*, challenge_id: str, side: Side, event: str) -> None:
    """Nothing to an agency that no longer sees the referral, and did not write it."""
    challenge = Challenge.objects.select_related("referral", "hub", "agency").get(pk=challenge_id)
    agency, referral = challenge.of_side(side), challenge.referral
    shared = referral.access.filter(agency=agency, reason=AccessReason.SHARED)
    if side == Side.AGENCY and referral.agency_id != agency.pk and not shared.exists():
        return
    _send(
        CHALLENGES[event],
        to=_people_who_may(Permission.CHALLENGE, agency=agency),
        path=challenge.get_absolute_url(),
        reference=referral.reference,
    )


def email_agency_about_withdrawal(*, share_id: str) -> None:
    """To everybody who could read what was shared, also where the sharing had ended before."""
    share = Share.objects.select_related("agency", "referral").get(pk=share_id)
    _send(
        AGENCY_ABOUT_WITHDRAWAL,
        to=_people_who_may(Permission.SEE_SHARED_REFERRALS, agency=share.agency),
        path=reverse("referrals:shared"),
        reference=share.referral.reference,
    )


def email_referrer_about_withdrawal(*, referral_id: str) -> None:
    referral = Referral.objects.select_related("author").get(pk=referral_id)
    _send(
        REFERRER_ABOUT_WITHDRAWAL,
        to=_writer_of(referral),
        path=referral.get_absolute_url(),
        reference=referral.reference,
    )


def email_referrer_about_feedback(*, feedback_id: str) -> None:
    feedback = Feedback.objects.select_related("referral__author").get(pk=feedback_id)
    _send(
        REFERRER_ABOUT_FEEDBACK,
        to=_writer_of(feedback.referral),
        path=feedback.referral.get_absolute_url(),
        reference=feedback.referral.reference,
    )


def email_referrer_about_question(*, clarification_id: str) -> None:
    asked = Clarification.objects.select_related("referral__author").get(pk=clarification_id)
    if asked.replied_at is not None:
        return
    _send(
        REFERRER_ABOUT_QUESTION,
        to=_writer_of(asked.referral),
        path=asked.referral.get_absolute_url(),
        reference=asked.referral.reference,
    )


def email_asker_about_reply(*, clarification_id: str) -> None:
    asked = Clarification.objects.select_related("referral", "asked_by").get(pk=clarification_id)
    _send(
        ASKER_ABOUT_REPLY,
        to=[asked.asked_by.email] if asked.asked_by.is_active else [],
        path=asked.referral.get_absolute_url(),
        reference=asked.referral.reference,
    )


def email_agency_about_late_answer(*, share_id: str) -> None:
    """Nothing when it was answered, or ended, before the mail went out."""
    share = Share.objects.select_related("agency", "referral").get(pk=share_id)
    if share.state != ShareState.WAITING:
        return
    _send(
        AGENCY_ABOUT_LATE_ANSWER,
        to=_people_who_may(Permission.ANSWER_SHARE, agency=share.agency),
        path=f"{reverse('referrals:shared')}?state={ShareState.WAITING}",
        reference=share.referral.reference,
    )


def email_hub_and_referrer_about_silence(*, share_id: str) -> None:
    """To who shared it and to who wrote it, each by themselves; nothing when the answer came meanwhile."""
    share = Share.objects.select_related("referral__author", "shared_by").get(pk=share_id)
    if share.state != ShareState.WAITING:
        return
    sharer = [share.shared_by.email] if share.shared_by.is_active else []
    writer = _writer_of(share.referral) if wants_to_hear(share.referral) else []
    _send(
        HUB_AND_REFERRER_ABOUT_SILENCE,
        to=sorted({*writer, *sharer}),
        path=share.referral.get_absolute_url(),
        reference=share.referral.reference,
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
        SUPERVISORS_ABOUT_REVIEW,
        to=[person.email for person in people.order_by("email") if can_review(person, referral)],
        path=reverse("referrals:review", args=[referral.pk]),
        reference=referral.reference,
    )


def email_next_level_about_late_review(*, review_id: str) -> None:
    """To the supervisors of the hub, of whom not its author; nobody, when it was reviewed before the mail went out."""
    review = Review.objects.select_related("referral__agency", "referral__author").get(pk=review_id)
    if review.state != ReviewState.WAITING:
        return
    referral = review.referral
    next_level = _people_who_may(Permission.REVIEW_REFERRAL, Permission.SEE_HUB_REFERRALS, agency=referral.agency)
    _send(
        NEXT_LEVEL_ABOUT_LATE_REVIEW,
        to=[address for address in next_level if address != referral.author.email],
        path=reverse("referrals:review", args=[referral.pk]),
        reference=referral.reference,
    )


def email_author_about_review(*, review_id: str) -> None:
    review = Review.objects.select_related("referral__author").get(pk=review_id)
    _send(
        AUTHOR_ABOUT_RETURN if review.state == ReviewState.RETURNED else AUTHOR_ABOUT_REVIEW,
        to=_writer_of(review.referral),
        path=review.referral.get_absolute_url(),
        reference=review.referral.reference,
    )


def email_supervisors_about_lateness(*, late: int, very_late: int, unshared: int, long_unshared: int) -> None:
    """How many decisions, or sharings that they need, became late just now, to the supervisors of the hub."""
    at_queue = f"{reverse('referrals:queue')}?due={Due.LATE}"
    _send(
        SUPERVISORS_ABOUT_LATENESS if late + very_late else SUPERVISORS_ABOUT_UNSHARED,
        to=_people_who_may(Permission.REVIEW_REFERRAL, Permission.SEE_HUB_REFERRALS, agency=Agency.objects.hub()),
        path=at_queue if late + very_late else f"{reverse('referrals:unfinished')}?due={Due.LATE}",
        late=late,
        very_late=very_late,
        unshared=unshared,
        long_unshared=long_unshared,
    )


def email_about_amendment(*, referral_id: str) -> None:
    """To whom it is assigned (the hub's decision-makers, where nobody has it) and who wrote it; not to who amended it."""
    referral = Referral.objects.select_related("author", "assigned_to").get(pk=referral_id)
    newest = referral.amendments.select_related("amended_by").latest("number")
    at_hub = _holder_of(referral) or _people_who_may(Permission.DECIDE_REFERRAL, agency=Agency.objects.hub())
    _send(
        ABOUT_AMENDMENT,
        to=sorted({*_writer_of(referral), *at_hub} - {newest.amended_by.email}),
        path=reverse("referrals:versions", args=[referral.pk]),
        reference=referral.reference,
        version=newest.number,
    )


def email_about_risk(*, change_id: str) -> None:
    """To who wrote it, and to whom it is assigned; not to the one who set the level."""
    change = RiskChange.objects.select_related("referral__author", "referral__assigned_to", "changed_by").get(
        pk=change_id
    )
    referral = change.referral
    _send(
        ABOUT_RISK,
        to=sorted({*_writer_of(referral), *_holder_of(referral)} - {change.changed_by.email}),
        path=referral.get_absolute_url(),
        reference=referral.reference,
    )


def email_writer_about_old_draft(*, referral_id: str) -> None:
    """Nothing when the draft was sent, discarded or written on since."""
    draft = Referral.objects.select_related("author").filter(pk=referral_id).first()
    if draft is None or not draft.is_draft or draft.reminded_at is None or draft.reminded_at < draft.changed_at:
        return
    _send(
        WRITER_ABOUT_OLD_DRAFT,
        to=_writer_of(draft),
        path=reverse("referrals:mine"),
        form=draft.kind,
        day=day(draft.is_kept_until),
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
        AGENCY_ABOUT_ACTIONS,
        to=_who_act(agency, referral),
        path=reverse("referrals:actions"),
        reference=referral.reference,
        what=what,
    )


def email_owner_about_late_action(*, action_id: str) -> None:
    """Nothing when it was done before the mail went out."""
    action = StrategyAction.objects.select_related("discussion__referral", "owner").get(pk=action_id)
    if action.done_at is not None:
        return
    referral = action.discussion.referral
    _send(
        OWNER_ABOUT_LATE_ACTION,
        to=_who_act(action.owner, referral),
        path=reverse("referrals:actions"),
        reference=referral.reference,
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
    _send(
        OWNER_ABOUT_MEETING_ACTION if item.late_told_at is None else OWNER_ABOUT_LATE_MEETING_ACTION,
        to=to,
        path=reverse("referrals:meeting_actions"),
        reference=item.referral.reference,
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


def _send(about: Kind, *, to: list[str], path: str, **values: object) -> None:
    """To each reader by themselves; of a guarded referral to those alone to whom it is open."""
    if "reference" in values:
        guarded = Referral.objects.filter(reference=values["reference"], is_guarded=True).first()
        to = addresses_open_to(guarded, to) if guarded is not None else to
    send_message(about, to=to, path=path, values=values)
