"""A PPN that was drawn can be replaced by the next of its draw, once, with the reason, and for good."""

import uuid

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

WALLS = """
CREATE FUNCTION grading_refuse_change_of_removal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'That a PPN was replaced is never changed.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER grading_removal_never_changes BEFORE UPDATE OR DELETE ON grading_removal
    FOR EACH ROW EXECUTE FUNCTION grading_refuse_change_of_removal();

CREATE FUNCTION grading_refuse_removal_too_late() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    round grading_gradinground;
BEGIN
    SELECT r.* INTO round FROM grading_gradinground r JOIN grading_rounditem i ON i.round_id = r.id WHERE i.id = NEW.item_id;
    IF NOT (round.state IN ('DRAWN', 'GRADING') OR round.state = 'MODERATING' AND NEW.successor_id IS NULL) THEN
        RAISE EXCEPTION 'A PPN is replaced before all grades are in.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.successor_id IS NOT NULL
        AND NOT EXISTS (SELECT FROM grading_rounditem WHERE id = NEW.successor_id AND round_id = round.id) THEN
        RAISE EXCEPTION 'A PPN is replaced by one of the same draw.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER grading_removal_in_time BEFORE INSERT ON grading_removal
    FOR EACH ROW EXECUTE FUNCTION grading_refuse_removal_too_late();

CREATE FUNCTION grading_refuse_grade_of_what_was_replaced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM grading_removal WHERE item_id = NEW.item_id) THEN
        RAISE EXCEPTION 'No grade is agreed for a PPN that was replaced.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER grading_agreed_grade_of_what_stands BEFORE INSERT ON grading_agreedgrade
    FOR EACH ROW EXECUTE FUNCTION grading_refuse_grade_of_what_was_replaced();
"""
NO_WALLS = """
DROP TRIGGER grading_agreed_grade_of_what_stands ON grading_agreedgrade;
DROP FUNCTION grading_refuse_grade_of_what_was_replaced();
DROP TRIGGER grading_removal_in_time ON grading_removal;
DROP FUNCTION grading_refuse_removal_too_late();
DROP TRIGGER grading_removal_never_changes ON grading_removal;
DROP FUNCTION grading_refuse_change_of_removal();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('grading', '0022_grading_report_is_checked'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Removal',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('reason', models.CharField(choices=[('WITHDRAWN', 'It was withdrawn after the draw'), ('RECOGNISED', 'The panel would see whom it is about, whatever is hidden'), ('NO_GRADER', 'Nobody on the panel can grade it'), ('OTHER', 'Another reason')], max_length=12)),
                ('words', models.TextField(validators=[django.core.validators.MinLengthValidator(30)])),
                ('removed_at', models.DateTimeField()),
                ('item', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='removal', to='grading.rounditem')),
                ('removed_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('successor', models.OneToOneField(blank=True, help_text='The next of the same draw; none for what was withdrawn where no other could be drawn', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='stands_for', to='grading.rounditem')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=django.db.models.lookups.GreaterThanOrEqual(django.db.models.functions.text.Length(django.db.models.functions.text.Trim('words')), 30), name='removal_says_why_in_words', violation_error_message='Say why in at least 30 characters.'), models.CheckConstraint(condition=models.Q(('successor__isnull', False), ('reason', 'WITHDRAWN'), _connector='OR'), name='removal_without_successor_is_of_what_was_withdrawn'), models.CheckConstraint(condition=models.Q(('successor', models.F('item')), _negated=True), name='removal_leads_to_another')],
            },
        ),
        migrations.RunSQL(WALLS, NO_WALLS),
    ]
