"""What the clock starts for partners; two clocks may run."""

from celery import shared_task
from django.utils import timezone

from partners.services import materials, tailored


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
