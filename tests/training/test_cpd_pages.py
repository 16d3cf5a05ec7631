"""The pages of the CPD log: quick add, one entry, a group, years against what is expected, files out and spreadsheets in."""

import re
import uuid
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from pypdf import PdfReader

from audit.models import Entry
from common.clock import london_day
from tests.conftest import CarefulClient
from tests.factories.accounts import UserFactory
from tests.factories.training import (
    CpdEntryFactory,
    CpdEventFactory,
    CpdExpectationFactory,
    CpdFileFactory,
    CpdImportFactory,
    ModuleVersionFactory,
    TrainingRecordFactory,
)
from tests.people import NOW, Cast
from tests.reading import text_of
from training.models import CpdEntry, CpdEvent, CpdImport
from training.services import cpd as services

KEPT = "Kept words, typed by hand."
DAY = {"done_on_0": "2", "done_on_1": "10", "done_on_2": "2026"}
CPD = DAY | {"kind": "COURSE", "topic": "Stalking", "hours": "1.5", "learned": KEPT}


def address(name: str, *arguments: object) -> str:
    return reverse(f"training:{name}", args=arguments)


def recorded(what: str) -> list[tuple[str, str, str]]:
    found = Entry.objects.filter(what=f"training.{what}").order_by("pk")
    return list(found.values_list("verb", "actor_id", "object_id"))


def today() -> date:
    return london_day(timezone.now())


def new_key() -> dict[str, str]:
    return {"key": str(uuid.uuid4())}


# --- quick add --------------------------------------------------------------------------------------------------------


def test_what_is_sent_again_with_other_words_after_going_back_is_not_taken_for_the_same(
    client: CarefulClient, cast: Cast
):
    client.signed_in(cast.olu)
    key = new_key()
    client.post(address("cpd_new"), CPD | key)

    refused = client.post(address("cpd_new"), CPD | key | {"learned": "Other words, after going back."})

    assert refused.status_code == 422
    assert "Other words, after going back." in text_of(refused)
    again = {"key": refused.context["form"]["key"].value()}
    assert again != key
    client.post(address("cpd_new"), CPD | again | {"learned": "Other words, after going back."})
    assert CpdEntry.objects.count() == 2


def test_what_is_known_is_offered_with_its_usual_kind_and_hours(client: CarefulClient, cast: Cast):
    CpdEntryFactory(person=cast.olu, topic="Old and new", hours=Decimal(2), done_on=date(2026, 9, 1))
    entry = CpdEntryFactory(person=cast.olu, topic="Old and new", hours=Decimal(3), kind="READING")
    event = CpdEventFactory(logged_by=cast.tess, topic="Curiosity", hours=Decimal("0.5"), trainer="Tess Fictitious")
    module = ModuleVersionFactory(module__force=cast.police, module__title="Neglect", minutes=100, delivery="VIDEO")
    client.signed_in(cast.olu)

    page = client.get(address("cpd_new"))

    assert re.findall(r'\?known=([0-9a-f-]+)"[^>]*>([^<]+)<', page.content.decode()) == [
        (str(entry.pk), "Old and new"),
        (str(event.pk), "Curiosity"),
        (str(module.pk), "Neglect"),
    ]
    for known, kind, hours, trainer in (
        (entry, "READING", "3.00", ""),
        (event, "BRIEFING", "0.50", "Tess Fictitious"),
        (module, "READING", "1.67", ""),
    ):
        form = client.get(address("cpd_new"), {"known": str(known.pk)}).context["form"]
        assert {name: str(form[name].value()) for name in ("kind", "hours", "trainer")} == {
            "kind": kind,
            "hours": hours,
            "trainer": trainer,
        }
        assert form["done_on"].value() == today()


def test_what_others_wrote_in_logs_of_their_own_is_offered_to_nobody(client: CarefulClient, cast: Cast):
    theirs = CpdEntryFactory(person=cast.lin, topic="Something personal")
    CpdEventFactory(topic="Of another force")
    client.signed_in(cast.olu)

    page = client.get(address("cpd_new"), {"known": str(theirs.pk)})

    assert "Something personal" not in text_of(page)
    assert "Of another force" not in text_of(page)
    assert page.context["form"]["topic"].value() is None
    assert client.get(address("cpd_new"), {"known": "nonsense"}).status_code == 200


