"""Audience, notes and town of a session, and new tables: its dates, series, files, moves, and trainers' calendar feeds."""

import django.contrib.postgres.fields
import django.contrib.postgres.operations
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_intelligence_officer'),
        ('accounts', '__first__'),
        ('partners', '0007_agencies'),
    ]

    operations = [
        migrations.AddField(
            model_name='session',
            name='audience',
            field=models.CharField(choices=[('OPEN', 'Every agency'), ('KINDS', 'Agencies of some kinds'), ('NAMED', 'Named agencies'), ('INVITED', 'By invitation: coordinators of the invited agencies book'), ('FORCES', 'Other police forces')], db_default='OPEN', default='OPEN', max_length=10),
        ),
        migrations.AddField(
            model_name='session',
            name='audience_agencies',
            field=models.ManyToManyField(blank=True, related_name='sessions_for_it', to='accounts.agency'),
        ),
        migrations.AddField(
            model_name='session',
            name='audience_kinds',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('POLICE', 'Police'), ('CHILDRENS_SERVICES', "Local authority children's services"), ('ADULTS_SERVICES', "Local authority adults' services"), ('HOUSING', 'Local authority housing'), ('EDUCATION', 'Education'), ('EARLY_YEARS', 'Early years'), ('HEALTH_ICB', 'Integrated care board'), ('HEALTH_ACUTE', 'Acute hospital trust'), ('HEALTH_COMMUNITY', 'Community health'), ('MENTAL_HEALTH', 'Mental health trust'), ('GP', 'General practice'), ('MIDWIFERY', 'Midwifery and health visiting'), ('AMBULANCE', 'Ambulance service'), ('FIRE', 'Fire and rescue service'), ('PROBATION', 'Probation'), ('YOUTH_JUSTICE', 'Youth justice'), ('PRISON', 'Prison'), ('VOLUNTARY', 'Voluntary or domestic abuse service'), ('COMMUNITY_SAFETY', 'Community safety partnership'), ('SERVICE_POLICE', 'Service police'), ('FAITH', 'Faith organisation'), ('OTHER', 'Other')], max_length=20), blank=True, db_default=[], default=list, size=None),
        ),
        migrations.AddField(
            model_name='session',
            name='date_count',
            field=models.PositiveSmallIntegerField(db_default=1, default=1, help_text='How many dates it has'),
        ),
        migrations.AddField(
            model_name='session',
            name='notes',
            field=models.TextField(blank=True, db_default='', default='', help_text='For trainers only'),
        ),
        migrations.AddField(
            model_name='session',
            name='town',
            field=models.CharField(blank=True, db_default='', default='', help_text='Of the place; the public list shows no more', max_length=80),
        ),
        migrations.CreateModel(
            name='SessionSeries',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('COURSE', 'Course of several sessions'), ('REPEAT', 'The same session again')], max_length=8)),
                ('title', models.CharField(max_length=120)),
                ('request_key', models.UUIDField(help_text='Of the request that made it', unique=True)),
                ('made_at', models.DateTimeField()),
                ('host', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('made_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'session series',
                'constraints': [models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='session_series_has_a_title')],
            },
        ),
        migrations.CreateModel(
            name='SeriesPart',
            fields=[
                ('session', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='part', serialize=False, to='partners.session')),
                ('series', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='partners.sessionseries')),
            ],
        ),
        migrations.CreateModel(
            name='SessionDate',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('session', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='dates', to='partners.session')),
            ],
            options={
                'indexes': [models.Index(fields=['starts_at'], name='session_date_by_start')],
                'constraints': [models.UniqueConstraint(fields=('session', 'starts_at'), name='session_date_once'), models.CheckConstraint(condition=models.Q(('starts_at__lt', models.F('ends_at'))), name='session_date_begins_before_it_ends', violation_error_message='A date must begin before it ends.')],
            },
        ),
        migrations.CreateModel(
            name='SessionShift',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('from_starts_at', models.DateTimeField()),
                ('to_starts_at', models.DateTimeField()),
                ('reason', models.CharField(max_length=300)),
                ('moved_at', models.DateTimeField()),
                ('moved_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shifts', to='partners.session')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='session_shift_says_why')],
            },
        ),
        migrations.CreateModel(
            name='SessionMaterial',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('time', models.CharField(choices=[('BEFORE', 'Before the session, for people who are booked'), ('AFTER', 'After the session, for people who were there')], max_length=6)),
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
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='materials', to='partners.session')),
            ],
            options={
                'indexes': [models.Index(fields=['file'], name='session_material_by_file')],
                'constraints': [models.UniqueConstraint(fields=('session', 'time', 'sha256'), name='session_material_once'), models.CheckConstraint(condition=models.Q(models.Q(('found', ''), ('scanned_at', None), ('state', 'WAITING')), models.Q(('found', ''), ('scanned_at__isnull', False), ('state', 'CLEAN')), models.Q(('scanned_at__isnull', False), ('state', 'INFECTED'), models.Q(('found', ''), _negated=True)), _connector='OR'), name='session_material_scanned_says_when'), models.CheckConstraint(condition=models.Q(models.Q(('file', ''), ('state', 'INFECTED')), models.Q(models.Q(('state', 'INFECTED'), _negated=True), models.Q(('file', ''), _negated=True)), _connector='OR'), name='session_material_has_its_file_unless_it_is_infected'), models.CheckConstraint(condition=models.Q(('size__gt', 0), models.Q(('name', ''), _negated=True)), name='session_material_is_not_empty')],
            },
        ),
        migrations.CreateModel(
            name='CalendarFeed',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='session_feed', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('made_at', models.DateTimeField()),
                ('reads', models.PositiveIntegerField(default=0)),
                ('read_at', models.DateTimeField(blank=True, help_text='When a calendar read it last', null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('read_at', None), ('reads', 0)), models.Q(('read_at__isnull', False), ('reads__gt', 0)), _connector='OR'), name='calendar_feed_read_says_when')],
            },
        ),
        django.contrib.postgres.operations.AddConstraintNotValid(
            model_name='session',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('audience', 'KINDS'), ('audience_kinds__len__gt', 0)), models.Q(models.Q(('audience', 'KINDS'), _negated=True), ('audience_kinds__len', 0)), _connector='OR'), name='session_for_kinds_says_which', violation_error_message='Choose which kinds of agency the session is for.'),
        ),
        django.contrib.postgres.operations.AddConstraintNotValid(
            model_name='session',
            constraint=models.CheckConstraint(condition=models.Q(('date_count__gte', 1), ('date_count__lte', 6)), name='session_has_a_date'),
        ),
    ]
