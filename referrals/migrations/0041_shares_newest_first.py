from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Sharing goes on while the index is built.
    atomic = False

    dependencies = [("referrals", "0040_referrer_kind")]

    operations = [
        AddIndexConcurrently(
            model_name="share",
            index=models.Index(
                condition=models.Q(("state", "ENDED"), _negated=True),
                fields=["agency", "-shared_at", "id"],
                name="share_newest_first",
            ),
        ),
    ]
