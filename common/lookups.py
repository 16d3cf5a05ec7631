"""Conditions that PostgreSQL reads as they are written."""

from django.db.models import Exists


class LookedUp(Exists):
    """Whether such a row is there: one look into its index for each row that is asked about, and never more.

    Beside an OR, PostgreSQL would rather read every such row first and keep them in a table of its own, because it does not see
    that a page ends after 25 rows: of an agency that was given a hundred thousand, all. It may not where an OFFSET stands.
    """

    template = "EXISTS(%(subquery)s OFFSET 0)"