def test_of_a_known_topic_kind_and_hours_may_be_left_open(client: CarefulClient, cast: Cast):
    CpdEntryFactory(person=cast.olu, topic="Curiosity", hours=Decimal("0.5"), kind="BRIEFING")
    client.signed_in(cast.olu)
    answers = DAY | {"topic": "curiosity", "learned": KEPT}

    client.post(address("cpd_new"), answers | new_key())
    refused = client.post(address("cpd_new"), answers | {"topic": "Unknown"} | new_key())

    entry = CpdEntry.objects.exclude(learned="Fixated behaviour shows in the pattern.").get()
    assert (entry.kind, entry.hours) == ("BRIEFING", Decimal("0.50"))
    assert refused.status_code == 422
    assert refused.context["form"].errors.keys() == {"kind", "hours"}


# --- one entry --------------------------------------------------------------------------------------------------------


def test_an_entry_is_corrected_looked_back_on_and_taken_back_on_its_pages(client: CarefulClient, cast: Cast):
    entry = CpdEntryFactory(person=cast.olu)
    client.signed_in(cast.olu)
    assert "Did it help?" in text_of(client.get(entry.get_absolute_url()))

    client.post(address("cpd_correct", entry.pk), CPD | {"topic": "Coercive control", "version": "1"})
    client.post(address("cpd_look_back", entry.pk), {"did_help": "Yes, twice.", "version": "2"})
    said = text_of(client.get(entry.get_absolute_url()))
    for words in ("Coercive control", "Yes, twice.", "Version 1, until", "Version 2, until", KEPT):
        assert words in said

    client.post(address("cpd_take_back", entry.pk), {"why": "Logged on the wrong day."})
    said = text_of(client.get(entry.get_absolute_url()))
    assert "Taken back by Olu Fictitious" in said
    assert "Logged on the wrong day." in said
    assert "Did it help?" not in said
    assert "Taken back" in text_of(client.get(address("mine")))
    assert client.get(address("cpd_correct", entry.pk)).status_code == 403


def test_the_person_is_asked_for_words_and_the_trainer_for_facts_of_what_a_trainer_logged(client, cast):
    entry = CpdEntryFactory(person=cast.olu, logged_by=cast.tess)

    own = set(client.signed_in(cast.olu).get(address("cpd_correct", entry.pk)).context["form"].fields)
    trainers = set(client.signed_in(cast.tess).get(address("cpd_correct", entry.pk)).context["form"].fields)

    assert own == {"what_happened", "learned", "will_change", "version"}
    assert trainers == {"done_on", "kind", "topic", "hours", "trainer", "evidence", "version"}


@pytest.mark.parametrize(
    ("name", "answers", "words"),
    [
        ("cpd_correct", CPD | {"version": "1", "hours": "a lot"}, "Enter hours as a number"),
        ("cpd_correct", CPD | {"version": "7"}, "changed since you opened it"),
        ("cpd_look_back", {"did_help": "", "version": "1"}, "Write whether it helped"),
        ("cpd_look_back", {"did_help": KEPT, "version": "7"}, "changed since you opened it"),
        ("cpd_take_back", {"why": ""}, "Say why"),
        ("cpd_take_back", {"why": "no"}, "at least 10"),
    ],
)
def test_what_is_wrong_answers_422_keeps_what_was_typed_and_changes_nothing(client, cast, name, answers, words):
    entry = CpdEntryFactory(person=cast.olu)
    client.signed_in(cast.olu)

    response = client.post(address(name, entry.pk), answers)

    assert response.status_code == 422
    assert words in text_of(response)
    assert KEPT not in answers.values() or KEPT in response.content.decode()
    before = (entry.version, entry.taken_back_at)
    entry.refresh_from_db()
    assert (entry.version, entry.taken_back_at) == before


def test_looking_at_an_entry_of_somebody_else_is_recorded(client: CarefulClient, cast: Cast):
    entry = CpdEntryFactory(person=cast.olu)

    for person in (cast.olu, cast.lin):
        client.signed_in(person).get(entry.get_absolute_url())

    assert recorded("cpd_read") == [("READ", str(cast.lin.pk), str(entry.pk))]


# --- a group ----------------------------------------------------------------------------------------------------------


