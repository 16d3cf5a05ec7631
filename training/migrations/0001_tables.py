import datetime
import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.constraints
import django.db.models.deletion
import django.db.models.expressions
import training.models.periods
import training.models.profiles
import training.models.surveys
import uuid
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models

from common.create_models import CreateModels


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ("training", "0001_initial"),
        ("training", "0003_what_modules_help_with"),
        ("training", "0004_profiles"),
        ("training", "0005_requirements_stand_in_profiles"),
        ("training", "0007_programmes"),
        ("training", "0009_champions_supervision_surveys"),
        ("training", "0012_cpd_log_is_checked"),
        ("training", "0018_toolkits"),
        ("training", "0022_reminders_of_what_was_accepted"),
        ("training", "0024_drafts_of_tests_may_go"),
    ]

    dependencies = [
        # The packages first: each of their operations renders every model that there is.
        ("django_celery_beat", "0019_alter_periodictasks_options"),
        ("guardian", "0003_remove_groupobjectpermission_guardian_gr_content_ae6aec_idx_and_more"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("socialaccount", "0006_alter_socialaccount_extra_data"),
        ("usersessions", "0001_initial"),
        ("accounts", "0001_tables"),
    ]

    operations = [
        CreateModels(
            models=[
                migrations.CreateModel(
                    name='Theme',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('name', models.CharField(max_length=120, unique=True)),
                        ('position', models.PositiveSmallIntegerField(unique=True)),
                    ],
                ),
                migrations.CreateModel(
                    name='Course',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('title', models.CharField(max_length=200)),
                        ('delivery', models.CharField(choices=[('FACE_TO_FACE', 'Face to face'), ('VIRTUAL', 'Virtual classroom'), ('E_LEARNING', 'E-learning'), ('WEBINAR', 'Webinar'), ('MENTORING', 'Mentoring'), ('VIDEO', 'Video'), ('EXERCISE', 'Exercise')], max_length=12)),
                        ('key', models.CharField(help_text='The title without what spellings differ in', max_length=200)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('key', 'delivery'), name='course_once_in_each_delivery', violation_error_message='There is a course of that title and delivery already.'),
                            models.CheckConstraint(condition=models.Q(('key', ''), _negated=True), name='course_has_a_key'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='CourseAlias',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='aliases', to='training.course')),
                        ('spelling', models.CharField(max_length=200)),
                    ],
                    options={
                        'verbose_name_plural': 'course aliases',
                        'constraints': [
                            models.UniqueConstraint(fields=('course', 'spelling'), name='course_alias_once_a_course'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='CatalogueEntry',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('theme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='training.theme')),
                        ('alias', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='training.coursealias')),
                    ],
                    options={
                        'verbose_name_plural': 'catalogue entries',
                        'constraints': [
                            models.UniqueConstraint(fields=('theme', 'alias'), name='catalogue_entry_once_a_theme'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Toolkit',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('theme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='toolkits', to='training.theme')),
                        ('audience', models.CharField(choices=[('PROFESSIONALS', 'Professionals'), ('PARENTS', 'Parents and carers')], max_length=13)),
                        ('title', models.CharField(max_length=200)),
                        ('key', models.CharField(help_text='The title without what spellings differ in', max_length=200)),
                        ('is_lead', models.BooleanField(default=False)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('theme', 'audience', 'key', 'is_lead'), name='toolkit_once_a_theme_and_audience'),
                            models.UniqueConstraint(condition=models.Q(('is_lead', True)), fields=('theme',), name='toolkit_leads_its_theme_alone'),
                            models.CheckConstraint(condition=models.Q(('is_lead', False), ('audience', 'PROFESSIONALS'), _connector='OR'), name='toolkit_that_leads_is_for_professionals'),
                            models.CheckConstraint(condition=models.Q(('key', ''), _negated=True), name='toolkit_has_a_key'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='ChampionTopic',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                        ('title', models.CharField(max_length=80)),
                        ('about', models.CharField(help_text='What belongs to it, in words that colleagues search for', max_length=300)),
                        ('is_listed', models.BooleanField(default=True, help_text='Champions are named for it, and it can be found')),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('agency', 'title'), name='champion_topic_titled_once_in_its_agency', violation_error_message='There is a topic of that title already.'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Champion',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('topic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='champions', to='training.championtopic')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('starts_on', models.DateField()),
                        ('ends_on', models.DateField(blank=True, help_text='The first day on which they are it no more', null=True)),
                        ('helps_with', models.CharField(help_text='What colleagues can ask them', max_length=500)),
                        ('reached', models.CharField(help_text='When they can be reached', max_length=200)),
                        ('phone', models.CharField(blank=True, help_text='A number at work', max_length=40)),
                        ('refresh_by', models.DateField(blank=True, help_text='By when their knowledge is to be refreshed', null=True)),
                        ('named_at', models.DateTimeField()),
                        ('named_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('ended_at', models.DateTimeField(blank=True, null=True)),
                        ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('end_reason', models.CharField(blank=True, choices=[('STEPPED_DOWN', 'Stepped down'), ('ENDED', 'Ended by a trainer')], max_length=12)),
                    ],
                    options={
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(('ends_on', None), ('starts_on__lte', models.F('ends_on')), _connector='OR'), name='champion_ends_no_sooner_than_it_starts', violation_error_message='A champion cannot end before they start.'),
                            models.CheckConstraint(condition=models.Q(models.Q(('helps_with', ''), _negated=True), models.Q(('reached', ''), _negated=True)), name='champion_says_what_and_when'),
                            models.CheckConstraint(condition=models.Q(models.Q(('end_reason', ''), ('ended_at', None), ('ended_by', None)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False), ('ends_on__isnull', False), models.Q(('end_reason', ''), _negated=True)), _connector='OR'), name='champion_ended_says_who_when_and_why'),
                            django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('topic', '='), ('person', '='), (training.models.periods.Days('starts_on', 'ends_on'), '&&')], name='champion_once_at_a_time_for_a_topic', violation_error_message='This person is a champion of that topic in these days already.'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='CpdEvent',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('agency', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                        ('done_on', models.DateField()),
                        ('kind', models.CharField(choices=[('COURSE', 'Course or webinar'), ('BRIEFING', 'Briefing or team session'), ('READING', 'Reading or video'), ('SHADOWING', 'Shadowing or attachment'), ('SUPERVISION', 'Supervision or reflective session'), ('EXERCISE', 'Exercise or case discussion'), ('OTHER', 'Other')], max_length=12)),
                        ('topic', models.CharField(max_length=120)),
                        ('hours', models.DecimalField(decimal_places=2, max_digits=4)),
                        ('trainer', models.CharField(blank=True, max_length=120)),
                        ('learned', models.TextField(help_text='What was taught')),
                        ('logged_at', models.DateTimeField()),
                        ('logged_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('key', models.UUIDField(help_text='Of the form or the session: the same again is the same event', unique=True)),
                    ],
                    options={
                        'verbose_name': 'CPD event',
                        'indexes': [
                            models.Index(fields=['agency', '-done_on', '-id'], name='cpd_event_newest_first'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='CpdImport',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('agency', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                        ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('at', models.DateTimeField()),
                        ('file_name', models.CharField(max_length=120)),
                        ('sha256', models.CharField(max_length=64)),
                        ('rows', models.PositiveIntegerField()),
                        ('taken', models.PositiveIntegerField()),
                        ('already_there', models.PositiveIntegerField()),
                        ('refused', models.PositiveIntegerField()),
                        ('undone_at', models.DateTimeField(blank=True, null=True)),
                        ('undone_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('undone_because', models.TextField(blank=True, default='')),
                    ],
                    options={
                        'verbose_name': 'CPD import',
                        'indexes': [
                            models.Index(fields=['person', '-at', '-id'], name='cpd_import_newest_first'),
                        ],
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(('rows', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('taken'), '+', models.F('already_there')), '+', models.F('refused')))), name='cpd_import_counts_in_equal_counts_out'),
                            models.CheckConstraint(condition=models.Q(('taken__gte', 1)), name='cpd_import_took_something'),
                            models.CheckConstraint(condition=models.Q(models.Q(('undone_at', None), ('undone_because', ''), ('undone_by', None)), models.Q(('undone_at__isnull', False), ('undone_by__isnull', False), models.Q(('undone_because', ''), _negated=True)), _connector='OR'), name='cpd_import_undone_says_who_when_and_why'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='CpdExpectation',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('agency', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                        ('hours', models.DecimalField(decimal_places=2, max_digits=5)),
                        ('valid_from', models.DateField()),
                        ('set_at', models.DateTimeField()),
                        ('set_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'CPD expectation',
                        'constraints': [
                            models.UniqueConstraint(fields=('agency', 'valid_from'), name='cpd_expectation_one_from_a_day'),
                            models.CheckConstraint(condition=models.Q(('hours__gte', 0), ('hours__lte', 500)), name='cpd_expectation_is_of_a_year'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='CpdEntry',
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
                        ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cpd_entries', to=settings.AUTH_USER_MODEL)),
                        ('version', models.PositiveSmallIntegerField(db_default=1, default=1)),
                        ('logged_at', models.DateTimeField()),
                        ('logged_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('key', models.UUIDField(help_text='Made with the form, so that sending it twice logs it once', unique=True)),
                        ('event', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='training.cpdevent')),
                        ('taken_from', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='training.cpdimport')),
                        ('row_digest', models.CharField(blank=True, db_default='', default='', help_text='Of the row it was taken from; the same row is known', max_length=64)),
                        ('taken_back_at', models.DateTimeField(blank=True, null=True)),
                        ('taken_back_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('taken_back_because', models.TextField(blank=True, db_default='', default='')),
                    ],
                    options={
                        'verbose_name': 'CPD entry',
                        'verbose_name_plural': 'CPD entries',
                        'indexes': [
                            models.Index(fields=['person', '-done_on', '-id'], name='cpd_entry_newest_first'),
                            models.Index(condition=models.Q(('event__isnull', False)), fields=['event'], name='cpd_entry_of_event'),
                            models.Index(condition=models.Q(('taken_from__isnull', False)), fields=['taken_from'], name='cpd_entry_of_import'),
                        ],
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(('hours__gte', Decimal('0.25')), ('hours__lte', Decimal('24'))), name='cpd_entry_takes_a_quarter_of_an_hour_to_a_day', violation_error_message='Hours are from 0.25 to 24.'),
                            models.CheckConstraint(condition=models.Q(models.Q(('topic', ''), _negated=True), models.Q(('learned', ''), _negated=True)), name='cpd_entry_says_what_and_what_for'),
                            models.CheckConstraint(condition=models.Q(models.Q(('did_help', ''), ('looked_back_on', None)), models.Q(models.Q(('did_help', ''), _negated=True), ('looked_back_on__isnull', False)), _connector='OR'), name='cpd_entry_looked_back_says_when'),
                            models.CheckConstraint(condition=models.Q(models.Q(('taken_back_at', None), ('taken_back_because', ''), ('taken_back_by', None)), models.Q(('taken_back_at__isnull', False), ('taken_back_by__isnull', False), models.Q(('taken_back_because', ''), _negated=True)), _connector='OR'), name='cpd_entry_taken_back_says_who_when_and_why'),
                            models.UniqueConstraint(condition=models.Q(('event__isnull', False), ('taken_back_at', None)), fields=('event', 'person'), name='cpd_entry_once_an_event'),
                            models.UniqueConstraint(condition=models.Q(('taken_back_at', None), models.Q(('row_digest', ''), _negated=True)), fields=('person', 'row_digest'), name='cpd_entry_row_is_taken_once'),
                        ],
                    },
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
                        ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='earlier_versions', to='training.cpdentry')),
                        ('number', models.PositiveSmallIntegerField()),
                        ('replaced_at', models.DateTimeField()),
                        ('replaced_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('entry', 'number'), name='cpd_version_numbered_once'),
                        ],
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
                        ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='training.cpdentry')),
                        ('added_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'CPD file',
                        'indexes': [
                            models.Index(fields=['file'], name='cpd_file_by_file'),
                        ],
                        'constraints': [
                            models.UniqueConstraint(fields=('entry', 'sha256'), name='cpd_file_once_in_an_entry'),
                            models.CheckConstraint(condition=models.Q(models.Q(('found', ''), ('scanned_at', None), ('state', 'WAITING')), models.Q(('found', ''), ('scanned_at__isnull', False), ('state', 'CLEAN')), models.Q(('scanned_at__isnull', False), ('state', 'INFECTED'), models.Q(('found', ''), _negated=True)), _connector='OR'), name='cpd_file_scanned_says_when'),
                            models.CheckConstraint(condition=models.Q(models.Q(('file', ''), ('state', 'INFECTED')), models.Q(models.Q(('state', 'INFECTED'), _negated=True), models.Q(('file', ''), _negated=True)), _connector='OR'), name='cpd_file_has_its_file_unless_it_is_infected'),
                            models.CheckConstraint(condition=models.Q(('size__gt', 0), models.Q(('name', ''), _negated=True)), name='cpd_file_is_not_empty'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='SigningDelegation',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                        ('role', models.CharField(choices=[('MENTOR', 'Mentor'), ('LINE_MANAGER', 'Line manager')], max_length=12)),
                        ('absent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('deputy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('starts_on', models.DateField()),
                        ('ends_on', models.DateField(help_text='The first day on which it no longer counts')),
                        ('made_at', models.DateTimeField()),
                        ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('ended_at', models.DateTimeField(blank=True, null=True)),
                        ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'indexes': [
                            models.Index(fields=['deputy', 'role'], name='delegation_by_deputy'),
                        ],
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(('absent', models.F('deputy')), _negated=True), name='delegation_never_to_oneself', violation_error_message='Nobody signs in their own place.'),
                            models.CheckConstraint(condition=models.Q(('made_by', models.F('deputy')), _negated=True), name='delegation_named_by_somebody_else', violation_error_message='Nobody names themselves as a deputy.'),
                            models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on')), ('ends_on__lte', django.db.models.expressions.CombinedExpression(models.F('starts_on'), '+', models.Value(datetime.timedelta(days=92))))), name='delegation_days_run_forwards', violation_error_message='A deputy is named for at most three months.'),
                            models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_by', None)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='delegation_ended_says_who_and_when'),
                            django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('role', '='), ('absent', '='), (training.models.periods.Days('starts_on', 'ends_on'), '&&')], name='delegation_to_one_at_a_time', violation_error_message="Somebody signs in this person's place in these days already."),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Module',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                        ('title', models.CharField(max_length=120)),
                        ('short_title', models.CharField(help_text='For the heading of a column', max_length=40)),
                        ('owner', models.ForeignKey(blank=True, help_text='Who answers for what it teaches', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('retired_on', models.DateField(blank=True, help_text='First day on which nobody needs it', null=True)),
                        ('retired_reason', models.CharField(blank=True, db_default='', default='', max_length=500)),
                        ('retired_at', models.DateTimeField(blank=True, null=True)),
                        ('retired_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('force', 'title'), name='module_titled_once_in_its_force', violation_error_message='There is a module of that title already.'),
                            models.CheckConstraint(condition=models.Q(models.Q(('retired_at', None), ('retired_by', None), ('retired_on', None), ('retired_reason', '')), models.Q(('retired_at__isnull', False), ('retired_by__isnull', False), ('retired_on__isnull', False), models.Q(('retired_reason', ''), _negated=True)), _connector='OR'), name='module_retired_says_who_when_and_why', violation_error_message='Say from when a module is retired, and why.'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='ModuleVersion',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('module', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='training.module')),
                        ('number', models.PositiveSmallIntegerField()),
                        ('starts_on', models.DateField()),
                        ('aims', models.TextField(help_text='What somebody can do afterwards')),
                        ('delivery', models.CharField(choices=[('FACE_TO_FACE', 'Face to face'), ('VIRTUAL', 'Virtual classroom'), ('E_LEARNING', 'E-learning'), ('WEBINAR', 'Webinar'), ('MENTORING', 'Mentoring'), ('VIDEO', 'Video'), ('EXERCISE', 'Exercise')], help_text='How it is usually given', max_length=12)),
                        ('minutes', models.PositiveSmallIntegerField()),
                        ('valid_months', models.PositiveSmallIntegerField(blank=True, help_text='Empty: it never lapses', null=True)),
                        ('teaches', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('TIMELY', 'Timely'), ('CONCERN', 'The concern is clear'), ('LIVED_EXPERIENCE', 'Lived experience'), ('VOICE', "Voice: the child's words, the adult's wishes"), ('NEEDS_AND_HARM', 'Needs and harm'), ('IDENTITY', 'Identity and communication'), ('CURIOSITY', 'Household, history and curiosity'), ('RISK', 'Risk and the reasons for it'), ('SHARING', 'Lawful and fair sharing'), ('ACTION', 'Action taken and what is asked')], max_length=20), blank=True, db_default=[], default=list, help_text='What it helps to get better at; by this it is suggested', size=None)),
                        ('link', models.URLField(blank=True, db_default='', default='', help_text='Where it is taken, for e-learning')),
                        ('materials', models.TextField(blank=True, db_default='', default='', help_text='One a line, with its link')),
                        ('review_on', models.DateField(blank=True, help_text='By when it is looked through: guidance changes', null=True)),
                        ('written_at', models.DateTimeField(blank=True, null=True)),
                        ('written_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('reviewed_at', models.DateTimeField(blank=True, help_text='Before use', null=True)),
                        ('reviewed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('checked_at', models.DateTimeField(blank=True, help_text='The last time that it was looked through since', null=True)),
                        ('checked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('module', 'number'), name='module_version_numbered_once'),
                            models.CheckConstraint(condition=models.Q(('minutes__gte', 1), ('number__gte', 1), models.Q(('valid_months', None), ('valid_months__gte', 1), _connector='OR')), name='module_version_lasts_some_time', violation_error_message='A module takes at least a minute, and holds at least a month where it lapses.'),
                            models.CheckConstraint(condition=models.Q(models.Q(('written_at', None), ('written_by', None)), models.Q(('written_at__isnull', False), ('written_by__isnull', False)), _connector='OR'), name='module_version_written_says_who_and_when'),
                            models.CheckConstraint(condition=models.Q(models.Q(('reviewed_at', None), ('reviewed_by', None)), models.Q(('reviewed_at__isnull', False), ('reviewed_by__isnull', False), models.Q(('reviewed_by', models.F('written_by')), _negated=True)), _connector='OR'), name='module_version_reviewed_by_somebody_else', violation_error_message='Somebody else reviews a module before it is used.'),
                            models.CheckConstraint(condition=models.Q(models.Q(('checked_at', None), ('checked_by', None)), models.Q(('checked_at__isnull', False), ('checked_by__isnull', False)), _connector='OR'), name='module_version_checked_says_who_and_when'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='EarlierImport',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('agency', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                        ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('at', models.DateTimeField()),
                        ('file_name', models.CharField(max_length=120)),
                        ('sha256', models.CharField(max_length=64)),
                        ('headings', models.JSONField(help_text='The headings of the file, in its order')),
                        ('headings_sha256', models.CharField(help_text='By which the columns are known again', max_length=64)),
                        ('places', models.JSONField(help_text='By field the place of its column')),
                        ('rows', models.PositiveIntegerField()),
                        ('taken', models.PositiveIntegerField()),
                        ('already_there', models.PositiveIntegerField()),
                        ('refused', models.PositiveIntegerField()),
                        ('undone_at', models.DateTimeField(blank=True, null=True)),
                        ('undone_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('undone_because', models.TextField(blank=True, default='')),
                    ],
                    options={
                        'verbose_name': 'import of earlier sign-offs',
                        'verbose_name_plural': 'imports of earlier sign-offs',
                        'indexes': [
                            models.Index(fields=['person', '-at', '-id'], name='earlier_import_by_person'),
                            models.Index(fields=['agency', 'headings_sha256', '-at'], name='earlier_import_by_headings'),
                        ],
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(('rows', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('taken'), '+', models.F('already_there')), '+', models.F('refused')))), name='earlier_sign_offs_counts_in_equal_counts_out'),
                            models.CheckConstraint(condition=models.Q(('taken__gte', 1)), name='earlier_sign_offs_took_something'),
                            models.CheckConstraint(condition=models.Q(('by', models.F('person')), _negated=True), name='earlier_sign_offs_never_ones_own', violation_error_message='Nobody takes over their own sign-offs.'),
                            models.CheckConstraint(condition=models.Q(models.Q(('undone_at', None), ('undone_because', ''), ('undone_by', None)), models.Q(('undone_at__isnull', False), ('undone_by__isnull', False), models.Q(('undone_because', ''), _negated=True)), _connector='OR'), name='earlier_sign_offs_undone_says_who_when_and_why'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='EarlierSignOff',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('agency', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                        ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='earlier_sign_offs', to=settings.AUTH_USER_MODEL)),
                        ('taken_from', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sign_offs', to='training.earlierimport')),
                        ('row_number', models.PositiveIntegerField(help_text='As the spreadsheet shows it; its heading is row 1')),
                        ('item', models.CharField(max_length=200)),
                        ('item_key', models.CharField(help_text='The item by which it is known again, in small letters', max_length=400)),
                        ('done_on', models.DateField()),
                        ('evidence', models.TextField(blank=True)),
                        ('mentor', models.CharField(blank=True, help_text='As the spreadsheet writes the name', max_length=120)),
                        ('mentor_on', models.DateField(blank=True, null=True)),
                        ('line_manager', models.CharField(blank=True, help_text='As the spreadsheet writes the name', max_length=120)),
                        ('line_manager_on', models.DateField(blank=True, null=True)),
                        ('notes', models.TextField(blank=True)),
                        ('undone_at', models.DateTimeField(blank=True, help_text='When its import was undone', null=True)),
                    ],
                    options={
                        'verbose_name': 'earlier sign-off',
                        'indexes': [
                            models.Index(fields=['person', '-done_on', 'id'], name='earlier_sign_off_by_person'),
                        ],
                        'constraints': [
                            models.UniqueConstraint(condition=models.Q(('undone_at', None)), fields=('person', 'item_key', 'done_on'), name='earlier_sign_off_once_an_item_and_day', violation_error_message='This item of that day was taken over before.'),
                            models.CheckConstraint(condition=models.Q(models.Q(('item', ''), _negated=True), models.Q(('item_key', ''), _negated=True)), name='earlier_sign_off_names_its_item'),
                            models.CheckConstraint(condition=models.Q(models.Q(models.Q(('mentor', ''), ('mentor_on', None)), models.Q(models.Q(('mentor', ''), _negated=True), ('mentor_on__isnull', False)), _connector='OR'), models.Q(models.Q(('line_manager', ''), ('line_manager_on', None)), models.Q(models.Q(('line_manager', ''), _negated=True), ('line_manager_on__isnull', False)), _connector='OR')), name='earlier_sign_off_has_name_and_day_together'),
                            models.CheckConstraint(condition=models.Q(('line_manager', ''), ('mentor', ''), _negated=True), name='earlier_sign_off_was_signed_by_somebody'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='EarlierAcceptance',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('sign_off', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='acceptances', to='training.earliersignoff')),
                        ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('module', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='met_on_paper', to='training.module')),
                        ('lapses_on', models.DateField(blank=True, help_text='First day on which it no longer counts', null=True)),
                        ('accepted_at', models.DateTimeField()),
                        ('accepted_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('why', models.TextField()),
                        ('taken_back_at', models.DateTimeField(blank=True, null=True)),
                        ('taken_back_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('taken_back_because', models.TextField(blank=True, default='')),
                    ],
                    options={
                        'verbose_name': 'acceptance of an earlier sign-off',
                        'verbose_name_plural': 'acceptances of earlier sign-offs',
                        'indexes': [
                            models.Index(fields=['sign_off', 'accepted_at'], name='earlier_acceptance_by_sign_off'),
                            models.Index(condition=models.Q(('taken_back_at', None)), fields=['module', 'person'], name='earlier_acceptance_holding'),
                            models.Index(condition=models.Q(('taken_back_at', None)), fields=['person', 'lapses_on'], name='earlier_acceptance_lapsing'),
                        ],
                        'constraints': [
                            models.UniqueConstraint(condition=models.Q(('taken_back_at', None)), fields=('sign_off',), name='earlier_acceptance_one_at_a_time', violation_error_message='This sign-off is accepted for a module already.'),
                            models.CheckConstraint(condition=models.Q(models.Q(('accepted_by', models.F('person')), _negated=True), models.Q(('taken_back_by', None), models.Q(('taken_back_by', models.F('person')), _negated=True), _connector='OR')), name='earlier_acceptance_never_ones_own', violation_error_message='Nobody accepts their own sign-offs.'),
                            models.CheckConstraint(condition=models.Q(('why', ''), _negated=True), name='earlier_acceptance_says_why'),
                            models.CheckConstraint(condition=models.Q(models.Q(('taken_back_at', None), ('taken_back_because', ''), ('taken_back_by', None)), models.Q(('taken_back_at__isnull', False), ('taken_back_by__isnull', False), models.Q(('taken_back_because', ''), _negated=True)), _connector='OR'), name='earlier_acceptance_taken_back_says_who_when_and_why'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Exercise',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                        ('title', models.CharField(max_length=100)),
                        ('number', models.PositiveSmallIntegerField(default=1, help_text='Which version')),
                        ('replaces', models.OneToOneField(blank=True, help_text='Of which', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='next_version', to='training.exercise')),
                        ('aims', models.TextField(help_text='What somebody can do afterwards')),
                        ('opening', models.TextField(help_text='What everybody reads before the first sheet')),
                        ('for_facilitator', models.TextField(blank=True, help_text='What groups never see')),
                        ('minutes', models.PositiveSmallIntegerField(help_text='From start to debrief', validators=[django.core.validators.MinValueValidator(10), django.core.validators.MaxValueValidator(600)])),
                        ('written_at', models.DateTimeField()),
                        ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('ready_at', models.DateTimeField(blank=True, null=True)),
                        ('ready_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('retired_at', models.DateTimeField(blank=True, null=True)),
                        ('retired_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('force', 'title', 'number'), name='exercise_titled_once_in_its_force', violation_error_message='There is an exercise of that title already.'),
                            models.CheckConstraint(condition=models.Q(models.Q(('title', ''), _negated=True), models.Q(('aims', ''), _negated=True), models.Q(('opening', ''), _negated=True), ('minutes__gte', 10), ('number__gte', 1)), name='exercise_says_what_it_is_about', violation_error_message='An exercise has a title, aims, an opening, and takes ten minutes or more.'),
                            models.CheckConstraint(condition=models.Q(models.Q(('ready_at', None), ('ready_by', None)), models.Q(('ready_at__isnull', False), ('ready_by__isnull', False), models.Q(('ready_by', models.F('written_by')), _negated=True)), _connector='OR'), name='exercise_found_ready_by_somebody_else', violation_error_message='Somebody else reads an exercise before it is run.'),
                            models.CheckConstraint(condition=models.Q(models.Q(('retired_at', None), ('retired_by', None)), models.Q(('retired_at__isnull', False), ('retired_by__isnull', False)), _connector='OR'), name='exercise_retired_says_who_and_when'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Inject',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('exercise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='injects', to='training.exercise')),
                        ('position', models.PositiveSmallIntegerField()),
                        ('minute', models.PositiveSmallIntegerField(help_text='After the start, as planned')),
                        ('source', models.CharField(choices=[('CALL', '999 or 101 call'), ('OFFICER', 'Officer at the address'), ('POLICE_SYSTEMS', 'Police systems'), ('SCHOOL', 'School or nursery'), ('HEALTH_VISITOR', 'Health visitor'), ('HEALTH', 'Doctor, dentist or hospital'), ('CHILDRENS_SERVICES', "Children's services"), ('HOUSING', 'Housing'), ('NEIGHBOUR', 'Neighbour'), ('FAMILY', 'Parent or relative'), ('CHILD', 'The child')], max_length=20)),
                        ('addressed_to', models.CharField(blank=True, choices=[('CHAIR', 'Chair'), ('POLICE', 'Police'), ('HEALTH', 'Health'), ('EDUCATION', 'Education'), ('CHILDRENS_SERVICES', "Children's social worker"), ('HOUSING', 'Housing'), ('PROBATION', 'Probation')], help_text='Who reads it to the group; empty: everybody', max_length=20)),
                        ('title', models.CharField(max_length=100)),
                        ('text', models.TextField()),
                        ('asks', models.CharField(blank=True, help_text='A question to the groups', max_length=300)),
                        ('expected', models.TextField(help_text='What a good group asks and does, and why')),
                        ('expected_choices', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('NOTHING', 'Nothing'), ('WATCH', 'Write it down and watch'), ('SPEAK', 'Speak with somebody in the family'), ('ASK', 'Ask another agency what it knows'), ('VISIT', 'Go to the address'), ('NOTICE', 'Send a PPN'), ('RING', "Ring children's services now"), ('MEETING', 'Ask for a strategy meeting'), ('PROTECT', 'Use police protection')], max_length=10), help_text='Any of them is what was expected', size=None)),
                        ('expected_risk', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'No harm likely'), (2, 'Some harm likely'), (3, 'Significant harm likely'), (4, 'Significant harm now')], null=True)),
                        ('for_facilitator', models.CharField(blank=True, max_length=500)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['DEFERRED'], fields=('exercise', 'position'), name='inject_placed_once'),
                            models.CheckConstraint(condition=models.Q(('expected_choices__len__gte', 1), ('position__gte', 1), ('position__lte', 20), models.Q(('title', ''), _negated=True), models.Q(('text', ''), _negated=True), models.Q(('expected', ''), _negated=True)), name='inject_says_what_and_what_is_expected', violation_error_message='A sheet has a title, its text, and what is expected of the groups.'),
                            models.CheckConstraint(condition=models.Q(('expected_risk', None), models.Q(('expected_risk__gte', 1), ('expected_risk__lte', 4)), _connector='OR'), name='inject_expects_a_risk_there_is'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Programme',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                        ('name', models.CharField(max_length=80)),
                        ('audience', models.CharField(choices=[('RECRUITS', 'New recruits'), ('PCSOS', 'PCSOs'), ('INVESTIGATORS', 'Investigators'), ('SPECIALS', 'Special constables'), ('TRANSFEREES', 'Transferees'), ('FRONTLINE', 'All frontline'), ('SECOND_YEAR', 'Second-year officers')], max_length=14)),
                        ('began_on', models.DateField()),
                        ('set_up_at', models.DateTimeField()),
                        ('set_up_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('modules', models.ManyToManyField(related_name='programmes', to='training.module')),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('force', 'name'), name='programme_named_once_in_its_force', violation_error_message='There is a programme of that name already.'),
                            models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='programme_has_a_name'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Cohort',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cohorts', to='training.programme')),
                        ('name', models.CharField(max_length=80)),
                        ('intake', models.CharField(help_text='Which intake, for example 2026/3', max_length=40)),
                        ('starts_on', models.DateField()),
                        ('ends_on', models.DateField()),
                        ('set_up_at', models.DateTimeField()),
                        ('set_up_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('programme', 'name'), name='cohort_named_once_in_its_programme', violation_error_message='This programme has a cohort of that name already.'),
                            models.CheckConstraint(condition=models.Q(('starts_on__lte', models.F('ends_on')), models.Q(('name', ''), _negated=True)), name='cohort_begins_before_it_ends', violation_error_message='A cohort ends on the day on which it begins, or later.'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='CohortMember',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='training.programme')),
                        ('cohort', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='training.cohort')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cohort_memberships', to=settings.AUTH_USER_MODEL)),
                        ('team', models.ForeignKey(blank=True, help_text='When they joined', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.team')),
                        ('joined_at', models.DateTimeField()),
                        ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('left_at', models.DateTimeField(blank=True, null=True)),
                        ('left_by', models.ForeignKey(blank=True, help_text='Who took them out', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(condition=models.Q(('left_at', None)), fields=('programme', 'person'), name='cohort_member_in_one_cohort_of_a_programme', violation_error_message='This person is in a cohort of this programme already.'),
                            models.CheckConstraint(condition=models.Q(models.Q(('left_at', None), ('left_by', None)), models.Q(('left_at__isnull', False), ('left_by__isnull', False)), _connector='OR'), name='cohort_member_left_says_who_and_when'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='TrainingSession',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                        ('module_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='training.moduleversion')),
                        ('starts_at', models.DateTimeField()),
                        ('ends_at', models.DateTimeField()),
                        ('delivery', models.CharField(choices=[('FACE_TO_FACE', 'Face to face'), ('VIRTUAL', 'Virtual classroom'), ('VIDEO', 'Video'), ('EXERCISE', 'Exercise')], max_length=12)),
                        ('place', models.CharField(blank=True, max_length=200)),
                        ('joining_link', models.URLField(blank=True, help_text='Of the call, or of the video', max_length=500)),
                        ('trainer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('state', models.CharField(choices=[('PLANNED', 'Planned'), ('HELD', 'Held'), ('CANCELLED', 'Cancelled')], default='PLANNED', max_length=10)),
                        ('code_opened_at', models.DateTimeField(blank=True, null=True)),
                        ('code_opened_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('planned_at', models.DateTimeField()),
                        ('planned_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('held_at', models.DateTimeField(blank=True, help_text='When the register was closed', null=True)),
                        ('held_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('cancelled_at', models.DateTimeField(blank=True, null=True)),
                        ('cancelled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('cancel_reason', models.CharField(blank=True, max_length=300)),
                        ('cohorts', models.ManyToManyField(related_name='sessions', to='training.cohort')),
                    ],
                    options={
                        'indexes': [
                            models.Index(fields=['force', 'starts_at', 'id'], name='training_session_by_start'),
                            models.Index(condition=models.Q(('state', 'PLANNED')), fields=['starts_at'], name='training_session_planned'),
                        ],
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(('starts_at__lt', models.F('ends_at'))), name='training_session_begins_before_it_ends', violation_error_message='A session must begin before it ends.'),
                            models.CheckConstraint(condition=models.Q(models.Q(('delivery__in', ('FACE_TO_FACE', 'EXERCISE')), ('joining_link', ''), models.Q(('place', ''), _negated=True)), models.Q(('delivery__in', ('VIRTUAL', 'VIDEO')), ('place', '')), _connector='OR'), name='training_session_is_in_a_place_or_by_link', violation_error_message='A session face to face or with an exercise has a place, any other a link.'),
                            models.CheckConstraint(condition=models.Q(models.Q(('code_opened_at', None), ('code_opened_by', None)), models.Q(('code_opened_at__isnull', False), ('code_opened_by__isnull', False), models.Q(('delivery', 'VIDEO'), _negated=True)), _connector='OR'), name='training_session_code_says_who_and_when'),
                            models.CheckConstraint(condition=models.Q(models.Q(('held_at__isnull', False), ('held_by__isnull', False), ('state', 'HELD')), models.Q(models.Q(('state', 'HELD'), _negated=True), ('held_at', None), ('held_by', None)), _connector='OR'), name='training_session_held_says_who_and_when'),
                            models.CheckConstraint(condition=models.Q(models.Q(('cancelled_at__isnull', False), ('cancelled_by__isnull', False), ('state', 'CANCELLED'), models.Q(('cancel_reason', ''), _negated=True)), models.Q(models.Q(('state', 'CANCELLED'), _negated=True), ('cancel_reason', ''), ('cancelled_at', None), ('cancelled_by', None)), _connector='OR'), name='training_session_cancelled_says_who_when_and_why', violation_error_message='Say why the session is cancelled.'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='RegisterEntry',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='training.trainingsession')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='register_entries', to=settings.AUTH_USER_MODEL)),
                        ('cohort', models.ForeignKey(help_text='Whose member they are', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='training.cohort')),
                        ('expected_since', models.DateTimeField()),
                        ('presence', models.CharField(blank=True, choices=[('PRESENT', 'Present'), ('PARTLY', 'Partly'), ('ABSENT', 'Absent'), ('EXCUSED', 'Excused')], max_length=8)),
                        ('marked_how', models.CharField(blank=True, choices=[('TICK', 'Ticked by a trainer'), ('CODE', 'By code'), ('VIDEO', 'Watched, confirmed by a trainer'), ('CORRECTION', 'Corrected after the register was closed')], max_length=10)),
                        ('marked_at', models.DateTimeField(blank=True, null=True)),
                        ('marked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('watched_at', models.DateTimeField(blank=True, help_text='When the person said that they have watched it', null=True)),
                        ('watched_version', models.ForeignKey(blank=True, help_text='Which version', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='training.moduleversion')),
                        ('wrong_codes', models.PositiveSmallIntegerField(default=0, help_text='In a row, until a pause')),
                        ('wrong_code_at', models.DateTimeField(blank=True, help_text='The last one', null=True)),
                        ('reminded_week_at', models.DateTimeField(blank=True, null=True)),
                        ('reminded_day_at', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'verbose_name_plural': 'register entries',
                        'constraints': [
                            models.UniqueConstraint(fields=('session', 'person'), name='register_entry_once_a_person', violation_error_message='This person is expected at this session already.'),
                            models.CheckConstraint(condition=models.Q(models.Q(('marked_at', None), ('marked_by', None), ('marked_how', ''), ('presence', '')), models.Q(('marked_at__isnull', False), ('marked_by__isnull', False), models.Q(('presence', ''), _negated=True), models.Q(('marked_how', ''), _negated=True)), _connector='OR'), name='register_entry_marked_says_how_who_and_when'),
                            models.CheckConstraint(condition=models.Q(models.Q(('marked_how', 'CODE'), _negated=True), models.Q(('marked_by', models.F('person')), ('presence', 'PRESENT')), _connector='OR'), name='register_entry_by_code_is_by_oneself'),
                            models.CheckConstraint(condition=models.Q(models.Q(('marked_how', 'VIDEO'), _negated=True), models.Q(('presence', 'PRESENT'), ('watched_at__isnull', False)), _connector='OR'), name='register_entry_by_video_was_watched'),
                            models.CheckConstraint(condition=models.Q(models.Q(('watched_at', None), ('watched_version', None)), models.Q(('watched_at__isnull', False), ('watched_version__isnull', False)), _connector='OR'), name='register_entry_watched_says_which_version'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='RegisterCorrection',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='training.registerentry')),
                        ('earlier', models.CharField(blank=True, choices=[('PRESENT', 'Present'), ('PARTLY', 'Partly'), ('ABSENT', 'Absent'), ('EXCUSED', 'Excused')], max_length=8)),
                        ('later', models.CharField(choices=[('PRESENT', 'Present'), ('PARTLY', 'Partly'), ('ABSENT', 'Absent'), ('EXCUSED', 'Excused')], max_length=8)),
                        ('reason', models.TextField()),
                        ('corrected_at', models.DateTimeField()),
                        ('corrected_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), _negated=True), models.Q(('later', ''), _negated=True), models.Q(('earlier', models.F('later')), _negated=True)), name='register_correction_says_what_and_why', violation_error_message='Say why the register is corrected.'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='ExerciseRun',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('exercise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='training.exercise')),
                        ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                        ('session', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='exercise_runs', to='training.trainingsession')),
                        ('title', models.CharField(help_text='For example the intake', max_length=100)),
                        ('planned_for', models.DateTimeField()),
                        ('facilitator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('state', models.CharField(choices=[('PLANNED', 'Planned'), ('RUNNING', 'Running'), ('MEETING', 'Strategy meeting'), ('DEBRIEF', 'Debrief'), ('ENDED', 'Ended'), ('CANCELLED', 'Cancelled')], default='PLANNED', max_length=10)),
                        ('planned_at', models.DateTimeField()),
                        ('planned_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('started_at', models.DateTimeField(blank=True, null=True)),
                        ('started_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('met_at', models.DateTimeField(blank=True, help_text='When the strategy meeting began', null=True)),
                        ('debriefed_at', models.DateTimeField(blank=True, help_text='When the debrief began', null=True)),
                        ('ended_at', models.DateTimeField(blank=True, null=True)),
                        ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('end_reason', models.CharField(blank=True, help_text='Why it was cancelled', max_length=300)),
                    ],
                    options={
                        'indexes': [
                            models.Index(fields=['force', 'planned_for', 'id'], name='exercise_run_by_day'),
                        ],
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(models.Q(('started_at', None), ('started_by', None), ('state__in', ('PLANNED', 'CANCELLED'))), models.Q(models.Q(('state__in', ('PLANNED', 'CANCELLED')), _negated=True), ('started_at__isnull', False), ('started_by__isnull', False)), _connector='OR'), name='exercise_run_started_says_who_and_when'),
                            models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('ended_by__isnull', False), ('state__in', ('ENDED', 'CANCELLED'))), models.Q(models.Q(('state__in', ('ENDED', 'CANCELLED')), _negated=True), ('ended_at', None), ('ended_by', None)), _connector='OR'), name='exercise_run_ended_says_who_and_when'),
                            models.CheckConstraint(condition=models.Q(models.Q(('debriefed_at__isnull', False), ('state__in', ('DEBRIEF', 'ENDED'))), models.Q(models.Q(('state__in', ('DEBRIEF', 'ENDED')), _negated=True), ('debriefed_at', None)), _connector='OR'), name='exercise_run_debriefed_says_when'),
                            models.CheckConstraint(condition=models.Q(models.Q(('state', 'CANCELLED'), models.Q(('end_reason', ''), _negated=True)), models.Q(models.Q(('state', 'CANCELLED'), _negated=True), ('end_reason', '')), _connector='OR'), name='exercise_run_cancelled_says_why', violation_error_message='Say why the run is cancelled.'),
                            models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='exercise_run_has_a_title'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='RunGroup',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='groups', to='training.exerciserun')),
                        ('name', models.CharField(max_length=40)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('run', 'name'), name='run_group_named_once_in_its_run', violation_error_message='There is a group of that name already.'),
                            models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='run_group_has_a_name'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='GroupMember',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='training.exerciserun')),
                        ('group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='training.rungroup')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('plays', models.CharField(choices=[('CHAIR', 'Chair'), ('POLICE', 'Police'), ('HEALTH', 'Health'), ('EDUCATION', 'Education'), ('CHILDRENS_SERVICES', "Children's social worker"), ('HOUSING', 'Housing'), ('PROBATION', 'Probation')], max_length=20)),
                        ('took_part', models.BooleanField(blank=True, null=True)),
                        ('added_at', models.DateTimeField()),
                        ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('run', 'person'), name='group_member_in_one_group_of_a_run', violation_error_message='This person is in a group of this run already.'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='GroupGuest',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('run', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='guests', to='training.exerciserun')),
                        ('group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='guests', to='training.rungroup')),
                        ('name', models.CharField(max_length=100)),
                        ('agency_name', models.CharField(help_text='Where they work', max_length=100)),
                        ('plays', models.CharField(choices=[('CHAIR', 'Chair'), ('POLICE', 'Police'), ('HEALTH', 'Health'), ('EDUCATION', 'Education'), ('CHILDRENS_SERVICES', "Children's social worker"), ('HOUSING', 'Housing'), ('PROBATION', 'Probation')], max_length=20)),
                        ('took_part', models.BooleanField(blank=True, null=True)),
                        ('added_at', models.DateTimeField()),
                        ('added_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('run', 'name', 'agency_name'), name='group_guest_once_in_a_run', violation_error_message='This guest is in a group of this run already.'),
                            models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('agency_name', ''), _negated=True)), name='group_guest_has_name_and_agency'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='InjectRelease',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='releases', to='training.exerciserun')),
                        ('inject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='releases', to='training.inject')),
                        ('released_at', models.DateTimeField()),
                        ('released_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('run', 'inject'), name='inject_release_once_in_a_run', violation_error_message='This sheet has been released already.'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='GroupDecision',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='training.rungroup')),
                        ('inject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='training.inject')),
                        ('number', models.PositiveSmallIntegerField()),
                        ('choice', models.CharField(choices=[('NOTHING', 'Nothing'), ('WATCH', 'Write it down and watch'), ('SPEAK', 'Speak with somebody in the family'), ('ASK', 'Ask another agency what it knows'), ('VISIT', 'Go to the address'), ('NOTICE', 'Send a PPN'), ('RING', "Ring children's services now"), ('MEETING', 'Ask for a strategy meeting'), ('PROTECT', 'Use police protection')], max_length=10)),
                        ('risk', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'No harm likely'), (2, 'Some harm likely'), (3, 'Significant harm likely'), (4, 'Significant harm now')], help_text='Empty: they cannot say', null=True)),
                        ('reasons', models.TextField()),
                        ('written_at', models.DateTimeField()),
                        ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('group', 'inject', 'number'), name='group_decision_numbered_once'),
                            models.CheckConstraint(condition=models.Q(('number__gte', 1), models.Q(('reasons', ''), _negated=True), models.Q(('choice', ''), _negated=True)), name='group_decision_says_why', violation_error_message='Say why the group decides so.'),
                            models.CheckConstraint(condition=models.Q(('risk', None), models.Q(('risk__gte', 1), ('risk__lte', 4)), _connector='OR'), name='group_decision_names_a_risk_there_is'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='MockMeeting',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='meetings', to='training.rungroup')),
                        ('number', models.PositiveSmallIntegerField()),
                        ('shared', models.TextField(help_text='What each agency brought')),
                        ('outcome', models.CharField(choices=[('JOINT', "Enquiry by children's services and police together"), ('SINGLE', "Enquiry by children's services alone"), ('ASSESSMENT', 'Assessment as children in need'), ('EARLY_HELP', "Early help, with the parents' consent"), ('NOTHING_MORE', 'Nothing more')], max_length=12)),
                        ('reasons', models.TextField()),
                        ('disagreed', models.TextField(blank=True, help_text='Who saw it otherwise, and why')),
                        ('written_at', models.DateTimeField()),
                        ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('group', 'number'), name='mock_meeting_numbered_once'),
                            models.CheckConstraint(condition=models.Q(('number__gte', 1), models.Q(('shared', ''), _negated=True), models.Q(('outcome', ''), _negated=True), models.Q(('reasons', ''), _negated=True)), name='mock_meeting_says_what_and_why', violation_error_message='Say what was shared, what was decided, and why.'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='MockAction',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='actions', to='training.mockmeeting')),
                        ('position', models.PositiveSmallIntegerField()),
                        ('what', models.CharField(max_length=300)),
                        ('owner', models.CharField(choices=[('CHAIR', 'Chair'), ('POLICE', 'Police'), ('HEALTH', 'Health'), ('EDUCATION', 'Education'), ('CHILDRENS_SERVICES', "Children's social worker"), ('HOUSING', 'Housing'), ('PROBATION', 'Probation')], max_length=20)),
                        ('due', models.CharField(help_text='In the words of the story, for example before school tomorrow', max_length=60)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('meeting', 'position'), name='mock_action_placed_once'),
                            models.CheckConstraint(condition=models.Q(('position__gte', 1), ('position__lte', 3), models.Q(('what', ''), _negated=True), models.Q(('due', ''), _negated=True)), name='mock_action_says_what_and_when'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Skill',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                        ('name', models.CharField(max_length=120)),
                        ('counts_as_evidence', models.TextField(help_text='What shows that somebody can do it')),
                        ('valid_months', models.PositiveSmallIntegerField(blank=True, help_text='Empty: it never lapses', null=True)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('force', 'name'), name='skill_named_once_in_its_force', violation_error_message='There is a skill of that name already.'),
                            models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('counts_as_evidence', ''), _negated=True), models.Q(('valid_months', None), ('valid_months__gte', 1), _connector='OR')), name='skill_says_what_counts'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='SkillEvidence',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='skill_evidence', to=settings.AUTH_USER_MODEL)),
                        ('skill', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='training.skill')),
                        ('shown_on', models.DateField()),
                        ('level', models.PositiveSmallIntegerField(choices=[(1, 'Knows how it is done'), (2, 'Does it with support'), (3, 'Does it alone'), (4, 'Teaches it to others')])),
                        ('words', models.TextField(help_text='What the person did, and how it shows the skill')),
                        ('written_at', models.DateTimeField()),
                        ('key', models.UUIDField(help_text='Made with the form, so that sending it twice writes it once', unique=True)),
                        ('answer', models.CharField(blank=True, choices=[('CONFIRMED', 'Confirmed'), ('NOT_YET', 'Not enough yet')], default='', max_length=10)),
                        ('answer_words', models.TextField(blank=True, default='')),
                        ('answered_at', models.DateTimeField(blank=True, null=True)),
                        ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('lapses_on', models.DateField(blank=True, help_text='First day on which it no longer counts', null=True)),
                    ],
                    options={
                        'verbose_name_plural': 'skill evidence',
                        'indexes': [
                            models.Index(fields=['person', '-shown_on', '-id'], name='skill_evidence_newest_first'),
                            models.Index(condition=models.Q(('answer', '')), fields=['agency', 'written_at'], name='skill_evidence_to_answer'),
                        ],
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answer_words', ''), ('answered_at', None), ('answered_by', None), ('lapses_on', None)), models.Q(('answer__in', ['CONFIRMED', 'NOT_YET']), ('answered_at__isnull', False), ('answered_by__isnull', False)), _connector='OR'), name='skill_evidence_answered_says_who_and_when'),
                            models.CheckConstraint(condition=models.Q(('answered_by', None), models.Q(('answered_by', models.F('person')), _negated=True), _connector='OR'), name='skill_evidence_nobody_confirms_their_own', violation_error_message='Nobody confirms their own evidence.'),
                            models.CheckConstraint(condition=models.Q(models.Q(('answer', 'NOT_YET'), _negated=True), models.Q(models.Q(('answer_words', ''), _negated=True), ('lapses_on', None)), _connector='OR'), name='skill_evidence_not_enough_says_what_is_missing', violation_error_message='Say what is missing.'),
                            models.CheckConstraint(condition=models.Q(models.Q(('words', ''), _negated=True), ('level__in', [1, 2, 3, 4])), name='skill_evidence_says_what_and_how_well'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='RoleProfile',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                        ('name', models.CharField(max_length=80)),
                        ('purpose', models.TextField(blank=True, help_text='What people in this role do')),
                        ('for_whom', models.CharField(blank=True, help_text='Who is to be in it', max_length=200)),
                        ('account_role', models.CharField(blank=True, help_text='Code of the account role whose holders are all in it; roles stand in code, so a new one needs no migration here', max_length=30)),
                        ('optional_needed', models.PositiveSmallIntegerField(default=0, help_text='How many of the optional modules, at least')),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('force', 'name'), name='role_profile_named_once_in_its_force', violation_error_message='There is a profile of that name already.'),
                            models.UniqueConstraint(condition=models.Q(('account_role', ''), _negated=True), fields=('force', 'account_role'), name='role_profile_once_for_an_account_role', violation_error_message='Another profile is for that account role already.'),
                            models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='role_profile_has_a_name'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='ProfileModule',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('profile', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='modules', to='training.roleprofile')),
                        ('module', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='in_profiles', to='training.module')),
                        ('is_optional', models.BooleanField(default=False)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('profile', 'module'), name='profile_module_once_a_profile'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='ProfileSkill',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('profile', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='skills', to='training.roleprofile')),
                        ('skill', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='in_profiles', to='training.skill')),
                        ('level', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'Knows how it is done'), (2, 'Does it with support'), (3, 'Does it alone'), (4, 'Teaches it to others')], help_text='The lowest that is enough; empty: any', null=True)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('profile', 'skill'), name='profile_skill_once_a_profile'),
                            models.CheckConstraint(condition=models.Q(('level', None), ('level__in', [1, 2, 3, 4]), _connector='OR'), name='profile_skill_level_is_known'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='ProfileAssignment',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('profile', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='training.roleprofile')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='profile_assignments', to=settings.AUTH_USER_MODEL)),
                        ('starts_on', models.DateField()),
                        ('complete_by', models.DateField(blank=True, help_text='Until then what is missing is due, and not missing', null=True)),
                        ('assigned_at', models.DateTimeField()),
                        ('assigned_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('ends_on', models.DateField(blank=True, null=True)),
                        ('ended_at', models.DateTimeField(blank=True, null=True)),
                        ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_by', None), ('ends_on', None)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False), ('ends_on__isnull', False)), _connector='OR'), name='profile_assignment_ended_says_who_and_when'),
                            models.CheckConstraint(condition=models.Q(models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), models.Q(('complete_by', None), ('complete_by__gte', models.F('starts_on')), _connector='OR')), name='profile_assignment_days_run_forwards', violation_error_message='It cannot end, or be complete, before it starts.'),
                            models.CheckConstraint(condition=models.Q(models.Q(('assigned_by', models.F('person')), _negated=True), models.Q(('ended_by', None), models.Q(('ended_by', models.F('person')), _negated=True), _connector='OR')), name='profile_assignment_not_by_oneself', violation_error_message='Nobody decides on their own profiles.'),
                            django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('person', '='), ('profile', '='), (training.models.profiles._Days('starts_on', 'ends_on'), '&&')], name='profile_assignment_once_at_a_time', violation_error_message='This person is in that profile in these days already.'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Induction',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('assignment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='induction', to='training.profileassignment')),
                        ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='inductions', to=settings.AUTH_USER_MODEL)),
                        ('mentor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('line_manager', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('starts_on', models.DateField()),
                        ('complete_by', models.DateField(help_text='The last day of the plan')),
                        ('state', models.CharField(choices=[('OPEN', 'Under way'), ('COMPLETE', 'Complete'), ('STOPPED', 'Stopped')], default='OPEN', max_length=8)),
                        ('made_at', models.DateTimeField()),
                        ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('closed_at', models.DateTimeField(blank=True, null=True)),
                        ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'indexes': [
                            models.Index(fields=['agency', 'state', 'complete_by'], name='induction_by_day'),
                        ],
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(models.Q(('person', models.F('mentor')), _negated=True), models.Q(('person', models.F('line_manager')), _negated=True), models.Q(('person', models.F('made_by')), _negated=True), models.Q(('closed_by', None), models.Q(('closed_by', models.F('person')), _negated=True), _connector='OR')), name='induction_never_ones_own', violation_error_message='Nobody plans, mentors or closes their own induction.'),
                            models.CheckConstraint(condition=models.Q(('mentor', models.F('line_manager')), _negated=True), name='induction_with_two_people', violation_error_message='Mentor and line manager must be two people.'),
                            models.CheckConstraint(condition=models.Q(('complete_by__gte', models.F('starts_on'))), name='induction_days_run_forwards'),
                            models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('closed_by', None), ('state', 'OPEN')), models.Q(models.Q(('state', 'OPEN'), _negated=True), ('closed_at__isnull', False), ('closed_by__isnull', False)), _connector='OR'), name='induction_closed_says_who_and_when'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='InductionStep',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('induction', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='training.induction')),
                        ('module', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='training.module')),
                        ('skill', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='training.skill')),
                        ('working_days', models.PositiveSmallIntegerField(help_text='After the first day, as it was planned at first')),
                        ('due_on', models.DateField()),
                        ('where', models.CharField(blank=True, help_text='When, where or with whom', max_length=120)),
                        ('declared_at', models.DateTimeField(blank=True, null=True)),
                        ('declared_words', models.TextField(blank=True, help_text='What the person says they did and can do')),
                    ],
                    options={
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(models.Q(('module__isnull', False), ('skill', None)), models.Q(('module', None), ('skill__isnull', False)), _connector='OR'), name='induction_step_is_a_module_or_a_skill'),
                            models.CheckConstraint(condition=models.Q(models.Q(('declared_at', None), ('declared_words', '')), models.Q(('declared_at__isnull', False), ('module__isnull', False), models.Q(('declared_words', ''), _negated=True)), _connector='OR'), name='induction_step_declared_in_words'),
                            models.UniqueConstraint(fields=('induction', 'module'), name='induction_step_once_a_module'),
                            models.UniqueConstraint(fields=('induction', 'skill'), name='induction_step_once_a_skill'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='InductionChange',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('induction', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='training.induction')),
                        ('step', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='training.inductionstep')),
                        ('move', models.CharField(choices=[('DECLARE', 'Say that a step is done'), ('MOVE_STEP', 'Move a step'), ('EXTEND', 'Extend the plan'), ('CHANGE_PEOPLE', 'Change mentor or line manager'), ('CLOSE', 'Close as complete'), ('STOP', 'Stop the plan'), ('REOPEN', 'Reopen the plan')], max_length=14)),
                        ('was', models.CharField(blank=True, max_length=300)),
                        ('becomes', models.CharField(blank=True, max_length=300)),
                        ('reason', models.TextField(blank=True)),
                        ('changed_at', models.DateTimeField()),
                        ('changed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), _negated=True), ('move', 'CLOSE'), _connector='OR'), name='induction_change_says_why', violation_error_message='Say why.'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='TrainingRecord',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='training_records', to=settings.AUTH_USER_MODEL)),
                        ('module_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='records', to='training.moduleversion')),
                        ('trainer', models.ForeignKey(help_text='Who logged it', on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('mentor', models.ForeignKey(help_text='Who signs first', on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('line_manager', models.ForeignKey(help_text='Who signs second', on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('version', models.PositiveSmallIntegerField(default=1, help_text='The content that counts')),
                        ('state', models.CharField(choices=[('LOGGED', 'Waiting for the mentor'), ('MENTOR_SIGNED', 'Waiting for the line manager'), ('COMPLETE', 'Complete'), ('SENT_BACK', 'Sent back')], default='LOGGED', max_length=14)),
                        ('logged_at', models.DateTimeField()),
                        ('completed_at', models.DateTimeField(blank=True, null=True)),
                        ('completed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('lapses_on', models.DateField(blank=True, help_text='First day on which it no longer counts', null=True)),
                    ],
                    options={
                        'indexes': [
                            models.Index(fields=['mentor', 'state'], name='training_record_by_mentor'),
                            models.Index(fields=['line_manager', 'state'], name='training_record_by_manager'),
                            models.Index(fields=['agency', '-logged_at', '-id'], name='training_record_newest_first'),
                        ],
                        'constraints': [
                            models.UniqueConstraint(condition=models.Q(('state__in', ('LOGGED', 'MENTOR_SIGNED', 'SENT_BACK'))), fields=('person', 'module_version'), name='training_record_one_open_for_a_version', violation_error_message='This person has an open record for this module already.'),
                            models.CheckConstraint(condition=models.Q(('mentor', models.F('line_manager')), _negated=True), name='training_record_signed_by_two_people', violation_error_message='Mentor and line manager must be two people.'),
                            models.CheckConstraint(condition=models.Q(models.Q(('person', models.F('mentor')), _negated=True), models.Q(('person', models.F('line_manager')), _negated=True), models.Q(('person', models.F('trainer')), _negated=True)), name='training_record_nobody_answers_for_themselves', violation_error_message='Nobody logs or signs off their own training.'),
                            models.CheckConstraint(condition=models.Q(models.Q(('completed_at__isnull', False), ('completed_by__isnull', False), ('state', 'COMPLETE'), models.Q(('completed_by', models.F('person')), _negated=True), models.Q(('completed_by', models.F('mentor')), _negated=True)), models.Q(models.Q(('state', 'COMPLETE'), _negated=True), ('completed_at', None), ('completed_by', None), ('lapses_on', None)), _connector='OR'), name='training_record_completed_says_who_and_when'),
                            models.CheckConstraint(condition=models.Q(('version__gte', 1)), name='training_record_version_counts_from_1'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='RecordVersion',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('record', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='training.trainingrecord')),
                        ('number', models.PositiveSmallIntegerField()),
                        ('done_on', models.DateField()),
                        ('method', models.CharField(choices=[('FACE_TO_FACE', 'Face to face'), ('VIRTUAL', 'Virtual classroom'), ('E_LEARNING', 'E-learning'), ('WEBINAR', 'Webinar'), ('MENTORING', 'Mentoring'), ('VIDEO', 'Video'), ('EXERCISE', 'Exercise')], max_length=12)),
                        ('evidence', models.TextField(help_text='What shows that the person can do it')),
                        ('written_at', models.DateTimeField()),
                        ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('record', 'number'), name='record_version_numbered_once'),
                            models.CheckConstraint(condition=models.Q(('evidence', ''), _negated=True), name='record_version_has_evidence', violation_error_message='Write what shows that the person can do it.'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='SendingBack',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('record', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sendings_back', to='training.trainingrecord')),
                        ('version', models.PositiveSmallIntegerField(help_text='Which version of the record')),
                        ('reason', models.TextField()),
                        ('sent_at', models.DateTimeField()),
                        ('sent_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name_plural': 'sendings back',
                        'constraints': [
                            models.UniqueConstraint(fields=('record', 'version'), name='sending_back_once_a_version'),
                            models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='sending_back_has_a_reason', violation_error_message='Say why the record is sent back.'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Signature',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('record', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='training.trainingrecord')),
                        ('version', models.PositiveSmallIntegerField(help_text='Which version of the record')),
                        ('role', models.CharField(choices=[('MENTOR', 'Mentor'), ('LINE_MANAGER', 'Line manager')], max_length=12)),
                        ('signer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('on_behalf_of', models.ForeignKey(blank=True, db_index=False, help_text='The person who is named, where somebody else signs in their place', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('delegation', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='training.signingdelegation')),
                        ('signed_as', models.CharField(help_text='The name as it was typed', max_length=120)),
                        ('statement', models.TextField()),
                        ('content_sha256', models.CharField(max_length=64)),
                        ('signed_at', models.DateTimeField()),
                    ],
                    options={
                        'indexes': [
                            models.Index(fields=['record', 'signed_at'], name='signature_by_record'),
                        ],
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(models.Q(('statement', ''), _negated=True), models.Q(('signed_as', ''), _negated=True), ('content_sha256__regex', '^[0-9a-f]{64}$')), name='signature_says_what_was_signed'),
                            models.CheckConstraint(condition=models.Q(models.Q(('delegation', None), ('on_behalf_of', None)), models.Q(('delegation__isnull', False), ('on_behalf_of__isnull', False), models.Q(('on_behalf_of', models.F('signer')), _negated=True)), _connector='OR'), name='signature_for_another_names_both'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='SignatureRevocation',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('signature', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='revocation', to='training.signature')),
                        ('revoked_at', models.DateTimeField()),
                        ('revoked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('reason', models.TextField()),
                    ],
                    options={
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='signature_revocation_has_a_reason', violation_error_message='Say why the signature is revoked.'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='KnowledgeQuestion',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('module', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='training.module')),
                        ('scenario', models.TextField(blank=True, help_text='What is read first; may be empty')),
                        ('words', models.CharField(max_length=500)),
                        ('explanation', models.TextField(blank=True, help_text='Why the right answer is right; shown when no test is left')),
                        ('keeps_order', models.BooleanField(default=False, help_text='Answers are shown as they stand, not shuffled')),
                        ('replaces', models.OneToOneField(blank=True, help_text='Which one', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='training.knowledgequestion')),
                        ('written_at', models.DateTimeField()),
                        ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('retired_at', models.DateTimeField(blank=True, null=True)),
                        ('retired_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'indexes': [
                            models.Index(fields=['module', 'written_at', 'id'], name='knowledge_question_of_module'),
                        ],
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='knowledge_question_has_words', violation_error_message='Write the question.'),
                            models.CheckConstraint(condition=models.Q(models.Q(('retired_at', None), ('retired_by', None)), models.Q(('retired_at__isnull', False), ('retired_by__isnull', False)), _connector='OR'), name='knowledge_question_retired_says_who_and_when'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='KnowledgeOption',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('question', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='options', to='training.knowledgequestion')),
                        ('position', models.PositiveSmallIntegerField()),
                        ('words', models.CharField(max_length=300)),
                        ('is_right', models.BooleanField(default=False)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('question', 'position'), name='knowledge_option_placed_once'),
                            models.UniqueConstraint(condition=models.Q(('is_right', True)), fields=('question',), name='knowledge_option_one_is_right', violation_error_message='Exactly one answer is right.'),
                            models.CheckConstraint(condition=models.Q(('position__gte', 1), ('position__lte', 6), models.Q(('words', ''), _negated=True)), name='knowledge_option_is_one_of_few'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='KnowledgeTest',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('module', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='knowledge_tests', to='training.module')),
                        ('title', models.CharField(max_length=120)),
                        ('pass_percent', models.PositiveSmallIntegerField(help_text='Right answers in a hundred that are enough')),
                        ('attempts', models.PositiveSmallIntegerField(help_text='Afterwards; before it is always one')),
                        ('months_to_follow_up', models.PositiveSmallIntegerField(blank=True, help_text='Empty: not asked again', null=True)),
                        ('state', models.CharField(choices=[('DRAFT', 'Draft'), ('OPEN', 'Open'), ('CLOSED', 'Closed')], default='DRAFT', max_length=6)),
                        ('fingerprint', models.CharField(blank=True, help_text='Of its questions, from its opening on', max_length=64)),
                        ('made_at', models.DateTimeField()),
                        ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('opened_at', models.DateTimeField(blank=True, null=True)),
                        ('opened_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('closed_at', models.DateTimeField(blank=True, null=True)),
                        ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('module', 'title'), name='knowledge_test_titled_once_in_its_module', violation_error_message='This module has a test of that title already.'),
                            models.UniqueConstraint(condition=models.Q(('state', 'OPEN')), fields=('module',), name='knowledge_test_one_open_of_a_module', violation_error_message='Another test of this module is open. Close it first.'),
                            models.CheckConstraint(condition=models.Q(('attempts__gte', 1), ('attempts__lte', 5), ('pass_percent__lte', 100), models.Q(('months_to_follow_up', None), models.Q(('months_to_follow_up__gte', 1), ('months_to_follow_up__lte', 24)), _connector='OR'), models.Q(('title', ''), _negated=True)), name='knowledge_test_asks_within_bounds'),
                            models.CheckConstraint(condition=models.Q(models.Q(('fingerprint', ''), ('opened_at', None), ('opened_by', None), ('state', 'DRAFT')), models.Q(models.Q(('state', 'DRAFT'), _negated=True), ('fingerprint__regex', '^[0-9a-f]{64}$'), ('opened_at__isnull', False), ('opened_by__isnull', False)), _connector='OR'), name='knowledge_test_opened_says_who_when_and_what'),
                            models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('closed_by__isnull', False), ('state', 'CLOSED')), models.Q(models.Q(('state', 'CLOSED'), _negated=True), ('closed_at', None), ('closed_by', None)), _connector='OR'), name='knowledge_test_closed_says_who_and_when'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='KnowledgeTestQuestion',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('test', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='asks', to='training.knowledgetest')),
                        ('question', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='in_tests', to='training.knowledgequestion')),
                        ('position', models.PositiveSmallIntegerField()),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('test', 'question'), name='knowledge_test_asks_a_question_once'),
                            models.UniqueConstraint(fields=('test', 'position'), name='knowledge_test_question_placed_once'),
                            models.CheckConstraint(condition=models.Q(('position__gte', 1), ('position__lte', 20)), name='knowledge_test_question_is_one_of_few'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Sitting',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('test', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sittings', to='training.knowledgetest')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='knowledge_sittings', to=settings.AUTH_USER_MODEL)),
                        ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                        ('cohort', models.ForeignKey(blank=True, help_text='When they began', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='training.cohort')),
                        ('occasion', models.CharField(choices=[('BEFORE', 'Before'), ('AFTER', 'After'), ('FOLLOW_UP', 'Follow-up')], max_length=9)),
                        ('attempt', models.PositiveSmallIntegerField(default=1)),
                        ('order', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), help_text="Of the questions, drawn by the sitting's key", size=None)),
                        ('begun_at', models.DateTimeField()),
                        ('handed_in_at', models.DateTimeField(blank=True, null=True)),
                        ('set_aside_at', models.DateTimeField(blank=True, help_text='Not handed in in time, so it counts for nothing', null=True)),
                        ('right', models.PositiveSmallIntegerField(blank=True, null=True)),
                        ('out_of', models.PositiveSmallIntegerField(blank=True, null=True)),
                        ('follow_up_on', models.DateField(blank=True, help_text='From when it is asked once more', null=True)),
                    ],
                    options={
                        'indexes': [
                            models.Index(fields=['person', 'test'], name='sitting_of_person'),
                            models.Index(fields=['test', 'occasion', 'cohort'], name='sitting_of_test'),
                        ],
                        'constraints': [
                            models.UniqueConstraint(condition=models.Q(('set_aside_at', None)), fields=('test', 'person', 'occasion', 'attempt'), name='sitting_once_an_attempt', violation_error_message='This attempt was begun already.'),
                            models.UniqueConstraint(condition=models.Q(('handed_in_at', None), ('set_aside_at', None)), fields=('test', 'person'), name='sitting_one_under_way', violation_error_message='This person is taking the test already.'),
                            models.CheckConstraint(condition=models.Q(models.Q(('follow_up_on', None), ('handed_in_at', None), ('out_of', None), ('right', None)), models.Q(('handed_in_at__isnull', False), ('right__isnull', False), ('right__lte', models.F('out_of')), ('set_aside_at', None)), _connector='OR'), name='sitting_handed_in_has_a_score'),
                            models.CheckConstraint(condition=models.Q(('attempt__gte', 1)), name='sitting_attempts_count_from_1'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='SittingAnswer',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('sitting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='training.sitting')),
                        ('question', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='training.knowledgequestion')),
                        ('option', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='training.knowledgeoption')),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('sitting', 'question'), name='sitting_answer_one_a_question'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='OutcomeImport',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('agency', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                        ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('at', models.DateTimeField()),
                        ('sha256', models.CharField(max_length=64)),
                        ('rows', models.PositiveIntegerField()),
                        ('taken', models.PositiveIntegerField()),
                        ('already_there', models.PositiveIntegerField()),
                        ('refused', models.PositiveIntegerField()),
                    ],
                    options={
                        'indexes': [
                            models.Index(fields=['agency', '-at', '-id'], name='outcome_import_newest_first'),
                        ],
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(('rows', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('taken'), '+', models.F('already_there')), '+', models.F('refused')))), name='outcome_import_counts_in_equal_counts_out'),
                            models.CheckConstraint(condition=models.Q(('taken__gte', 1)), name='outcome_import_took_something'),
                            models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='outcome_import_has_a_digest'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='OutcomeRow',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('taken_from', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='outcomes', to='training.outcomeimport')),
                        ('number', models.PositiveIntegerField(help_text='As a spreadsheet counts rows: the heading is in the first')),
                        ('record', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='outcome_row', to='training.trainingrecord')),
                        ('digest', models.CharField(help_text='Of whose agency, who, what and when', max_length=64, unique=True)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('taken_from', 'number'), name='outcome_row_once_in_its_file'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='ModulePrerequisite',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('module', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='prerequisites', to='training.module')),
                        ('first', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comes_before', to='training.module')),
                        ('set_at', models.DateTimeField()),
                        ('set_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('module', 'first'), name='module_prerequisite_named_once'),
                            models.CheckConstraint(condition=models.Q(('module', models.F('first')), _negated=True), name='module_prerequisite_is_another_module', violation_error_message='A module does not come before itself.'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='OutOfOrder',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('record', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='out_of_order', to='training.trainingrecord')),
                        ('session', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='out_of_order', to='training.trainingsession')),
                        ('induction', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='out_of_order', to='training.induction')),
                        ('module', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='training.module')),
                        ('first', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='training.module')),
                        ('people', models.PositiveIntegerField(default=1, help_text='How many had not completed it')),
                        ('said_at', models.DateTimeField()),
                        ('said_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name_plural': 'out of order',
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(models.Q(('induction', None), ('record__isnull', False), ('session', None)), models.Q(('induction', None), ('record', None), ('session__isnull', False)), models.Q(('induction__isnull', False), ('record', None), ('session', None)), _connector='OR'), name='out_of_order_is_of_one_thing'),
                            models.CheckConstraint(condition=models.Q(models.Q(('module', models.F('first')), _negated=True), ('people__gte', 1)), name='out_of_order_names_two_modules'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='TrainingDigest',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('person', models.ForeignKey(help_text='Who gets it', on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('audience', models.CharField(choices=[('SELF', 'The person'), ('LEADER', 'Who leads the team')], max_length=8)),
                        ('sent_on', models.DateField()),
                        ('made_at', models.DateTimeField()),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('person', 'audience', 'sent_on'), name='training_digest_once_a_day'),
                            models.CheckConstraint(condition=models.Q(('audience__in', ['SELF', 'LEADER'])), name='training_digest_audience_is_known'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='LapseReminder',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('record', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lapse_reminders', to='training.trainingrecord')),
                        ('evidence', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lapse_reminders', to='training.skillevidence')),
                        ('acceptance', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lapse_reminders', to='training.earlieracceptance')),
                        ('days', models.PositiveSmallIntegerField(help_text='60, 30 or 7')),
                        ('noted_at', models.DateTimeField()),
                        ('digest', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reminders', to='training.trainingdigest')),
                    ],
                    options={
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(models.Q(('acceptance', None), ('evidence', None), ('record__isnull', False)), models.Q(('acceptance', None), ('evidence__isnull', False), ('record', None)), models.Q(('acceptance__isnull', False), ('evidence', None), ('record', None)), _connector='OR'), name='lapse_reminder_is_about_one_thing'),
                            models.CheckConstraint(condition=models.Q(('days__in', (60, 30, 7))), name='lapse_reminder_days_are_known'),
                            models.UniqueConstraint(condition=models.Q(('record__isnull', False)), fields=('record', 'days'), name='lapse_reminder_once_for_a_record'),
                            models.UniqueConstraint(condition=models.Q(('evidence__isnull', False)), fields=('evidence', 'days'), name='lapse_reminder_once_for_evidence'),
                            models.UniqueConstraint(condition=models.Q(('acceptance__isnull', False)), fields=('acceptance', 'days'), name='lapse_reminder_once_for_an_acceptance'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Supervision',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                        ('supervisee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('supervisor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('kind', models.CharField(choices=[('SUPERVISION', 'Supervision'), ('REFLECTIVE', 'Reflective sessions')], max_length=12)),
                        ('every_weeks', models.PositiveSmallIntegerField()),
                        ('starts_on', models.DateField()),
                        ('ends_on', models.DateField(blank=True, help_text='The first day without it', null=True)),
                        ('arranged_at', models.DateTimeField()),
                        ('arranged_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('ended_at', models.DateTimeField(blank=True, null=True)),
                        ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'indexes': [
                            models.Index(fields=['supervisor'], name='supervision_by_supervisor'),
                        ],
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(('supervisee', models.F('supervisor')), _negated=True), name='supervision_is_of_somebody_else', violation_error_message='Nobody supervises themselves.'),
                            models.CheckConstraint(condition=models.Q(('ends_on', None), ('starts_on__lte', models.F('ends_on')), _connector='OR'), name='supervision_ends_no_sooner_than_it_starts', violation_error_message='A supervision cannot end before it starts.'),
                            models.CheckConstraint(condition=models.Q(('every_weeks__gte', 1), ('every_weeks__lte', 26)), name='supervision_has_a_rhythm', violation_error_message='Sessions are every 1 to 26 weeks.'),
                            models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_by', None)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False), ('ends_on__isnull', False)), _connector='OR'), name='supervision_ended_says_who_and_when'),
                            django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('supervisee', '='), ('kind', '='), (training.models.periods.Days('starts_on', 'ends_on'), '&&')], name='supervision_one_of_a_kind_at_a_time', violation_error_message='This person has such a supervision in these days already.'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='SupervisionSession',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('supervision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='training.supervision')),
                        ('planned_on', models.DateField()),
                        ('state', models.CharField(choices=[('PLANNED', 'Planned'), ('HELD', 'Held'), ('MISSED', 'Missed'), ('CANCELLED', 'Cancelled')], default='PLANNED', max_length=9)),
                        ('held_on', models.DateField(blank=True, null=True)),
                        ('why_missed', models.CharField(blank=True, choices=[('OPERATIONAL', 'Operational demand'), ('ABSENCE', 'One of the two was away'), ('FORGOTTEN', 'It was forgotten'), ('OTHER', 'Something else')], max_length=11)),
                        ('words', models.CharField(blank=True, help_text='More on why it was missed or cancelled', max_length=500)),
                        ('planned_at', models.DateTimeField()),
                        ('planned_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('closed_at', models.DateTimeField(blank=True, null=True)),
                        ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(condition=models.Q(('state', 'PLANNED')), fields=('supervision',), name='supervision_session_one_planned_at_a_time', violation_error_message='A session is planned already.'),
                            models.UniqueConstraint(fields=('supervision', 'held_on'), name='supervision_session_held_once_a_day', violation_error_message='A session was held on that day already.'),
                            models.CheckConstraint(condition=models.Q(models.Q(('held_on__isnull', False), ('state', 'HELD')), models.Q(models.Q(('state', 'HELD'), _negated=True), ('held_on', None)), _connector='OR'), name='supervision_session_held_says_on_which_day'),
                            models.CheckConstraint(condition=models.Q(models.Q(('state', 'MISSED'), models.Q(('why_missed', ''), _negated=True)), models.Q(models.Q(('state', 'MISSED'), _negated=True), ('why_missed', '')), _connector='OR'), name='supervision_session_missed_says_why'),
                            models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('closed_by', None), ('state', 'PLANNED')), models.Q(models.Q(('state', 'PLANNED'), _negated=True), ('closed_at__isnull', False), ('closed_by__isnull', False)), _connector='OR'), name='supervision_session_closed_says_who_and_when'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='SupervisionRecord',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='training.supervisionsession')),
                        ('number', models.PositiveSmallIntegerField()),
                        ('cases', models.CharField(blank=True, help_text='References alone of what was discussed', max_length=300)),
                        ('agreed', models.TextField(help_text='What was discussed and agreed')),
                        ('curiosity', models.TextField(help_text='What was asked once more, and what else could be true')),
                        ('fairness', models.TextField(help_text='Where an assumption may have led, and what was done about it')),
                        ('wellbeing', models.TextField(help_text='How the person is, and what was offered')),
                        ('written_at', models.DateTimeField()),
                        ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('session', 'number'), name='supervision_record_numbered_once'),
                            models.CheckConstraint(condition=models.Q(('number__gte', 1), models.Q(('agreed', ''), _negated=True), models.Q(('curiosity', ''), _negated=True), models.Q(('fairness', ''), _negated=True), models.Q(('wellbeing', ''), _negated=True)), name='supervision_record_answers_each_prompt', violation_error_message='Answer each question in words.'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='SupervisionAction',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='actions', to='training.supervisionrecord')),
                        ('position', models.PositiveSmallIntegerField()),
                        ('what', models.CharField(max_length=300)),
                        ('owner', models.CharField(choices=[('SUPERVISOR', 'The supervisor'), ('SUPERVISEE', 'The person supervised')], max_length=10)),
                        ('due_on', models.DateField()),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('version', 'position'), name='supervision_action_placed_once'),
                            models.CheckConstraint(condition=models.Q(('what', ''), _negated=True), name='supervision_action_says_what'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='SupervisionReading',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('version', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='reading', to='training.supervisionrecord')),
                        ('comment', models.TextField(blank=True)),
                        ('read_at', models.DateTimeField()),
                        ('read_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                ),
                migrations.CreateModel(
                    name='RecordOpening',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='openings', to='training.supervisionsession')),
                        ('reason', models.TextField()),
                        ('opened_at', models.DateTimeField()),
                        ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('closes_at', models.DateTimeField()),
                    ],
                    options={
                        'indexes': [
                            models.Index(fields=['opened_by', 'closes_at'], name='record_opening_by_superior'),
                        ],
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), _negated=True), ('closes_at__gt', models.F('opened_at')), ('closes_at__lte', django.db.models.expressions.CombinedExpression(models.F('opened_at'), '+', models.Value(datetime.timedelta(seconds=3600))))), name='record_opening_has_a_reason_and_an_end', violation_error_message='Say why the record is opened.'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='SurveyTemplate',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                        ('title', models.CharField(max_length=80)),
                        ('made_at', models.DateTimeField()),
                        ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('agency', 'title'), name='survey_template_titled_once_in_its_agency', violation_error_message='There is a template of that title already.'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='SurveyQuestion',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('template', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='training.surveytemplate')),
                        ('position', models.PositiveSmallIntegerField()),
                        ('words', models.CharField(max_length=200)),
                        ('kind', models.CharField(choices=[('SCALE', '1 to 5'), ('TEXT', 'In words')], max_length=5)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('template', 'position'), name='survey_question_placed_once'),
                            models.CheckConstraint(condition=models.Q(('position__gte', 1), ('position__lte', 10), models.Q(('words', ''), _negated=True)), name='survey_question_is_one_of_few'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Survey',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                        ('template', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='surveys', to='training.surveytemplate')),
                        ('team', models.ForeignKey(blank=True, help_text='Empty: the whole agency', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.team')),
                        ('opens_on', models.DateField()),
                        ('closes_on', models.DateField(help_text='The last day on which it takes answers')),
                        ('opened_at', models.DateTimeField()),
                        ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                        ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'indexes': [
                            models.Index(fields=['agency', 'closes_on'], name='survey_by_agency_and_end'),
                        ],
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(('opens_on__lte', models.F('closes_on'))), name='survey_opens_before_it_closes', violation_error_message='A survey cannot close before it opens.'),
                            models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at', None), ('withdrawn_by', None)), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False)), _connector='OR'), name='survey_withdrawn_says_who_and_when'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='SurveyReceipt',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('survey', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='training.survey')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('survey', 'person'), name='survey_receipt_once_a_person', violation_error_message='You have answered this survey already.'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='SurveyBox',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('survey', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='boxes', to='training.survey')),
                        ('question', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='training.surveyquestion')),
                        ('marks', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveIntegerField(), default=training.models.surveys.no_marks, help_text='How often 1, 2, 3, 4 and 5 were given', size=None)),
                        ('words', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, help_text='By their letters, whoever wrote them', size=None)),
                    ],
                    options={
                        'verbose_name_plural': 'survey boxes',
                        'constraints': [
                            models.UniqueConstraint(fields=('survey', 'question'), name='survey_box_one_a_question'),
                            models.CheckConstraint(condition=models.Q(('marks__len', 5)), name='survey_box_counts_each_mark'),
                        ],
                    },
                ),
            ],
        ),
    ]
