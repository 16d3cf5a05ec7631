"""The pages of intelligence staff: what they list and cost, what stays typed, and where the source is never shown."""

import uuid

import pytest
from django.urls import reverse

from audit.models import Entry
from referrals import services
from referrals.models import CpiReport
from tests.people import NOW
from tests.permissions.intelligence import DOUBTFUL, REPORT, begun, graded, received, routed, write
from tests.reading import text_of

FORMS, REPORTS = reverse("referrals:assessments"), reverse("referrals:reports")


def page(name, referral, *args):
    return reverse(f"referrals:{name}", args=[referral.pk, *args])


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("url", "queries"), [(FORMS, 5), (REPORTS, 6)])
def test_a_list_costs_the_same_however_long_it_is(client, cast, count, url, queries, django_assert_num_queries):
    for _ in range(count):
        received(cast)
        graded(cast)
    client.signed_in(cast.ines)
    with django_assert_num_queries(queries):
        shown = client.get(url)

    assert len(shown.context["page"]) == count


@pytest.mark.parametrize("count", [1, 3])
def test_an_evaluation_costs_the_same_however_many_reports_it_has(client, cast, count, django_assert_num_queries):
    referral = begun(cast)
    for _ in range(count):
        write(referral, cast.ines)
    client.signed_in(cast.ines)
    with django_assert_num_queries(11):
        client.get(page("assessment", referral))


def test_the_list_marks_what_is_late_and_each_show_leads_to_its_forms(client, cast):
    waiting, working, doubtful, done = received(cast), begun(cast), graded(cast, **DOUBTFUL), routed(cast)
    staff = client.signed_in(cast.ines)

    def shown(show):
        found = staff.get(FORMS, {"show": show})
        return {row["assessment"].referral.pk for row in found.context["rows"]}, "Late" in text_of(found)

    # The cast lives in the past, so that whatever is due is late today.
    assert shown("RECEIVED") == ({waiting.pk}, True)
    assert shown("BEGUN") == ({working.pk, doubtful.pk}, True)
    assert shown("DOUBTFUL") == ({doubtful.pk}, True)
    assert shown("CLOSE") == ({done.pk}, False)
    assert shown("nonsense") == shown("RECEIVED")


def test_the_reports_are_filtered_by_code_and_priority_and_the_look_is_recorded(client, cast):
    plain = graded(cast)
    urgent = graded(cast, information="A", priority="HIGH")
    staff = client.signed_in(cast.ines)

    def found(**filters):
        return {one.assessment.referral_id for one in staff.get(REPORTS, filters).context["page"]}

    assert found() == {plain.pk, urgent.pk}
    assert found(information="A") == found(priority="HIGH") == {urgent.pk}
    assert found(source="2", information="B", handling="P") == {plain.pk}
    assert found(handling="C") == set()
    entry = Entry.objects.filter(what="cpi.reports_listed").order_by("-pk").first()
    assert (entry.actor_id, entry.details) == (str(cast.ines.pk), {"shown": 0, "filters": ["handling"]})


def test_what_is_not_graded_is_in_no_list_of_reports(client, cast):
    write(begun(cast), cast.ines)

    assert len(client.signed_in(cast.ines).get(REPORTS).context["page"]) == 0


def test_a_report_says_nothing_of_its_source_in_the_list_and_leads_back_to_the_form(client, cast):
    referral = graded(cast)
    shown = client.signed_in(cast.ines).get(REPORTS).content.decode()

    for name in (cast.pat.name, cast.council.name, cast.pat.email):
        assert name not in shown
    assert referral.reference in shown
    assert page("assessment", referral) in shown


def test_the_hub_reads_on_the_page_of_the_form_that_and_how_it_was_evaluated(client, cast):
    referral = routed(cast, "INTEL_LOG", "SAFEGUARDING")
    shown = text_of(client.signed_in(cast.mina).get(referral.get_absolute_url()))

    for words in ("Intelligence evaluation", "2BP", "2: untested", REPORT["text"], "safeguarding concern here"):
        assert words in shown


def test_who_sent_it_reads_nothing_of_the_evaluation(client, cast):
    referral = graded(cast)
    shown = text_of(client.signed_in(cast.pat).get(referral.get_absolute_url()))

    assert "evaluation" not in shown
    assert "2BP" not in shown


def test_reports_that_are_not_graded_stay_with_intelligence_staff(client, cast):
    referral = begun(cast)
    write(referral, cast.ines, text="Zzunfinished words.")

    assert "Zzunfinished" not in text_of(client.signed_in(cast.mina).get(referral.get_absolute_url()))


def test_each_look_at_the_form_is_recorded(client, cast):
    referral = begun(cast)
    before = Entry.objects.filter(what="referral.read").count()
    staff = client.signed_in(cast.ines)
    staff.get(page("assessment", referral))
    staff.get(page("report_write", referral, uuid.uuid4()))

    assert Entry.objects.filter(what="referral.read", actor_id=str(cast.ines.pk)).count() == before + 2


def test_a_report_that_is_not_whole_comes_back_as_it_was_typed(client, cast):
    referral = begun(cast)
    typed = REPORT | {"text": "Zzwords that took long.", "source": "3", "information": "A", "handling": "C"}
    shown = client.signed_in(cast.ines).post(page("report_write", referral, uuid.uuid4()), typed)

    assert shown.status_code == 422
    words = shown.content.decode()
    assert "Zzwords that took long." in words
    assert "Handling C needs the conditions." in words
    assert "Say why a source that is not reliable knows it directly." in words
    assert not CpiReport.objects.exists()


def test_a_report_is_written_once_and_then_changed_under_its_own_address(client, cast):
    referral, key = begun(cast), uuid.uuid4()
    staff, url = client.signed_in(cast.ines), page("report_write", referral, key)
    for text in ("First words.", "First words.", "Other words."):
        staff.post(url, REPORT | {"text": text})

    assert CpiReport.objects.get().text == "Other words."
    assert "Other words." in staff.get(url).content.decode()
    assert staff.get(page("report_write", begun(cast), key)).status_code == 404


def test_words_that_lead_to_the_source_are_shown_beside_the_report(client, cast):
    referral = begun(cast)
    report = write(referral, cast.ines, text="Pat told us of it.")
    staff = client.signed_in(cast.ines)

    for url in (page("assessment", referral), page("report_write", referral, report.pk)):
        assert "Look again: “Pat”, “told us” may lead to the source." in text_of(staff.get(url))


def test_intelligence_staff_are_offered_no_action_on_what_is_suspected_to_be_false(client, cast):
    referral = graded(cast, **DOUBTFUL)

    def offered(user):
        form = client.signed_in(user).get(page("assessment_route", referral)).context["form"]
        return [value for value, _ in form.fields["routes"].choices]

    assert offered(cast.ines) == ["INTEL_LOG"]
    assert offered(cast.sam) == ["INTEL_LOG", "CRIME_DESK", "SAFEGUARDING"]


def test_what_the_domain_refuses_is_told_beside_what_was_chosen(client, cast):
    referral = graded(cast)
    services.route_assessment(referral_id=referral.pk, routes=["INTEL_LOG"], by=cast.ines, at=NOW)
    again = client.signed_in(cast.ines).post(page("assessment_end", referral), {"reason": "Zzreason."})

    assert again.status_code == 422
    assert "This cannot be done now" in again.content.decode()
    assert "Zzreason." in again.content.decode()
