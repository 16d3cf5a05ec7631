from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_intelligence_officer"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="rights_changed_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="Sessions take another key at their first request after it",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="signed_out_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="Sessions that began before this moment count no more",
                null=True,
            ),
        ),
    ]
