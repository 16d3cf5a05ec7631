"""What trainers keep of a partner agency: contacts, packages with their days, agreements, staff. New tables."""

import django.contrib.postgres.constraints
import django.db.models.deletion
import django.db.models.functions.text
import partners.models.agencies
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_intelligence_officer'),
        ('partners', '0005_a_person_stands_once'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AgencyContact',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120)),
                ('role', models.CharField(help_text='Their job, for example Designated safeguarding lead', max_length=80)),
                ('email', models.EmailField(max_length=254)),
                ('phone', models.CharField(blank=True, max_length=30)),
                ('is_main', models.BooleanField(default=False)),
                ('changed_at', models.DateTimeField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contacts', to='accounts.agency')),
                ('changed_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_main', True)), fields=('agency',), name='agency_contact_only_one_is_main', violation_error_message='This agency has a main contact already.'), models.UniqueConstraint(django.db.models.functions.text.Lower('email'), models.F('agency'), name='agency_contact_known_once', violation_error_message='This agency has a contact with this e-mail address already.'), models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('role', ''), _negated=True), models.Q(('email', ''), _negated=True)), name='agency_contact_says_who')],
            },
        ),
        migrations.CreateModel(
            name='AgencyPackage',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('package', models.CharField(choices=[('FULL', 'All sessions'), ('CPI_ONLY', 'The CPI part only'), ('DECLINED', 'Declined')], max_length=10)),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField(blank=True, help_text='The last day; empty while it lasts', null=True)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('said_by', models.CharField(help_text='Who of the agency said so', max_length=120)),
                ('recorded_at', models.DateTimeField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='packages', to='accounts.agency')),
                ('recorded_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('agency', '='), (partners.models.agencies._WholeDays('valid_from', 'valid_until', models.Value('[]')), '&&')], name='agency_package_one_at_a_time', violation_error_message='Another package is recorded for some of these days.'), models.CheckConstraint(condition=models.Q(('valid_until', None), ('valid_from__lte', models.F('valid_until')), _connector='OR'), name='agency_package_begins_before_it_ends', violation_error_message='A package cannot end before it begins.'), models.CheckConstraint(condition=models.Q(models.Q(('package', 'DECLINED'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='agency_package_declined_says_why', violation_error_message='Say why the agency declined.'), models.CheckConstraint(condition=models.Q(('said_by', ''), _negated=True), name='agency_package_says_who_said_so')],
            },
        ),
        migrations.CreateModel(
            name='AgencyStaff',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('counted_on', models.DateField()),
                ('staff', models.PositiveIntegerField()),
                ('source', models.CharField(help_text='Where the number is from', max_length=200)),
                ('recorded_at', models.DateTimeField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='staff_counts', to='accounts.agency')),
                ('recorded_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'agency staff',
                'constraints': [models.UniqueConstraint(fields=('agency', 'counted_on'), name='agency_staff_counted_once_a_day'), models.CheckConstraint(condition=models.Q(('staff__gte', 1), ('staff__lte', 500000), models.Q(('source', ''), _negated=True)), name='agency_staff_is_a_sensible_number')],
            },
        ),
        migrations.CreateModel(
            name='SharingAgreement',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('signed_on', models.DateField()),
                ('review_on', models.DateField(help_text='The last day on which it is in date')),
                ('where', models.CharField(blank=True, help_text='Where the signed copy is kept', max_length=200)),
                ('recorded_at', models.DateTimeField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sharing_agreements', to='accounts.agency')),
                ('recorded_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('agency', 'signed_on'), name='sharing_agreement_signed_once_a_day', violation_error_message='An agreement of that day is recorded already.'), models.CheckConstraint(condition=models.Q(('signed_on__lt', models.F('review_on'))), name='sharing_agreement_is_reviewed_after_it_is_signed', violation_error_message='An agreement is reviewed after it was signed.')],
            },
        ),
    ]
