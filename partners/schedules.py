"""What the clock starts for sessions, bookings and agencies; two clocks may run."""

from celery import shared_task
from django.utils import timezone

from partners.services import materials, tailored
from partners.services.absences import warn_of_absences
from partners.services.learning_mail import ask_by_mail
from partners.services.left_registers import follow_up_registers
from partners.services.needs import erase_needs
from partners.services.reminders import remind_of_sessions
from partners.services.retention import purge
from partners.services.settling import settle_due_sessions


@shared_task(name="partners.settle_places", ignore_result=True)
def settle_places(**_unknown: object) -> None:
    """Let go of holds and offers that are over, and offer what is free to who waits longest."""
    settle_due_sessions(at=timezone.now())


@shared_task(name="partners.remind_of_sessions", ignore_result=True)
def remind_who_is_booked(**_unknown: object) -> None:
    """Remind who is booked a week, a day and an hour before."""
    remind_of_sessions(at=timezone.now())


@shared_task(name="partners.erase_needs", ignore_result=True)
def erase_what_people_needed(**_unknown: object) -> None:
    """Erase access and dietary needs some weeks after the session."""
    erase_needs(at=timezone.now())


@shared_task(name="partners.remind_of_tailored", ignore_result=True)
def remind_of_tailored(**_unknown: object) -> None:
    """Tell whoever's turn it is about a tailored session that has waited for some working days."""
    tailored.remind_of_tailored(at=timezone.now())


@shared_task(name="partners.check_left_materials", ignore_result=True)
def check_materials_again(**_unknown: object) -> None:
    """Ask the scanner again about files of sessions that it left unchecked."""
    materials.check_left_materials(at=timezone.now())


@shared_task(name="partners.remove_orphaned_materials", ignore_result=True)
def remove_orphaned_materials(**_unknown: object) -> None:
    """Remove what killed processes left in the file store."""
    materials.remove_orphaned_materials(at=timezone.now())


@shared_task(name="partners.ask_by_mail", ignore_result=True)
def ask_who_was_there(**_unknown: object) -> None:
    """Ask whoever was at a session what it was like, the day after, and three months later what became of it."""
    ask_by_mail(at=timezone.now())


@shared_task(name="partners.follow_up_registers", ignore_result=True)
def follow_up_left_registers(**_unknown: object) -> None:
    """Remind trainers of registers that are still open, and close those that were left open too long, where somebody is marked."""
    follow_up_registers(at=timezone.now())


@shared_task(name="partners.warn_of_absences", ignore_result=True)
def warn_who_stayed_away(**_unknown: object) -> None:
    """Tell whoever stayed away from sessions again, and the coordinators of their agency."""
    warn_of_absences(at=timezone.now())


@shared_task(name="partners.purge", ignore_result=True)
def purge_what_is_over(**_unknown: object) -> None:
    """Remove personal parts of sessions whose time is over, and keep the counts."""
    purge(at=timezone.now())
