"""The quarterly review of who holds which role: each confirmed or ended, by whom and when; nobody confirms their own."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.enums import ReviewOutcome
from accounts.models import GrantReview, RoleGrant
from accounts.services.access_reviews import CannotReview, review_grant
from tests.accounts.signing_in import began_earlier, events, is_signed_in, signed_in_by_page
from tests.people import Cast

PAGE = reverse("access_review")


def grant_of(user: Any) -> RoleGrant:
    return RoleGrant.objects.get(user=user)


def due(at: Any) -> set[Any]:
    found = RoleGrant.objects.to_review(on=timezone.localdate(at), before=at - timedelta(days=90))
    return set(found.values_list("user", flat=True))


def test_what_was_confirmed_comes_again_after_a_quarter(cast: Cast) -> None:
    at = timezone.now()
    review_grant(grant_id=grant_of(cast.olu).pk, outcome=ReviewOutcome.KEPT, by=cast.ada, at=at)

    assert cast.olu.pk not in due(at + timedelta(days=89))
    assert cast.olu.pk in due(at + timedelta(days=91))
    assert cast.lin.pk in due(at)
    assert [(event["object"], event["outcome"]) for event in events("role.reviewed")] == [(str(cast.olu.pk), "KEPT")]


def test_a_role_that_is_ended_is_gone_at_once(cast: Cast) -> None:
    browser = signed_in_by_page(cast.olu)
    ada = signed_in_by_page(cast.ada)

    ada.post(reverse("access_review_say", args=[grant_of(cast.olu).pk]), {"outcome": "ENDED"})

    assert not is_signed_in(browser)
    assert grant_of(cast.olu).ends_on == timezone.localdate()
    review = GrantReview.objects.get()
    assert (review.outcome, review.reviewed_by) == ("ENDED", cast.ada)
    assert cast.olu.pk not in due(timezone.now())


def test_the_page_says_since_when_last_signed_in_and_who_looked(cast: Cast) -> None:
    at = timezone.now() - timedelta(days=100)
    review_grant(grant_id=grant_of(cast.olu).pk, outcome=ReviewOutcome.KEPT, by=cast.ada, at=at)

    page = signed_in_by_page(cast.ada).get(PAGE).content.decode()

    assert "Olu Fictitious: Frontline officer or staff" in page
    assert "by Ada Fictitious" in page
    assert "Never" in page


def test_nobody_reviews_their_own(cast: Cast) -> None:
    browser = signed_in_by_page(cast.ada)
    url = reverse("access_review_say", args=[grant_of(cast.ada).pk])

    assert url not in browser.get(PAGE).content.decode()
    assert (
        "Another administrator reviews your roles."
        in browser.post(url, {"outcome": "KEPT"}, follow=True).content.decode()
    )
    assert not GrantReview.objects.exists()


@pytest.mark.parametrize("who", ["lin", "olu"])
def test_only_an_administrator_reviews(cast: Cast, who: str) -> None:
    with pytest.raises(CannotReview):
        review_grant(
            grant_id=grant_of(cast.sam).pk, outcome=ReviewOutcome.KEPT, by=getattr(cast, who), at=timezone.now()
        )


def test_a_role_that_ended_meanwhile_is_told(cast: Cast) -> None:
    grant = grant_of(cast.olu)
    review_grant(grant_id=grant.pk, outcome=ReviewOutcome.ENDED, by=cast.ada, at=timezone.now())

    with pytest.raises(CannotReview, match="holds this role no more"):
        review_grant(grant_id=grant.pk, outcome=ReviewOutcome.KEPT, by=cast.ada, at=timezone.now())


def test_a_role_is_ended_once(cast: Cast) -> None:
    grant = grant_of(cast.olu)
    GrantReview.objects.create(
        grant=grant, outcome=ReviewOutcome.ENDED, reviewed_by=cast.ada, reviewed_at=timezone.now()
    )

    with pytest.raises(IntegrityError, match="grant_review_ends_a_role_once"), transaction.atomic():
        GrantReview.objects.create(
            grant=grant, outcome=ReviewOutcome.ENDED, reviewed_by=cast.ada, reviewed_at=timezone.now()
        )


def test_saying_so_asks_who_one_is(cast: Cast) -> None:
    browser = signed_in_by_page(cast.ada)
    began_earlier(browser, timedelta(minutes=16))

    answer = browser.post(reverse("access_review_say", args=[grant_of(cast.olu).pk]), {"outcome": "ENDED"})

    assert answer["Location"].startswith("/account/reauthenticate/")
    assert grant_of(cast.olu).ends_on is None


@pytest.mark.parametrize("outcome", ["", "ELSE"])
def test_saying_nothing_changes_nothing(cast: Cast, outcome: str) -> None:
    signed_in_by_page(cast.ada).post(reverse("access_review_say", args=[grant_of(cast.olu).pk]), {"outcome": outcome})

    assert not GrantReview.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_the_same_whatever_its_length(cast: Cast, count: int, django_assert_num_queries: Any) -> None:
    ada = signed_in_by_page(cast.ada)
    shown = list(RoleGrant.objects.order_by("pk").values_list("pk", flat=True)[:count])
    for grant in RoleGrant.objects.exclude(pk__in=shown).exclude(user=cast.ada):
        GrantReview.objects.create(
            grant=grant, outcome=ReviewOutcome.KEPT, reviewed_by=cast.sam, reviewed_at=timezone.now()
        )

    # Session, person, roles, the rights once more, page, count, access log.
    with django_assert_num_queries(6):
        ada.get(PAGE)
