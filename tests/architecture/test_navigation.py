"""The navigation of each role: six tasks at most, and whatever it leads to opens."""

import re

import pytest

from accounts.roles import ROLES
from config.navigation import navigation_for
from tests.factories.accounts import UserFactory

MOST_TASKS = 6


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_role_has_six_tasks_at_most_and_every_page_that_they_lead_to_opens(client, cast, role):
    agency = cast.police if ROLES[role].police_only else cast.council
    user = UserFactory(agency=agency, team=cast.hub_team if agency == cast.police else None, roles=[role])
    client.signed_in(user)
    tasks = navigation_for(user, "/").tasks

    assert 1 < len(tasks) <= MOST_TASKS
    for task in tasks:
        for link in [task, *navigation_for(user, task.url).pages]:
            assert client.get(link.url).status_code == 200, link


def test_a_task_with_one_page_bears_its_name_and_shows_no_pages_below(client, cast):
    navigation = navigation_for(cast.gail, "/grading/rounds/")

    assert [link.title for link in navigation.tasks] == ["Home", "Grading"]
    assert navigation.pages == []


def test_the_pages_of_the_task_stand_below_it_and_say_where_one_is(client, cast):
    page = client.signed_in(cast.sam).get("/referrals/meetings/").content.decode()

    below = re.findall(r'class="moj-sub-navigation__link"[^>]*>([^<]+)<', page)
    assert below[:3] == ["Queue", "Daily meeting", "Answers awaited"]
    assert re.search(r'href="/referrals/meetings/" aria-current="page">Daily meeting', page)
    assert re.search(r'aria-current="true">Casework', page)


@pytest.mark.parametrize("path", ["/grading/trend/", "/grading/rounds/results/", "/grading/rounds/themes/"])
def test_grades_over_time_and_what_it_leads_to_belong_to_grading(cast, path):
    navigation = navigation_for(cast.leda, path)

    assert [link.title for link in navigation.pages if link.current] == ["Grading"]
    assert [link.title for link in navigation.tasks if link.current] == ["Quality"]


def test_nobody_signed_in_has_no_navigation(client, db):
    assert "app-navigation" not in client.get("/account/login/").content.decode()
