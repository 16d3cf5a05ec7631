"""What people thought of a session, without a row for one person, and what they are asked by mail once."""

import django.contrib.postgres.fields
import django.db.models.deletion
import partners.models.session_feedback
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('partners', '0014_scenarios'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SessionFeedbackBox',
            fields=[
                ('session', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='feedback_box', serialize=False, to='partners.session')),
                ('useful', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveIntegerField(), default=partners.models.session_feedback.no_marks, help_text='How useful it was: how often 1 to 5', size=None)),
                ('sure_before', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveIntegerField(), default=partners.models.session_feedback.no_marks, help_text='How confident people were before it: how often 1 to 5', size=None)),
                ('sure_after', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveIntegerField(), default=partners.models.session_feedback.no_marks, help_text='How confident they are after it: how often 1 to 5', size=None)),
                ('practice', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=500), default=list, help_text='What they will do; by letters', size=None)),
            ],
            options={
                'verbose_name_plural': 'session feedback boxes',
                'constraints': [models.CheckConstraint(condition=models.Q(('sure_after__len', 5), ('sure_before__len', 5), ('useful__len', 5)), name='session_feedback_box_counts_each_mark')],
            },
        ),
        migrations.CreateModel(
            name='LearningMail',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('FEEDBACK', 'What the session was like'), ('FOLLOW_UP', 'What became of it three months later')], max_length=10)),
                ('made_at', models.DateTimeField()),
                ('booking', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='learning_mails', to='partners.booking')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('booking', 'kind'), name='learning_mail_each_once')],
            },
        ),
        migrations.CreateModel(
            name='SessionFeedbackReceipt',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('session', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='feedback_receipts', to='partners.session')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('session', 'person'), name='session_feedback_once_a_person', violation_error_message='You have told us about this session already.')],
            },
        ),
    ]
