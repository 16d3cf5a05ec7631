"""Which agency may see which referral: the table that lists read, and guardian's grants that it mirrors."""

import uuid

from django.db import models
from django.db.models import F
from guardian.models import GroupObjectPermissionBase

from accounts.models import Agency
from referrals.enums import AccessReason
from referrals.models.referral import Referral


class ReferralAccess(models.Model):
    """One agency may see one referral. Written and removed in the transaction of the submission or the share."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="access")
    reason = models.CharField(max_length=8, choices=AccessReason)
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["referral", "agency", "reason"], name="referral_access_once_a_reason")
        ]
        indexes = [
            models.Index("agency", "reason", F("since").desc(), F("referral").desc(), name="access_newest_first")
        ]

    def __str__(self) -> str:
        return f"{self.agency_id} {self.reason} {self.referral_id}"


class ReferralGroupObjectPermission(GroupObjectPermissionBase):
    """django-guardian's grant to an agency's group, on a direct foreign key (far quicker than its generic table)."""

    content_object = models.ForeignKey(Referral, on_delete=models.CASCADE)
