"""What was written of applications that partners prompted, of scenarios, questions, follow-ups, joins and substitutions is neither changed nor
removed; an answer to a scenario is that of whose place it is; a link for feedback works once.
"""

from django.db import migrations

WALLS = """
CREATE FUNCTION partners_refuse_to_rewrite() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What was written here is not changed.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE FUNCTION partners_refuse_removal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What was written here is not removed.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER partners_application_event_stands BEFORE UPDATE ON partners_applicationevent
    FOR EACH ROW EXECUTE FUNCTION partners_refuse_to_rewrite();
CREATE TRIGGER partners_application_event_stays BEFORE DELETE ON partners_applicationevent
    FOR EACH ROW EXECUTE FUNCTION partners_refuse_removal();
CREATE TRIGGER partners_prompted_stays BEFORE DELETE ON partners_promptedapplication
    FOR EACH ROW EXECUTE FUNCTION partners_refuse_removal();
CREATE TRIGGER partners_prompted_is_what_it_was BEFORE UPDATE ON partners_promptedapplication
    FOR EACH ROW WHEN (
        OLD.state = 'STRUCK' OR (OLD.force_id, OLD.agency_id, OLD.scheme, OLD.received_on, OLD.force_reference, OLD.request_key,
         OLD.logged_at, OLD.logged_by_id)
        IS DISTINCT FROM (NEW.force_id, NEW.agency_id, NEW.scheme, NEW.received_on, NEW.force_reference, NEW.request_key,
         NEW.logged_at, NEW.logged_by_id)
    ) EXECUTE FUNCTION partners_refuse_to_rewrite();
"""
NO_WALLS = """
DROP TRIGGER partners_prompted_is_what_it_was ON partners_promptedapplication;
DROP TRIGGER partners_prompted_stays ON partners_promptedapplication;
DROP TRIGGER partners_application_event_stays ON partners_applicationevent;
DROP TRIGGER partners_application_event_stands ON partners_applicationevent;
DROP FUNCTION partners_refuse_removal();
DROP FUNCTION partners_refuse_to_rewrite();
"""

SCENARIOS = """
CREATE TRIGGER partners_scenario_version_stands BEFORE UPDATE ON partners_scenarioversion
    FOR EACH ROW EXECUTE FUNCTION partners_refuse_to_rewrite();
CREATE TRIGGER partners_scenario_stands BEFORE UPDATE ON partners_scenario
    FOR EACH ROW EXECUTE FUNCTION partners_refuse_to_rewrite();
CREATE TRIGGER partners_scenario_answer_stands BEFORE UPDATE ON partners_scenarioanswer
    FOR EACH ROW EXECUTE FUNCTION partners_refuse_to_rewrite();
CREATE FUNCTION partners_scenario_answer_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM partners_booking booking
        JOIN partners_session session ON session.id = booking.session_id
        JOIN partners_scenarioversion version ON version.force_id = session.host_id
        WHERE booking.id = NEW.booking_id AND booking.user_id = NEW.person_id AND version.id = NEW.version_id
    ) THEN
        RAISE EXCEPTION 'Scenarios are answered by whose place it is, in a version of the force that runs the session.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'scenario_answer_fits';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER partners_scenario_answer_fits BEFORE INSERT ON partners_scenarioanswer
    FOR EACH ROW EXECUTE FUNCTION partners_scenario_answer_fits();
"""
SCENARIOS_MAY_CHANGE = """
DROP TRIGGER partners_scenario_answer_fits ON partners_scenarioanswer;
DROP FUNCTION partners_scenario_answer_fits();
DROP TRIGGER partners_scenario_answer_stands ON partners_scenarioanswer;
DROP TRIGGER partners_scenario_stands ON partners_scenario;
DROP TRIGGER partners_scenario_version_stands ON partners_scenarioversion;
"""

