"""django-guardian's grants, which the access table (referral.py) mirrors."""

from django.db import models
from guardian.models import GroupObjectPermissionBase

from referrals.models.referral import Referral


class ReferralGroupObjectPermission(GroupObjectPermissionBase):
    """django-guardian's grant to an agency's group, on a direct foreign key (far quicker than its generic table)."""

    content_object = models.ForeignKey(Referral, on_delete=models.CASCADE)
