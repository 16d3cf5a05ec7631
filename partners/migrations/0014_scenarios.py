"""Two scenarios before and after a session; versions and answers stand as they were written."""

import django.contrib.postgres.fields
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

WALLS = """
CREATE TRIGGER partners_scenario_version_stands BEFORE UPDATE ON partners_scenarioversion
    FOR EACH ROW EXECUTE FUNCTION partners_refuse_to_rewrite();
CREATE TRIGGER partners_scenario_stands BEFORE UPDATE ON partners_scenario
    FOR EACH ROW EXECUTE FUNCTION partners_refuse_to_rewrite();
CREATE TRIGGER partners_scenario_answer_stands BEFORE UPDATE ON partners_scenarioanswer
    FOR EACH ROW EXECUTE FUNCTION partners_refuse_to_rewrite();
CREATE FUNCTION partners_scenario_answer_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM partners_booking booking
        JOIN partners_session session ON session.id = booking.session_id
        JOIN partners_scenarioversion version ON version.force_id = session.host_id
        WHERE booking.id = NEW.booking_id AND booking.user_id = NEW.person_id AND version.id = NEW.version_id
    ) THEN
        RAISE EXCEPTION 'Scenarios are answered by whose place it is, in a version of the force that runs the session.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'scenario_answer_fits';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER partners_scenario_answer_fits BEFORE INSERT ON partners_scenarioanswer
    FOR EACH ROW EXECUTE FUNCTION partners_scenario_answer_fits();
"""

NO_WALLS = """
DROP TRIGGER partners_scenario_answer_fits ON partners_scenarioanswer;
DROP FUNCTION partners_scenario_answer_fits();
DROP TRIGGER partners_scenario_answer_stands ON partners_scenarioanswer;
DROP TRIGGER partners_scenario_stands ON partners_scenario;
DROP TRIGGER partners_scenario_version_stands ON partners_scenarioversion;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_intelligence_officer'),
        ('partners', '0013_register_rules_hold'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ScenarioVersion',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('request_key', models.UUIDField(help_text='Of the request that wrote it', unique=True)),
                ('written_at', models.DateTimeField()),
                ('force', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('written_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('force', 'number'), name='scenario_versions_follow_each_other'),
                    models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='scenario_version_counts_from_one'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ScenarioAnswer',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('asked', models.CharField(choices=[('BEFORE', 'Before'), ('AFTER', 'After')], max_length=6)),
                ('first', models.PositiveSmallIntegerField(help_text='Worth of the answer to the first scenario')),
                ('second', models.PositiveSmallIntegerField(help_text='Worth of the answer to the second scenario')),
                ('confidence', models.PositiveSmallIntegerField(help_text='From 1 to 5')),
                ('answered_at', models.DateTimeField()),
                ('booking', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scenario_answers', to='partners.booking')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='partners.scenarioversion')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('person', 'version', 'asked'), name='scenario_answer_once_before_and_once_after', violation_error_message='You have answered these scenarios already.'),
                    models.CheckConstraint(condition=models.Q(('confidence__in', (1, 2, 3, 4, 5)), ('first__in', (0, 1, 2, 3, 4)), ('second__in', (0, 1, 2, 3, 4))), name='scenario_answer_is_one_of_those_offered'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Scenario',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('position', models.PositiveSmallIntegerField()),
                ('title', models.CharField(max_length=120)),
                ('story', models.TextField(max_length=2000)),
                ('question', models.CharField(max_length=200)),
                ('choices', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=300), size=None)),
                ('reasons', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=600), size=None)),
                ('version', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='scenarios', to='partners.scenarioversion')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('version', 'position'), name='scenario_placed_once'),
                    models.CheckConstraint(condition=models.Q(('choices__len', 5), ('position__in', (1, 2)), ('reasons__len', 5)), name='scenario_is_one_of_two_with_five_answers'),
                    models.CheckConstraint(condition=models.Q(models.Q(('title', ''), _negated=True), models.Q(('story', ''), _negated=True), models.Q(('question', ''), _negated=True)), name='scenario_has_words'),
                ],
            },
        ),
        migrations.RunSQL(WALLS, NO_WALLS),
    ]
