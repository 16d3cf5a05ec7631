"""The pages of who imports incidents: a file in, its report out, and the list."""

import csv
import io
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from referrals.models import Incident, IncidentImport, IncidentImportRow
from tests.factories.accounts import AgencyFactory, AreaFactory
from tests.factories.referrals import IncidentFactory, IncidentImportFactory

HEADING = b"occurrence_number,reported_at,kind,district_code,child_linked,adult_needs,domestic_abuse\n"
PAGE = reverse("referrals:incidents_import")


@pytest.fixture
def ana(client, cast):
    return client.signed_in(cast.ana)


def rows_of(cast, *numbers):
    return (
        HEADING
        + "".join(f"{number},2026-03-27 14:05,MISSING,{cast.district.code},yes,no,no\n" for number in numbers).encode()
    )


def upload(client, content, name="incidents.csv", content_type="text/csv"):
    return client.post(PAGE, {"file": SimpleUploadedFile(name, content, content_type)})


def test_a_file_is_taken_and_its_report_shown(ana, cast):
    content = rows_of(cast, "1", "2") + b"3,2026-02-30,MISSING,X,yes,no,no\n"

    response = upload(ana, content)

    done = IncidentImport.objects.get()
    assert response["Location"] == reverse("referrals:incident_import", args=[done.pk])
    assert (done.by, done.added, done.refused) == (cast.ana, 2, 1)
    page = ana.get(response["Location"]).content.decode()
    assert "“2026-02-30” is not a real date" in page
    assert "The force has no district with the code “X”." in page


def test_the_same_file_again_changes_nothing_and_says_so(ana, cast):
    content = rows_of(cast, "1", "2")

    reports = [upload(ana, content)["Location"] for _ in range(2)]

    assert reports[0] != reports[1]
    done = IncidentImport.objects.get(pk=reports[1].rstrip("/").rpartition("/")[2])
    assert (done.rows, done.unchanged) == (2, 2)


@pytest.mark.parametrize(
    ("name", "content_type", "content", "words"),
    [
        ("incidents.csv", "text/csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary data"),
        ("incidents.csv", "text/csv", b"PK\x03\x04" + bytes(50), "an Excel workbook or a ZIP archive"),
        ("incidents.csv", "text/csv", b"%PDF-1.7\n%", "This is a PDF"),
        ("incidents.csv", "text/csv", HEADING.decode().encode("utf-16"), "not in UTF-8"),
        ("incidents.csv", "text/csv", "Zoë".encode("cp1252"), "not in UTF-8"),
        ("incidents.csv", "text/csv", b"<html><body>Hello</body></html>", "7 columns missing"),
        ("incidents.csv", "text/csv", b"", "The file is empty."),
        ("incidents.csv", "text/csv", HEADING, "no rows"),
        ("incidents.csv", "text/csv", HEADING.replace(b",", b";"), "not separated by commas"),
        ("incidents.csv", "text/csv", HEADING + b'"1,2', "Row 2 cannot be read: a quotation mark"),
    ],
)
def test_what_is_no_such_file_is_refused_with_the_right_words_and_nothing_is_kept(
    ana, name, content_type, content, words
):
    response = upload(ana, content, name, content_type)

    assert response.status_code == 422
    page = response.content.decode()
    assert words in page
    assert 'href="#id_file"' in page
    assert not IncidentImport.objects.exists()
    assert not Incident.objects.exists()


def test_the_content_counts_and_not_the_name(ana, cast):
    response = upload(ana, rows_of(cast, "1"), "holiday.png", "image/png")

    assert response.status_code == 302
    assert IncidentImport.objects.get().file_name == "holiday.png"


def test_without_a_file_the_page_asks_for_one(ana):
    response = ana.post(PAGE)

    assert response.status_code == 422
    assert "Choose a CSV file" in response.content.decode()


def test_a_file_that_is_too_large_is_refused_by_its_size(ana, cast, settings):
    settings.CSV_MAX_BYTES = 2_000_000
    content = rows_of(cast, *range(60_000))

    response = upload(ana, content)

    assert response.status_code == 422
    assert "The file is too large: it may have 2 MB." in response.content.decode()
    assert not Incident.objects.exists()


def test_a_name_that_is_markup_shows_as_text(ana, cast):
    response = upload(ana, rows_of(cast, "1"), "<script>alert(1)</script>.csv")

    page = ana.get(response["Location"]).content.decode()
    assert "<script>alert" not in page


