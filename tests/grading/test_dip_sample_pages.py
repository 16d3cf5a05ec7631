"""The pages of a dip sample: from the draw to publication, and what they must not tell."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from common.clock import two_month_period_of
from grading.models import DipSample, IncidentReview
from grading.queries import dip_samples as queries
from grading.services import reviews
from tests.conftest import CarefulClient
from tests.factories.dip_samples import (
    FORTY,
    DipSampleFactory,
    IncidentReviewFactory,
    PublishedComplianceFactory,
    SampledIncidentFactory,
    reviewed_sample,
)
from tests.factories.referrals import IncidentFactory, ReferralFactory
from tests.people import NOW, Cast
from tests.reading import text_of

WHY = "The fictitious child was alone at night and nobody else was told."
NOT_NEEDED = {"required": "NO", "found": "NO", "why": WHY, "live_gap": "NO"}


def sample_of(cast: Cast, count: int = 3, **fields) -> DipSample:
    sample = DipSampleFactory(force=cast.police, drawn_by=cast.sam, size=count, seed="seven", **fields)
    for position in range(1, count + 1):
        incident = IncidentFactory(
            force=cast.police,
            district=cast.district,
            officer=cast.olu,
            team=cast.response_team,
            summary=f"Call {position}",
        )
        SampledIncidentFactory(sample=sample, incident=incident, position=position)
    return sample


def test_a_draw_from_strata_by_the_page_says_how_it_was_drawn(client, cast):
    period = queries.last_period_before(timezone.localdate())
    IncidentFactory.create_batch(
        3, force=cast.police, district=cast.district, reported_at=period.starts_at + timedelta(days=2)
    )
    client.signed_in(cast.sam)
    drawn = {"period": period.start.isoformat(), "size": "2", "any_of": ["child_linked"], "strata": "KIND"}

    page = text_of(client.post(reverse("grading:dip_sample_draw"), drawn, follow=True))

    assert "the ids of all that could be drawn from a kind of incident are put in order and numbered from 1" in page
    assert "Each kind of incident has its share in proportion" in page
    assert "with the kind of incident of each" in page
    refused = client.post(reverse("grading:dip_sample_draw"), drawn | {"strata": "WEATHER"})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["period", "strata"])
    checked = client.post(reverse("grading:dip_sample_check_draw", args=[DipSample.objects.get().pk]), follow=True)
    assert "the same 2 incidents come out" in text_of(checked)


def test_the_list_of_samples_to_review_says_what_it_shows(client, cast):
    sample_of(cast, 1)
    reviewed_sample(
        ["COMPLIANT"],
        force=cast.police,
        by=cast.sam,
        district=cast.district,
        period_start=date(2026, 1, 1),
        period_end=date(2026, 2, 28),
    )
    client.signed_in(cast.rae)

    page = client.get(reverse("grading:dip_samples") + "?state=open").content.decode()

    assert "<strong>To be reviewed</strong>" in page
    assert "<strong>All samples</strong>" not in page
    assert page.partition("Samples, newest first")[2].count('<th scope="row"') == 1


def first_once(sample: DipSample):
    twice = queries.reviewed_twice(sample)
    return next(one for one in sample.incidents.in_order() if one.pk not in twice)


def test_a_sample_from_the_draw_to_publication_by_the_pages(client, cast):
    period = queries.last_period_before(timezone.localdate())
    IncidentFactory.create_batch(
        6, force=cast.police, district=cast.district, reported_at=period.starts_at + timedelta(days=2), officer=cast.olu
    )
    client.signed_in(cast.sam)
    drawn = {"period": period.start.isoformat(), "size": "5", "any_of": ["child_linked"]}
    response = client.post(reverse("grading:dip_sample_draw"), drawn)
    sample = DipSample.objects.get()
    assert response["Location"] == sample.get_absolute_url()
    assert (sample.incidents.count(), sample.rule["any_of"]) == (5, ["child_linked"])
    checked = client.post(reverse("grading:dip_sample_check_draw", args=[sample.pk]), follow=True)
    assert "the same 5 incidents come out, in the same order" in text_of(checked)

    needed = NOT_NEEDED | {"required": "YES", "required_types": ["CHILD"]}
    there = needed | {"found": "YES", "found_elsewhere": ["CHILD"], "in_time": "YES"}
    address = sample.incidents.in_order().first().review_url
    for findings in (there, there, needed, NOT_NEEDED, there):
        address = client.post(address, findings)["Location"]
    assert address == sample.get_absolute_url()
    page = text_of(client.get(sample.get_absolute_url()))
    assert "5 of 6 reviews are in" in page
    assert "What came out" not in page
    assert "Publish the results" not in page

    client.signed_in(cast.rae)
    (left,) = [one for one in queries.review_states(sample, cast.rae) if one.waits_for_me]
    same = {"COMPLIANT": there, "MISSING": needed, "NOT_NEEDED": NOT_NEEDED}[left.sampled.reviews.get().status]
    client.post(left.sampled.review_url, same)
    client.signed_in(cast.sam)
    page = text_of(client.get(sample.get_absolute_url()))
    assert "75.0% : 3 of the 4 incidents that needed a form" in page
    assert "(95% interval 30% to 95%)" in page
    client.post(reverse("grading:dip_sample_publish", args=[sample.pk]))

    sample.refresh_from_db()
    assert sample.state == "PUBLISHED"
    client.signed_in(cast.leda)
    page = text_of(client.get(sample.get_absolute_url()))
    assert "Too few incidents to show" in page
    assert "75.0%" not in page


def test_save_and_next_goes_to_the_next_incident_and_everything_is_kept(client, cast):
    sample = sample_of(cast)
    sampled = first_once(sample)
    ppn = ReferralFactory(author=cast.olu, incident=sampled.incident, types=["CHILD"])
    client.signed_in(cast.rae)

    response = client.post(
        sampled.review_url,
        {
            "required": "YES",
            "required_types": ["CHILD", "ADULT_AT_RISK"],
            "found": "YES",
            "forms_found": [str(ppn.pk)],
            "in_time": "NO",
            "reason_missing": "HANDED_OVER",
            "why": WHY,
            "live_gap": "YES",
            "live_gap_action": "Rang the hub.",
        },
    )

    following = queries.next_to_review(queries.review_states(sample, cast.rae), after=sampled)
    assert response["Location"] == following.review_url
    review = IncidentReview.objects.get()
    assert (review.status, review.in_time, review.reason_missing) == ("PARTIAL", False, "HANDED_OVER")
    assert (list(review.forms_found.all()), review.live_gap_action) == ([ppn], "Rang the hub.")
    page = client.get(sampled.review_url).content.decode()
    assert "Correct your review" in page
    assert f'value="{ppn.pk}" id="id_forms_found_0" checked' in page


def test_answers_to_questions_that_were_not_asked_are_ignored(client, cast):
    sampled = first_once(sample_of(cast))
    client.signed_in(cast.rae)
    stray = {"required_types": ["CHILD"], "found_elsewhere": ["CHILD"], "in_time": "NO", "live_gap_action": "Nothing."}

    client.post(sampled.review_url, NOT_NEEDED | stray)

    review = IncidentReview.objects.get()
    assert (review.status, review.found_types, review.in_time, review.live_gap) == ("NOT_NEEDED", [], None, False)


@pytest.mark.parametrize(
    ("changes", "target", "message"),
    [
        ({"required": ""}, "id_required_0", "Say whether a form was needed"),
        ({"required": "YES"}, "id_required_types_0", "Say what a form was needed for"),
        ({"found": ""}, "id_found_0", "Say whether there is a form"),
        ({"found": "YES"}, "id_found_elsewhere_0", "Say which form there is"),
        ({"found": "YES", "found_elsewhere": ["CHILD"]}, "id_in_time_0", "Say whether it came in time"),
        ({"why": "Short."}, "id_why", "Say why in at least 30 characters"),
        ({"live_gap": "YES"}, "id_live_gap_action", "Say what you did today"),
    ],
)
def test_a_question_left_open_answers_422_and_keeps_what_was_typed(client, cast, changes, target, message):
    sampled = first_once(sample_of(cast))
    client.signed_in(cast.rae)

    response = client.post(sampled.review_url, NOT_NEEDED | {"why": f"Kept words. {WHY}"} | changes)

    page = response.content.decode()
    assert response.status_code == 422
    assert f'<a href="#{target}">{message}' in page
    assert f'id="{target}"' in page
    assert ("Kept words." in page) is ("why" not in changes)
    assert not IncidentReview.objects.exists()


def test_a_refusal_of_the_service_is_shown_on_the_page(client, cast):
    sampled = first_once(sample_of(cast))
    client.signed_in(cast.rae)

    response = client.post(sampled.review_url, NOT_NEEDED | {"reason_missing": "FORGOTTEN"})

    assert response.status_code == 422
    assert "No form that was needed is missing" in response.content.decode()


def test_questions_after_yes_stand_behind_yes_and_nothing_in_the_page_hides_them(client, cast):
    sampled = first_once(sample_of(cast))
    client.signed_in(cast.rae)

    page = client.get(sampled.review_url).content.decode().split("<main")[1].split("</main>")[0]

    behind_yes = re.findall(r'value="YES"[^>]*>(?:(?!govuk-radios__item).)*?__conditional">.*?name="(\w+)"', page, re.S)
    assert behind_yes == ["required_types", "found_elsewhere", "live_gap_action"]
    assert "hidden" not in page.replace('type="hidden"', "").replace("visually-hidden", "")
    assert not re.search(r"<input[^>]* checked", page)


def test_the_reviewer_sees_the_incident_and_its_forms_and_the_look_is_recorded(client, cast):
    sampled = first_once(sample_of(cast))
    ppn = ReferralFactory(author=cast.olu, incident=sampled.incident, hub=cast.police)
    client.signed_in(cast.rae)

    page = client.get(sampled.review_url).content.decode()

    assert sampled.incident.summary in page
    assert ppn.reference in page
    assert ppn.get_absolute_url() not in page  # Rae may not read referrals
    entry = Entry.objects.get(what="grading.incident_read")
    assert (entry.actor_id, entry.object_id) == (str(cast.rae.pk), str(sampled.incident_id))
    assert ppn.get_absolute_url() in client.signed_in(cast.sam).get(sampled.review_url).content.decode()


def test_who_took_part_sees_why_somebody_else_reviews(client, cast):
    sample = sample_of(cast, 1)
    sampled = sample.incidents.get()
    type(sampled.incident).objects.update(team=cast.hub_team)
    client.signed_in(cast.sam)

    page = text_of(client.get(sampled.review_url))

    assert "You or your team took part in this incident, or you read the live gap" in page
    assert "Save and next" not in page
    assert "For somebody else: you or your team took part" in text_of(client.get(sample.get_absolute_url()))


def pages_of(sample: DipSample) -> list[str]:
    return [
        reverse("grading:dip_samples"),
        reverse("grading:dip_sample_compliance"),
        sample.get_absolute_url(),
        *(one.review_url for one in sample.incidents.in_order()),
    ]


@pytest.mark.parametrize("person", ["rae", "leda"])
def test_before_the_second_review_no_page_changes_with_what_the_first_one_found(client, cast, person):
    """The same pages twice, with Sam's answer one way and the other: not one differs by a letter."""
    sample = sample_of(cast, 2)
    (chosen,) = [one for one in sample.incidents.all() if one.pk in queries.reviewed_twice(sample)]
    found = reviews.record_review(sampled_id=chosen.pk, required="NO", why=f"LEAKED-WORDS {WHY}", by=cast.sam, at=NOW)
    client.signed_in(getattr(cast, person))

    def read() -> list[str]:
        answers = []
        for url in pages_of(sample):
            response = client.get(url)
            assert "LEAKED-WORDS" not in response.content.decode(), url
            answers.append(text_of(response))
        return answers

    before = read()
    IncidentReview.objects.filter(pk=found.pk).update(required="YES", required_types=["CHILD"], done=False)
    assert read() == before


