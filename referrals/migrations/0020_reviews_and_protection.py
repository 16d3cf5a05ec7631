from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Submissions and decisions go on while the indexes are built.
    atomic = False

    dependencies = [("referrals", "0019_after_decisions")]

    operations = [
        AddIndexConcurrently(
            model_name="thresholddecision",
            index=models.Index(
                fields=["review_on"],
                condition=models.Q(("is_current", True), ("review_on__isnull", False)),
                name="threshold_decision_to_review",
            ),
        ),
        AddIndexConcurrently(
            model_name="childmodule",
            index=models.Index(
                fields=["police_protection_at"],
                condition=models.Q(("police_protection_at__isnull", False)),
                name="child_police_protection",
            ),
        ),
    ]
