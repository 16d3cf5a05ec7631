"""Who was told of what lapses, and when: written once, never gone, and of the person whose record it is."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

TABLES = ("lapsereminder", "trainingdigest")
WALLS = """
CREATE FUNCTION training_check_lapse_reminder() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM training_trainingdigest
        WHERE id = NEW.digest_id AND person_id = NEW.person_id AND audience = 'SELF'
    ) OR NOT EXISTS (
        SELECT 1 FROM training_trainingrecord WHERE id = NEW.record_id AND person_id = NEW.person_id
        UNION ALL
        SELECT 1 FROM training_skillevidence WHERE id = NEW.evidence_id AND person_id = NEW.person_id
    ) THEN
        RAISE EXCEPTION 'People are told of their own training, in a mail to themselves.'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_lapse_reminder_is_of_the_person BEFORE INSERT ON training_lapsereminder
    FOR EACH ROW EXECUTE FUNCTION training_check_lapse_reminder();
""" + "".join(
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
) + """
DROP TRIGGER training_lapse_reminder_is_of_the_person ON training_lapsereminder;
DROP FUNCTION training_check_lapse_reminder();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0016_knowledge_tests"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TrainingDigest",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "audience",
                    models.CharField(choices=[("SELF", "The person"), ("LEADER", "Who leads the team")], max_length=8),
                ),
                ("sent_on", models.DateField()),
                ("made_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        help_text="Who gets it",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["person", "audience", "sent_on"], name="training_digest_once_a_day"),
                    models.CheckConstraint(
                        condition=Q(audience__in=["SELF", "LEADER"]), name="training_digest_audience_is_known"
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="LapseReminder",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("days", models.PositiveSmallIntegerField(help_text="60, 30 or 7")),
                ("noted_at", models.DateTimeField()),
                (
                    "digest",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminders",
                        to="training.trainingdigest",
                    ),
                ),
                (
                    "evidence",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lapse_reminders",
                        to="training.skillevidence",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lapse_reminders",
                        to="training.trainingrecord",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(record__isnull=False, evidence=None) | Q(record=None, evidence__isnull=False),
                        name="lapse_reminder_is_about_one_thing",
                    ),
                    models.CheckConstraint(condition=Q(days__in=(60, 30, 7)), name="lapse_reminder_days_are_known"),
                    models.UniqueConstraint(
                        fields=["record", "days"],
                        condition=Q(record__isnull=False),
                        name="lapse_reminder_once_for_a_record",
                    ),
                    models.UniqueConstraint(
                        fields=["evidence", "days"],
                        condition=Q(evidence__isnull=False),
                        name="lapse_reminder_once_for_evidence",
                    ),
                ]
            },
        ),
        migrations.RunSQL(WALLS, NO_WALLS),
    ]