def test_readers_of_reports_see_figures_but_no_incident(client, cast):
    sample = reviewed_sample(FORTY, force=cast.police, by=cast.sam, district=cast.district, state="PUBLISHED", size=40)
    client.signed_in(cast.leda)

    page = client.get(sample.get_absolute_url()).content.decode()

    assert "<strong>88.0%</strong>: 22 of the 25" in page
    assert "Draw again and compare" not in page
    for sampled in sample.incidents.select_related("incident"):
        assert sampled.incident.number not in page
        assert str(sampled.pk) not in page


def test_the_list_shows_progress_and_the_year_against_two_hundred(client, cast):
    year = timezone.localdate().year
    sample = sample_of(cast, 3, period_start=date(year, 1, 1), period_end=date(year, 2, 28))
    IncidentReviewFactory(sampled=first_once(sample))
    own_sample(cast, ["COMPLIANT"] * 7, date(year, 3, 1))
    client.signed_in(cast.sam)

    page = text_of(client.get(reverse("grading:dip_samples")))

    assert "1 of 3" in page
    assert (
        "7 of 200 incidents examined in published samples; 3 more are drawn in samples that are not published yet. "
        "193 more are needed this year." in page
    )


def test_states_filter_the_list(client, cast):
    sample_of(cast, 1)
    sample_of(cast, 1, state="PUBLISHED", period_start=date(2026, 1, 1), period_end=date(2026, 2, 28))
    client.signed_in(cast.sam)
    listed = reverse("grading:dip_samples")

    def shown(state: str) -> list[str]:
        page = text_of(client.get(f"{listed}?state={state}"))
        return re.findall(r"(\w+) to \w+ 2026", page.partition("Samples, newest first")[2])

    assert shown("PUBLISHED") == ["January"]
    assert shown("open") == ["July"]
    assert shown("nonsense") == ["July", "January"]