def test_the_refused_rows_are_paged_in_the_order_of_the_file(ana, cast):
    done = IncidentImportFactory(force=cast.police, refused=30)

    first = ana.get(done.get_absolute_url())
    second = ana.get(done.get_absolute_url(), {"cursor": first.context["page"].next_cursor})

    shown = [refusal.number for page in (first, second) for refusal in page.context["page"]]
    assert shown == list(range(2, 32))


def test_the_refused_rows_are_downloaded_as_a_file_that_no_spreadsheet_runs(ana, cast):
    done = IncidentImportFactory(force=cast.police, refused=1)
    IncidentImportRow.objects.update(message="=HYPERLINK(1)")

    response = ana.get(reverse("referrals:incident_import_refusals", args=[done.pk]))

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == f'attachment; filename="refused-rows-{done.pk}.csv"'
    content = b"".join(response.streaming_content).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(content))) == [["row", "column", "reason"], ["2", "kind", "'=HYPERLINK(1)"]]
    assert Entry.objects.filter(what="incidents.refusals", verb="EXPORTED", object_id=str(done.pk)).count() == 1


def test_the_imports_of_another_force_and_forged_ids_do_not_exist(ana, cast):
    other = IncidentImportFactory(force=AgencyFactory(kind="POLICE"))

    for pk in (other.pk, uuid.uuid4()):
        for name in ("incident_import", "incident_import_refusals"):
            assert ana.get(reverse(f"referrals:{name}", args=[pk])).status_code == 404
    assert str(other.pk) not in ana.get(reverse("referrals:incident_imports")).content.decode()


def test_an_import_by_the_command_line_says_so(ana, cast):
    IncidentImportFactory(force=cast.police, by=None)

    assert "Command line" in ana.get(reverse("referrals:incident_imports")).content.decode()


def numbers(client, **filters):
    response = client.get(reverse("referrals:incidents"), filters)
    assert response.status_code == 200
    return [incident.number for incident in response.context["page"]]


def test_the_list_holds_the_own_forces_incidents_newest_first(ana, cast):
    for number, day, hour in (("OLD", 1, 12), ("NEW", 3, 12), ("NEWEST", 3, 15), ("MORNING", 3, 4)):
        at = datetime(2026, 9, day, hour, tzinfo=UTC)
        IncidentFactory(force=cast.police, number=number, reported_at=at, summary="Told in confidence")
    IncidentFactory(number="ELSEWHERE")

    assert numbers(ana) == ["NEWEST", "NEW", "MORNING", "OLD"]
    assert "Told in confidence" not in ana.get(reverse("referrals:incidents")).content.decode()


def test_the_list_is_filtered_by_the_address(ana, cast):
    district = AreaFactory()
    now = timezone.now()
    IncidentFactory(force=cast.police, number="PLAIN", district=district, reported_at=now - timedelta(days=40))
    IncidentFactory(force=cast.police, number="ABUSE", domestic_abuse=True, district=district)
    IncidentFactory(force=cast.police, number="LOST", kind="MISSING", child_linked=False, adult_needs=True)
    IncidentFactory(force=cast.police, number="TODAY", reported_at=now - timedelta(hours=1))

    assert numbers(ana, kind="MISSING") == ["LOST"]
    assert sorted(numbers(ana, district=district.code)) == ["ABUSE", "PLAIN"]
    assert numbers(ana, flag="domestic_abuse") == ["ABUSE"]
    assert numbers(ana, flag="adult_needs", kind="MISSING") == ["LOST"]
    assert numbers(ana, days="7") == ["TODAY"]
    assert len(numbers(ana, kind="NONSENSE", district="nonsense", flag="summary", days="x")) == 4


def test_looking_at_the_list_is_recorded_with_the_names_of_the_filters(ana, cast):
    IncidentFactory(force=cast.police)

    numbers(ana, kind="CHILD_CONCERN")

    entry = Entry.objects.get(what="incidents.listed")
    assert (entry.actor_id, entry.details) == (str(cast.ana.pk), {"shown": 1, "filters": ["kind"]})


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("name", "queries"), [("incidents", 8), ("incident_imports", 5), ("incident_import", 7)])
def test_the_number_of_queries_does_not_grow_with_the_rows(ana, cast, django_assert_num_queries, count, name, queries):
    for _ in range(count):
        IncidentFactory(force=cast.police, team=cast.hub_team)
        done = IncidentImportFactory(force=cast.police, refused=count)
    arguments = [done.pk] if name == "incident_import" else []

    with django_assert_num_queries(queries):
        assert len(ana.get(reverse(f"referrals:{name}", args=arguments)).context["page"]) == count
