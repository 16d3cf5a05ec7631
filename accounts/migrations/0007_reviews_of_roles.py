import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_sessions_end_and_take_new_keys"),
    ]

    operations = [
        migrations.CreateModel(
            name="GrantReview",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "outcome",
                    models.CharField(
                        choices=[("KEPT", "Still needed"), ("ENDED", "No longer needed")], max_length=10
                    ),
                ),
                ("reviewed_at", models.DateTimeField()),
                (
                    "grant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="accounts.rolegrant",
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("outcome", "ENDED")),
                        fields=("grant",),
                        name="grant_review_ends_a_role_once",
                    )
                ],
            },
        ),
    ]
