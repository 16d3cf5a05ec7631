"""What PostgreSQL cannot know by itself, and needs to know to look up quickly.

It keeps no statistics of so many different keys of people, takes half of one per cent of all rows for each key that is asked, and
from some hundred thousand people on reads the whole table instead: within this function it may not. And it takes a writer and
their agency for independent of each other, expects a hundredth of what somebody wrote, and reads all of it where an index of
words would give the few that are asked for.
"""

from django.db import migrations

BY_KEYS = """
CREATE FUNCTION referrals_people_by_keys(wanted bigint[], beside uuid, most integer)
RETURNS TABLE (person_id uuid) LANGUAGE sql STABLE ROWS 100
SET enable_seqscan = off SET max_parallel_workers_per_gather = 0 AS $$
    SELECT found.person_id FROM referrals_personkeys AS found
    WHERE found.keys && wanted AND found.referral_id <> beside
    ORDER BY (SELECT count(*) FROM unnest(found.keys) AS one WHERE one = ANY (wanted)) DESC, found.person_id
    LIMIT most
$$
"""

KNOWN_TOGETHER = """
CREATE STATISTICS referral_writer_tells_agency (dependencies) ON author_id, agency_id FROM referrals_referral;
"""


class Migration(migrations.Migration):
    replaces = [
        ("referrals", "0032_people_by_keys"),
        ("referrals", "0042_referrals_of_a_writer"),
    ]

    dependencies = [("referrals", "0003_words_of_copies")]

    operations = [
        migrations.RunSQL(BY_KEYS, "DROP FUNCTION referrals_people_by_keys(bigint[], uuid, integer)"),
        migrations.RunSQL(KNOWN_TOGETHER, "DROP STATISTICS referral_writer_tells_agency"),
    ]
