"""Waiting lists with offers, places that are held while somebody fills in the form, groups, swaps, needs, reminders, and each change of a booking as a row."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_intelligence_officer'),
        ('partners', '0002_count_places'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='booking',
            name='moved_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='booking',
            name='moved_by',
            field=models.ForeignKey(blank=True, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='booking',
            name='moved_note',
            field=models.CharField(blank=True, db_default='', default='', editable=False, max_length=300),
        ),
        migrations.AddField(
            model_name='booking',
            name='moves',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AlterField(
            model_name='booking',
            name='state',
            field=models.CharField(choices=[('BOOKED', 'Booked'), ('WAITING', 'On the waiting list'), ('OFFERED', 'Place offered'), ('PRESENT', 'Present'), ('ABSENT', 'Absent'), ('CANCELLED', 'Cancelled'), ('CALLED_OFF', 'Session cancelled'), ('LEFT', 'Left the waiting list'), ('DECLINED', 'Offer turned down'), ('LAPSED', 'Lapsed'), ('HANDED_ON', 'Given to a colleague')], default='BOOKED', max_length=10),
        ),
        migrations.CreateModel(
            name='BookingChange',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('from_state', models.CharField(blank=True, choices=[('BOOKED', 'Booked'), ('WAITING', 'On the waiting list'), ('OFFERED', 'Place offered'), ('PRESENT', 'Present'), ('ABSENT', 'Absent'), ('CANCELLED', 'Cancelled'), ('CALLED_OFF', 'Session cancelled'), ('LEFT', 'Left the waiting list'), ('DECLINED', 'Offer turned down'), ('LAPSED', 'Lapsed'), ('HANDED_ON', 'Given to a colleague')], max_length=10)),
                ('to_state', models.CharField(choices=[('BOOKED', 'Booked'), ('WAITING', 'On the waiting list'), ('OFFERED', 'Place offered'), ('PRESENT', 'Present'), ('ABSENT', 'Absent'), ('CANCELLED', 'Cancelled'), ('CALLED_OFF', 'Session cancelled'), ('LEFT', 'Left the waiting list'), ('DECLINED', 'Offer turned down'), ('LAPSED', 'Lapsed'), ('HANDED_ON', 'Given to a colleague')], max_length=10)),
                ('made_at', models.DateTimeField()),
                ('note', models.CharField(blank=True, max_length=300)),
                ('number', models.PositiveSmallIntegerField(help_text="Of the booking's changes, from 0")),
                ('booking', models.ForeignKey(db_constraint=False, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='changes', to='partners.booking')),
                ('made_by', models.ForeignKey(db_index=False, help_text='Empty: the clock', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('booking', 'number'), name='bookingchange_each_number_once'),
                ],
            },
        ),
        migrations.CreateModel(
            name='BookingNeeds',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('access', models.CharField(blank=True, max_length=500)),
                ('dietary', models.CharField(blank=True, max_length=500)),
                ('said_at', models.DateTimeField()),
                ('booking', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='needs', to='partners.booking')),
                ('said_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('access', ''), ('dietary', ''), _negated=True), name='bookingneeds_say_something'),
                ],
            },
        ),
        migrations.CreateModel(
            name='GroupBooking',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('made_at', models.DateTimeField()),
                ('left_out', models.PositiveSmallIntegerField(help_text='How many were not booked, for want of places')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.session')),
            ],
        ),
        migrations.CreateModel(
            name='GroupMember',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('booking', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='group_member', to='partners.booking')),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='partners.groupbooking')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('group', 'number'), name='groupmember_each_number_once'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Offer',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('offered_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField(db_index=True)),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
                ('accepted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('booking', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='offer', to='partners.booking')),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('offered_at__lt', models.F('ends_at'))), name='offer_begins_before_it_ends'),
                    models.CheckConstraint(condition=models.Q(models.Q(('accepted_at', None), ('accepted_by', None)), models.Q(('accepted_at__isnull', False), ('accepted_by__isnull', False)), _connector='OR'), name='offer_accepted_says_who_and_when'),
                    models.CheckConstraint(condition=models.Q(('accepted_at', None), ('accepted_at__lt', models.F('ends_at')), _connector='OR'), name='offer_accepted_in_time'),
                ],
            },
        ),
        migrations.CreateModel(
            name='PlaceHold',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('begun_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField(db_index=True)),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='partners.session')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('session', 'user'), name='placehold_one_for_a_person', violation_error_message='A place is held for you on this session already.'),
                    models.CheckConstraint(condition=models.Q(('begun_at__lt', models.F('ends_at'))), name='placehold_begins_before_it_ends'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('WEEK', 'Seven days before'), ('DAY', 'One day before'), ('HOUR', 'One hour before')], max_length=10)),
                ('starts_at', models.DateTimeField()),
                ('made_at', models.DateTimeField()),
                ('booking', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reminders', to='partners.booking')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('booking', 'kind', 'starts_at'), name='reminder_each_once'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Swap',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('new', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='swap_in', to='partners.booking')),
                ('old', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='swap_out', to='partners.booking')),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('old', models.F('new')), _negated=True), name='swap_is_between_two_bookings'),
                ],
            },
        ),
    ]
