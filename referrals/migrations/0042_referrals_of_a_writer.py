"""What somebody wrote is read in its order from an index, and PostgreSQL knows that a writer tells the agency.

Without that it takes a writer and an agency for independent of each other, expects a hundredth of what somebody wrote, and
reads all of it where an index of words would give the few that are asked for.
"""

import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

KNOWN_TOGETHER = """
CREATE STATISTICS referral_writer_tells_agency (dependencies) ON author_id, agency_id FROM referrals_referral;
ANALYZE referrals_referral (author_id, agency_id);
"""


class Migration(migrations.Migration):
    # Referrals are written while the index is built.
    atomic = False

    dependencies = [
        ("accounts", "0005_intelligence_officer"),
        ("referrals", "0041_shares_newest_first"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="referral",
            index=models.Index("author", "agency", models.F("submitted_at").desc(), "id", name="referral_by_writer"),
        ),
        # The new index begins with the writer too.
        migrations.AlterField(
            model_name="referral",
            name="author",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="referrals",
                to="accounts.user",
            ),
        ),
        migrations.RunSQL(KNOWN_TOGETHER, "DROP STATISTICS referral_writer_tells_agency"),
    ]
