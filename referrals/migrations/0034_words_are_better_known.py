"""PostgreSQL knows how often each of ten thousand words occurs, not of one thousand: names among them, so that it estimates a search."""

from django.db import migrations

TABLE = "ALTER TABLE referrals_referralwords ALTER COLUMN words SET STATISTICS"


class Migration(migrations.Migration):

    dependencies = [('referrals', '0033_threshold_documents')]

    operations = [migrations.RunSQL(f"{TABLE} 1000", f"{TABLE} -1")]
