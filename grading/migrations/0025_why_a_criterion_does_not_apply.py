from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("grading", "0024_feedback")]

    operations = [
        migrations.AddField(
            model_name="grade",
            name="not_applicable",
            field=models.JSONField(
                blank=True, db_default={}, default=dict, help_text="Why, by each criterion that does not apply"
            ),
        ),
    ]
