"""Modules beside files, substitutions of trainers, registers that a job closes, walk-ins joined with accounts, warnings, tallies, links.

The rules that are wider than before are checked for rows of before by the next migration, without a lock on the table.
"""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

# A booking changes its person by a join alone, and back by undoing it; what was written of joins, substitutions and links stands.
WALLS = """
CREATE FUNCTION partners_person_by_join() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM partners_walkinjoin
        WHERE booking_id = NEW.id AND NEW.walk_in <> '' AND (
            (user_id = NEW.user_id AND delegate_id = OLD.delegate_id AND undone_at IS NULL)
            OR (user_id = OLD.user_id AND delegate_id = NEW.delegate_id AND undone_at IS NOT NULL)
        )
    ) THEN
        RAISE EXCEPTION 'A place does not become that of somebody else.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'booking_person_changes_by_join';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER partners_booking_person_by_join BEFORE UPDATE OF user_id, delegate_id ON partners_booking FOR EACH ROW
    WHEN ((OLD.user_id, OLD.delegate_id) IS DISTINCT FROM (NEW.user_id, NEW.delegate_id))
    EXECUTE FUNCTION partners_person_by_join();
CREATE TRIGGER partners_join_is_what_it_was BEFORE UPDATE ON partners_walkinjoin FOR EACH ROW WHEN (
        OLD.undone_at IS NOT NULL
        OR (OLD.booking_id, OLD.delegate_id, OLD.user_id, OLD.joined_at, OLD.joined_by_id)
        IS DISTINCT FROM (NEW.booking_id, NEW.delegate_id, NEW.user_id, NEW.joined_at, NEW.joined_by_id)
    ) EXECUTE FUNCTION partners_refuse_to_rewrite();
CREATE TRIGGER partners_join_stays BEFORE DELETE ON partners_walkinjoin
    FOR EACH ROW EXECUTE FUNCTION partners_refuse_removal();
CREATE TRIGGER partners_substitution_stands BEFORE UPDATE ON partners_substitution
    FOR EACH ROW EXECUTE FUNCTION partners_refuse_to_rewrite();
CREATE TRIGGER partners_substitution_stays BEFORE DELETE ON partners_substitution
    FOR EACH ROW EXECUTE FUNCTION partners_refuse_removal();
CREATE TRIGGER partners_feedback_link_works_once BEFORE UPDATE ON partners_feedbacklink FOR EACH ROW WHEN (
        OLD.is_used OR (OLD.session_id, OLD.token_hash) IS DISTINCT FROM (NEW.session_id, NEW.token_hash)
    ) EXECUTE FUNCTION partners_refuse_to_rewrite();

DROP TRIGGER partners_question_is_what_was_asked ON partners_sessionquestion;
CREATE TRIGGER partners_question_is_what_was_asked BEFORE UPDATE ON partners_sessionquestion
    FOR EACH ROW WHEN (
        (OLD.session_id, OLD.asked_at, OLD.request_key) IS DISTINCT FROM (NEW.session_id, NEW.asked_at, NEW.request_key)
        OR (
            (OLD.words, OLD.asked_by_id) IS DISTINCT FROM (NEW.words, NEW.asked_by_id)
            AND (NEW.words <> '' OR NEW.asked_by_id IS NOT NULL)
        )
    ) EXECUTE FUNCTION partners_refuse_to_rewrite();
"""

