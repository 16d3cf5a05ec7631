"""Mail of grading: what it is about, and a link only. Each reader signs in, and sees what they may see."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone

from common.templatetags.dates import day
from grading.enums import FeedbackState
from grading.models import GradeFeedback, Invitation, LiveGap, Report
from grading.queries.feedback import leaders_of_team, to_read
from grading.queries.invitations import addresses_of_accepted, addresses_of_silent, places_taken
from grading.queries.live_gaps import supervisors_of
from grading.queries.reports import readers_of


def email_readers_about_report(*, report_id: str) -> None:
    """Tell those who may read the report that it is there, each hidden from the others."""
    report = Report.objects.select_related("dip_sample", "round", "slot__schedule").get(pk=report_id)
    readers = readers_of(report, on=timezone.localdate())
    if not readers:
        return
    lines = [
        f"A report is ready: {report}.",
        f"Sign in to read it: {settings.SITE_URL}{report.get_absolute_url()}",
        settings.SERVICE_NAME,
    ]
    EmailMessage(
        subject=f"A report is ready: {report.subject}",
        body="\n\n".join(lines),
        to=[settings.DEFAULT_FROM_EMAIL],
        bcc=readers,
    ).send()


def email_supervisors_about_live_gap(*, gap_id: str) -> None:
    """Tell the supervisors of the force that a review raised a live gap, each hidden from the others; nothing once it is closed."""
    _tell_supervisors(
        gap_id,
        subject="Somebody may be at risk: a live gap was raised",
        line="A dip-sample review found that somebody may be at risk now. It is to be dealt with today.",
    )


def email_supervisors_about_corrected_live_gap(*, gap_id: str) -> None:
    """Tell them that the review says something else now; nothing once the live gap is closed."""
    _tell_supervisors(
        gap_id,
        subject="A live gap was corrected: read it again",
        line="The reviewer who raised a live gap wrote something else since. Read both before you close it.",
    )


def _tell_supervisors(gap_id: str, *, subject: str, line: str) -> None:
    gap = LiveGap.objects.select_related("force").get(pk=gap_id)
    supervisors = supervisors_of(gap.force, on=timezone.localdate())
    if not supervisors or not gap.is_open:
        return
    lines = [line, f"Sign in to read it: {settings.SITE_URL}{gap.get_absolute_url()}", settings.SERVICE_NAME]
    EmailMessage(subject=subject, body="\n\n".join(lines), to=[settings.DEFAULT_FROM_EMAIL], bcc=supervisors).send()


def email_writer_about_feedback(*, feedback_id: str) -> None:
    """Tell who wrote the PPN that it was graded, not a word of the feedback; nothing to who has left, or has answered already."""
    feedback = to_read().get(pk=feedback_id)
    writer = feedback.recipient
    if writer is None or not writer.is_active or feedback.state != FeedbackState.TOLD:
        return
    _tell_of_feedback(
        feedback, to=[writer.email], line="A PPN that you wrote was graded, and there is feedback for you."
    )


def email_team_about_feedback(*, feedback_id: str) -> None:
    """Tell who leads the writer's team, for their information, each hidden from the others."""
    feedback = to_read().get(pk=feedback_id)
    leaders = leaders_of_team(feedback, on=timezone.localdate())
    _tell_of_feedback(
        feedback, to=leaders, line="A PPN of your team was graded. Its writer has feedback, which you may read."
    )


def _tell_of_feedback(feedback: GradeFeedback, *, to: list[str], line: str) -> None:
    if not to:
        return
    lines = [
        line,
        f"Sign in to read it: {settings.SITE_URL}{feedback.get_absolute_url()}",
        settings.SERVICE_NAME,
    ]
    EmailMessage(
        subject="There is feedback on a graded PPN",
        body="\n\n".join(lines),
        to=[settings.DEFAULT_FROM_EMAIL],
        bcc=to,
    ).send()


def email_agency_about_invitation(*, invitation_id: str) -> None:
    """Tell the people of the agency who may grade, each hidden from the others, and nobody who has answered already."""
    _ask(invitation_id, subject="You are asked to grade PPNs")


def remind_agency_of_invitation(*, invitation_id: str) -> None:
    """Ask those who have not answered once more; nothing once the agency has the graders that it was asked for."""
    _ask(invitation_id, subject="Reminder: you are asked to grade PPNs")


def _ask(invitation_id: str, *, subject: str) -> None:
    invitation = Invitation.objects.select_related("round").get(pk=invitation_id)
    on = timezone.localdate()
    if not invitation.takes_answers or places_taken(invitation, on=on) >= invitation.places:
        return
    _tell_of_invitation(
        invitation,
        to=addresses_of_silent(invitation, on=on),
        subject=subject,
        line=f"Your agency is asked for graders. Please say by {day(invitation.reply_by)} whether you take part.",
    )


def email_accepted_about_withdrawal(*, invitation_id: str) -> None:
    """Tell those who had accepted that they are asked no longer."""
    invitation = Invitation.objects.get(pk=invitation_id)
    _tell_of_invitation(
        invitation,
        to=addresses_of_accepted(invitation),
        subject="You are not asked to grade PPNs any more",
        line="The invitation that you accepted was withdrawn, so you need do nothing.",
    )


def _tell_of_invitation(invitation: Invitation, *, to: list[str], subject: str, line: str) -> None:
    if not to:
        return
    lines = [line, f"Sign in to read it: {settings.SITE_URL}{invitation.get_absolute_url()}", settings.SERVICE_NAME]
    EmailMessage(subject=subject, body="\n\n".join(lines), to=[settings.DEFAULT_FROM_EMAIL], bcc=to).send()
