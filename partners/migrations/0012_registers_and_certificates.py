"""Registers with walk-ins, parts and how somebody was marked; codes on the screen; certificates.

The new rules are checked for rows of before by the next migration, without a lock on the table.
"""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import F, Q

import partners.models.attendance

MARKED = ("PRESENT", "ABSENT")

# Who came above the number of places takes none of them; nobody else can be made such a one, nor before it has begun.
COUNT = """
CREATE OR REPLACE FUNCTION partners_count_places() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT count(*) INTO NEW.places_taken FROM (
        SELECT FROM partners_booking
            WHERE session_id = NEW.id AND state IN ('BOOKED', 'PRESENT', 'ABSENT', 'OFFERED') AND walk_in <> 'ABOVE'
        UNION ALL
        SELECT FROM partners_placehold WHERE session_id = NEW.id
    ) AS taken;
    RETURN NEW;
END $$;

CREATE FUNCTION partners_walk_in_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION 'How somebody came to the session stands.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'booking_walk_in_stands';
    END IF;
    IF EXISTS (SELECT FROM partners_session WHERE id = NEW.session_id AND starts_at > NEW.registered_at) THEN
        RAISE EXCEPTION 'Nobody walks in before the session has begun.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'booking_walk_in_once_it_has_begun';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER partners_walk_in_does_not_change BEFORE UPDATE OF walk_in ON partners_booking FOR EACH ROW
    WHEN (NEW.walk_in IS DISTINCT FROM OLD.walk_in) EXECUTE FUNCTION partners_walk_in_stands();
CREATE TRIGGER partners_walk_in_after_the_beginning BEFORE INSERT ON partners_booking FOR EACH ROW
    WHEN (NEW.walk_in <> '') EXECUTE FUNCTION partners_walk_in_stands();
"""
COUNT_AS_BEFORE = """
DROP TRIGGER partners_walk_in_after_the_beginning ON partners_booking;
DROP TRIGGER partners_walk_in_does_not_change ON partners_booking;
DROP FUNCTION partners_walk_in_stands();
CREATE OR REPLACE FUNCTION partners_count_places() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT count(*) INTO NEW.places_taken FROM (
        SELECT FROM partners_booking
            WHERE session_id = NEW.id AND state IN ('BOOKED', 'PRESENT', 'ABSENT', 'OFFERED')
        UNION ALL
        SELECT FROM partners_placehold WHERE session_id = NEW.id
    ) AS taken;
    RETURN NEW;
END $$;
"""

# That somebody was there for all of it, or only partly, is a change like another, and says which.
KEEP_PARTS = """
CREATE FUNCTION partners_keep_part() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    number smallint;
    is_said boolean := NEW.moves > OLD.moves;
BEGIN
    SELECT coalesce(max(change.number) + 1, 0) INTO number FROM partners_bookingchange AS change
        WHERE change.booking_id = NEW.id;
    INSERT INTO partners_bookingchange (id, booking_id, from_state, to_state, made_at, made_by_id, note, number)
        VALUES (gen_random_uuid(), NEW.id, OLD.state, NEW.state,
            CASE WHEN is_said THEN coalesce(NEW.moved_at, clock_timestamp()) ELSE clock_timestamp() END,
            CASE WHEN is_said THEN NEW.moved_by_id END,
            CASE WHEN is_said AND NEW.moved_note <> '' THEN NEW.moved_note
                WHEN NEW.is_partial THEN 'Partly' ELSE 'All of it' END,
            number);
    RETURN NULL;
END $$;
CREATE TRIGGER partners_booking_part_is_kept AFTER UPDATE OF is_partial ON partners_booking FOR EACH ROW
    WHEN (NEW.is_partial <> OLD.is_partial AND NEW.state = OLD.state) EXECUTE FUNCTION partners_keep_part();
"""
DO_NOT_KEEP_PARTS = """
DROP TRIGGER partners_booking_part_is_kept ON partners_booking;
DROP FUNCTION partners_keep_part();
"""

