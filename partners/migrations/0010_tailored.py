"""Sessions that agencies ask for. New tables."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '__first__'),
        ('partners', '0009_session_dates'),
    ]

    operations = [
        migrations.CreateModel(
            name='TailoredRequest',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('CPI', 'CPI form'), ('CLARES_LAW', "Clare's Law"), ('SARAHS_LAW', "Sarah's Law"), ('SHARING_LAW', 'Information sharing law'), ('TOOLKIT_TOUR', 'Toolkit tour'), ('OTHER', 'Other')], max_length=20)),
                ('audience', models.CharField(help_text='Who the session is for', max_length=200)),
                ('size', models.PositiveSmallIntegerField(help_text='How many people')),
                ('purpose', models.TextField(help_text='What they should take away')),
                ('wished', models.CharField(help_text='When it would suit', max_length=300)),
                ('venue', models.CharField(choices=[('ONLINE', 'Online'), ('PLACE', 'In a place')], max_length=10)),
                ('state', models.CharField(choices=[('ASKED', 'Asked for'), ('PROPOSED', 'Dates proposed'), ('AGREED', 'Date agreed'), ('SCHEDULED', 'Scheduled'), ('DECLINED', 'Declined'), ('WITHDRAWN', 'Withdrawn')], default='ASKED', max_length=10)),
                ('request_key', models.UUIDField(help_text='Of the form that asked: the same key again asks nothing more', unique=True)),
                ('asked_at', models.DateTimeField()),
                ('moved_at', models.DateTimeField()),
                ('reminded_at', models.DateTimeField(blank=True, help_text="When whoever's turn it is was reminded last", null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tailored_requests', to='accounts.agency')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('host', models.ForeignKey(help_text='The force that is asked', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('session', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tailored', to='partners.session')),
            ],
            options={
                'indexes': [models.Index(fields=['host', 'state', 'moved_at'], name='tailored_by_host_and_state')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('audience', ''), _negated=True), models.Q(('purpose', ''), _negated=True), models.Q(('wished', ''), _negated=True), ('size__gte', 1), ('size__lte', 500)), name='tailored_request_says_what_is_wanted'), models.CheckConstraint(condition=models.Q(models.Q(('session__isnull', False), ('state', 'SCHEDULED')), models.Q(models.Q(('state', 'SCHEDULED'), _negated=True), ('session', None)), _connector='OR'), name='tailored_request_scheduled_has_its_session'), models.CheckConstraint(condition=models.Q(('reminded_at', None), ('reminded_at__gte', models.F('moved_at')), _connector='OR'), name='tailored_request_reminded_since_it_moved')],
            },
        ),
        migrations.CreateModel(
            name='TailoredDate',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('round', models.PositiveSmallIntegerField()),
                ('starts_at', models.DateTimeField()),
                ('is_agreed', models.BooleanField(default=False)),
                ('request', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='dates', to='partners.tailoredrequest')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('request', 'round', 'starts_at'), name='tailored_date_proposed_once'), models.UniqueConstraint(condition=models.Q(('is_agreed', True)), fields=('request',), name='tailored_date_only_one_is_agreed')],
            },
        ),
        migrations.CreateModel(
            name='TailoredStep',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('move', models.CharField(choices=[('ASK', 'Ask for a session'), ('PROPOSE', 'Propose dates'), ('AGREE', 'Agree to a date'), ('ASK_OTHERS', 'Ask for other dates'), ('SCHEDULE', 'Schedule the session'), ('DECLINE', 'Decline'), ('WITHDRAW', 'Withdraw')], max_length=10)),
                ('words', models.CharField(blank=True, max_length=500)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('request', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='partners.tailoredrequest')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('request', 'number'), name='tailored_step_counted_once'), models.CheckConstraint(condition=models.Q(models.Q(('move__in', ['DECLINE', 'ASK_OTHERS']), _negated=True), models.Q(('words', ''), _negated=True), _connector='OR'), name='tailored_step_says_why_it_was_refused')],
            },
        ),
    ]
