"""What was sent is found by its words, its people by how their names sound: gathered by triggers, whoever writes.
"""

from django.db import migrations

MODULES = {
    "childmodule": "CHILD",
    "adultmodule": "ADULT_AT_RISK",
    "domesticabusemodule": "DOMESTIC_ABUSE",
    "stalkingmodule": "STALKING_HARASSMENT",
    "honourmodule": "HONOUR_BASED_ABUSE",
    "exploitationmodule": "EXPLOITATION",
    "mentalhealthmodule": "MENTAL_HEALTH",
    "hatemodule": "HATE",
    "missingmodule": "MISSING",
    "preventmodule": "PREVENT",
}
CONTENT = [f"referrals_{name}" for name in ("ppn", "cpi", *MODULES)]
NARRATIVES = " UNION ALL ".join(
    f"SELECT referrals_narratives('referrals_{name}', to_jsonb(content)) FROM referrals_{name} content WHERE referral_id = wanted"
    + (f" AND '{MODULES[name]}' = ANY(types)" if name in MODULES else "")
    for name in ("ppn", "cpi", *MODULES)
)
TRIGGERS = "".join(
    f"""
CREATE TRIGGER words_of_new_content AFTER INSERT ON {table} REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION referrals_keep_words_of_content();
CREATE TRIGGER words_of_changed_content AFTER UPDATE ON {table} REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION referrals_keep_words_of_content();
"""
    for table in CONTENT
)

KEEP_WORDS = f"""
CREATE FUNCTION referrals_narratives(content regclass, answers jsonb) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT string_agg(answers ->> attname, E'\\n' ORDER BY attnum) FROM pg_catalog.pg_attribute
    WHERE attrelid = content AND atttypid = 'pg_catalog.text'::regtype AND attnum > 0 AND NOT attisdropped
$$;

-- Everything that was written in one referral.
CREATE FUNCTION referrals_narrative_of(wanted uuid) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce(string_agg(narrative, E'\\n'), '')
    FROM referrals_referral, LATERAL ({NARRATIVES}) AS found(narrative) WHERE referrals_referral.id = wanted
$$;

CREATE FUNCTION referrals_words_of(wanted uuid) RETURNS tsvector LANGUAGE sql STABLE AS $$
    SELECT to_tsvector('pg_catalog.english', referrals_narrative_of(wanted))
        || setweight(to_tsvector('pg_catalog.simple', coalesce(
            (SELECT string_agg(names, ' ') FROM referrals_personkeys WHERE referral_id = wanted), '')), 'A')
        || setweight(to_tsvector('pg_catalog.simple', concat_ws(' ',
            (SELECT string_agg(address, ' ') FROM referrals_personkeys WHERE referral_id = wanted),
            (SELECT place FROM referrals_ppn WHERE referral_id = wanted))), 'B')
        || coalesce((SELECT array_to_tsvector(array_agg(DISTINCT sound))
                     FROM referrals_personkeys, unnest(sounds) AS sound WHERE referral_id = wanted), '')
$$;

CREATE FUNCTION referrals_keep_words_of_content() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO referrals_referralwords (referral_id, words)
    SELECT changed.referral_id, referrals_words_of(changed.referral_id)
    FROM changed JOIN referrals_referral ON referrals_referral.id = changed.referral_id
    WHERE referrals_referral.state NOT IN ('DRAFT', 'DISCARDED')
    ON CONFLICT (referral_id) DO UPDATE SET words = EXCLUDED.words;
    RETURN NULL;
END $$;
{TRIGGERS}
-- A referral that is being submitted has no words yet; its change of state gathers them once.
CREATE FUNCTION referrals_keep_words_of_people() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE referrals_referralwords SET words = referrals_words_of(referral_id)
    WHERE referral_id IN (SELECT changed.referral_id FROM changed);
    RETURN NULL;
END $$;
CREATE TRIGGER words_of_new_people AFTER INSERT ON referrals_personkeys REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION referrals_keep_words_of_people();
CREATE TRIGGER words_of_removed_people AFTER DELETE ON referrals_personkeys REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION referrals_keep_words_of_people();

-- Keys written again under which nobody is found by words change no words.
CREATE FUNCTION referrals_keep_words_of_changed_people() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE referrals_referralwords SET words = referrals_words_of(referral_id)
    WHERE referral_id IN (
        SELECT changed.referral_id FROM changed JOIN before USING (person_id)
        WHERE (changed.referral_id, changed.names, changed.address, changed.sounds)
            IS DISTINCT FROM (before.referral_id, before.names, before.address, before.sounds)
    );
    RETURN NULL;
END $$;
CREATE TRIGGER words_of_changed_people AFTER UPDATE ON referrals_personkeys
    REFERENCING OLD TABLE AS before NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION referrals_keep_words_of_changed_people();

CREATE FUNCTION referrals_keep_words_of_sent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO referrals_referralwords (referral_id, words) VALUES (NEW.id, referrals_words_of(NEW.id))
    ON CONFLICT (referral_id) DO UPDATE SET words = EXCLUDED.words;
    RETURN NULL;
END $$;
CREATE TRIGGER words_of_sent_referral AFTER UPDATE OF state, types ON referrals_referral FOR EACH ROW
    WHEN (NEW.state NOT IN ('DRAFT', 'DISCARDED') AND (OLD.state = 'DRAFT' OR OLD.types IS DISTINCT FROM NEW.types))
    EXECUTE FUNCTION referrals_keep_words_of_sent();
"""
KEEP_NO_WORDS = (
    "".join(
        f"DROP TRIGGER words_of_new_content ON {table}; DROP TRIGGER words_of_changed_content ON {table};"
        for table in CONTENT
    )
    + """
DROP TRIGGER words_of_sent_referral ON referrals_referral;
DROP TRIGGER words_of_new_people ON referrals_personkeys;
DROP TRIGGER words_of_changed_people ON referrals_personkeys;
DROP TRIGGER words_of_removed_people ON referrals_personkeys;
DROP FUNCTION referrals_keep_words_of_sent, referrals_keep_words_of_people, referrals_keep_words_of_content,
    referrals_keep_words_of_changed_people;
DROP FUNCTION referrals_words_of, referrals_narrative_of, referrals_narratives;
"""
)

