"""Who gets which answer from the calendar of quarters, and from the pages of invitations to grade."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from tests.factories.grading import GradingRoundFactory, InvitationFactory, InvitationReplyFactory
from tests.people import Cast
from tests.permissions.rows import Row


def furnish(cast: Cast) -> dict[str, Any]:
    """A drawn round to which the council and the force are invited, and one to invite to; Pam accepts in the first."""

    def round(year: int) -> Any:
        return GradingRoundFactory(
            force=cast.police,
            opened_by=cast.sam,
            state="DRAWN",
            starts_on=date(year, 1, 1),
            ends_on=date(year, 3, 31),
        )

    invited = round(2017)
    council = InvitationFactory(round=invited, agency=cast.council)
    InvitationReplyFactory(invitation=council, person=cast.pam)
    return {
        "invited_round": invited,
        "invited_council": council,
        "invited_police": InvitationFactory(round=invited, agency=cast.police),
        "uninvited_round": round(2018),
    }


def of_round(name: str) -> Any:
    return lambda cast, things: {"pk": things[name].pk}


def of_invitation(name: str) -> Any:
    return lambda cast, things: {"pk": things["invited_round"].pk, "invitation_pk": things[name].pk}


def asked(cast: Cast, things: dict[str, Any]) -> dict[str, Any]:
    day = timezone.localdate() + timedelta(days=10)
    return {
        "agency": cast.council.pk,
        "places": "1",
        "reply_by_0": day.day,
        "reply_by_1": day.month,
        "reply_by_2": day.year,
    }


VIEWERS = dict.fromkeys(("gail", "tess", "leda", "ana"), 403)
PARTNER = "A partner who only was invited does not see the round"

ROWS: list[Row] = [
    Row("grading:round_calendar", 403, dict.fromkeys(("sam", "gail", "pam", "tess", "leda", "ana"), 200)),
    Row("grading:round_invitations", 404, {"sam": 200} | VIEWERS, arguments=of_round("invited_round"), why=PARTNER),
    Row("grading:round_invitations", 404, {"sam": 200} | VIEWERS, arguments=of_round("uninvited_round")),
    Row(
        "grading:round_invitations",
        404,
        {"sam": 302} | VIEWERS,
        method="POST",
        arguments=of_round("uninvited_round"),
        data=asked,
    ),
    Row(
        "grading:round_invitations",
        404,
        {"sam": 422} | VIEWERS,
        method="POST",
        arguments=of_round("uninvited_round"),
        why="Nothing was filled in",
    ),
    Row(
        "grading:invitation_withdraw",
        404,
        {"sam": 302} | VIEWERS,
        method="POST",
        arguments=of_invitation("invited_council"),
    ),
    Row("grading:invitations", 403, {"gail": 200, "pam": 200}, why="One's own, for who may grade"),
    Row(
        "grading:invitation",
        404,
        {"sam": 403, "pam": 200},
        arguments=of_round("invited_council"),
        why="The people of that agency who may grade; who runs the round does not answer for them",
    ),
    Row(
        "grading:invitation",
        404,
        {"sam": 403, "gail": 200},
        arguments=of_round("invited_police"),
        why="Of one's own agency, not of another",
    ),
    Row(
        "grading:invitation",
        404,
        {"sam": 403, "pam": 302},
        method="POST",
        arguments=of_round("invited_council"),
        data=lambda cast, things: {"state": "DECLINED", "reason": "On leave."},
    ),
]
