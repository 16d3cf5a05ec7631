from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Submissions go on while the indexes are built.
    atomic = False

    dependencies = [("referrals", "0005_assignments")]

    operations = [
        AddIndexConcurrently(
            model_name="referral",
            index=models.Index(
                models.F("assigned_to"),
                models.OrderBy(models.F("risk_level"), descending=True),
                models.F("due_at"),
                models.F("id"),
                condition=models.Q(("state", "RECEIVED")),
                name="referral_queue_by_person",
            ),
        ),
        AddIndexConcurrently(
            model_name="referral",
            index=models.Index(
                models.F("due_at"),
                models.F("id"),
                condition=models.Q(("state", "RECEIVED")),
                name="referral_queue_by_deadline",
            ),
        ),
    ]
