"""Words only: a ticket is the digest by which an incident was drawn, in whichever way that was."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("grading", "0033_rule_of_any_length")]

    operations = [
        migrations.AlterField(
            "sampledincident",
            "ticket",
            models.CharField(help_text="The SHA-256 by which it was drawn", max_length=64),
        ),
    ]