NO_WALLS = """
DROP TRIGGER partners_question_is_what_was_asked ON partners_sessionquestion;
CREATE TRIGGER partners_question_is_what_was_asked BEFORE UPDATE ON partners_sessionquestion
    FOR EACH ROW WHEN (
        (OLD.session_id, OLD.words, OLD.asked_by_id, OLD.asked_at, OLD.request_key)
        IS DISTINCT FROM (NEW.session_id, NEW.words, NEW.asked_by_id, NEW.asked_at, NEW.request_key)
    ) EXECUTE FUNCTION partners_refuse_to_rewrite();
DROP TRIGGER partners_feedback_link_works_once ON partners_feedbacklink;
DROP TRIGGER partners_substitution_stays ON partners_substitution;
DROP TRIGGER partners_substitution_stands ON partners_substitution;
DROP TRIGGER partners_join_stays ON partners_walkinjoin;
DROP TRIGGER partners_join_is_what_it_was ON partners_walkinjoin;
DROP TRIGGER partners_booking_person_by_join ON partners_booking;
DROP FUNCTION partners_person_by_join();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_intelligence_officer'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('partners', '0018_session_open_by_start'),
        ('training', '0024_drafts_of_tests_may_go'),
    ]

    operations = [
        migrations.CreateModel(
            name='FollowUpTally',
            fields=[
                ('session', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='follow_up_tally', serialize=False, to='partners.session')),
                ('yes', models.PositiveIntegerField(default=0)),
                ('not_yet', models.PositiveIntegerField(default=0)),
                ('no', models.PositiveIntegerField(default=0)),
            ],
            options={
                'verbose_name_plural': 'follow-up tallies',
            },
        ),
        migrations.CreateModel(
            name='AbsenceWarning',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('missed', models.PositiveSmallIntegerField(help_text='How many sessions within a year')),
                ('made_at', models.DateTimeField()),
                ('agency', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('delegate', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='absence_warnings', to='partners.delegate')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='absence_warnings', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('delegate', None), ('user__isnull', False)), models.Q(('delegate__isnull', False), ('user', None)), _connector='OR'), name='absence_warning_is_for_one_person'), models.CheckConstraint(condition=models.Q(('missed__gte', 1)), name='absence_warning_counts_some')],
            },
        ),
        migrations.CreateModel(
            name='FeedbackLink',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('is_used', models.BooleanField(default=False)),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='feedback_links', to='partners.session')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('token_hash', ''), _negated=True), name='feedback_link_has_a_hash')],
            },
        ),
        migrations.CreateModel(
            name='RegisterNotice',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('OPEN', 'It is not closed yet'), ('CLOSED', 'It was closed automatically'), ('EMPTY', 'Nobody is marked, so it was not closed')], max_length=6)),
                ('made_at', models.DateTimeField()),
                ('session', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='register_notices', to='partners.session')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('session', 'kind'), name='register_notice_each_once')],
            },
        ),
        migrations.CreateModel(
            name='ScenarioTally',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('pairs', django.contrib.postgres.fields.ArrayField(base_field=django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), size=6), size=None)),
                ('session', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='scenario_tallies', to='partners.session')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.scenarioversion')),
            ],
            options={
                'verbose_name_plural': 'scenario tallies',
                'constraints': [models.UniqueConstraint(fields=('session', 'version'), name='scenario_tally_once'), models.CheckConstraint(condition=models.Q(('pairs__len__gte', 5)), name='scenario_tally_is_of_five_or_more')],
            },
        ),
        migrations.CreateModel(
            name='SessionModule',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('time', models.CharField(choices=[('BEFORE', 'Before the session, for people who are booked'), ('AFTER', 'After the session, for people who were there')], max_length=6)),
                ('added_at', models.DateTimeField()),
                ('added_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('module', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='training.module')),
                ('session', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='modules', to='partners.session')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('session', 'module', 'time'), name='session_module_once', violation_error_message='This module stands there already.')],
            },
        ),
        migrations.CreateModel(
            name='Substitution',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('reason', models.CharField(max_length=300)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='substitutions', to='partners.session')),
                ('stand_in', models.ForeignKey(help_text='Who leads it instead', on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('trainer', models.ForeignKey(help_text='Who was to lead it', on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['-made_at', '-id'], name='substitution_newest_first')],
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='substitution_says_why', violation_error_message='Say why somebody else leads the session.'), models.CheckConstraint(condition=models.Q(('trainer', models.F('stand_in')), _negated=True), name='substitution_is_by_somebody_else', violation_error_message='Choose somebody else.')],
            },
        ),
        migrations.CreateModel(
            name='WalkInJoin',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('joined_at', models.DateTimeField()),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
                ('undone_reason', models.CharField(blank=True, max_length=300)),
                ('booking', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='joins', to='partners.booking')),
                ('delegate', models.ForeignKey(help_text='As they were entered', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.delegate')),
                ('joined_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('undone_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(help_text='Whose account it is', on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['booking', 'joined_at'], name='walk_in_join_by_booking')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('undone_at', None)), fields=('booking',), name='walk_in_joined_once_at_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('undone_at', None), ('undone_by', None), ('undone_reason', '')), models.Q(('undone_at__isnull', False), ('undone_by__isnull', False), models.Q(('undone_reason', ''), _negated=True)), _connector='OR'), name='walk_in_join_undone_says_who_when_and_why', violation_error_message='Say why it is undone.')],
            },
        ),
        migrations.RemoveConstraint(
            model_name='booking',
            name='booking_registered_says_who_and_when',
        ),
        migrations.RemoveConstraint(
            model_name='session',
            name='session_held_says_who_and_when',
        ),
        migrations.RemoveConstraint(
            model_name='sessionquestion',
            name='session_question_says_something',
        ),
        migrations.AddField(
            model_name='delegate',
            name='forgotten_at',
            field=models.DateTimeField(blank=True, help_text='When name and address were removed', null=True),
        ),
        migrations.AddField(
            model_name='session',
            name='closed_by_clock',
            field=models.BooleanField(db_default=False, default=False, help_text='The register was closed by a job, for nobody did'),
        ),
        migrations.AlterField(
            model_name='booking',
            name='marked_how',
            field=models.CharField(blank=True, choices=[('LIST', 'By the list'), ('CODE', 'By the code on the screen'), ('REPORT', "By the meeting's report"), ('CLOCK', 'When the register was closed automatically')], db_default='', default='', max_length=6),
        ),
        migrations.AlterField(
            model_name='sessionquestion',
            name='asked_by',
            field=models.ForeignKey(blank=True, help_text='Empty: forgotten after its time, with the words as they were asked', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='session_questions', to=settings.AUTH_USER_MODEL),
        ),
        AddConstraintNotValid(
            model_name='booking',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('registered_at__isnull', False), ('registered_by__isnull', False), ('state__in', ('PRESENT', 'ABSENT'))), models.Q(('marked_how', 'CLOCK'), ('registered_at__isnull', False), ('registered_by', None), ('state', 'ABSENT')), models.Q(models.Q(('state__in', ('PRESENT', 'ABSENT')), _negated=True), ('registered_at', None), ('registered_by', None)), _connector='OR'), name='booking_registered_says_who_and_when'),
        ),
        AddConstraintNotValid(
            model_name='session',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_by_clock', False), ('held_at__isnull', False), ('held_by__isnull', False), ('state', 'HELD')), models.Q(('closed_by_clock', True), ('held_at__isnull', False), ('held_by', None), ('state', 'HELD')), models.Q(models.Q(('state', 'HELD'), _negated=True), ('closed_by_clock', False), ('held_at', None), ('held_by', None)), _connector='OR'), name='session_held_says_who_and_when'),
        ),
        AddConstraintNotValid(
            model_name='sessionquestion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('words', ''), _negated=True), ('asked_by', None), _connector='OR'), name='session_question_says_something'),
        ),
        migrations.RunSQL(WALLS, NO_WALLS),
    ]
