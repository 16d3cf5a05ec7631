"""What is open at the hub is found without the rest, and how often each name and word occurs is known of more of them."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

TABLE = "ALTER TABLE referrals_referralwords ALTER COLUMN words SET STATISTICS"


class Migration(migrations.Migration):
    # Referrals are submitted while the index is built.
    atomic = False

    dependencies = [('referrals', '0033_threshold_documents')]

    operations = [
        AddIndexConcurrently(
            model_name='referral',
            index=models.Index(
                'state',
                'id',
                condition=models.Q(('state__in', ('RECEIVED', 'DECIDED', 'SHARED', 'ANSWERED'))),
                name='referral_open_at_hub',
            ),
        ),
        migrations.RunSQL(f"{TABLE} 1000", f"{TABLE} -1"),
    ]