def test_lines_that_name_nobody_are_shown_before_anything_is_logged(client: CarefulClient, cast: Cast):
    client.signed_in(cast.tess)
    page = f"{address('cpd_group')}?team={cast.hub_team.pk}"
    answers = CPD | new_key() | {"people": str(cast.mina.pk), "listed": "olu@example.org\nnobody\nlin@example.org"}

    shown = client.post(page, answers)

    assert shown.status_code == 422
    said = text_of(shown)
    assert "1 line names nobody new. See below." in said
    assert "2 nobody Nobody of your agency has this address or collar number." in said
    assert "Log it for the 3 people found" in said
    assert not CpdEntry.objects.exists()

    for _ in range(2):
        done = client.post(page, answers | {"go_on": "yes"}, follow=True)

    event = CpdEvent.objects.get()
    assert done.redirect_chain == [(event.get_absolute_url(), 302)]
    assert "Logged for: 0. Had it already: 3. Not logged: 1." in text_of(done)
    assert set(event.entries.values_list("person__name", flat=True)) == {
        "Mina Fictitious",
        "Olu Fictitious",
        "Lin Fictitious",
    }


def test_a_group_without_anybody_or_with_wrong_facts_is_refused_beside_the_field(client, cast):
    client.signed_in(cast.tess)

    nobody = client.post(address("cpd_group"), CPD | new_key())
    wrong = client.post(address("cpd_group"), CPD | new_key() | {"hours": "25", "listed": "olu@example.org"})

    assert (nobody.status_code, wrong.status_code) == (422, 422)
    assert "Choose at least one person of your agency." in text_of(nobody)
    assert "hours" in wrong.context["form"].errors
    assert not CpdEvent.objects.exists()


# --- years ------------------------------------------------------------------------------------------------------------


def test_a_year_of_everybody_stands_against_what_is_expected(client: CarefulClient, cast: Cast):
    CpdExpectationFactory(set_by=cast.tess)
    CpdEntryFactory(person=cast.olu, kind="READING", hours=Decimal("12.5"))
    CpdEntryFactory(person=cast.olu, done_on=date(2025, 3, 1), hours=Decimal(7))
    client.signed_in(cast.lin)

    said = text_of(client.get(address("cpd_people"), {"year": "2026"}))
    assert "Olu Fictitious Testham Response Reading or video: 12.50 12.50 30.00 17.50" in said
    assert "Lin Fictitious Testham Response – 0 30.00 30.00" in said
    assert "Mina" not in said
    assert "7.00 30.00 23.00" in text_of(client.get(address("cpd_people"), {"year": "2025"}))
    for nonsense in ("soon", "99999", "019709", "-1", "²"):
        assert client.get(address("cpd_people"), {"year": nonsense, "team": nonsense}).status_code == 200
    assert recorded("cpd_people_listed")[0] == ("READ", str(cast.lin.pk), "")


def test_a_trainer_sets_what_is_expected_and_everybody_reads_it_on_their_page(client: CarefulClient, cast: Cast):
    client.signed_in(cast.tess)
    answers = {"hours": "30", "valid_from_0": "1", "valid_from_1": "1", "valid_from_2": str(today().year)}

    refused = client.post(address("cpd_expectation"), answers | {"hours": "501"})
    client.post(address("cpd_expectation"), answers)

    assert refused.status_code == 422
    said = text_of(client.signed_in(cast.olu).get(address("mine")))
    assert f"{today().year}" in said
    assert "0 0 30.00 30.00" in said


def test_a_teams_year_comes_as_a_workbook_and_is_recorded(client: CarefulClient, cast: Cast):
    CpdExpectationFactory(set_by=cast.tess)
    CpdEntryFactory(person=cast.olu, learned="=1+1")
    CpdEntryFactory(person=cast.olu, done_on=date(2025, 3, 1))

    answer = client.signed_in(cast.lin).get(address("cpd_team_xlsx", cast.response_team.pk), {"year": "2026"})

    book = load_workbook(BytesIO(answer.content))
    totals = [row[0].value for row in book["Totals"].iter_rows(min_row=2)]
    assert totals == ["Lin Fictitious", "Olu Fictitious"]
    assert [row[0].value for row in book["Entries"].iter_rows(min_row=2)] == ["Olu Fictitious"]
    cell = next(cell for cell in book["Entries"][2] if cell.value == "=1+1")
    assert cell.data_type == "s"
    assert recorded("cpd_team_exported") == [("EXPORTED", str(cast.lin.pk), str(cast.response_team.pk))]


