"""What columns alone cannot hold of a signature: its order, its signer, who signs in the place of whom, that it stands, and that a record says
what was signed and was completed by who signed second.
"""

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
    the_named uuid;
    the_mentors_signer uuid;
BEGIN
    -- Locked, so that two signatures at the same moment see each other.
    SELECT * INTO the_record FROM training_trainingrecord WHERE id = NEW.record_id FOR UPDATE;
    IF NEW.version <> the_record.version THEN
        RAISE EXCEPTION 'A signature is for the version that counts.' USING ERRCODE = 'check_violation';
    END IF;
    the_named := CASE NEW.role WHEN 'MENTOR' THEN the_record.mentor_id ELSE the_record.line_manager_id END;
    IF NEW.on_behalf_of_id IS NULL THEN
        IF NEW.signer_id <> the_named THEN
            RAISE EXCEPTION 'Only the person who is named signs.' USING ERRCODE = 'check_violation';
        END IF;
    ELSE
        -- Locked, so that a time that is being ended is waited for.
        PERFORM 1 FROM training_signingdelegation d
        WHERE d.id = NEW.delegation_id AND d.role = NEW.role AND d.agency_id = the_record.agency_id
        AND d.absent_id = the_named AND d.absent_id = NEW.on_behalf_of_id AND d.deputy_id = NEW.signer_id
        AND d.starts_on <= (NEW.signed_at AT TIME ZONE 'Europe/London')::date
        AND d.ends_on > (NEW.signed_at AT TIME ZONE 'Europe/London')::date
        FOR SHARE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'Only the person who is named signs, or who was named in their place for that day.'
                USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    IF NEW.signer_id = the_record.person_id THEN
        RAISE EXCEPTION 'Nobody signs off their own training.' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.signer_id = (CASE NEW.role WHEN 'MENTOR' THEN the_record.line_manager_id ELSE the_record.mentor_id END) THEN
        RAISE EXCEPTION 'Nobody signs in the place of the other of the two.' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.role = 'LINE_MANAGER' THEN
        SELECT s.signer_id INTO the_mentors_signer FROM training_signature s
        WHERE s.record_id = NEW.record_id AND s.role = 'MENTOR'
        AND NOT EXISTS (SELECT 1 FROM training_signaturerevocation r WHERE r.signature_id = s.id);
        IF the_mentors_signer IS NULL THEN
            RAISE EXCEPTION 'The mentor signs before the line manager.' USING ERRCODE = 'check_violation';
        END IF;
        IF the_mentors_signer = NEW.signer_id THEN
            RAISE EXCEPTION 'The two signatures are those of two people.' USING ERRCODE = 'check_violation';
        END IF;
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

FOR_ANOTHER = """
CREATE TRIGGER training_delegation_only_ends BEFORE UPDATE ON training_signingdelegation
    FOR EACH ROW WHEN (
        OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL OR NEW.ends_on > OLD.ends_on
        OR (OLD.id, OLD.agency_id, OLD.role, OLD.absent_id, OLD.deputy_id, OLD.starts_on, OLD.made_at, OLD.made_by_id)
        IS DISTINCT FROM
        (NEW.id, NEW.agency_id, NEW.role, NEW.absent_id, NEW.deputy_id, NEW.starts_on, NEW.made_at, NEW.made_by_id)
    ) EXECUTE FUNCTION training_refuse_to_rewrite();
CREATE TRIGGER training_delegation_never_goes BEFORE DELETE ON training_signingdelegation
    FOR EACH ROW EXECUTE FUNCTION training_refuse_removal();

CREATE FUNCTION training_check_who_completed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the_record training_trainingrecord%ROWTYPE;
BEGIN
    SELECT * INTO the_record FROM training_trainingrecord WHERE id = NEW.id;
    IF the_record.state = 'COMPLETE' AND NOT EXISTS (
        SELECT 1 FROM training_signature s
        WHERE s.record_id = the_record.id AND s.role = 'LINE_MANAGER' AND s.signer_id = the_record.completed_by_id
        AND NOT EXISTS (SELECT 1 FROM training_signaturerevocation r WHERE r.signature_id = s.id)
    ) THEN
        RAISE EXCEPTION 'A record is completed by who signed second.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER training_record_was_completed_by_who_signed
    AFTER INSERT OR UPDATE ON training_trainingrecord DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION training_check_who_completed();
"""
FOR_ANOTHER_AT_WILL = """
DROP TRIGGER training_record_was_completed_by_who_signed ON training_trainingrecord;
DROP FUNCTION training_check_who_completed();
DROP TRIGGER training_delegation_never_goes ON training_signingdelegation;
DROP TRIGGER training_delegation_only_ends ON training_signingdelegation;
"""


class Migration(migrations.Migration):
    replaces = [
        ("training", "0002_signatures_stand"),
        ("training", "0013_delegated_sign_off"),
    ]

    dependencies = [("training", "0002_records_stand")]

    operations = [
        migrations.RunSQL(FORBID, ALLOW),
        migrations.RunSQL(FOR_ANOTHER, FOR_ANOTHER_AT_WILL),
    ]
