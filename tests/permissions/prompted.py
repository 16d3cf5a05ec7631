"""Who gets which answer from the log of applications that a partner prompted."""

from typing import Any

from tests.factories.accounts import AgencyFactory
from tests.factories.partners import PromptedApplicationFactory
from tests.people import Cast
from tests.permissions.rows import Row, Things

KEEPERS = ("tess", "sam")
READERS = (*KEEPERS, "leda", "ana", "cory")


def furnish(cast: Cast) -> dict[str, Any]:
    """Two in the log of the hub's force, one of them to be struck out, and one of another force."""
    return {
        "prompted": PromptedApplicationFactory(force=cast.police, agency=cast.council, logged_by=cast.tess),
        "prompted_mistake": PromptedApplicationFactory(force=cast.police, agency=cast.council, logged_by=cast.tess),
        "prompted_elsewhere": PromptedApplicationFactory(force=AgencyFactory(kind="POLICE"), agency=cast.council),
    }


def of(thing: str) -> Any:
    return lambda cast, things: {"pk": things[thing].pk}


def answers(cast: Cast, things: Things) -> dict[str, Any]:
    return {"held_information": "YES", "shared_itself": "NO", "asked_by_person": "NO"}


def logged(cast: Cast, things: Things) -> dict[str, Any]:
    day = {"received_on_0": "2", "received_on_1": "11", "received_on_2": "2026"}
    key = {"key": "0d5c2d8e-5a0e-4f1c-9a35-0c7f5d0c9c11"}
    return answers(cast, things) | day | key | {"agency": str(cast.council.pk), "scheme": "CLARES_LAW"}


def judged(cast: Cast, things: Things) -> dict[str, Any]:
    return answers(cast, things) | {"judgement": "INAPPROPRIATE", "should_have": "SHARE", "reason": "The school knew."}


def ended(cast: Cast, things: Things) -> dict[str, Any]:
    day = {"ended_on_0": "9", "ended_on_1": "11", "ended_on_2": "2026"}
    return day | {"outcome": "WITHDRAWN", "risk_acted_on": "YES"}


def checked(cast: Cast, things: Things) -> dict[str, Any]:
    return {"scheme": "CLARES_LAW", "in_danger": "NO", "held_information": "YES", "asked_by_person": "NO"}


def keepers(status: int) -> dict[str, int]:
    return dict.fromkeys(KEEPERS, status)


ROWS: list[Row] = [
    Row("partners:prompted", 403, keepers(200)),
    Row("partners:prompted_new", 403, keepers(200)),
    Row("partners:prompted_new", 403, keepers(302), method="POST", data=logged),
    Row("partners:prompted_application", 403, keepers(200), arguments=of("prompted")),
    Row("partners:prompted_application", 403, keepers(404), arguments=of("prompted_elsewhere")),
    Row("partners:prompted_judge", 403, keepers(200), arguments=of("prompted")),
    Row("partners:prompted_judge", 403, keepers(302), method="POST", arguments=of("prompted"), data=judged),
    Row("partners:prompted_judge", 403, keepers(404), arguments=of("prompted_elsewhere")),
    Row("partners:prompted_end", 403, keepers(200), arguments=of("prompted")),
    Row("partners:prompted_end", 403, keepers(302), method="POST", arguments=of("prompted"), data=ended),
    Row("partners:prompted_end", 403, keepers(404), arguments=of("prompted_elsewhere")),
    Row("partners:prompted_strike", 403, keepers(200), arguments=of("prompted")),
    Row(
        "partners:prompted_strike",
        403,
        keepers(302),
        method="POST",
        arguments=of("prompted_mistake"),
        data=lambda cast, things: {"reason": "Logged twice."},
    ),
    Row("partners:prompted_strike", 403, keepers(404), arguments=of("prompted_elsewhere")),
    Row("partners:prompted_figures", 403, dict.fromkeys(READERS, 200), why="a coordinator reads those of their agency"),
    Row("partners:prompted_figures_csv", 403, dict.fromkeys(READERS, 200)),
    Row("partners:asking_check", 200, why="advice about nobody, for everybody of an agency"),
    Row("partners:asking_check", 302, method="POST", data=checked),
    Row("partners:asking_advice", 200, arguments=lambda cast, things: {"advice": "share"}),
]
