"""What columns alone cannot hold of a signature: its order, its signer, that it stands, and that a record says what was signed."""

from django.db import migrations

FORBID = """
CREATE FUNCTION training_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What was signed, and the signature, stand as they are.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER training_signature_append_only BEFORE UPDATE OR DELETE ON training_signature
    FOR EACH ROW EXECUTE FUNCTION training_refuse_change();
CREATE TRIGGER training_signature_no_truncate BEFORE TRUNCATE ON training_signature
    FOR EACH STATEMENT EXECUTE FUNCTION training_refuse_change();
CREATE TRIGGER training_revocation_append_only BEFORE UPDATE OR DELETE ON training_signaturerevocation
    FOR EACH ROW EXECUTE FUNCTION training_refuse_change();
CREATE TRIGGER training_revocation_no_truncate BEFORE TRUNCATE ON training_signaturerevocation
    FOR EACH STATEMENT EXECUTE FUNCTION training_refuse_change();
CREATE TRIGGER training_version_append_only BEFORE UPDATE OR DELETE ON training_recordversion
    FOR EACH ROW EXECUTE FUNCTION training_refuse_change();
CREATE TRIGGER training_version_no_truncate BEFORE TRUNCATE ON training_recordversion
    FOR EACH STATEMENT EXECUTE FUNCTION training_refuse_change();
CREATE TRIGGER training_sending_back_append_only BEFORE UPDATE OR DELETE ON training_sendingback
    FOR EACH ROW EXECUTE FUNCTION training_refuse_change();
CREATE TRIGGER training_sending_back_no_truncate BEFORE TRUNCATE ON training_sendingback
    FOR EACH STATEMENT EXECUTE FUNCTION training_refuse_change();

CREATE FUNCTION training_check_signature() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the_record training_trainingrecord%ROWTYPE;
BEGIN
    -- Locked, so that two signatures at the same moment see each other.
    SELECT * INTO the_record FROM training_trainingrecord WHERE id = NEW.record_id FOR UPDATE;
    IF NEW.version <> the_record.version THEN
        RAISE EXCEPTION 'A signature is for the version that counts.' USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.role = 'MENTOR' AND NEW.signer_id <> the_record.mentor_id)
        OR (NEW.role = 'LINE_MANAGER' AND NEW.signer_id <> the_record.line_manager_id) THEN
        RAISE EXCEPTION 'Only the person who is named signs.' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.role = 'LINE_MANAGER' AND NOT EXISTS (
        SELECT 1 FROM training_signature s WHERE s.record_id = NEW.record_id AND s.role = 'MENTOR'
        AND NOT EXISTS (SELECT 1 FROM training_signaturerevocation r WHERE r.signature_id = s.id)
    ) THEN
        RAISE EXCEPTION 'The mentor signs before the line manager.' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT 1 FROM training_signature s WHERE s.record_id = NEW.record_id AND s.role = NEW.role
        AND NOT EXISTS (SELECT 1 FROM training_signaturerevocation r WHERE r.signature_id = s.id)
    ) THEN
        RAISE EXCEPTION 'There is a signature in that role already.' USING ERRCODE = 'unique_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_signature_in_order BEFORE INSERT ON training_signature
    FOR EACH ROW EXECUTE FUNCTION training_check_signature();

CREATE FUNCTION training_check_change_of_record() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.agency_id, NEW.person_id, NEW.module_version_id, NEW.trainer_id, NEW.logged_at)
        IS DISTINCT FROM (OLD.agency_id, OLD.person_id, OLD.module_version_id, OLD.trainer_id, OLD.logged_at)
        OR NEW.version < OLD.version THEN
        RAISE EXCEPTION 'Whose record it is and what it is about stay.' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.version = OLD.version
        AND (NEW.mentor_id, NEW.line_manager_id) IS DISTINCT FROM (OLD.mentor_id, OLD.line_manager_id) THEN
        RAISE EXCEPTION 'Other signers need a new version.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_record_changes_by_version BEFORE UPDATE ON training_trainingrecord
    FOR EACH ROW EXECUTE FUNCTION training_check_change_of_record();

CREATE FUNCTION training_check_state_of_record() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the_id uuid;
    the_record training_trainingrecord%ROWTYPE;
    signed text;
BEGIN
    IF TG_TABLE_NAME = 'training_trainingrecord' THEN
        the_id := NEW.id;
    ELSIF TG_TABLE_NAME IN ('training_signature', 'training_sendingback') THEN
        the_id := NEW.record_id;
    ELSE
        SELECT s.record_id INTO the_id FROM training_signature s WHERE s.id = NEW.signature_id;
    END IF;
    SELECT * INTO the_record FROM training_trainingrecord WHERE id = the_id;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM training_recordversion v WHERE v.record_id = the_id AND v.number = the_record.version
    ) THEN
        RAISE EXCEPTION 'A record has the version that counts.' USING ERRCODE = 'check_violation';
    END IF;
    IF (the_record.state = 'SENT_BACK') <> EXISTS (
        SELECT 1 FROM training_sendingback b WHERE b.record_id = the_id AND b.version = the_record.version
    ) THEN
        RAISE EXCEPTION 'A record that was sent back says by whom, when and why.' USING ERRCODE = 'check_violation';
    END IF;
    SELECT coalesce(string_agg(s.role, ',' ORDER BY s.role), '') INTO signed FROM training_signature s
    WHERE s.record_id = the_id
    AND NOT EXISTS (SELECT 1 FROM training_signaturerevocation r WHERE r.signature_id = s.id);
    IF signed <> (
        CASE the_record.state WHEN 'COMPLETE' THEN 'LINE_MANAGER,MENTOR' WHEN 'MENTOR_SIGNED' THEN 'MENTOR' ELSE '' END
    ) THEN
        RAISE EXCEPTION 'A record is signed as its state says.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER training_record_is_signed_as_it_says
    AFTER INSERT OR UPDATE ON training_trainingrecord DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION training_check_state_of_record();
CREATE CONSTRAINT TRIGGER training_signature_is_in_the_state
    AFTER INSERT ON training_signature DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION training_check_state_of_record();
CREATE CONSTRAINT TRIGGER training_sending_back_is_in_the_state
    AFTER INSERT ON training_sendingback DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION training_check_state_of_record();
CREATE CONSTRAINT TRIGGER training_revocation_is_in_the_state
    AFTER INSERT ON training_signaturerevocation DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION training_check_state_of_record();
"""

