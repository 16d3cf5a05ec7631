"""Days from one until another, as the database compares them: the day on which a period ends is the first without it."""

from datetime import date

from django.contrib.postgres.fields.ranges import DateRangeField
from django.db.models import Func, Q


class Days(Func):
    """A range of days for exclusion constraints. Without an end it is open."""

    function = "DATERANGE"
    output_field = DateRangeField()


def covering(on: date) -> Q:
    """Rows with `starts_on` and `ends_on` whose period holds that day."""
    return Q(Q(ends_on=None) | Q(ends_on__gt=on), starts_on__lte=on)
