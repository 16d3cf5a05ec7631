"""What an agency was given, what its writer got a copy of, and a second decision are never changed, whoever tries through this database."""

from django.db import migrations

COPY_FOR_AGENCY = """
CREATE FUNCTION referrals_refuse_change_of_snapshot() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What an agency was given is never changed.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER referrals_snapshot_never_changes BEFORE UPDATE ON referrals_sharesnapshot
    FOR EACH ROW EXECUTE FUNCTION referrals_refuse_change_of_snapshot();
"""

COPY_FOR_AGENCY_MAY_CHANGE = """
DROP TRIGGER referrals_snapshot_never_changes ON referrals_sharesnapshot;
DROP FUNCTION referrals_refuse_change_of_snapshot();
"""

COPY_FOR_WRITER = """
CREATE FUNCTION referrals_refuse_change_of_copy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A copy of what was sent is never changed.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER referrals_copy_never_changes BEFORE UPDATE ON referrals_writercopy
    FOR EACH ROW EXECUTE FUNCTION referrals_refuse_change_of_copy();
"""

COPY_FOR_WRITER_MAY_CHANGE = """
DROP TRIGGER referrals_copy_never_changes ON referrals_writercopy;
DROP FUNCTION referrals_refuse_change_of_copy();
"""

SECOND_DECISION = """
CREATE FUNCTION referrals_refuse_change_of_second_reading() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A second decision is never changed.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER referrals_second_reading_never_changes BEFORE UPDATE ON referrals_secondreading
    FOR EACH ROW WHEN (
        OLD.recorded_at IS NOT NULL
        AND (OLD.referral_id, OLD.decision_id, OLD.reader_id, OLD.level, OLD.pathway, OLD.reason, OLD.had_seen,
             OLD.threshold_document_id, OLD.recorded_at)
            IS DISTINCT FROM
            (NEW.referral_id, NEW.decision_id, NEW.reader_id, NEW.level, NEW.pathway, NEW.reason, NEW.had_seen,
             NEW.threshold_document_id, NEW.recorded_at)
    ) EXECUTE FUNCTION referrals_refuse_change_of_second_reading();
"""

SECOND_DECISION_MAY_CHANGE = """
DROP TRIGGER referrals_second_reading_never_changes ON referrals_secondreading;
DROP FUNCTION referrals_refuse_change_of_second_reading();
"""


class Migration(migrations.Migration):
    replaces = [
        ("referrals", "0010_what_agencies_were_given"),
        ("referrals", "0029_writer_copies"),
        ("referrals", "0037_second_looks"),
    ]

    dependencies = [("referrals", "0004_plans_of_lookups")]

    operations = [
        migrations.RunSQL(COPY_FOR_AGENCY, COPY_FOR_AGENCY_MAY_CHANGE),
        migrations.RunSQL(COPY_FOR_WRITER, COPY_FOR_WRITER_MAY_CHANGE),
        migrations.RunSQL(SECOND_DECISION, SECOND_DECISION_MAY_CHANGE),
    ]
