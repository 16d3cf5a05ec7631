"""Each version of a module may say what it helps to get better at."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0002_signatures_stand"),
    ]

    operations = [
        migrations.AddField(
            model_name="moduleversion",
            name="teaches",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("TIMELY", "Timely"),
                        ("CONCERN", "The concern is clear"),
                        ("LIVED_EXPERIENCE", "Lived experience"),
                        ("VOICE", "Voice: the child's words, the adult's wishes"),
                        ("NEEDS_AND_HARM", "Needs and harm"),
                        ("IDENTITY", "Identity and communication"),
                        ("CURIOSITY", "Household, history and curiosity"),
                        ("RISK", "Risk and the reasons for it"),
                        ("SHARING", "Lawful and fair sharing"),
                        ("ACTION", "Action taken and what is asked"),
                    ],
                    max_length=20,
                ),
                blank=True,
                db_default=[],
                default=list,
                help_text="What it helps to get better at; by this it is suggested",
                size=None,
            ),
        ),
    ]
