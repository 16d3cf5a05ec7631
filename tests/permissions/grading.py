"""Who gets which answer from the pages of grading."""

from datetime import date
from typing import Any

from tests.factories.grading import AssignmentFactory, GradingRoundFactory, RemovalFactory, RoundItemFactory
from tests.factories.referrals import ReferralFactory
from tests.grading.giving import posted
from tests.people import Cast
from tests.permissions.rows import Row

RESULTS_VIEWERS = ("tess", "leda", "ana")


def furnish(cast: Cast) -> dict[str, Any]:
    """Four rounds of the hub's force, one in each state that a page asks for, and Gail and Pam grading in one."""

    def round(year: int, state: str):
        return GradingRoundFactory(
            force=cast.police, opened_by=cast.sam, state=state, starts_on=date(year, 1, 1), ends_on=date(year, 3, 31)
        )

    def item(round, *, grade: int | None = None):
        item = RoundItemFactory(round=round, referral=ReferralFactory(author=cast.olu), position=1)
        for grader in (cast.gail, cast.pam):
            AssignmentFactory(item=item, grader=grader, graded=grade)
        return item

    grading = round(2023, "GRADING")
    given_back = RoundItemFactory(round=grading, referral=ReferralFactory(author=cast.olu), position=2)
    replaced, successor = (
        RoundItemFactory(round=grading, referral=ReferralFactory(author=cast.olu), position=position)
        for position in (3, 4)
    )
    RemovalFactory(item=replaced, successor=successor)
    void = ReferralFactory(author=cast.olu, state="VOID")
    withdrawn = RoundItemFactory(round=grading, referral=void, position=5)
    moderating = round(2024, "MODERATING")
    return {
        "grading_planned": round(2021, "PLANNED"),
        "grading_drawn": round(2022, "DRAWN"),
        "grading_grading": grading,
        "grading_item": item(grading),
        "grading_withdrawn": withdrawn,
        "grading_place": AssignmentFactory(item=given_back, grader=None),
        "grading_moderating": moderating,
        "grading_moderating_item": item(moderating, grade=3),
    }


def of_round(state: str) -> Any:
    return lambda cast, things: {"pk": things[f"grading_{state}"].pk}


def of_item(state: str, item: str) -> Any:
    return lambda cast, things: {"pk": things[f"grading_{state}"].pk, "item_pk": things[item].pk}


def of_grader(cast: Cast, things: dict[str, Any]) -> dict[str, Any]:
    return {"pk": things["grading_grading"].pk, "grader_pk": cast.gail.pk}


def of_place(cast: Cast, things: dict[str, Any]) -> dict[str, Any]:
    return {"pk": things["grading_grading"].pk, "place_pk": things["grading_place"].pk}


def answers(*, sam: int, viewers: int, panel_police: int, panel_partner: int) -> dict[str, int]:
    """Sam runs the round; viewers see its figures; Gail is of the force; Pam, a partner, grades in some rounds."""
    return {"sam": sam, "gail": panel_police, "pam": panel_partner} | dict.fromkeys(RESULTS_VIEWERS, viewers)


def run(name: str, method: str, state: str, sam: int, *, partner: int = 404, data: Any = None) -> Row:
    """What only who runs the round may do: 403 for who sees it, 404 for all others."""
    return Row(
        f"grading:{name}",
        404,
        answers(sam=sam, viewers=403, panel_police=403, panel_partner=partner),
        method=method,
        arguments=of_round(state),
        **({"data": data} if data else {}),
    )


SEES_ROUNDS = dict.fromkeys(("sam", "gail", "pam", *RESULTS_VIEWERS), 200)

