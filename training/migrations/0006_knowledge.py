"""Knowledge tests: what columns alone cannot hold of them. questions stand, tests go one way, and a sitting is scored once and rightly."""

from django.db import migrations

STANDING = ("knowledgeoption",)
KEPT = ("knowledgequestion", "knowledgeoption", "sitting", "sittinganswer")
WALLS = """
CREATE TRIGGER training_knowledgequestion_stands BEFORE UPDATE ON training_knowledgequestion
    FOR EACH ROW WHEN (
        OLD.retired_at IS NOT NULL
        OR (OLD.id, OLD.module_id, OLD.scenario, OLD.words, OLD.explanation, OLD.keeps_order, OLD.replaces_id, OLD.written_at,
            OLD.written_by_id)
        IS DISTINCT FROM (NEW.id, NEW.module_id, NEW.scenario, NEW.words, NEW.explanation, NEW.keeps_order, NEW.replaces_id,
            NEW.written_at, NEW.written_by_id)
    ) EXECUTE FUNCTION training_refuse_to_rewrite();

CREATE FUNCTION training_check_option() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Locked, so that no test takes the question at this moment.
    PERFORM 1 FROM training_knowledgequestion WHERE id = NEW.question_id FOR UPDATE;
    IF EXISTS (SELECT 1 FROM training_knowledgetestquestion WHERE question_id = NEW.question_id) THEN
        RAISE EXCEPTION 'A question that a test asks gets no further answer.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_option_before_it_is_asked BEFORE INSERT ON training_knowledgeoption
    FOR EACH ROW EXECUTE FUNCTION training_check_option();

CREATE FUNCTION training_check_knowledge_test() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        -- It gets its questions as a draft, so one that was open from the first would never ask anything.
        IF NEW.state <> 'DRAFT' THEN
            RAISE EXCEPTION 'A test begins as a draft.' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (OLD.id, OLD.module_id, OLD.made_at, OLD.made_by_id)
        IS DISTINCT FROM (NEW.id, NEW.module_id, NEW.made_at, NEW.made_by_id)
        OR (OLD.state <> 'DRAFT' AND (OLD.title, OLD.pass_percent, OLD.attempts, OLD.months_to_follow_up, OLD.fingerprint,
            OLD.opened_at, OLD.opened_by_id) IS DISTINCT FROM (NEW.title, NEW.pass_percent, NEW.attempts,
            NEW.months_to_follow_up, NEW.fingerprint, NEW.opened_at, NEW.opened_by_id))
        OR (OLD.state = 'CLOSED' AND NEW IS DISTINCT FROM OLD) THEN
        RAISE EXCEPTION 'A test that was opened stands.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF (OLD.state, NEW.state) NOT IN (('DRAFT', 'DRAFT'), ('DRAFT', 'OPEN'), ('OPEN', 'OPEN'), ('OPEN', 'CLOSED')) THEN
        RAISE EXCEPTION 'A test is a draft, then open, then closed.' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state = 'DRAFT' AND NEW.state = 'OPEN'
        AND NOT EXISTS (SELECT 1 FROM training_knowledgetestquestion WHERE test_id = NEW.id) THEN
        RAISE EXCEPTION 'A test that is open asks something.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_knowledge_test_goes_one_way BEFORE INSERT OR UPDATE ON training_knowledgetest
    FOR EACH ROW EXECUTE FUNCTION training_check_knowledge_test();

CREATE FUNCTION training_check_asking() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the_test uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.test_id ELSE NEW.test_id END;
    the_state text;
    the_module uuid;
BEGIN
    -- Locked, so that it does not open at this moment.
    SELECT state, module_id INTO the_state, the_module FROM training_knowledgetest WHERE id = the_test FOR UPDATE;
    IF the_state <> 'DRAFT' OR (TG_OP = 'UPDATE' AND NEW.test_id <> OLD.test_id) THEN
        RAISE EXCEPTION 'The questions of a test that was opened stand.' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    PERFORM 1 FROM training_knowledgequestion WHERE id = NEW.question_id FOR UPDATE;
    IF NOT EXISTS (
        SELECT 1 FROM training_knowledgequestion
        WHERE id = NEW.question_id AND module_id = the_module AND retired_at IS NULL
    ) OR NOT EXISTS (
        SELECT 1 FROM training_knowledgeoption WHERE question_id = NEW.question_id
        HAVING count(*) BETWEEN 2 AND 6 AND count(*) FILTER (WHERE is_right) = 1
    ) THEN
        RAISE EXCEPTION 'A test asks questions of its module that are in use, each with one right answer.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_asking_in_a_draft BEFORE INSERT OR UPDATE OR DELETE ON training_knowledgetestquestion
    FOR EACH ROW EXECUTE FUNCTION training_check_asking();

CREATE FUNCTION training_check_sitting() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the_test training_knowledgetest;
    handed_in int;
BEGIN
    SELECT * INTO the_test FROM training_knowledgetest WHERE id = NEW.test_id FOR SHARE;
    IF TG_OP = 'UPDATE' THEN
        IF OLD.handed_in_at IS NOT NULL OR OLD.set_aside_at IS NOT NULL
            OR (OLD.id, OLD.test_id, OLD.person_id, OLD.agency_id, OLD.cohort_id, OLD.occasion, OLD.attempt, OLD."order",
                OLD.begun_at)
            IS DISTINCT FROM (NEW.id, NEW.test_id, NEW.person_id, NEW.agency_id, NEW.cohort_id, NEW.occasion, NEW.attempt,
                NEW."order", NEW.begun_at) THEN
            RAISE EXCEPTION 'What was handed in stands.' USING ERRCODE = 'insufficient_privilege';
        END IF;
        IF NEW.handed_in_at IS NOT NULL AND (the_test.state <> 'OPEN' OR NEW.out_of <> cardinality(NEW."order")
            OR NEW.right <> (SELECT count(*) FROM training_sittinganswer a JOIN training_knowledgeoption o ON o.id = a.option_id
                WHERE a.sitting_id = NEW.id AND o.is_right)) THEN
            RAISE EXCEPTION 'The score is how many answers are right, while the test is open.' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF the_test.state <> 'OPEN' OR NEW.handed_in_at IS NOT NULL OR NEW.set_aside_at IS NOT NULL
        OR NEW.agency_id <> (SELECT force_id FROM training_module WHERE id = the_test.module_id)
        OR (SELECT array_agg(question_id ORDER BY question_id) FROM training_knowledgetestquestion WHERE test_id = NEW.test_id)
            IS DISTINCT FROM (SELECT array_agg(one ORDER BY one) FROM unnest(NEW."order") one) THEN
        RAISE EXCEPTION 'A sitting begins with the questions of an open test.' USING ERRCODE = 'check_violation';
    END IF;
    SELECT count(*) INTO handed_in FROM training_sitting
    WHERE test_id = NEW.test_id AND person_id = NEW.person_id AND occasion = 'AFTER' AND handed_in_at IS NOT NULL;
    IF NOT (CASE NEW.occasion
        WHEN 'BEFORE' THEN NEW.attempt = 1 AND handed_in = 0
        WHEN 'AFTER' THEN NEW.attempt = handed_in + 1 AND NEW.attempt <= the_test.attempts
        ELSE NEW.attempt = 1 AND handed_in > 0
    END) THEN
        RAISE EXCEPTION 'Before comes before after, and attempts come one by one.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_sitting_in_order BEFORE INSERT OR UPDATE ON training_sitting
    FOR EACH ROW EXECUTE FUNCTION training_check_sitting();

CREATE FUNCTION training_check_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Locked, so that it is not handed in at this moment.
    IF NOT EXISTS (
        SELECT 1 FROM training_sitting WHERE id = NEW.sitting_id AND handed_in_at IS NULL AND set_aside_at IS NULL
            AND NEW.question_id = ANY("order") FOR UPDATE
    ) OR (TG_OP = 'UPDATE' AND (NEW.sitting_id, NEW.question_id) IS DISTINCT FROM (OLD.sitting_id, OLD.question_id))
    OR NOT EXISTS (SELECT 1 FROM training_knowledgeoption WHERE id = NEW.option_id AND question_id = NEW.question_id) THEN
        RAISE EXCEPTION 'An answer is one of its question, in a sitting that is under way.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_answer_while_under_way BEFORE INSERT OR UPDATE ON training_sittinganswer
    FOR EACH ROW EXECUTE FUNCTION training_check_answer();

-- One that was never opened may be thrown away.
CREATE TRIGGER training_knowledgetest_never_goes BEFORE DELETE ON training_knowledgetest
    FOR EACH ROW WHEN (OLD.state <> 'DRAFT') EXECUTE FUNCTION training_refuse_removal();
""" + "".join(
    f"CREATE TRIGGER training_{table}_stands BEFORE UPDATE ON training_{table} "
    "FOR EACH ROW EXECUTE FUNCTION training_refuse_to_rewrite();\n"
    for table in STANDING
) + "".join(
    f"CREATE TRIGGER training_{table}_never_goes BEFORE DELETE ON training_{table} "
    "FOR EACH ROW EXECUTE FUNCTION training_refuse_removal();\n"
    for table in KEPT
)
NO_WALLS = "".join(f"DROP TRIGGER training_{table}_never_goes ON training_{table};\n" for table in KEPT) + "".join(
    f"DROP TRIGGER training_{table}_stands ON training_{table};\n" for table in (*STANDING, "knowledgequestion")
) + """
DROP TRIGGER training_knowledgetest_never_goes ON training_knowledgetest;
DROP TRIGGER training_answer_while_under_way ON training_sittinganswer;
DROP TRIGGER training_sitting_in_order ON training_sitting;
DROP TRIGGER training_asking_in_a_draft ON training_knowledgetestquestion;
DROP TRIGGER training_knowledge_test_goes_one_way ON training_knowledgetest;
DROP TRIGGER training_option_before_it_is_asked ON training_knowledgeoption;
DROP FUNCTION training_check_answer();
DROP FUNCTION training_check_sitting();
DROP FUNCTION training_check_asking();
DROP FUNCTION training_check_knowledge_test();
DROP FUNCTION training_check_option();
"""


class Migration(migrations.Migration):
    replaces = [
        ("training", "0016_knowledge_tests"),
    ]

    dependencies = [("training", "0005_running_exercises")]

    operations = [migrations.RunSQL(WALLS, NO_WALLS)]
