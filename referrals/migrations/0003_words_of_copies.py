"""What an agency may search in: the words of the copy that it reads now, and no others."""

from django.db import migrations

KEEP_WORDS = """
-- Every text of a copy; its people's names, addresses and dates of birth once more, as they were written; and whose copy it is.
CREATE FUNCTION referrals_words_of_copy(content jsonb, agency uuid) RETURNS tsvector LANGUAGE sql STABLE AS $$
    SELECT jsonb_to_tsvector('pg_catalog.english', content, '["string"]')
        || setweight(strip(to_tsvector('pg_catalog.simple', coalesce(
            (SELECT string_agg(concat_ws(' ', one->>'given_names', one->>'family_name', one->>'aliases',
                                         one->>'address', one->>'usual_address'), ' ')
             FROM jsonb_array_elements(content->'people') AS one), ''))), 'A')
        || coalesce((SELECT array_to_tsvector(array_agg(DISTINCT 'b:' || (one->>'date_of_birth')))
                     FROM jsonb_array_elements(content->'people') AS one WHERE one->>'date_of_birth' <> ''), '')
        || array_to_tsvector(ARRAY['to:' || agency])
$$;

CREATE FUNCTION referrals_keep_words_of_copy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO referrals_sharewords (share_id, snapshot_id, referral_id, agency_id, words)
    SELECT DISTINCT ON (share.id) share.id, made.id, share.referral_id, share.agency_id,
        referrals_words_of_copy(made.content, share.agency_id)
    FROM made JOIN referrals_share AS share ON share.id = made.share_id WHERE share.state <> 'ENDED'
    ORDER BY share.id, made.number DESC
    ON CONFLICT (share_id) DO UPDATE SET snapshot_id = EXCLUDED.snapshot_id, words = EXCLUDED.words;
    RETURN NULL;
END $$;
CREATE TRIGGER words_of_new_copy AFTER INSERT ON referrals_sharesnapshot REFERENCING NEW TABLE AS made
    FOR EACH STATEMENT EXECUTE FUNCTION referrals_keep_words_of_copy();

CREATE FUNCTION referrals_forget_words_of_copy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM referrals_sharewords WHERE share_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER words_of_ended_share AFTER UPDATE OF state ON referrals_share FOR EACH ROW
    WHEN (NEW.state = 'ENDED' AND OLD.state <> 'ENDED') EXECUTE FUNCTION referrals_forget_words_of_copy();

ALTER TABLE referrals_sharewords ALTER COLUMN words SET STATISTICS 1000;
"""
KEEP_NO_WORDS = """
DROP TRIGGER words_of_new_copy ON referrals_sharesnapshot;
DROP TRIGGER words_of_ended_share ON referrals_share;
DROP FUNCTION referrals_keep_words_of_copy, referrals_forget_words_of_copy, referrals_words_of_copy;
ALTER TABLE referrals_sharewords ALTER COLUMN words SET STATISTICS -1;
"""


class Migration(migrations.Migration):
    replaces = [
        ("referrals", "0028_names_and_copies_by_words"),
        ("referrals", "0035_words_of_copies"),
    ]

    dependencies = [("referrals", "0002_words_of_referrals")]

    operations = [migrations.RunSQL(KEEP_WORDS, KEEP_NO_WORDS)]
