"""A knowledge test that was never opened may be thrown away; one that was stays, as before."""

from django.db import migrations

TRIGGER = """
DROP TRIGGER training_knowledgetest_never_goes ON training_knowledgetest;
CREATE TRIGGER training_knowledgetest_never_goes BEFORE DELETE ON training_knowledgetest
    FOR EACH ROW {when}EXECUTE FUNCTION training_refuse_removal();
"""


class Migration(migrations.Migration):
    dependencies = [("training", "0023_accepted_by_another")]

    operations = [
        migrations.RunSQL(
            TRIGGER.format(when="WHEN (OLD.state <> 'DRAFT') "), reverse_sql=TRIGGER.format(when="")
        ),
    ]
