"""Whose an induction plan is and what was moved in it stand; a module does not come before itself, by no way round."""

from django.db import migrations

INDUCTIONS = """
CREATE FUNCTION training_check_induction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM training_profileassignment a JOIN training_roleprofile p ON p.id = a.profile_id
        WHERE a.id = NEW.assignment_id AND a.person_id = NEW.person_id AND p.force_id = NEW.agency_id
    ) THEN
        RAISE EXCEPTION 'A plan is of the person whose profile it is.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_induction_of_its_person BEFORE INSERT ON training_induction
    FOR EACH ROW EXECUTE FUNCTION training_check_induction();
CREATE TRIGGER training_induction_stays_whose_it_is BEFORE UPDATE ON training_induction
    FOR EACH ROW WHEN (
        (OLD.assignment_id, OLD.agency_id, OLD.person_id, OLD.starts_on, OLD.made_at, OLD.made_by_id)
        IS DISTINCT FROM (NEW.assignment_id, NEW.agency_id, NEW.person_id, NEW.starts_on, NEW.made_at, NEW.made_by_id)
    ) EXECUTE FUNCTION training_refuse_to_rewrite();
CREATE TRIGGER training_induction_step_stays_what_it_is BEFORE UPDATE ON training_inductionstep
    FOR EACH ROW WHEN (
        (OLD.induction_id, OLD.module_id, OLD.skill_id, OLD.working_days)
        IS DISTINCT FROM (NEW.induction_id, NEW.module_id, NEW.skill_id, NEW.working_days)
        OR (OLD.declared_at IS NOT NULL
            AND (OLD.declared_at, OLD.declared_words) IS DISTINCT FROM (NEW.declared_at, NEW.declared_words))
    ) EXECUTE FUNCTION training_refuse_to_rewrite();
CREATE TRIGGER training_induction_change_stands BEFORE UPDATE ON training_inductionchange
    FOR EACH ROW EXECUTE FUNCTION training_refuse_to_rewrite();
CREATE TRIGGER training_induction_never_goes BEFORE DELETE ON training_induction
    FOR EACH ROW EXECUTE FUNCTION training_refuse_removal();
CREATE TRIGGER training_induction_step_never_goes BEFORE DELETE ON training_inductionstep
    FOR EACH ROW EXECUTE FUNCTION training_refuse_removal();
CREATE TRIGGER training_induction_change_never_goes BEFORE DELETE ON training_inductionchange
    FOR EACH ROW EXECUTE FUNCTION training_refuse_removal();
"""
INDUCTIONS_AT_WILL = """
DROP TRIGGER training_induction_change_never_goes ON training_inductionchange;
DROP TRIGGER training_induction_step_never_goes ON training_inductionstep;
DROP TRIGGER training_induction_never_goes ON training_induction;
DROP TRIGGER training_induction_change_stands ON training_inductionchange;
DROP TRIGGER training_induction_step_stays_what_it_is ON training_inductionstep;
DROP TRIGGER training_induction_stays_whose_it_is ON training_induction;
DROP TRIGGER training_induction_of_its_person ON training_induction;
DROP FUNCTION training_check_induction();
"""

PREREQUISITES = """
CREATE FUNCTION training_check_prerequisite() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the_force uuid;
BEGIN
    -- One at a time in a force, so that two that make a circle together see each other.
    SELECT a.id INTO the_force FROM accounts_agency a
    JOIN training_module m ON m.force_id = a.id WHERE m.id = NEW.module_id FOR NO KEY UPDATE OF a;
    IF NOT EXISTS (SELECT 1 FROM training_module WHERE id = NEW.first_id AND force_id = the_force) THEN
        RAISE EXCEPTION 'Both modules are of one force.' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        WITH RECURSIVE before (id) AS (
            SELECT NEW.first_id
            UNION
            SELECT p.first_id FROM training_moduleprerequisite p JOIN before b ON b.id = p.module_id
        )
        SELECT 1 FROM before WHERE id = NEW.module_id
    ) THEN
        RAISE EXCEPTION 'A module does not come before itself, by no way round.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_prerequisite_without_a_circle BEFORE INSERT ON training_moduleprerequisite
    FOR EACH ROW EXECUTE FUNCTION training_check_prerequisite();
CREATE TRIGGER training_moduleprerequisite_stands BEFORE UPDATE ON training_moduleprerequisite
    FOR EACH ROW EXECUTE FUNCTION training_refuse_to_rewrite();
CREATE TRIGGER training_outoforder_stands BEFORE UPDATE ON training_outoforder
    FOR EACH ROW EXECUTE FUNCTION training_refuse_to_rewrite();
CREATE TRIGGER training_outoforder_never_goes BEFORE DELETE ON training_outoforder
    FOR EACH ROW EXECUTE FUNCTION training_refuse_removal();
"""
PREREQUISITES_AT_WILL = """
DROP TRIGGER training_outoforder_never_goes ON training_outoforder;
DROP TRIGGER training_outoforder_stands ON training_outoforder;
DROP TRIGGER training_moduleprerequisite_stands ON training_moduleprerequisite;
DROP TRIGGER training_prerequisite_without_a_circle ON training_moduleprerequisite;
DROP FUNCTION training_check_prerequisite();
"""


class Migration(migrations.Migration):
    replaces = [
        ("training", "0014_inductions"),
        ("training", "0019_prerequisites"),
    ]

    dependencies = [("training", "0006_knowledge")]

    operations = [
        migrations.RunSQL(INDUCTIONS, INDUCTIONS_AT_WILL),
        migrations.RunSQL(PREREQUISITES, PREREQUISITES_AT_WILL),
    ]
