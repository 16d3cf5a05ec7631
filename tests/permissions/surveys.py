"""Who gets which answer from the pages of surveys. One is asked of the whole force."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.factories.supervision import SurveyFactory, SurveyTemplateFactory
from tests.people import Cast
from tests.permissions.rows import Row, Things

OF_ANOTHER_AGENCY = ("pam", "pat", "cory", "out")
RUNS = ("tess", "leda")


def furnish(cast: Cast) -> dict[str, Any]:
    """A survey that is open today, and questions that nobody has asked yet."""
    today = timezone.localdate()
    template = SurveyTemplateFactory(agency=cast.police, made_by=cast.tess)
    days = {"opens_on": today - timedelta(days=3), "closes_on": today + timedelta(days=10)}
    return {
        "survey": SurveyFactory(template=template, **days),
        "survey_template": SurveyTemplateFactory(agency=cast.police, made_by=cast.tess),
    }


def only(status: int, *names: str) -> dict[str, int]:
    return dict.fromkeys(names, status)


def survey(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["survey"].pk}


def template(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["survey_template"].pk}


def answers(cast: Cast, things: Things) -> dict[str, Any]:
    return {"question_1": "4"}


def opened(cast: Cast, things: Things) -> dict[str, Any]:
    today = timezone.localdate()
    first = {"opens_on_0": str(today.day), "opens_on_1": str(today.month), "opens_on_2": str(today.year)}
    last = {name.replace("opens", "closes"): value for name, value in first.items()}
    return first | last | {"template": str(things["survey_template"].pk), "team": ""}


def questions(cast: Cast, things: Things) -> dict[str, Any]:
    kinds = {f"kind_{number}": "SCALE" for number in range(1, 11)}
    return kinds | {"title": "New questions", "words_1": "I am heard."}


ROWS: list[Row] = [
    Row("training:surveys", 200, why="what waits for oneself"),
    Row("training:survey_answer", 200, only(404, *OF_ANOTHER_AGENCY), arguments=survey),
    Row("training:survey_answer", 302, only(404, *OF_ANOTHER_AGENCY), method="POST", arguments=survey, data=answers),
    Row("training:survey", 403, only(200, *RUNS), arguments=survey),
    Row("training:survey_withdraw", 403, only(200, *RUNS), arguments=survey),
    Row("training:survey_withdraw", 403, only(302, *RUNS), method="POST", arguments=survey),
    Row("training:survey_new", 403, only(200, *RUNS)),
    Row("training:survey_new", 403, only(302, *RUNS), method="POST", data=opened),
    Row("training:survey_template_new", 403, only(200, *RUNS)),
    Row("training:survey_template_new", 403, only(302, *RUNS), method="POST", data=questions),
    Row("training:survey_template", 403, only(200, *RUNS), arguments=template),
]
