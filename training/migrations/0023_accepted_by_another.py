"""Who accepts what was signed on paper is neither who took it over nor who signed it there; mentor and line manager are two people.

Names are compared as people tell them apart: in small letters, with single spaces.
"""

from django.db import migrations

CHECK = """
CREATE OR REPLACE FUNCTION training_check_earlier_acceptance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the_sign_off training_earliersignoff%ROWTYPE;{names}
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
    END IF;{others}
    IF NOT EXISTS (
        SELECT 1 FROM training_module WHERE id = NEW.module_id AND force_id = the_sign_off.agency_id
    ) THEN
        RAISE EXCEPTION 'A sign-off is accepted for a module of its agency.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""
NAMES = """
    signed text[];"""
OTHERS = r"""
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
    END IF;"""


class Migration(migrations.Migration):
    dependencies = [("training", "0022_reminders_of_what_was_accepted")]

    operations = [
        migrations.RunSQL(
            CHECK.replace("{names}", NAMES).replace("{others}", OTHERS),
            CHECK.replace("{names}", "").replace("{others}", ""),
        ),
    ]
