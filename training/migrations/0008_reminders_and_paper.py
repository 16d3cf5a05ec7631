"""Who was told of what lapses, and when: written once, never gone, and of the person whose record it is. And sign-offs on paper of before:
who accepts one is neither who took it over nor who signed it there, and mentor and line manager are two people. Names are compared
as people tell them apart: in small letters, with single spaces.
"""

from django.db import migrations

TOLD = ("lapsereminder", "trainingdigest")
REMINDERS = """
CREATE FUNCTION training_check_lapse_reminder() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM training_trainingdigest
        WHERE id = NEW.digest_id AND person_id = NEW.person_id AND audience = 'SELF'
    ) OR NOT EXISTS (
        SELECT 1 FROM training_trainingrecord WHERE id = NEW.record_id AND person_id = NEW.person_id
        UNION ALL
        SELECT 1 FROM training_skillevidence WHERE id = NEW.evidence_id AND person_id = NEW.person_id
        UNION ALL
        SELECT 1 FROM training_earlieracceptance WHERE id = NEW.acceptance_id AND person_id = NEW.person_id
    ) THEN
        RAISE EXCEPTION 'People are told of their own training, in a mail to themselves.'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_lapse_reminder_is_of_the_person BEFORE INSERT ON training_lapsereminder
    FOR EACH ROW EXECUTE FUNCTION training_check_lapse_reminder();
""" + "".join(
    f"CREATE TRIGGER training_{table}_stands BEFORE UPDATE ON training_{table} "
    "FOR EACH ROW EXECUTE FUNCTION training_refuse_to_rewrite();\n"
    f"CREATE TRIGGER training_{table}_never_goes BEFORE DELETE ON training_{table} "
    "FOR EACH ROW EXECUTE FUNCTION training_refuse_removal();\n"
    for table in TOLD
)
REMINDERS_AT_WILL = "".join(
    f"DROP TRIGGER training_{table}_never_goes ON training_{table};\n"
    f"DROP TRIGGER training_{table}_stands ON training_{table};\n"
    for table in TOLD
) + """
DROP TRIGGER training_lapse_reminder_is_of_the_person ON training_lapsereminder;
DROP FUNCTION training_check_lapse_reminder();
"""

