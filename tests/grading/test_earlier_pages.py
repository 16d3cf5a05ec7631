"""The pages of earlier reviews: choose a file, look at each row, take it over or throw it away, and what readers see."""

from io import BytesIO
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from audit.models import Entry
from grading.models import EarlierImport, EarlierReview
from grading.models.earlier import MOST_BYTES
from grading.services.earlier_reviews import SHEET, take_earlier_reviews
from grading.services.earlier_rows import COLUMNS, OPTIONAL_COLUMNS
from tests.conftest import CarefulClient
from tests.factories.accounts import UserFactory
from tests.factories.referrals import IncidentFactory, ReferralFactory
from tests.grading.test_earlier_reviews import REPORTED, csv_of, many, workbook_of
from tests.people import NOW, Cast
from tests.reading import text_of

LIST, NEW = reverse("grading:earlier_reviews"), reverse("grading:earlier_reviews_import")
CHECK, TEMPLATE = reverse("grading:earlier_reviews_check"), reverse("grading:earlier_reviews_template")


@pytest.fixture(autouse=True)
def _nothing_waits() -> None:
    cache.clear()


def choose(client: CarefulClient, content: bytes, name: str = "dip samples.csv") -> Any:
    return client.post(NEW, {"file": SimpleUploadedFile(name, content)}, follow=True)


def take(cast: Cast, content: bytes) -> None:
    take_earlier_reviews(content=content, file_name="a.csv", force=cast.police, by=cast.sam, at=NOW)


def test_a_file_is_chosen_looked_at_and_taken_over(client: CarefulClient, cast):
    client.signed_in(cast.sam)

    page = choose(client, csv_of({}, {"incident_number": "2", "needed": "perhaps"}))

    assert page.request["PATH_INFO"] == CHECK
    said = text_of(page)
    assert "Nothing is stored yet." in said
    assert "2 99000000123 To be taken No incident of this number was imported here." in said
    assert "3 2 Refused needed : Write yes, no or unclear." in said
    assert not EarlierReview.objects.exists()
    entry = Entry.objects.get(what="grading.earlier_reviews_checked")
    assert (entry.verb, entry.actor_id, entry.details) == ("READ", str(cast.sam.pk), {"rows": 2})

    done = client.post(CHECK, {"sha256": page.context["checked"].sha256}, follow=True)

    assert "Taken over: 1. There already: 0. Refused: 1." in text_of(done)
    assert "99000000123 not imported here March to April 2023" in text_of(done)
    assert EarlierReview.objects.count() == 1
    assert "No file waits to be taken over" in text_of(client.get(CHECK, follow=True))


def test_a_file_that_is_thrown_away_leaves_nothing(client: CarefulClient, cast):
    choose(client.signed_in(cast.sam), csv_of({}))

    said = text_of(client.post(CHECK, {"throw_away": "yes"}, follow=True))

    assert "The file was thrown away. Nothing was taken over." in said
    assert (EarlierReview.objects.count(), EarlierImport.objects.count()) == (0, 0)
    assert "No file waits" in text_of(client.get(CHECK, follow=True))


def test_a_file_waits_for_the_one_who_chose_it_alone(client: CarefulClient, cast):
    choose(client.signed_in(cast.sam), csv_of({}))
    other = UserFactory(name="Sia Fictitious", agency=cast.police, roles=["MASH_SUPERVISOR"])

    assert "No file waits" in text_of(client.signed_in(other).get(CHECK, follow=True))


def test_the_file_of_another_window_is_not_taken_unseen(client: CarefulClient, cast):
    first = choose(client.signed_in(cast.sam), csv_of({})).context["checked"].sha256
    choose(client, csv_of({"incident_number": "2"}))

    said = text_of(client.post(CHECK, {"sha256": first}, follow=True))

    assert "Another file was chosen since. Look at it first." in said
    assert "2 2 To be taken" in said
    assert not EarlierReview.objects.exists()


def test_rows_are_narrowed_by_what_becomes_of_them_and_come_page_by_page(client: CarefulClient, cast):
    page = choose(client.signed_in(cast.sam), csv_of(*many(120, 0), {"needed": "perhaps"}))

    assert "Page 1 of 2" in text_of(page)
    assert "122 99000000123 Refused" in text_of(client.get(CHECK, {"page": "2"}))
    refused = text_of(client.get(CHECK, {"show": "REFUSED"}))
    assert "122 99000000123 Refused" in refused
    assert "M5 To be taken" not in refused
    assert "M5 To be taken" in text_of(client.get(CHECK, {"show": "NOTES"}))
    assert "No such row." in text_of(client.get(CHECK, {"show": "nonsense"}))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"surprise\n1\n", "The heading is not right"),
        (b"", "The file is empty"),
        (b"PK\x03\x04 no workbook", "no Excel workbook"),
        (b"x" * (MOST_BYTES + 1), "The file is too large: it may have 5 MB"),
    ],
)
def test_a_file_that_is_wrong_as_a_whole_is_refused_beside_its_field(client: CarefulClient, cast, content, message):
    answer = choose(client.signed_in(cast.sam), content)

    assert answer.status_code == 422
    assert message in " ".join(answer.context["form"].errors["file"])
    assert "No file waits" in text_of(client.get(CHECK, follow=True))


