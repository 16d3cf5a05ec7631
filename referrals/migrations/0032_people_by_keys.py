"""Who shares a key is always looked up by the index.

PostgreSQL keeps no statistics of so many different keys, takes half of one per cent of all rows for each key that is asked,
and from some hundred thousand people on reads the whole table instead. Within this function it may not.
"""

from django.db import migrations

CREATE = """
CREATE FUNCTION referrals_people_by_keys(wanted bigint[], beside uuid, most integer)
RETURNS TABLE (person_id uuid) LANGUAGE sql STABLE ROWS 100
SET enable_seqscan = off SET max_parallel_workers_per_gather = 0 AS $$
    SELECT found.person_id FROM referrals_personkeys AS found
    WHERE found.keys && wanted AND found.referral_id <> beside
    ORDER BY (SELECT count(*) FROM unnest(found.keys) AS one WHERE one = ANY (wanted)) DESC, found.person_id
    LIMIT most
$$
"""


class Migration(migrations.Migration):

    dependencies = [('referrals', '0031_answers_flags_and_links')]

    operations = [migrations.RunSQL(CREATE, 'DROP FUNCTION referrals_people_by_keys(bigint[], uuid, integer)')]
