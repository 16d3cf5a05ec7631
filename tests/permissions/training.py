"""Who gets which answer from the pages of training."""

import uuid
from typing import Any

from tests.factories.training import (
    CpdEntryFactory,
    ModuleVersionFactory,
    ProfileAssignmentFactory,
    RoleProfileFactory,
    SkillEvidenceFactory,
    SkillFactory,
    TrainingRecordFactory,
)
from tests.people import Cast
from tests.permissions.rows import Row, Things

KEEPERS = ("olu", "lin", "mina", "sam", "ines", "tess", "moss", "leda", "ana", "iggy", "ada")
# Olu's records: his own, his mentor's, his line manager's and the trainer's to see.
SEES = ("olu", "moss", "lin", "tess")
# Of other agencies than the force, to whom its modules do not exist.
ELSEWHERE = ("pam", "pat", "cory", "out")


def furnish(cast: Cast) -> dict[str, Any]:
    """Olu's records, one in each state; Gail, a panel member, has been to a course once."""

    def record(state: str):
        return TrainingRecordFactory(
            person=cast.olu, trainer=cast.tess, mentor=cast.moss, line_manager=cast.lin, state=state
        )

    skill = SkillFactory(force=cast.police)
    profile = RoleProfileFactory(force=cast.police, name="Researcher")
    states = ("LOGGED", "MENTOR_SIGNED", "COMPLETE", "SENT_BACK")
    CpdEntryFactory(person=cast.gail)
    return {f"training_{state}": record(state) for state in states} | {
        "training_module": ModuleVersionFactory(module__force=cast.police),
        "training_owned": ModuleVersionFactory(module__force=cast.police, module__owner=cast.mina),
        "training_profile": profile,
        "training_assignment": ProfileAssignmentFactory(person=cast.olu, profile=profile, assigned_by=cast.tess),
        "training_skill": skill,
        "training_evidence": SkillEvidenceFactory(person=cast.olu, skill=skill),
    }


def only(status: int, *names: str) -> dict[str, int]:
    return dict.fromkeys(names, status)


def of(state: str) -> Any:
    return lambda cast, things: {"pk": things[f"training_{state}"].pk}


