"""A person's own views of the queue, and the news that the queue tells by itself."""

import re
from datetime import timedelta
from functools import partial
from urllib.parse import urlencode

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.middleware import POLLING
from referrals import services
from referrals.models import SavedView
from tests.factories.referrals import ReferralFactory
from tests.people import NOW, make_cast
from tests.races import at_once

QUEUE = reverse("referrals:queue")
VIEWS = reverse("referrals:queue_views")
NEWS = reverse("referrals:queue_news")


def save(user, name="Mine", filters="assignee=me", **values):
    return services.save_view(name=name, filters=filters, by=user, at=NOW, **values)


def names(user):
    return list(SavedView.objects.of(user).order_by("name").values_list("name", "filters", "is_default"))


def test_a_view_is_saved_from_the_queue_and_opens_with_its_filters(client, cast):
    browser = client.signed_in(cast.mina)
    page = browser.get(VIEWS, {"risk": "3", "assignee": "me", "nonsense": "1"})
    assert page.context["words"] == ["Risk: High", "Who has it: Me"]

    browser.post(VIEWS, {"name": "My high ones", "filters": page.context["filters"]})

    assert names(cast.mina) == [("My high ones", "risk=3&assignee=me", False)]
    assert f'href="{QUEUE}?risk=3&amp;assignee=me">My high ones</a>' in browser.get(QUEUE).content.decode()


def test_only_filters_are_kept_whatever_is_sent(client, cast):
    client.signed_in(cast.mina).post(VIEWS, {"name": "Odd", "filters": "risk=3&cursor=abc&risk=9&next=//elsewhere"})
    client.signed_in(cast.mina).post(VIEWS, {"name": "None", "filters": "next=//elsewhere"})

    assert names(cast.mina) == []


def test_the_same_name_again_gets_the_new_filters(cast):
    save(cast.mina)
    save(cast.mina, name=" mine ", filters="risk=3")

    assert names(cast.mina) == [("mine", "risk=3", False)]


def test_the_queue_opens_with_the_view_that_was_chosen_and_shows_all_when_asked(client, cast):
    save(cast.mina, is_default=True)
    other = save(cast.mina, name="High", filters="risk=3")
    browser = client.signed_in(cast.mina)

    assert browser.get(QUEUE).url == f"{QUEUE}?assignee=me"
    assert browser.get(QUEUE, {"all": "on"}).status_code == 200
    browser.post(reverse("referrals:queue_view_open", args=[other.pk]))
    assert browser.get(QUEUE).url == f"{QUEUE}?risk=3"
    browser.post(reverse("referrals:queue_view_open", args=[other.pk]), {"everything": "yes"})
    assert browser.get(QUEUE).status_code == 200
    assert [is_default for _, _, is_default in names(cast.mina)] == [False, False]


def test_the_last_filter_taken_away_shows_everything_and_not_the_own_view(client, cast):
    save(cast.mina, is_default=True)

    page = client.signed_in(cast.mina).get(QUEUE, {"assignee": "me"})

    assert page.context["filters"] == [("Who has it: Me", f"{QUEUE}?all=on")]


def test_a_view_is_its_owners_alone(client, cast):
    view = save(cast.mina)
    browser = client.signed_in(cast.sam)

    for name in ("queue_view_open", "queue_view_remove"):
        assert browser.post(reverse(f"referrals:{name}", args=[view.pk])).status_code == 404
    assert "Mine" not in browser.get(VIEWS).content.decode()
    assert names(cast.mina) == [("Mine", "assignee=me", False)]


def test_a_view_is_removed(client, cast):
    view = save(cast.mina)

    client.signed_in(cast.mina).post(reverse("referrals:queue_view_remove", args=[view.pk]))
    services.remove_view(view_id=view.pk, by=cast.mina)

    assert names(cast.mina) == []


@pytest.mark.parametrize("name", ["", "   ", "x" * 61])
def test_a_view_without_a_name_is_refused_with_what_was_typed(client, cast, name):
    response = client.signed_in(cast.mina).post(VIEWS, {"name": name, "filters": "risk=3", "is_default": "on"})

    assert response.status_code == 422
    assert response.context["filters"] == "risk=3"
    assert " checked>" in response.content.decode()


def test_views_have_a_limit_and_need_the_queue(cast, monkeypatch):
    monkeypatch.setattr("referrals.services.saved_views.MOST_VIEWS", 1)
    save(cast.mina)
    save(cast.mina, filters="risk=3")

    for who, name in ((cast.mina, "Another"), (cast.olu, "Mine"), (cast.sam, " ")):
        with pytest.raises(services.CannotSaveView):
            save(who, name=name)


def test_the_database_holds_one_name_and_one_view_to_open_with(cast):
    row = {"person": cast.mina, "filters": "risk=3", "created_at": NOW}
    SavedView.objects.create(**row, name="High", is_default=True)

    for wrong, constraint in (
        ({"name": "HIGH"}, "saved_view_named_once_for_a_person"),
        ({"name": "Other", "is_default": True}, "saved_view_one_opens_the_queue"),
        ({"name": ""}, "saved_view_has_name_and_filters"),
        ({"name": "Other", "filters": ""}, "saved_view_has_name_and_filters"),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            SavedView.objects.create(**(row | wrong))


@pytest.mark.django_db(transaction=True)
def test_two_windows_that_save_at_once_leave_one_view_to_open_with():
    cast = make_cast()

    at_once(*[partial(save, cast.mina, name=name, is_default=True) for name in ("One", "Two")])

    assert sorted(is_default for _, _, is_default in names(cast.mina)) == [False, True]


def test_news_counts_what_came_since_within_the_filters_and_shows_no_row(client, cast):
    opened = timezone.now() - timedelta(minutes=5)
    for minutes, risk in ((10, 3), (2, 3), (1, 2)):
        at = timezone.now() - timedelta(minutes=minutes)
        ReferralFactory(author=cast.olu, risk_level=risk, submitted_at=at, due_at=at + timedelta(days=1))
    browser = client.signed_in(cast.mina)

    def news(**query):
        page = browser.get(f"{NEWS}?{urlencode(query)}").content.decode()
        return re.search(r'<p id="queue-news-words".*?</p>', page, re.DOTALL).group()

    assert "2 new" in news(since=opened.isoformat())
    high = news(since=opened.isoformat(), risk="3")
    assert "1 new" in high
    assert f'href="{QUEUE}?risk=3"' in high
    assert "PPN-" not in high
    for nonsense in ("", "yesterday", "2026-01-01T00:00:00", "\0"):
        assert "new" not in news(since=nonsense).replace("news", "")


def test_a_page_that_asks_for_news_does_not_keep_the_session_alive(client, cast, monkeypatch):
    browser = client.signed_in(cast.mina)
    long_ago = (timezone.now() - timedelta(minutes=20)).timestamp()
    session = browser.session
    session["renewed_at"] = long_ago
    session.save()

    browser.get(NEWS, headers={POLLING: "yes"})
    assert browser.session["renewed_at"] == long_ago
    browser.get(NEWS)
    assert browser.session["renewed_at"] > long_ago
