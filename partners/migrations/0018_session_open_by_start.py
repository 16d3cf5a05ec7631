"""An index of the sessions that are open, for the lists of who books and of everybody: they read no past session."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("partners", "0016_questions_and_follow_ups")]

    operations = [
        AddIndexConcurrently(
            model_name="session",
            index=models.Index(
                fields=["starts_at", "id"], name="session_open_by_start", condition=models.Q(("state", "OPEN"))
            ),
        ),
    ]
