"""Who gets which answer from the pages of champions."""

from typing import Any

from tests.factories.supervision import ChampionFactory, ChampionTopicFactory
from tests.people import Cast
from tests.permissions.rows import Row, Things

COUNCIL_AND_SCHOOL = ("pam", "pat", "cory", "out")


def furnish(cast: Cast) -> dict[str, Any]:
    """Moss is champion of a topic."""
    topic = ChampionTopicFactory(agency=cast.police)
    return {"champion_topic": topic, "champion": ChampionFactory(topic=topic, person=cast.moss, named_by=cast.tess)}


def only(status: int, *names: str) -> dict[str, int]:
    return dict.fromkeys(names, status)


def champion(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["champion"].pk}


def topic(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["champion_topic"].pk}


def words(cast: Cast, things: Things) -> dict[str, Any]:
    return {"helps_with": "Whom else to ask", "reached": "Weekdays"}


def named(cast: Cast, things: Things) -> dict[str, Any]:
    first = {"starts_on_0": "2", "starts_on_1": "10", "starts_on_2": "2026"}
    return words(cast, things) | first | {"person": cast.mina.email, "topic": str(things["champion_topic"].pk)}


def written(cast: Cast, things: Things) -> dict[str, Any]:
    return {"title": "Stalking", "about": "Fixation, pursuit, unwanted contact"}


OF_POLICE = only(404, *COUNCIL_AND_SCHOOL)

ROWS: list[Row] = [
    Row("training:champions", 200, why="everybody of an agency finds the champions of their own"),
    Row("training:champion_map", 200, why="counts of the own agency"),
    Row("training:champion_new", 403, only(200, "tess")),
    Row("training:champion_new", 403, only(302, "tess"), method="POST", data=named),
    Row("training:champion_change", 403, OF_POLICE | only(200, "tess", "moss"), arguments=champion),
    Row(
        "training:champion_change",
        403,
        OF_POLICE | only(302, "tess", "moss"),
        method="POST",
        arguments=champion,
        data=words,
    ),
    Row("training:champion_end", 403, OF_POLICE | only(200, "tess", "moss"), arguments=champion),
    Row("training:champion_end", 403, OF_POLICE | only(302, "tess", "moss"), method="POST", arguments=champion),
    Row("training:champion_topics", 403, only(200, "tess")),
    Row("training:champion_topic_new", 403, only(200, "tess")),
    Row("training:champion_topic_new", 403, only(302, "tess"), method="POST", data=written),
    Row("training:champion_topic_change", 403, only(200, "tess"), arguments=topic),
    Row("training:champion_topic_change", 403, only(302, "tess"), method="POST", arguments=topic, data=written),
]
