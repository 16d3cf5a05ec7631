from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Sharing goes on while the index is built.
    atomic = False

    dependencies = [("referrals", "0011_answers_and_feedback")]

    operations = [
        AddIndexConcurrently(
            model_name="share",
            index=models.Index(
                fields=["answer_due_at", "id"], name="share_waiting", condition=models.Q(state="WAITING")
            ),
        ),
    ]
