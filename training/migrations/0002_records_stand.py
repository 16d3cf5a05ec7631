"""What was written is neither changed nor removed: champions, evidence of skills, corrections of registers, earlier versions of CPD entries,
and outcomes that came from a file. Later migrations call the two functions for tables of their own.
"""

from django.db import migrations

REFUSE = """
CREATE FUNCTION training_refuse_to_rewrite() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What was written here is not changed.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE FUNCTION training_refuse_removal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What was written here is not removed.' USING ERRCODE = 'insufficient_privilege';
END $$;
"""
REFUSE_NOTHING = """
DROP FUNCTION training_refuse_removal();
DROP FUNCTION training_refuse_to_rewrite();
"""

CHAMPIONS = """
CREATE TRIGGER training_champion_stays_who_they_are BEFORE UPDATE ON training_champion
    FOR EACH ROW WHEN (
        (OLD.topic_id, OLD.person_id, OLD.starts_on, OLD.named_at, OLD.named_by_id)
        IS DISTINCT FROM (NEW.topic_id, NEW.person_id, NEW.starts_on, NEW.named_at, NEW.named_by_id)
    ) EXECUTE FUNCTION training_refuse_to_rewrite();
CREATE TRIGGER training_champion_never_goes BEFORE DELETE ON training_champion
    FOR EACH ROW EXECUTE FUNCTION training_refuse_removal();
"""
CHAMPIONS_MAY_CHANGE = """
DROP TRIGGER training_champion_never_goes ON training_champion;
DROP TRIGGER training_champion_stays_who_they_are ON training_champion;
"""

EVIDENCE = """
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
EVIDENCE_MAY_CHANGE = """
DROP TRIGGER training_assignment_never_goes ON training_profileassignment;
DROP TRIGGER training_evidence_never_goes ON training_skillevidence;
DROP TRIGGER training_evidence_never_changes ON training_skillevidence;
DROP FUNCTION training_refuse_change_of_evidence();
"""

CORRECTIONS = """
CREATE FUNCTION training_refuse_change_of_correction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What was corrected in a register is never changed or removed.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER training_register_correction_stands BEFORE UPDATE OR DELETE ON training_registercorrection
    FOR EACH ROW EXECUTE FUNCTION training_refuse_change_of_correction();
"""
CORRECTIONS_MAY_CHANGE = """
DROP TRIGGER training_register_correction_stands ON training_registercorrection;
DROP FUNCTION training_refuse_change_of_correction();
"""

CPD_VERSIONS = """
CREATE FUNCTION training_refuse_change_of_cpd_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What an entry said before stands as it was.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER training_cpd_version_append_only BEFORE UPDATE OR DELETE ON training_cpdearlierversion
    FOR EACH ROW EXECUTE FUNCTION training_refuse_change_of_cpd_version();
"""
CPD_VERSIONS_MAY_CHANGE = """
DROP TRIGGER training_cpd_version_append_only ON training_cpdearlierversion;
DROP FUNCTION training_refuse_change_of_cpd_version();
"""

IMPORTED = ("outcomeimport", "outcomerow")
IMPORTS = "".join(
    f"CREATE TRIGGER training_{table}_stands BEFORE UPDATE ON training_{table} "
    "FOR EACH ROW EXECUTE FUNCTION training_refuse_to_rewrite();\n"
    f"CREATE TRIGGER training_{table}_never_goes BEFORE DELETE ON training_{table} "
    "FOR EACH ROW EXECUTE FUNCTION training_refuse_removal();\n"
    for table in IMPORTED
)
IMPORTS_MAY_CHANGE = "".join(
    f"DROP TRIGGER training_{table}_never_goes ON training_{table};\n"
    f"DROP TRIGGER training_{table}_stands ON training_{table};\n"
    for table in IMPORTED
)


class Migration(migrations.Migration):
    replaces = [
        ("training", "0006_evidence_stands"),
        ("training", "0008_corrections_stand"),
        ("training", "0011_cpd_log"),
        ("training", "0020_outcome_imports"),
    ]

    dependencies = [("training", "0001_tables")]

    operations = [
        migrations.RunSQL(REFUSE, REFUSE_NOTHING),
        migrations.RunSQL(CHAMPIONS, CHAMPIONS_MAY_CHANGE),
        migrations.RunSQL(EVIDENCE, EVIDENCE_MAY_CHANGE),
        migrations.RunSQL(CORRECTIONS, CORRECTIONS_MAY_CHANGE),
        migrations.RunSQL(CPD_VERSIONS, CPD_VERSIONS_MAY_CHANGE),
        migrations.RunSQL(IMPORTS, IMPORTS_MAY_CHANGE),
    ]