def test_the_portfolio_is_a_tagged_pdf_with_the_marking_on_each_page_and_is_recorded(client, cast, settings):
    settings.CLASSIFICATION = "OFFICIAL (test)"
    CpdExpectationFactory(set_by=cast.tess)
    TrainingRecordFactory(person=cast.olu, state="COMPLETE", module_version__module__title="Neglect")
    entry = CpdEntryFactory(person=cast.olu, did_help="Yes, twice.", looked_back_on=date(2026, 11, 1))
    CpdFileFactory(entry=entry, name="certificate.pdf")
    CpdFileFactory(entry=entry, name="unchecked.pdf", state="WAITING", scanned_at=None)
    CpdEntryFactory(person=cast.olu, topic="Of the year before", done_on=date(2025, 3, 1))
    CpdEntryFactory(
        person=cast.olu, topic="Not counted", taken_back_at=NOW, taken_back_by=cast.olu, taken_back_because="Wrong day."
    )
    CpdEntryFactory.create_batch(30, person=cast.olu)

    answer = client.signed_in(cast.olu).get(address("cpd_portfolio", cast.olu.pk), {"year": "2026"})

    reader = PdfReader(BytesIO(answer.content))
    pages = [" ".join(page.extract_text().split()) for page in reader.pages]
    assert len(pages) > 1
    assert all("OFFICIAL (test)" in page for page in pages)
    said = " ".join(pages)
    for words in ("CPD portfolio of Olu Fictitious", "Neglect", "Yes, twice.", "certificate.pdf", "30.00"):
        assert words in said
    for words in ("Of the year before", "Not counted", "unchecked.pdf"):
        assert words not in said
    assert "/StructTreeRoot" in reader.trailer["/Root"]
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert recorded("cpd_portfolio_made") == [("EXPORTED", str(cast.olu.pk), str(cast.olu.pk))]
    assert "Olu" not in answer["Content-Disposition"]


# --- spreadsheets -----------------------------------------------------------------------------------------------------

SHEET = b"Completed on,What,Hours,Learnt\n02/10/2026,Stalking,1.5,The pattern.\nsoon,Neglect,1,x\n"


def choose(client: CarefulClient, person, content: bytes = SHEET, name: str = "my cpd.csv") -> Any:
    return client.post(address("cpd_import", person.pk), {"file": SimpleUploadedFile(name, content)}, follow=True)


def test_a_spreadsheet_is_chosen_its_columns_named_its_rows_seen_taken_and_undone(client: CarefulClient, cast: Cast):
    client.signed_in(cast.olu)
    columns, check = address("cpd_import_columns", cast.olu.pk), address("cpd_import_check", cast.olu.pk)

    page = choose(client, cast.olu)
    assert page.request["PATH_INFO"] == columns
    guessed = {name: page.context["form"][name].value() for name in ("done_on", "topic", "hours", "learned")}
    assert guessed == {"done_on": "0", "topic": "", "hours": "2", "learned": "3"}
    refused = client.post(columns, guessed)
    assert refused.status_code == 422
    assert "Choose the column that holds the topic" in text_of(refused)

    page = client.post(columns, guessed | {"topic": "1", "usual_kind": "COURSE"}, follow=True)
    said = text_of(page)
    assert "Nothing is stored yet." in said
    assert "2 2 October 2026 Stalking 1.50 To be taken" in said
    assert "3 – Neglect 1.00 Refused Date: “soon” is not a real date" in said
    assert not CpdEntry.objects.exists()
    done = client.post(check, {"shown": page.context["checked"].shown}, follow=True)
    assert "Taken over: 1. There already: 0. Refused: 1." in text_of(done)
    assert "No file waits" in text_of(client.get(check, follow=True))

    undo = address("cpd_import_undo", CpdImport.objects.get().pk)
    assert client.post(undo, {"why": "no"}).status_code == 422
    done = client.post(undo, {"why": "It was the wrong file."}, follow=True)
    assert "Undone: 1 entry of my cpd.csv." in text_of(done)
    assert "It was the wrong file." in text_of(done)
    assert not CpdEntry.objects.counted().exists()


def test_one_column_is_one_field_and_a_file_of_another_window_is_not_taken_unseen(client: CarefulClient, cast: Cast):
    client.signed_in(cast.olu)
    columns, check = address("cpd_import_columns", cast.olu.pk), address("cpd_import_check", cast.olu.pk)
    answers = {"done_on": "0", "topic": "1", "hours": "2", "learned": "3", "usual_kind": "COURSE"}
    choose(client, cast.olu)

    twice = client.post(columns, answers | {"trainer": "1"})
    assert twice.status_code == 422
    assert "This column is chosen for topic already" in text_of(twice)
    shown = client.post(columns, answers, follow=True).context["checked"].shown
    choose(client, cast.olu, SHEET.replace(b"Stalking", b"Another"))
    assert "No file waits" in text_of(client.post(check, {"shown": shown}, follow=True))
    client.post(columns, answers)
    assert "Another file or other columns were chosen since" in text_of(
        client.post(check, {"shown": shown}, follow=True)
    )
    assert "Nothing was taken over." in text_of(client.post(check, {"throw_away": "yes"}, follow=True))
    assert not CpdEntry.objects.exists()


