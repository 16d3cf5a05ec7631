"""A spreadsheet of earlier reviews, as a force might have kept it before it drew its samples here; nobody in it is real."""

import csv
import io
from collections.abc import Iterator
from random import Random

from common.clock import start_of_day
from devtools.demo_data.people import DISTRICTS, Setting, district_code, response_team
from grading.services.earlier_reviews import take_earlier_reviews
from grading.services.earlier_rows import EXPLAINED

# The year before the first sample of the demo.
YEARS_AGO = 3
PERIODS = ((1, 2), (5, 6), (9, 10))
ROWS_A_PERIOD = 14
# Not the numbers of the demo's own incidents, which begin with 99.
PREFIX = "97"
NEEDED_FOR = ("child", "child; domestic abuse", "adult at risk", "domestic abuse")
SHARE_NEEDED, SHARE_FOUND, SHARE_IN_TIME, SHARE_GOOD_ENOUGH = 0.7, 0.7, 0.85, 0.6
WHY = (
    "Fictitious: read together with the log of that evening.",
    "Fictitious: the supervisor's note says what was seen.",
    "",
)


def make_earlier_reviews(setting: Setting, *, seed: int) -> int:
    """Take one over by the service, as the shell does it; returns how many rows were taken."""
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=[column.name for column in EXPLAINED], restval="")
    writer.writeheader()
    writer.writerows(_rows(setting.today.year - YEARS_AGO, Random(f"{seed} earlier reviews")))
    name = f"dip-samples-{setting.today.year - YEARS_AGO}.csv"
    _, done = take_earlier_reviews(
        content=out.getvalue().encode(), file_name=name, force=setting.hub, by=None, at=start_of_day(setting.today)
    )
    return done.taken if done is not None else 0


def _rows(year: int, random: Random) -> Iterator[dict[str, str]]:
    for first, last in PERIODS:
        for number in range(ROWS_A_PERIOD):
            district = random.choice(DISTRICTS)
            yield {
                "incident_number": f"{PREFIX}{year}{first:02}{number:03}",
                "first_month": f"{year}-{first:02}",
                "last_month": f"{year}-{last:02}",
                "district_code": district_code(district),
                "team": response_team(district),
                "why": random.choice(WHY),
            } | _answers(random)


def _answers(random: Random) -> dict[str, str]:
    if random.random() >= SHARE_NEEDED:
        return {"needed": "no"}
    needed = {"needed": "yes", "needed_for": random.choice(NEEDED_FOR)}
    if random.random() >= SHARE_FOUND:
        return needed | {"found": "no"}
    in_time = "yes" if random.random() < SHARE_IN_TIME else "no"
    good_enough = "yes" if random.random() < SHARE_GOOD_ENOUGH else "no"
    return needed | {"found": "yes", "in_time": in_time, "good_enough": good_enough}
