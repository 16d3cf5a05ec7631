"""What was drawn, given, agreed or left is neither changed nor removed: a sample that can be edited proves nothing."""

from django.db import migrations

# The rows that tell how figures came about. Nobody deletes them: retention, when it comes, will have to say so here.
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
CREATE TRIGGER grading_drawn_item_never_changes BEFORE UPDATE ON grading_rounditem
    FOR EACH ROW WHEN (
        (OLD.round_id, OLD.referral_id, OLD.position, OLD.ticket, OLD.version)
        IS DISTINCT FROM (NEW.round_id, NEW.referral_id, NEW.position, NEW.ticket, NEW.version)
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
DROP TRIGGER grading_departure_never_changes ON grading_departure;
DROP FUNCTION grading_refuse_change_of_departure();
DROP FUNCTION grading_refuse_removal();
"""
)


class Migration(migrations.Migration):
    dependencies = [("grading", "0016_panel_changes")]

    operations = [migrations.RunSQL(WALLS, NO_WALLS)]
