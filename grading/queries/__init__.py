"""Questions over several models of grading; the home page asks `waiting_for`."""

from grading.queries.rounds import waiting_for

__all__ = ["waiting_for"]
