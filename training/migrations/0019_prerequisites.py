"""Which modules are completed before which, without a circle; and where somebody went on knowingly. New tables."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

WALLS = """
CREATE FUNCTION training_check_prerequisite() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the_force uuid;
BEGIN
    -- One at a time in a force, so that two that make a circle together see each other.
    SELECT a.id INTO the_force FROM accounts_agency a
    JOIN training_module m ON m.force_id = a.id WHERE m.id = NEW.module_id FOR NO KEY UPDATE OF a;
    IF NOT EXISTS (SELECT 1 FROM training_module WHERE id = NEW.first_id AND force_id = the_force) THEN
        RAISE EXCEPTION 'Both modules are of one force.' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        WITH RECURSIVE before (id) AS (
            SELECT NEW.first_id
            UNION
            SELECT p.first_id FROM training_moduleprerequisite p JOIN before b ON b.id = p.module_id
        )
        SELECT 1 FROM before WHERE id = NEW.module_id
    ) THEN
        RAISE EXCEPTION 'A module does not come before itself, by no way round.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_prerequisite_without_a_circle BEFORE INSERT ON training_moduleprerequisite
    FOR EACH ROW EXECUTE FUNCTION training_check_prerequisite();
CREATE TRIGGER training_moduleprerequisite_stands BEFORE UPDATE ON training_moduleprerequisite
    FOR EACH ROW EXECUTE FUNCTION training_refuse_to_rewrite();
CREATE TRIGGER training_outoforder_stands BEFORE UPDATE ON training_outoforder
    FOR EACH ROW EXECUTE FUNCTION training_refuse_to_rewrite();
CREATE TRIGGER training_outoforder_never_goes BEFORE DELETE ON training_outoforder
    FOR EACH ROW EXECUTE FUNCTION training_refuse_removal();
"""
NO_WALLS = """
DROP TRIGGER training_outoforder_never_goes ON training_outoforder;
DROP TRIGGER training_outoforder_stands ON training_outoforder;
DROP TRIGGER training_moduleprerequisite_stands ON training_moduleprerequisite;
DROP TRIGGER training_prerequisite_without_a_circle ON training_moduleprerequisite;
DROP FUNCTION training_check_prerequisite();
"""


def _key(to: str, **options: object) -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=to, **options)


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0018_toolkits"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ModulePrerequisite",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("set_at", models.DateTimeField()),
                ("first", _key("training.module", related_name="comes_before")),
                ("module", _key("training.module", related_name="prerequisites")),
                ("set_by", _key(settings.AUTH_USER_MODEL, related_name="+", db_index=False)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("module", "first"), name="module_prerequisite_named_once"),
                    models.CheckConstraint(
                        condition=~Q(module=F("first")),
                        name="module_prerequisite_is_another_module",
                        violation_error_message="A module does not come before itself.",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="OutOfOrder",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("people", models.PositiveIntegerField(default=1, help_text="How many had not completed it")),
                ("said_at", models.DateTimeField()),
                ("first", _key("training.module", related_name="+", db_index=False)),
                ("induction", _key("training.induction", null=True, blank=True, related_name="out_of_order")),
                ("module", _key("training.module", related_name="+", db_index=False)),
                ("record", _key("training.trainingrecord", null=True, blank=True, related_name="out_of_order")),
                ("said_by", _key(settings.AUTH_USER_MODEL, related_name="+", db_index=False)),
                ("session", _key("training.trainingsession", null=True, blank=True, related_name="out_of_order")),
            ],
            options={
                "verbose_name_plural": "out of order",
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(record__isnull=False, session=None, induction=None)
                        | Q(record=None, session__isnull=False, induction=None)
                        | Q(record=None, session=None, induction__isnull=False),
                        name="out_of_order_is_of_one_thing",
                    ),
                    models.CheckConstraint(
                        condition=~Q(module=F("first")) & Q(people__gte=1), name="out_of_order_names_two_modules"
                    ),
                ],
            },
        ),
        migrations.RunSQL(WALLS, NO_WALLS),
    ]
