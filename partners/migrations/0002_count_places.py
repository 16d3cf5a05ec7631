"""The database counts the places that are taken, whoever writes a booking, so that the check on the count holds for every program.

A booking that comes, goes or changes touches its session; the session's own trigger counts anew under the lock of its row.
Two writers of one session wait for each other there, and the second counts what the first has committed.
"""

from django.db import migrations

COUNT = """
CREATE FUNCTION partners_count_places() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT count(*) INTO NEW.places_taken FROM partners_booking
        WHERE session_id = NEW.id AND state IN ('BOOKED', 'PRESENT', 'ABSENT');
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
"""

STOP = """
DROP TRIGGER partners_booking_is_counted ON partners_booking;
DROP TRIGGER partners_session_counts_places ON partners_session;
DROP FUNCTION partners_touch_session();
DROP FUNCTION partners_count_places();
"""


class Migration(migrations.Migration):
    dependencies = [("partners", "0001_initial")]

    operations = [migrations.RunSQL(COUNT, STOP)]
