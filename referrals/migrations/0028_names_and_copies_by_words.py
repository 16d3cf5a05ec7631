from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.operations import AddIndexConcurrently
from django.contrib.postgres.search import SearchVectorField
from django.db import migrations, models


class TextsIn(models.Func):
    """The words of every text in a JSON column, as English. Its index went with 0035: an agency's words have a table now."""

    template = "jsonb_to_tsvector('pg_catalog.english'::regconfig, %(expressions)s, '[\"string\"]'::jsonb)"
    output_field = SearchVectorField()


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
