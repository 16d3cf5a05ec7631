"""A place of the panel can be open, and who left one is kept with the reason."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("grading", "0015_version_is_frozen"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="assignment",
            name="grader",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="grading_assignments",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.CreateModel(
            name="Departure",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("REPLACED", "Replaced by the supervisor"),
                            ("CONFLICT", "Knows whom it is about, or worked on it"),
                        ],
                        max_length=8,
                    ),
                ),
                ("reason", models.TextField()),
                ("left_at", models.DateTimeField()),
                (
                    "grader",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="departures", to="grading.rounditem"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("item", "grader"), name="departure_once_from_an_item"),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="departure_says_why",
                        violation_error_message="Say why.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "CONFLICT"), _negated=True),
                            ("recorded_by", models.F("grader")),
                            _connector="OR",
                        ),
                        name="departure_for_a_conflict_is_declared_by_the_grader",
                    ),
                ],
            },
        ),
    ]
