"""A report that was made is never changed, whoever tries through this database; deleting one is for retention to do."""

from django.db import migrations

FORBID = """
CREATE FUNCTION grading_refuse_change_of_report() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A report that was made is never changed.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER grading_report_never_changes BEFORE UPDATE ON grading_report
    FOR EACH ROW WHEN (OLD.made_at IS NOT NULL) EXECUTE FUNCTION grading_refuse_change_of_report();
"""
ALLOW = """
DROP TRIGGER grading_report_never_changes ON grading_report;
DROP FUNCTION grading_refuse_change_of_report();
"""


class Migration(migrations.Migration):
    replaces = [
        ("grading", "0003_reports_never_change"),
    ]

    dependencies = [("grading", "0004_reviews_stand")]

    operations = [migrations.RunSQL(FORBID, ALLOW)]
