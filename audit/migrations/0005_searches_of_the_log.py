"""Searches of the log, and the two indexes they need: days cost a write next to nothing, digests only the write of a search."""

import uuid

from django.contrib.postgres.indexes import BrinIndex, GinIndex, OpClass
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # The log is written to while its indexes are built.
    atomic = False

    dependencies = [("audit", "0004_entries_by_object_and_actor")]

    operations = [
        migrations.CreateModel(
            name="LogSearch",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("by_id", models.CharField(max_length=40)),
                ("at", models.DateTimeField(db_index=True)),
                (
                    "terms",
                    models.JSONField(
                        help_text="What entries.found takes, and under “asked” the same in the words that were typed"
                    ),
                ),
            ],
            options={
                "verbose_name": "search of the access log",
                "verbose_name_plural": "searches of the access log",
            },
        ),
        AddIndexConcurrently(
            "entry", BrinIndex(fields=["at"], name="entry_by_day", pages_per_range=32, autosummarize=True)
        ),
        AddIndexConcurrently(
            "entry",
            GinIndex(
                OpClass("details", name="jsonb_path_ops"),
                name="entry_by_digest",
                condition=models.Q(("what", "referral.searched")),
            ),
        ),
    ]
