"""What an agency may search in has a table and an index of its own: the words of the copy that it reads now."""

import django.contrib.postgres.search
import django.db.models.deletion
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import connection, migrations, models

AT_A_TIME = 2_000
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
"""
# What a trigger wrote meanwhile is newer and stays.
OLDER = """
INSERT INTO referrals_sharewords (share_id, snapshot_id, referral_id, agency_id, words)
SELECT share.id, last.id, share.referral_id, share.agency_id, referrals_words_of_copy(last.content, share.agency_id)
FROM referrals_share AS share, LATERAL (
    SELECT id, content FROM referrals_sharesnapshot WHERE share_id = share.id ORDER BY number DESC LIMIT 1
) AS last
WHERE share.id = ANY(%s)
ON CONFLICT (share_id) DO NOTHING
"""


def gather_words(apps, schema_editor):
    """Of every sharing that stands, in batches, each in a transaction of its own."""
    standing = apps.get_model("referrals", "Share").objects.exclude(state="ENDED").order_by("pk")
    after = None
    with connection.cursor() as cursor:
        while ids := list((standing.filter(pk__gt=after) if after else standing).values_list("pk", flat=True)[:AT_A_TIME]):
            cursor.execute(OLDER, [ids])
            after = ids[-1]


class Migration(migrations.Migration):
    # Referrals are shared while the words of older copies are gathered.
    atomic = False

    dependencies = [
        ("accounts", "0005_intelligence_officer"),
        ("referrals", "0034_open_referrals_and_known_words"),
    ]

    operations = [
        migrations.CreateModel(
            name="ShareWords",
            fields=[
                ("share", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name="words", serialize=False, to="referrals.share")),
                ("snapshot", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="referrals.sharesnapshot")),
                ("referral", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="referrals.referral")),
                ("agency", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.agency")),
                ("words", django.contrib.postgres.search.SearchVectorField()),
            ],
            options={"verbose_name_plural": "words of shares"},
        ),
        migrations.RunSQL(KEEP_WORDS, KEEP_NO_WORDS),
        migrations.RunPython(gather_words, migrations.RunPython.noop),
        AddIndexConcurrently(model_name="sharewords", index=GinIndex(fields=["words"], name="share_by_words")),
        RemoveIndexConcurrently(model_name="sharesnapshot", name="share_snapshot_by_words"),
    ]
