"""Who gets which answer from the pages of induction plans."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.factories.training import (
    InductionFactory,
    ModuleVersionFactory,
    ProfileAssignmentFactory,
    ProfileModuleFactory,
    RoleProfileFactory,
)
from tests.people import Cast
from tests.permissions.rows import Row, Things, nothing

# Olu starts; Moss is his mentor, Lin his line manager and the leader of his team, Tess the trainer.
READS = ("olu", "moss", "lin", "tess")


def furnish(cast: Cast) -> dict[str, Any]:
    """Olu has a plan that is under way and one that was stopped; Mina is to get one."""
    profile = RoleProfileFactory(force=cast.police, name="Starter in response")
    module = ModuleVersionFactory(module__force=cast.police).module
    ProfileModuleFactory(profile=profile, module=module)
    starts_on = timezone.localdate() - timedelta(days=20)

    def plan(**fields: Any):
        assignment = ProfileAssignmentFactory(
            person=cast.olu, profile=fields.pop("profile"), assigned_by=cast.tess, starts_on=starts_on
        )
        people = {"mentor": cast.moss, "line_manager": cast.lin}
        return InductionFactory(assignment=assignment, modules=[module], **people | fields)

    closed = {"state": "STOPPED", "closed_at": timezone.now(), "closed_by": cast.tess}
    by_role = RoleProfileFactory(force=cast.police, name="Officers", account_role="FRONTLINE_OFFICER")
    ProfileModuleFactory(profile=by_role, module=module)
    return {
        "induction_by_role": by_role,
        "induction": plan(profile=profile),
        "induction_stopped": plan(profile=RoleProfileFactory(force=cast.police, name="Earlier"), **closed),
        "induction_assignment": ProfileAssignmentFactory(person=cast.mina, profile=profile, assigned_by=cast.tess),
        "induction_module": module,
    }


def only(status: int, *names: str) -> dict[str, int]:
    return dict.fromkeys(names, status)


def by_role(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": cast.olu.pk, "profile_pk": things["induction_by_role"].pk}


def made_by_role(cast: Cast, things: Things) -> dict[str, Any]:
    first = {f"starts_on_{part}": value for part, value in enumerate(("1", "6", "2026"))}
    asked = things["induction_by_role"].modules.values_list("module", flat=True)
    return people(cast, things) | first | {f"module_{pk}": "10" for pk in asked}


def plan(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["induction"].pk}


def stopped(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["induction_stopped"].pk}


def step(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["induction"].steps.get().pk}


def assignment(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["induction_assignment"].pk}


def people(cast: Cast, things: Things) -> dict[str, Any]:
    return {"mentor": str(cast.moss.pk), "line_manager": str(cast.lin.pk)}


def made(cast: Cast, things: Things) -> dict[str, Any]:
    return people(cast, things) | {f"module_{things['induction_module'].pk}": "10"}


def why(cast: Cast, things: Things) -> dict[str, Any]:
    return {"reason": "Moved to another unit."}


def changed(cast: Cast, things: Things) -> dict[str, Any]:
    return people(cast, things) | why(cast, things)


def _day(name: str, things: Things, days: int) -> dict[str, str]:
    day = things["induction"].complete_by + timedelta(days=days)
    return {f"{name}_0": str(day.day), f"{name}_1": str(day.month), f"{name}_2": str(day.year)}


def later(cast: Cast, things: Things) -> dict[str, Any]:
    return why(cast, things) | _day("complete_by", things, 7)


def moved(cast: Cast, things: Things) -> dict[str, Any]:
    return why(cast, things) | _day("due_on", things, -7)


def words(cast: Cast, things: Things) -> dict[str, Any]:
    return {"words": "Read three fictitious calls and recorded them."}


def rows_of(
    name: str, arguments: Any, data: Any, makers: tuple[str, ...], refused: tuple[str, ...], done: int = 302
) -> list[Row]:
    """A form of a plan: 404 for who does not see it, 403 for who sees and may not."""
    sees = only(403, *refused)
    return [
        Row(f"training:{name}", 404, sees | only(200, *makers), arguments=arguments),
        Row(f"training:{name}", 404, sees | only(done, *makers), method="POST", arguments=arguments, data=data),
    ]


STEER, NO_STEER = ("lin", "tess"), ("olu", "moss")
RUN, NO_RUN = ("tess",), ("olu", "moss", "lin")

ROWS: list[Row] = [
    Row("training:inductions", 403, only(200, "lin", "sam", "tess", "moss")),
    Row("training:induction", 404, only(200, *READS), arguments=plan),
    Row("training:induction_xlsx", 404, only(200, *READS), arguments=plan),
    Row("training:induction_new", 403, only(200, "tess"), arguments=assignment),
    Row("training:induction_new", 403, only(302, "tess"), method="POST", arguments=assignment, data=made),
    Row("training:induction_by_role", 404, only(403, "lin") | only(200, "tess"), arguments=by_role),
    Row(
        "training:induction_by_role",
        404,
        only(403, "lin") | only(302, "tess"),
        method="POST",
        arguments=by_role,
        data=made_by_role,
    ),
    *rows_of("induction_people", plan, changed, RUN, NO_RUN),
    *rows_of("induction_extend", plan, later, STEER, NO_STEER),
    *rows_of("induction_step", step, moved, STEER, NO_STEER),
    *rows_of("induction_stop", plan, why, RUN, NO_RUN),
    *rows_of("induction_reopen", stopped, why, RUN, NO_RUN),
    *rows_of("induction_close", plan, nothing, STEER, NO_STEER, done=422),
    *rows_of("induction_declare", step, words, ("olu",), ("moss", "lin", "tess")),
]
