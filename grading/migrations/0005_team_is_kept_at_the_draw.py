"""The team stands with the sampled incident, as kind and district do: an import that corrects it moves no published figure."""

import django.db.models.deletion
from django.db import migrations, models

TAKE_OVER = """
UPDATE grading_sampledincident AS sampled SET team_id = incident.team_id
FROM referrals_incident AS incident WHERE incident.id = sampled.incident_id AND incident.team_id IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("grading", "0004_publishedcompliance"),
        ("referrals", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="sampledincident",
            name="team",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.team",
            ),
        ),
        migrations.RunSQL(TAKE_OVER, migrations.RunSQL.noop),
    ]
