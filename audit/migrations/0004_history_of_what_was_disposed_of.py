"""What never changes lets a disposal through, and history goes also where a row of figures stays.

The walls of grading and of referrals refuse every change of what somebody gave or recorded. A disposal takes the words out of
such rows, and removes rows, in a transaction that `referrals_is_disposing` knows: two people approved it, and nothing holds it.
"""

from django.db import migrations

WALLS = (
    "grading_refuse_change_of_grade",
    "grading_refuse_change_once_published",
    "grading_refuse_change_of_departure",
    "grading_refuse_change_of_feedback",
    "grading_refuse_change_of_removal",
    "grading_refuse_change_of_review",
    "grading_refuse_change_of_settlement",
    "grading_refuse_change_of_live_gap",
    "grading_refuse_change_of_live_gap_correction",
    "grading_refuse_change_of_earlier_review",
    "referrals_refuse_change_of_second_reading",
    "referrals_refuse_change_of_guards",
)
DOOR = "BEGIN IF referrals_is_disposing() THEN RETURN coalesce(NEW, OLD); END IF;"
REWRITE = """
DO $do$
DECLARE
    wall text; body text;
BEGIN
    FOREACH wall IN ARRAY string_to_array('{walls}', ',') LOOP
        SELECT prosrc INTO STRICT body FROM pg_proc WHERE proname = wall;
        EXECUTE format('CREATE OR REPLACE FUNCTION %I() RETURNS trigger LANGUAGE plpgsql AS %L', wall,
            {rewritten});
    END LOOP;
END $do$;
"""
OPEN = REWRITE.format(walls=",".join(WALLS), rewritten=f"regexp_replace(body, 'BEGIN', '{DOOR}')")
SHUT = REWRITE.format(walls=",".join(WALLS), rewritten=f"replace(body, '{DOOR}', 'BEGIN')")

# A referral of which figures keep an empty row, and the rows of grading that point at it, lose their history too.
FORGET = """
CREATE OR REPLACE FUNCTION audit_forget_history(label text, record text) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    gone bigint; home text := replace(lower(label), '.', '_'); is_there boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE id = $1)', home) INTO is_there USING record::uuid;
    {exception}IF is_there THEN
        RAISE EXCEPTION 'History goes with its record, which is still there.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM set_config('audit.forgetting', 'on', true);
    DELETE FROM audit_change WHERE record_label = label AND record_id = record;
    GET DIAGNOSTICS gone = ROW_COUNT;
    PERFORM set_config('audit.forgetting', 'off', true);
    RETURN gone;
END $$;
"""
DISPOSED = """IF label = 'referrals.Referral' THEN
        is_there := EXISTS (SELECT FROM referrals_referral WHERE id = record::uuid AND state <> 'DISPOSED');
    ELSIF label = 'grading.RoundItem' THEN
        is_there := EXISTS (SELECT FROM grading_rounditem AS item JOIN referrals_referral AS referral
            ON referral.id = item.referral_id WHERE item.id = record::uuid AND referral.state <> 'DISPOSED');
    END IF;
    """
HISTORIES = ("retentionreview", "legalhold")


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_history"), ("grading", "0006_invitations_stand"), ("referrals", "0007_retention")]

    operations = [
        migrations.RunSQL(OPEN, SHUT),
        migrations.RunSQL(FORGET.replace("{exception}", DISPOSED), FORGET.replace("{exception}", "")),
        migrations.RunSQL(
            "\n".join(
                f"SELECT audit_keep_history_of('referrals_{name}', 'referrals.Referral', 'referral_id', "
                "'referrals_referral.submitted_at', '');"
                for name in HISTORIES
            ),
            "\n".join(f"DROP TRIGGER audit_history ON referrals_{name};" for name in HISTORIES),
        ),
    ]
