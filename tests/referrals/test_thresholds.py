"""The threshold document: versions by area and day, the one in force beside a decision, the one used kept with it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Area
from audit.models import Entry
from referrals import queries, services
from referrals.enums import Level, Pathway
from referrals.models import Referral, ThresholdDecision, ThresholdDocument
from tests.factories.accounts import AreaFactory
from tests.people import NOW, make_cast
from tests.races import at_once
from tests.referrals.conftest import REASONS

DAY = NOW.date()


def add(cast, title="Chart 1", days=-100, **more):
    given = {"link": "https://example.org/chart", "valid_from": DAY + timedelta(days=days)} | more
    return services.add_threshold_document(title=title, by=cast.sam, at=NOW, **given)


def authority_of(cast):
    authority = AreaFactory(name="Testhamshire", kind="LOCAL_AUTHORITY")
    Area.objects.filter(pk=cast.district.pk).update(part_of=authority)
    return authority


def in_force(referral, days=0):
    return queries.document_in_force(Referral.objects.get(pk=referral.pk), on=DAY + timedelta(days=days))


def decide(referral, cast, at=NOW, **more):
    return services.decide_referral(
        referral_id=referral.pk,
        level=Level.SOCIAL_CARE,
        pathway=Pathway.SECTION_17,
        by=cast.mina,
        at=at,
        **{"rationale": REASONS} | more,
    )


def test_the_newest_that_has_begun_is_in_force_from_its_day_on(cast, life):
    referral = life.submitted()
    assert in_force(referral) is None
    first, second = add(cast), add(cast, "Chart 2", days=10)

    assert [in_force(referral, days=days) for days in (-101, -100, 0, 9, 10)] == [None, first, first, first, second]


def test_that_of_the_local_authority_counts_before_the_one_for_all_however_old(cast, life):
    referral = life.submitted()
    own = add(cast, "Own chart", days=-300, area=authority_of(cast))
    add(cast, "Chart for all", days=-1)
    add(cast, "Chart of elsewhere", days=-1, area=AreaFactory(name="Elsewhere", kind="LOCAL_AUTHORITY"))

    assert in_force(referral) == own


def test_a_decision_keeps_the_one_it_was_made_by_whatever_comes_later(cast, life):
    first = add(cast)
    referral = life.submitted()
    made = decide(referral, cast)
    second = add(cast, "Chart 2", days=1)
    later = decide(
        referral, cast, at=NOW + timedelta(days=2), change_reason="The aunt called.", rationale=REASONS + "Again."
    )

    assert list(ThresholdDecision.objects.order_by("number").values_list("threshold_document", flat=True)) == [
        first.pk,
        second.pk,
    ]
    assert (made.threshold_document, later.threshold_document) == (first, second)


def test_where_none_was_put_down_a_decision_stands_without_one(cast, life):
    assert decide(life.submitted(), cast).threshold_document is None


def test_the_decision_page_names_the_one_in_force_and_the_referral_the_one_used(client, cast, life):
    add(cast, "Chart 7")
    referral = life.submitted()
    browser = client.signed_in(cast.mina)

    asked = browser.get(reverse("referrals:decide", args=[referral.pk])).content.decode()
    decide(referral, cast)
    add(cast, "Chart 8", days=0)
    read = browser.get(referral.get_absolute_url()).content.decode()

    assert "Chart 7" in asked
    assert "Chart 7" in read
    assert "Chart 8" not in read


def test_who_was_shared_with_or_wrote_it_reads_nothing_of_it(client, cast, life):
    add(cast, "Chart 7")
    shared = life.shared()

    for who in (cast.olu, cast.pat):
        page = type(client)().signed_in(who).get(shared.referral.get_absolute_url())
        assert "Chart 7" not in page.content.decode()


@pytest.mark.parametrize("who", ["mina", "olu", "pat", "iggy"])
def test_only_a_supervisor_of_the_hub_keeps_them(cast, who):
    with pytest.raises(services.CannotKeepDocument):
        services.add_threshold_document(
            title="Chart", valid_from=DAY, link="https://example.org/", by=getattr(cast, who), at=NOW
        )


def test_the_same_twice_is_kept_once_and_another_from_that_day_is_refused(cast):
    assert add(cast) == add(cast)

    with pytest.raises(services.CannotKeepDocument, match="Chart 1 counts for this area from that day already"):
        add(cast, "Another chart")
    assert Entry.objects.filter(what="threshold_document.added").count() == 1


@pytest.mark.parametrize("given", [{"title": " "}, {"link": " "}])
def test_it_has_a_title_and_can_be_found(cast, given):
    with pytest.raises(services.CannotKeepDocument):
        add(cast, **given)


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_add_one():
    cast = make_cast()

    first, second = at_once(lambda: add(cast), lambda: add(cast))

    assert first == second
    assert ThresholdDocument.objects.count() == 1


def test_the_database_holds_one_from_a_day_and_none_that_cannot_be_found(cast):
    row = {"title": "Chart", "valid_from": DAY, "added_at": NOW, "added_by": cast.sam}
    ThresholdDocument.objects.create(**row, link="https://example.org/")

    with pytest.raises(IntegrityError, match="threshold_document_one_from_a_day"), transaction.atomic():
        ThresholdDocument.objects.create(**row, kept_at="Shelf 2")
    with pytest.raises(IntegrityError, match="threshold_document_can_be_found"), transaction.atomic():
        ThresholdDocument.objects.create(**row | {"valid_from": DAY + timedelta(days=1)})


def posted(**more):
    today = timezone.localdate()
    day = {"valid_from_0": today.day, "valid_from_1": today.month, "valid_from_2": today.year}
    return {"title": "Chart 9", "link": "https://example.org/9"} | day | more


def test_a_supervisor_adds_one_on_the_page_and_the_hub_reads_it(client, cast):
    address = reverse("referrals:thresholds")

    assert client.signed_in(cast.sam).post(address, posted()).status_code == 302

    page = client.signed_in(cast.mina).get(address).content.decode()
    assert "Chart 9" in page
    assert "Add a version" not in page


def test_what_was_typed_comes_back_with_what_is_wrong(client, cast):
    answer = client.signed_in(cast.sam).post(reverse("referrals:thresholds"), posted(link=""))

    assert answer.status_code == 422
    assert "Give the link, or say where it is filed." in answer.content.decode()
    assert 'value="Chart 9"' in answer.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_queries_does_not_grow(client, cast, django_assert_num_queries, rows):
    for number in range(rows):
        add(cast, f"Chart {number}", days=number)
    browser = client.signed_in(cast.mina)

    with django_assert_num_queries(4):
        browser.get(reverse("referrals:thresholds"))
