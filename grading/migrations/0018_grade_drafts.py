import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("grading", "0017_draws_never_change"),
    ]

    operations = [
        migrations.CreateModel(
            name="GradeDraft",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "answers",
                    models.JSONField(
                        blank=True, default=dict, help_text="By the name of the question, as it was typed"
                    ),
                ),
                ("version", models.PositiveIntegerField(help_text="1 was saved first")),
                ("saved_at", models.DateTimeField()),
                (
                    "assignment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="draft", to="grading.assignment"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("version__gte", 1)), name="grade_draft_is_numbered_from_one"
                    )
                ],
            },
        ),
    ]
