"""Programmes, cohorts, their sessions and registers."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_intelligence_officer'),
        ('training', '0006_evidence_stands'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Cohort',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=80)),
                ('intake', models.CharField(help_text='Which intake, for example 2026/3', max_length=40)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('set_up_at', models.DateTimeField()),
                ('set_up_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Programme',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=80)),
                ('audience', models.CharField(choices=[('RECRUITS', 'New recruits'), ('PCSOS', 'PCSOs'), ('INVESTIGATORS', 'Investigators'), ('SPECIALS', 'Special constables'), ('TRANSFEREES', 'Transferees'), ('FRONTLINE', 'All frontline')], max_length=14)),
                ('began_on', models.DateField()),
                ('set_up_at', models.DateTimeField()),
                ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('modules', models.ManyToManyField(related_name='programmes', to='training.module')),
                ('set_up_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='CohortMember',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('joined_at', models.DateTimeField()),
                ('left_at', models.DateTimeField(blank=True, null=True)),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('cohort', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='training.cohort')),
                ('left_by', models.ForeignKey(blank=True, help_text='Who took them out', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cohort_memberships', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(blank=True, help_text='When they joined', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.team')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='training.programme')),
            ],
        ),
        migrations.AddField(
            model_name='cohort',
            name='programme',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cohorts', to='training.programme'),
        ),
        migrations.CreateModel(
            name='RegisterEntry',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('expected_since', models.DateTimeField()),
                ('presence', models.CharField(blank=True, choices=[('PRESENT', 'Present'), ('PARTLY', 'Partly'), ('ABSENT', 'Absent'), ('EXCUSED', 'Excused')], max_length=8)),
                ('marked_how', models.CharField(blank=True, choices=[('TICK', 'Ticked by a trainer'), ('CODE', 'By code'), ('VIDEO', 'Watched, confirmed by a trainer'), ('CORRECTION', 'Corrected after the register was closed')], max_length=10)),
                ('marked_at', models.DateTimeField(blank=True, null=True)),
                ('watched_at', models.DateTimeField(blank=True, help_text='When the person said that they have watched it', null=True)),
                ('wrong_codes', models.PositiveSmallIntegerField(default=0, help_text='In a row, until a pause')),
                ('wrong_code_at', models.DateTimeField(blank=True, help_text='The last one', null=True)),
                ('reminded_week_at', models.DateTimeField(blank=True, null=True)),
                ('reminded_day_at', models.DateTimeField(blank=True, null=True)),
                ('cohort', models.ForeignKey(help_text='Whose member they are', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='training.cohort')),
                ('marked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='register_entries', to=settings.AUTH_USER_MODEL)),
                ('watched_version', models.ForeignKey(blank=True, help_text='Which version', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='training.moduleversion')),
            ],
            options={
                'verbose_name_plural': 'register entries',
            },
        ),
        migrations.CreateModel(
            name='RegisterCorrection',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('earlier', models.CharField(blank=True, choices=[('PRESENT', 'Present'), ('PARTLY', 'Partly'), ('ABSENT', 'Absent'), ('EXCUSED', 'Excused')], max_length=8)),
                ('later', models.CharField(choices=[('PRESENT', 'Present'), ('PARTLY', 'Partly'), ('ABSENT', 'Absent'), ('EXCUSED', 'Excused')], max_length=8)),
                ('reason', models.TextField()),
                ('corrected_at', models.DateTimeField()),
                ('corrected_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='training.registerentry')),
            ],
        ),
        migrations.CreateModel(
            name='TrainingSession',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('delivery', models.CharField(choices=[('FACE_TO_FACE', 'Face to face'), ('VIRTUAL', 'Virtual classroom'), ('VIDEO', 'Video')], max_length=12)),
                ('place', models.CharField(blank=True, max_length=200)),
                ('joining_link', models.URLField(blank=True, help_text='Of the call, or of the video', max_length=500)),
                ('state', models.CharField(choices=[('PLANNED', 'Planned'), ('HELD', 'Held'), ('CANCELLED', 'Cancelled')], default='PLANNED', max_length=10)),
                ('code_opened_at', models.DateTimeField(blank=True, null=True)),
                ('planned_at', models.DateTimeField()),
                ('held_at', models.DateTimeField(blank=True, help_text='When the register was closed', null=True)),
                ('cancelled_at', models.DateTimeField(blank=True, null=True)),
                ('cancel_reason', models.CharField(blank=True, max_length=300)),
                ('cancelled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('code_opened_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('cohorts', models.ManyToManyField(related_name='sessions', to='training.cohort')),
                ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('held_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('module_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='training.moduleversion')),
                ('planned_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('trainer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddField(
            model_name='registerentry',
            name='session',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='training.trainingsession'),
        ),
        migrations.AddConstraint(
            model_name='programme',
            constraint=models.UniqueConstraint(fields=('force', 'name'), name='programme_named_once_in_its_force', violation_error_message='There is a programme of that name already.'),
        ),
        migrations.AddConstraint(
            model_name='programme',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='programme_has_a_name'),
        ),
        migrations.AddConstraint(
            model_name='cohortmember',
            constraint=models.UniqueConstraint(condition=models.Q(('left_at', None)), fields=('programme', 'person'), name='cohort_member_in_one_cohort_of_a_programme', violation_error_message='This person is in a cohort of this programme already.'),
        ),
        migrations.AddConstraint(
            model_name='cohortmember',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('left_at', None), ('left_by', None)), models.Q(('left_at__isnull', False), ('left_by__isnull', False)), _connector='OR'), name='cohort_member_left_says_who_and_when'),
        ),
        migrations.AddConstraint(
            model_name='cohort',
            constraint=models.UniqueConstraint(fields=('programme', 'name'), name='cohort_named_once_in_its_programme', violation_error_message='This programme has a cohort of that name already.'),
        ),
        migrations.AddConstraint(
            model_name='cohort',
            constraint=models.CheckConstraint(condition=models.Q(('starts_on__lte', models.F('ends_on')), models.Q(('name', ''), _negated=True)), name='cohort_begins_before_it_ends', violation_error_message='A cohort ends on the day on which it begins, or later.'),
        ),
        migrations.AddConstraint(
            model_name='registercorrection',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), _negated=True), models.Q(('later', ''), _negated=True), models.Q(('earlier', models.F('later')), _negated=True)), name='register_correction_says_what_and_why', violation_error_message='Say why the register is corrected.'),
        ),
        migrations.AddIndex(
            model_name='trainingsession',
            index=models.Index(fields=['force', 'starts_at', 'id'], name='training_session_by_start'),
        ),
        migrations.AddIndex(
            model_name='trainingsession',
            index=models.Index(condition=models.Q(('state', 'PLANNED')), fields=['starts_at'], name='training_session_planned'),
        ),
        migrations.AddConstraint(
            model_name='trainingsession',
            constraint=models.CheckConstraint(condition=models.Q(('starts_at__lt', models.F('ends_at'))), name='training_session_begins_before_it_ends', violation_error_message='A session must begin before it ends.'),
        ),
        migrations.AddConstraint(
            model_name='trainingsession',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('delivery', 'FACE_TO_FACE'), ('joining_link', ''), models.Q(('place', ''), _negated=True)), models.Q(('delivery__in', ('VIRTUAL', 'VIDEO')), ('place', '')), _connector='OR'), name='training_session_is_in_a_place_or_by_link', violation_error_message='A session face to face has a place, any other a link.'),
        ),
        migrations.AddConstraint(
            model_name='trainingsession',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('code_opened_at', None), ('code_opened_by', None)), models.Q(('code_opened_at__isnull', False), ('code_opened_by__isnull', False), models.Q(('delivery', 'VIDEO'), _negated=True)), _connector='OR'), name='training_session_code_says_who_and_when'),
        ),
        migrations.AddConstraint(
            model_name='trainingsession',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('held_at__isnull', False), ('held_by__isnull', False), ('state', 'HELD')), models.Q(models.Q(('state', 'HELD'), _negated=True), ('held_at', None), ('held_by', None)), _connector='OR'), name='training_session_held_says_who_and_when'),
        ),
        migrations.AddConstraint(
            model_name='trainingsession',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('cancelled_at__isnull', False), ('cancelled_by__isnull', False), ('state', 'CANCELLED'), models.Q(('cancel_reason', ''), _negated=True)), models.Q(models.Q(('state', 'CANCELLED'), _negated=True), ('cancel_reason', ''), ('cancelled_at', None), ('cancelled_by', None)), _connector='OR'), name='training_session_cancelled_says_who_when_and_why', violation_error_message='Say why the session is cancelled.'),
        ),
        migrations.AddConstraint(
            model_name='registerentry',
            constraint=models.UniqueConstraint(fields=('session', 'person'), name='register_entry_once_a_person', violation_error_message='This person is expected at this session already.'),
        ),
        migrations.AddConstraint(
            model_name='registerentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('marked_at', None), ('marked_by', None), ('marked_how', ''), ('presence', '')), models.Q(('marked_at__isnull', False), ('marked_by__isnull', False), models.Q(('presence', ''), _negated=True), models.Q(('marked_how', ''), _negated=True)), _connector='OR'), name='register_entry_marked_says_how_who_and_when'),
        ),
        migrations.AddConstraint(
            model_name='registerentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('marked_how', 'CODE'), _negated=True), models.Q(('marked_by', models.F('person')), ('presence', 'PRESENT')), _connector='OR'), name='register_entry_by_code_is_by_oneself'),
        ),
        migrations.AddConstraint(
            model_name='registerentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('marked_how', 'VIDEO'), _negated=True), models.Q(('presence', 'PRESENT'), ('watched_at__isnull', False)), _connector='OR'), name='register_entry_by_video_was_watched'),
        ),
        migrations.AddConstraint(
            model_name='registerentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('watched_at', None), ('watched_version', None)), models.Q(('watched_at__isnull', False), ('watched_version__isnull', False)), _connector='OR'), name='register_entry_watched_says_which_version'),
        ),
    ]