def test_the_template_comes_back_filled_in(client: CarefulClient, cast):
    answer = client.signed_in(cast.sam).get(TEMPLATE)
    book = load_workbook(BytesIO(answer.content))

    heading = [cell.value for cell in book[SHEET][1]]
    assert heading == [*dict.fromkeys(heading)]
    assert set(heading) == {*COLUMNS, *OPTIONAL_COLUMNS}
    assert answer["Content-Disposition"] == 'attachment; filename="earlier-reviews.xlsx"'
    book[SHEET].append(["99000000123", "2023-03", "2023-04", "yes", "child", "yes", "yes", "no"])
    out = BytesIO()
    book.save(out)
    assert "2 99000000123 To be taken" in text_of(choose(client, out.getvalue(), "filled in.xlsx"))


def test_what_a_spreadsheet_says_is_shown_as_words_only(client: CarefulClient, cast):
    said = text_of(
        choose(client.signed_in(cast.sam), csv_of({"incident_number": "<b>1", "team": "=cmd|' /C calc'!A0"}), "<i>.csv")
    )

    assert "<i>.csv" in said
    assert "The force has no team “=cmd|' /C calc'!A0”." in said


def test_the_list_leads_to_the_forms_that_one_may_open_and_is_recorded(client: CarefulClient, cast):
    incident = IncidentFactory(
        force=cast.police, district=cast.district, officer=cast.olu, number="99000000123", reported_at=REPORTED
    )
    form = ReferralFactory(author=cast.olu, incident=incident, submitted_at=REPORTED)
    take(cast, csv_of({}, {"incident_number": "2"}))

    page = client.signed_in(cast.sam).get(LIST)

    assert form.get_absolute_url() in page.content.decode()
    assert "None though the spreadsheet says there was one" in text_of(page)
    entry = Entry.objects.get(what="grading.earlier_reviews_listed")
    assert (entry.actor_id, entry.details) == (str(cast.sam.pk), {"incidents": ["2", "99000000123"]})
    assert form.get_absolute_url() not in client.signed_in(cast.rae).get(LIST).content.decode()
    assert form.reference in text_of(client.get(LIST))


def test_a_spreadsheet_is_taken_back_by_its_page(client: CarefulClient, cast):
    take(cast, csv_of({}))
    done = EarlierImport.objects.get()
    address = reverse("grading:earlier_reviews_take_back", args=[done.pk])
    client.signed_in(cast.sam)

    assert address in client.get(LIST).content.decode()
    refused = client.post(address, {"why": "no"})
    assert (refused.status_code, refused.context["form"]["why"].value()) == (422, "no")
    assert "Say why in at least 10 characters." in text_of(refused)
    assert EarlierReview.objects.count() == 1
    said = text_of(client.post(address, {"why": "It was the file of another year."}, follow=True))
    assert "Taken back: 1 review of a.csv." in said
    assert "No earlier reviews were taken over." in said
    assert address not in client.signed_in(cast.rae).get(LIST).content.decode()


def test_compliance_shows_them_apart_and_readers_no_small_number(client: CarefulClient, cast):
    autumn = {"first_month": "2023-09", "last_month": "2023-10"}
    take(cast, csv_of(*many(8, 0), *many(2, 20, **autumn)))
    address = reverse("grading:dip_sample_compliance")

    own = text_of(client.signed_in(cast.rae).get(address))
    reader = text_of(client.signed_in(cast.leda).get(address))

    assert "No sample has been published here yet." in own
    before, _, after = own.partition("From earlier spreadsheets, not drawn here")
    assert "2023" not in before
    assert "March to April 2023 100.0% 8 of 8 68% to 100%" in after
    assert "September to October 2023 100.0% 2 of 2" in after
    assert "Whole of 2023 100.0% 10 of 10" in after
    assert "See the earlier reviews" in own
    assert "September to October 2023 Too few to show" in reader
    assert "Whole of 2023 100.0% 8 of 8" in reader
    assert "2 of 2" not in reader
    assert "See the earlier reviews" not in reader


@pytest.mark.parametrize("count", [1, 3])
def test_earlier_reviews_query_count_is_flat(client: CarefulClient, cast, count, django_assert_num_queries):
    for number in range(count):
        incident = IncidentFactory(force=cast.police, district=cast.district, number=f"M{number}", reported_at=REPORTED)
        ReferralFactory(author=cast.olu, incident=incident, submitted_at=REPORTED)
    take(cast, csv_of(*many(count, 0)))
    client.signed_in(cast.sam)
    with django_assert_num_queries(9):
        assert client.get(LIST).status_code == 200


@pytest.mark.parametrize("count", [1, 30])
def test_earlier_reviews_check_query_count_is_flat(client: CarefulClient, cast, count, django_assert_num_queries):
    heading, *rows = [line.split(",") for line in csv_of(*many(count, 0)).decode().splitlines()]
    choose(client.signed_in(cast.sam), workbook_of(heading, *rows), "dip samples.xlsx")
    with django_assert_num_queries(10):
        assert client.get(CHECK).status_code == 200
