from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Imports go on while the index is built.
    atomic = False

    dependencies = [("referrals", "0002_core_facts")]

    operations = [
        AddIndexConcurrently(
            model_name="incident",
            index=models.Index(fields=["force", "-reported_at", "-id"], name="incident_newest_first"),
        ),
    ]
