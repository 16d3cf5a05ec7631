from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Submissions go on while the indexes are built.
    atomic = False

    dependencies = [("referrals", "0018_people_are_found")]

    operations = [
        migrations.AlterField(
            model_name="latedecision",
            name="lateness",
            field=models.CharField(
                choices=[
                    ("LATE", "Late"),
                    ("VERY_LATE", "Still waiting at the end of the working day after it was due"),
                    ("UNSHARED", "Decided, and not shared when it was due"),
                    ("UNSHARED_2", "Decided, and not shared at the end of the working day after it was due"),
                ],
                max_length=10,
            ),
        ),
        AddIndexConcurrently(
            model_name="referral",
            index=models.Index(
                models.OrderBy(models.F("risk_level"), descending=True),
                models.F("due_at"),
                models.F("id"),
                condition=models.Q(("state__in", ["DECIDED", "ANSWERED"])),
                name="referral_to_finish",
            ),
        ),
        AddIndexConcurrently(
            model_name="referral",
            index=models.Index(
                models.OrderBy(models.F("closed_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("state", "CLOSED")),
                name="referral_completed",
            ),
        ),
    ]
