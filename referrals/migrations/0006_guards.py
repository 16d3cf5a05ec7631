"""Restrictions, conflicts of interest and emergency access: who a referral is open to, that it says truly whether it is guarded, and that
what was recorded of them stands.
"""

from django.db import migrations

OPEN_TO = """
CREATE FUNCTION referrals_is_open_to(asked uuid, reader uuid, moment timestamptz) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE COST 1000 AS $$
    SELECT NOT EXISTS (
        SELECT FROM referrals_conflict
        WHERE referral_id = asked AND person_id = reader AND state IN ('SUSPECTED', 'CONFIRMED')
    ) AND (
        NOT EXISTS (SELECT FROM referrals_restriction WHERE referral_id = asked AND lifted_at IS NULL)
        OR EXISTS (
            SELECT FROM referrals_restriction AS standing
            JOIN referrals_namedperson AS named ON named.restriction_id = standing.id
            WHERE standing.referral_id = asked AND standing.lifted_at IS NULL
            AND named.person_id = reader AND named.removed_at IS NULL
        )
        OR EXISTS (
            SELECT FROM referrals_emergencyaccess
            WHERE referral_id = asked AND opened_by_id = reader
            AND opened_at <= moment AND closes_at > moment AND ended_at IS NULL
        )
    )
$$;
"""

GUARD = """
CREATE FUNCTION referrals_is_guarded(asked uuid) RETURNS boolean LANGUAGE sql VOLATILE AS $$
    SELECT EXISTS (SELECT FROM referrals_restriction WHERE referral_id = asked AND lifted_at IS NULL)
        OR EXISTS (SELECT FROM referrals_conflict WHERE referral_id = asked AND state IN ('SUSPECTED', 'CONFIRMED'))
$$;
CREATE FUNCTION referrals_guard_truly() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.is_guarded := referrals_is_guarded(NEW.id);
    RETURN NEW;
END $$;
CREATE TRIGGER referrals_referral_guarded_truly BEFORE UPDATE OF is_guarded ON referrals_referral
    FOR EACH ROW WHEN (OLD.is_guarded IS DISTINCT FROM NEW.is_guarded) EXECUTE FUNCTION referrals_guard_truly();
CREATE FUNCTION referrals_guard_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE referrals_referral SET is_guarded = NOT is_guarded
    WHERE id = NEW.referral_id AND is_guarded <> referrals_is_guarded(id);
    RETURN NULL;
END $$;
CREATE TRIGGER referrals_restriction_guards AFTER INSERT OR UPDATE ON referrals_restriction
    FOR EACH ROW EXECUTE FUNCTION referrals_guard_again();
CREATE TRIGGER referrals_conflict_guards AFTER INSERT OR UPDATE ON referrals_conflict
    FOR EACH ROW EXECUTE FUNCTION referrals_guard_again();
"""

NAMED = """
CREATE FUNCTION referrals_restriction_names_somebody() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asked uuid := CASE TG_TABLE_NAME WHEN 'referrals_restriction' THEN NEW.id ELSE NULL END;
BEGIN
    IF TG_TABLE_NAME = 'referrals_namedperson' THEN
        asked := NEW.restriction_id;
    END IF;
    IF EXISTS (SELECT FROM referrals_restriction WHERE id = asked AND lifted_at IS NULL)
        AND NOT EXISTS (SELECT FROM referrals_namedperson WHERE restriction_id = asked AND removed_at IS NULL) THEN
        RAISE EXCEPTION 'A restricted referral is open to somebody at least.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER referrals_restriction_names AFTER INSERT ON referrals_restriction
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION referrals_restriction_names_somebody();
CREATE CONSTRAINT TRIGGER referrals_named_person_left AFTER UPDATE ON referrals_namedperson
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION referrals_restriction_names_somebody();
"""

