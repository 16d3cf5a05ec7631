"""What a grader gave and what was agreed is never changed, nor what a draw was made from; agreed grades so far get their row."""

from django.db import migrations

WALLS = """
CREATE FUNCTION grading_refuse_change_of_grade() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A grade that was given is never changed.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER grading_grade_never_changes BEFORE UPDATE ON grading_grade
    FOR EACH ROW EXECUTE FUNCTION grading_refuse_change_of_grade();
CREATE TRIGGER grading_agreed_grade_never_changes BEFORE UPDATE ON grading_agreedgrade
    FOR EACH ROW EXECUTE FUNCTION grading_refuse_change_of_grade();

CREATE FUNCTION grading_refuse_change_of_draw() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What a sample was drawn from is never changed.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER grading_draw_never_changes BEFORE UPDATE ON grading_gradinground
    FOR EACH ROW WHEN (
        (OLD.force_id, OLD.starts_on, OLD.ends_on, OLD.rule, OLD.size, OLD.seed, OLD.algorithm)
        IS DISTINCT FROM (NEW.force_id, NEW.starts_on, NEW.ends_on, NEW.rule, NEW.size, NEW.seed, NEW.algorithm)
        OR OLD.drawn_at IS NOT NULL AND (OLD.frame_size, OLD.frame_digest, OLD.drawn_at, OLD.drawn_by_id)
        IS DISTINCT FROM (NEW.frame_size, NEW.frame_digest, NEW.drawn_at, NEW.drawn_by_id)
    ) EXECUTE FUNCTION grading_refuse_change_of_draw();

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
"""
NO_WALLS = """
DROP TRIGGER grading_published_grade_never_changes ON grading_rounditem;
DROP FUNCTION grading_refuse_change_once_published();
DROP TRIGGER grading_draw_never_changes ON grading_gradinground;
DROP FUNCTION grading_refuse_change_of_draw();
DROP TRIGGER grading_agreed_grade_never_changes ON grading_agreedgrade;
DROP TRIGGER grading_grade_never_changes ON grading_grade;
DROP FUNCTION grading_refuse_change_of_grade();
"""
# Who discussed the grades that were agreed before was not written down.
FIRST_ROWS = """
INSERT INTO grading_agreedgrade (id, item_id, number, grade, reason, agreed_at, agreed_by_id)
SELECT gen_random_uuid(), id, 1, agreed_grade, agreed_reason, agreed_at, agreed_by_id
FROM grading_rounditem WHERE agreed_grade IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("grading", "0006_agreed_grades")]

    operations = [
        migrations.RunSQL(FIRST_ROWS, "DELETE FROM grading_agreedgrade"),
        migrations.RunSQL(WALLS, NO_WALLS),
    ]
