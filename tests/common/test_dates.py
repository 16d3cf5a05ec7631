"""Lengths of time as people read them, before and after."""

from datetime import timedelta

import pytest

from common.templatetags.dates import before_or_after, duration


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (timedelta(hours=2), "2 hours after the report"),
        (timedelta(hours=-2), "2 hours before the report"),
        (timedelta(minutes=-61), "1 hour 1 minute before the report"),
        (timedelta(0), "0 minutes after the report"),
        (timedelta(days=2, minutes=5), "48 hours 5 minutes after the report"),
        (None, ""),
    ],
)
def test_before_or_after_says_which(value, words):
    assert before_or_after(value, "the report") == words


def test_a_duration_has_no_sign():
    assert duration(timedelta(hours=-3)) == duration(timedelta(hours=3)) == "3 hours"
