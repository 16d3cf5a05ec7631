import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import uuid
from django.db import migrations, models

from common.create_models import CreateModels


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ("audit", "0001_initial"),
        ("audit", "0004_entries_by_object_and_actor"),
        ("audit", "0005_searches_of_the_log"),
        ("audit", "0007_history_by_triggers"),
    ]

    dependencies = []

    operations = [
        CreateModels(
            models=[
                migrations.CreateModel(
                    name='Change',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('at', models.DateTimeField()),
                        ('operation', models.CharField(choices=[('INSERT', 'Added'), ('UPDATE', 'Changed'), ('DELETE', 'Deleted')], max_length=6)),
                        ('table', models.CharField(max_length=63)),
                        ('row_key', models.CharField(max_length=40)),
                        ('record_label', models.CharField(max_length=60)),
                        ('record_id', models.CharField(max_length=40)),
                        ('columns', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=63), default=list, size=None)),
                        ('before', models.JSONField(null=True)),
                        ('after', models.JSONField(null=True)),
                        ('actor_id', models.CharField(blank=True, help_text='Of the person whose request it was; empty without one', max_length=40)),
                        ('database_user', models.CharField(max_length=63)),
                        ('request_id', models.CharField(blank=True, max_length=64)),
                    ],
                    options={
                        'indexes': [
                            models.Index(fields=['record_id', '-id'], name='change_of_record'),
                        ],
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(models.Q(('after', None), ('before', None), ('operation', 'INSERT')), models.Q(('after__isnull', False), ('before__isnull', False), ('operation', 'UPDATE')), models.Q(('after', None), ('before__isnull', False), ('operation', 'DELETE')), _connector='OR'), name='change_holds_what_its_operation_leaves'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Entry',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('public_id', models.UUIDField(default=uuid.uuid4, editable=False)),
                        ('at', models.DateTimeField()),
                        ('verb', models.CharField(choices=[('COLLECTED', 'Collected'), ('CHANGED', 'Changed'), ('READ', 'Read'), ('SEARCHED', 'Searched'), ('SHARED', 'Shared'), ('UNSHARED', 'Sharing ended'), ('EXPORTED', 'Exported'), ('PRINTED', 'Printed'), ('DOWNLOADED', 'Downloaded'), ('COMBINED', 'Combined'), ('DELETED', 'Deleted'), ('SIGNED_IN', 'Signed in'), ('ADMINISTERED', 'Administered')], max_length=20)),
                        ('what', models.CharField(help_text='The transition or page, for example referral.decided', max_length=60)),
                        ('actor_id', models.CharField(blank=True, max_length=40)),
                        ('actor_agency_id', models.CharField(blank=True, max_length=40)),
                        ('object_label', models.CharField(blank=True, max_length=60)),
                        ('object_id', models.CharField(blank=True, max_length=40)),
                        ('recipient_id', models.CharField(blank=True, help_text='The agency that something was disclosed to', max_length=40)),
                        ('reason', models.TextField(blank=True)),
                        ('details', models.JSONField(blank=True, default=dict, help_text='Names of fields, states and counts; never their contents')),
                        ('request_id', models.CharField(blank=True, max_length=64)),
                    ],
                    options={
                        'verbose_name_plural': 'entries',
                        'indexes': [
                            models.Index(fields=['object_id', '-id'], name='entry_of_object'),
                            models.Index(fields=['actor_id', '-id'], name='entry_of_actor'),
                            models.Index(fields=['what', '-id'], name='entry_of_deed'),
                            django.contrib.postgres.indexes.BrinIndex(autosummarize=True, fields=['at'], name='entry_by_day', pages_per_range=32),
                            django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass('details', name='jsonb_path_ops'), condition=models.Q(('what', 'referral.searched')), name='entry_by_digest'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Unchained',
                    fields=[
                        ('entry_id', models.BigIntegerField(primary_key=True, serialize=False)),
                    ],
                    options={
                        'verbose_name_plural': 'unchained',
                    },
                ),
                migrations.CreateModel(
                    name='Link',
                    fields=[
                        ('number', models.BigIntegerField(primary_key=True, serialize=False)),
                        ('entry_id', models.BigIntegerField(unique=True)),
                        ('hash', models.CharField(max_length=64)),
                    ],
                ),
                migrations.CreateModel(
                    name='LogSearch',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('by_id', models.CharField(max_length=40)),
                        ('at', models.DateTimeField(db_index=True)),
                        ('terms', models.JSONField(help_text='What entries.found takes, and under “asked” the same in the words that were typed')),
                    ],
                    options={
                        'verbose_name': 'search of the access log',
                        'verbose_name_plural': 'searches of the access log',
                    },
                ),
                migrations.CreateModel(
                    name='Unusual',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('rule', models.CharField(choices=[('OUT_OF_HOURS', 'Looked at records outside the hours in which this person usually works'), ('MANY_IN_HOUR', 'Opened far more records in one hour than usual'), ('MANY_IN_DAY', 'Opened far more records in one day than usual'), ('MANY_FILES', 'Took out far more files in one day than usual'), ('SAME_NAME', 'Opened a referral about somebody with the same family name, in which this person has had no part'), ('KNOWN_PERSON', 'Opened a referral about themselves or somebody of their own team'), ('NO_TASK', 'Opened several referrals on which this person had no task'), ('LOOKED_UP', 'Searched for somebody and opened the referral without a task on it'), ('SAME_SEARCH', 'Searched for the same name again and again'), ('BREAK_GLASS', 'Opened a record by emergency access')], max_length=20)),
                        ('actor_id', models.CharField(max_length=40)),
                        ('actor_agency_id', models.CharField(blank=True, max_length=40)),
                        ('day', models.DateField()),
                        ('object_label', models.CharField(blank=True, max_length=60)),
                        ('object_id', models.CharField(blank=True, max_length=40)),
                        ('counts', models.JSONField(default=dict)),
                        ('found_at', models.DateTimeField()),
                        ('state', models.CharField(choices=[('NEW', 'To be looked at'), ('ASKED', 'The person was asked'), ('ESCALATED', 'Passed on'), ('EXPLAINED', 'Explained')], default='NEW', max_length=10)),
                        ('noted_by_id', models.CharField(blank=True, max_length=40)),
                        ('noted_at', models.DateTimeField(blank=True, null=True)),
                        ('note', models.TextField(blank=True)),
                    ],
                    options={
                        'verbose_name': 'case of unusual access',
                        'verbose_name_plural': 'cases of unusual access',
                        'indexes': [
                            models.Index(fields=['state', '-found_at', '-id'], name='unusual_of_state_newest_first'),
                        ],
                        'constraints': [
                            models.UniqueConstraint(fields=('actor_id', 'day', 'rule', 'object_id'), name='unusual_once_for_person_day_rule_and_record'),
                            models.CheckConstraint(condition=models.Q(models.Q(('note', ''), ('noted_at', None), ('noted_by_id', ''), ('state', 'NEW')), models.Q(models.Q(('state', 'NEW'), _negated=True), ('noted_at__isnull', False), models.Q(('noted_by_id', ''), _negated=True), models.Q(('note', ''), _negated=True)), _connector='OR'), name='unusual_noted_says_who_when_and_what'),
                            models.CheckConstraint(condition=models.Q(('noted_by_id', models.F('actor_id')), _negated=True), name='unusual_not_noted_by_whom_it_is_about', violation_error_message='Nobody notes what came of a case about themselves.'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Watch',
                    fields=[
                        ('name', models.CharField(max_length=20, primary_key=True, serialize=False)),
                        ('last_entry_id', models.BigIntegerField(default=0)),
                    ],
                    options={
                        'verbose_name_plural': 'watches',
                    },
                ),
            ],
        ),
    ]