@pytest.mark.parametrize(
    ("content", "message"), [(b"", "The file is empty"), (b"PK\x03\x04 no workbook", "no Excel workbook")]
)
def test_a_file_that_is_wrong_as_a_whole_is_refused_beside_its_field(client, cast, content, message):
    answer = choose(client.signed_in(cast.olu), cast.olu, content)

    assert answer.status_code == 422
    assert message in " ".join(answer.context["form"].errors["file"])


def test_a_trainers_file_waits_for_that_person_and_trainer_alone_and_the_look_is_recorded(client, cast):
    client.signed_in(cast.tess)
    choose(client, cast.olu)
    answers = {"done_on": "0", "topic": "1"}

    client.post(address("cpd_import_columns", cast.olu.pk), answers, follow=True)

    assert recorded("cpd_file_checked") == [("READ", str(cast.tess.pk), str(cast.olu.pk))]
    assert "No file waits" in text_of(client.get(address("cpd_import_columns", cast.lin.pk), follow=True))
    client.signed_in(cast.olu)
    assert "No file waits" in text_of(client.get(address("cpd_import_check", cast.olu.pk), follow=True))


def test_the_log_as_a_workbook_is_what_can_be_taken_over_and_is_recorded(client: CarefulClient, cast: Cast):
    CpdEntryFactory(person=cast.olu)
    client.signed_in(cast.tess)

    answer = client.get(address("cpd_xlsx", cast.olu.pk))

    assert recorded("cpd_exported") == [("EXPORTED", str(cast.tess.pk), str(cast.olu.pk))]
    page = choose(client, cast.olu, answer.content, "cpd-log.xlsx")
    form = page.context["form"]
    assert [form[name].value() for name in form.columns] == [str(place) for place in range(len(form.columns))]


# --- how many queries ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("who", "name", "queries"),
    [
        ("olu", "cpd_new", 6),
        ("olu", "cpd_entry", 6),
        ("tess", "cpd_people", 8),
        ("tess", "cpd_event", 6),
        ("tess", "cpd_group", 5),
        ("olu", "cpd_import", 4),
        ("olu", "cpd_xlsx", 5),
        ("lin", "cpd_team_xlsx", 9),
        ("olu", "cpd_portfolio", 11),
        ("tess", "cpd_expectation", 5),
    ],
)
def test_pages_have_a_flat_query_count(client, cast, who, name, queries, count, django_assert_num_queries):
    event = CpdEventFactory(logged_by=cast.tess)
    entry = CpdEntryFactory(person=cast.olu)
    for number in range(count):
        ModuleVersionFactory(module__force=cast.police)
        CpdEventFactory(logged_by=cast.tess, topic=f"Event {number}")
        other = UserFactory(agency=cast.police, team=cast.response_team)
        CpdEntryFactory(person=other, logged_by=cast.tess, event=event)
        CpdFileFactory(entry=CpdEntryFactory(person=cast.olu, topic=f"Topic {number}"))
        CpdFileFactory(entry=entry)
        CpdImportFactory(person=cast.olu)
        CpdExpectationFactory(set_by=cast.tess, valid_from=date(2020 + number, 1, 1))
        services.look_back_on_cpd(
            entry_id=entry.pk, version=number + 1, did_help=f"Look {number}.", by=cast.olu, at=NOW
        )
    client.signed_in(getattr(cast, who))
    page = {
        "cpd_entry": entry.get_absolute_url,
        "cpd_event": event.get_absolute_url,
        "cpd_group": lambda: f"{address('cpd_group')}?team={cast.response_team.pk}",
        "cpd_team_xlsx": lambda: address("cpd_team_xlsx", cast.response_team.pk),
        **{
            name: (lambda name=name: address(name, cast.olu.pk)) for name in ("cpd_import", "cpd_xlsx", "cpd_portfolio")
        },
    }.get(name, lambda: address(name))()

    with django_assert_num_queries(queries):
        assert client.get(page).status_code == 200
