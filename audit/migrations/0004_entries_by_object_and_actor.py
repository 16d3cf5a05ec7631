from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # The log is written to while its indexes are built.
    atomic = False

    dependencies = [("audit", "0003_unchained")]

    operations = [
        AddIndexConcurrently("entry", models.Index(fields=["object_id", "-id"], name="entry_of_object")),
        AddIndexConcurrently("entry", models.Index(fields=["actor_id", "-id"], name="entry_of_actor")),
        AddIndexConcurrently("entry", models.Index(fields=["what", "-id"], name="entry_of_deed")),
        RemoveIndexConcurrently("entry", "entry_by_object"),
        RemoveIndexConcurrently("entry", "entry_by_actor"),
    ]
