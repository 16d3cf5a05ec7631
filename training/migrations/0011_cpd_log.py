"""Entries of the CPD log can be corrected, taken back, entered for many, taken from spreadsheets, and have evidence.

What an entry said before is never changed, whoever tries through this database.
"""

import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import uuid
from decimal import Decimal
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


WALL = """
CREATE FUNCTION training_refuse_change_of_cpd_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What an entry said before stands as it was.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER training_cpd_version_append_only BEFORE UPDATE OR DELETE ON training_cpdearlierversion
    FOR EACH ROW EXECUTE FUNCTION training_refuse_change_of_cpd_version();
"""
NO_WALL = """
DROP TRIGGER training_cpd_version_append_only ON training_cpdearlierversion;
DROP FUNCTION training_refuse_change_of_cpd_version();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_intelligence_officer'),
        ('training', '0010_walls_of_supervision_and_surveys'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='cpdentry',
            name='did_help',
            field=models.TextField(blank=True, db_default='', default='', help_text='What they say of it later'),
        ),
        migrations.AddField(
            model_name='cpdentry',
            name='evidence',
            field=models.CharField(blank=True, db_default='', default='', help_text='In words, beside the files', max_length=500),
        ),
        migrations.AddField(
            model_name='cpdentry',
            name='looked_back_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='cpdentry',
            name='row_digest',
            field=models.CharField(blank=True, db_default='', default='', help_text='Of the row it was taken from; the same row is known', max_length=64),
        ),
        migrations.AddField(
            model_name='cpdentry',
            name='taken_back_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='cpdentry',
            name='taken_back_because',
            field=models.TextField(blank=True, db_default='', default=''),
        ),
        migrations.AddField(
            model_name='cpdentry',
            name='taken_back_by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='cpdentry',
            name='trainer',
            field=models.CharField(blank=True, db_default='', default='', help_text='Who gave it', max_length=120),
        ),
        migrations.AddField(
            model_name='cpdentry',
            name='version',
            field=models.PositiveSmallIntegerField(db_default=1, default=1),
        ),
        migrations.AddField(
            model_name='cpdentry',
            name='what_happened',
            field=models.TextField(blank=True, db_default='', default=''),
        ),
        migrations.CreateModel(
            name='CpdEarlierVersion',
            fields=[
                ('done_on', models.DateField()),
                ('kind', models.CharField(choices=[('COURSE', 'Course or webinar'), ('BRIEFING', 'Briefing or team session'), ('READING', 'Reading or video'), ('SHADOWING', 'Shadowing or attachment'), ('SUPERVISION', 'Supervision or reflective session'), ('EXERCISE', 'Exercise or case discussion'), ('OTHER', 'Other')], max_length=12)),
                ('topic', models.CharField(max_length=120)),
                ('hours', models.DecimalField(decimal_places=2, max_digits=4, validators=[django.core.validators.MinValueValidator(Decimal('0.25')), django.core.validators.MaxValueValidator(Decimal('24'))])),
                ('trainer', models.CharField(blank=True, db_default='', default='', help_text='Who gave it', max_length=120)),
                ('evidence', models.CharField(blank=True, db_default='', default='', help_text='In words, beside the files', max_length=500)),
                ('what_happened', models.TextField(blank=True, db_default='', default='')),
                ('learned', models.TextField(help_text='What the person took from it')),
                ('will_change', models.TextField(blank=True, help_text='What they will do differently')),
                ('did_help', models.TextField(blank=True, db_default='', default='', help_text='What they say of it later')),
                ('looked_back_on', models.DateField(blank=True, null=True)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('replaced_at', models.DateTimeField()),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='earlier_versions', to='training.cpdentry')),
                ('replaced_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='CpdEvent',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('done_on', models.DateField()),
                ('kind', models.CharField(choices=[('COURSE', 'Course or webinar'), ('BRIEFING', 'Briefing or team session'), ('READING', 'Reading or video'), ('SHADOWING', 'Shadowing or attachment'), ('SUPERVISION', 'Supervision or reflective session'), ('EXERCISE', 'Exercise or case discussion'), ('OTHER', 'Other')], max_length=12)),
                ('topic', models.CharField(max_length=120)),
                ('hours', models.DecimalField(decimal_places=2, max_digits=4)),
                ('trainer', models.CharField(blank=True, max_length=120)),
                ('learned', models.TextField(help_text='What was taught')),
                ('logged_at', models.DateTimeField()),
                ('key', models.UUIDField(help_text='Of the form or the session: the same again is the same event', unique=True)),
                ('agency', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('logged_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'CPD event',
            },
        ),
        migrations.AddField(
            model_name='cpdentry',
            name='event',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='training.cpdevent'),
        ),
        migrations.CreateModel(
            name='CpdExpectation',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('hours', models.DecimalField(decimal_places=2, max_digits=5)),
                ('valid_from', models.DateField()),
                ('set_at', models.DateTimeField()),
                ('agency', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('set_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'CPD expectation',
            },
        ),
        migrations.CreateModel(
            name='CpdFile',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120)),
                ('content_type', models.CharField(max_length=40)),
                ('size', models.PositiveIntegerField(help_text='Bytes, as kept')),
                ('sha256', models.CharField(help_text='Of the file as kept', max_length=64)),
                ('file', models.FileField(blank=True, help_text='In the private file store', max_length=200, upload_to='')),
                ('state', models.CharField(choices=[('WAITING', 'Being checked for malware'), ('CLEAN', 'Checked'), ('INFECTED', 'Malware found, so the file was removed')], default='WAITING', max_length=8)),
                ('found', models.CharField(blank=True, help_text='What the scanner found', max_length=120)),
                ('scanned_at', models.DateTimeField(blank=True, null=True)),
                ('unanswered_at', models.DateTimeField(blank=True, help_text='While it waits: when the scanner was asked last and did not answer', null=True)),
                ('added_at', models.DateTimeField()),
                ('added_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='training.cpdentry')),
            ],
            options={
                'verbose_name': 'CPD file',
            },
        ),
        migrations.CreateModel(
            name='CpdImport',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('file_name', models.CharField(max_length=120)),
                ('sha256', models.CharField(max_length=64)),
                ('rows', models.PositiveIntegerField()),
                ('taken', models.PositiveIntegerField()),
                ('already_there', models.PositiveIntegerField()),
                ('refused', models.PositiveIntegerField()),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
                ('undone_because', models.TextField(blank=True, default='')),
                ('agency', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('undone_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'CPD import',
            },
        ),
        migrations.AddField(
            model_name='cpdentry',
            name='taken_from',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='training.cpdimport'),
        ),
        AddConstraintNotValid(
            model_name='cpdentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('did_help', ''), ('looked_back_on', None)), models.Q(models.Q(('did_help', ''), _negated=True), ('looked_back_on__isnull', False)), _connector='OR'), name='cpd_entry_looked_back_says_when'),
        ),
        AddConstraintNotValid(
            model_name='cpdentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('taken_back_at', None), ('taken_back_because', ''), ('taken_back_by', None)), models.Q(('taken_back_at__isnull', False), ('taken_back_by__isnull', False), models.Q(('taken_back_because', ''), _negated=True)), _connector='OR'), name='cpd_entry_taken_back_says_who_when_and_why'),
        ),
        migrations.AddConstraint(
            model_name='cpdearlierversion',
            constraint=models.UniqueConstraint(fields=('entry', 'number'), name='cpd_version_numbered_once'),
        ),
        migrations.AddIndex(
            model_name='cpdevent',
            index=models.Index(fields=['agency', '-done_on', '-id'], name='cpd_event_newest_first'),
        ),
        migrations.AddConstraint(
            model_name='cpdexpectation',
            constraint=models.UniqueConstraint(fields=('agency', 'valid_from'), name='cpd_expectation_one_from_a_day'),
        ),
        migrations.AddConstraint(
            model_name='cpdexpectation',
            constraint=models.CheckConstraint(condition=models.Q(('hours__gte', 0), ('hours__lte', 500)), name='cpd_expectation_is_of_a_year'),
        ),
        migrations.AddIndex(
            model_name='cpdfile',
            index=models.Index(fields=['file'], name='cpd_file_by_file'),
        ),
        migrations.AddConstraint(
            model_name='cpdfile',
            constraint=models.UniqueConstraint(fields=('entry', 'sha256'), name='cpd_file_once_in_an_entry'),
        ),
        migrations.AddConstraint(
            model_name='cpdfile',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('found', ''), ('scanned_at', None), ('state', 'WAITING')), models.Q(('found', ''), ('scanned_at__isnull', False), ('state', 'CLEAN')), models.Q(('scanned_at__isnull', False), ('state', 'INFECTED'), models.Q(('found', ''), _negated=True)), _connector='OR'), name='cpd_file_scanned_says_when'),
        ),
        migrations.AddConstraint(
            model_name='cpdfile',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('file', ''), ('state', 'INFECTED')), models.Q(models.Q(('state', 'INFECTED'), _negated=True), models.Q(('file', ''), _negated=True)), _connector='OR'), name='cpd_file_has_its_file_unless_it_is_infected'),
        ),
        migrations.AddConstraint(
            model_name='cpdfile',
            constraint=models.CheckConstraint(condition=models.Q(('size__gt', 0), models.Q(('name', ''), _negated=True)), name='cpd_file_is_not_empty'),
        ),
        migrations.AddIndex(
            model_name='cpdimport',
            index=models.Index(fields=['person', '-at', '-id'], name='cpd_import_newest_first'),
        ),
        migrations.AddConstraint(
            model_name='cpdimport',
            constraint=models.CheckConstraint(condition=models.Q(('rows', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('taken'), '+', models.F('already_there')), '+', models.F('refused')))), name='cpd_import_counts_in_equal_counts_out'),
        ),
        migrations.AddConstraint(
            model_name='cpdimport',
            constraint=models.CheckConstraint(condition=models.Q(('taken__gte', 1)), name='cpd_import_took_something'),
        ),
        migrations.AddConstraint(
            model_name='cpdimport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('undone_at', None), ('undone_because', ''), ('undone_by', None)), models.Q(('undone_at__isnull', False), ('undone_by__isnull', False), models.Q(('undone_because', ''), _negated=True)), _connector='OR'), name='cpd_import_undone_says_who_when_and_why'),
        ),
        migrations.RunSQL(WALL, NO_WALL),
    ]
