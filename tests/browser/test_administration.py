"""The administration stands in the navigation of the service: what else administrators do is one step away, by keyboard too."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.axe import faults_of
from tests.browser.conftest import OpenAs
from tests.people import Cast


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["admin:index", "admin:accounts_user_changelist"])
def test_an_administrator_goes_from_the_administration_to_the_review_by_keyboard(
    cast: Cast, open_as: OpenAs, name: str
) -> None:
    page = open_as(cast.ada, reverse(name), javascript=False)
    below = page.get_by_role("navigation", name="People and agencies")
    expect(below.get_by_role("link")).to_have_text(
        ["People and agencies", "Walk-ins and accounts", "Review who may do what"]
    )

    review = below.get_by_role("link", name="Review who may do what")
    for _ in range(40):
        page.keyboard.press("Tab")
        if review.evaluate("link => link === document.activeElement"):
            break
    outline = review.evaluate("link => getComputedStyle(link).outlineStyle")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(re.escape(reverse("access_review")) + "$"))
    assert outline == "solid"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [320, 1280])
def test_its_navigation_has_no_fault_and_fits(cast: Cast, open_as: OpenAs, width: int) -> None:
    page = open_as(cast.ada, reverse("admin:index"), width=width)

    for navigation in page.locator("nav.app-admin-navigation").all():
        box = navigation.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= width
    assert [fault for fault in faults_of(page) if "app-admin-navigation" in str(fault)] == []
