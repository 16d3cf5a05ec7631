"""Days and moments as graders read them: so long before or after the PPN was sent.

A day can tell who somebody is (the newspaper wrote of it), and graders need none: what counts for a grade is how long it took
and how long it has gone on. A month without its day stays, and so does a weekday or a time.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

from common.clock import MONTHS, london_day
from common.templatetags.dates import duration

DAYS_COUNTED = 31
MONTHS_COUNTED = 18

_NAMES = "|".join(f"{month}|{month[:4]}|{month[:3]}" for month in MONTHS)
_DAY = r"(?P<{0}day>[0-3]?\d)(?:st|nd|rd|th)?"
_MONTH = rf"(?P<{{0}}month>(?i:{_NAMES}))\b\.?"
_GAP = r"[\s/.\-]*"
_YEAR = r"(?P<{0}year>(?:19|20)\d\d|'\d\d|\d\d(?=[\s,.;)]|$))"
# 14 September 2026, 14th of Sept · September 14, 2026 · 14/9/2026, 14.09.26 · 2026-09-14 · on 14/9
_WAYS = (
    rf"{_DAY}{_GAP}(?:of\s+)?{_MONTH}(?:,?{_GAP}{_YEAR})?".replace("{0}", "a"),
    rf"{_MONTH}{_GAP}{_DAY}(?!\d)(?!:)(?:,?{_GAP}{_YEAR})?".replace("{0}", "b"),
    r"(?P<cday>[0-3]?\d)\s*(?P<csep>[/.\-\s])\s*(?P<cmonth>[01]?\d)\s*(?P=csep)\s*(?P<cyear>(?:19|20)?\d\d)",
    r"(?P<dyear>(?:19|20)\d\d)[/.\-](?P<dmonth>[01]?\d)[/.\-](?P<dday>[0-3]?\d)",
    r"(?<=on )(?P<eday>[0-3]?\d)/(?P<emonth>[01]?\d)",
)
_DATE = re.compile(rf"(?<![\w/])(?:{'|'.join(_WAYS)})(?![\w/])", re.IGNORECASE)


def day_pattern(day: date) -> "re.Pattern[str]":
    """The day as it may be typed: 3/4/2015, 03.04.15, 2015-04-03, 3rd of April 2015, April 3, 3 Apr, 3-Apr-2015."""
    month = MONTHS[day.month - 1]
    name = f"(?:{month}|{month[:3]}|{month[:4]})\\.?"
    year = f"(?:{day.year}|'?{day.year % 100:02d})"
    number = f"0?{day.day}(?:st|nd|rd|th)?"
    separator, gap = r"\s*[/.\-\s]\s*", r"[\s/.\-]*"
    ways = [
        f"0?{day.day}{separator}0?{day.month}{separator}{year}",
        f"{day.year}{separator}0?{day.month}{separator}0?{day.day}",
        f"{number}{gap}(?:of\\s+)?{name}(?:,?{gap}{year})?",
        f"{name}{gap}{number}(?:,?{gap}{year})?",
    ]
    return re.compile(rf"(?<!\w)(?:{'|'.join(ways)})(?!\w)", re.IGNORECASE)


def any_date() -> "re.Pattern[str]":
    """A day of some month, with or without the year."""
    return _DATE


def label_of_date(sent_on: date) -> "Callable[[re.Match[str]], str]":
    """What stands in place of a date that was found."""

    def label(found: "re.Match[str]") -> str:
        parts = {name[1:]: text for name, text in found.groupdict().items() if text and name != "csep"}
        day = _day_meant(parts, near=sent_on)
        return f"[{days_apart(day, sent_on)}]" if day else "[date]"

    return label


def days_apart(day: date, sent_on: date) -> str:
    """3 days before the PPN; about 5 months after the PPN."""
    days = (day - sent_on).days
    if days == 0:
        return "the day of the PPN"
    return f"{_long(abs(days))} {'after' if days > 0 else 'before'} the PPN"


def moments_apart(moment: datetime, sent_at: datetime) -> str:
    """3 hours 20 minutes before the PPN; by days from two days on."""
    apart = moment - sent_at
    if abs(apart) >= timedelta(days=2):
        return days_apart(london_day(moment), london_day(sent_at))
    if abs(apart) < timedelta(minutes=1):
        return "at the time of the PPN"
    return f"{duration(apart)} {'after' if apart > timedelta() else 'before'} the PPN"


def _long(days: int) -> str:
    if days <= DAYS_COUNTED:
        return "1 day" if days == 1 else f"{days} days"
    months, years = round(days / 30.44), round(days / 365.25)
    if months <= MONTHS_COUNTED:
        return "about a month" if months == 1 else f"about {months} months"
    return f"about {years} years"


def _day_meant(parts: dict[str, str], *, near: date) -> date | None:
    day, month = int(parts["day"]), _number_of_month(parts["month"])
    if "year" in parts:
        return _date_or_none(_full_year(parts["year"], near), month, day)
    nearest = [_date_or_none(year, month, day) for year in (near.year - 1, near.year, near.year + 1)]
    return min(filter(None, nearest), key=lambda found: abs((found - near).days), default=None)


def _number_of_month(text: str) -> int:
    if text.isdigit():
        return int(text)
    return next(number for number, name in enumerate(MONTHS, start=1) if name[:3].lower() == text[:3].lower())


def _full_year(text: str, near: date) -> int:
    year = int(text.lstrip("'"))
    if year >= 100:
        return year
    return 2000 + year if 2000 + year <= near.year + 1 else 1900 + year


def _date_or_none(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
