"""A PPN keeps in which role it was sent. Those of before say nothing: roles may have been given or ended for the past since."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

KNOWN = models.CheckConstraint(
    condition=models.Q(("referrer_kind__in", ["", "FRONTLINE", "LINE_MANAGER", "HUB"])),
    name="referral_referrer_kind_is_known",
)


class Migration(migrations.Migration):
    dependencies = [("referrals", "0039_family_sounds_and_finer_keys")]

    operations = [
        migrations.AddField(
            model_name="referral",
            name="referrer_kind",
            field=models.CharField(
                blank=True,
                choices=[
                    ("FRONTLINE", "Frontline officer or staff"),
                    ("LINE_MANAGER", "Line manager"),
                    ("HUB", "Decision-maker of the hub"),
                ],
                db_default="",
                default="",
                help_text="Of a PPN: in which role it was sent, kept as it was then; empty for what was sent before this was kept",
                max_length=12,
            ),
        ),
        # Every row that is there has the empty default, which meets it: they need not be read.
        AddConstraintNotValid(model_name="referral", constraint=KNOWN),
    ]
