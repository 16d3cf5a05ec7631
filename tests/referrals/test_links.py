"""Links between referrals: how they belong together, shown on both; made and taken back with who, when and why."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from audit.models import Entry
from referrals import queries, services
from referrals.enums import FROM_THE_OTHER_SIDE, LinkKind
from referrals.models import ReferralLink
from tests.factories.referrals import ReferralFactory
from tests.people import NOW
from tests.races import at_once

WHY = "zzThe same evening, two callers."


@pytest.fixture
def pair(life):
    return life.submitted(), life.submitted()


def link(pair, by, **values):
    asked = {"reference": pair[1].reference, "kind": "SAME_INCIDENT", "words": WHY} | values
    return services.link_referrals(referral_id=pair[0].pk, by=by, at=NOW, **asked)


def remove(made, by, reason="It was another evening."):
    return services.remove_link(link_id=made.pk, reason=reason, by=by, at=NOW)


def words_on(user, referral):
    return [(one.words, one.other.reference) for one in queries.links_of(user, referral)]


@pytest.mark.parametrize("kind", LinkKind.values)
def test_a_link_reads_from_both_sides(cast, pair, kind):
    one, other = pair

    link(pair, cast.mina, kind=kind)

    label = str(LinkKind(kind).label)
    assert words_on(cast.mina, one) == [(label, other.reference)]
    assert words_on(cast.mina, other) == [(FROM_THE_OTHER_SIDE.get(LinkKind(kind), label), one.reference)]


def test_a_link_is_shown_to_nobody_who_may_not_see_the_other_referral(cast, life):
    own, of_another = life.submitted(), ReferralFactory(author=cast.tess, hub=cast.police)
    link((own, of_another), cast.mina)

    assert words_on(cast.olu, own) == []
    assert len(words_on(cast.mina, own)) == 1


def test_making_and_removing_say_who_when_and_why_on_both(cast, pair):
    remove(link(pair, cast.mina), cast.sam)

    kept = ReferralLink.objects.get()
    assert (kept.made_by, kept.made_at, kept.words) == (cast.mina, NOW, WHY)
    assert (kept.removed_by, kept.removed_at, kept.removal_reason) == (cast.sam, NOW, "It was another evening.")
    for referral in pair:
        told = Entry.objects.filter(what__startswith="link.", object_id=str(referral.pk)).order_by("pk")
        assert [entry.what for entry in told] == ["link.made", "link.removed"]


@pytest.mark.parametrize("who", ["olu", "lin", "pat", "out", "ada"])
def test_nobody_but_decision_makers_of_the_hub_link_or_remove(cast, pair, who):
    with pytest.raises(services.CannotLink):
        link(pair, getattr(cast, who))
    made = link(pair, cast.mina)
    with pytest.raises(services.CannotLink):
        remove(made, getattr(cast, who))


def test_a_referral_of_another_hub_is_as_if_it_were_not_there(cast, pair):
    elsewhere = ReferralFactory()

    with pytest.raises(services.CannotLink, match="no referral with this reference"):
        link(pair, cast.mina, reference=elsewhere.reference)
    with pytest.raises(services.CannotLink, match="no referral with this reference"):
        link(pair, cast.mina, reference="PPN-2026-ZZZZZ")


@pytest.mark.parametrize("values", [{"kind": "NONSENSE"}, {"words": " "}])
def test_a_link_says_how_and_why(cast, pair, values):
    with pytest.raises(services.CannotLink, match="Choose how"):
        link(pair, cast.mina, **values)


def test_no_referral_is_linked_to_itself(cast, pair):
    with pytest.raises(services.CannotLink, match="same referral"):
        link(pair, cast.mina, reference=pair[0].reference)
    made = link(pair, cast.mina)

    with pytest.raises(IntegrityError, match="referral_link_leads_to_another"), transaction.atomic():
        ReferralLink.objects.filter(pk=made.pk).update(other=pair[0])


def test_two_are_linked_once_in_each_way_from_whichever_side(cast, pair):
    made = link(pair, cast.mina)
    assert link(pair, cast.mina, reference=pair[1].reference.lower()) == made
    with pytest.raises(services.CannotLink, match="linked in this way already"):
        link(pair[::-1], cast.mina)
    link(pair[::-1], cast.mina, kind="FOLLOWS")

    with pytest.raises(IntegrityError, match="referral_link_once_a_pair_and_kind"), transaction.atomic():
        ReferralLink.objects.filter(kind="FOLLOWS").update(kind="SAME_INCIDENT")


def test_what_is_removed_stays_on_record_and_may_be_made_again(cast, pair):
    made = link(pair, cast.mina)
    with pytest.raises(services.CannotLink, match="Say why"):
        remove(made, cast.mina, reason=" ")
    assert remove(made, cast.mina) == remove(made, cast.mina)
    with pytest.raises(services.CannotLink, match="Somebody else"):
        remove(made, cast.sam)

    assert link(pair, cast.mina) != made
    assert ReferralLink.objects.count() == 2


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("referral_link_says_why", {"words": ""}),
        ("referral_link_removed_says_who_when_and_why", {"removed_at": NOW}),
        ("referral_link_removed_says_who_when_and_why", {"removal_reason": "Over."}),
    ],
)
def test_the_database_refuses_half_a_link(cast, pair, rule, values):
    link(pair, cast.mina)

    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        ReferralLink.objects.update(**values)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_link_the_same_two_from_both_sides_at_once_one_does(cast, life):
    pair = life.submitted(), life.submitted()

    done = at_once(lambda: link(pair, cast.mina), lambda: link(pair[::-1], cast.sam), refusal=services.CannotLink)

    assert sorted(type(one).__name__ for one in done) == ["CannotLink", "ReferralLink"]


def test_both_pages_show_it_to_the_hub_alone(client, cast, pair):
    made = link(pair, cast.mina)

    for referral, other in (pair, pair[::-1]):
        page = client.signed_in(cast.sam).get(referral.get_absolute_url()).content.decode()
        assert WHY in page
        assert other.reference in page
        assert reverse("referrals:link_remove", args=[referral.pk, made.pk]) in page
        assert WHY not in client.signed_in(cast.olu).get(referral.get_absolute_url()).content.decode()
    remove(made, cast.mina)
    page = client.signed_in(cast.sam).get(pair[0].get_absolute_url()).content.decode()
    assert "Links that were removed (1)" in page
    assert "It was another evening." in page


@pytest.mark.parametrize("count", [1, 3])
def test_links_cost_the_page_the_same_however_many_there_are(cast, life, django_assert_num_queries, count):
    referral = life.submitted()
    for _ in range(count):
        link((referral, life.submitted()), cast.mina)

    with django_assert_num_queries(2):
        assert len(queries.links_of(cast.mina, referral)) == count


def test_a_removed_or_foreign_link_is_not_removed_again_over_the_page(client, cast, pair, life):
    made, browser = link(pair, cast.mina), client.signed_in(cast.mina)
    stranger = life.submitted()

    assert browser.get(reverse("referrals:link_remove", args=[stranger.pk, made.pk])).status_code == 404
    address = reverse("referrals:link_remove", args=[pair[1].pk, made.pk])
    assert browser.post(address, {"reason": " "}).status_code == 422
    assert [browser.post(address, {"reason": "Over."}).status_code for _ in range(2)] == [302, 302]


def test_what_was_typed_comes_back_with_what_is_wrong(client, cast, pair):
    browser, address = client.signed_in(cast.mina), reverse("referrals:link_add", args=[pair[0].pk])

    answer = browser.post(address, {"kind": "FOLLOWS", "reference": "PPN-2026-NONE", "words": WHY})

    assert answer.status_code == 422
    assert "no referral with this reference" in answer.content.decode()
    assert WHY in answer.content.decode()
    assert "PPN-2026-NONE" in answer.content.decode()
