import uuid
from django.db import migrations, models

from common.create_models import CreateModels


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ("jobs", "0001_initial"),
        ("jobs", "0002_given_up_jobs"),
        ("jobs", "0003_cancelled_jobs"),
        ("jobs", "0004_cancelled_jobs_are_checked"),
    ]

    dependencies = []

    operations = [
        CreateModels(
            models=[
                migrations.CreateModel(
                    name='Job',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('task', models.CharField(max_length=120)),
                        ('arguments', models.JSONField(default=dict, help_text='Ids only')),
                        ('queue', models.CharField(default='default', max_length=20)),
                        ('requested_by_id', models.UUIDField(blank=True, help_text='The person who asked; people live on a higher floor', null=True)),
                        ('created_at', models.DateTimeField()),
                        ('due_at', models.DateTimeField()),
                        ('lease_token', models.UUIDField(blank=True, null=True)),
                        ('lease_until', models.DateTimeField(blank=True, null=True)),
                        ('attempts', models.PositiveSmallIntegerField(default=0)),
                        ('stage', models.CharField(blank=True, max_length=80)),
                        ('steps_done', models.PositiveIntegerField(default=0)),
                        ('steps_total', models.PositiveIntegerField(default=0)),
                        ('nudges', models.PositiveSmallIntegerField(db_default=0, default=0, help_text='How often the sweeper sent it again')),
                        ('nudge_after', models.DateTimeField(blank=True, help_text='When the sweeper may send it again', null=True)),
                        ('given_up_at', models.DateTimeField(blank=True, help_text='When it was tried as often as anything is tried, and still not done', null=True)),
                        ('cancelled_at', models.DateTimeField(blank=True, help_text='When somebody no longer wanted it; its worker stops at its next step', null=True)),
                        ('finished_at', models.DateTimeField(blank=True, null=True)),
                        ('error', models.CharField(blank=True, help_text='The kind of error; never its contents', max_length=200)),
                    ],
                    options={
                        'indexes': [
                            models.Index(condition=models.Q(('finished_at', None)), fields=['due_at'], name='job_unfinished_by_due'),
                            models.Index(condition=models.Q(('given_up_at__isnull', False)), fields=['-given_up_at'], name='job_given_up'),
                        ],
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(models.Q(('lease_token', None), ('lease_until', None)), models.Q(('lease_token__isnull', False), ('lease_until__isnull', False)), _connector='OR'), name='job_lease_says_who_and_until'),
                            models.CheckConstraint(condition=models.Q(('given_up_at', None), models.Q(('finished_at__isnull', False), models.Q(('error', ''), _negated=True)), _connector='OR'), name='job_given_up_is_finished_and_says_why'),
                            models.CheckConstraint(condition=models.Q(('cancelled_at', None), models.Q(('error', ''), ('finished_at__isnull', False), ('given_up_at', None)), _connector='OR'), name='job_cancelled_is_finished_without_error'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Heartbeat',
                    fields=[
                        ('name', models.CharField(max_length=40, primary_key=True, serialize=False)),
                        ('at', models.DateTimeField()),
                    ],
                ),
            ],
        ),
    ]