KEPT = """
CREATE FUNCTION referrals_refuse_change_of_guards() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What was recorded of restrictions, conflicts and emergency access stands.'
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER referrals_restriction_kept BEFORE UPDATE ON referrals_restriction FOR EACH ROW WHEN (
    OLD.lifted_at IS NOT NULL
    OR (OLD.id, OLD.referral_id, OLD.reason, OLD.words, OLD.is_hinted, OLD.made_at, OLD.made_by_id)
        IS DISTINCT FROM (NEW.id, NEW.referral_id, NEW.reason, NEW.words, NEW.is_hinted, NEW.made_at, NEW.made_by_id)
) EXECUTE FUNCTION referrals_refuse_change_of_guards();
CREATE TRIGGER referrals_named_person_kept BEFORE UPDATE ON referrals_namedperson FOR EACH ROW WHEN (
    OLD.removed_at IS NOT NULL
    OR (OLD.id, OLD.restriction_id, OLD.person_id, OLD.named_at, OLD.named_by_id)
        IS DISTINCT FROM (NEW.id, NEW.restriction_id, NEW.person_id, NEW.named_at, NEW.named_by_id)
) EXECUTE FUNCTION referrals_refuse_change_of_guards();
CREATE TRIGGER referrals_conflict_kept BEFORE UPDATE ON referrals_conflict FOR EACH ROW WHEN (
    OLD.state = 'CLEARED' OR NEW.state = 'SUSPECTED'
    OR (OLD.id, OLD.referral_id, OLD.person_id, OLD.source, OLD.why, OLD.words, OLD.noted_at)
        IS DISTINCT FROM (NEW.id, NEW.referral_id, NEW.person_id, NEW.source, NEW.why, NEW.words, NEW.noted_at)
) EXECUTE FUNCTION referrals_refuse_change_of_guards();
CREATE TRIGGER referrals_emergency_access_kept BEFORE UPDATE ON referrals_emergencyaccess FOR EACH ROW WHEN (
    (OLD.id, OLD.referral_id, OLD.opened_by_id, OLD.reason, OLD.opened_at, OLD.closes_at, OLD.review_due_on)
        IS DISTINCT FROM
        (NEW.id, NEW.referral_id, NEW.opened_by_id, NEW.reason, NEW.opened_at, NEW.closes_at, NEW.review_due_on)
    OR (OLD.ended_at IS NOT NULL AND OLD.ended_at IS DISTINCT FROM NEW.ended_at)
    OR (OLD.reviewed_at IS NOT NULL
        AND (OLD.reviewed_at, OLD.reviewed_by_id, OLD.outcome, OLD.review, OLD.action)
            IS DISTINCT FROM (NEW.reviewed_at, NEW.reviewed_by_id, NEW.outcome, NEW.review, NEW.action))
) EXECUTE FUNCTION referrals_refuse_change_of_guards();
CREATE TRIGGER referrals_restriction_stays BEFORE DELETE ON referrals_restriction
    FOR EACH ROW EXECUTE FUNCTION referrals_refuse_change_of_guards();
CREATE TRIGGER referrals_named_person_stays BEFORE DELETE ON referrals_namedperson
    FOR EACH ROW EXECUTE FUNCTION referrals_refuse_change_of_guards();
CREATE TRIGGER referrals_conflict_stays BEFORE DELETE ON referrals_conflict
    FOR EACH ROW EXECUTE FUNCTION referrals_refuse_change_of_guards();
CREATE TRIGGER referrals_emergency_access_stays BEFORE DELETE ON referrals_emergencyaccess
    FOR EACH ROW EXECUTE FUNCTION referrals_refuse_change_of_guards();
"""

BROKEN = """
CREATE FUNCTION referrals_check_emergency_access() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM referrals_restriction WHERE referral_id = NEW.referral_id AND lifted_at IS NULL)
        OR EXISTS (
            SELECT FROM referrals_conflict WHERE referral_id = NEW.referral_id AND person_id = NEW.opened_by_id
            AND state IN ('SUSPECTED', 'CONFIRMED')
        ) THEN
        RAISE EXCEPTION 'Emergency access is to a restricted referral, for who has no part in it.'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER referrals_emergency_access_checked BEFORE INSERT ON referrals_emergencyaccess
    FOR EACH ROW EXECUTE FUNCTION referrals_check_emergency_access();
"""

MARKED = """
CREATE FUNCTION referrals_mark_emergency_access() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    opening uuid;
BEGIN
    SELECT id INTO opening FROM referrals_emergencyaccess
    WHERE opened_by_id = NEW.actor_id::uuid AND closes_at > NEW.at AND opened_at <= NEW.at
        AND (ended_at IS NULL OR ended_at > NEW.at)
    ORDER BY opened_at DESC LIMIT 1;
    IF opening IS NOT NULL THEN
        NEW.details := NEW.details || jsonb_build_object('emergency_access', opening);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER referrals_entry_marked BEFORE INSERT ON audit_entry FOR EACH ROW
    WHEN (NEW.actor_id ~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$')
    EXECUTE FUNCTION referrals_mark_emergency_access();
"""

UNDONE = """
DROP TRIGGER referrals_entry_marked ON audit_entry;
DROP FUNCTION referrals_mark_emergency_access();
DROP TRIGGER referrals_emergency_access_checked ON referrals_emergencyaccess;
DROP FUNCTION referrals_check_emergency_access();
DROP TRIGGER referrals_restriction_kept ON referrals_restriction;
DROP TRIGGER referrals_named_person_kept ON referrals_namedperson;
DROP TRIGGER referrals_conflict_kept ON referrals_conflict;
DROP TRIGGER referrals_emergency_access_kept ON referrals_emergencyaccess;
DROP TRIGGER referrals_restriction_stays ON referrals_restriction;
DROP TRIGGER referrals_named_person_stays ON referrals_namedperson;
DROP TRIGGER referrals_conflict_stays ON referrals_conflict;
DROP TRIGGER referrals_emergency_access_stays ON referrals_emergencyaccess;
DROP FUNCTION referrals_refuse_change_of_guards();
DROP TRIGGER referrals_restriction_names ON referrals_restriction;
DROP TRIGGER referrals_named_person_left ON referrals_namedperson;
DROP FUNCTION referrals_restriction_names_somebody();
DROP TRIGGER referrals_restriction_guards ON referrals_restriction;
DROP TRIGGER referrals_conflict_guards ON referrals_conflict;
DROP TRIGGER referrals_referral_guarded_truly ON referrals_referral;
DROP FUNCTION referrals_guard_again();
DROP FUNCTION referrals_guard_truly();
DROP FUNCTION referrals_is_guarded(uuid);
DROP FUNCTION referrals_is_open_to(uuid, uuid, timestamptz);
"""


class Migration(migrations.Migration):
    replaces = [
        ("referrals", "0040_referrer_kind"),
        ("referrals", "0041_shares_newest_first"),
    ]

    dependencies = [
        ("audit", "0001_tables"),
        ("referrals", "0005_records_stand"),
    ]

    operations = [migrations.RunSQL(OPEN_TO + GUARD + NAMED + KEPT + BROKEN + MARKED, UNDONE)]