def test_a_period_that_has_a_sample_is_not_offered_and_answers_422(client, cast):
    period = queries.last_period_before(timezone.localdate())
    sample_of(cast, 1, period_start=period.start, period_end=period.end)
    client.signed_in(cast.sam)

    response = client.post(
        reverse("grading:dip_sample_draw"),
        {"period": period.start.isoformat(), "size": "34", "any_of": ["child_linked"]},
    )

    assert response.status_code == 422
    assert DipSample.objects.count() == 1


def test_the_draw_page_helps_with_the_size(client, cast):
    period = queries.last_period_before(timezone.localdate())
    IncidentFactory.create_batch(
        60, force=cast.police, district=cast.district, reported_at=period.starts_at + timedelta(days=1)
    )
    client.signed_in(cast.sam)

    page = text_of(client.get(reverse("grading:dip_sample_draw")))

    assert f"{period.label} 60 ±11.2 points" in page


# --- compliance over the years --------------------------------------------------------------------------------------------


def published_years() -> None:
    for period, percent in (("2022", "64.6"), ("2023", "69.2"), ("2024", "80"), ("2025-H1", "88")):
        PublishedComplianceFactory(period=period, percent=percent)


def own_sample(cast: Cast, outcomes: list[str], month: date) -> DipSample:
    period = two_month_period_of(month)
    return reviewed_sample(
        outcomes,
        force=cast.police,
        by=cast.sam,
        district=cast.district,
        state="PUBLISHED",
        period_start=period.start,
        period_end=period.end,
    )


