"""Keeping the versions of the threshold document."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from accounts.models import Area, User
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from referrals import permissions
from referrals.models import ThresholdDocument


class CannotKeepDocument(DomainError):
    pass


@transaction.atomic
def add_threshold_document(
    *, title: str, valid_from: date, by: User, at: datetime, area: Area | None = None, link: str = "", kept_at: str = ""
) -> ThresholdDocument:
    """Put down a version from the day on which it counts; decisions from then on are made by it. Raises CannotKeepDocument.

    The same again (a double click) adds nothing.
    """
    if not permissions.can_keep_thresholds(by):
        raise CannotKeepDocument("Only a supervisor of the hub keeps the threshold documents.")
    given = {"title": title.strip(), "link": link.strip(), "kept_at": kept_at.strip()}
    if not given["title"] or not (given["link"] or given["kept_at"]):
        raise CannotKeepDocument("Give the title, and the link or where it is filed.")
    try:
        with transaction.atomic():
            document = ThresholdDocument.objects.create(
                area=area, valid_from=valid_from, added_at=at, added_by=by, **given
            )
    except IntegrityError as error:
        if "threshold_document_one_from_a_day" not in str(error):
            raise
        earlier = ThresholdDocument.objects.get(area=area, valid_from=valid_from)
        if all(getattr(earlier, name) == value for name, value in given.items()):
            return earlier
        raise CannotKeepDocument(f"{earlier} counts for this area from that day already.") from error
    audit.record(
        verb=Verb.ADMINISTERED,
        what="threshold_document.added",
        at=at,
        actor=by,
        subject=document,
        valid_from=str(valid_from),
    )
    return document
