"""Pages of who keeps the records: what they show and do not show, what they ask, and that they cost the same however long the list."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from audit.models import Entry
from referrals import services
from referrals.models import Conflict, LegalHold, RetentionReview
from tests.factories.referrals import PersonFactory
from tests.people import Cast
from tests.permissions.retention import LONG_AGO, REASON, ended, reviewed
from tests.referrals.test_retention import NO_TO_ALL, ivo

__all__ = ["ivo"]

QUEUE = reverse("retention")


def page_of(review: RetentionReview) -> str:
    return reverse("retention_review", args=[review.pk])


def rows(response: Any) -> list[str]:
    return [review.referral.reference for review in response.context["page"].items]


def proposed_by(user: User) -> dict[str, Any]:
    return {"reason": REASON, "decided_at": datetime(2026, 1, 1, tzinfo=UTC), "decided_by": user}


@pytest.fixture
def iggy(cast: Cast, client: Any) -> Any:
    return client.signed_in(cast.iggy)


def test_the_queue_shows_what_somebody_has_to_see_to_first_what_is_due_first(cast: Cast, ivo: User, iggy: Any) -> None:
    later = reviewed(ended(cast), cast, state="DUE")
    earlier = reviewed(ended(cast, at=LONG_AGO - timedelta(days=400)), cast, state="PROPOSED", **proposed_by(ivo))
    reviewed(ended(cast), cast, state="SCHEDULED")

    assert rows(iggy.get(QUEUE)) == [earlier.referral.reference, later.referral.reference]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"state": "PROPOSED"}, ["proposed"]),
        ({"state": "SCHEDULED"}, ["scheduled"]),
        ({"group": "2"}, ["serious"]),
        ({"held": "yes"}, ["held"]),
        ({"care": "yes"}, ["young"]),
        ({"held": "no", "group": "4", "state": "DUE"}, ["due", "young"]),
        ({"state": "NONSENSE"}, ["due", "held", "proposed", "serious", "young"]),
    ],
)
def test_the_queue_is_narrowed(cast: Cast, ivo: User, iggy: Any, asked: dict[str, str], found: list[str]) -> None:
    made = {
        "due": reviewed(ended(cast), cast, state="DUE"),
        "scheduled": reviewed(ended(cast), cast, state="SCHEDULED"),
        "proposed": reviewed(ended(cast), cast, state="PROPOSED", **proposed_by(ivo)),
        "held": reviewed(ended(cast), cast, state="DUE"),
        "young": reviewed(ended(cast), cast, state="DUE"),
        "serious": reviewed(ended(cast), cast, state="DUE"),
    }
    RetentionReview.objects.filter(pk=made["young"].pk).update(has_child_under_ten=True)
    RetentionReview.objects.filter(pk=made["serious"].pk).update(group=2, group_by_rule=2)
    services.place_hold(
        reference=made["held"].referral.reference,
        reason="CIVIL",
        words="Case 3.",
        starts_on=LONG_AGO.date(),
        by=cast.iggy,
        at=datetime.now(UTC),
    )

    names = {review.referral.reference: name for name, review in made.items()}
    assert sorted(names[reference] for reference in rows(iggy.get(QUEUE, asked))) == found


@pytest.mark.parametrize("count", [1, 3])
def test_the_queue_costs_the_same_however_long_it_is(
    cast: Cast, iggy: Any, count: int, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        reviewed(ended(cast), cast, state="DUE")
    iggy.get(QUEUE)

    with django_assert_num_queries(6):
        iggy.get(QUEUE)


def test_a_review_shows_what_the_rule_goes_by_and_nobody(cast: Cast, iggy: Any) -> None:
    review = reviewed(ended(cast), cast, state="DUE")
    PersonFactory(referral=review.referral, given_names="Zebedee", family_name="Quillfeather", estimated_age=7)

    page = iggy.get(page_of(review)).content.decode()

    assert "Missing" in page
    assert "The youngest was 7" in page
    assert not any(word in page for word in ("Zebedee", "Quillfeather", "cold flat"))
    assert Entry.objects.filter(what="retention.review_read", object_id=str(review.referral_id)).count() == 1


@pytest.mark.parametrize("closed_by", ["restriction", "conflict"])
def test_what_is_closed_to_a_records_manager_is_not_theirs_to_review(cast: Cast, iggy: Any, closed_by: str) -> None:
    review = reviewed(ended(cast), cast, state="DUE")
    if closed_by == "restriction":
        services.restrict_referral(
            referral_id=review.referral_id,
            reason="STAFF",
            words="A fictitious colleague.",
            is_hinted=False,
            people=[cast.sam],
            by=cast.sam,
            at=datetime.now(UTC),
        )
    else:
        Conflict.objects.create(
            referral=review.referral, person=cast.iggy, source="MATCHED", why=["OWN_NAME"], noted_at=datetime.now(UTC)
        )

    response = iggy.get(QUEUE)

    assert rows(response) == []
    assert iggy.get(page_of(review)).status_code == 404
    assert ("1 more waits whose referral is restricted" in response.content.decode()) is (closed_by == "restriction")


def test_what_was_typed_is_kept_and_each_fault_stands_beside_its_question(cast: Cast, iggy: Any) -> None:
    review = reviewed(ended(cast), cast, state="DUE")

    response = iggy.post(page_of(review), {**NO_TO_ALL, "decision": "propose", "reason": "Too short"})

    page = response.content.decode()
    assert response.status_code == 422
    assert "Say why, in at least 20 characters" in page
    assert "Too short" in page
    assert page.count("checked") >= len(NO_TO_ALL)
    assert [area for area in re.findall(r"<textarea[^>]*>", page) if "govuk-textarea" not in area] == []
    review.refresh_from_db()
    assert review.state == "DUE"


def test_a_held_referral_cannot_be_proposed_and_the_page_says_why_before(cast: Cast, iggy: Any) -> None:
    review = reviewed(ended(cast), cast, state="DUE")
    LegalHold.objects.create(
        referral=review.referral,
        agency=cast.police,
        reason="CIVIL",
        words="Case 3.",
        starts_on=LONG_AGO.date(),
        placed_at=datetime.now(UTC),
        placed_by=cast.iggy,
    )

    assert "A legal hold stands." in iggy.get(page_of(review)).content.decode()
    response = iggy.post(page_of(review), {**NO_TO_ALL, "decision": "propose", "reason": REASON})

    assert response.status_code == 422
    assert "A legal hold stands." in response.content.decode()


def test_only_the_second_person_is_offered_the_approval(cast: Cast, ivo: User, client: Any) -> None:
    review = reviewed(ended(cast), cast, state="PROPOSED", **proposed_by(ivo))

    assert "Approve its disposal" in client.signed_in(cast.iggy).get(page_of(review)).content.decode()
    assert "Approve its disposal" not in client.signed_in(ivo).get(page_of(review)).content.decode()


def test_a_hold_is_placed_by_reference_however_it_is_typed(cast: Cast, iggy: Any) -> None:
    referral = ended(cast)
    typed = {"reference": f" {referral.reference.lower().replace('-', ' ')} ", "reason": "CIVIL", "words": "Case 3."}
    day = {"starts_on_0": "5", "starts_on_1": "1", "starts_on_2": "2026"}

    assert iggy.post(reverse("legal_holds"), {**typed, **day}).status_code == 302
    assert LegalHold.objects.get().referral == referral
    unknown = iggy.post(reverse("legal_holds"), {**typed, **day, "reference": "PPN-2026-00000"})
    assert "There is no referral of your hub with this reference" in unknown.content.decode()
