"""What was drawn, given, agreed or left is neither changed nor removed: a sample that can be edited proves nothing. A PPN that was drawn can
be replaced by the next of its draw, once, with the reason, and for good.
"""

from django.db import migrations

KEPT = ("gradinground", "rounditem", "grade", "agreedgrade", "departure", "dipsample", "sampledincident")
WALLS = """
CREATE FUNCTION grading_refuse_removal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What was drawn or graded is never removed.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE FUNCTION grading_refuse_change_of_departure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Why somebody left a PPN is never changed.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER grading_departure_never_changes BEFORE UPDATE ON grading_departure
    FOR EACH ROW EXECUTE FUNCTION grading_refuse_change_of_departure();
CREATE FUNCTION grading_refuse_change_of_draw() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What a sample was drawn from is never changed.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER grading_draw_never_changes BEFORE UPDATE ON grading_gradinground
    FOR EACH ROW WHEN (
        (OLD.force_id, OLD.starts_on, OLD.ends_on, OLD.rule, OLD.size, OLD.seed, OLD.algorithm, OLD.filter,
            OLD.selected_at_opening, OLD.strata)
        IS DISTINCT FROM
        (NEW.force_id, NEW.starts_on, NEW.ends_on, NEW.rule, NEW.size, NEW.seed, NEW.algorithm, NEW.filter,
            NEW.selected_at_opening, NEW.strata)
        OR OLD.drawn_at IS NOT NULL
        AND (OLD.frame_size, OLD.frame_digest, OLD.drawn_at, OLD.drawn_by_id, OLD.frame_strata)
            IS DISTINCT FROM (NEW.frame_size, NEW.frame_digest, NEW.drawn_at, NEW.drawn_by_id, NEW.frame_strata)
    )
    EXECUTE FUNCTION grading_refuse_change_of_draw();
CREATE TRIGGER grading_drawn_item_never_changes BEFORE UPDATE ON grading_rounditem
    FOR EACH ROW WHEN (
        (OLD.round_id, OLD.referral_id, OLD.position, OLD.ticket, OLD.version, OLD.stratum)
        IS DISTINCT FROM (NEW.round_id, NEW.referral_id, NEW.position, NEW.ticket, NEW.version, NEW.stratum)
    ) EXECUTE FUNCTION grading_refuse_change_of_draw();
CREATE TRIGGER grading_dip_sample_draw_never_changes BEFORE UPDATE ON grading_dipsample
    FOR EACH ROW WHEN (
        (OLD.force_id, OLD.period_start, OLD.period_end, OLD.rule, OLD.size, OLD.seed, OLD.algorithm, OLD.strata,
         OLD.frame_size, OLD.frame_digest, OLD.drawn_at, OLD.drawn_by_id)
        IS DISTINCT FROM (NEW.force_id, NEW.period_start, NEW.period_end, NEW.rule, NEW.size, NEW.seed, NEW.algorithm,
         NEW.strata, NEW.frame_size, NEW.frame_digest, NEW.drawn_at, NEW.drawn_by_id)
    ) EXECUTE FUNCTION grading_refuse_change_of_draw();
CREATE TRIGGER grading_sampled_incident_never_changes BEFORE UPDATE ON grading_sampledincident
    FOR EACH ROW WHEN (
        (OLD.sample_id, OLD.incident_id, OLD.position, OLD.ticket, OLD.stratum, OLD.kind, OLD.district_id, OLD.team_id)
        IS DISTINCT FROM (NEW.sample_id, NEW.incident_id, NEW.position, NEW.ticket, NEW.stratum, NEW.kind, NEW.district_id,
         NEW.team_id)
    ) EXECUTE FUNCTION grading_refuse_change_of_draw();
""" + "".join(
    f"CREATE TRIGGER grading_{table}_never_goes BEFORE DELETE ON grading_{table} "
    "FOR EACH ROW EXECUTE FUNCTION grading_refuse_removal();\n"
    for table in KEPT
)
NO_WALLS = (
    "".join(f"DROP TRIGGER grading_{table}_never_goes ON grading_{table};\n" for table in KEPT)
    + """
DROP TRIGGER grading_sampled_incident_never_changes ON grading_sampledincident;
DROP TRIGGER grading_dip_sample_draw_never_changes ON grading_dipsample;
DROP TRIGGER grading_drawn_item_never_changes ON grading_rounditem;
DROP TRIGGER grading_draw_never_changes ON grading_gradinground;
DROP TRIGGER grading_departure_never_changes ON grading_departure;
DROP FUNCTION grading_refuse_change_of_draw();
DROP FUNCTION grading_refuse_change_of_departure();
DROP FUNCTION grading_refuse_removal();
"""
)

REPLACED_ONCE = """
CREATE FUNCTION grading_refuse_change_of_removal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'That a PPN was replaced is never changed.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER grading_removal_never_changes BEFORE UPDATE OR DELETE ON grading_removal
    FOR EACH ROW EXECUTE FUNCTION grading_refuse_change_of_removal();

CREATE FUNCTION grading_refuse_removal_too_late() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    round grading_gradinground;
BEGIN
    SELECT r.* INTO round FROM grading_gradinground r JOIN grading_rounditem i ON i.round_id = r.id WHERE i.id = NEW.item_id;
    IF NOT (round.state IN ('DRAWN', 'GRADING') OR round.state = 'MODERATING' AND NEW.successor_id IS NULL) THEN
        RAISE EXCEPTION 'A PPN is replaced before all grades are in.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.successor_id IS NOT NULL
        AND NOT EXISTS (SELECT FROM grading_rounditem WHERE id = NEW.successor_id AND round_id = round.id) THEN
        RAISE EXCEPTION 'A PPN is replaced by one of the same draw.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER grading_removal_in_time BEFORE INSERT ON grading_removal
    FOR EACH ROW EXECUTE FUNCTION grading_refuse_removal_too_late();
"""
REPLACED_AT_WILL = """
DROP TRIGGER grading_removal_in_time ON grading_removal;
DROP FUNCTION grading_refuse_removal_too_late();
DROP TRIGGER grading_removal_never_changes ON grading_removal;
DROP FUNCTION grading_refuse_change_of_removal();
"""


class Migration(migrations.Migration):
    replaces = [
        ("grading", "0017_draws_never_change"),
        ("grading", "0026_rounds_from_strata"),
        ("grading", "0033_rule_of_any_length"),
    ]

    dependencies = [("grading", "0001_tables")]

    operations = [
        migrations.RunSQL(WALLS, NO_WALLS),
        migrations.RunSQL(REPLACED_ONCE, REPLACED_AT_WILL),
    ]
