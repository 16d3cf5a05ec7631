"""Which addresses could not be reached."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Max

from mail.models import Message


def unreached_addresses(addresses: Iterable[str], *, at: datetime) -> dict[str, datetime]:
    """Of these addresses those that mail could not be delivered to, in small letters, and when that was last noted."""
    asked = {address.lower() for address in addresses if address}
    if not asked:
        return {}
    bounced = Message.objects.unreached(at=at).filter(recipient__in=asked)
    return dict(bounced.values_list("recipient").annotate(last=Max("bounced_at")))
