"""Mail of grading: what it is about, and a link only. Each reader signs in, and sees what they may see."""

from django.utils import timezone

from common.templatetags.dates import day
from grading.enums import FeedbackState
from grading.models import Invitation, LiveGap, Report
from grading.queries.feedback import leaders_of_team, to_read
from grading.queries.invitations import addresses_of_accepted, addresses_of_silent, places_taken
from grading.queries.live_gaps import supervisors_of
from grading.queries.reports import readers_of
from mail.notifications.kinds import Kind, kind
from mail.services.sending import send_message
from referrals.queries.readers import addresses_open_to

INVITE = "Sign in to read it"
REPORT_READY = kind(
    "grading.report_ready",
    "A report is ready: {subject}",
    "A report is ready: {report}.",
    invite=INVITE,
    example={"subject": "EXAMPLE-2000", "report": "EXAMPLE-2000, version 1"},
)
LIVE_GAP = kind(
    "grading.live_gap",
    "Somebody may be at risk: a live gap was raised",
    "A dip-sample review found that somebody may be at risk now. It is to be dealt with today.",
    invite=INVITE,
)
LIVE_GAP_CORRECTED = kind(
    "grading.live_gap_corrected",
    "A live gap was corrected: read it again",
    "The reviewer who raised a live gap wrote something else since. Read both before you close it.",
    invite=INVITE,
)
WRITER_ABOUT_FEEDBACK = kind(
    "grading.writer_about_feedback",
    "There is feedback on a graded PPN",
    "A PPN that you wrote was graded, and there is feedback for you.",
    invite=INVITE,
)
TEAM_ABOUT_FEEDBACK = kind(
    "grading.team_about_feedback",
    "There is feedback on a graded PPN",
    "A PPN of your team was graded. Its writer has feedback, which you may read.",
    invite=INVITE,
)
INVITED = kind(
    "grading.invited",
    "You are asked to grade PPNs",
    "Your agency is asked for graders. Please say by {day} whether you take part.",
    invite=INVITE,
)
INVITED_REMINDER = kind(
    "grading.invited_reminder",
    "Reminder: you are asked to grade PPNs",
    "Your agency is asked for graders. Please say by {day} whether you take part.",
    invite=INVITE,
)
INVITATION_WITHDRAWN = kind(
    "grading.invitation_withdrawn",
    "You are not asked to grade PPNs any more",
    "The invitation that you accepted was withdrawn, so you need do nothing.",
    invite=INVITE,
)


def email_readers_about_report(*, report_id: str) -> None:
    """Tell those who may read the report that it is there, each hidden from the others."""
    report = Report.objects.select_related("dip_sample", "round", "slot__schedule").get(pk=report_id)
    readers = readers_of(report, on=timezone.localdate())
    values = {"subject": report.subject, "report": report}
    send_message(REPORT_READY, to=readers, path=report.get_absolute_url(), values=values)


def email_supervisors_about_live_gap(*, gap_id: str) -> None:
    """Tell the supervisors of the force that a review raised a live gap, each hidden from the others; nothing once it is closed."""
    _tell_supervisors(LIVE_GAP, gap_id)


def email_supervisors_about_corrected_live_gap(*, gap_id: str) -> None:
    """Tell them that the review says something else now; nothing once the live gap is closed."""
    _tell_supervisors(LIVE_GAP_CORRECTED, gap_id)


def _tell_supervisors(about: Kind, gap_id: str) -> None:
    gap = LiveGap.objects.select_related("force").get(pk=gap_id)
    if gap.is_open:
        supervisors = supervisors_of(gap.force, on=timezone.localdate())
        send_message(about, to=supervisors, path=gap.get_absolute_url())


def email_writer_about_feedback(*, feedback_id: str) -> None:
    """Tell who wrote the PPN that it was graded, not a word of the feedback; nothing to who has left, or has answered already."""
    feedback = to_read().get(pk=feedback_id)
    writer = feedback.recipient
    if writer is None or not writer.is_active or feedback.state != FeedbackState.TOLD:
        return
    to = addresses_open_to(feedback.item.referral, [writer.email])
    send_message(WRITER_ABOUT_FEEDBACK, to=to, path=feedback.get_absolute_url())


def email_team_about_feedback(*, feedback_id: str) -> None:
    """Tell who leads the writer's team, for their information, each hidden from the others."""
    feedback = to_read().get(pk=feedback_id)
    leaders = addresses_open_to(feedback.item.referral, leaders_of_team(feedback, on=timezone.localdate()))
    send_message(TEAM_ABOUT_FEEDBACK, to=leaders, path=feedback.get_absolute_url())


def email_agency_about_invitation(*, invitation_id: str) -> None:
    """Tell the people of the agency who may grade, each hidden from the others, and nobody who has answered already."""
    _ask(INVITED, invitation_id)


def remind_agency_of_invitation(*, invitation_id: str) -> None:
    """Ask those who have not answered once more; nothing once the agency has the graders that it was asked for."""
    _ask(INVITED_REMINDER, invitation_id)


def _ask(about: Kind, invitation_id: str) -> None:
    invitation = Invitation.objects.select_related("round").get(pk=invitation_id)
    on = timezone.localdate()
    if not invitation.takes_answers or places_taken(invitation, on=on) >= invitation.places:
        return
    send_message(
        about,
        to=addresses_of_silent(invitation, on=on),
        path=invitation.get_absolute_url(),
        values={"day": day(invitation.reply_by)},
    )


def email_accepted_about_withdrawal(*, invitation_id: str) -> None:
    """Tell those who had accepted that they are asked no longer."""
    invitation = Invitation.objects.get(pk=invitation_id)
    send_message(INVITATION_WITHDRAWN, to=addresses_of_accepted(invitation), path=invitation.get_absolute_url())