WORDS_OF_PEOPLE = """
CREATE TRIGGER partners_question_is_what_was_asked BEFORE UPDATE ON partners_sessionquestion
    FOR EACH ROW WHEN (
        (OLD.session_id, OLD.asked_at, OLD.request_key) IS DISTINCT FROM (NEW.session_id, NEW.asked_at, NEW.request_key)
        OR (
            (OLD.words, OLD.asked_by_id) IS DISTINCT FROM (NEW.words, NEW.asked_by_id)
            AND (NEW.words <> '' OR NEW.asked_by_id IS NOT NULL)
        )
    ) EXECUTE FUNCTION partners_refuse_to_rewrite();
CREATE TRIGGER partners_follow_up_is_what_was_said BEFORE UPDATE ON partners_followup
    FOR EACH ROW WHEN (
        OLD.taken_back_at IS NOT NULL AND NEW.taken_back_at IS NULL
        OR (OLD.booking_id, OLD.used, OLD.how, OLD.changed, OLD.may_tell, OLD.answered_at)
        IS DISTINCT FROM (NEW.booking_id, NEW.used, NEW.how, NEW.changed, NEW.may_tell, NEW.answered_at)
    ) EXECUTE FUNCTION partners_refuse_to_rewrite();
"""
WORDS_OF_PEOPLE_MAY_CHANGE = """
DROP TRIGGER partners_follow_up_is_what_was_said ON partners_followup;
DROP TRIGGER partners_question_is_what_was_asked ON partners_sessionquestion;
"""

JOINS_AND_SUBSTITUTIONS = """
CREATE TRIGGER partners_join_is_what_it_was BEFORE UPDATE ON partners_walkinjoin FOR EACH ROW WHEN (
        OLD.undone_at IS NOT NULL
        OR (OLD.booking_id, OLD.delegate_id, OLD.user_id, OLD.joined_at, OLD.joined_by_id)
        IS DISTINCT FROM (NEW.booking_id, NEW.delegate_id, NEW.user_id, NEW.joined_at, NEW.joined_by_id)
    ) EXECUTE FUNCTION partners_refuse_to_rewrite();
CREATE TRIGGER partners_join_stays BEFORE DELETE ON partners_walkinjoin
    FOR EACH ROW EXECUTE FUNCTION partners_refuse_removal();
CREATE TRIGGER partners_substitution_stands BEFORE UPDATE ON partners_substitution
    FOR EACH ROW EXECUTE FUNCTION partners_refuse_to_rewrite();
CREATE TRIGGER partners_substitution_stays BEFORE DELETE ON partners_substitution
    FOR EACH ROW EXECUTE FUNCTION partners_refuse_removal();
CREATE TRIGGER partners_feedback_link_works_once BEFORE UPDATE ON partners_feedbacklink FOR EACH ROW WHEN (
        OLD.is_used OR (OLD.session_id, OLD.token_hash) IS DISTINCT FROM (NEW.session_id, NEW.token_hash)
    ) EXECUTE FUNCTION partners_refuse_to_rewrite();
"""
JOINS_AND_SUBSTITUTIONS_MAY_CHANGE = """
DROP TRIGGER partners_feedback_link_works_once ON partners_feedbacklink;
DROP TRIGGER partners_substitution_stays ON partners_substitution;
DROP TRIGGER partners_substitution_stands ON partners_substitution;
DROP TRIGGER partners_join_stays ON partners_walkinjoin;
DROP TRIGGER partners_join_is_what_it_was ON partners_walkinjoin;
"""


class Migration(migrations.Migration):
    replaces = [
        ("partners", "0011_prompted_applications"),
        ("partners", "0014_scenarios"),
        ("partners", "0016_questions_and_follow_ups"),
        ("partners", "0019_partners_rest"),
    ]

    dependencies = [("partners", "0004_dates_of_sessions")]

    operations = [
        migrations.RunSQL(WALLS, NO_WALLS),
        migrations.RunSQL(SCENARIOS, SCENARIOS_MAY_CHANGE),
        migrations.RunSQL(WORDS_OF_PEOPLE, WORDS_OF_PEOPLE_MAY_CHANGE),
        migrations.RunSQL(JOINS_AND_SUBSTITUTIONS, JOINS_AND_SUBSTITUTIONS_MAY_CHANGE),
    ]
