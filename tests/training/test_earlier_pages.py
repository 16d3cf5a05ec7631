"""The pages of sign-offs on paper of before: a trainer takes a spreadsheet over and accepts, everybody concerned sees what it is."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from pypdf import PdfReader

from accounts.models import User
from audit.models import Entry
from tests.conftest import CarefulClient
from tests.factories.accounts import UserFactory
from tests.factories.training import (
    EarlierAcceptanceFactory,
    EarlierSignOffFactory,
    InductionFactory,
    ModuleVersionFactory,
    ProfileAssignmentFactory,
    ProfileModuleFactory,
    RoleProfileFactory,
)
from tests.people import Cast
from tests.reading import text_of
from training.models import EarlierAcceptance, EarlierSignOff

FILE = (
    b"What,When finished,Who showed,Day\n"
    b"Child neglect,02/03/2026,A. Fictitious,03/03/2026\n"
    b"Stalking,soon,A. Fictitious,03/03/2026\n"
)
COLUMNS = {"item": "0", "done_on": "1", "mentor": "2", "mentor_on": "3"}
MARK = "Signed on paper before, taken over by"


def address(name: str, *arguments: object) -> str:
    return reverse(f"training:{name}", args=arguments)


def asked(cast: Cast, title: str = "Child neglect"):
    version = ModuleVersionFactory(module__force=cast.police, module__title=title, valid_months=None)
    profile = RoleProfileFactory(force=cast.police, name=f"Asks for {title}")
    ProfileModuleFactory(profile=profile, module=version.module)
    starts_on = timezone.localdate() - timedelta(days=30)
    return version.module, ProfileAssignmentFactory(person=cast.olu, profile=profile, starts_on=starts_on)


def test_a_trainer_takes_a_spreadsheet_over_and_downloads_what_was_refused(client: CarefulClient, cast):
    client.force_login(cast.tess)
    chosen = {"file": SimpleUploadedFile("initial.csv", FILE)}

    columns = client.post(address("earlier_import", cast.olu.pk), chosen, follow=True)
    check = client.post(address("earlier_columns", cast.olu.pk), COLUMNS, follow=True)
    shown = check.context["checked"].shown
    taken = client.post(address("earlier_check", cast.olu.pk), {"shown": shown}, follow=True)
    refused = client.get(address("earlier_refused", cast.olu.pk))

    assert "What the headings say is filled in." in text_of(columns)
    assert "Download the refused rows with their reasons (XLSX)" in text_of(check)
    assert "Taken over: 1. There already: 0. Refused: 1." in text_of(taken)
    assert EarlierSignOff.objects.get().item == "Child neglect"
    sheet = load_workbook(BytesIO(refused.content))["Initial training"]
    assert [cell.value for cell in sheet[1]][-2:] == ["Row in the file", "Why it was refused"]
    assert sheet.max_row == 2
    assert Entry.objects.filter(what="training.sign_offs_refused_exported", actor_id=str(cast.tess.pk)).exists()
    client.post(address("earlier_import", cast.mina.pk), {"file": SimpleUploadedFile("other.csv", FILE)})
    assert "Your agency named these columns before" in text_of(client.get(address("earlier_columns", cast.mina.pk)))


def test_a_file_that_is_wrong_is_said_beside_it_and_a_column_chosen_twice_beside_that(client: CarefulClient, cast):
    client.force_login(cast.tess)

    empty = client.post(address("earlier_import", cast.olu.pk), {"file": SimpleUploadedFile("a.csv", b"")})
    client.post(address("earlier_import", cast.olu.pk), {"file": SimpleUploadedFile("initial.csv", FILE)})
    twice = client.post(address("earlier_columns", cast.olu.pk), COLUMNS | {"mentor": "0"})

    assert (empty.status_code, empty.context["form"].errors["file"]) == (422, ["The file is empty."])
    assert (twice.status_code, twice.context["form"].errors["mentor"]) == (
        422,
        ["This column is chosen for item already"],
    )


def test_a_trainer_accepts_one_and_takes_it_back_and_errors_stand_beside_their_field(client: CarefulClient, cast):
    module, _ = asked(cast)
    other, _ = asked(cast, "Stalking")
    one = EarlierSignOffFactory(person=cast.olu)
    client.force_login(cast.tess)

    page = client.get(address("earlier_accept", one.pk))
    short = client.post(address("earlier_accept", one.pk), {"module": str(module.pk), "why": "Yes"})
    none = client.post(address("earlier_accept", one.pk), {"why": "I saw the signed sheet."})
    done = client.post(
        address("earlier_accept", one.pk), {"module": str(module.pk), "why": "I saw the signed sheet."}, follow=True
    )
    acceptance = EarlierAcceptance.objects.get()
    back = client.post(address("earlier_take_back", acceptance.pk), {"why": "The sheet was of another."}, follow=True)

    assert page.context["form"]["module"].value() == str(module.pk)
    assert [label for _, label in page.context["form"].fields["module"].choices] == [
        "Child neglect: does not run out",
        "Stalking: does not run out",
    ]
    assert (short.status_code, list(short.context["form"].errors)) == (422, ["why"])
    assert short.context["form"]["why"].value() == "Yes"
    assert (none.status_code, list(none.context["form"].errors)) == (422, ["module"])
    assert "Accepted: Child neglect is met." in text_of(done)
    assert "Taken back by Tess" in text_of(back)
    assert client.post(address("earlier_accept", one.pk), {"module": str(other.pk), "why": "x" * 12}).status_code == 302


def test_what_cannot_be_accepted_says_why_and_what_to_do(client: CarefulClient, cast):
    half = EarlierSignOffFactory(person=cast.olu, line_manager="", line_manager_on=None)
    whole = EarlierSignOffFactory(person=cast.olu, item="Other", item_key="other")
    client.force_login(cast.tess)

    assert "Only the mentor signed. Two people sign" in text_of(client.get(address("earlier_accept", half.pk)))
    assert "Put them into a profile first." in text_of(client.get(address("earlier_accept", whole.pk)))


def test_the_page_says_that_another_trainer_accepts_what_one_took_over(client: CarefulClient, cast):
    asked(cast)
    one = EarlierSignOffFactory(person=cast.olu, taken_from__by=cast.tess)
    client.force_login(cast.tess)

    found = text_of(client.get(one.get_absolute_url()))

    assert "Another trainer accepts it for a module: you took it over." in found
    assert "Accept it for a module" not in found
    assert client.get(address("earlier_accept", one.pk)).status_code == 403


def test_the_list_offers_to_accept_only_what_can_be_accepted_by_who_looks(client: CarefulClient, cast):
    whole = EarlierSignOffFactory(person=cast.olu)
    half = EarlierSignOffFactory(person=cast.olu, item="Half", item_key="half", line_manager="", line_manager_on=None)
    own = EarlierSignOffFactory(person=cast.olu, item="Own", item_key="own", taken_from__by=cast.tess)
    client.force_login(cast.tess)

    page = client.get(address("person", cast.olu.pk)).content.decode()

    offered = [one for one in (whole, half, own) if address("earlier_accept", one.pk) in page]
    assert offered == [whole]


@pytest.mark.parametrize("who", ["olu", "tess"])
def test_the_pages_of_a_person_mark_what_was_signed_on_paper(client: CarefulClient, cast, who):
    module, _ = asked(cast)
    one = EarlierSignOffFactory(person=cast.olu, taken_from__by=cast.tess)
    EarlierAcceptanceFactory(sign_off=one, module=module)
    client.force_login(getattr(cast, who))

    page = client.get(address("mine") if who == "olu" else address("person", cast.olu.pk))
    found = text_of(page)

    assert f"{MARK} {cast.tess} on 5 October 2026" in found
    assert "Signed on paper before : Child neglect" in found or "Signed on paper before: Child neglect" in found
    assert ("Take over a spreadsheet of initial training" in found) is (who == "tess")


@pytest.mark.parametrize("is_accepted", [False, True])
def test_an_induction_plan_says_it_beside_its_step_and_so_does_its_workbook(client: CarefulClient, cast, is_accepted):
    module, assignment = asked(cast)
    induction = InductionFactory(assignment=assignment, modules=[module], mentor=cast.moss, line_manager=cast.lin)
    one = EarlierSignOffFactory(person=cast.olu, taken_from__by=cast.tess)
    if is_accepted:
        EarlierAcceptanceFactory(sign_off=one, module=module)
    client.force_login(cast.olu)

    page = client.get(induction.get_absolute_url())
    book = load_workbook(BytesIO(client.get(address("induction_xlsx", induction.pk)).content))

    assert f"taken over by {cast.tess} on 5 October 2026: done on 1 October 2026" in text_of(page)
    assert ("Not accepted yet" in text_of(page)) is not is_accepted
    row = [cell.value for cell in book["Induction"][2]]
    assert row[3] == ("Done" if is_accepted else row[3])
    assert row[4] == "2026-10-01"
    assert row[5].startswith(f"{MARK} {cast.tess} on 5 October 2026. Two referrals")
    assert row[6:] == ["A. Fictitious", "2026-10-01", "B. Fictitious", "2026-10-01"]


@pytest.mark.parametrize("who", ["moss", "lin"])
def test_who_is_named_in_an_open_plan_follows_its_link_to_the_sign_off(client: CarefulClient, cast, who):
    module, assignment = asked(cast)
    manager = UserFactory(agency=cast.police, roles=["LINE_MANAGER"])
    induction = InductionFactory(assignment=assignment, modules=[module], mentor=cast.moss, line_manager=manager)
    one = EarlierSignOffFactory(person=cast.olu)
    client.force_login(cast.moss if who == "moss" else manager)

    page = client.get(induction.get_absolute_url()).content.decode()
    read = client.get(one.get_absolute_url())

    assert one.get_absolute_url() in page
    assert (read.status_code, one.evidence in text_of(read)) == (200, True)
    assert "Back to inductions" in text_of(read)
    assert client.get(address("person", cast.olu.pk)).status_code == 404


def test_the_mentor_of_a_closed_plan_sees_neither_link_nor_evidence_of_paper(client: CarefulClient, cast):
    module, assignment = asked(cast)
    closed = {"state": "STOPPED", "closed_at": timezone.now(), "closed_by": cast.tess}
    induction = InductionFactory(
        assignment=assignment, modules=[module], mentor=cast.moss, line_manager=cast.lin, **closed
    )
    one = EarlierSignOffFactory(person=cast.olu)
    client.force_login(cast.moss)

    page = client.get(induction.get_absolute_url()).content.decode()
    book = load_workbook(BytesIO(client.get(address("induction_xlsx", induction.pk)).content))

    assert one.get_absolute_url() not in page
    assert one.evidence not in str([cell.value for cell in book["Induction"][2]])
    assert client.get(one.get_absolute_url()).status_code == 404


def test_a_plan_of_another_agency_shows_nothing_of_paper_of_a_person_who_has_moved(client: CarefulClient, cast):
    module, assignment = asked(cast)
    InductionFactory(assignment=assignment, modules=[module], mentor=cast.moss, line_manager=cast.lin)
    User.objects.filter(pk=cast.olu.pk).update(agency=cast.council, team=None)
    cast.olu.refresh_from_db()
    theirs = EarlierSignOffFactory(person=cast.olu)
    client.force_login(cast.moss)

    assert client.get(theirs.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("name", ["earlier_sign_off", "earlier_accept", "earlier_take_back"])
def test_whoever_looks_at_evidence_of_another_is_recorded_once(client: CarefulClient, cast, name):
    one = EarlierSignOffFactory(person=cast.olu)
    pk = EarlierAcceptanceFactory(sign_off=one).pk if name == "earlier_take_back" else one.pk
    client.force_login(cast.tess)

    client.get(address(name, pk))

    entry = Entry.objects.get(what="training.earlier_sign_off_read")
    assert (entry.verb, entry.actor_id, entry.object_id) == ("READ", str(cast.tess.pk), str(one.pk))


def test_neither_who_looks_at_their_own_nor_who_is_refused_is_recorded(client: CarefulClient, cast):
    one = EarlierSignOffFactory(person=cast.olu)

    client.force_login(cast.olu)
    client.get(one.get_absolute_url())
    client.force_login(cast.lin)
    client.get(address("earlier_accept", one.pk))

    assert not Entry.objects.filter(what="training.earlier_sign_off_read").exists()


def test_the_portfolio_lists_it_apart_from_modules_signed_off(client: CarefulClient, cast):
    EarlierSignOffFactory(person=cast.olu, taken_from__by=cast.tess)
    client.force_login(cast.olu)

    content = client.get(address("cpd_portfolio", cast.olu.pk)).content

    words = " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())
    assert "Signed on paper before" in words
    assert "no signatures of this service" in words
    assert f"By {cast.tess} on 5 October 2026" in words


def test_who_has_nothing_but_paper_sees_their_training(client: CarefulClient, cast):
    EarlierSignOffFactory(person=cast.sam)
    client.force_login(cast.sam)

    assert client.get(address("mine")).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("name", "queries"), [("earlier_import", 5), ("person", 19)])
def test_pages_with_sign_offs_on_paper_have_a_flat_query_count(
    client: CarefulClient, cast, name, queries, count, django_assert_num_queries
):
    for number in range(count):
        one = EarlierSignOffFactory(person=cast.olu, item=f"Item {number}", item_key=f"item {number}")
        EarlierAcceptanceFactory(sign_off=one, accepted_by=cast.tess)
    client.force_login(cast.tess)
    client.get(address(name, cast.olu.pk))

    with django_assert_num_queries(queries):
        client.get(address(name, cast.olu.pk))
