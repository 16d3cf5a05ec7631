"""Who gets which answer from the pages of deputies."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from common.clock import london_day
from tests.factories.accounts import UserFactory
from tests.factories.training import SigningDelegationFactory
from tests.people import Cast
from tests.permissions.rows import Row, Things

OTHER_AGENCIES = ("pam", "pat", "cory", "out")
# Lin signs; Moss signs; Tess is a trainer; Sam leads the MASH, in which Moss is.
NAMES = ("lin", "moss", "tess", "sam")


def furnish(cast: Cast) -> dict[str, Any]:
    """Moss signs in the place of a mentor of the response team, whom Tess is to give another deputy."""
    absent = UserFactory(agency=cast.police, team=cast.response_team, roles=["MENTOR"])
    deputy = UserFactory(agency=cast.police, roles=["MENTOR"])
    return {
        "delegation": SigningDelegationFactory(absent=absent, deputy=cast.moss, made_by=cast.tess),
        "delegation_deputy": deputy,
    }


def only(status: int, *names: str) -> dict[str, int]:
    return dict.fromkeys(names, status)


def delegation(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["delegation"].pk}


def named(cast: Cast, things: Things) -> dict[str, Any]:
    today = london_day(timezone.now())
    data = {"place": f"{cast.moss.pk}:MENTOR", "deputy": str(things["delegation_deputy"].pk)}
    for name, on in (("starts_on", today), ("last_day", today + timedelta(days=6))):
        data |= {f"{name}_0": str(on.day), f"{name}_1": str(on.month), f"{name}_2": str(on.year)}
    return data


ROWS: list[Row] = [
    Row("training:delegations", 403, only(200, *NAMES)),
    Row("training:delegation_new", 403, only(200, *NAMES)),
    Row(
        "training:delegation_new",
        403,
        only(302, "moss", "tess", "sam") | only(422, "lin"),
        method="POST",
        data=named,
        why="Moss is not in the team that Lin leads, so he is not in her list",
    ),
    Row(
        "training:delegation_end",
        403,
        only(404, *OTHER_AGENCIES) | only(200, "moss", "lin", "tess"),
        arguments=delegation,
        why="Lin leads the team of who is away",
    ),
    Row(
        "training:delegation_end",
        403,
        only(404, *OTHER_AGENCIES) | only(302, "moss", "lin", "tess"),
        method="POST",
        arguments=delegation,
    ),
]
