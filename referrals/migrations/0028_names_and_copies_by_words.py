from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations

from referrals.models.snapshot import TextsIn


class Migration(migrations.Migration):
    # Referrals are submitted and shared while the indexes are built.
    atomic = False

    dependencies = [("referrals", "0027_closings_and_voidings")]

    operations = [
        AddIndexConcurrently(
            model_name="personkeys",
            index=GinIndex(OpClass("names", name="gin_trgm_ops"), name="person_by_similar_names"),
        ),
        AddIndexConcurrently(
            model_name="sharesnapshot",
            index=GinIndex(TextsIn("content"), name="share_snapshot_by_words"),
        ),
    ]
