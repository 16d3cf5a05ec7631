"""Who gets which answer from the pages of reports."""

from datetime import date, timedelta
from typing import Any

from common.statistics.proportions import SMALLEST_BASE_SHOWN
from tests.factories.dip_samples import DipSampleFactory
from tests.factories.grading import AssignmentFactory, GradeFactory, GradingRoundFactory, RoundItemFactory
from tests.factories.referrals import ReferralFactory
from tests.factories.reports import AnnualReportFactory, ReportFactory, ReportScheduleFactory, RoundReportFactory
from tests.people import Cast
from tests.permissions.rows import Row, Things

READERS = ("leda", "ana")


def furnish(cast: Cast) -> dict[str, Any]:
    """A report of a published sample, one made before publication, and one that is being made; the same of rounds and of years.

    Gail and Pam, a partner, graded in the published round, which gives them no right to its report.
    """

    def sample(year: int) -> Any:
        return DipSampleFactory(
            force=cast.police,
            drawn_by=cast.sam,
            state="PUBLISHED",
            period_start=date(year, 1, 1),
            period_end=date(year, 2, 28),
        )

    def round(year: int, state: str = "PUBLISHED") -> Any:
        return GradingRoundFactory(
            force=cast.police, opened_by=cast.sam, state=state, starts_on=date(year, 7, 1), ends_on=date(year, 9, 30)
        )

    published, early, waiting = sample(2021), sample(2022), sample(2023)
    graded = round(2021)
    for position in range(1, SMALLEST_BASE_SHOWN + 1):
        item = RoundItemFactory(round=graded, referral=ReferralFactory(author=cast.olu), position=position, agreed=3)
        for grader in (cast.gail, cast.pam):
            marks = {"VOICE": 2, "ACTION": 4}
            GradeFactory(assignment=AssignmentFactory(item=item, grader=grader), criteria=marks, learning_point="Ask.")
    return {
        "reports_made": ReportFactory(dip_sample=published, made=True),
        "reports_early": ReportFactory(
            dip_sample=early, made=True, requested_at=early.published_at - timedelta(minutes=1)
        ),
        "reports_waiting": ReportFactory(dip_sample=waiting),
        "reports_elsewhere": ReportFactory(made=True),
        "reports_waiting_elsewhere": ReportFactory(),
        "reports_of_round": RoundReportFactory(round=graded, made=True),
        "reports_of_round_waiting": RoundReportFactory(round=round(2022)),
        "reports_of_round_elsewhere": RoundReportFactory(made=True),
        "reports_round_early": round(2023, "MODERATING"),
        "reports_of_year": AnnualReportFactory(force=cast.police, requested_by=cast.sam, year=2022, made=True),
        "reports_of_year_waiting": AnnualReportFactory(force=cast.police, requested_by=cast.sam, year=2023),
        "reports_of_year_elsewhere": AnnualReportFactory(made=True),
        "schedule": ReportScheduleFactory(force=cast.police, planned_by=cast.sam, readers=[cast.leda]),
        "schedule_paused": ReportScheduleFactory(
            force=cast.police, planned_by=cast.sam, readers=[cast.leda], state="PAUSED", next_due_at=None
        ),
        "schedule_elsewhere": ReportScheduleFactory(),
    }


def of(name: str) -> Any:
    return lambda cast, things: {"pk": things[f"reports_{name}"].pk}


def round_of(name: str) -> Any:
    return lambda cast, things: {"pk": things[f"reports_{name}"].round_id}


def sample_of_report(cast: Cast, things: Things) -> dict[str, Any]:
    return {"sample": str(things["reports_made"].dip_sample_id)}


def year_of_report(cast: Cast, things: Things) -> dict[str, Any]:
    return {"year": str(things["reports_of_year"].year)}


def schedule(name: str) -> Any:
    return lambda cast, things: {"pk": things[name].pk}


def plan(cast: Cast, things: Things) -> dict[str, Any]:
    return {"rhythm": "MONTHLY", "day": "5", "time": "08:30", "readers": [str(cast.leda.pk)]}


def plan_of_years(cast: Cast, things: Things) -> dict[str, Any]:
    return plan(cast, things) | {"rhythm": "YEARLY", "month": "3"}


SAM_AND_READERS = dict.fromkeys(("sam", *READERS), 200)

