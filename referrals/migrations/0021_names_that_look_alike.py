from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    # Referrals are submitted while the index is built.
    atomic = False

    dependencies = [("referrals", "0020_closings_and_voidings")]

    operations = [
        AddIndexConcurrently(
            model_name="personkeys",
            index=GinIndex(OpClass("names", name="gin_trgm_ops"), name="person_by_similar_names"),
        ),
    ]
