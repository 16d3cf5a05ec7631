"""Who gets which answer from the scenarios before and after a session, from what people thought of it, from questions and from what became of it."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.factories.partners import (
    BookingFactory,
    FollowUpFactory,
    ScenarioAnswerFactory,
    ScenarioVersionFactory,
    SessionFactory,
    SessionQuestionFactory,
)
from tests.people import Cast
from tests.permissions.rows import Row, Things


def furnish(cast: Cast) -> dict[str, Any]:
    """A session about Clare's Law to come, and one that was yesterday; Pat has a place on both and answered at the second."""
    version = ScenarioVersionFactory(force=cast.police, written_by=cast.tess)
    given = {"host": cast.police, "planned_by": cast.tess, "kind": "CLARES_LAW"}
    coming = SessionFactory(**given, starts_at=timezone.now() + timedelta(days=52))
    over = SessionFactory(**given, starts_at=timezone.now() - timedelta(days=1), state="HELD")
    booking = BookingFactory(session=coming, user=cast.pat)
    attended = BookingFactory(session=over, user=cast.pat, state="PRESENT")
    theirs = BookingFactory(session=coming, user=cast.out)
    past = ScenarioVersionFactory(force=cast.police, written_by=cast.tess)
    for asked in ("BEFORE", "AFTER"):
        ScenarioAnswerFactory(booking=attended, version=version, asked=asked)
    later = SessionFactory(**given, starts_at=timezone.now() - timedelta(days=100), state="HELD")
    due = BookingFactory(session=later, user=cast.pat, state="PRESENT")
    earlier = SessionFactory(**given, starts_at=timezone.now() - timedelta(days=200), state="HELD")
    story = FollowUpFactory(booking=BookingFactory(session=earlier, user=cast.pat, state="PRESENT"))
    asked = {"session": coming, "asked_by": cast.pat}
    return {
        "learning_question": SessionQuestionFactory(**asked),
        "learning_published": SessionQuestionFactory(**asked, published=True),
        "learning_due": due,
        "learning_told": story.booking,
        "learning_story": story,
        "learning_booking": booking,
        "learning_attended": attended,
        "learning_elsewhere": theirs,
        "learning_version": past,
        "learning_session": over,
    }


def of(thing: str) -> Any:
    return lambda cast, things: {"pk": things[f"learning_{thing}"].pk}


def answered(cast: Cast, things: Things) -> dict[str, Any]:
    return {
        "asked": "BEFORE",
        "version": str(things["learning_version"].pk),
        "first": "1",
        "second": "4",
        "confidence": "2",
    }


ROWS: list[Row] = [
    Row(
        "partners:booking_scenarios",
        404,
        {"pat": 200, "cory": 403},
        arguments=of("booking"),
        why="Whose place it is, and nobody who booked for them",
    ),
    Row("partners:booking_scenarios", 404, {"pat": 200, "cory": 403}, arguments=of("attended")),
    Row("partners:booking_scenarios", 404, {"out": 200}, arguments=of("elsewhere")),
    Row(
        "partners:booking_scenarios",
        404,
        {"pat": 302, "cory": 403},
        method="POST",
        arguments=of("booking"),
        data=answered,
    ),
    Row("partners:booking_feedback", 404, {"pat": 200, "cory": 403}, arguments=of("attended")),
    Row("partners:booking_feedback", 404, {"pat": 302, "cory": 403}, arguments=of("booking"), why="It is not over yet"),
    Row(
        "partners:booking_feedback",
        404,
        {"pat": 302, "cory": 403},
        method="POST",
        arguments=of("attended"),
        data=lambda cast, things: {"useful": "4", "sure_before": "2", "sure_after": "5"},
    ),
    Row(
        "partners:session_feedback",
        404,
        {"tess": 200, "pat": 403, "cory": 403},
        arguments=of("session"),
        why="Sums of five people and more, for trainers of the force",
    ),
    Row("partners:booking_follow_up", 404, {"pat": 200, "cory": 403}, arguments=of("due")),
    Row(
        "partners:booking_follow_up",
        404,
        {"pat": 302, "cory": 403},
        method="POST",
        arguments=of("due"),
        data=lambda cast, things: {"used": "YES", "how": "We told her."},
    ),
    Row("partners:booking_story_take_back", 404, {"pat": 302, "cory": 403}, method="POST", arguments=of("told")),
    Row("partners:stories", 403, dict.fromkeys(("tess", "sam", "leda", "ana"), 200), why="Trainers, and trends"),
    Row("partners:story_set_aside", 403, {"tess": 200}, arguments=of("story")),
    Row("partners:story_set_aside", 403, {"tess": 302}, method="POST", arguments=of("story")),
    Row("partners:booking_ask", 404, {"pat": 200, "cory": 403}, arguments=of("booking")),
    Row(
        "partners:booking_ask",
        404,
        {"pat": 302, "cory": 403},
        method="POST",
        arguments=of("booking"),
        data=lambda cast, things: {"words": "May I?", "key": "0d5c2d8e-5a0e-4f1c-9a35-0c7f5d0c9c57"},
    ),
    Row("partners:knowledge", 200, why="Everybody who signs in: it names nobody"),
    Row("partners:questions", 403, {"tess": 200}, why="Trainers of the force"),
    Row("partners:question", 404, {"tess": 200, "pat": 200}, arguments=of("question"), why="Who asked, and trainers"),
    Row("partners:question_answer", 404, {"tess": 200, "pat": 403}, arguments=of("question")),
    Row(
        "partners:question_answer",
        404,
        {"tess": 302, "pat": 403},
        method="POST",
        arguments=of("question"),
        data=lambda cast, things: {"answer": "Yes."},
    ),
    Row("partners:question_publish", 404, {"tess": 200, "pat": 403}, arguments=of("published")),
    Row("partners:question_publish", 404, {"tess": 422, "pat": 403}, method="POST", arguments=of("published")),
    Row("partners:question_take_down", 404, {"tess": 302, "pat": 403}, method="POST", arguments=of("published")),
    Row("partners:scenarios", 403, {"tess": 200}, why="Trainers of a police force"),
    Row("partners:scenarios_write", 403, {"tess": 200}),
    Row("partners:scenarios_write", 403, {"tess": 422}, method="POST"),
]
