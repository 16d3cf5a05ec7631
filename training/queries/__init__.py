"""Questions over several models of training; the home page asks `waiting_for`."""

from training.queries.records import waiting_for

__all__ = ["waiting_for"]
