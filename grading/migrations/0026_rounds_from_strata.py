"""A round says as values which PPNs could be drawn, and may be drawn from strata. Rounds of before could draw every PPN of their
quarter, from all alike, and keep the words that say so."""

import django.db.models.fields.json
from django.db import migrations, models

import grading.models.rounds


def walls(draw: str, drawn: str, item: str) -> str:
    """Both triggers, over these columns of a round before and after its draw, and of an item."""

    def changed(columns: str) -> str:
        before, after = (", ".join(f"{row}.{name}" for name in columns.split()) for row in ("OLD", "NEW"))
        return f"({before}) IS DISTINCT FROM ({after})"

    return f"""
CREATE TRIGGER grading_draw_never_changes BEFORE UPDATE ON grading_gradinground
    FOR EACH ROW WHEN ({changed(draw)} OR OLD.drawn_at IS NOT NULL AND {changed(drawn)})
    EXECUTE FUNCTION grading_refuse_change_of_draw();
CREATE TRIGGER grading_drawn_item_never_changes BEFORE UPDATE ON grading_rounditem
    FOR EACH ROW WHEN ({changed(item)}) EXECUTE FUNCTION grading_refuse_change_of_draw();
"""


DRAW = "force_id starts_on ends_on rule size seed algorithm"
DRAWN = "frame_size frame_digest drawn_at drawn_by_id"
ITEM = "round_id referral_id position ticket version"
# A column that a trigger names can neither be altered nor dropped.
NO_WALLS = """
DROP TRIGGER grading_draw_never_changes ON grading_gradinground;
DROP TRIGGER grading_drawn_item_never_changes ON grading_rounditem;
"""
WALLS = walls(f"{DRAW} filter selected_at_opening strata", f"{DRAWN} frame_strata", f"{ITEM} stratum")


class Migration(migrations.Migration):
    dependencies = [("grading", "0025_why_a_criterion_does_not_apply")]

    operations = [
        migrations.RunSQL(NO_WALLS, walls(DRAW, DRAWN, ITEM)),
        migrations.AddField(
            model_name="gradinground",
            name="filter",
            field=models.JSONField(
                blank=True,
                db_default={},
                default=dict,
                help_text="The same as values, by part; empty: every PPN of the quarter",
            ),
        ),
        migrations.AddField(
            model_name="gradinground",
            name="selected_at_opening",
            field=models.PositiveIntegerField(
                blank=True, help_text="How many PPNs the filter gave when the round was opened", null=True
            ),
        ),
        migrations.AddField(
            model_name="gradinground",
            name="strata",
            field=models.CharField(
                blank=True,
                choices=[
                    ("TYPE", "Type of concern"),
                    ("DISTRICT", "District"),
                    ("TEAM", "Team"),
                    ("REFERRER", "Kind of referrer"),
                ],
                db_default="",
                default="",
                help_text="Drawn from these in proportion; empty: from all alike",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="gradinground",
            name="frame_strata",
            field=models.JSONField(
                blank=True, db_default={}, default=dict, help_text="How many of them are in each stratum"
            ),
        ),
        migrations.AddField(
            model_name="rounditem",
            name="stratum",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="From which it was drawn: a type, a kind of referrer, or the id of a district or team",
                max_length=40,
            ),
        ),
        migrations.AlterField(
            model_name="gradinground",
            name="frame_digest",
            field=models.CharField(
                blank=True,
                help_text="SHA-256 of their ids; of their ids and strata where it is drawn from strata",
                max_length=64,
            ),
        ),
        migrations.AddConstraint(
            model_name="gradinground",
            constraint=models.CheckConstraint(
                condition=django.db.models.fields.json.ContainedBy(
                    grading.models.rounds.WithoutKeys(
                        models.F("filter"), models.Value("districts"), models.Value("teams")
                    ),
                    models.Value(
                        {
                            "types": [
                                "CHILD",
                                "ADULT_AT_RISK",
                                "DOMESTIC_ABUSE",
                                "STALKING_HARASSMENT",
                                "HONOUR_BASED_ABUSE",
                                "EXPLOITATION",
                                "MENTAL_HEALTH",
                                "HATE",
                                "MISSING",
                                "PREVENT",
                            ],
                            "risk": ["1", "2", "3"],
                            "referrers": ["FRONTLINE", "LINE_MANAGER", "HUB"],
                        },
                        output_field=models.JSONField(),
                    ),
                ),
                name="grading_round_filter_is_of_known_words",
                violation_error_message="Choose which PPNs could be drawn from the lists.",
            ),
        ),
        migrations.AddConstraint(
            model_name="gradinground",
            constraint=models.CheckConstraint(
                condition=models.Q(("strata__in", ["", "TYPE", "DISTRICT", "TEAM", "REFERRER"])),
                name="grading_round_strata_are_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="gradinground",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(("state", "PLANNED"), ("strata", ""), _connector="OR"),
                        ("frame_strata", {}),
                    ),
                    models.Q(
                        models.Q(("state", "PLANNED"), _negated=True),
                        models.Q(("strata", ""), _negated=True),
                        models.Q(("frame_strata", {}), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="grading_round_drawn_from_strata_says_their_sizes",
            ),
        ),
        migrations.RunSQL(WALLS, NO_WALLS),
    ]
