"""What a grader gave, what was agreed, and what the writer was told of it are never changed; no grade is agreed for a PPN that was replaced.
"""

from django.db import migrations

GRADES = """
CREATE FUNCTION grading_refuse_change_of_grade() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A grade that was given is never changed.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER grading_grade_never_changes BEFORE UPDATE ON grading_grade
    FOR EACH ROW EXECUTE FUNCTION grading_refuse_change_of_grade();
CREATE TRIGGER grading_agreed_grade_never_changes BEFORE UPDATE ON grading_agreedgrade
    FOR EACH ROW EXECUTE FUNCTION grading_refuse_change_of_grade();

CREATE FUNCTION grading_refuse_change_once_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM grading_gradinground WHERE id = OLD.round_id AND state = 'PUBLISHED') THEN
        RAISE EXCEPTION 'An agreed grade of a published round is never changed.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER grading_published_grade_never_changes BEFORE UPDATE ON grading_rounditem
    FOR EACH ROW WHEN (
        (OLD.agreed_grade, OLD.agreed_reason, OLD.agreed_at, OLD.agreed_by_id)
        IS DISTINCT FROM (NEW.agreed_grade, NEW.agreed_reason, NEW.agreed_at, NEW.agreed_by_id)
    ) EXECUTE FUNCTION grading_refuse_change_once_published();

CREATE FUNCTION grading_refuse_grade_of_what_was_replaced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM grading_removal WHERE item_id = NEW.item_id) THEN
        RAISE EXCEPTION 'No grade is agreed for a PPN that was replaced.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER grading_agreed_grade_of_what_stands BEFORE INSERT ON grading_agreedgrade
    FOR EACH ROW EXECUTE FUNCTION grading_refuse_grade_of_what_was_replaced();
"""
GRADES_MAY_CHANGE = """
DROP TRIGGER grading_agreed_grade_of_what_stands ON grading_agreedgrade;
DROP FUNCTION grading_refuse_grade_of_what_was_replaced();
DROP TRIGGER grading_published_grade_never_changes ON grading_rounditem;
DROP FUNCTION grading_refuse_change_once_published();
DROP TRIGGER grading_agreed_grade_never_changes ON grading_agreedgrade;
DROP TRIGGER grading_grade_never_changes ON grading_grade;
DROP FUNCTION grading_refuse_change_of_grade();
"""

FEEDBACK = """
CREATE FUNCTION grading_refuse_change_of_feedback() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What a writer was told, and what they answered, is never changed.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER grading_feedback_never_changes BEFORE UPDATE ON grading_gradefeedback
    FOR EACH ROW WHEN (
        OLD.state IN ('READ', 'DISAGREED')
        OR OLD.state <> 'PREPARED' AND (
            OLD.item_id, OLD.learning_point, OLD.theme, OLD.chosen_at, OLD.chosen_by_id, OLD.recipient_id, OLD.told_at
        ) IS DISTINCT FROM (
            NEW.item_id, NEW.learning_point, NEW.theme, NEW.chosen_at, NEW.chosen_by_id, NEW.recipient_id, NEW.told_at
        )
    ) EXECUTE FUNCTION grading_refuse_change_of_feedback();
"""
FEEDBACK_MAY_CHANGE = """
DROP TRIGGER grading_feedback_never_changes ON grading_gradefeedback;
DROP FUNCTION grading_refuse_change_of_feedback();
"""


class Migration(migrations.Migration):
    replaces = [
        ("grading", "0007_grades_never_change"),
        ("grading", "0023_replaced_items"),
        ("grading", "0024_feedback"),
    ]

    dependencies = [("grading", "0002_draws_stand")]

    operations = [
        migrations.RunSQL(GRADES, GRADES_MAY_CHANGE),
        migrations.RunSQL(FEEDBACK, FEEDBACK_MAY_CHANGE),
    ]