SHOW_PRESENCE = """
CREATE FUNCTION partners_check_in_to_its_session() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT session_id INTO NEW.session_id FROM partners_booking WHERE id = NEW.booking_id;
    RETURN NEW;
END $$;
CREATE TRIGGER partners_checkin_session BEFORE INSERT OR UPDATE ON partners_checkin
    FOR EACH ROW EXECUTE FUNCTION partners_check_in_to_its_session();

CREATE FUNCTION partners_certificate_for_who_was_there() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM partners_booking WHERE id = NEW.booking_id AND state = 'PRESENT' AND NOT is_partial
    ) THEN
        RAISE EXCEPTION 'Who was not there gets no certificate.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'certificate_for_who_was_there';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER partners_certificate_of_presence BEFORE INSERT OR UPDATE OF booking_id ON partners_certificate
    FOR EACH ROW EXECUTE FUNCTION partners_certificate_for_who_was_there();
"""
SHOW_NOTHING = """
DROP TRIGGER partners_certificate_of_presence ON partners_certificate;
DROP FUNCTION partners_certificate_for_who_was_there();
DROP TRIGGER partners_checkin_session ON partners_checkin;
DROP FUNCTION partners_check_in_to_its_session();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_intelligence_officer'),
        ('partners', '0011_prompted_applications'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='booking',
            name='is_partial',
            field=models.BooleanField(db_default=False, default=False, help_text='There, and not for all of it'),
        ),
        migrations.AddField(
            model_name='booking',
            name='marked_how',
            field=models.CharField(blank=True, choices=[('LIST', 'By the list'), ('CODE', 'By the code on the screen'), ('REPORT', "By the meeting's report")], db_default='', default='', max_length=6),
        ),
        migrations.AddField(
            model_name='booking',
            name='minutes_present',
            field=models.PositiveSmallIntegerField(blank=True, help_text="As the meeting's report counted them", null=True),
        ),
        migrations.AddField(
            model_name='booking',
            name='walk_in',
            field=models.CharField(blank=True, choices=[('PLACE', 'Walk-in, on a free place'), ('ABOVE', 'Walk-in, above the number of places')], db_default='', default='', help_text='Who came and had not booked', max_length=5),
        ),
        migrations.AddField(
            model_name='session',
            name='code_opened_at',
            field=models.DateTimeField(blank=True, help_text='Since when a code is shown on the screen', null=True),
        ),
        migrations.AddField(
            model_name='session',
            name='code_opened_by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='session',
            name='held_at',
            field=models.DateTimeField(blank=True, help_text='When the register was closed', null=True),
        ),
        AddConstraintNotValid(
            model_name='booking',
            constraint=models.CheckConstraint(condition=Q(walk_in="") | Q(state__in=MARKED), name='booking_walk_in_is_marked'),
        ),
        AddConstraintNotValid(
            model_name='booking',
            constraint=models.CheckConstraint(condition=Q(state="PRESENT") | Q(is_partial=False, minutes_present=None), name='booking_part_and_minutes_of_who_was_there'),
        ),
        AddConstraintNotValid(
            model_name='booking',
            constraint=models.CheckConstraint(condition=Q(marked_how="") | Q(state__in=MARKED), name='booking_marked_how_when_marked'),
        ),
        AddConstraintNotValid(
            model_name='booking',
            constraint=models.CheckConstraint(condition=~Q(marked_how="CODE") | Q(state="PRESENT", user__isnull=False, registered_by=F("user")), name='booking_by_code_is_by_oneself'),
        ),
        AddConstraintNotValid(
            model_name='session',
            constraint=models.CheckConstraint(condition=Q(code_opened_at=None, code_opened_by=None) | Q(code_opened_at__isnull=False, code_opened_by__isnull=False), name='session_code_says_who_and_when'),
        ),
        migrations.CreateModel(
            name='CheckIn',
            fields=[
                ('booking', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='check_in', serialize=False, to='partners.booking')),
                ('wrong_codes', models.PositiveSmallIntegerField(default=0, help_text='In a row, until a pause')),
                ('wrong_code_at', models.DateTimeField(blank=True, help_text='The last one', null=True)),
                ('device_hash', models.CharField(blank=True, help_text="Of a random word in the device's cookie", max_length=64)),
                ('checked_in_at', models.DateTimeField(blank=True, null=True)),
                ('session', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='partners.session')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(condition=~Q(device_hash=""), fields=('session', 'device_hash'), name='checkin_one_person_a_device', violation_error_message='Somebody else has checked in on this device.'),
                    models.CheckConstraint(condition=Q(device_hash="", checked_in_at=None) | (Q(checked_in_at__isnull=False) & ~Q(device_hash="")), name='checkin_says_when_and_on_what'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Certificate',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('token', models.CharField(default=partners.models.attendance.new_token, max_length=43, unique=True)),
                ('made_at', models.DateTimeField(help_text='First')),
                ('booking', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='certificate', to='partners.booking')),
                ('made_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=Q(token__regex='^[A-Za-z0-9_-]{43}$'), name='certificate_has_a_long_token'),
                ],
            },
        ),
        migrations.RunSQL(COUNT, COUNT_AS_BEFORE),
        migrations.RunSQL(KEEP_PARTS, DO_NOT_KEEP_PARTS),
        migrations.RunSQL(SHOW_PRESENCE, SHOW_NOTHING),
    ]
