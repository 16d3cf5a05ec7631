import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.text
import partners.models.agencies
import partners.models.attendance
import partners.models.prompted
import partners.models.session_feedback
import uuid
from django.conf import settings
from django.db import migrations, models

from common.create_models import CreateModels


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ("partners", "0001_initial"),
        ("partners", "0003_waiting_list"),
        ("partners", "0007_agencies"),
        ("partners", "0008_session_parts"),
        ("partners", "0010_tailored"),
        ("partners", "0013_register_rules_hold"),
        ("partners", "0015_session_feedback"),
        ("partners", "0018_session_open_by_start"),
        ("partners", "0020_wider_rules_hold"),
    ]

    dependencies = [
        ("accounts", "0001_tables"),
        ("training", "0001_tables"),
    ]

    operations = [
        CreateModels(
            models=[
                migrations.CreateModel(
                    name='Session',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('host', models.ForeignKey(help_text='The force that runs it', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                        ('kind', models.CharField(choices=[('CPI', 'CPI form'), ('CLARES_LAW', "Clare's Law"), ('SARAHS_LAW', "Sarah's Law"), ('SHARING_LAW', 'Information sharing law'), ('TOOLKIT_TOUR', 'Toolkit tour'), ('OTHER', 'Other')], max_length=20)),
                        ('title', models.CharField(max_length=120)),
                        ('about', models.TextField(blank=True)),
                        ('starts_at', models.DateTimeField()),
                        ('ends_at', models.DateTimeField()),
                        ('venue', models.CharField(choices=[('ONLINE', 'Online'), ('PLACE', 'In a place')], max_length=10)),
                        ('place', models.CharField(blank=True, max_length=200)),
                        ('joining_link', models.URLField(blank=True, help_text='Shown to booked people only', max_length=500)),
                        ('town', models.CharField(blank=True, db_default='', default='', help_text='Of the place; the public list shows no more', max_length=80)),
                        ('notes', models.TextField(blank=True, db_default='', default='', help_text='For trainers only')),
                        ('date_count', models.PositiveSmallIntegerField(db_default=1, default=1, help_text='How many dates it has')),
                        ('audience', models.CharField(choices=[('OPEN', 'Every agency'), ('KINDS', 'Agencies of some kinds'), ('NAMED', 'Named agencies'), ('INVITED', 'By invitation: coordinators of the invited agencies book'), ('FORCES', 'Other police forces')], db_default='OPEN', default='OPEN', max_length=10)),
                        ('audience_kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('POLICE', 'Police'), ('CHILDRENS_SERVICES', "Local authority children's services"), ('ADULTS_SERVICES', "Local authority adults' services"), ('HOUSING', 'Local authority housing'), ('EDUCATION', 'Education'), ('EARLY_YEARS', 'Early years'), ('HEALTH_ICB', 'Integrated care board'), ('HEALTH_ACUTE', 'Acute hospital trust'), ('HEALTH_COMMUNITY', 'Community health'), ('MENTAL_HEALTH', 'Mental health trust'), ('GP', 'General practice'), ('MIDWIFERY', 'Midwifery and health visiting'), ('AMBULANCE', 'Ambulance service'), ('FIRE', 'Fire and rescue service'), ('PROBATION', 'Probation'), ('YOUTH_JUSTICE', 'Youth justice'), ('PRISON', 'Prison'), ('VOLUNTARY', 'Voluntary or domestic abuse service'), ('COMMUNITY_SAFETY', 'Community safety partnership'), ('SERVICE_POLICE', 'Service police'), ('FAITH', 'Faith organisation'), ('OTHER', 'Other')], max_length=20), blank=True, db_default=[], default=list, size=None)),
                        ('capacity', models.PositiveSmallIntegerField()),
                        ('places_taken', models.PositiveSmallIntegerField(default=0, editable=False)),
                        ('booking_opens_at', models.DateTimeField(blank=True, help_text='At once when empty', null=True)),
                        ('booking_closes_at', models.DateTimeField()),
                        ('state', models.CharField(choices=[('PLANNED', 'Planned'), ('OPEN', 'Open'), ('HELD', 'Held'), ('CANCELLED', 'Cancelled')], default='PLANNED', max_length=10)),
                        ('revision', models.PositiveSmallIntegerField(default=0)),
                        ('planned_at', models.DateTimeField()),
                        ('planned_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('changed_at', models.DateTimeField()),
                        ('opened_at', models.DateTimeField(blank=True, null=True)),
                        ('opened_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('cancelled_at', models.DateTimeField(blank=True, null=True)),
                        ('cancelled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('cancel_reason', models.CharField(blank=True, max_length=300)),
                        ('held_at', models.DateTimeField(blank=True, help_text='When the register was closed', null=True)),
                        ('held_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('closed_by_clock', models.BooleanField(db_default=False, default=False, help_text='The register was closed by a job, for nobody did')),
                        ('code_opened_at', models.DateTimeField(blank=True, help_text='Since when a code is shown on the screen', null=True)),
                        ('code_opened_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('trainers', models.ManyToManyField(related_name='partner_sessions', to=settings.AUTH_USER_MODEL)),
                        ('audience_agencies', models.ManyToManyField(blank=True, related_name='sessions_for_it', to='accounts.agency')),
                    ],
                    options={
                        'indexes': [
                            models.Index(fields=['starts_at', 'id'], name='session_by_start'),
                            models.Index(condition=models.Q(('state', 'OPEN')), fields=['starts_at', 'id'], name='session_open_by_start'),
                        ],
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(('places_taken__lte', models.F('capacity'))), name='session_is_never_oversold', violation_error_message='All places are taken.'),
                            models.CheckConstraint(condition=models.Q(('capacity__gte', 1)), name='session_has_a_place_to_give', violation_error_message='A session needs at least one place.'),
                            models.CheckConstraint(condition=models.Q(('starts_at__lt', models.F('ends_at'))), name='session_begins_before_it_ends', violation_error_message='A session must begin before it ends.'),
                            models.CheckConstraint(condition=models.Q(('booking_closes_at__lte', models.F('starts_at')), models.Q(('booking_opens_at', None), ('booking_opens_at__lt', models.F('booking_closes_at')), _connector='OR')), name='session_booking_closes_before_it_begins', violation_error_message='Booking must open before it closes, and close before the session begins.'),
                            models.CheckConstraint(condition=models.Q(models.Q(('place', ''), ('venue', 'ONLINE')), models.Q(('joining_link', ''), ('venue', 'PLACE'), models.Q(('place', ''), _negated=True)), _connector='OR'), name='session_is_online_or_in_a_place', violation_error_message='A session is online, or in a place that is named.'),
                            models.CheckConstraint(condition=models.Q(models.Q(('audience', 'KINDS'), ('audience_kinds__len__gt', 0)), models.Q(models.Q(('audience', 'KINDS'), _negated=True), ('audience_kinds__len', 0)), _connector='OR'), name='session_for_kinds_says_which', violation_error_message='Choose which kinds of agency the session is for.'),
                            models.CheckConstraint(condition=models.Q(('date_count__gte', 1), ('date_count__lte', 6)), name='session_has_a_date'),
                            models.CheckConstraint(condition=models.Q(models.Q(('opened_at', None), ('opened_by', None), models.Q(('state__in', ('OPEN', 'HELD')), _negated=True)), models.Q(('opened_at__isnull', False), ('opened_by__isnull', False), models.Q(('state', 'PLANNED'), _negated=True)), _connector='OR'), name='session_opened_says_who_and_when'),
                            models.CheckConstraint(condition=models.Q(models.Q(('cancelled_at__isnull', False), ('cancelled_by__isnull', False), ('state', 'CANCELLED'), models.Q(('cancel_reason', ''), _negated=True)), models.Q(models.Q(('state', 'CANCELLED'), _negated=True), ('cancel_reason', ''), ('cancelled_at', None), ('cancelled_by', None)), _connector='OR'), name='session_cancelled_says_who_when_and_why', violation_error_message='Say why the session is cancelled.'),
                            models.CheckConstraint(condition=models.Q(models.Q(('closed_by_clock', False), ('held_at__isnull', False), ('held_by__isnull', False), ('state', 'HELD')), models.Q(('closed_by_clock', True), ('held_at__isnull', False), ('held_by', None), ('state', 'HELD')), models.Q(models.Q(('state', 'HELD'), _negated=True), ('closed_by_clock', False), ('held_at', None), ('held_by', None)), _connector='OR'), name='session_held_says_who_and_when'),
                            models.CheckConstraint(condition=models.Q(models.Q(('code_opened_at', None), ('code_opened_by', None)), models.Q(('code_opened_at__isnull', False), ('code_opened_by__isnull', False)), _connector='OR'), name='session_code_says_who_and_when'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Delegate',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='delegates', to='accounts.agency')),
                        ('name', models.CharField(max_length=120)),
                        ('email', models.EmailField(max_length=254)),
                        ('added_at', models.DateTimeField()),
                        ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('forgotten_at', models.DateTimeField(blank=True, help_text='When name and address were removed', null=True)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(django.db.models.functions.text.Lower('email'), models.F('agency'), name='delegate_known_once_in_an_agency', violation_error_message='Your agency has a delegate with this e-mail address already.'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Booking',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('reference', models.CharField(max_length=24)),
                        ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to='partners.session')),
                        ('agency', models.ForeignKey(help_text='Of the person, when booked', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                        ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='session_bookings', to=settings.AUTH_USER_MODEL)),
                        ('delegate', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to='partners.delegate')),
                        ('state', models.CharField(choices=[('BOOKED', 'Booked'), ('WAITING', 'On the waiting list'), ('OFFERED', 'Place offered'), ('PRESENT', 'Present'), ('ABSENT', 'Absent'), ('CANCELLED', 'Cancelled'), ('CALLED_OFF', 'Session cancelled'), ('LEFT', 'Left the waiting list'), ('DECLINED', 'Offer turned down'), ('LAPSED', 'Lapsed'), ('HANDED_ON', 'Given to a colleague')], default='BOOKED', max_length=10)),
                        ('request_key', models.UUIDField(help_text='Of the request that made it: the same key again makes no second one')),
                        ('booked_at', models.DateTimeField()),
                        ('booked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('cancelled_at', models.DateTimeField(blank=True, null=True)),
                        ('cancelled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('registered_at', models.DateTimeField(blank=True, null=True)),
                        ('registered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('walk_in', models.CharField(blank=True, choices=[('PLACE', 'Walk-in, on a free place'), ('ABOVE', 'Walk-in, above the number of places')], db_default='', default='', help_text='Who came and had not booked', max_length=5)),
                        ('is_partial', models.BooleanField(db_default=False, default=False, help_text='There, and not for all of it')),
                        ('minutes_present', models.PositiveSmallIntegerField(blank=True, help_text="As the meeting's report counted them", null=True)),
                        ('marked_how', models.CharField(blank=True, choices=[('LIST', 'By the list'), ('CODE', 'By the code on the screen'), ('REPORT', "By the meeting's report"), ('CLOCK', 'When the register was closed automatically')], db_default='', default='', max_length=6)),
                        ('moves', models.PositiveSmallIntegerField(db_default=0, default=0, editable=False)),
                        ('moved_at', models.DateTimeField(blank=True, editable=False, null=True)),
                        ('moved_by', models.ForeignKey(blank=True, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('moved_note', models.CharField(blank=True, db_default='', default='', editable=False, max_length=300)),
                    ],
                    options={
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(models.Q(('delegate', None), ('user__isnull', False)), models.Q(('delegate__isnull', False), ('user', None)), _connector='OR'), name='booking_is_for_one_person'),
                            models.UniqueConstraint(condition=models.Q(('state__in', ('BOOKED', 'PRESENT', 'ABSENT', 'OFFERED', 'WAITING'))), fields=('session', 'user'), name='booking_user_stands_once', violation_error_message='This person has a place on this session, or waits for one, already.'),
                            models.UniqueConstraint(condition=models.Q(('state__in', ('BOOKED', 'PRESENT', 'ABSENT', 'OFFERED', 'WAITING'))), fields=('session', 'delegate'), name='booking_delegate_stands_once', violation_error_message='This person has a place on this session, or waits for one, already.'),
                            models.UniqueConstraint(fields=('request_key',), name='booking_one_per_request'),
                            models.UniqueConstraint(fields=('reference',), name='booking_reference_is_given_once'),
                            models.CheckConstraint(condition=models.Q(('reference', ''), _negated=True), name='booking_has_a_reference'),
                            models.CheckConstraint(condition=models.Q(models.Q(('cancelled_at__isnull', False), ('cancelled_by__isnull', False), ('state__in', ('CANCELLED', 'CALLED_OFF', 'LEFT', 'DECLINED', 'HANDED_ON'))), models.Q(models.Q(('state__in', ('CANCELLED', 'CALLED_OFF', 'LEFT', 'DECLINED', 'HANDED_ON')), _negated=True), ('cancelled_at', None), ('cancelled_by', None)), _connector='OR'), name='booking_cancelled_says_who_and_when'),
                            models.CheckConstraint(condition=models.Q(models.Q(('registered_at__isnull', False), ('registered_by__isnull', False), ('state__in', ('PRESENT', 'ABSENT'))), models.Q(('marked_how', 'CLOCK'), ('registered_at__isnull', False), ('registered_by', None), ('state', 'ABSENT')), models.Q(models.Q(('state__in', ('PRESENT', 'ABSENT')), _negated=True), ('registered_at', None), ('registered_by', None)), _connector='OR'), name='booking_registered_says_who_and_when'),
                            models.CheckConstraint(condition=models.Q(('moved_by', None), ('moved_at__isnull', False), _connector='OR'), name='booking_moved_by_somebody_has_a_moment'),
                            models.CheckConstraint(condition=models.Q(('walk_in', ''), ('state__in', ('PRESENT', 'ABSENT')), _connector='OR'), name='booking_walk_in_is_marked'),
                            models.CheckConstraint(condition=models.Q(('state', 'PRESENT'), models.Q(('is_partial', False), ('minutes_present', None)), _connector='OR'), name='booking_part_and_minutes_of_who_was_there'),
                            models.CheckConstraint(condition=models.Q(('marked_how', ''), ('state__in', ('PRESENT', 'ABSENT')), _connector='OR'), name='booking_marked_how_when_marked'),
                            models.CheckConstraint(condition=models.Q(models.Q(('marked_how', 'CODE'), _negated=True), models.Q(('registered_by', models.F('user')), ('state', 'PRESENT'), ('user__isnull', False)), _connector='OR'), name='booking_by_code_is_by_oneself'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='BookingChange',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('booking', models.ForeignKey(db_constraint=False, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='changes', to='partners.booking')),
                        ('from_state', models.CharField(blank=True, choices=[('BOOKED', 'Booked'), ('WAITING', 'On the waiting list'), ('OFFERED', 'Place offered'), ('PRESENT', 'Present'), ('ABSENT', 'Absent'), ('CANCELLED', 'Cancelled'), ('CALLED_OFF', 'Session cancelled'), ('LEFT', 'Left the waiting list'), ('DECLINED', 'Offer turned down'), ('LAPSED', 'Lapsed'), ('HANDED_ON', 'Given to a colleague')], max_length=10)),
                        ('to_state', models.CharField(choices=[('BOOKED', 'Booked'), ('WAITING', 'On the waiting list'), ('OFFERED', 'Place offered'), ('PRESENT', 'Present'), ('ABSENT', 'Absent'), ('CANCELLED', 'Cancelled'), ('CALLED_OFF', 'Session cancelled'), ('LEFT', 'Left the waiting list'), ('DECLINED', 'Offer turned down'), ('LAPSED', 'Lapsed'), ('HANDED_ON', 'Given to a colleague')], max_length=10)),
                        ('made_at', models.DateTimeField()),
                        ('made_by', models.ForeignKey(db_index=False, help_text='Empty: the clock', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('note', models.CharField(blank=True, max_length=300)),
                        ('number', models.PositiveSmallIntegerField(help_text="Of the booking's changes, from 0")),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('booking', 'number'), name='bookingchange_each_number_once'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='AbsenceWarning',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('agency', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                        ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='absence_warnings', to=settings.AUTH_USER_MODEL)),
                        ('delegate', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='absence_warnings', to='partners.delegate')),
                        ('missed', models.PositiveSmallIntegerField(help_text='How many sessions within a year')),
                        ('made_at', models.DateTimeField()),
                    ],
                    options={
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(models.Q(('delegate', None), ('user__isnull', False)), models.Q(('delegate__isnull', False), ('user', None)), _connector='OR'), name='absence_warning_is_for_one_person'),
                            models.CheckConstraint(condition=models.Q(('missed__gte', 1)), name='absence_warning_counts_some'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='AgencyContact',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contacts', to='accounts.agency')),
                        ('name', models.CharField(max_length=120)),
                        ('role', models.CharField(help_text='Their job, for example Designated safeguarding lead', max_length=80)),
                        ('email', models.EmailField(max_length=254)),
                        ('phone', models.CharField(blank=True, max_length=30)),
                        ('is_main', models.BooleanField(default=False)),
                        ('changed_at', models.DateTimeField()),
                        ('changed_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(condition=models.Q(('is_main', True)), fields=('agency',), name='agency_contact_only_one_is_main', violation_error_message='This agency has a main contact already.'),
                            models.UniqueConstraint(django.db.models.functions.text.Lower('email'), models.F('agency'), name='agency_contact_known_once', violation_error_message='This agency has a contact with this e-mail address already.'),
                            models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('role', ''), _negated=True), models.Q(('email', ''), _negated=True)), name='agency_contact_says_who'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='AgencyPackage',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='packages', to='accounts.agency')),
                        ('package', models.CharField(choices=[('FULL', 'All sessions'), ('CPI_ONLY', 'The CPI part only'), ('DECLINED', 'Declined')], max_length=10)),
                        ('valid_from', models.DateField()),
                        ('valid_until', models.DateField(blank=True, help_text='The last day; empty while it lasts', null=True)),
                        ('reason', models.CharField(blank=True, max_length=300)),
                        ('said_by', models.CharField(help_text='Who of the agency said so', max_length=120)),
                        ('recorded_at', models.DateTimeField()),
                        ('recorded_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [
                            django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('agency', '='), (partners.models.agencies._WholeDays('valid_from', 'valid_until', models.Value('[]')), '&&')], name='agency_package_one_at_a_time', violation_error_message='Another package is recorded for some of these days.'),
                            models.CheckConstraint(condition=models.Q(('valid_until', None), ('valid_from__lte', models.F('valid_until')), _connector='OR'), name='agency_package_begins_before_it_ends', violation_error_message='A package cannot end before it begins.'),
                            models.CheckConstraint(condition=models.Q(models.Q(('package', 'DECLINED'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='agency_package_declined_says_why', violation_error_message='Say why the agency declined.'),
                            models.CheckConstraint(condition=models.Q(('said_by', ''), _negated=True), name='agency_package_says_who_said_so'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='SharingAgreement',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sharing_agreements', to='accounts.agency')),
                        ('signed_on', models.DateField()),
                        ('review_on', models.DateField(help_text='The last day on which it is in date')),
                        ('where', models.CharField(blank=True, help_text='Where the signed copy is kept', max_length=200)),
                        ('recorded_at', models.DateTimeField()),
                        ('recorded_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('agency', 'signed_on'), name='sharing_agreement_signed_once_a_day', violation_error_message='An agreement of that day is recorded already.'),
                            models.CheckConstraint(condition=models.Q(('signed_on__lt', models.F('review_on'))), name='sharing_agreement_is_reviewed_after_it_is_signed', violation_error_message='An agreement is reviewed after it was signed.'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='AgencyStaff',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='staff_counts', to='accounts.agency')),
                        ('counted_on', models.DateField()),
                        ('staff', models.PositiveIntegerField()),
                        ('source', models.CharField(help_text='Where the number is from', max_length=200)),
                        ('recorded_at', models.DateTimeField()),
                        ('recorded_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name_plural': 'agency staff',
                        'constraints': [
                            models.UniqueConstraint(fields=('agency', 'counted_on'), name='agency_staff_counted_once_a_day'),
                            models.CheckConstraint(condition=models.Q(('staff__gte', 1), ('staff__lte', 500000), models.Q(('source', ''), _negated=True)), name='agency_staff_is_a_sensible_number'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='CheckIn',
                    fields=[
                        ('booking', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='check_in', serialize=False, to='partners.booking')),
                        ('session', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='partners.session')),
                        ('wrong_codes', models.PositiveSmallIntegerField(default=0, help_text='In a row, until a pause')),
                        ('wrong_code_at', models.DateTimeField(blank=True, help_text='The last one', null=True)),
                        ('device_hash', models.CharField(blank=True, help_text="Of a random word in the device's cookie", max_length=64)),
                        ('checked_in_at', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(condition=models.Q(('device_hash', ''), _negated=True), fields=('session', 'device_hash'), name='checkin_one_person_a_device', violation_error_message='Somebody else has checked in on this device.'),
                            models.CheckConstraint(condition=models.Q(models.Q(('checked_in_at', None), ('device_hash', '')), models.Q(('checked_in_at__isnull', False), models.Q(('device_hash', ''), _negated=True)), _connector='OR'), name='checkin_says_when_and_on_what'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Certificate',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('booking', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='certificate', to='partners.booking')),
                        ('token', models.CharField(default=partners.models.attendance.new_token, max_length=43, unique=True)),
                        ('made_at', models.DateTimeField(help_text='First')),
                        ('made_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(('token__regex', '^[A-Za-z0-9_-]{43}$')), name='certificate_has_a_long_token'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='RegisterNotice',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('session', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='register_notices', to='partners.session')),
                        ('kind', models.CharField(choices=[('OPEN', 'It is not closed yet'), ('CLOSED', 'It was closed automatically'), ('EMPTY', 'Nobody is marked, so it was not closed')], max_length=6)),
                        ('made_at', models.DateTimeField()),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('session', 'kind'), name='register_notice_each_once'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='FollowUp',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('booking', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='follow_up', to='partners.booking')),
                        ('used', models.CharField(choices=[('YES', 'Yes'), ('NOT_YET', 'Not yet, but I will'), ('NO', 'No')], max_length=7)),
                        ('how', models.CharField(blank=True, help_text='How it was used', max_length=1000)),
                        ('changed', models.CharField(blank=True, help_text='What changed by it', max_length=1000)),
                        ('may_tell', models.BooleanField(help_text='Agrees that it is told without name and agency')),
                        ('answered_at', models.DateTimeField()),
                        ('taken_back_at', models.DateTimeField(blank=True, help_text='When the person took the agreement back', null=True)),
                        ('set_aside_at', models.DateTimeField(blank=True, help_text='When a trainer set the story aside', null=True)),
                        ('set_aside_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'indexes': [
                            models.Index(condition=models.Q(('may_tell', True)), fields=['-answered_at', '-id'], name='follow_up_to_tell'),
                        ],
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(models.Q(('used', 'YES'), _negated=True), models.Q(('how', ''), _negated=True), _connector='OR'), name='follow_up_that_was_used_says_how'),
                            models.CheckConstraint(condition=models.Q(('may_tell', False), ('used', 'YES'), _connector='OR'), name='follow_up_is_told_where_it_was_used'),
                            models.CheckConstraint(condition=models.Q(('taken_back_at', None), ('may_tell', True), _connector='OR'), name='follow_up_taken_back_was_agreed_to'),
                            models.CheckConstraint(condition=models.Q(models.Q(('set_aside_at', None), ('set_aside_by', None)), models.Q(('set_aside_at__isnull', False), ('set_aside_by__isnull', False)), _connector='OR'), name='follow_up_set_aside_says_who_and_when'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='PlaceHold',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='partners.session')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('begun_at', models.DateTimeField()),
                        ('ends_at', models.DateTimeField(db_index=True)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('session', 'user'), name='placehold_one_for_a_person', violation_error_message='A place is held for you on this session already.'),
                            models.CheckConstraint(condition=models.Q(('begun_at__lt', models.F('ends_at'))), name='placehold_begins_before_it_ends'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='WalkInJoin',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('booking', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='joins', to='partners.booking')),
                        ('delegate', models.ForeignKey(help_text='As they were entered', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.delegate')),
                        ('user', models.ForeignKey(help_text='Whose account it is', on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('joined_at', models.DateTimeField()),
                        ('joined_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('undone_at', models.DateTimeField(blank=True, null=True)),
                        ('undone_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('undone_reason', models.CharField(blank=True, max_length=300)),
                    ],
                    options={
                        'indexes': [
                            models.Index(fields=['booking', 'joined_at'], name='walk_in_join_by_booking'),
                        ],
                        'constraints': [
                            models.UniqueConstraint(condition=models.Q(('undone_at', None)), fields=('booking',), name='walk_in_joined_once_at_a_time'),
                            models.CheckConstraint(condition=models.Q(models.Q(('undone_at', None), ('undone_by', None), ('undone_reason', '')), models.Q(('undone_at__isnull', False), ('undone_by__isnull', False), models.Q(('undone_reason', ''), _negated=True)), _connector='OR'), name='walk_in_join_undone_says_who_when_and_why', violation_error_message='Say why it is undone.'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='BookingNeeds',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('booking', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='needs', to='partners.booking')),
                        ('access', models.CharField(blank=True, max_length=500)),
                        ('dietary', models.CharField(blank=True, max_length=500)),
                        ('said_at', models.DateTimeField()),
                        ('said_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(('access', ''), ('dietary', ''), _negated=True), name='bookingneeds_say_something'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Offer',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('booking', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='offer', to='partners.booking')),
                        ('offered_at', models.DateTimeField()),
                        ('ends_at', models.DateTimeField(db_index=True)),
                        ('accepted_at', models.DateTimeField(blank=True, null=True)),
                        ('accepted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
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
                    name='Reminder',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('booking', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reminders', to='partners.booking')),
                        ('kind', models.CharField(choices=[('WEEK', 'Seven days before'), ('DAY', 'One day before'), ('HOUR', 'One hour before')], max_length=10)),
                        ('starts_at', models.DateTimeField()),
                        ('made_at', models.DateTimeField()),
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
                        ('old', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='swap_out', to='partners.booking')),
                        ('new', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='swap_in', to='partners.booking')),
                    ],
                    options={
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(('old', models.F('new')), _negated=True), name='swap_is_between_two_bookings'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='GroupBooking',
                    fields=[
                        ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.session')),
                        ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                        ('made_at', models.DateTimeField()),
                        ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('left_out', models.PositiveSmallIntegerField(help_text='How many were not booked, for want of places')),
                    ],
                ),
                migrations.CreateModel(
                    name='GroupMember',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='partners.groupbooking')),
                        ('booking', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='group_member', to='partners.booking')),
                        ('number', models.PositiveSmallIntegerField()),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('group', 'number'), name='groupmember_each_number_once'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='PromptedApplication',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('force', models.ForeignKey(help_text='The force that was asked', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                        ('agency', models.ForeignKey(help_text='Who told the person to ask', on_delete=django.db.models.deletion.PROTECT, related_name='prompted_applications', to='accounts.agency')),
                        ('scheme', models.CharField(choices=[('CLARES_LAW', "Clare's Law"), ('SARAHS_LAW', "Sarah's Law")], max_length=10)),
                        ('received_on', models.DateField(help_text='First contact: the limit counts from here')),
                        ('force_reference', models.CharField(blank=True, max_length=30, validators=[partners.models.prompted.check_force_reference])),
                        ('held_information', models.CharField(choices=[('YES', 'Yes'), ('NO', 'No'), ('UNKNOWN', 'Not known')], max_length=7)),
                        ('shared_itself', models.CharField(choices=[('YES', 'Yes'), ('NO', 'No'), ('UNKNOWN', 'Not known')], max_length=7)),
                        ('asked_by_person', models.CharField(choices=[('YES', 'Yes'), ('NO', 'No'), ('UNKNOWN', 'Not known')], max_length=7)),
                        ('judgement', models.CharField(blank=True, choices=[('APPROPRIATE', 'Appropriate'), ('INAPPROPRIATE', 'Not appropriate')], max_length=13)),
                        ('reason', models.CharField(blank=True, max_length=600)),
                        ('should_have', models.CharField(blank=True, choices=[('SHARE', 'The agency tells the person at risk what it holds, or who protects them'), ('REFER', 'The agency refers to the hub'), ('SHARE_AND_REFER', 'The agency does both: it shares, and refers to the hub'), ('RIGHT_TO_KNOW', 'The agency tells the police, who disclose of their own accord (right to know)'), ('EMERGENCY', 'The agency calls 999')], max_length=15)),
                        ('judged_at', models.DateTimeField(blank=True, null=True)),
                        ('judged_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('state', models.CharField(choices=[('OPEN', 'Open'), ('ENDED', 'Ended'), ('STRUCK', 'Struck out')], default='OPEN', max_length=6)),
                        ('outcome', models.CharField(blank=True, choices=[('DISCLOSED', 'Something was disclosed'), ('NOTHING', 'There was nothing to disclose, or no pressing need'), ('WITHDRAWN', 'The person took it back'), ('NOT_REACHED', 'The person could not be reached'), ('OUT_OF_SCOPE', 'It was not for the scheme')], max_length=12)),
                        ('ended_on', models.DateField(blank=True, null=True)),
                        ('risk_acted_on', models.CharField(blank=True, choices=[('YES', 'Yes'), ('NO', 'No'), ('UNKNOWN', 'Not known')], max_length=7)),
                        ('request_key', models.UUIDField(help_text='Of the request that logged it: the same key again logs no second one')),
                        ('logged_at', models.DateTimeField()),
                        ('logged_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'indexes': [
                            models.Index(fields=['force', '-received_on', '-id'], name='prompted_by_day'),
                        ],
                        'constraints': [
                            models.UniqueConstraint(fields=('request_key',), name='prompted_one_per_request'),
                            models.UniqueConstraint(condition=models.Q(models.Q(('force_reference', ''), _negated=True), models.Q(('state', 'STRUCK'), _negated=True)), fields=('force', 'force_reference'), name='prompted_logged_once', violation_error_message='An application with this number is in the log already.'),
                            models.CheckConstraint(condition=models.Q(('force_reference', ''), ('force_reference__regex', '^[A-Z0-9/.-]*[0-9][A-Z0-9/.-]*[0-9][A-Z0-9/.-]*$'), _connector='OR'), name='prompted_reference_is_no_name'),
                            models.CheckConstraint(condition=models.Q(('held_information', 'NO'), ('shared_itself', 'YES'), _negated=True), name='prompted_nobody_shares_what_they_do_not_hold'),
                            models.CheckConstraint(condition=models.Q(models.Q(('judged_at', None), ('judged_by', None), ('judgement', ''), ('reason', ''), ('should_have', '')), models.Q(('judged_at__isnull', False), ('judged_by__isnull', False), models.Q(('reason', ''), _negated=True), models.Q(models.Q(('judgement', 'APPROPRIATE'), ('should_have', '')), models.Q(('judgement', 'INAPPROPRIATE'), models.Q(('should_have', ''), _negated=True)), _connector='OR')), _connector='OR'), name='prompted_judgement_says_who_when_and_why'),
                            models.CheckConstraint(condition=models.Q(('state', 'STRUCK'), models.Q(('ended_on', None), ('outcome', ''), ('risk_acted_on', ''), ('state', 'OPEN')), models.Q(('ended_on__gte', models.F('received_on')), ('state', 'ENDED'), models.Q(models.Q(('outcome__in', ('WITHDRAWN', 'NOT_REACHED', 'OUT_OF_SCOPE')), models.Q(('risk_acted_on', ''), _negated=True)), models.Q(models.Q(('outcome', ''), _negated=True), models.Q(('outcome__in', ('WITHDRAWN', 'NOT_REACHED', 'OUT_OF_SCOPE')), _negated=True), ('risk_acted_on', '')), _connector='OR')), _connector='OR'), name='prompted_end_says_how_and_when'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='ApplicationEvent',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='partners.promptedapplication')),
                        ('number', models.PositiveSmallIntegerField(help_text='1 for the first, without a gap')),
                        ('move', models.CharField(choices=[('LOG', 'Log'), ('JUDGE', 'Say whether it was appropriate'), ('END', 'Say how it ended'), ('STRIKE', 'Strike out what was logged by mistake')], max_length=6)),
                        ('held_information', models.CharField(choices=[('YES', 'Yes'), ('NO', 'No'), ('UNKNOWN', 'Not known')], max_length=7)),
                        ('shared_itself', models.CharField(choices=[('YES', 'Yes'), ('NO', 'No'), ('UNKNOWN', 'Not known')], max_length=7)),
                        ('asked_by_person', models.CharField(choices=[('YES', 'Yes'), ('NO', 'No'), ('UNKNOWN', 'Not known')], max_length=7)),
                        ('judgement', models.CharField(blank=True, choices=[('APPROPRIATE', 'Appropriate'), ('INAPPROPRIATE', 'Not appropriate')], max_length=13)),
                        ('reason', models.CharField(blank=True, help_text='Of the judgement, or of striking it out', max_length=600)),
                        ('should_have', models.CharField(blank=True, choices=[('SHARE', 'The agency tells the person at risk what it holds, or who protects them'), ('REFER', 'The agency refers to the hub'), ('SHARE_AND_REFER', 'The agency does both: it shares, and refers to the hub'), ('RIGHT_TO_KNOW', 'The agency tells the police, who disclose of their own accord (right to know)'), ('EMERGENCY', 'The agency calls 999')], max_length=15)),
                        ('outcome', models.CharField(blank=True, choices=[('DISCLOSED', 'Something was disclosed'), ('NOTHING', 'There was nothing to disclose, or no pressing need'), ('WITHDRAWN', 'The person took it back'), ('NOT_REACHED', 'The person could not be reached'), ('OUT_OF_SCOPE', 'It was not for the scheme')], max_length=12)),
                        ('ended_on', models.DateField(blank=True, null=True)),
                        ('risk_acted_on', models.CharField(blank=True, choices=[('YES', 'Yes'), ('NO', 'No'), ('UNKNOWN', 'Not known')], max_length=7)),
                        ('at', models.DateTimeField()),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('application', 'number'), name='prompted_steps_follow_each_other'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='AskingCheck',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                        ('scheme', models.CharField(choices=[('CLARES_LAW', "Clare's Law"), ('SARAHS_LAW', "Sarah's Law")], max_length=10)),
                        ('in_danger', models.CharField(choices=[('YES', 'Yes'), ('NO', 'No'), ('UNKNOWN', 'Not known')], max_length=7)),
                        ('held_information', models.CharField(choices=[('YES', 'Yes'), ('NO', 'No'), ('UNKNOWN', 'Not known')], max_length=7)),
                        ('asked_by_person', models.CharField(choices=[('YES', 'Yes'), ('NO', 'No'), ('UNKNOWN', 'Not known')], max_length=7)),
                        ('advice', models.CharField(choices=[('EMERGENCY', 'Call 999 now'), ('SHARE', 'Share it yourself, now'), ('CONSULT', 'Ask the hub first'), ('TELL_POLICE', 'Tell the police what worries you'), ('RIGHT_TO_ASK', 'A right to ask fits: help the person to apply')], max_length=12)),
                        ('checked_on', models.DateField()),
                    ],
                    options={
                        'indexes': [
                            models.Index(fields=['checked_on'], name='asking_check_by_day'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='SessionQuestion',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='partners.session')),
                        ('words', models.CharField(max_length=1000)),
                        ('state', models.CharField(choices=[('ASKED', 'Asked'), ('ANSWERED', 'Answered'), ('PUBLISHED', 'Published')], default='ASKED', max_length=9)),
                        ('request_key', models.UUIDField(help_text='Of the request that asked it', unique=True)),
                        ('asked_at', models.DateTimeField()),
                        ('asked_by', models.ForeignKey(blank=True, help_text='Empty: forgotten after its time, with the words as they were asked', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='session_questions', to=settings.AUTH_USER_MODEL)),
                        ('answer', models.TextField(blank=True, max_length=3000)),
                        ('answered_at', models.DateTimeField(blank=True, null=True)),
                        ('answered_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('public_question', models.CharField(blank=True, max_length=300)),
                        ('public_answer', models.TextField(blank=True, max_length=3000)),
                        ('published_at', models.DateTimeField(blank=True, null=True)),
                        ('published_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('search', models.GeneratedField(db_persist=True, expression=django.contrib.postgres.search.SearchVector('public_question', 'public_answer', config='english'), output_field=django.contrib.postgres.search.SearchVectorField())),
                    ],
                    options={
                        'indexes': [
                            django.contrib.postgres.indexes.GinIndex(condition=models.Q(('state', 'PUBLISHED')), fields=['search'], name='session_question_by_words'),
                            models.Index(condition=models.Q(('state', 'PUBLISHED')), fields=['-published_at', '-id'], name='session_question_published'),
                            models.Index(condition=models.Q(('state', 'ASKED')), fields=['asked_at', 'id'], name='session_question_open'),
                        ],
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(models.Q(('words', ''), _negated=True), ('asked_by', None), _connector='OR'), name='session_question_says_something'),
                            models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at', None), ('answered_by', None), ('state', 'ASKED')), models.Q(models.Q(('state', 'ASKED'), _negated=True), ('answered_at__isnull', False), ('answered_by__isnull', False), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='session_question_answered_says_who_and_when'),
                            models.CheckConstraint(condition=models.Q(models.Q(('published_at__isnull', False), ('published_by__isnull', False), ('state', 'PUBLISHED'), models.Q(('public_question', ''), _negated=True), models.Q(('public_answer', ''), _negated=True)), models.Q(models.Q(('state', 'PUBLISHED'), _negated=True), ('published_at', None), ('published_by', None)), _connector='OR'), name='session_question_published_says_who_when_and_what'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='ScenarioVersion',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('force', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                        ('number', models.PositiveSmallIntegerField()),
                        ('request_key', models.UUIDField(help_text='Of the request that wrote it', unique=True)),
                        ('written_at', models.DateTimeField()),
                        ('written_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('force', 'number'), name='scenario_versions_follow_each_other'),
                            models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='scenario_version_counts_from_one'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Scenario',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('version', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='scenarios', to='partners.scenarioversion')),
                        ('position', models.PositiveSmallIntegerField()),
                        ('title', models.CharField(max_length=120)),
                        ('story', models.TextField(max_length=2000)),
                        ('question', models.CharField(max_length=200)),
                        ('choices', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=300), size=None)),
                        ('reasons', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=600), size=None)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('version', 'position'), name='scenario_placed_once'),
                            models.CheckConstraint(condition=models.Q(('choices__len', 5), ('position__in', (1, 2)), ('reasons__len', 5)), name='scenario_is_one_of_two_with_five_answers'),
                            models.CheckConstraint(condition=models.Q(models.Q(('title', ''), _negated=True), models.Q(('story', ''), _negated=True), models.Q(('question', ''), _negated=True)), name='scenario_has_words'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='ScenarioAnswer',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='partners.scenarioversion')),
                        ('booking', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scenario_answers', to='partners.booking')),
                        ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('asked', models.CharField(choices=[('BEFORE', 'Before'), ('AFTER', 'After')], max_length=6)),
                        ('first', models.PositiveSmallIntegerField(help_text='Worth of the answer to the first scenario')),
                        ('second', models.PositiveSmallIntegerField(help_text='Worth of the answer to the second scenario')),
                        ('confidence', models.PositiveSmallIntegerField(help_text='From 1 to 5')),
                        ('answered_at', models.DateTimeField()),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('person', 'version', 'asked'), name='scenario_answer_once_before_and_once_after', violation_error_message='You have answered these scenarios already.'),
                            models.CheckConstraint(condition=models.Q(('confidence__in', (1, 2, 3, 4, 5)), ('first__in', (0, 1, 2, 3, 4)), ('second__in', (0, 1, 2, 3, 4))), name='scenario_answer_is_one_of_those_offered'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='SessionFeedbackReceipt',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('session', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='feedback_receipts', to='partners.session')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('session', 'person'), name='session_feedback_once_a_person', violation_error_message='You have told us about this session already.'),
                        ],
                    },
                ),
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
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(('sure_after__len', 5), ('sure_before__len', 5), ('useful__len', 5)), name='session_feedback_box_counts_each_mark'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='LearningMail',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('booking', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='learning_mails', to='partners.booking')),
                        ('kind', models.CharField(choices=[('FEEDBACK', 'What the session was like'), ('FOLLOW_UP', 'What became of it three months later')], max_length=10)),
                        ('made_at', models.DateTimeField()),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('booking', 'kind'), name='learning_mail_each_once'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='FeedbackLink',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='feedback_links', to='partners.session')),
                        ('token_hash', models.CharField(max_length=64, unique=True)),
                        ('is_used', models.BooleanField(default=False)),
                    ],
                    options={
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(('token_hash', ''), _negated=True), name='feedback_link_has_a_hash'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='SessionSeries',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('host', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                        ('kind', models.CharField(choices=[('COURSE', 'Course of several sessions'), ('REPEAT', 'The same session again')], max_length=8)),
                        ('title', models.CharField(max_length=120)),
                        ('request_key', models.UUIDField(help_text='Of the request that made it', unique=True)),
                        ('made_at', models.DateTimeField()),
                        ('made_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name_plural': 'session series',
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='session_series_has_a_title'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='SeriesPart',
                    fields=[
                        ('session', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='part', serialize=False, to='partners.session')),
                        ('series', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='partners.sessionseries')),
                    ],
                ),
                migrations.CreateModel(
                    name='SessionDate',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('session', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='dates', to='partners.session')),
                        ('starts_at', models.DateTimeField()),
                        ('ends_at', models.DateTimeField()),
                    ],
                    options={
                        'indexes': [
                            models.Index(fields=['starts_at'], name='session_date_by_start'),
                        ],
                        'constraints': [
                            models.UniqueConstraint(fields=('session', 'starts_at'), name='session_date_once'),
                            models.CheckConstraint(condition=models.Q(('starts_at__lt', models.F('ends_at'))), name='session_date_begins_before_it_ends', violation_error_message='A date must begin before it ends.'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='SessionShift',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shifts', to='partners.session')),
                        ('from_starts_at', models.DateTimeField()),
                        ('to_starts_at', models.DateTimeField()),
                        ('reason', models.CharField(max_length=300)),
                        ('moved_at', models.DateTimeField()),
                        ('moved_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='session_shift_says_why'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='SessionMaterial',
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
                        ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='materials', to='partners.session')),
                        ('time', models.CharField(choices=[('BEFORE', 'Before the session, for people who are booked'), ('AFTER', 'After the session, for people who were there')], max_length=6)),
                        ('added_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'indexes': [
                            models.Index(fields=['file'], name='session_material_by_file'),
                        ],
                        'constraints': [
                            models.UniqueConstraint(fields=('session', 'time', 'sha256'), name='session_material_once'),
                            models.CheckConstraint(condition=models.Q(models.Q(('found', ''), ('scanned_at', None), ('state', 'WAITING')), models.Q(('found', ''), ('scanned_at__isnull', False), ('state', 'CLEAN')), models.Q(('scanned_at__isnull', False), ('state', 'INFECTED'), models.Q(('found', ''), _negated=True)), _connector='OR'), name='session_material_scanned_says_when'),
                            models.CheckConstraint(condition=models.Q(models.Q(('file', ''), ('state', 'INFECTED')), models.Q(models.Q(('state', 'INFECTED'), _negated=True), models.Q(('file', ''), _negated=True)), _connector='OR'), name='session_material_has_its_file_unless_it_is_infected'),
                            models.CheckConstraint(condition=models.Q(('size__gt', 0), models.Q(('name', ''), _negated=True)), name='session_material_is_not_empty'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='SessionModule',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('session', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='modules', to='partners.session')),
                        ('module', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='training.module')),
                        ('time', models.CharField(choices=[('BEFORE', 'Before the session, for people who are booked'), ('AFTER', 'After the session, for people who were there')], max_length=6)),
                        ('added_at', models.DateTimeField()),
                        ('added_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('session', 'module', 'time'), name='session_module_once', violation_error_message='This module stands there already.'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='CalendarFeed',
                    fields=[
                        ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='session_feed', serialize=False, to=settings.AUTH_USER_MODEL)),
                        ('token_hash', models.CharField(max_length=64, unique=True)),
                        ('made_at', models.DateTimeField()),
                        ('reads', models.PositiveIntegerField(default=0)),
                        ('read_at', models.DateTimeField(blank=True, help_text='When a calendar read it last', null=True)),
                    ],
                    options={
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(models.Q(('read_at', None), ('reads', 0)), models.Q(('read_at__isnull', False), ('reads__gt', 0)), _connector='OR'), name='calendar_feed_read_says_when'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Substitution',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='substitutions', to='partners.session')),
                        ('trainer', models.ForeignKey(help_text='Who was to lead it', on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('stand_in', models.ForeignKey(help_text='Who leads it instead', on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('reason', models.CharField(max_length=300)),
                        ('made_at', models.DateTimeField()),
                        ('made_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'indexes': [
                            models.Index(fields=['-made_at', '-id'], name='substitution_newest_first'),
                        ],
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='substitution_says_why', violation_error_message='Say why somebody else leads the session.'),
                            models.CheckConstraint(condition=models.Q(('trainer', models.F('stand_in')), _negated=True), name='substitution_is_by_somebody_else', violation_error_message='Choose somebody else.'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='TailoredRequest',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tailored_requests', to='accounts.agency')),
                        ('host', models.ForeignKey(help_text='The force that is asked', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                        ('kind', models.CharField(choices=[('CPI', 'CPI form'), ('CLARES_LAW', "Clare's Law"), ('SARAHS_LAW', "Sarah's Law"), ('SHARING_LAW', 'Information sharing law'), ('TOOLKIT_TOUR', 'Toolkit tour'), ('OTHER', 'Other')], max_length=20)),
                        ('audience', models.CharField(help_text='Who the session is for', max_length=200)),
                        ('size', models.PositiveSmallIntegerField(help_text='How many people')),
                        ('purpose', models.TextField(help_text='What they should take away')),
                        ('wished', models.CharField(help_text='When it would suit', max_length=300)),
                        ('venue', models.CharField(choices=[('ONLINE', 'Online'), ('PLACE', 'In a place')], max_length=10)),
                        ('state', models.CharField(choices=[('ASKED', 'Asked for'), ('PROPOSED', 'Dates proposed'), ('AGREED', 'Date agreed'), ('SCHEDULED', 'Scheduled'), ('DECLINED', 'Declined'), ('WITHDRAWN', 'Withdrawn')], default='ASKED', max_length=10)),
                        ('request_key', models.UUIDField(help_text='Of the form that asked: the same key again asks nothing more', unique=True)),
                        ('asked_at', models.DateTimeField()),
                        ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('moved_at', models.DateTimeField()),
                        ('reminded_at', models.DateTimeField(blank=True, help_text="When whoever's turn it is was reminded last", null=True)),
                        ('session', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tailored', to='partners.session')),
                    ],
                    options={
                        'indexes': [
                            models.Index(fields=['host', 'state', 'moved_at'], name='tailored_by_host_and_state'),
                        ],
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(models.Q(('audience', ''), _negated=True), models.Q(('purpose', ''), _negated=True), models.Q(('wished', ''), _negated=True), ('size__gte', 1), ('size__lte', 500)), name='tailored_request_says_what_is_wanted'),
                            models.CheckConstraint(condition=models.Q(models.Q(('session__isnull', False), ('state', 'SCHEDULED')), models.Q(models.Q(('state', 'SCHEDULED'), _negated=True), ('session', None)), _connector='OR'), name='tailored_request_scheduled_has_its_session'),
                            models.CheckConstraint(condition=models.Q(('reminded_at', None), ('reminded_at__gte', models.F('moved_at')), _connector='OR'), name='tailored_request_reminded_since_it_moved'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='TailoredDate',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('request', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='dates', to='partners.tailoredrequest')),
                        ('round', models.PositiveSmallIntegerField()),
                        ('starts_at', models.DateTimeField()),
                        ('is_agreed', models.BooleanField(default=False)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('request', 'round', 'starts_at'), name='tailored_date_proposed_once'),
                            models.UniqueConstraint(condition=models.Q(('is_agreed', True)), fields=('request',), name='tailored_date_only_one_is_agreed'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='TailoredStep',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('request', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='partners.tailoredrequest')),
                        ('number', models.PositiveSmallIntegerField()),
                        ('move', models.CharField(choices=[('ASK', 'Ask for a session'), ('PROPOSE', 'Propose dates'), ('AGREE', 'Agree to a date'), ('ASK_OTHERS', 'Ask for other dates'), ('SCHEDULE', 'Schedule the session'), ('DECLINE', 'Decline'), ('WITHDRAW', 'Withdraw')], max_length=10)),
                        ('words', models.CharField(blank=True, max_length=500)),
                        ('at', models.DateTimeField()),
                        ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('request', 'number'), name='tailored_step_counted_once'),
                            models.CheckConstraint(condition=models.Q(models.Q(('move__in', ['DECLINE', 'ASK_OTHERS']), _negated=True), models.Q(('words', ''), _negated=True), _connector='OR'), name='tailored_step_says_why_it_was_refused'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='FollowUpTally',
                    fields=[
                        ('session', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='follow_up_tally', serialize=False, to='partners.session')),
                        ('yes', models.PositiveIntegerField(default=0)),
                        ('not_yet', models.PositiveIntegerField(default=0)),
                        ('no', models.PositiveIntegerField(default=0)),
                    ],
                    options={
                        'verbose_name_plural': 'follow-up tallies',
                    },
                ),
                migrations.CreateModel(
                    name='ScenarioTally',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('session', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='scenario_tallies', to='partners.session')),
                        ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.scenarioversion')),
                        ('pairs', django.contrib.postgres.fields.ArrayField(base_field=django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), size=6), size=None)),
                    ],
                    options={
                        'verbose_name_plural': 'scenario tallies',
                        'constraints': [
                            models.UniqueConstraint(fields=('session', 'version'), name='scenario_tally_once'),
                            models.CheckConstraint(condition=models.Q(('pairs__len__gte', 5)), name='scenario_tally_is_of_five_or_more'),
                        ],
                    },
                ),
            ],
        ),
    ]
