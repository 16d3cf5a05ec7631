"""Who gets which answer from the pages of programmes, sessions and registers."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.factories.programmes import CohortFactory, CohortMemberFactory, ProgrammeFactory, TrainingSessionFactory
from tests.factories.training import ModuleVersionFactory
from tests.people import Cast
from tests.permissions.rows import Row, Things
from training.models import CohortMember
from training.services import registers


def furnish(cast: Cast) -> dict[str, Any]:
    """A cohort of Olu and Gail (who has no role with training): a session to come, one that has begun, a video, and two closed ones."""
    version = ModuleVersionFactory(module__force=cast.police)
    cohort = CohortFactory(programme=ProgrammeFactory(force=cast.police, set_up_by=cast.tess, gives=[version]))
    for person in (cast.olu, cast.gail):
        CohortMemberFactory(cohort=cohort, person=person)
    now = timezone.now()

    def session(hours: int, **fields: Any) -> Any:
        return TrainingSessionFactory(cohort=cohort, starts_at=now + timedelta(hours=hours), **fields)

    begun = session(-1)
    registers.show_code(session_id=begun.pk, by=cast.tess, at=now)
    return {
        "cohort": cohort,
        "cohort_member": CohortMember.objects.get(person=cast.olu),
        "session_to_come": session(48),
        "session_begun": begun,
        "session_video": session(-2, delivery="VIDEO", ends_at=now + timedelta(days=9)),
        "session_held": session(-50, state="HELD"),
    }


def only(status: int, *names: str) -> dict[str, int]:
    return dict.fromkeys(names, status)


def programme(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["cohort"].programme_id}


def cohort(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["cohort"].pk}


def member(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["cohort_member"].pk}


def of(name: str) -> Any:
    return lambda cast, things: {"pk": things[f"session_{name}"].pk}


def entry(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["session_held"].entries.get(person=cast.olu).pk}


def day(name: str, words: str) -> dict[str, str]:
    return {f"{name}_{part}": value for part, value in enumerate(words.split())}


def new_programme(cast: Cast, things: Things) -> dict[str, Any]:
    given = {
        "name": "For PCSOs",
        "audience": "PCSOS",
        "modules": [str(things["session_held"].module_version.module_id)],
    }
    return given | day("began_on", "1 3 2026")


def new_cohort(cast: Cast, things: Things) -> dict[str, Any]:
    return {"name": "Spring", "intake": "2026/1"} | day("starts_on", "1 3 2026") | day("ends_on", "1 9 2026")


def people(cast: Cast, things: Things) -> dict[str, Any]:
    return {"who": cast.mina.email}


MOVED = day("starts_at", "2 3 2030 10:00") | {
    "delivery": "FACE_TO_FACE",
    "minutes": "90",
    "place": "Room 3 (fictitious)",
}


def moved(cast: Cast, things: Things) -> dict[str, Any]:
    return MOVED | {"trainer": str(cast.tess.pk)}


def planned(cast: Cast, things: Things) -> dict[str, Any]:
    what = {"module": str(things["session_held"].module_version.module_id), "cohorts": [str(things["cohort"].pk)]}
    return moved(cast, things) | what


def reason(cast: Cast, things: Things) -> dict[str, Any]:
    return {"reason": "The trainer is ill."}


def marks(cast: Cast, things: Things) -> dict[str, Any]:
    entry = things["session_begun"].entries.get(person=cast.olu)
    return {f"mark-{entry.pk}": "PRESENT", f"was-{entry.pk}": ""}


def code(cast: Cast, things: Things) -> dict[str, Any]:
    session = type(things["session_begun"]).objects.get(pk=things["session_begun"].pk)
    shown = registers.code_shown(session, at=timezone.now())
    assert shown is not None
    return {"code": shown.digits}


def version(cast: Cast, things: Things) -> dict[str, Any]:
    return {"version": "1"}


def correction(cast: Cast, things: Things) -> dict[str, Any]:
    return {"presence": "PRESENT", "reason": "Signed the paper list."}


def catching_up(cast: Cast, things: Things) -> dict[str, Any]:
    return {"people": [str(things["cohort_member"].pk)], "session": str(things["session_to_come"].pk)}


TRAINERS = only(200, "tess")
SEES_TRENDS = ("tess", "sam", "leda", "ana")
MEMBERS = ("olu", "gail")

ROWS: list[Row] = [
    Row("training:programmes", 403, TRAINERS),
    Row("training:programme_new", 403, TRAINERS),
    Row("training:programme_new", 403, only(302, "tess"), method="POST", data=new_programme),
    Row("training:cohort_new", 403, TRAINERS, arguments=programme),
    Row("training:cohort_new", 403, only(302, "tess"), method="POST", arguments=programme, data=new_cohort),
    Row("training:cohort", 403, TRAINERS, arguments=cohort),
    Row("training:cohort_add", 403, TRAINERS, arguments=cohort),
    Row("training:cohort_add", 403, only(302, "tess"), method="POST", arguments=cohort, data=people),
    Row("training:member_take_out", 403, TRAINERS, arguments=member),
    Row("training:member_take_out", 403, only(302, "tess"), method="POST", arguments=member),
    Row("training:sessions", 403, TRAINERS),
    Row("training:session_plan", 403, TRAINERS),
    Row("training:session_plan", 403, only(302, "tess"), method="POST", data=planned),
    Row("training:session", 404, only(200, "tess", *MEMBERS), arguments=of("to_come"), why="who is expected sees it"),
    Row("training:session_change", 404, only(403, *MEMBERS) | TRAINERS, arguments=of("to_come")),
    Row(
        "training:session_change",
        404,
        only(403, *MEMBERS) | only(302, "tess"),
        method="POST",
        arguments=of("to_come"),
        data=moved,
    ),
    Row("training:session_cancel", 404, only(403, *MEMBERS) | TRAINERS, arguments=of("to_come")),
    Row(
        "training:session_cancel",
        404,
        only(403, *MEMBERS) | only(302, "tess"),
        method="POST",
        arguments=of("to_come"),
        data=reason,
    ),
    Row("training:session_register", 404, only(403, *MEMBERS) | TRAINERS, arguments=of("begun")),
    Row(
        "training:session_register",
        404,
        only(403, *MEMBERS) | only(302, "tess"),
        method="POST",
        arguments=of("begun"),
        data=marks,
    ),
    Row("training:session_who_came", 404, only(403, *MEMBERS) | TRAINERS, arguments=of("begun")),
    Row(
        "training:session_who_came",
        404,
        only(403, *MEMBERS) | only(302, "tess"),
        method="POST",
        arguments=of("begun"),
        data=lambda cast, things: {"who": cast.olu.email},
    ),
    Row("training:session_close", 404, only(403, *MEMBERS) | TRAINERS, arguments=of("begun")),
    Row("training:session_close", 404, only(403, *MEMBERS) | only(302, "tess"), method="POST", arguments=of("begun")),
    Row("training:session_code", 404, only(403, *MEMBERS) | TRAINERS, arguments=of("begun")),
    Row("training:session_code", 404, only(403, *MEMBERS) | only(302, "tess"), method="POST", arguments=of("begun")),
    Row(
        "training:session_check_in",
        404,
        only(302, *MEMBERS) | only(422, "tess"),
        method="POST",
        arguments=of("begun"),
        data=code,
        why="the trainer is not expected at the session",
    ),
    Row(
        "training:session_watched",
        404,
        only(302, "tess", *MEMBERS),
        method="POST",
        arguments=of("video"),
        data=version,
        why="the trainer is told that they are not asked to",
    ),
    Row("training:register_correct", 404, only(403, *MEMBERS) | TRAINERS, arguments=entry),
    Row(
        "training:register_correct",
        404,
        only(403, *MEMBERS) | only(302, "tess"),
        method="POST",
        arguments=entry,
        data=correction,
    ),
    Row("training:catch_up", 403, TRAINERS),
    Row("training:catch_up", 403, only(302, "tess"), method="POST", data=catching_up),
    Row("training:coverage", 403, only(200, *SEES_TRENDS), why="who sees trends sees counts"),
    Row("training:coverage_people", 403, TRAINERS, arguments=programme, why="names are for trainers"),
]
