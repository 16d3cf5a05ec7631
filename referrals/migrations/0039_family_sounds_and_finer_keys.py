"""The newest referrals of one family name have an index of their own, and keys of people say of which version of the code they are.

Run `manage.py index_referrals` afterwards: it writes the keys of older versions again, beside the service.
"""

import django.db.models.deletion
from django.db import connection, migrations, models

AT_A_TIME = 10_000
SOUNDS_OF = """
SELECT DISTINCT keys.referral_id, sound, referral.submitted_at
FROM referrals_personkeys AS keys JOIN referrals_referral AS referral ON referral.id = keys.referral_id, unnest(keys.sounds) AS sound
WHERE sound LIKE 'f:%%' AND referral.submitted_at IS NOT NULL
"""
KEEP_SOUNDS = f"""
-- Whatever changes the people of a referral gathers its words anew.
CREATE FUNCTION referrals_keep_family_sounds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM referrals_familysound WHERE referral_id = NEW.referral_id AND NOT EXISTS (
        SELECT FROM referrals_personkeys AS keys WHERE keys.referral_id = NEW.referral_id AND sound = ANY(keys.sounds));
    INSERT INTO referrals_familysound (referral_id, sound, submitted_at)
    {SOUNDS_OF.replace('%%', '%')} AND keys.referral_id = NEW.referral_id
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER family_sounds_of_new_words AFTER INSERT ON referrals_referralwords
    FOR EACH ROW EXECUTE FUNCTION referrals_keep_family_sounds();
CREATE TRIGGER family_sounds_of_changed_words AFTER UPDATE ON referrals_referralwords
    FOR EACH ROW EXECUTE FUNCTION referrals_keep_family_sounds();

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
DROP TRIGGER words_of_changed_people ON referrals_personkeys;
CREATE TRIGGER words_of_changed_people AFTER UPDATE ON referrals_personkeys
    REFERENCING OLD TABLE AS before NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION referrals_keep_words_of_changed_people();
"""
KEEP_NO_SOUNDS = """
DROP TRIGGER words_of_changed_people ON referrals_personkeys;
CREATE TRIGGER words_of_changed_people AFTER UPDATE ON referrals_personkeys REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION referrals_keep_words_of_people();
DROP TRIGGER family_sounds_of_new_words ON referrals_referralwords;
DROP TRIGGER family_sounds_of_changed_words ON referrals_referralwords;
DROP FUNCTION referrals_keep_family_sounds, referrals_keep_words_of_changed_people;
"""
# What a trigger wrote meanwhile is the same.
OLDER = f"""
INSERT INTO referrals_familysound (referral_id, sound, submitted_at)
{SOUNDS_OF} AND keys.referral_id = ANY(%s)
ON CONFLICT DO NOTHING
"""


def gather_sounds(apps, schema_editor):
    """Of every submitted referral, in batches, each in a transaction of its own."""
    submitted = apps.get_model("referrals", "Referral").objects.exclude(submitted_at=None).order_by("pk")
    after = None
    with connection.cursor() as cursor:
        while ids := list((submitted.filter(pk__gt=after) if after else submitted).values_list("pk", flat=True)[:AT_A_TIME]):
            cursor.execute(OLDER, [ids])
            after = ids[-1]


class Migration(migrations.Migration):
    # Referrals are submitted while the sounds of older ones are gathered.
    atomic = False

    dependencies = [("referrals", "0038_drafts_and_answers")]

    operations = [
        migrations.AddField("personkeys", "version", models.PositiveSmallIntegerField(db_default=1)),
        migrations.CreateModel(
            name="FamilySound",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("referral", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="referrals.referral")),
                ("sound", models.CharField(max_length=90)),
                ("submitted_at", models.DateTimeField()),
            ],
            options={
                "verbose_name_plural": "sounds of family names",
                "constraints": [models.UniqueConstraint(fields=("referral", "sound"), name="family_sound_once")],
                "indexes": [
                    models.Index(fields=["sound", "-submitted_at", "-referral"], name="family_sound_newest_first"),
                ],
            },
        ),
        migrations.RunSQL(KEEP_SOUNDS, KEEP_NO_SOUNDS),
        migrations.RunPython(gather_sounds, migrations.RunPython.noop),
    ]