ROWS: list[Row] = [
    Row(
        "grading:index",
        403,
        dict.fromkeys(("sam", "rae", "gail", "pam", "tess", "leda", "ana"), 302),
        why="each is sent to the page that fits",
    ),
    Row("grading:rounds", 403, SEES_ROUNDS),
    Row("grading:trend", 403, SEES_ROUNDS),
    Row("grading:results_by", 403, SEES_ROUNDS),
    Row("grading:drift", 403, dict.fromkeys(("sam", "gail", "pam"), 200), why="Of all graders, or of oneself"),
    Row("grading:round_open", 403, {"sam": 200}),
    Row("grading:round_open", 403, {"sam": 422}, method="POST", why="Nothing was filled in"),
    Row(
        "grading:round_open",
        403,
        {"sam": 422},
        method="POST",
        data=lambda cast, things: {"preview": "1"},
        why="To count is for who may open; nothing was filled in",
    ),
    Row(
        "grading:round",
        404,
        answers(sam=200, viewers=200, panel_police=200, panel_partner=404),
        arguments=of_round("planned"),
        why="A partner sees the rounds in which they grade",
    ),
    Row(
        "grading:round",
        404,
        answers(sam=200, viewers=200, panel_police=200, panel_partner=200),
        arguments=of_round("grading"),
    ),
    run("round_draw", "POST", "planned", 302),
    run("round_check_draw", "POST", "drawn", 302),
    Row(
        "grading:round_check_draw",
        404,
        answers(sam=302, viewers=403, panel_police=302, panel_partner=302),
        method="POST",
        arguments=of_round("grading"),
        why="The draw is public to the panel of the round",
    ),
    run("round_assign", "GET", "drawn", 200),
    run("round_assign", "POST", "drawn", 422),
    run("round_publish", "POST", "moderating", 302, partner=403),
    *(
        Row(
            f"grading:{name}",
            404,
            answers(sam=sam, viewers=403, panel_police=403, panel_partner=403),
            method=method,
            arguments=arguments,
        )
        for name, arguments in (("round_replace", of_grader), ("round_fill", of_place))
        for method, sam in (("GET", 200), ("POST", 422))
    ),
    *(
        Row(
            "grading:item_replace",
            404,
            answers(sam=sam, viewers=403, panel_police=403, panel_partner=403),
            method=method,
            arguments=of_item("grading", "grading_item"),
            why="Only who runs the round; the reason is missing",
        )
        for method, sam in (("GET", 200), ("POST", 422))
    ),
    Row(
        "grading:item_replace",
        404,
        answers(sam=200, viewers=403, panel_police=403, panel_partner=403),
        arguments=of_item("grading", "grading_withdrawn"),
    ),
    Row(
        "grading:item_replace",
        404,
        answers(sam=302, viewers=403, panel_police=403, panel_partner=403),
        arguments=of_item("moderating", "grading_moderating_item"),
        why="All grades are in, so nothing is replaced any more",
    ),
    Row(
        "grading:grade_conflict",
        404,
        {"sam": 403, "gail": 200, "pam": 200},
        arguments=of_item("grading", "grading_item"),
        why="Only who was assigned gives it back",
    ),
    Row(
        "grading:grade_conflict",
        404,
        {"sam": 403, "gail": 422, "pam": 422},
        method="POST",
        arguments=of_item("grading", "grading_item"),
    ),
    Row(
        "grading:grade_item",
        404,
        {"sam": 403, "gail": 200, "pam": 200},
        arguments=of_item("grading", "grading_item"),
        why="Only who was assigned; who runs the round reads the PPN on the page of agreement",
    ),
    Row(
        "grading:grade_item",
        404,
        {"sam": 403, "gail": 302, "pam": 302},
        method="POST",
        arguments=of_item("grading", "grading_item"),
        data=lambda cast, things: posted(),
    ),
    Row(
        "grading:agree_item",
        404,
        answers(sam=200, viewers=403, panel_police=403, panel_partner=403),
        arguments=of_item("moderating", "grading_moderating_item"),
    ),
    Row(
        "grading:agree_item",
        404,
        answers(sam=302, viewers=403, panel_police=403, panel_partner=403),
        method="POST",
        arguments=of_item("moderating", "grading_moderating_item"),
        data=lambda cast, things: {"grade": "3"},
    ),
    Row(
        "grading:agree_item",
        404,
        answers(sam=404, viewers=403, panel_police=403, panel_partner=403),
        arguments=lambda cast, things: {
            "pk": things["grading_moderating"].pk,
            "item_pk": things["grading_item"].pk,
        },
        why="An item of another round",
    ),
    Row(
        "grading:round_agreement",
        404,
        answers(sam=200, viewers=403, panel_police=200, panel_partner=200),
        arguments=of_round("moderating"),
        why="Who runs it and who graded in it; others once it is published",
    ),
    Row(
        "grading:round_agreement",
        404,
        answers(sam=403, viewers=403, panel_police=403, panel_partner=403),
        arguments=of_round("grading"),
        why="Blind until all grades are in, whoever asks",
    ),
]
