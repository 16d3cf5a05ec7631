"""The database counts the places that are taken, offered and held, whoever writes a booking, so that the check on the count holds for every program.

A booking that comes, goes or changes touches its session; the session's own trigger counts anew under the lock of its row.
Two writers of one session wait for each other there, and the second counts what the first has committed.
Nobody is promoted before who waits longer.
"""

from django.db import migrations

COUNT = """
CREATE FUNCTION partners_count_places() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT count(*) INTO NEW.places_taken FROM (
        SELECT FROM partners_booking
            WHERE session_id = NEW.id AND state IN ('BOOKED', 'PRESENT', 'ABSENT', 'OFFERED') AND walk_in <> 'ABOVE'
        UNION ALL
        SELECT FROM partners_placehold WHERE session_id = NEW.id
    ) AS taken;
    RETURN NEW;
END $$;
CREATE TRIGGER partners_session_counts_places BEFORE INSERT OR UPDATE ON partners_session
    FOR EACH ROW EXECUTE FUNCTION partners_count_places();

CREATE FUNCTION partners_touch_session() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Any value will do: the trigger of the session puts the count in its place.
    UPDATE partners_session SET places_taken = 0
        WHERE id IN (
            CASE WHEN TG_OP <> 'DELETE' THEN NEW.session_id END,
            CASE WHEN TG_OP <> 'INSERT' THEN OLD.session_id END
        );
    RETURN NULL;
END $$;
CREATE TRIGGER partners_booking_is_counted AFTER INSERT OR DELETE OR UPDATE OF state, session_id ON partners_booking
    FOR EACH ROW EXECUTE FUNCTION partners_touch_session();
CREATE TRIGGER partners_placehold_is_counted AFTER INSERT OR DELETE OR UPDATE OF session_id ON partners_placehold
    FOR EACH ROW EXECUTE FUNCTION partners_touch_session();
"""
STOP = """
DROP TRIGGER partners_placehold_is_counted ON partners_placehold;
DROP TRIGGER partners_booking_is_counted ON partners_booking;
DROP TRIGGER partners_session_counts_places ON partners_session;
DROP FUNCTION partners_touch_session();
DROP FUNCTION partners_count_places();
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
    replaces = [
        ("partners", "0002_count_places"),
        ("partners", "0004_places_offered_and_held"),
    ]

    dependencies = [("partners", "0001_tables")]

    operations = [
        migrations.RunSQL(COUNT, STOP),
        migrations.RunSQL(IN_ORDER, IN_ANY_ORDER),
    ]
