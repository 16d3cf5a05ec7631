"""A writer's drafts, and the answers of the last days, are found without everything that they wrote or that was answered."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Referrals are submitted and answered while the indexes are built.
    atomic = False

    dependencies = [('referrals', '0037_second_looks')]

    operations = [
        AddIndexConcurrently(
            model_name="referral",
            index=models.Index(
                "author", "id", name="referral_drafts", condition=models.Q(("state", "DRAFT"))
            ),
        ),
        AddIndexConcurrently(
            model_name="share",
            index=models.Index(
                fields=["answered_at", "referral"],
                name="share_answered",
                condition=models.Q(("is_notice", False), ("state__in", ("ACCEPTED", "REJECTED", "FURTHER_WORK"))),
            ),
        ),
    ]