ROWS = [
    Row("grading:reports", 403, SAM_AND_READERS),
    Row("grading:reports", 403, {"sam": 422}, method="POST", why="Nothing was chosen"),
    Row("grading:reports", 403, {"sam": 302}, method="POST", data=sample_of_report),
    Row("grading:report", 404, SAM_AND_READERS, arguments=of("made")),
    Row("grading:report", 404, SAM_AND_READERS, arguments=of("waiting")),
    Row("grading:report", 404, {"sam": 200}, arguments=of("early"), why="Made before the sample was published"),
    Row("grading:report_download", 404, SAM_AND_READERS, arguments=of("made")),
    Row("grading:report_download", 404, {"sam": 200}, arguments=of("early")),
    Row("grading:report_download", 404, arguments=of("waiting"), why="There is no file yet"),
    Row("grading:report_tables", 404, SAM_AND_READERS, arguments=of("made")),
    Row("grading:report_tables", 404, {"sam": 200}, arguments=of("early")),
    Row("grading:report_tables", 404, arguments=of("waiting"), why="There is no file yet"),
    *(
        Row(f"grading:{name}", 404, arguments=of("elsewhere"), why="Of another force")
        for name in ("report", "report_download", "report_tables")
    ),
    Row("grading:report_cancel", 404, method="POST", arguments=of("waiting_elsewhere"), why="Of another force"),
    Row("grading:report_cancel", 404, {"sam": 302, "leda": 403, "ana": 403}, method="POST", arguments=of("waiting")),
    Row(
        "grading:report_cancel",
        404,
        {"sam": 302, "leda": 403, "ana": 403},
        method="POST",
        arguments=of("made"),
        why="Made: Sam is told so",
    ),
    *(
        Row(f"grading:{name}", 404, SAM_AND_READERS, arguments=of("of_round"), why="Grading in it gives no right to it")
        for name in ("report", "report_download", "report_tables")
    ),
    *(
        Row(f"grading:{name}", 404, arguments=of("of_round_elsewhere"), why="Of another force")
        for name in ("report", "report_download", "report_tables")
    ),
    Row(
        "grading:report_cancel",
        404,
        {"sam": 302, "leda": 403, "ana": 403},
        method="POST",
        arguments=of("of_round_waiting"),
    ),
    Row(
        "grading:round_report",
        404,
        {"sam": 302} | dict.fromkeys(("leda", "ana", "tess", "gail", "pam"), 403),
        method="POST",
        arguments=round_of("of_round"),
        why="Who may see the round, and does not run it",
    ),
    Row(
        "grading:round_report",
        404,
        {"sam": 302} | dict.fromkeys(("leda", "ana", "tess", "gail"), 403),
        method="POST",
        arguments=of("round_early"),
        why="Not published: Sam is told so",
    ),
    Row("grading:round_report", 404, method="POST", arguments=round_of("of_round_elsewhere"), why="Of another force"),
    *(
        Row(f"grading:{name}", 404, SAM_AND_READERS, arguments=of("of_year"))
        for name in ("report", "report_download", "report_tables")
    ),
    *(
        Row(f"grading:{name}", 404, arguments=of("of_year_elsewhere"), why="Of another force")
        for name in ("report", "report_download", "report_tables")
    ),
    Row(
        "grading:report_cancel",
        404,
        {"sam": 302, "leda": 403, "ana": 403},
        method="POST",
        arguments=of("of_year_waiting"),
    ),
    Row("grading:annual_report", 403, {"sam": 422}, method="POST", why="Nothing was chosen"),
    Row("grading:annual_report", 403, {"sam": 302}, method="POST", data=year_of_report),
    Row("grading:schedules", 403, {"sam": 200}),
    Row("grading:schedule_plan", 403, {"sam": 200}),
    Row("grading:schedule_plan", 403, {"sam": 422}, method="POST", why="Nothing was filled in"),
    Row("grading:schedule_plan", 403, {"sam": 302}, method="POST", data=plan),
    Row("grading:schedule_plan", 403, {"sam": 302}, method="POST", data=plan_of_years),
    Row("grading:schedule_change", 403, {"sam": 200}, arguments=schedule("schedule")),
    Row("grading:schedule_change", 403, {"sam": 302}, method="POST", arguments=schedule("schedule"), data=plan),
    Row("grading:schedule_pause", 403, {"sam": 302}, method="POST", arguments=schedule("schedule")),
    Row("grading:schedule_resume", 403, {"sam": 302}, method="POST", arguments=schedule("schedule_paused")),
    Row("grading:schedule_end", 403, {"sam": 200}, arguments=schedule("schedule")),
    Row("grading:schedule_end", 403, {"sam": 302}, method="POST", arguments=schedule("schedule")),
    *(
        Row(f"grading:schedule_{move}", 403, {"sam": 404}, arguments=schedule("schedule_elsewhere"))
        for move in ("change", "end")
    ),
    *(
        Row(f"grading:schedule_{move}", 403, {"sam": 404}, method="POST", arguments=schedule("schedule_elsewhere"))
        for move in ("change", "pause", "resume", "end")
    ),
]
