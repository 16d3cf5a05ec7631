"""What columns alone cannot hold: records of supervision stand, the two are the two, and a box takes one answer at a time."""

from django.db import migrations

STANDING = ("supervisionrecord", "supervisionaction", "supervisionreading", "recordopening", "surveytemplate", "surveyquestion", "surveyreceipt")  # fmt: skip
KEPT = ("supervision", "supervisionsession", "survey", "surveybox", *STANDING)
WALLS = """
CREATE TRIGGER training_supervision_stays_of_the_two BEFORE UPDATE ON training_supervision
    FOR EACH ROW WHEN (
        (OLD.agency_id, OLD.supervisee_id, OLD.supervisor_id, OLD.kind, OLD.every_weeks, OLD.starts_on,
         OLD.arranged_at, OLD.arranged_by_id)
        IS DISTINCT FROM (NEW.agency_id, NEW.supervisee_id, NEW.supervisor_id, NEW.kind, NEW.every_weeks, NEW.starts_on,
         NEW.arranged_at, NEW.arranged_by_id)
    ) EXECUTE FUNCTION training_refuse_to_rewrite();
CREATE TRIGGER training_session_closed_stands BEFORE UPDATE ON training_supervisionsession
    FOR EACH ROW WHEN (
        OLD.state <> 'PLANNED' OR (OLD.supervision_id, OLD.planned_at, OLD.planned_by_id)
        IS DISTINCT FROM (NEW.supervision_id, NEW.planned_at, NEW.planned_by_id)
    ) EXECUTE FUNCTION training_refuse_to_rewrite();
CREATE TRIGGER training_survey_asks_what_it_asked BEFORE UPDATE ON training_survey
    FOR EACH ROW WHEN (
        OLD.withdrawn_at IS NOT NULL
        OR (OLD.agency_id, OLD.template_id, OLD.team_id, OLD.opens_on, OLD.closes_on, OLD.opened_at, OLD.opened_by_id)
        IS DISTINCT FROM (NEW.agency_id, NEW.template_id, NEW.team_id, NEW.opens_on, NEW.closes_on, NEW.opened_at,
         NEW.opened_by_id)
    ) EXECUTE FUNCTION training_refuse_to_rewrite();

CREATE FUNCTION training_check_record_of_supervision() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the_state text;
    the_supervisor uuid;
    the_last int;
BEGIN
    -- Locked, so that two versions at the same moment see each other.
    SELECT s.state, p.supervisor_id INTO the_state, the_supervisor
    FROM training_supervisionsession s JOIN training_supervision p ON p.id = s.supervision_id
    WHERE s.id = NEW.session_id FOR UPDATE OF s;
    IF the_state IS DISTINCT FROM 'HELD' THEN
        RAISE EXCEPTION 'A record is of a session that was held.' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.written_by_id <> the_supervisor THEN
        RAISE EXCEPTION 'The supervisor writes the record.' USING ERRCODE = 'check_violation';
    END IF;
    SELECT coalesce(max(number), 0) INTO the_last FROM training_supervisionrecord WHERE session_id = NEW.session_id;
    IF NEW.number <> the_last + 1 THEN
        RAISE EXCEPTION 'A version follows the one before.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_record_of_supervision_in_order BEFORE INSERT ON training_supervisionrecord
    FOR EACH ROW EXECUTE FUNCTION training_check_record_of_supervision();

CREATE FUNCTION training_check_action() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM training_supervisionreading WHERE version_id = NEW.version_id) OR EXISTS (
        SELECT 1 FROM training_supervisionrecord later JOIN training_supervisionrecord this ON this.id = NEW.version_id
        WHERE later.session_id = this.session_id AND later.number > this.number
    ) THEN
        RAISE EXCEPTION 'An action belongs to a version from its start.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_action_from_the_start BEFORE INSERT ON training_supervisionaction
    FOR EACH ROW EXECUTE FUNCTION training_check_action();

CREATE FUNCTION training_check_reading() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM training_supervisionrecord r
        JOIN training_supervisionsession s ON s.id = r.session_id JOIN training_supervision p ON p.id = s.supervision_id
        WHERE r.id = NEW.version_id AND p.supervisee_id = NEW.read_by_id
    ) THEN
        RAISE EXCEPTION 'The person supervised confirms the reading.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_reading_by_the_supervised BEFORE INSERT ON training_supervisionreading
    FOR EACH ROW EXECUTE FUNCTION training_check_reading();

CREATE FUNCTION training_check_opening() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM training_supervisionsession s JOIN training_supervision p ON p.id = s.supervision_id
        WHERE s.id = NEW.session_id AND (s.state <> 'HELD' OR NEW.opened_by_id IN (p.supervisee_id, p.supervisor_id))
    ) THEN
        RAISE EXCEPTION 'Somebody else opens the record of a session that was held.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_opening_by_somebody_else BEFORE INSERT ON training_recordopening
    FOR EACH ROW EXECUTE FUNCTION training_check_opening();

CREATE FUNCTION training_check_question() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM training_survey WHERE template_id = NEW.template_id) THEN
        RAISE EXCEPTION 'A template that was asked gets no further question.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_question_before_it_is_asked BEFORE INSERT ON training_surveyquestion
    FOR EACH ROW EXECUTE FUNCTION training_check_question();

CREATE FUNCTION training_check_box() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before int := coalesce((SELECT sum(mark) FROM unnest(OLD.marks) mark), 0) + cardinality(OLD.words);
    after int := coalesce((SELECT sum(mark) FROM unnest(NEW.marks) mark), 0) + cardinality(NEW.words);
BEGIN
    IF (OLD.id, OLD.survey_id, OLD.question_id) IS DISTINCT FROM (NEW.id, NEW.survey_id, NEW.question_id)
        OR after NOT IN (before, before + 1) OR NOT NEW.words @> OLD.words
        OR EXISTS (SELECT 1 FROM unnest(OLD.marks, NEW.marks) pair (was, is_now) WHERE is_now < was)
        OR after > (SELECT count(*) FROM training_surveyreceipt WHERE survey_id = NEW.survey_id) THEN
        RAISE EXCEPTION 'A box takes one answer at a time, and gives none back.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_box_takes_one_answer BEFORE UPDATE ON training_surveybox
    FOR EACH ROW EXECUTE FUNCTION training_check_box();
""" + "".join(
    f"CREATE TRIGGER training_{table}_stands BEFORE UPDATE ON training_{table} "
    "FOR EACH ROW EXECUTE FUNCTION training_refuse_to_rewrite();\n"
    for table in STANDING
) + "".join(
    f"CREATE TRIGGER training_{table}_never_goes BEFORE DELETE ON training_{table} "
    "FOR EACH ROW EXECUTE FUNCTION training_refuse_removal();\n"
    for table in KEPT
)
NO_WALLS = "".join(
    f"DROP TRIGGER training_{table}_never_goes ON training_{table};\n" for table in KEPT
) + "".join(
    f"DROP TRIGGER training_{table}_stands ON training_{table};\n" for table in STANDING
) + """
DROP TRIGGER training_box_takes_one_answer ON training_surveybox;
DROP TRIGGER training_question_before_it_is_asked ON training_surveyquestion;
DROP TRIGGER training_opening_by_somebody_else ON training_recordopening;
DROP TRIGGER training_reading_by_the_supervised ON training_supervisionreading;
DROP TRIGGER training_action_from_the_start ON training_supervisionaction;
DROP TRIGGER training_record_of_supervision_in_order ON training_supervisionrecord;
DROP TRIGGER training_survey_asks_what_it_asked ON training_survey;
DROP TRIGGER training_session_closed_stands ON training_supervisionsession;
DROP TRIGGER training_supervision_stays_of_the_two ON training_supervision;
DROP FUNCTION training_check_box();
DROP FUNCTION training_check_question();
DROP FUNCTION training_check_opening();
DROP FUNCTION training_check_reading();
DROP FUNCTION training_check_action();
DROP FUNCTION training_check_record_of_supervision();
"""


class Migration(migrations.Migration):
    replaces = [
        ("training", "0010_walls_of_supervision_and_surveys"),
    ]

    dependencies = [("training", "0003_signatures")]

    operations = [migrations.RunSQL(WALLS, NO_WALLS)]
