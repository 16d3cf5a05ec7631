"""A records system's export of incidents: a CSV of any size, the same for the same seed, and nobody in it is real."""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import TextIO

from common.clock import LONDON, start_of_day
from devtools.demo_data.incidents import STORIES, WEIGHTS, YEARS, account_of, moment_near
from devtools.demo_data.people import DISTRICTS, district_code, response_team

HEADING = (
    "occurrence_number",
    "reported_at",
    "kind",
    "district_code",
    "child_linked",
    "adult_needs",
    "domestic_abuse",
    "team",
    "officer_collar_number",
    "summary",
)
# Not the numbers of the demo's own incidents, which begin with 9900.
PREFIX = "9901"
# About as many as in a force's export: most incidents have nothing to do with somebody's vulnerability.
FLAGGED = 0.3
FAULTS = (
    ("reported_at", "2026-02-30 10:00"),
    ("reported_at", "yesterday"),
    ("kind", "BURGLERY"),
    ("district_code", "Z99999"),
    ("child_linked", "perhaps"),
    ("occurrence_number", ""),
    ("team", "No Such Team"),
)


def write_incidents(file: TextIO, *, rows: int, seed: int, today: date, wrong: int = 0) -> None:
    """Write a heading and `rows` incidents of the three years before `today`, `wrong` of them with one fault each.

    `file` is a text file opened with encoding="utf-8", newline="". Memory does not grow with the number of rows.
    """
    writer = csv.writer(file)
    writer.writerow(HEADING)
    writer.writerows(_rows(rows, seed=seed, today=today, wrong=wrong))


def _rows(count: int, *, seed: int, today: date, wrong: int) -> Iterator[list[str]]:
    random = Random(f"{seed} incident file")
    now = start_of_day(today)
    start = now - timedelta(days=YEARS * 365)
    step = (now - timedelta(hours=2) - start) / max(count, 1)
    districts = [(district_code(name), response_team(name)) for name in DISTRICTS]
    for number in range(count):
        reported_at = moment_near(random, start + step * number, end=now - timedelta(minutes=70)).astimezone(LONDON)
        district, team = random.choice(districts)
        is_flagged = random.random() < FLAGGED
        story = random.choices(STORIES, WEIGHTS)[0] if is_flagged and random.random() < 0.6 else None
        kind, summary, flags = account_of(random, story, is_flagged=is_flagged)
        row = [
            f"{PREFIX}{number:07d}",
            reported_at.isoformat(timespec="minutes"),
            kind.value,
            district,
            *("yes" if flag else "no" for flag in flags),
            team,
            str(random.randrange(9000, 9050)),
            summary,
        ]
        # Spread evenly, so that a report of refused rows has some on each of its pages.
        if (number + 1) * wrong // count > number * wrong // count:
            column, value = random.choice(FAULTS)
            row[HEADING.index(column)] = value
        yield row
