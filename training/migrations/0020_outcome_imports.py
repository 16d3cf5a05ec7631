"""Outcomes logged from a file: its digest, counts, who and when, and which records. New tables; nothing of them is changed."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

TABLES = ("outcomeimport", "outcomerow")
WALLS = "".join(
    f"CREATE TRIGGER training_{table}_stands BEFORE UPDATE ON training_{table} "
    "FOR EACH ROW EXECUTE FUNCTION training_refuse_to_rewrite();\n"
    f"CREATE TRIGGER training_{table}_never_goes BEFORE DELETE ON training_{table} "
    "FOR EACH ROW EXECUTE FUNCTION training_refuse_removal();\n"
    for table in TABLES
)
NO_WALLS = "".join(
    f"DROP TRIGGER training_{table}_never_goes ON training_{table};\n"
    f"DROP TRIGGER training_{table}_stands ON training_{table};\n"
    for table in TABLES
)


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0019_prerequisites"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="OutcomeImport",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("sha256", models.CharField(max_length=64)),
                ("rows", models.PositiveIntegerField()),
                ("taken", models.PositiveIntegerField()),
                ("already_there", models.PositiveIntegerField()),
                ("refused", models.PositiveIntegerField()),
                (
                    "agency",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.agency",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["agency", "-at", "-id"], name="outcome_import_newest_first")],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(rows=F("taken") + F("already_there") + F("refused")),
                        name="outcome_import_counts_in_equal_counts_out",
                    ),
                    models.CheckConstraint(condition=Q(taken__gte=1), name="outcome_import_took_something"),
                    models.CheckConstraint(
                        condition=Q(sha256__regex="^[0-9a-f]{64}$"), name="outcome_import_has_a_digest"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OutcomeRow",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "number",
                    models.PositiveIntegerField(help_text="As a spreadsheet counts rows: the heading is in the first"),
                ),
                (
                    "digest",
                    models.CharField(help_text="Of whose agency, who, what and when", max_length=64, unique=True),
                ),
                (
                    "record",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="outcome_row",
                        to="training.trainingrecord",
                    ),
                ),
                (
                    "taken_from",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="outcomes",
                        to="training.outcomeimport",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("taken_from", "number"), name="outcome_row_once_in_its_file")
                ]
            },
        ),
        migrations.RunSQL(WALLS, NO_WALLS),
    ]
