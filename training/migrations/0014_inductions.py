"""Induction plans, their steps, and what was moved since; and what the migration before left to be checked."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations, models

WALLS = """
CREATE FUNCTION training_check_induction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM training_profileassignment a JOIN training_roleprofile p ON p.id = a.profile_id
        WHERE a.id = NEW.assignment_id AND a.person_id = NEW.person_id AND p.force_id = NEW.agency_id
    ) THEN
        RAISE EXCEPTION 'A plan is of the person whose profile it is.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_induction_of_its_person BEFORE INSERT ON training_induction
    FOR EACH ROW EXECUTE FUNCTION training_check_induction();
CREATE TRIGGER training_induction_stays_whose_it_is BEFORE UPDATE ON training_induction
    FOR EACH ROW WHEN (
        (OLD.assignment_id, OLD.agency_id, OLD.person_id, OLD.starts_on, OLD.made_at, OLD.made_by_id)
        IS DISTINCT FROM (NEW.assignment_id, NEW.agency_id, NEW.person_id, NEW.starts_on, NEW.made_at, NEW.made_by_id)
    ) EXECUTE FUNCTION training_refuse_to_rewrite();
CREATE TRIGGER training_induction_step_stays_what_it_is BEFORE UPDATE ON training_inductionstep
    FOR EACH ROW WHEN (
        (OLD.induction_id, OLD.module_id, OLD.skill_id, OLD.working_days)
        IS DISTINCT FROM (NEW.induction_id, NEW.module_id, NEW.skill_id, NEW.working_days)
        OR (OLD.declared_at IS NOT NULL
            AND (OLD.declared_at, OLD.declared_words) IS DISTINCT FROM (NEW.declared_at, NEW.declared_words))
    ) EXECUTE FUNCTION training_refuse_to_rewrite();
CREATE TRIGGER training_induction_change_stands BEFORE UPDATE ON training_inductionchange
    FOR EACH ROW EXECUTE FUNCTION training_refuse_to_rewrite();
CREATE TRIGGER training_induction_never_goes BEFORE DELETE ON training_induction
    FOR EACH ROW EXECUTE FUNCTION training_refuse_removal();
CREATE TRIGGER training_induction_step_never_goes BEFORE DELETE ON training_inductionstep
    FOR EACH ROW EXECUTE FUNCTION training_refuse_removal();
CREATE TRIGGER training_induction_change_never_goes BEFORE DELETE ON training_inductionchange
    FOR EACH ROW EXECUTE FUNCTION training_refuse_removal();
"""
NO_WALLS = """
DROP TRIGGER training_induction_change_never_goes ON training_inductionchange;
DROP TRIGGER training_induction_step_never_goes ON training_inductionstep;
DROP TRIGGER training_induction_never_goes ON training_induction;
DROP TRIGGER training_induction_change_stands ON training_inductionchange;
DROP TRIGGER training_induction_step_stays_what_it_is ON training_inductionstep;
DROP TRIGGER training_induction_stays_whose_it_is ON training_induction;
DROP TRIGGER training_induction_of_its_person ON training_induction;
DROP FUNCTION training_check_induction();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_intelligence_officer'),
        ('training', '0013_delegated_sign_off'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Induction',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('starts_on', models.DateField()),
                ('complete_by', models.DateField(help_text='The last day of the plan')),
                ('state', models.CharField(choices=[('OPEN', 'Under way'), ('COMPLETE', 'Complete'), ('STOPPED', 'Stopped')], default='OPEN', max_length=8)),
                ('made_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('assignment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='induction', to='training.profileassignment')),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('line_manager', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('mentor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='inductions', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='InductionStep',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('working_days', models.PositiveSmallIntegerField(help_text='After the first day, as it was planned at first')),
                ('due_on', models.DateField()),
                ('where', models.CharField(blank=True, help_text='When, where or with whom', max_length=120)),
                ('declared_at', models.DateTimeField(blank=True, null=True)),
                ('declared_words', models.TextField(blank=True, help_text='What the person says they did and can do')),
                ('induction', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='training.induction')),
                ('module', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='training.module')),
                ('skill', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='training.skill')),
            ],
        ),
        migrations.CreateModel(
            name='InductionChange',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('move', models.CharField(choices=[('DECLARE', 'Say that a step is done'), ('MOVE_STEP', 'Move a step'), ('EXTEND', 'Extend the plan'), ('CHANGE_PEOPLE', 'Change mentor or line manager'), ('CLOSE', 'Close as complete'), ('STOP', 'Stop the plan'), ('REOPEN', 'Reopen the plan')], max_length=14)),
                ('was', models.CharField(blank=True, max_length=300)),
                ('becomes', models.CharField(blank=True, max_length=300)),
                ('reason', models.TextField(blank=True)),
                ('changed_at', models.DateTimeField()),
                ('changed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('induction', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='training.induction')),
                ('step', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='training.inductionstep')),
            ],
        ),
        migrations.AddIndex(
            model_name='induction',
            index=models.Index(fields=['agency', 'state', 'complete_by'], name='induction_by_day'),
        ),
        migrations.AddConstraint(
            model_name='induction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('person', models.F('mentor')), _negated=True), models.Q(('person', models.F('line_manager')), _negated=True), models.Q(('person', models.F('made_by')), _negated=True), models.Q(('closed_by', None), models.Q(('closed_by', models.F('person')), _negated=True), _connector='OR')), name='induction_never_ones_own', violation_error_message='Nobody plans, mentors or closes their own induction.'),
        ),
        migrations.AddConstraint(
            model_name='induction',
            constraint=models.CheckConstraint(condition=models.Q(('mentor', models.F('line_manager')), _negated=True), name='induction_with_two_people', violation_error_message='Mentor and line manager must be two people.'),
        ),
        migrations.AddConstraint(
            model_name='induction',
            constraint=models.CheckConstraint(condition=models.Q(('complete_by__gte', models.F('starts_on'))), name='induction_days_run_forwards'),
        ),
        migrations.AddConstraint(
            model_name='induction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('closed_by', None), ('state', 'OPEN')), models.Q(models.Q(('state', 'OPEN'), _negated=True), ('closed_at__isnull', False), ('closed_by__isnull', False)), _connector='OR'), name='induction_closed_says_who_and_when'),
        ),
        migrations.AddConstraint(
            model_name='inductionstep',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('module__isnull', False), ('skill', None)), models.Q(('module', None), ('skill__isnull', False)), _connector='OR'), name='induction_step_is_a_module_or_a_skill'),
        ),
        migrations.AddConstraint(
            model_name='inductionstep',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('declared_at', None), ('declared_words', '')), models.Q(('declared_at__isnull', False), ('module__isnull', False), models.Q(('declared_words', ''), _negated=True)), _connector='OR'), name='induction_step_declared_in_words'),
        ),
        migrations.AddConstraint(
            model_name='inductionstep',
            constraint=models.UniqueConstraint(fields=('induction', 'module'), name='induction_step_once_a_module'),
        ),
        migrations.AddConstraint(
            model_name='inductionstep',
            constraint=models.UniqueConstraint(fields=('induction', 'skill'), name='induction_step_once_a_skill'),
        ),
        migrations.AddConstraint(
            model_name='inductionchange',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), _negated=True), ('move', 'CLOSE'), _connector='OR'), name='induction_change_says_why', violation_error_message='Say why.'),
        ),
        migrations.RunSQL(WALLS, NO_WALLS),
        ValidateConstraint("signature", "signature_for_another_names_both"),
        ValidateConstraint("trainingrecord", "training_record_completed_says_who_and_when"),
    ]
