"""Who has to catch up and how many have been trained: worked examples, and every number leads to exactly the rows it counts."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Team, User
from audit.models import Entry
from tests.factories.accounts import AgencyFactory, TeamFactory, UserFactory
from tests.factories.programmes import CohortFactory, CohortMemberFactory, ProgrammeFactory, TrainingSessionFactory
from tests.factories.training import ModuleVersionFactory
from tests.people import NOW, Cast
from tests.reading import markup_of, text_of
from training.models import Cohort, CohortMember, Module, ModuleVersion, RegisterEntry
from training.queries import coverage as queries
from training.queries import programmes

BEFORE = NOW - timedelta(days=9)


@pytest.fixture
def versions(cast: Cast) -> list[ModuleVersion]:
    return [ModuleVersionFactory(module__force=cast.police, module__title=title) for title in ("Neglect", "Risk")]


@pytest.fixture
def cohort(cast: Cast, versions: list[ModuleVersion]) -> Cohort:
    """Olu and Lin of the response team, Mina of the hub, Gail of no team; two modules."""
    programme = ProgrammeFactory(force=cast.police, set_up_by=cast.tess, gives=versions, name="For recruits")
    cohort = CohortFactory(programme=programme, name="Autumn")
    for person in (cast.olu, cast.lin, cast.mina, cast.gail):
        CohortMemberFactory(cohort=cohort, person=person)
    return cohort


def held(cohort: Cohort, version: ModuleVersion, present: dict[User, str] | None = None, **fields):
    """A closed register that says PRESENT of everybody but those named."""
    session = TrainingSessionFactory(
        cohort=cohort, module_version=version, presence="PRESENT", **{"starts_at": BEFORE, "state": "HELD"} | fields
    )
    for person, presence in (present or {}).items():
        marked = {"marked_how": "TICK", "marked_at": BEFORE, "marked_by": session.trainer}
        nothing = {"marked_how": "", "marked_at": None, "marked_by": None}
        session.entries.filter(person=person).update(presence=presence, **(marked if presence else nothing))
    return session


def standings(cohort: Cohort) -> dict[str, tuple[bool, bool]]:
    members = programmes.with_training(CohortMember.objects.filter(cohort=cohort)).select_related("person")
    return {one.person.get_short_name(): (one.is_trained, one.has_missed) for one in members}


def missing(cast: Cast, cohort: Cohort | None = None) -> list[tuple[str, int]]:
    found = programmes.modules_to_catch_up(programmes.members_of(cast.tess, cohort=cohort))
    return [(one.module.title, one.count) for one in found]


def names(cast: Cast, version: ModuleVersion) -> set[str]:
    members = programmes.members_of(cast.tess)
    found = programmes.to_catch_up(members, module_id=version.module_id, at=NOW)
    return {one.person.get_short_name() for one in found}


# --- who has to catch up ----------------------------------------------------------------------------------------------


def test_trained_is_who_was_present_at_a_session_of_every_module(cast, cohort, versions):
    neglect, risk = versions
    held(cohort, neglect, {cast.lin: "PARTLY", cast.mina: "EXCUSED", cast.gail: ""})

    assert standings(cohort) == {
        "Olu": (False, False),
        "Lin": (False, True),
        "Mina": (False, True),
        "Gail": (False, True),
    }
    assert missing(cast) == [("Neglect", 3)]
    held(cohort, risk)
    assert standings(cohort)["Olu"] == (True, False)
    assert names(cast, neglect) == {"Lin", "Mina", "Gail"}
    assert names(cast, risk) == set()


def test_an_open_register_counts_for_nothing_yet(cast, cohort, versions):
    held(cohort, versions[0], {cast.lin: "ABSENT"}, state="PLANNED")

    assert missing(cast) == []
    assert set(standings(cohort).values()) == {(False, False)}


def test_a_session_of_another_cohort_or_programme_counts_and_one_from_before_the_programme_does_not(
    cast, cohort, versions
):
    neglect, _risk = versions
    held(cohort, neglect, {cast.olu: "ABSENT", cast.lin: "ABSENT"})
    other = CohortFactory(programme=ProgrammeFactory(force=cast.police, gives=[neglect]))
    CohortMemberFactory(cohort=other, person=cast.olu)
    held(other, neglect, starts_at=BEFORE + timedelta(days=1))
    earlier = CohortFactory(programme=ProgrammeFactory(force=cast.police, gives=[neglect]))
    CohortMemberFactory(cohort=earlier, person=cast.lin)
    held(earlier, neglect, starts_at=NOW.replace(year=2025))

    assert names(cast, neglect) == {"Lin"}


def test_who_joins_after_a_session_of_their_cohort_has_to_catch_up_on_it(cast, cohort, versions):
    held(cohort, versions[0])
    CohortMemberFactory(cohort=cohort, person=cast.sam)

    assert names(cast, versions[0]) == {"Sam"}


def test_who_was_taken_out_or_has_left_has_nothing_to_catch_up(cast, cohort, versions):
    held(cohort, versions[0], {cast.lin: "ABSENT", cast.olu: "ABSENT"})
    CohortMember.objects.filter(person=cast.lin).update(left_at=NOW, left_by=cast.tess)
    User.objects.filter(pk=cast.olu.pk).update(is_active=False)

    assert missing(cast) == []
    assert sum(one.whole.all for one in queries.coverage(cast.tess)) == 2


def test_who_has_a_place_already_is_listed_with_its_day(cast, cohort, versions):
    held(cohort, versions[0], {cast.lin: "ABSENT"})
    other = CohortFactory(programme=cohort.programme)
    session = TrainingSessionFactory(cohort=other, module_version=versions[0], starts_at=NOW + timedelta(days=3))
    (before,) = programmes.to_catch_up(programmes.members_of(cast.tess), module_id=versions[0].module_id, at=NOW)
    RegisterEntry.objects.create(session=session, person=cast.lin, cohort=cohort, expected_since=NOW)
    (after,) = programmes.to_catch_up(programmes.members_of(cast.tess), module_id=versions[0].module_id, at=NOW)

    assert (before.joins_at, after.joins_at) == (None, session.starts_at)


def test_only_sessions_that_can_still_be_joined_are_offered_the_soonest_first(cast, cohort, versions):
    def session(days: int, **fields):
        return TrainingSessionFactory(
            cohort=cohort,
            module_version=fields.pop("version", versions[0]),
            starts_at=NOW + timedelta(days=days),
            **fields,
        )

    late, soon = session(9), session(2)
    session(-1)
    session(3, state="CANCELLED")
    session(4, version=versions[1])
    video = session(-3, delivery="VIDEO", ends_at=NOW + timedelta(days=1))
    TrainingSessionFactory(starts_at=NOW + timedelta(days=1))

    offered = programmes.sessions_to_join(cast.tess, module_id=versions[0].module_id, at=NOW)

    assert offered == [video, soon, late]


def test_people_of_another_force_are_not_among_them(cast, cohort, versions):
    elsewhere = CohortMemberFactory().cohort
    held(elsewhere, ModuleVersion.objects.get(module=elsewhere.programme.modules.get()), state="HELD")
    held(cohort, versions[0], {cast.lin: "ABSENT"})
    stranger = UserFactory(agency=AgencyFactory(kind="POLICE"), roles=["TRAINER"])

    assert missing(cast) == [("Neglect", 1)]
    assert programmes.modules_to_catch_up(programmes.members_of(stranger)) == []
    assert queries.coverage(stranger) == []


# --- coverage ---------------------------------------------------------------------------------------------------------


def test_coverage_by_department_is_a_count_of_everybody(cast, cohort, versions):
    neglect, risk = versions
    held(cohort, neglect, {cast.lin: "ABSENT"})
    held(cohort, risk, {cast.mina: "ABSENT", cast.gail: ""})

    (found,) = queries.coverage(cast.tess)

    lines = {line.label: (line.all, line.trained, line.missed, line.to_come) for line in [*found.lines, found.whole]}
    assert lines == {
        "MASH": (1, 0, 1, 0),
        "Testham Response": (2, 1, 1, 0),
        "No department": (1, 0, 1, 0),
        "All departments": (4, 1, 3, 0),
    }
    assert found.whole.share.percent == 25


def test_the_department_is_that_of_the_day_on_which_somebody_joined(cast, cohort):
    User.objects.filter(pk=cast.olu.pk).update(team=cast.hub_team)

    (found,) = queries.coverage(cast.tess)

    assert {line.label: line.all for line in found.lines}["Testham Response"] == 2


def test_every_number_leads_to_exactly_the_people_it_counts(client, cast, cohort, versions):
    held(cohort, versions[0], {cast.lin: "ABSENT"})
    held(cohort, versions[1], {cast.mina: "ABSENT"})
    page = markup_of(client.signed_in(cast.tess).get(reverse("training:coverage")))

    links = re.findall(r'href="(/training/coverage/[^"]+)">(\d+)<', page)
    assert len(links) >= 8
    for url, count in links:
        listed = markup_of(client.get(url))
        people = set(re.findall(r'href="/training/people/([0-9a-f-]+)/"', listed))
        assert len(people) == int(count), url
    assert Entry.objects.filter(what="training.coverage_people_listed").count() == len(links)


def team_of(cast: Cast, cohort: Cohort, name: str, size: int) -> Team:
    team = TeamFactory(agency=cast.police, name=name)
    for person in UserFactory.create_batch(size, agency=cast.police, team=team):
        CohortMemberFactory(cohort=cohort, person=person)
    return team


def test_leaders_see_counts_without_names_and_small_departments_together(client, cast, cohort):
    team_of(cast, cohort, "Aldermere Response", 6)
    team_of(cast, cohort, "Carrowdale Response", 5)

    (found,) = queries.coverage(cast.leda)

    assert {line.label: line.all for line in found.lines} == {
        "Aldermere Response": 6,
        "Carrowdale Response, MASH, Testham Response and No department together": 9,
    }
    page = client.signed_in(cast.leda).get(reverse("training:coverage"))
    assert "Fictitious Person" not in text_of(page)
    assert "/people/" not in markup_of(page)


def test_a_programme_of_few_people_is_hidden_from_leaders(client, cast, cohort):
    (found,) = queries.coverage(cast.leda)

    assert (found.is_hidden, found.lines) == (True, [])
    page = text_of(client.signed_in(cast.leda).get(reverse("training:coverage")))
    assert "Fewer than five people are in it" in page


def test_an_address_that_asks_for_nonsense_is_not_found(client, cast, cohort):
    client.signed_in(cast.tess)
    url = reverse("training:coverage_people", args=[cohort.programme_id])
    elsewhere = TeamFactory()

    for query in ("standing=best", "team=nobody", f"team={elsewhere.pk}"):
        assert client.get(f"{url}?{query}").status_code == 404
    assert client.get(f"{url}?team=none&standing=to_come").status_code == 200


# --- catching up in one step ------------------------------------------------------------------------------------------


def test_a_trainer_adds_who_missed_it_to_the_next_session_in_one_step(client, cast, cohort, versions):
    held(cohort, versions[0], {cast.lin: "ABSENT", cast.mina: "PARTLY"})
    other = CohortFactory(programme=cohort.programme)
    session = TrainingSessionFactory(
        cohort=other, module_version=versions[0], starts_at=timezone.now() + timedelta(days=3)
    )
    client.signed_in(cast.tess)
    url = reverse("training:catch_up")
    page = text_of(client.get(url))
    assert "Neglect: 2" in page
    assert "Lin Fictitious, Testham Response (Autumn)" in page

    wrong = client.post(url, {"session": str(session.pk)})
    assert (wrong.status_code, "Choose at least one person" in text_of(wrong)) == (422, True)
    member = CohortMember.objects.get(person=cast.lin)
    done = client.post(
        f"{url}?module={versions[0].module_id}", {"people": [str(member.pk)], "session": str(session.pk)}
    )

    assert done.status_code == 302
    assert list(session.entries.values_list("person__name", flat=True)) == ["Lin Fictitious"]
    assert "Lin Fictitious, Testham Response (Autumn). Has a place on" in text_of(client.get(url))


def test_without_a_session_to_join_the_page_says_so(client, cast, cohort, versions):
    held(cohort, versions[0], {cast.lin: "ABSENT"})

    page = text_of(client.signed_in(cast.tess).get(reverse("training:catch_up")))

    assert "No session of this module is planned that they could join" in page
    assert client.post(reverse("training:catch_up"), {}).status_code == 422


def test_nobody_has_to_catch_up_on_a_module_that_is_retired_and_it_keeps_nobody_untrained(cast, cohort, versions):
    held(cohort, versions[0], {cast.olu: "ABSENT"})
    held(cohort, versions[1])
    assert (missing(cast), standings(cohort)["Olu"]) == ([("Neglect", 1)], (False, True))

    Module.objects.filter(pk=versions[0].module_id).update(
        retired_on=date(2026, 1, 1), retired_reason="New law.", retired_by=cast.tess, retired_at=NOW
    )

    assert (missing(cast), standings(cohort)["Olu"]) == ([], (True, False))
