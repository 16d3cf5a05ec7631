"""An entry of evidence stays as it was written, is answered once and never goes; rules of module versions are checked for what there was."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations

FORBID = """
CREATE FUNCTION training_refuse_change_of_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Evidence stays as it was written and answered, and who was in a profile is never removed.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER training_evidence_never_changes BEFORE UPDATE ON training_skillevidence
    FOR EACH ROW WHEN (
        OLD.answer <> ''
        OR (OLD.agency_id, OLD.person_id, OLD.skill_id, OLD.shown_on, OLD.level, OLD.words, OLD.written_at, OLD.key)
        IS DISTINCT FROM
        (NEW.agency_id, NEW.person_id, NEW.skill_id, NEW.shown_on, NEW.level, NEW.words, NEW.written_at, NEW.key)
    ) EXECUTE FUNCTION training_refuse_change_of_evidence();
CREATE TRIGGER training_evidence_never_goes BEFORE DELETE ON training_skillevidence
    FOR EACH ROW EXECUTE FUNCTION training_refuse_change_of_evidence();
CREATE TRIGGER training_assignment_never_goes BEFORE DELETE ON training_profileassignment
    FOR EACH ROW EXECUTE FUNCTION training_refuse_change_of_evidence();
"""
ALLOW = """
DROP TRIGGER training_assignment_never_goes ON training_profileassignment;
DROP TRIGGER training_evidence_never_goes ON training_skillevidence;
DROP TRIGGER training_evidence_never_changes ON training_skillevidence;
DROP FUNCTION training_refuse_change_of_evidence();
"""


class Migration(migrations.Migration):
    dependencies = [("training", "0005_requirements_stand_in_profiles")]

    operations = [
        migrations.RunSQL(FORBID, ALLOW),
        ValidateConstraint(model_name="module", name="module_retired_says_who_when_and_why"),
        ValidateConstraint(model_name="moduleversion", name="module_version_written_says_who_and_when"),
        ValidateConstraint(model_name="moduleversion", name="module_version_reviewed_by_somebody_else"),
        ValidateConstraint(model_name="moduleversion", name="module_version_checked_says_who_and_when"),
    ]
