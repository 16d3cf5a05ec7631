"""The history of records. Triggers write it, so it holds also what is done in plain SQL; nothing changes or deletes it but
audit_forget_history, for a record that is disposed of.

Another table gets a history by one line in a migration of its own app:
SELECT audit_keep_history_of('table', 'app.Model', 'column with the id of that model', '', 'columns,left,out').
"""

from django.db import migrations

REFERRAL = ("referrals.Referral", "referral_id", "referrals_referral.submitted_at")
OF_REFERRALS = (
    "amendment assignment attachment challenge clarification closing consultation cpi cpiassessment encompassnotice feedback flag "
    "meetingitem person ppn referrallink review riskchange share strategydiscussion thresholddecision voiding childmodule adultmodule "
    "domesticabusemodule stalkingmodule honourmodule exploitationmodule mentalhealthmodule hatemodule missingmodule preventmodule"
).split()
# Table, the record that it belongs to, the column with that record's id, since when (a column of the record's own table), what
# is left out: secrets, and what counts saves and times of signing in.
TABLES = [
    ("referrals_referral", REFERRAL[0], "id", REFERRAL[2], "saves,version,changed_at"),
    *[(f"referrals_{name}", *REFERRAL, "") for name in OF_REFERRALS],
    ("referrals_shareanswer", "referrals.Share", "share_id", "", ""),
    ("grading_rounditem", "grading.RoundItem", "id", "", ""),
    ("grading_assignment", "grading.RoundItem", "item_id", "", ""),
    ("grading_agreedgrade", "grading.RoundItem", "item_id", "", ""),
    ("training_trainingrecord", "training.TrainingRecord", "id", "", ""),
    ("training_signature", "training.TrainingRecord", "record_id", "", ""),
    ("partners_booking", "partners.Booking", "id", "", ""),
    ("accounts_user", "accounts.User", "id", "", "password,last_login"),
    ("accounts_rolegrant", "accounts.User", "user_id", "", ""),
    ("accounts_apiclient", "accounts.User", "user_id", "", "token_hash"),
]

KEEP = """
CREATE FUNCTION audit_keep_change() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    old_row jsonb; new_row jsonb; whole jsonb; kept boolean; since text := TG_ARGV[2];
    left_out text[] := string_to_array(TG_ARGV[3], ',');
    names text[] := '{}'; was jsonb; became jsonb;
BEGIN
    IF TG_OP <> 'INSERT' THEN old_row := to_jsonb(OLD) - left_out; END IF;
    IF TG_OP <> 'DELETE' THEN new_row := to_jsonb(NEW) - left_out; END IF;
    whole := coalesce(new_row, old_row);
    IF since <> '' THEN
        -- Nothing is kept of what was never sent: a draft is its writer's, and saves itself every few seconds.
        IF TG_TABLE_NAME = split_part(since, '.', 1) THEN
            kept := whole ->> split_part(since, '.', 2) IS NOT NULL;
        ELSE
            EXECUTE format('SELECT %I IS NOT NULL FROM %I WHERE id = $1', split_part(since, '.', 2), split_part(since, '.', 1))
                INTO kept USING (whole ->> TG_ARGV[1])::uuid;
        END IF;
        IF kept IS NOT TRUE THEN RETURN NULL; END IF;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        SELECT array_agg(key ORDER BY key), jsonb_object_agg(key, old_row -> key), jsonb_object_agg(key, value)
            INTO names, was, became FROM jsonb_each(new_row) WHERE value IS DISTINCT FROM old_row -> key;
        IF names IS NULL THEN RETURN NULL; END IF;
    ELSIF TG_OP = 'DELETE' THEN
        was := old_row;
    END IF;
    INSERT INTO audit_change (at, operation, "table", row_key, record_label, record_id, columns, before, after, actor_id,
        database_user, request_id)
    VALUES (clock_timestamp(), TG_OP, TG_TABLE_NAME, coalesce(whole ->> 'id', whole ->> TG_ARGV[1]), TG_ARGV[0],
        coalesce(whole ->> TG_ARGV[1], ''), names, was, became, coalesce(current_setting('audit.actor', true), ''), session_user,
        coalesce(current_setting('audit.request', true), ''));
    RETURN NULL;
END $$;

CREATE FUNCTION audit_keep_history_of(what text, label text, owner text, since text, left_out text)
    RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'CREATE TRIGGER audit_history AFTER INSERT OR UPDATE OR DELETE ON %I FOR EACH ROW
        EXECUTE FUNCTION audit_keep_change(%L, %L, %L, %L)', what, label, owner, since, left_out);
END $$;

CREATE FUNCTION audit_refuse_change_of_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('audit.forgetting', true) = 'on' THEN RETURN OLD; END IF;
    RAISE EXCEPTION 'The history of records is append-only.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_change_append_only BEFORE UPDATE OR DELETE ON audit_change
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change_of_history();
CREATE TRIGGER audit_change_no_truncate BEFORE TRUNCATE ON audit_change
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change_of_history();

-- As the owner, so that the role of the service needs no right to delete; only where the record itself is gone.
CREATE FUNCTION audit_forget_history(label text, record text) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    gone bigint; home text := replace(lower(label), '.', '_'); is_there boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE id = $1)', home) INTO is_there USING record::uuid;
    IF is_there THEN
        RAISE EXCEPTION 'History goes with its record, which is still there.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM set_config('audit.forgetting', 'on', true);
    DELETE FROM audit_change WHERE record_label = label AND record_id = record;
    GET DIAGNOSTICS gone = ROW_COUNT;
    PERFORM set_config('audit.forgetting', 'off', true);
    RETURN gone;
END $$;
"""

FORGET = """
DROP FUNCTION audit_forget_history(text, text);
DROP TRIGGER audit_change_append_only ON audit_change;
DROP TRIGGER audit_change_no_truncate ON audit_change;
DROP FUNCTION audit_refuse_change_of_history();
DROP FUNCTION audit_keep_history_of(text, text, text, text, text);
DROP FUNCTION audit_keep_change();
"""


def _line(values: tuple[str, ...]) -> str:
    return "SELECT audit_keep_history_of({});".format(", ".join(f"'{value}'" for value in values))


class Migration(migrations.Migration):
    replaces = [
        ("audit", "0006_unusual_access"),
    ]

    dependencies = [
        ("audit", "0002_log_stands"),
        # Whose tables get a history. By name alone: the code of this app knows none of them.
        ("accounts", "0001_tables"),
        ("referrals", "0006_guards"),
        ("grading", "0006_invitations_stand"),
        ("training", "0008_reminders_and_paper"),
        ("partners", "0005_records_stand"),
    ]

    operations = [
        migrations.RunSQL(KEEP, FORGET),
        migrations.RunSQL(
            "\n".join(_line(one) for one in TABLES),
            "\n".join(f"DROP TRIGGER audit_history ON {table};" for table, *_ in TABLES),
        ),
    ]
