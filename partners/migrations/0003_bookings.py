"""Each change of a booking is kept as a row that stands; a place does not become that of somebody else but by a join; nobody walks in before
the beginning; who was there can show it.
"""

from django.db import migrations

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

WALK_IN_STANDS = """
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
WALK_IN_MAY_CHANGE = """
DROP TRIGGER partners_walk_in_after_the_beginning ON partners_booking;
DROP TRIGGER partners_walk_in_does_not_change ON partners_booking;
DROP FUNCTION partners_walk_in_stands();
"""

PERSON_STANDS = """
CREATE FUNCTION partners_person_by_join() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM partners_walkinjoin
        WHERE booking_id = NEW.id AND NEW.walk_in <> '' AND (
            (user_id = NEW.user_id AND delegate_id = OLD.delegate_id AND undone_at IS NULL)
            OR (user_id = OLD.user_id AND delegate_id = NEW.delegate_id AND undone_at IS NOT NULL)
        )
    ) THEN
        RAISE EXCEPTION 'A place does not become that of somebody else.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'booking_person_changes_by_join';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER partners_booking_person_by_join BEFORE UPDATE OF user_id, delegate_id ON partners_booking FOR EACH ROW
    WHEN ((OLD.user_id, OLD.delegate_id) IS DISTINCT FROM (NEW.user_id, NEW.delegate_id))
    EXECUTE FUNCTION partners_person_by_join();
"""
PERSON_MAY_CHANGE = """
DROP TRIGGER partners_booking_person_by_join ON partners_booking;
DROP FUNCTION partners_person_by_join();
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
    replaces = [
        ("partners", "0005_a_person_stands_once"),
        ("partners", "0012_registers_and_certificates"),
    ]

    dependencies = [("partners", "0002_places")]

    operations = [
        migrations.RunSQL(KEEP, DO_NOT_KEEP),
        migrations.RunSQL(KEEP_PARTS, DO_NOT_KEEP_PARTS),
        migrations.RunSQL(WALK_IN_STANDS, WALK_IN_MAY_CHANGE),
        migrations.RunSQL(PERSON_STANDS, PERSON_MAY_CHANGE),
        migrations.RunSQL(SHOW_PRESENCE, SHOW_NOTHING),
    ]
