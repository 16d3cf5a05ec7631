"""Role profiles with modules, skills and people, and the entries that show skills; modules get an owner, a review and an end."""

import django.contrib.postgres.constraints
import django.contrib.postgres.operations
import django.db.models.deletion
import training.models.profiles
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_intelligence_officer'),
        ('training', '0003_what_modules_help_with'),
    ]

    operations = [
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
                'constraints': [models.UniqueConstraint(fields=('force', 'name'), name='skill_named_once_in_its_force', violation_error_message='There is a skill of that name already.'), models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('counts_as_evidence', ''), _negated=True), models.Q(('valid_months', None), ('valid_months__gte', 1), _connector='OR')), name='skill_says_what_counts')],
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
                'constraints': [models.UniqueConstraint(fields=('force', 'name'), name='role_profile_named_once_in_its_force', violation_error_message='There is a profile of that name already.'), models.UniqueConstraint(condition=models.Q(('account_role', ''), _negated=True), fields=('force', 'account_role'), name='role_profile_once_for_an_account_role', violation_error_message='Another profile is for that account role already.'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='role_profile_has_a_name')],
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
                'constraints': [models.UniqueConstraint(fields=('profile', 'module'), name='profile_module_once_a_profile')],
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
                'constraints': [models.UniqueConstraint(fields=('profile', 'skill'), name='profile_skill_once_a_profile'), models.CheckConstraint(condition=models.Q(('level', None), ('level__in', [1, 2, 3, 4]), _connector='OR'), name='profile_skill_level_is_known')],
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
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_by', None), ('ends_on', None)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False), ('ends_on__isnull', False)), _connector='OR'), name='profile_assignment_ended_says_who_and_when'), models.CheckConstraint(condition=models.Q(models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), models.Q(('complete_by', None), ('complete_by__gte', models.F('starts_on')), _connector='OR')), name='profile_assignment_days_run_forwards', violation_error_message='It cannot end, or be complete, before it starts.'), models.CheckConstraint(condition=models.Q(models.Q(('assigned_by', models.F('person')), _negated=True), models.Q(('ended_by', None), models.Q(('ended_by', models.F('person')), _negated=True), _connector='OR')), name='profile_assignment_not_by_oneself', violation_error_message='Nobody decides on their own profiles.'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('person', '='), ('profile', '='), (training.models.profiles._Days('starts_on', 'ends_on'), '&&')], name='profile_assignment_once_at_a_time', violation_error_message='This person is in that profile in these days already.')],
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
                'indexes': [models.Index(fields=['person', '-shown_on', '-id'], name='skill_evidence_newest_first'), models.Index(condition=models.Q(('answer', '')), fields=['agency', 'written_at'], name='skill_evidence_to_answer')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answer_words', ''), ('answered_at', None), ('answered_by', None), ('lapses_on', None)), models.Q(('answer__in', ['CONFIRMED', 'NOT_YET']), ('answered_at__isnull', False), ('answered_by__isnull', False)), _connector='OR'), name='skill_evidence_answered_says_who_and_when'), models.CheckConstraint(condition=models.Q(('answered_by', None), models.Q(('answered_by', models.F('person')), _negated=True), _connector='OR'), name='skill_evidence_nobody_confirms_their_own', violation_error_message='Nobody confirms their own evidence.'), models.CheckConstraint(condition=models.Q(models.Q(('answer', 'NOT_YET'), _negated=True), models.Q(models.Q(('answer_words', ''), _negated=True), ('lapses_on', None)), _connector='OR'), name='skill_evidence_not_enough_says_what_is_missing', violation_error_message='Say what is missing.'), models.CheckConstraint(condition=models.Q(models.Q(('words', ''), _negated=True), ('level__in', [1, 2, 3, 4])), name='skill_evidence_says_what_and_how_well')],
            },
        ),
        migrations.AddField(
            model_name='module',
            name='owner',
            field=models.ForeignKey(blank=True, help_text='Who answers for what it teaches', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='module',
            name='retired_on',
            field=models.DateField(blank=True, help_text='First day on which nobody needs it', null=True),
        ),
        migrations.AddField(
            model_name='module',
            name='retired_reason',
            field=models.CharField(blank=True, db_default='', default='', max_length=500),
        ),
        migrations.AddField(
            model_name='module',
            name='retired_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='module',
            name='retired_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='moduleversion',
            name='link',
            field=models.URLField(blank=True, db_default='', default='', help_text='Where it is taken, for e-learning'),
        ),
        migrations.AddField(
            model_name='moduleversion',
            name='materials',
            field=models.TextField(blank=True, db_default='', default='', help_text='One a line, with its link'),
        ),
        migrations.AddField(
            model_name='moduleversion',
            name='review_on',
            field=models.DateField(blank=True, help_text='By when it is looked through: guidance changes', null=True),
        ),
        migrations.AddField(
            model_name='moduleversion',
            name='written_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='moduleversion',
            name='written_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='moduleversion',
            name='reviewed_at',
            field=models.DateTimeField(blank=True, help_text='Before use', null=True),
        ),
        migrations.AddField(
            model_name='moduleversion',
            name='reviewed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='moduleversion',
            name='checked_at',
            field=models.DateTimeField(blank=True, help_text='The last time that it was looked through since', null=True),
        ),
        migrations.AddField(
            model_name='moduleversion',
            name='checked_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        django.contrib.postgres.operations.AddConstraintNotValid(
            model_name='module',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('retired_at', None), ('retired_by', None), ('retired_on', None), ('retired_reason', '')), models.Q(('retired_at__isnull', False), ('retired_by__isnull', False), ('retired_on__isnull', False), models.Q(('retired_reason', ''), _negated=True)), _connector='OR'), name='module_retired_says_who_when_and_why', violation_error_message='Say from when a module is retired, and why.'),
        ),
        django.contrib.postgres.operations.AddConstraintNotValid(
            model_name='moduleversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('written_at', None), ('written_by', None)), models.Q(('written_at__isnull', False), ('written_by__isnull', False)), _connector='OR'), name='module_version_written_says_who_and_when'),
        ),
        django.contrib.postgres.operations.AddConstraintNotValid(
            model_name='moduleversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reviewed_at', None), ('reviewed_by', None)), models.Q(('reviewed_at__isnull', False), ('reviewed_by__isnull', False), models.Q(('reviewed_by', models.F('written_by')), _negated=True)), _connector='OR'), name='module_version_reviewed_by_somebody_else', violation_error_message='Somebody else reviews a module before it is used.'),
        ),
        django.contrib.postgres.operations.AddConstraintNotValid(
            model_name='moduleversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('checked_at', None), ('checked_by', None)), models.Q(('checked_at__isnull', False), ('checked_by__isnull', False)), _connector='OR'), name='module_version_checked_says_who_and_when'),
        ),
    ]