KEEP_SOUNDS = """
-- Whatever changes the people of a referral gathers its words anew.
CREATE FUNCTION referrals_keep_family_sounds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM referrals_familysound WHERE referral_id = NEW.referral_id AND NOT EXISTS (
        SELECT FROM referrals_personkeys AS keys WHERE keys.referral_id = NEW.referral_id AND sound = ANY(keys.sounds));
    INSERT INTO referrals_familysound (referral_id, sound, submitted_at)
    SELECT DISTINCT keys.referral_id, sound, referral.submitted_at
    FROM referrals_personkeys AS keys JOIN referrals_referral AS referral ON referral.id = keys.referral_id, unnest(keys.sounds) AS sound
    WHERE sound LIKE 'f:%' AND referral.submitted_at IS NOT NULL
        AND keys.referral_id = NEW.referral_id
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER family_sounds_of_new_words AFTER INSERT ON referrals_referralwords
    FOR EACH ROW EXECUTE FUNCTION referrals_keep_family_sounds();
CREATE TRIGGER family_sounds_of_changed_words AFTER UPDATE ON referrals_referralwords
    FOR EACH ROW EXECUTE FUNCTION referrals_keep_family_sounds();
"""
KEEP_NO_SOUNDS = """
DROP TRIGGER family_sounds_of_new_words ON referrals_referralwords;
DROP TRIGGER family_sounds_of_changed_words ON referrals_referralwords;
DROP FUNCTION referrals_keep_family_sounds;
"""

# How often each name and word occurs is known of more of them than PostgreSQL keeps by itself.
TABLE = "ALTER TABLE referrals_referralwords ALTER COLUMN words SET STATISTICS"


class Migration(migrations.Migration):
    replaces = [
        ("referrals", "0018_people_are_found"),
        ("referrals", "0034_open_referrals_and_known_words"),
        ("referrals", "0039_family_sounds_and_finer_keys"),
    ]

    dependencies = [("referrals", "0001_tables")]

    operations = [
        migrations.RunSQL(KEEP_WORDS, KEEP_NO_WORDS),
        migrations.RunSQL(KEEP_SOUNDS, KEEP_NO_SOUNDS),
        migrations.RunSQL(f"{TABLE} 1000", f"{TABLE} -1"),
    ]
