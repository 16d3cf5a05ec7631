"""What was raised as a live gap, or closed, its corrections, what was settled of an incident, and reviews from spreadsheets of before never
change. Nor does a review once its incident is settled, its sample is published or a second person has reviewed it.
"""

from django.db import migrations

LIVE_GAPS = """
CREATE FUNCTION grading_refuse_change_of_live_gap() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What was raised as a live gap, or closed, is never changed.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER grading_live_gap_never_changes BEFORE UPDATE ON grading_livegap FOR EACH ROW WHEN (
    OLD.closed_at IS NOT NULL
    OR (OLD.force_id, OLD.sampled_id, OLD.review_id, OLD.what, OLD.done_at_once, OLD.raised_at, OLD.raised_by_id, OLD.due_at)
        IS DISTINCT FROM
       (NEW.force_id, NEW.sampled_id, NEW.review_id, NEW.what, NEW.done_at_once, NEW.raised_at, NEW.raised_by_id, NEW.due_at)
) EXECUTE FUNCTION grading_refuse_change_of_live_gap();
"""

LIVE_GAPS_MAY_CHANGE = """
DROP TRIGGER grading_live_gap_never_changes ON grading_livegap;
DROP FUNCTION grading_refuse_change_of_live_gap();
"""

CORRECTIONS = """
CREATE FUNCTION grading_refuse_change_of_live_gap_correction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A correction of a live gap is never changed.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER grading_live_gap_correction_never_changes BEFORE UPDATE ON grading_livegapcorrection
    FOR EACH ROW EXECUTE FUNCTION grading_refuse_change_of_live_gap_correction();
"""

CORRECTIONS_MAY_CHANGE = """
DROP TRIGGER grading_live_gap_correction_never_changes ON grading_livegapcorrection;
DROP FUNCTION grading_refuse_change_of_live_gap_correction();
"""

SETTLEMENTS = """
CREATE FUNCTION grading_refuse_change_of_settlement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What was settled is never changed.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER grading_settlement_never_changes BEFORE UPDATE ON grading_settlement
    FOR EACH ROW EXECUTE FUNCTION grading_refuse_change_of_settlement();

CREATE FUNCTION grading_refuse_change_of_review() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM grading_settlement WHERE sampled_id = OLD.sampled_id)
        OR (SELECT count(*) FROM grading_incidentreview WHERE sampled_id = OLD.sampled_id) > 1
        OR EXISTS (
            SELECT FROM grading_sampledincident AS sampled JOIN grading_dipsample AS sample ON sample.id = sampled.sample_id
            WHERE sampled.id = OLD.sampled_id AND sample.state = 'PUBLISHED'
        )
    THEN
        RAISE EXCEPTION 'A review that was settled, published or followed by a second one is never changed.'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER grading_review_stays BEFORE UPDATE ON grading_incidentreview
    FOR EACH ROW EXECUTE FUNCTION grading_refuse_change_of_review();
"""

SETTLEMENTS_MAY_CHANGE = """
DROP TRIGGER grading_review_stays ON grading_incidentreview;
DROP FUNCTION grading_refuse_change_of_review();
DROP TRIGGER grading_settlement_never_changes ON grading_settlement;
DROP FUNCTION grading_refuse_change_of_settlement();
"""

EARLIER_REVIEWS = """
CREATE FUNCTION grading_refuse_change_of_earlier_review() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What was taken over from a spreadsheet is never changed.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER grading_earlier_review_never_changes BEFORE UPDATE ON grading_earlierreview
    FOR EACH ROW EXECUTE FUNCTION grading_refuse_change_of_earlier_review();
CREATE TRIGGER grading_earlier_import_never_changes BEFORE UPDATE ON grading_earlierimport
    FOR EACH ROW EXECUTE FUNCTION grading_refuse_change_of_earlier_review();
"""

EARLIER_REVIEWS_MAY_CHANGE = """
DROP TRIGGER grading_earlier_import_never_changes ON grading_earlierimport;
DROP TRIGGER grading_earlier_review_never_changes ON grading_earlierreview;
DROP FUNCTION grading_refuse_change_of_earlier_review();
"""


class Migration(migrations.Migration):
    replaces = [
        ("grading", "0009_live_gaps"),
        ("grading", "0010_settlements"),
        ("grading", "0019_live_gap_corrections"),
        ("grading", "0029_earlier_reviews"),
    ]

    dependencies = [("grading", "0003_grades_stand")]

    operations = [
        migrations.RunSQL(LIVE_GAPS, LIVE_GAPS_MAY_CHANGE),
        migrations.RunSQL(CORRECTIONS, CORRECTIONS_MAY_CHANGE),
        migrations.RunSQL(SETTLEMENTS, SETTLEMENTS_MAY_CHANGE),
        migrations.RunSQL(EARLIER_REVIEWS, EARLIER_REVIEWS_MAY_CHANGE),
    ]
