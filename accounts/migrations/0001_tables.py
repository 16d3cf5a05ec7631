import accounts.models
import django.contrib.postgres.constraints
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import uuid
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations, models

from common.create_models import CreateModels


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ("accounts", "0001_initial"),
        ("accounts", "0002_dip_sample_reviewer"),
        ("accounts", "0003_role_may_end_the_day_it_starts"),
        ("accounts", "0004_agency_mailbox"),
        ("accounts", "0005_intelligence_officer"),
        ("accounts", "0006_sessions_end_and_take_new_keys"),
        ("accounts", "0007_reviews_of_roles"),
    ]

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        BtreeGistExtension(),
        TrigramExtension(),
        CreateModels(
            models=[
                migrations.CreateModel(
                    name='Area',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('kind', models.CharField(choices=[('LOCAL_AUTHORITY', 'Local authority'), ('DISTRICT', 'District')], max_length=20)),
                        ('code', models.CharField(max_length=12, unique=True)),
                        ('name', models.CharField(max_length=80)),
                        ('part_of', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='accounts.area')),
                        ('valid_from', models.DateField(blank=True, null=True)),
                        ('valid_to', models.DateField(blank=True, null=True)),
                        ('succeeded_by', models.ManyToManyField(blank=True, related_name='predecessors', to='accounts.area')),
                    ],
                    options={
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(('valid_from', None), ('valid_to', None), ('valid_from__lt', models.F('valid_to')), _connector='OR'), name='area_begins_before_it_ends', violation_error_message='An area must begin before it ends.'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Agency',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('kind', models.CharField(choices=[('POLICE', 'Police'), ('CHILDRENS_SERVICES', "Local authority children's services"), ('ADULTS_SERVICES', "Local authority adults' services"), ('HOUSING', 'Local authority housing'), ('EDUCATION', 'Education'), ('EARLY_YEARS', 'Early years'), ('HEALTH_ICB', 'Integrated care board'), ('HEALTH_ACUTE', 'Acute hospital trust'), ('HEALTH_COMMUNITY', 'Community health'), ('MENTAL_HEALTH', 'Mental health trust'), ('GP', 'General practice'), ('MIDWIFERY', 'Midwifery and health visiting'), ('AMBULANCE', 'Ambulance service'), ('FIRE', 'Fire and rescue service'), ('PROBATION', 'Probation'), ('YOUTH_JUSTICE', 'Youth justice'), ('PRISON', 'Prison'), ('VOLUNTARY', 'Voluntary or domestic abuse service'), ('COMMUNITY_SAFETY', 'Community safety partnership'), ('SERVICE_POLICE', 'Service police'), ('FAITH', 'Faith organisation'), ('OTHER', 'Other')], max_length=20)),
                        ('name', models.CharField(max_length=120, unique=True)),
                        ('group', models.OneToOneField(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='agency', to='auth.group')),
                        ('is_hub', models.BooleanField(default=False)),
                        ('is_active', models.BooleanField(default=True)),
                        ('mailbox', models.EmailField(blank=True, db_default='', default='', help_text='A shared mailbox, if there is one: of the hub, told of every new referral by reference and link alone', max_length=254)),
                        ('areas', models.ManyToManyField(blank=True, related_name='agencies', to='accounts.area')),
                    ],
                    options={
                        'verbose_name_plural': 'agencies',
                        'constraints': [
                            models.UniqueConstraint(condition=models.Q(('is_hub', True)), fields=('is_hub',), name='agency_only_one_runs_the_hub'),
                            models.CheckConstraint(condition=models.Q(('is_hub', False), ('kind', 'POLICE'), _connector='OR'), name='agency_that_runs_the_hub_is_police'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Team',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='teams', to='accounts.agency')),
                        ('name', models.CharField(max_length=80)),
                        ('district', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='teams', to='accounts.area')),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('agency', 'name'), name='team_named_once_in_its_agency'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='User',
                    fields=[
                        ('password', models.CharField(max_length=128, verbose_name='password')),
                        ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                        ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('email', models.EmailField(max_length=254, unique=True)),
                        ('name', models.CharField(max_length=120)),
                        ('job_title', models.CharField(blank=True, help_text='Rank or job, for example PC or Headteacher', max_length=80)),
                        ('collar_number', models.CharField(blank=True, max_length=10)),
                        ('agency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='people', to='accounts.agency')),
                        ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='people', to='accounts.team')),
                        ('is_active', models.BooleanField(default=True)),
                        ('is_staff', models.BooleanField(default=False)),
                        ('keyboard_shortcuts', models.BooleanField(default=True)),
                        ('date_joined', models.DateTimeField(default=django.utils.timezone.now)),
                        ('signed_out_at', models.DateTimeField(blank=True, editable=False, help_text='Sessions that began before this moment count no more', null=True)),
                        ('rights_changed_at', models.DateTimeField(blank=True, editable=False, help_text='Sessions take another key at their first request after it', null=True)),
                        ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                        ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='user_email_is_used_once'),
                            models.CheckConstraint(condition=models.Q(('team', None), ('agency__isnull', False), _connector='OR'), name='user_in_a_team_has_an_agency'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='RoleGrant',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='role_grants', to=settings.AUTH_USER_MODEL)),
                        ('role', models.CharField(choices=[('FRONTLINE_OFFICER', 'Frontline officer or staff'), ('PARTNER_PRACTITIONER', 'Partner practitioner'), ('MASH_DECISION_MAKER', 'MASH decision-maker'), ('MASH_SUPERVISOR', 'MASH supervisor'), ('INTELLIGENCE_OFFICER', 'Intelligence officer'), ('DIP_SAMPLE_REVIEWER', 'Dip-sample reviewer'), ('PANEL_MEMBER', 'Panel member'), ('TRAINER', 'Trainer'), ('MENTOR', 'Mentor'), ('LINE_MANAGER', 'Line manager'), ('TRAINING_COORDINATOR', 'Partner training coordinator'), ('SENIOR_LEADER', 'Senior leader'), ('ANALYST', 'Analyst'), ('INFORMATION_GOVERNANCE', 'Information governance officer'), ('ADMINISTRATOR', 'Administrator')], max_length=30)),
                        ('starts_on', models.DateField()),
                        ('ends_on', models.DateField(blank=True, null=True)),
                        ('granted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(('ends_on', None), ('starts_on__lte', models.F('ends_on')), _connector='OR'), name='role_grant_ends_no_sooner_than_it_starts', violation_error_message='A role cannot end before it starts.'),
                            models.CheckConstraint(condition=models.Q(('granted_by', None), models.Q(('granted_by', models.F('user')), _negated=True), _connector='OR'), name='role_grant_not_given_to_oneself', violation_error_message='Nobody may give a role to themselves.'),
                            django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('user', '='), ('role', '='), (accounts.models._Days('starts_on', 'ends_on'), '&&')], name='role_grant_held_once_at_a_time', violation_error_message='This person holds that role in these days already.'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='GrantReview',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('grant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='accounts.rolegrant')),
                        ('outcome', models.CharField(choices=[('KEPT', 'Still needed'), ('ENDED', 'No longer needed')], max_length=10)),
                        ('reviewed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('reviewed_at', models.DateTimeField()),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(condition=models.Q(('outcome', 'ENDED')), fields=('grant',), name='grant_review_ends_a_role_once'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='ApiClient',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('name', models.CharField(max_length=80, unique=True)),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='api_clients', to=settings.AUTH_USER_MODEL)),
                        ('token_hash', models.CharField(max_length=64, unique=True)),
                        ('scopes', models.JSONField(default=list, help_text='For example ["referrals:read", "referrals:write", "incidents:write"]')),
                        ('is_active', models.BooleanField(default=True)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                ),
                migrations.CreateModel(
                    name='IdempotentRequest',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('key', models.CharField(max_length=100)),
                        ('fingerprint', models.CharField(help_text='SHA-256 of method, path and body', max_length=64)),
                        ('status', models.PositiveSmallIntegerField()),
                        ('body', models.JSONField()),
                        ('at', models.DateTimeField()),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('user', 'key'), name='idempotent_request_one_answer_per_key'),
                        ],
                    },
                ),
            ],
        ),
    ]
