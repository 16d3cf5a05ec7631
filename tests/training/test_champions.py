"""Champions: named, described, stepping down or ended, found by colleagues, and what the database refuses."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from audit.models import Entry
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.supervision import ChampionFactory, ChampionTopicFactory
from tests.people import NOW, Cast, make_cast
from tests.races import at_once
from training.models import Champion, ChampionTopic
from training.queries.champions import champions_to_ask, map_of
from training.services import champions as services

TODAY = date(2026, 11, 20)
WORDS = {"helps_with": "Which questions to ask", "reached": "Weekdays"}


def topic_of(cast: Cast, **fields) -> ChampionTopic:
    return ChampionTopicFactory(**{"agency": cast.police} | fields)


def name_champion(cast: Cast, topic: ChampionTopic, **fields) -> Champion:
    values = WORDS | {"person": cast.moss, "starts_on": TODAY, "by": cast.tess, "at": NOW} | fields
    return services.name_champion(topic=topic, **values)


def end(champion: Champion, by, at=NOW) -> Champion:
    return services.end_champion(champion_id=champion.pk, by=by, at=at)


def found(cast: Cast, on: date = TODAY, **filters) -> list[str]:
    champions = champions_to_ask(cast.olu, on=on, **filters).order_by("person__name")
    return [champion.person.get_short_name() for champion in champions]


def test_trainers_keep_the_topics_of_their_agency(cast):
    topic = services.add_topic(title=" Neglect ", about=" Missed care ", by=cast.tess, at=NOW)
    assert (topic.title, topic.about, topic.agency) == ("Neglect", "Missed care", cast.police)
    with pytest.raises(services.CannotKeepTopic, match="of that title already"):
        services.add_topic(title="Neglect", about="Else", by=cast.tess, at=NOW)
    with pytest.raises(services.CannotKeepTopic, match="what belongs to it"):
        services.add_topic(title="Stalking", about=" ", by=cast.tess, at=NOW)
    champion = name_champion(cast, topic)

    services.change_topic(
        topic_id=topic.pk, title="Neglect", about="Missed care", is_listed=False, by=cast.tess, at=NOW
    )

    assert found(cast) == []
    assert Champion.objects.get() == champion
    with pytest.raises(services.CannotNameChampion, match="not on the list"):
        name_champion(cast, topic, person=cast.mina)
    assert list(Entry.objects.order_by("pk").values_list("what", flat=True)) == [
        "training.topic_added",
        "training.champion_named",
        "training.topic_changed",
    ]


@pytest.mark.parametrize("name", ["olu", "lin", "sam", "moss", "ada", "leda", "out"])
def test_nobody_but_a_trainer_keeps_topics_or_names_champions(cast, name):
    by, topic = getattr(cast, name), topic_of(cast)
    with pytest.raises(services.CannotKeepTopic):
        services.add_topic(title="Mine", about="All of it", by=by, at=NOW)
    with pytest.raises(services.CannotKeepTopic):
        services.change_topic(topic_id=topic.pk, title="Mine", about="All", is_listed=True, by=by, at=NOW)
    with pytest.raises(services.CannotNameChampion):
        name_champion(cast, topic, by=by)


def test_champions_are_people_of_the_agency_for_topics_of_the_agency(cast):
    with pytest.raises(services.CannotNameChampion, match="not of your agency"):
        name_champion(cast, topic_of(cast), person=cast.pat)
    with pytest.raises(services.CannotNameChampion, match="not of your agency"):
        name_champion(cast, topic_of(cast), person=UserFactory(agency=cast.police, is_active=False))
    with pytest.raises(services.CannotNameChampion, match="agency's topics"):
        name_champion(cast, topic_of(cast, agency=AgencyFactory(kind="POLICE")))
    with pytest.raises(services.CannotNameChampion, match="when they can be reached"):
        name_champion(cast, topic_of(cast), reached=" ")
    with pytest.raises(services.CannotNameChampion, match="before the first"):
        name_champion(cast, topic_of(cast), ends_on=TODAY)


def test_nobody_is_champion_of_a_topic_twice_at_a_time_and_history_is_kept(cast):
    topic = topic_of(cast)
    first = name_champion(cast, topic, ends_on=date(2026, 12, 20))
    with pytest.raises(services.CannotNameChampion, match="in these days already"):
        name_champion(cast, topic, starts_on=date(2026, 12, 19))
    name_champion(cast, topic, starts_on=date(2026, 12, 20))
    name_champion(cast, topic_of(cast))
    name_champion(cast, topic, person=cast.mina)

    with pytest.raises(IntegrityError), transaction.atomic():
        ChampionFactory(topic=topic, person=cast.moss, starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 21))
    with pytest.raises(IntegrityError), transaction.atomic():
        Champion.objects.filter(pk=first.pk).update(ends_on=date(2026, 11, 19))
    with pytest.raises(IntegrityError), transaction.atomic():
        Champion.objects.filter(pk=first.pk).update(ended_at=NOW)
    with pytest.raises(DatabaseError, match="not changed"), transaction.atomic():
        Champion.objects.filter(pk=first.pk).update(person=cast.sam)
    with pytest.raises(DatabaseError, match="not removed"), transaction.atomic():
        Champion.objects.all()._raw_delete("default")
    assert Champion.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_two_trainers_at_once_name_one_champion():
    cast = make_cast()
    topic = topic_of(cast)
    other = UserFactory(agency=cast.police, roles=["TRAINER"])
    given = at_once(
        lambda: name_champion(cast, topic),
        lambda: name_champion(cast, topic, by=other),
        refusal=services.CannotNameChampion,
    )

    assert Champion.objects.count() == 1
    assert [type(one).__name__ for one in given].count("CannotNameChampion") == 1


def test_a_champion_changes_what_colleagues_read_and_steps_down(cast):
    champion = name_champion(cast, topic_of(cast))
    values = {"helps_with": "Whom to ask", "reached": "Nights", "phone": "Extension 12", "refresh_by": None}
    services.describe_champion(champion_id=champion.pk, by=cast.moss, at=NOW, **values)
    later = NOW + timedelta(days=3)

    ended = end(champion, cast.moss, at=later)
    assert end(champion, cast.tess, at=later) == ended

    champion.refresh_from_db()
    assert (champion.helps_with, champion.ends_on, champion.end_reason, champion.ended_by) == (
        "Whom to ask",
        date(2026, 11, 23),
        "STEPPED_DOWN",
        cast.moss,
    )
    assert (found(cast), found(cast, on=date(2026, 11, 23))) == (["Moss"], [])
    with pytest.raises(services.CannotDescribeChampion, match="no more"):
        services.describe_champion(champion_id=champion.pk, by=cast.moss, at=later, **values)


def test_a_trainer_ends_it_and_one_that_was_to_begin_never_counts(cast):
    champion = end(name_champion(cast, topic_of(cast), starts_on=date(2026, 12, 1)), cast.tess)

    assert (champion.ends_on, champion.end_reason) == (date(2026, 12, 1), "ENDED")
    assert found(cast, on=date(2026, 12, 1)) == []


@pytest.mark.parametrize("name", ["mina", "sam", "lin", "ada", "out"])
def test_nobody_else_changes_or_ends_a_champion(cast, name):
    champion, by = name_champion(cast, topic_of(cast)), getattr(cast, name)

    with pytest.raises(services.CannotEndChampion):
        end(champion, by)
    with pytest.raises(services.CannotDescribeChampion):
        services.describe_champion(champion_id=champion.pk, phone="", refresh_by=None, by=by, at=NOW, **WORDS)


def test_colleagues_find_a_champion_by_topic_team_and_words(cast):
    neglect = topic_of(cast, title="Neglect", about="Missed care")
    stalking = topic_of(cast, title="Stalking", about="Fixation")
    name_champion(cast, neglect)
    name_champion(cast, stalking, person=cast.olu, helps_with="Patterns of calls")
    ChampionFactory(topic=ChampionTopicFactory(agency=cast.council, title="Neglect"), person=cast.pat)

    assert found(cast) == ["Moss", "Olu"]
    assert found(cast, topic=neglect.pk) == ["Moss"]
    assert found(cast, team=cast.response_team.pk) == ["Olu"]
    assert (found(cast, words="missed"), found(cast, words="calls PATTERN")) == (["Moss"], ["Olu"])
    assert (found(cast, words="fictitious moss"), found(cast, words="missed calls")) == (["Moss"], [])
    cast.moss.is_active = False
    cast.moss.save()
    assert found(cast) == ["Olu"]


def test_the_map_says_which_team_has_nobody_for_a_topic(client, cast, django_assert_num_queries):
    neglect, stalking = (topic_of(cast, title=title) for title in ("Neglect", "Stalking"))
    name_champion(cast, neglect, person=cast.lin)
    name_champion(cast, neglect, person=cast.olu, starts_on=TODAY + timedelta(days=1))
    end(name_champion(cast, stalking, person=cast.mina), cast.tess)
    alone = UserFactory(agency=cast.police, team=None)
    name_champion(cast, stalking, person=alone)
    ChampionFactory(topic=topic_of(cast, title="Unlisted", is_listed=False), person=cast.moss)

    with django_assert_num_queries(3):
        found = map_of(cast.olu, on=TODAY)

    lines = {line.name: ([count for _, count in line.counts], line.lacking) for line in found.teams}
    assert lines[cast.lin.team.name] == ([1, 0], 1)
    assert lines["In no team"] == ([0, 1], 1)
    assert [(str(topic), people) for topic, people in found.topics] == [("Neglect", 1), ("Stalking", 1)]
    assert all(
        counts == [0, 0] for name, (counts, _) in lines.items() if name not in (cast.lin.team.name, "In no team")
    )


def test_a_number_of_the_map_leads_to_whom_one_can_ask(client, cast):
    topic = topic_of(cast, title="Neglect")
    ChampionFactory(topic=topic, person=cast.lin, starts_on=TODAY)
    client.signed_in(cast.olu)

    page = client.get(reverse("training:champion_map")).content.decode()
    address = f"{reverse('training:champions')}?topic={topic.pk}&amp;team={cast.lin.team_id}"

    assert address in page
    assert "Lin Fictitious" in client.get(address.replace("&amp;", "&")).content.decode()
