"""Who gets which answer from the pages of feedback to writers, and of its themes."""

from datetime import date
from typing import Any

from tests.factories.grading import AssignmentFactory, GradeFeedbackFactory, GradingRoundFactory, RoundItemFactory
from tests.factories.referrals import ReferralFactory
from tests.people import Cast
from tests.permissions.rows import Row


def furnish(cast: Cast) -> dict[str, Any]:
    """Feedback to Olu, of the response team, on a PPN of a published round in which Gail and Pam graded; another that is prepared."""

    def item(year: int, state: str) -> Any:
        round = GradingRoundFactory(
            force=cast.police,
            opened_by=cast.sam,
            state=state,
            starts_on=date(year, 7, 1),
            ends_on=date(year, 9, 30),
        )
        referral = ReferralFactory(author=cast.olu, team=cast.response_team)
        made = RoundItemFactory(round=round, referral=referral, position=1, agreed=2)
        for grader in (cast.gail, cast.pam):
            AssignmentFactory(item=made, grader=grader, graded=2)
        return made

    published, moderating = item(2019, "PUBLISHED"), item(2020, "MODERATING")
    return {
        "feedback": GradeFeedbackFactory(item=published),
        "feedback_prepared": GradeFeedbackFactory(item=moderating, state="PREPARED"),
        "feedback_round": published.round,
        "feedback_round_moderating": moderating.round,
    }


def told(cast: Cast, things: dict[str, Any]) -> dict[str, Any]:
    return {"pk": things["feedback"].pk}


def of_round(name: str) -> Any:
    return lambda cast, things: {"pk": things[name].pk}


VIEWERS = dict.fromkeys(("tess", "leda", "ana"), 403)

ROWS: list[Row] = [
    Row(
        "grading:feedbacks",
        403,
        dict.fromkeys(("olu", "mina", "lin", "sam"), 200),
        why="Who writes PPNs, and who leads a team",
    ),
    Row(
        "grading:feedback",
        404,
        dict.fromkeys(("olu", "lin", "sam"), 200),
        arguments=told,
        why="The writer, who leads the writer's team, and who runs the round; to nobody else of the force it exists",
    ),
    Row(
        "grading:feedback",
        404,
        {"olu": 302, "lin": 403, "sam": 403},
        method="POST",
        arguments=told,
        data=lambda cast, things: {"move": "ACKNOWLEDGE"},
        why="Only the writer answers",
    ),
    Row(
        "grading:feedback",
        404,
        arguments=of_round("feedback_prepared"),
        why="Nobody reads it before the round is published",
    ),
    Row("grading:themes", 403, dict.fromkeys(("sam", "gail", "pam", "tess", "leda", "ana"), 200)),
    Row(
        "grading:round_themes",
        404,
        {"sam": 200, "gail": 200, "pam": 200} | VIEWERS,
        arguments=of_round("feedback_round"),
        why="Ten PPNs in ten themes are small numbers: who runs it, and its graders",
    ),
    Row(
        "grading:round_themes",
        404,
        {"sam": 200, "gail": 403, "pam": 403} | VIEWERS,
        arguments=of_round("feedback_round_moderating"),
        why="Its graders once it is published",
    ),
]