KEPT = ("earlierimport", "earliersignoff", "earlieracceptance")
SIGN_OFFS = r"""
CREATE TRIGGER training_earlier_import_only_undone BEFORE UPDATE ON training_earlierimport
    FOR EACH ROW WHEN (
        OLD.undone_at IS NOT NULL OR NEW.undone_at IS NULL
        OR (OLD.id, OLD.agency_id, OLD.person_id, OLD.by_id, OLD.at, OLD.file_name, OLD.sha256, OLD.headings,
            OLD.headings_sha256, OLD.places, OLD.rows, OLD.taken, OLD.already_there, OLD.refused)
        IS DISTINCT FROM
           (NEW.id, NEW.agency_id, NEW.person_id, NEW.by_id, NEW.at, NEW.file_name, NEW.sha256, NEW.headings,
            NEW.headings_sha256, NEW.places, NEW.rows, NEW.taken, NEW.already_there, NEW.refused)
    ) EXECUTE FUNCTION training_refuse_to_rewrite();
CREATE TRIGGER training_earlier_sign_off_only_undone BEFORE UPDATE ON training_earliersignoff
    FOR EACH ROW WHEN (
        OLD.undone_at IS NOT NULL OR NEW.undone_at IS NULL
        OR (OLD.id, OLD.agency_id, OLD.person_id, OLD.taken_from_id, OLD.row_number, OLD.item, OLD.item_key, OLD.done_on,
            OLD.evidence, OLD.mentor, OLD.mentor_on, OLD.line_manager, OLD.line_manager_on, OLD.notes)
        IS DISTINCT FROM
           (NEW.id, NEW.agency_id, NEW.person_id, NEW.taken_from_id, NEW.row_number, NEW.item, NEW.item_key, NEW.done_on,
            NEW.evidence, NEW.mentor, NEW.mentor_on, NEW.line_manager, NEW.line_manager_on, NEW.notes)
    ) EXECUTE FUNCTION training_refuse_to_rewrite();
CREATE TRIGGER training_earlier_acceptance_only_taken_back BEFORE UPDATE ON training_earlieracceptance
    FOR EACH ROW WHEN (
        OLD.taken_back_at IS NOT NULL OR NEW.taken_back_at IS NULL
        OR (OLD.id, OLD.sign_off_id, OLD.person_id, OLD.module_id, OLD.lapses_on, OLD.accepted_at, OLD.accepted_by_id, OLD.why)
        IS DISTINCT FROM
           (NEW.id, NEW.sign_off_id, NEW.person_id, NEW.module_id, NEW.lapses_on, NEW.accepted_at, NEW.accepted_by_id, NEW.why)
    ) EXECUTE FUNCTION training_refuse_to_rewrite();

CREATE FUNCTION training_check_earlier_acceptance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the_sign_off training_earliersignoff%ROWTYPE;
    signed text[];
BEGIN
    -- Locked, so that one that is being undone is waited for.
    SELECT * INTO the_sign_off FROM training_earliersignoff WHERE id = NEW.sign_off_id FOR UPDATE;
    IF the_sign_off.undone_at IS NOT NULL THEN
        RAISE EXCEPTION 'What was undone is not accepted.' USING ERRCODE = 'check_violation';
    END IF;
    IF the_sign_off.person_id <> NEW.person_id THEN
        RAISE EXCEPTION 'A sign-off is accepted for its own person.' USING ERRCODE = 'check_violation';
    END IF;
    IF the_sign_off.mentor = '' OR the_sign_off.line_manager = '' THEN
        RAISE EXCEPTION 'What is accepted was signed by both.' USING ERRCODE = 'check_violation';
    END IF;
    signed := ARRAY[
        lower(btrim(regexp_replace(the_sign_off.mentor, '\s+', ' ', 'g'))),
        lower(btrim(regexp_replace(the_sign_off.line_manager, '\s+', ' ', 'g')))
    ];
    IF signed[1] = signed[2] THEN
        RAISE EXCEPTION 'What is accepted was signed by two people.' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT 1 FROM training_earlierimport WHERE id = the_sign_off.taken_from_id AND by_id = NEW.accepted_by_id
    ) THEN
        RAISE EXCEPTION 'Who took a sign-off over does not accept it.' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT 1 FROM accounts_user
        WHERE id IN (NEW.accepted_by_id, NEW.person_id)
        AND lower(btrim(regexp_replace(name, '\s+', ' ', 'g'))) = ANY (signed)
    ) THEN
        RAISE EXCEPTION 'Neither who accepts it nor the person signed it on paper.' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM training_module WHERE id = NEW.module_id AND force_id = the_sign_off.agency_id
    ) THEN
        RAISE EXCEPTION 'A sign-off is accepted for a module of its agency.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_earlier_acceptance_is_of_its_sign_off BEFORE INSERT ON training_earlieracceptance
    FOR EACH ROW EXECUTE FUNCTION training_check_earlier_acceptance();
""" + "".join(
    f"CREATE TRIGGER training_{table}_never_goes BEFORE DELETE ON training_{table} "
    "FOR EACH ROW EXECUTE FUNCTION training_refuse_removal();\n"
    for table in KEPT
)
SIGN_OFFS_AT_WILL = "".join(
    f"DROP TRIGGER training_{table}_never_goes ON training_{table};\n" for table in KEPT
) + """
DROP TRIGGER training_earlier_acceptance_is_of_its_sign_off ON training_earlieracceptance;
DROP FUNCTION training_check_earlier_acceptance();
DROP TRIGGER training_earlier_acceptance_only_taken_back ON training_earlieracceptance;
DROP TRIGGER training_earlier_sign_off_only_undone ON training_earliersignoff;
DROP TRIGGER training_earlier_import_only_undone ON training_earlierimport;
"""


class Migration(migrations.Migration):
    replaces = [
        ("training", "0017_lapse_reminders"),
        ("training", "0021_earlier_sign_offs"),
        ("training", "0023_accepted_by_another"),
    ]

    dependencies = [("training", "0007_plans_and_order")]

    operations = [
        migrations.RunSQL(REMINDERS, REMINDERS_AT_WILL),
        migrations.RunSQL(SIGN_OFFS, SIGN_OFFS_AT_WILL),
    ]