def olu(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": cast.olu.pk}


def date_of(day: str) -> dict[str, str]:
    return {f"done_on_{part}": value for part, value in enumerate(day.split())}


CPD = date_of("2 10 2026") | {"kind": "COURSE", "topic": "Stalking", "hours": "1.5", "learned": "The pattern."}


def cpd(cast: Cast, things: Things) -> dict[str, Any]:
    return CPD | {"key": str(uuid.uuid4())}


def content(cast: Cast, things: Things) -> dict[str, Any]:
    return date_of("2 10 2026") | {
        "method": "VIRTUAL",
        "evidence": "Three fictitious calls, read together.",
        "mentor": str(cast.moss.pk),
        "line_manager": str(cast.lin.pk),
    }


def logged(cast: Cast, things: Things) -> dict[str, Any]:
    who = {"person": cast.olu.email, "module_version": str(things["training_module"].pk)}
    return content(cast, things) | who


def signature(name: str) -> Any:
    return lambda cast, things: {
        "version": "1",
        "has_read": "on",
        "confirms": "on",
        "signed_as": getattr(cast, name).name,
    }


def reason(cast: Cast, things: Things) -> dict[str, Any]:
    return {"reason": "Say which calls were discussed."}


def module(cast: Cast, things: Things) -> dict[str, Any]:
    return {"title": "Neglect", "short_title": "Neglect", "aims": "Sees it.", "delivery": "VIDEO", "minutes": "60"}


def own_module(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["training_module"].module_id}


def next_version(cast: Cast, things: Things) -> dict[str, Any]:
    return {"aims": "Sees it sooner.", "delivery": "VIDEO", "minutes": "60", "after": "1"}


def thing(name: str) -> Any:
    return lambda cast, things: {"pk": things[f"training_{name}"].pk}


def owned(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["training_owned"].module_id}


def about_module(cast: Cast, things: Things) -> dict[str, Any]:
    return {"title": "Neglect, renamed", "short_title": "Neglect"}


def reviewed(cast: Cast, things: Things) -> dict[str, Any]:
    return {"read": "- - -", "has_read": "on"}


def retired(cast: Cast, things: Things) -> dict[str, Any]:
    day = {"retired_on_0": "1", "retired_on_1": "1", "retired_on_2": "2090"}
    return day | {"reason": "Another module replaces it."}


def profile_answers(cast: Cast, things: Things) -> dict[str, Any]:
    return {"name": "Adult safeguarding", "optional_needed": "0"}


def assigned_by_list(cast: Cast, things: Things) -> dict[str, Any]:
    return {"people": f"{cast.olu.email}\n{cast.mina.email}"} | {
        name: value for name, value in assigned(cast, things).items() if name != "person"
    }


def assigned(cast: Cast, things: Things) -> dict[str, Any]:
    return {"person": cast.lin.email, "starts_on_0": "2", "starts_on_1": "10", "starts_on_2": "2026"}


def ended(cast: Cast, things: Things) -> dict[str, Any]:
    return {"ends_on_0": "2", "ends_on_1": "10", "ends_on_2": "2026"}


def skill_answers(cast: Cast, things: Things) -> dict[str, Any]:
    return {"name": "Chairing a strategy discussion", "counts_as_evidence": "Chaired one, with its record."}


def shown(cast: Cast, things: Things) -> dict[str, Any]:
    day = {"shown_on_0": "2", "shown_on_1": "10", "shown_on_2": "2026"}
    about = {"skill": str(things["training_skill"].pk), "level": "2", "words": "Wrote a fictitious rationale."}
    return day | about | {"key": str(uuid.uuid4())}


ROWS: list[Row] = [
    Row("training:mine", 403, only(200, *KEEPERS, "gail"), why="roles with training, and whoever has logged something"),
    Row("training:cpd_new", 403, only(200, *KEEPERS, "gail")),
    Row("training:cpd_new", 403, only(302, *KEEPERS, "gail"), method="POST", data=cpd),
    Row("training:sign_offs", 403, only(200, "moss", "lin", "tess")),
    Row("training:people", 403, only(200, "tess", "lin", "sam")),
    Row("training:person", 404, only(200, "tess", "lin"), arguments=olu, why="Sam leads another team"),
    Row("training:person_cpd_new", 404, {"tess": 200, "lin": 403}, arguments=olu),
    Row("training:person_cpd_new", 404, {"tess": 302, "lin": 403}, method="POST", arguments=olu, data=cpd),
    Row("training:modules", 403, only(200, "tess")),
    Row("training:module_new", 403, only(200, "tess")),
    Row("training:module_new", 403, only(302, "tess"), method="POST", data=module),
    Row("training:module_next_version", 403, only(200, "tess"), arguments=own_module),
    Row(
        "training:module_next_version",
        403,
        only(302, "tess"),
        method="POST",
        arguments=own_module,
        data=next_version,
    ),
    Row("training:catalogue", 200, why="titles of courses, for everybody who is signed in"),
    Row("training:record_new", 403, only(200, "tess")),
    Row("training:record_new", 403, only(302, "tess"), method="POST", data=logged),
    Row("training:record", 404, only(200, *SEES), arguments=of("LOGGED")),
    Row("training:record_certificate", 404, only(200, *SEES), arguments=of("COMPLETE")),
    Row("training:record_certificate", 404, arguments=of("LOGGED"), why="nobody has signed yet"),
    Row("training:record_sign", 404, only(403, *SEES) | only(200, "moss", "lin"), arguments=of("LOGGED")),
    Row(
        "training:record_sign",
        404,
        only(403, *SEES) | {"moss": 302, "lin": 422},
        method="POST",
        arguments=of("LOGGED"),
        data=signature("moss"),
        why="the line manager signs after the mentor",
    ),
    Row(
        "training:record_sign",
        404,
        only(403, *SEES) | {"moss": 302, "lin": 302},
        method="POST",
        arguments=of("MENTOR_SIGNED"),
        data=signature("lin"),
        why="the mentor's second sending gives the signature that is there",
    ),
    Row(
        "training:record_send_back",
        404,
        only(403, *SEES) | {"moss": 200, "lin": 302},
        arguments=of("LOGGED"),
        why="whose turn it is; the other is led to the record",
    ),
    Row(
        "training:record_send_back",
        404,
        only(403, *SEES) | {"moss": 302, "lin": 422},
        method="POST",
        arguments=of("LOGGED"),
        data=reason,
    ),
    Row("training:record_correct", 404, only(403, *SEES) | {"tess": 200}, arguments=of("SENT_BACK")),
    Row(
        "training:record_correct",
        404,
        only(403, *SEES) | {"tess": 302},
        method="POST",
        arguments=of("SENT_BACK"),
        data=content,
    ),
    Row("training:record_revoke", 404, only(200, *SEES) | {"olu": 403}, arguments=of("COMPLETE")),
    Row(
        "training:record_revoke",
        404,
        only(302, *SEES) | {"olu": 403},
        method="POST",
        arguments=of("COMPLETE"),
        data=reason,
    ),
    Row("training:modules_to_review", 403, only(200, "tess", "mina"), why="trainers, and Mina, who owns a module"),
    Row("training:module", 403, only(404, *ELSEWHERE) | only(200, "tess", "mina"), arguments=owned),
    Row("training:module", 403, only(404, *ELSEWHERE) | only(200, "tess"), arguments=own_module),
    Row("training:module_edit", 403, only(200, "tess"), arguments=owned),
    Row("training:module_edit", 403, only(302, "tess"), method="POST", arguments=owned, data=about_module),
    Row("training:module_review", 403, only(404, *ELSEWHERE) | only(200, "tess", "mina"), arguments=owned),
    Row(
        "training:module_review",
        403,
        only(404, *ELSEWHERE) | only(302, "tess", "mina"),
        method="POST",
        arguments=owned,
        data=reviewed,
    ),
    Row("training:module_retire", 403, only(200, "tess"), arguments=owned),
    Row("training:module_retire", 403, only(302, "tess"), method="POST", arguments=owned, data=retired),
    Row("training:profiles", 403, only(200, "tess")),
    Row("training:profile", 403, only(200, "tess"), arguments=thing("profile")),
    Row("training:profile_new", 403, only(200, "tess")),
    Row("training:profile_new", 403, only(302, "tess"), method="POST", data=profile_answers),
    Row("training:profile_edit", 403, only(200, "tess"), arguments=thing("profile")),
    Row(
        "training:profile_edit",
        403,
        only(302, "tess"),
        method="POST",
        arguments=thing("profile"),
        data=profile_answers,
    ),
    Row("training:profile_assign", 403, only(200, "tess"), arguments=thing("profile")),
    Row("training:profile_assign", 403, only(302, "tess"), method="POST", arguments=thing("profile"), data=assigned),
    Row("training:profile_assign_several", 403, only(200, "tess"), arguments=thing("profile")),
    Row(
        "training:profile_assign_several",
        403,
        only(302, "tess"),
        method="POST",
        arguments=thing("profile"),
        data=assigned_by_list,
    ),
    Row("training:assignment_end", 403, only(200, "tess"), arguments=thing("assignment")),
    Row("training:assignment_end", 403, only(302, "tess"), method="POST", arguments=thing("assignment"), data=ended),
    Row("training:what_if", 403, only(200, *KEEPERS, "gail")),
    Row("training:person_what_if", 404, only(200, "tess", "lin"), arguments=olu, why="Sam leads another team"),
    Row("training:skill_new", 403, only(200, "tess")),
    Row("training:skill_new", 403, only(302, "tess"), method="POST", data=skill_answers),
    Row("training:skill_edit", 403, only(200, "tess"), arguments=thing("skill")),
    Row("training:skill_edit", 403, only(302, "tess"), method="POST", arguments=thing("skill"), data=skill_answers),
    Row("training:evidence_to_answer", 403, only(200, "tess", "lin")),
    Row("training:evidence_to_answer", 403, only(422, "tess", "lin"), method="POST", why="nothing is ticked"),
    Row("training:evidence_new", 403, only(200, *KEEPERS)),
    Row("training:evidence_new", 403, only(302, *KEEPERS), method="POST", data=shown),
    Row("training:evidence", 404, only(200, "olu", "tess", "lin"), arguments=thing("evidence")),
    Row(
        "training:evidence",
        404,
        {"olu": 403} | only(302, "tess", "lin"),
        method="POST",
        arguments=thing("evidence"),
        data=lambda cast, things: {"answer": "CONFIRMED"},
        why="a trainer or the line manager of the team, and nobody their own",
    ),
]
