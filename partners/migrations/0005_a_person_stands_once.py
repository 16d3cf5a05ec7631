"""A person has one place, one offer or one place on the waiting list of a session. The indexes are built beside running work."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations, models
from django.db.models import Q

STANDING = ("BOOKED", "PRESENT", "ABSENT", "OFFERED", "WAITING")
HOLDS = ("BOOKED", "PRESENT", "ABSENT")
MESSAGE = "This person has a place on this session, or waits for one, already."
MESSAGE_BEFORE = "This person has a place on this session already."


def stands_once(column: str, name: str) -> migrations.SeparateDatabaseAndState:
    """The new rule of one kind of person."""
    constraint = models.UniqueConstraint(
        fields=["session", column], name=name, condition=Q(state__in=STANDING), violation_error_message=MESSAGE
    )
    states = ", ".join(f"'{state}'" for state in STANDING)
    return migrations.SeparateDatabaseAndState(
        database_operations=[
            migrations.RunSQL(
                f"CREATE UNIQUE INDEX CONCURRENTLY {name} ON partners_booking (session_id, {column}_id) WHERE state IN ({states})",
                f"DROP INDEX CONCURRENTLY {name}",
            )
        ],
        state_operations=[migrations.AddConstraint(model_name="booking", constraint=constraint)],
    )


def no_longer(column: str, name: str) -> migrations.SeparateDatabaseAndState:
    """Without the rule of before, which the new one holds too."""
    states = ", ".join(f"'{state}'" for state in HOLDS)
    return migrations.SeparateDatabaseAndState(
        database_operations=[
            migrations.RunSQL(
                f"DROP INDEX CONCURRENTLY {name}",
                f"CREATE UNIQUE INDEX CONCURRENTLY {name} ON partners_booking (session_id, {column}_id) WHERE state IN ({states})",
            )
        ],
        state_operations=[migrations.RemoveConstraint(model_name="booking", name=name)],
    )


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("partners", "0004_places_offered_and_held")]

    operations = [
        stands_once("user", "booking_user_stands_once"),
        stands_once("delegate", "booking_delegate_stands_once"),
        no_longer("user", "booking_user_has_one_place"),
        no_longer("delegate", "booking_delegate_has_one_place"),
        ValidateConstraint(model_name="booking", name="booking_cancelled_says_who_and_when"),
        ValidateConstraint(model_name="booking", name="booking_moved_by_somebody_has_a_moment"),
    ]
