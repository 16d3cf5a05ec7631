"""Feedback to whoever wrote a graded PPN. What was told never changes, nor does an answer; rounds published so far have none."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


WALL = """
CREATE FUNCTION grading_refuse_change_of_feedback() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What a writer was told, and what they answered, is never changed.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER grading_feedback_never_changes BEFORE UPDATE ON grading_gradefeedback
    FOR EACH ROW WHEN (
        OLD.state IN ('READ', 'DISAGREED')
        OR OLD.state <> 'PREPARED' AND (
            OLD.item_id, OLD.learning_point, OLD.theme, OLD.chosen_at, OLD.chosen_by_id, OLD.recipient_id, OLD.told_at
        ) IS DISTINCT FROM (
            NEW.item_id, NEW.learning_point, NEW.theme, NEW.chosen_at, NEW.chosen_by_id, NEW.recipient_id, NEW.told_at
        )
    ) EXECUTE FUNCTION grading_refuse_change_of_feedback();
"""
NO_WALL = """
DROP TRIGGER grading_feedback_never_changes ON grading_gradefeedback;
DROP FUNCTION grading_refuse_change_of_feedback();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("grading", "0023_replaced_items"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="GradeFeedback",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("PREPARED", "Being prepared"),
                            ("TOLD", "To be read"),
                            ("READ", "Read"),
                            ("DISAGREED", "Read, and the writer disagrees"),
                        ],
                        default="PREPARED",
                        max_length=10,
                    ),
                ),
                ("learning_point", models.TextField(blank=True, default="")),
                (
                    "theme",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("TIMELY", "Timely"),
                            ("CONCERN", "The concern is clear"),
                            ("LIVED_EXPERIENCE", "Lived experience"),
                            ("VOICE", "Voice: the child's words, the adult's wishes"),
                            ("NEEDS_AND_HARM", "Needs and harm"),
                            ("IDENTITY", "Identity and communication"),
                            ("CURIOSITY", "Household, history and curiosity"),
                            ("RISK", "Risk and the reasons for it"),
                            ("SHARING", "Lawful and fair sharing"),
                            ("ACTION", "Action taken and what is asked"),
                        ],
                        default="",
                        help_text="The criterion that it is about",
                        max_length=20,
                    ),
                ),
                ("chosen_at", models.DateTimeField(blank=True, null=True)),
                ("told_at", models.DateTimeField(blank=True, null=True)),
                ("disagreement", models.TextField(blank=True, default="")),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "chosen_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "item",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="feedback", to="grading.rounditem"
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        help_text="Who wrote the PPN, once the round is published",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "feedback on a grade",
                "verbose_name_plural": "feedback on grades",
                "indexes": [
                    models.Index(
                        condition=models.Q(("recipient__isnull", False)),
                        fields=["recipient"],
                        name="grade_feedback_recipient",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("chosen_at", None), ("chosen_by", None), ("learning_point", "")),
                            models.Q(
                                ("chosen_at__isnull", False),
                                ("chosen_by__isnull", False),
                                models.Q(("learning_point", ""), _negated=True),
                                models.Q(("theme", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="grade_feedback_learning_point_has_theme_who_and_when",
                        violation_error_message="A learning point has a theme.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "theme__in",
                                [
                                    "",
                                    "TIMELY",
                                    "CONCERN",
                                    "LIVED_EXPERIENCE",
                                    "VOICE",
                                    "NEEDS_AND_HARM",
                                    "IDENTITY",
                                    "CURIOSITY",
                                    "RISK",
                                    "SHARING",
                                    "ACTION",
                                ],
                            )
                        ),
                        name="grade_feedback_theme_is_a_criterion",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("recipient", None), ("state", "PREPARED"), ("told_at", None)),
                            models.Q(
                                models.Q(("state", "PREPARED"), _negated=True),
                                ("recipient__isnull", False),
                                ("told_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="grade_feedback_told_says_whom_and_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answered_at__isnull", False),
                                ("answered_by", models.F("recipient")),
                                ("answered_by__isnull", False),
                                ("state__in", ("READ", "DISAGREED")),
                            ),
                            models.Q(
                                models.Q(("state__in", ("READ", "DISAGREED")), _negated=True),
                                ("answered_at", None),
                                ("answered_by", None),
                            ),
                            _connector="OR",
                        ),
                        name="grade_feedback_answered_by_its_recipient_says_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "DISAGREED"), models.Q(("disagreement", ""), _negated=True)),
                            models.Q(models.Q(("state", "DISAGREED"), _negated=True), ("disagreement", "")),
                            _connector="OR",
                        ),
                        name="grade_feedback_disagreement_has_words",
                        violation_error_message="Say what you disagree with.",
                    ),
                ],
            },
        ),
        migrations.RunSQL(WALL, NO_WALL),
    ]