def test_compliance_shows_published_years_beside_our_own(client, cast):
    published_years()
    own_sample(cast, ["COMPLIANT"] * 6 + ["MISSING"] * 2, date(2025, 1, 1))
    own_sample(cast, ["COMPLIANT"] * 9 + ["MISSING"], date(2025, 7, 1))
    client.signed_in(cast.leda)

    page = text_of(client.get(reverse("grading:dip_sample_compliance")))

    assert "2022 64.6% at least 200 examined – –" in page
    assert "2025, first half 88% at least 200 examined 75.0% 6 of 8" in page
    assert "2025 – 83.3% 15 of 18 61% to 94% 18" in page
    assert "July to August 2025 90.0% 9 of 10" in page
    assert "Compliance 64.6% in 2022, 83.3% in 2025" in page


def test_compliance_hides_small_numbers_from_readers_and_lets_nobody_subtract_them(client, cast):
    own_sample(cast, ["COMPLIANT"] * 6, date(2025, 1, 1))
    own_sample(cast, ["COMPLIANT", "MISSING"], date(2025, 3, 1))

    reader = text_of(client.signed_in(cast.ana).get(reverse("grading:dip_sample_compliance")))
    reviewer = text_of(client.signed_in(cast.rae).get(reverse("grading:dip_sample_compliance")))

    assert "March to April 2025 Too few to show" in reader
    assert "6 of 6" in reader
    assert "1 of 2" not in reader
    assert "7 of 8" not in reader
    assert "1 of 2" in reviewer
    assert "7 of 8" in reviewer


def test_compliance_counts_published_samples_of_the_own_force_only(client, cast):
    reviewed_sample(["MISSING"] * 9, force=cast.police, by=cast.sam, district=cast.district, state="REVIEWED")
    IncidentReviewFactory(sampled=SampledIncidentFactory(sample=DipSampleFactory(state="PUBLISHED")))
    client.signed_in(cast.sam)

    assert "No sample has been published here yet" in text_of(client.get(reverse("grading:dip_sample_compliance")))


# --- what they cost -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_dip_samples_query_count_is_flat(client: CarefulClient, cast, count, django_assert_num_queries):
    for number in range(count):
        sample_of(cast, count, period_start=date(2020 + number, 1, 1), period_end=date(2020 + number, 2, 28))
    client.signed_in(cast.rae)
    with django_assert_num_queries(7):
        assert client.get(reverse("grading:dip_samples")).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_dip_sample_query_count_is_flat(client: CarefulClient, cast, count, django_assert_num_queries):
    sample = sample_of(cast, count)
    for sampled in sample.incidents.all():
        IncidentReviewFactory(sampled=sampled)
    client.signed_in(cast.sam)
    with django_assert_num_queries(8):
        client.get(sample.get_absolute_url())


@pytest.mark.parametrize("count", [1, 3])
def test_dip_sample_review_query_count_is_flat(client: CarefulClient, cast, count, django_assert_num_queries):
    sampled = sample_of(cast, count).incidents.in_order().first()
    ReferralFactory.create_batch(count, author=cast.olu, incident=sampled.incident)
    client.signed_in(cast.sam)
    with django_assert_num_queries(15):
        client.get(sampled.review_url)


@pytest.mark.parametrize("count", [1, 3])
def test_dip_sample_compliance_query_count_is_flat(client: CarefulClient, cast, count, django_assert_num_queries):
    for number in range(count):
        PublishedComplianceFactory(period=f"{2020 + number}")
        own_sample(cast, ["COMPLIANT"] * 5, date(2020 + number, 1, 1))
    client.signed_in(cast.leda)
    with django_assert_num_queries(9):
        client.get(reverse("grading:dip_sample_compliance"))