ALLOW = """
DROP TRIGGER training_sending_back_is_in_the_state ON training_sendingback;
DROP TRIGGER training_revocation_is_in_the_state ON training_signaturerevocation;
DROP TRIGGER training_signature_is_in_the_state ON training_signature;
DROP TRIGGER training_record_is_signed_as_it_says ON training_trainingrecord;
DROP FUNCTION training_check_state_of_record();
DROP TRIGGER training_record_changes_by_version ON training_trainingrecord;
DROP FUNCTION training_check_change_of_record();
DROP TRIGGER training_signature_in_order ON training_signature;
DROP FUNCTION training_check_signature();
DROP TRIGGER training_sending_back_no_truncate ON training_sendingback;
DROP TRIGGER training_sending_back_append_only ON training_sendingback;
DROP TRIGGER training_version_no_truncate ON training_recordversion;
DROP TRIGGER training_version_append_only ON training_recordversion;
DROP TRIGGER training_revocation_no_truncate ON training_signaturerevocation;
DROP TRIGGER training_revocation_append_only ON training_signaturerevocation;
DROP TRIGGER training_signature_no_truncate ON training_signature;
DROP TRIGGER training_signature_append_only ON training_signature;
DROP FUNCTION training_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("training", "0001_initial")]

    operations = [migrations.RunSQL(FORBID, ALLOW)]
