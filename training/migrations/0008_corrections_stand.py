"""Why a closed register was changed is neither changed nor removed."""

from django.db import migrations

WALLS = """
CREATE FUNCTION training_refuse_change_of_correction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What was corrected in a register is never changed or removed.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER training_register_correction_stands BEFORE UPDATE OR DELETE ON training_registercorrection
    FOR EACH ROW EXECUTE FUNCTION training_refuse_change_of_correction();
"""
NO_WALLS = """
DROP TRIGGER training_register_correction_stands ON training_registercorrection;
DROP FUNCTION training_refuse_change_of_correction();
"""


class Migration(migrations.Migration):
    dependencies = [("training", "0007_programmes")]

    operations = [migrations.RunSQL(WALLS, NO_WALLS)]
