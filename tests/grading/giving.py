"""Whole grades, as a grader gives them through the service or through the page."""

from typing import Any

from grading.enums import Criterion

STRENGTH = "The child's own words are there."
LEARNING_POINT = "Say who else lives in the home, and since when they have."


def whole(overall: int = 3, **changes: Any) -> dict[str, Any]:
    """What `submit_grade` takes: each criterion marked with the overall grade, so that this is what they suggest."""
    marks = dict.fromkeys(Criterion.values, overall) | changes.pop("criteria", {})
    return {"overall": overall, "criteria": marks, "strength": STRENGTH, "learning_point": LEARNING_POINT} | changes


def posted(overall: int = 3, **changes: str) -> dict[str, str]:
    """The same as the page sends it."""
    marks = dict.fromkeys(Criterion.values, str(overall))
    return {"overall": str(overall), "strength": STRENGTH, "learning_point": LEARNING_POINT} | marks | changes
