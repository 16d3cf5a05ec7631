"""The database counts offers and held places too, keeps each change of a booking, and lets nobody be promoted before who waits longer.

The rule of who and when knows the new states. It is checked for rows of before by the next migration, without a lock on the table.
"""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q

GIVEN_BACK = ("CANCELLED", "CALLED_OFF", "LEFT", "DECLINED", "HANDED_ON")

COUNT = """
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
CREATE TRIGGER partners_placehold_is_counted AFTER INSERT OR DELETE OR UPDATE OF session_id ON partners_placehold
    FOR EACH ROW EXECUTE FUNCTION partners_touch_session();
"""
COUNT_AS_BEFORE = """
DROP TRIGGER partners_placehold_is_counted ON partners_placehold;
CREATE OR REPLACE FUNCTION partners_count_places() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT count(*) INTO NEW.places_taken FROM partners_booking
        WHERE session_id = NEW.id AND state IN ('BOOKED', 'PRESENT', 'ABSENT');
    RETURN NEW;
END $$;
"""

KEEP = """
CREATE FUNCTION partners_keep_booking_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before text := '';
    number smallint := 0;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.state = OLD.state THEN
            RETURN NULL;
        END IF;
        before := OLD.state;
        SELECT coalesce(max(change.number) + 1, 0) INTO number FROM partners_bookingchange AS change
            WHERE change.booking_id = NEW.id;
    END IF;
    IF TG_OP = 'INSERT' THEN
        INSERT INTO partners_bookingchange (id, booking_id, from_state, to_state, made_at, made_by_id, note, number)
            VALUES (gen_random_uuid(), NEW.id, before, NEW.state, NEW.booked_at, NEW.booked_by_id, NEW.moved_note, number);
    ELSIF NEW.moves > OLD.moves THEN
        INSERT INTO partners_bookingchange (id, booking_id, from_state, to_state, made_at, made_by_id, note, number)
            VALUES (gen_random_uuid(), NEW.id, before, NEW.state, coalesce(NEW.moved_at, clock_timestamp()),
                NEW.moved_by_id, NEW.moved_note, number);
    ELSE
        -- Whoever this was did not say who they are: nobody else is named in their place.
        INSERT INTO partners_bookingchange (id, booking_id, from_state, to_state, made_at, made_by_id, note, number)
            VALUES (gen_random_uuid(), NEW.id, before, NEW.state, clock_timestamp(), NULL, '', number);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER partners_booking_change_is_kept AFTER INSERT OR UPDATE OF state ON partners_booking
    FOR EACH ROW EXECUTE FUNCTION partners_keep_booking_change();

CREATE FUNCTION partners_refuse_change_of_booking_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT FROM partners_booking WHERE id = OLD.booking_id) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'What became of a booking stands as it was.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER partners_booking_change_append_only BEFORE UPDATE OR DELETE ON partners_bookingchange
    FOR EACH ROW EXECUTE FUNCTION partners_refuse_change_of_booking_change();
"""
DO_NOT_KEEP = """
DROP TRIGGER partners_booking_change_append_only ON partners_bookingchange;
DROP FUNCTION partners_refuse_change_of_booking_change();
DROP TRIGGER partners_booking_change_is_kept ON partners_booking;
DROP FUNCTION partners_keep_booking_change();
"""

IN_ORDER = """
CREATE FUNCTION partners_promote_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM partners_booking
            WHERE session_id = NEW.session_id AND state = 'WAITING' AND (booked_at, id) < (NEW.booked_at, NEW.id)
    ) THEN
        RAISE EXCEPTION 'Somebody waits for this longer.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'booking_is_promoted_in_order';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER partners_booking_promoted_in_order BEFORE UPDATE OF state ON partners_booking FOR EACH ROW
    WHEN (OLD.state = 'WAITING' AND NEW.state IN ('OFFERED', 'BOOKED', 'PRESENT', 'ABSENT'))
    EXECUTE FUNCTION partners_promote_in_order();
"""
IN_ANY_ORDER = """
DROP TRIGGER partners_booking_promoted_in_order ON partners_booking;
DROP FUNCTION partners_promote_in_order();
"""


class Migration(migrations.Migration):
    dependencies = [("partners", "0003_waiting_list")]

    operations = [
        migrations.RunSQL(COUNT, COUNT_AS_BEFORE),
        migrations.RunSQL(KEEP, DO_NOT_KEEP),
        migrations.RunSQL(IN_ORDER, IN_ANY_ORDER),
        migrations.RemoveConstraint(model_name="booking", name="booking_cancelled_says_who_and_when"),
        AddConstraintNotValid(
            model_name="booking",
            constraint=models.CheckConstraint(
                name="booking_cancelled_says_who_and_when",
                condition=Q(state__in=GIVEN_BACK, cancelled_at__isnull=False, cancelled_by__isnull=False)
                | (~Q(state__in=GIVEN_BACK) & Q(cancelled_at=None, cancelled_by=None)),
            ),
        ),
        AddConstraintNotValid(
            model_name="booking",
            constraint=models.CheckConstraint(
                name="booking_moved_by_somebody_has_a_moment",
                condition=Q(moved_by=None) | Q(moved_at__isnull=False),
            ),
        ),
    ]
