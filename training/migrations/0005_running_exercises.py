"""Exercises on paper: what columns alone cannot hold of them. sheets come in order, and what groups decided stands."""

from django.db import migrations

STANDING = ("injectrelease", "groupdecision", "mockmeeting", "mockaction")
KEPT = ("exercise", "exerciserun", *STANDING)
MOVES = "('PLANNED', 'RUNNING'), ('PLANNED', 'CANCELLED'), ('RUNNING', 'MEETING'), ('RUNNING', 'DEBRIEF'), ('MEETING', 'DEBRIEF'), ('DEBRIEF', 'ENDED')"  # fmt: skip
WALLS = f"""
CREATE FUNCTION training_check_exercise() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.replaces_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM training_exercise WHERE id = NEW.replaces_id AND force_id = NEW.force_id
        AND title = NEW.title AND number = NEW.number - 1 AND ready_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'A version follows one of the same title that is ready.' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.ready_at IS NOT NULL OR NEW.retired_at IS NOT NULL THEN
            RAISE EXCEPTION 'An exercise begins as a draft.' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.retired_at IS NOT NULL OR (OLD.force_id, OLD.replaces_id, OLD.number)
        IS DISTINCT FROM (NEW.force_id, NEW.replaces_id, NEW.number) OR (OLD.ready_at IS NOT NULL AND
        (OLD.title, OLD.aims, OLD.opening, OLD.for_facilitator, OLD.minutes, OLD.written_at, OLD.written_by_id,
         OLD.ready_at, OLD.ready_by_id) IS DISTINCT FROM (NEW.title, NEW.aims, NEW.opening, NEW.for_facilitator,
         NEW.minutes, NEW.written_at, NEW.written_by_id, NEW.ready_at, NEW.ready_by_id)) THEN
        RAISE EXCEPTION 'What was written here is not changed.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF OLD.ready_at IS NULL AND NEW.ready_at IS NOT NULL AND (
        (SELECT count(*) = 0 OR max(position) <> count(*) FROM training_inject WHERE exercise_id = NEW.id)
        OR EXISTS (
            SELECT 1 FROM training_inject one JOIN training_inject later USING (exercise_id)
            WHERE exercise_id = NEW.id AND later.position > one.position AND later.minute < one.minute
        )
    ) THEN
        RAISE EXCEPTION 'An exercise that is ready has sheets in the order of their minutes.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_exercise_stands BEFORE INSERT OR UPDATE ON training_exercise
    FOR EACH ROW EXECUTE FUNCTION training_check_exercise();

CREATE FUNCTION training_check_inject() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the_exercise uuid := coalesce(NEW.exercise_id, OLD.exercise_id);
    the_ready timestamptz;
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.exercise_id <> NEW.exercise_id THEN
        RAISE EXCEPTION 'A sheet stays in its exercise.' USING ERRCODE = 'check_violation';
    END IF;
    -- Locked, so that a sheet cannot change while somebody says that the exercise is ready.
    SELECT ready_at INTO the_ready FROM training_exercise WHERE id = the_exercise FOR SHARE;
    IF the_ready IS NOT NULL THEN
        RAISE EXCEPTION 'The sheets of an exercise that is ready stand.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER training_inject_before_it_is_ready BEFORE INSERT OR UPDATE OR DELETE ON training_inject
    FOR EACH ROW EXECUTE FUNCTION training_check_inject();

CREATE FUNCTION training_check_new_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> 'PLANNED' OR NOT EXISTS (
        SELECT 1 FROM training_exercise
        WHERE id = NEW.exercise_id AND force_id = NEW.force_id AND ready_at IS NOT NULL AND retired_at IS NULL
    ) THEN
        RAISE EXCEPTION 'A run is planned, of an exercise of the force that is ready.' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.session_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM training_trainingsession WHERE id = NEW.session_id AND force_id = NEW.force_id
    ) THEN
        RAISE EXCEPTION 'A run hangs on a session of the same force.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_run_of_what_is_ready BEFORE INSERT ON training_exerciserun
    FOR EACH ROW EXECUTE FUNCTION training_check_new_run();

CREATE FUNCTION training_check_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.exercise_id, OLD.force_id, OLD.session_id, OLD.planned_at, OLD.planned_by_id)
        IS DISTINCT FROM (NEW.exercise_id, NEW.force_id, NEW.session_id, NEW.planned_at, NEW.planned_by_id)
        OR (OLD.started_at IS NOT NULL AND (OLD.started_at, OLD.started_by_id, OLD.title, OLD.planned_for)
            IS DISTINCT FROM (NEW.started_at, NEW.started_by_id, NEW.title, NEW.planned_for))
        OR (OLD.met_at IS NOT NULL AND OLD.met_at IS DISTINCT FROM NEW.met_at)
        OR (OLD.debriefed_at IS NOT NULL AND OLD.debriefed_at IS DISTINCT FROM NEW.debriefed_at)
        OR OLD.state IN ('ENDED', 'CANCELLED') THEN
        RAISE EXCEPTION 'What was written here is not changed.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN ({MOVES}) THEN
        RAISE EXCEPTION 'A run takes one step after the other.' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'RUNNING' AND OLD.state = 'PLANNED' AND (
        NOT EXISTS (SELECT 1 FROM training_rungroup WHERE run_id = NEW.id) OR EXISTS (
            SELECT 1 FROM training_rungroup g WHERE g.run_id = NEW.id
            AND NOT EXISTS (SELECT 1 FROM training_groupmember m WHERE m.group_id = g.id)
        )
    ) THEN
        RAISE EXCEPTION 'A run starts with somebody in each of its groups.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_run_step_by_step BEFORE UPDATE ON training_exerciserun
    FOR EACH ROW EXECUTE FUNCTION training_check_run();

CREATE FUNCTION training_check_group() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the_state text;
BEGIN
    SELECT state INTO the_state FROM training_exerciserun WHERE id = coalesce(OLD.run_id, NEW.run_id) FOR SHARE;
    IF the_state <> 'PLANNED' OR (TG_OP = 'UPDATE' AND OLD.run_id <> NEW.run_id) THEN
        RAISE EXCEPTION 'The groups stand once a run has started.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER training_group_before_the_start BEFORE INSERT OR UPDATE OR DELETE ON training_rungroup
    FOR EACH ROW EXECUTE FUNCTION training_check_group();

CREATE FUNCTION training_check_member() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the_state text;
    the_force uuid;
BEGIN
    SELECT state, force_id INTO the_state, the_force
    FROM training_exerciserun WHERE id = coalesce(OLD.run_id, NEW.run_id) FOR SHARE;
    IF TG_OP = 'DELETE' THEN
        IF the_state <> 'PLANNED' THEN
            RAISE EXCEPTION 'Nobody is taken out once a run has started.' USING ERRCODE = 'check_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM training_rungroup WHERE id = NEW.group_id AND run_id = NEW.run_id) THEN
        RAISE EXCEPTION 'A member is in a group of the same run.' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'INSERT' AND NOT EXISTS (SELECT 1 FROM accounts_user WHERE id = NEW.person_id AND agency_id = the_force) THEN
        RAISE EXCEPTION 'A member is of the force.' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (OLD.run_id, OLD.person_id, OLD.added_at, OLD.added_by_id)
        IS DISTINCT FROM (NEW.run_id, NEW.person_id, NEW.added_at, NEW.added_by_id) THEN
        RAISE EXCEPTION 'What was written here is not changed.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF (TG_OP = 'INSERT' OR (OLD.group_id, OLD.plays) IS DISTINCT FROM (NEW.group_id, NEW.plays))
        AND the_state NOT IN ('PLANNED', 'RUNNING', 'MEETING') THEN
        RAISE EXCEPTION 'The groups stand from the debrief on.' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.took_part IS DISTINCT FROM (CASE TG_OP WHEN 'UPDATE' THEN OLD.took_part END) AND the_state <> 'DEBRIEF' THEN
        RAISE EXCEPTION 'Who took part is said when a run ends.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_member_in_time BEFORE INSERT OR UPDATE OR DELETE ON training_groupmember
    FOR EACH ROW EXECUTE FUNCTION training_check_member();

CREATE FUNCTION training_check_release() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the_state text;
    the_exercise uuid;
    the_position int;
BEGIN
    -- Locked, so that two releases at the same moment see each other.
    SELECT state, exercise_id INTO the_state, the_exercise FROM training_exerciserun WHERE id = NEW.run_id FOR UPDATE;
    IF the_state <> 'RUNNING' THEN
        RAISE EXCEPTION 'Sheets are released while a run is running.' USING ERRCODE = 'check_violation';
    END IF;
    SELECT position INTO the_position FROM training_inject WHERE id = NEW.inject_id AND exercise_id = the_exercise;
    IF the_position IS NULL OR the_position <> 1 + (SELECT count(*) FROM training_injectrelease WHERE run_id = NEW.run_id) THEN
        RAISE EXCEPTION 'Sheets are released in their order.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_release_in_order BEFORE INSERT ON training_injectrelease
    FOR EACH ROW EXECUTE FUNCTION training_check_release();

CREATE FUNCTION training_check_decision() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the_run uuid;
    the_state text;
BEGIN
    -- Locked, so that two of a group who write at the same moment see each other.
    SELECT run_id INTO the_run FROM training_rungroup WHERE id = NEW.group_id FOR NO KEY UPDATE;
    SELECT state INTO the_state FROM training_exerciserun WHERE id = the_run FOR SHARE;
    IF the_state <> 'RUNNING'
        OR NOT EXISTS (SELECT 1 FROM training_injectrelease WHERE run_id = the_run AND inject_id = NEW.inject_id) THEN
        RAISE EXCEPTION 'A group decides on a sheet that was released, while the run is running.' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM training_groupmember WHERE group_id = NEW.group_id AND person_id = NEW.written_by_id) THEN
        RAISE EXCEPTION 'The members of a group write what it decides.' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.number <> 1 + (SELECT count(*) FROM training_groupdecision WHERE group_id = NEW.group_id AND inject_id = NEW.inject_id) THEN
        RAISE EXCEPTION 'A decision follows the one before.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_decision_in_order BEFORE INSERT ON training_groupdecision
    FOR EACH ROW EXECUTE FUNCTION training_check_decision();

CREATE FUNCTION training_check_mock_meeting() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the_run uuid;
    the_state text;
BEGIN
    SELECT run_id INTO the_run FROM training_rungroup WHERE id = NEW.group_id FOR NO KEY UPDATE;
    SELECT state INTO the_state FROM training_exerciserun WHERE id = the_run FOR SHARE;
    IF the_state <> 'MEETING' THEN
        RAISE EXCEPTION 'A meeting is recorded while the run is at it.' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM training_groupmember WHERE group_id = NEW.group_id AND person_id = NEW.written_by_id) THEN
        RAISE EXCEPTION 'The members of a group write what it decides.' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.number <> 1 + (SELECT count(*) FROM training_mockmeeting WHERE group_id = NEW.group_id) THEN
        RAISE EXCEPTION 'A version follows the one before.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_mock_meeting_in_order BEFORE INSERT ON training_mockmeeting
    FOR EACH ROW EXECUTE FUNCTION training_check_mock_meeting();

CREATE FUNCTION training_check_mock_action() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM training_mockmeeting this
        JOIN training_rungroup g ON g.id = this.group_id JOIN training_exerciserun r ON r.id = g.run_id
        WHERE this.id = NEW.meeting_id AND r.state = 'MEETING' AND NOT EXISTS (
            SELECT 1 FROM training_mockmeeting later WHERE later.group_id = this.group_id AND later.number > this.number
        )
    ) THEN
        RAISE EXCEPTION 'An action belongs to the newest version of a meeting.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_mock_action_of_the_newest BEFORE INSERT ON training_mockaction
    FOR EACH ROW EXECUTE FUNCTION training_check_mock_action();
""" + "".join(
    f"CREATE TRIGGER training_{table}_stays BEFORE UPDATE ON training_{table} "
    "FOR EACH ROW EXECUTE FUNCTION training_refuse_to_rewrite();\n"
    for table in STANDING
) + "".join(
    f"CREATE TRIGGER training_{table}_never_goes BEFORE DELETE ON training_{table} "
    "FOR EACH ROW EXECUTE FUNCTION training_refuse_removal();\n"
    for table in KEPT
)
TRIGGERS = (
    ("exercise_stands", "exercise", "exercise"),
    ("inject_before_it_is_ready", "inject", "inject"),
    ("run_of_what_is_ready", "exerciserun", "new_run"),
    ("run_step_by_step", "exerciserun", "run"),
    ("group_before_the_start", "rungroup", "group"),
    ("member_in_time", "groupmember", "member"),
    ("release_in_order", "injectrelease", "release"),
    ("decision_in_order", "groupdecision", "decision"),
    ("mock_meeting_in_order", "mockmeeting", "mock_meeting"),
    ("mock_action_of_the_newest", "mockaction", "mock_action"),
)
NO_WALLS = "".join(
    f"DROP TRIGGER training_{table}_never_goes ON training_{table};\n" for table in KEPT
) + "".join(
    f"DROP TRIGGER training_{table}_stays ON training_{table};\n" for table in STANDING
) + "".join(
    f"DROP TRIGGER training_{trigger} ON training_{table};\nDROP FUNCTION training_check_{function}();\n"
    for trigger, table, function in TRIGGERS
)


class Migration(migrations.Migration):
    replaces = [
        ("training", "0015_exercises"),
    ]

    dependencies = [("training", "0004_supervision_and_surveys")]

    operations = [migrations.RunSQL(WALLS, NO_WALLS)]
