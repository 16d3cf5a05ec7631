"""Each PPN of a sample says which version was drawn, so that an amendment never changes what graders read."""

from django.db import migrations, models

AS_DRAWN = """
UPDATE grading_rounditem AS item SET version = drawn.number
FROM (
    SELECT item.id, max(amendment.number) AS number
    FROM grading_rounditem AS item
    JOIN grading_gradinground AS round ON round.id = item.round_id
    JOIN referrals_amendment AS amendment
        ON amendment.referral_id = item.referral_id AND amendment.amended_at <= round.drawn_at
    GROUP BY item.id
) AS drawn
WHERE drawn.id = item.id;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("grading", "0014_reports_as_spreadsheets"),
        ("referrals", "0039_family_sounds_and_finer_keys"),
    ]

    operations = [
        migrations.AddField(
            model_name="rounditem",
            name="version",
            field=models.PositiveSmallIntegerField(
                db_default=1,
                help_text="Of the referral when it was drawn: all graders read this one, whatever is amended after",
            ),
        ),
        migrations.AddConstraint(
            model_name="rounditem",
            constraint=models.CheckConstraint(
                condition=models.Q(("version__gte", 1)), name="round_item_version_is_one_that_was_sent"
            ),
        ),
        migrations.RunSQL(AS_DRAWN, migrations.RunSQL.noop),
    ]
