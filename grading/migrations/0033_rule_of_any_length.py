"""The words of a filter may be long. PostgreSQL takes varchar for text without reading a row; alone here, since the linter of
migrations cannot know that and passes this one by (MIGRATION_LINTER_OPTIONS)."""

from django.db import migrations, models

# A column that a trigger names can neither be altered nor dropped.
NO_WALL = "DROP TRIGGER grading_draw_never_changes ON grading_gradinground"
WALL = """
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
"""


class Migration(migrations.Migration):
    dependencies = [("grading", "0032_annual_report_is_checked")]

    operations = [
        migrations.RunSQL(NO_WALL, WALL),
        migrations.AlterField(
            model_name="gradinground",
            name="rule",
            field=models.TextField(
                help_text="Which PPNs could be drawn, in words: made from the filter when it was opened"
            ),
        ),
        migrations.RunSQL(WALL, NO_WALL),
    ]
