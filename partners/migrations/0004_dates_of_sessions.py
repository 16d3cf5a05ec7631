"""Every session has its dates as rows, and the database holds that they and the session's own beginning and end agree.

The only date of a session is made and moved with the session, whoever writes it. Of several dates the first must begin and the
last must end when the session does; that is looked at when the transaction ends, so that they can be written one by one.
"""

from django.db import migrations

KEEP = """
CREATE FUNCTION partners_keep_only_date() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO partners_sessiondate (id, session_id, starts_at, ends_at)
            VALUES (gen_random_uuid(), NEW.id, NEW.starts_at, NEW.ends_at);
    ELSIF (NEW.starts_at, NEW.ends_at) IS DISTINCT FROM (OLD.starts_at, OLD.ends_at)
        AND (SELECT count(*) FROM partners_sessiondate WHERE session_id = NEW.id) = 1 THEN
        UPDATE partners_sessiondate SET starts_at = NEW.starts_at, ends_at = NEW.ends_at WHERE session_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER partners_session_keeps_only_date AFTER INSERT OR UPDATE OF starts_at, ends_at ON partners_session
    FOR EACH ROW EXECUTE FUNCTION partners_keep_only_date();

CREATE FUNCTION partners_check_dates() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wanted uuid;
BEGIN
    IF TG_TABLE_NAME = 'partners_session' THEN
        wanted := NEW.id;
    ELSIF TG_OP = 'DELETE' THEN
        wanted := OLD.session_id;
    ELSE
        wanted := NEW.session_id;
    END IF;
    IF EXISTS (
        SELECT 1 FROM partners_session AS session,
            LATERAL (
                SELECT count(*) AS dates, min(starts_at) AS first, max(ends_at) AS last
                FROM partners_sessiondate WHERE session_id = session.id
            ) AS kept
        WHERE session.id = wanted AND (kept.dates, kept.first, kept.last)
            IS DISTINCT FROM (session.date_count, session.starts_at, session.ends_at)
    ) THEN
        RAISE EXCEPTION 'The dates of this session are not those that it says.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'session_agrees_with_its_dates';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER session_agrees_with_its_dates
    AFTER INSERT OR UPDATE OF starts_at, ends_at, date_count ON partners_session
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partners_check_dates();
CREATE CONSTRAINT TRIGGER session_date_agrees_with_its_session
    AFTER INSERT OR UPDATE OR DELETE ON partners_sessiondate
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partners_check_dates();
"""
STOP = """
DROP TRIGGER session_date_agrees_with_its_session ON partners_sessiondate;
DROP TRIGGER session_agrees_with_its_dates ON partners_session;
DROP TRIGGER partners_session_keeps_only_date ON partners_session;
DROP FUNCTION partners_check_dates();
DROP FUNCTION partners_keep_only_date();
"""


class Migration(migrations.Migration):
    replaces = [
        ("partners", "0009_session_dates"),
    ]

    dependencies = [("partners", "0003_bookings")]

    operations = [migrations.RunSQL(KEEP, STOP)]
