"""The pages of training: the journey, input that is wrong, who sees what, what is recorded, how many queries."""

import re
import uuid
from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from accounts.models import User
from audit.models import Entry
from tests.conftest import CarefulClient
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.training import CpdEntryFactory, ModuleVersionFactory, RoleProfileFactory, TrainingRecordFactory
from tests.people import Cast
from tests.reading import text_of
from training.models import (
    CatalogueEntry,
    Course,
    CourseAlias,
    CpdEntry,
    Module,
    ModuleVersion,
    SendingBack,
    Signature,
    SignatureRevocation,
    Theme,
    TrainingRecord,
)

KEPT = "Kept words, typed by hand."
DAY = {"done_on_0": "2", "done_on_1": "10", "done_on_2": "2026"}


def record_of(cast: Cast, state: str = "LOGGED", **fields) -> TrainingRecord:
    people = {"person": cast.olu, "trainer": cast.tess, "mentor": cast.moss, "line_manager": cast.lin}
    return TrainingRecordFactory(**people | {"state": state} | fields)


def address(name: str, *arguments: object) -> str:
    return reverse(f"training:{name}", args=arguments)


def signature(person: User, **fields) -> dict[str, str]:
    return {"version": "1", "has_read": "on", "confirms": "on", "signed_as": person.name} | fields


def content(cast: Cast, **fields) -> dict[str, str]:
    return (
        DAY
        | {"method": "VIRTUAL", "evidence": KEPT, "mentor": str(cast.moss.pk), "line_manager": str(cast.lin.pk)}
        | fields
    )


def whose(cast: Cast, version: ModuleVersion) -> dict[str, str]:
    return {"person": cast.olu.email, "module_version": str(version.pk)}


def recorded(what: str) -> list[tuple[str, str]]:
    return list(Entry.objects.filter(what=f"training.{what}").values_list("actor_id", "object_id"))


# --- the journey ------------------------------------------------------------------------------------------------------


def test_a_trainer_logs_a_module_the_mentor_sends_it_back_and_in_the_end_both_sign(client, cast):
    version = ModuleVersionFactory(module__force=cast.police, module__title="Neglect")
    client.signed_in(cast.tess)
    page = client.post(address("record_new"), content(cast) | whose(cast, version), follow=True)
    record = TrainingRecord.objects.get()
    assert page.redirect_chain == [(record.get_absolute_url(), 302)]
    assert "Moss Fictitious is asked to sign, then Lin Fictitious" in text_of(page)
    sign = address("record_sign", record.pk)

    client.signed_in(cast.lin)
    assert "The mentor signs first" in text_of(client.get(sign))
    client.signed_in(cast.moss)
    assert "Training records to sign as mentor" in text_of(client.get(reverse("home")))
    client.post(address("record_send_back", record.pk), {"reason": "Say what was discussed."})
    client.signed_in(cast.tess)
    assert "Say what was discussed." in text_of(client.get(address("record_correct", record.pk)))
    client.post(address("record_correct", record.pk), content(cast, evidence="Two fictitious calls, discussed."))
    for person in (cast.moss, cast.lin):
        client.signed_in(person)
        page = client.post(sign, signature(person, version="2"), follow=True)
        assert "Your signature is on the record" in text_of(page)

    record.refresh_from_db()
    assert (record.state, record.version) == ("COMPLETE", 2)
    client.signed_in(cast.olu)
    page = text_of(client.get(record.get_absolute_url()))
    for words in (
        "Complete Holds until 2 October 2028",
        "Signed by the line manager by Lin Fictitious",
        "Signed by the mentor by Moss Fictitious",
        "Version 1 sent back by Moss Fictitious",
        "Two fictitious calls, discussed.",
    ):
        assert words in page


def test_buttons_are_only_where_the_move_is_allowed(client, cast):
    def moves(state: str) -> dict[str, set[str]]:
        record = record_of(cast, state)
        found = {}
        for name in ("olu", "moss", "lin", "tess"):
            page = client.signed_in(getattr(cast, name)).get(record.get_absolute_url()).content.decode()
            found[name] = set(re.findall(rf"/training/records/{record.pk}/([a-z-]+)/", page)) - {"certificate"}
        return {name: moves for name, moves in found.items() if moves}

    assert moves("LOGGED") == {"moss": {"sign", "send-back"}}
    assert moves("MENTOR_SIGNED") == {"lin": {"sign", "send-back", "revoke"}, "moss": {"revoke"}, "tess": {"revoke"}}
    assert moves("COMPLETE") == {"lin": {"revoke"}, "moss": {"revoke"}, "tess": {"revoke"}}
    assert moves("SENT_BACK") == {"tess": {"correct"}}


def test_revoking_leaves_the_signatures_on_the_record(client, cast):
    record = record_of(cast, "COMPLETE")
    client.signed_in(cast.tess)

    page = client.post(address("record_revoke", record.pk), {"reason": "The wrong person was named."}, follow=True)

    assert "Signature of the line manager revoked" in text_of(page)
    assert "Waiting for the mentor" in text_of(page)
    assert (Signature.objects.count(), SignatureRevocation.objects.count()) == (2, 2)


def test_a_page_about_a_move_that_is_over_leads_to_the_record(client, cast):
    record = record_of(cast, "COMPLETE")

    for person, name in ((cast.moss, "record_send_back"), (cast.tess, "record_correct")):
        response = client.signed_in(person).get(address(name, record.pk))
        assert (response.status_code, response["Location"]) == (302, record.get_absolute_url())


def test_a_signature_that_no_longer_fits_is_said_on_the_record(client, cast):
    record = record_of(cast, "COMPLETE")
    client.signed_in(cast.olu)
    warning = "does not fit what it says now"
    assert warning not in text_of(client.get(record.get_absolute_url()))

    # A record whose signatures were made for other words: their hash is of something else.
    other = record_of(cast, "LOGGED")
    Signature.objects.create(
        record=other,
        version=1,
        role="MENTOR",
        signer=cast.moss,
        signed_as=cast.moss.name,
        statement="Yes.",
        content_sha256="0" * 64,
        signed_at=other.logged_at,
    )
    TrainingRecord.objects.filter(pk=other.pk).update(state="MENTOR_SIGNED")

    assert warning in text_of(client.get(other.get_absolute_url()))


# --- input that is wrong ----------------------------------------------------------------------------------------------


def is_refused(response, *words: str) -> None:
    """422, an error summary that says so, and what was typed is still there."""
    assert response.status_code == 422
    page = response.content.decode()
    assert "<title>Error: " in page
    assert "There is a problem" in page
    for word in words:
        assert word in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"evidence": ""}, "Write what shows"),
        ({"evidence": "short"}, "At least 10 characters"),
        ({"done_on_2": "2099"}, "cannot be in the future"),
        ({"done_on_0": "31", "done_on_1": "2"}, "date"),
        ({"method": "TELEPATHY"}, "TELEPATHY"),
        ({"mentor": str(uuid.uuid4())}, "Select a valid choice"),
        ({"mentor": "not-an-id"}, "Select a valid choice"),
        ({"person": ""}, "Write the e-mail address or collar number of who did it"),
        ({"person": "pat@example.org"}, "Nobody you can choose here has this address"),
        ({"person": "tess@example.org"}, "Nobody you can choose here has this address"),
        ({"module_version": ""}, "Choose the module"),
        ({"module_version": str(uuid.uuid4())}, "Select a valid choice"),
    ],
)
def test_a_module_that_cannot_be_logged_answers_422_and_keeps_what_was_typed(client, cast, fields, words):
    version = ModuleVersionFactory(module__force=cast.police)
    client.signed_in(cast.tess)

    response = client.post(address("record_new"), content(cast) | whose(cast, version) | fields)

    is_refused(response, words, fields.get("evidence", KEPT))
    if "mentor" not in fields:
        assert f'value="{cast.moss.pk}" selected' in response.content.decode()
    assert not TrainingRecord.objects.exists()


def test_the_same_person_as_mentor_and_line_manager_is_refused_on_the_page(client, cast):
    both = UserFactory(agency=cast.police, roles=["MENTOR", "LINE_MANAGER"])
    version = ModuleVersionFactory(module__force=cast.police)
    named = {"mentor": str(both.pk), "line_manager": str(both.pk)}
    client.signed_in(cast.tess)

    response = client.post(address("record_new"), content(cast) | whose(cast, version) | named)

    is_refused(response, "must be two people", KEPT)
    assert not TrainingRecord.objects.exists()


def test_the_learner_as_a_signer_is_refused_on_the_page(client, cast):
    version = ModuleVersionFactory(module__force=cast.police)
    own = {"person": cast.moss.email, "module_version": str(version.pk)}
    client.signed_in(cast.tess)

    is_refused(client.post(address("record_new"), content(cast) | own), "Nobody signs off their own training")
    assert not TrainingRecord.objects.exists()


def test_who_did_it_is_found_by_collar_number_where_one_person_has_it(client, cast):
    User.objects.filter(pk=cast.olu.pk).update(collar_number="FN4711")
    version = ModuleVersionFactory(module__force=cast.police)
    client.signed_in(cast.tess)
    answers = content(cast) | whose(cast, version) | {"person": " fn4711 "}

    client.post(address("record_new"), answers)
    assert TrainingRecord.objects.get().person == cast.olu

    User.objects.filter(pk=cast.mina.pk).update(collar_number="FN4711")
    is_refused(client.post(address("record_new"), answers), "Several people have this collar number", "fn4711")


def test_modules_and_signers_of_other_agencies_are_not_offered(client, cast):
    other = AgencyFactory(kind="POLICE")
    elsewhere = [
        ModuleVersionFactory(module__force=other).pk,
        UserFactory(agency=other, roles=["MENTOR", "LINE_MANAGER"]).pk,
    ]
    client.signed_in(cast.tess)

    page = client.get(address("record_new")).content.decode()

    assert not any(str(pk) in page for pk in elsewhere)
    assert str(cast.moss.pk) in page


def test_the_person_of_the_page_before_is_chosen_already(client, cast):
    client.signed_in(cast.tess)

    page = client.get(address("record_new") + f"?person={cast.olu.pk}").content.decode()
    assert f'value="{cast.olu.email}"' in page
    for wrong in ("nobody", str(cast.pat.pk)):
        assert client.get(address("record_new") + f"?person={wrong}").status_code == 200


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"has_read": ""}, "Tick the box to say that you have read"),
        ({"confirms": ""}, "Tick the box to confirm"),
        ({"signed_as": ""}, "Write your full name"),
        ({"signed_as": "Kept Name"}, "as it stands in your account"),
        ({"version": "2"}, "has changed since you opened it"),
        ({"version": "nonsense"}, "whole number"),
    ],
)
def test_a_signature_that_is_not_whole_answers_422_and_signs_nothing(client, cast, fields, words):
    record = record_of(cast)
    client.signed_in(cast.moss)

    response = client.post(address("record_sign", record.pk), signature(cast.moss) | fields)

    is_refused(response, words, fields.get("signed_as", cast.moss.name))
    record.refresh_from_db()
    assert (record.state, Signature.objects.count()) == ("LOGGED", 0)


def test_nothing_is_ticked_or_written_for_the_signer(client, cast):
    page = client.signed_in(cast.moss).get(address("record_sign", record_of(cast).pk)).content.decode()

    assert not re.search(r'<input type="checkbox"[^>]* checked', page)
    assert not re.search(r'name="signed_as"[^>]* value=', page)


@pytest.mark.parametrize(("name", "state"), [("record_send_back", "LOGGED"), ("record_revoke", "MENTOR_SIGNED")])
@pytest.mark.parametrize(("reason", "words"), [("", "Write w"), ("no<b>", "At least 10 characters")])
def test_a_move_without_a_reason_answers_422_and_changes_nothing(client, cast, name, state, reason, words):
    record = record_of(cast, state)
    client.signed_in(cast.moss)

    response = client.post(address(name, record.pk), {"reason": reason})

    is_refused(response, words, reason.replace("<", "&lt;").replace(">", "&gt;"))
    record.refresh_from_db()
    assert (record.state, SendingBack.objects.count(), SignatureRevocation.objects.count()) == (state, 0, 0)


@pytest.mark.parametrize(
    ("fields", "words"), [({"evidence": "short"}, "At least 10"), ({"done_on_2": "2099"}, "future")]
)
def test_a_correction_that_is_wrong_answers_422_and_keeps_what_was_typed(client, cast, fields, words):
    record = record_of(cast, "SENT_BACK")
    client.signed_in(cast.tess)

    response = client.post(address("record_correct", record.pk), content(cast) | fields)

    is_refused(response, words, fields.get("evidence", KEPT))
    record.refresh_from_db()
    assert (record.state, record.version, record.versions.count()) == ("SENT_BACK", 1, 1)


CPD = DAY | {"kind": "COURSE", "topic": "Stalking", "hours": "1.5", "learned": KEPT}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"hours": "a lot"}, "Enter hours as a number"),
        ({"hours": "0"}, "Hours are from 0.25 to 24"),
        ({"hours": "1.255"}, "at most two decimals"),
        ({"kind": ""}, "Choose what kind"),
        ({"topic": " "}, "Write what it was about"),
        ({"done_on_2": "2099"}, "cannot be in the future"),
        ({"key": "nonsense"}, "UUID"),
    ],
)
@pytest.mark.parametrize("is_own", [True, False])
def test_cpd_that_is_wrong_answers_422_and_keeps_what_was_typed(client, cast, is_own, fields, words):
    client.signed_in(cast.olu if is_own else cast.tess)
    page = address("cpd_new") if is_own else address("person_cpd_new", cast.olu.pk)

    response = client.post(page, CPD | {"key": str(uuid.uuid4())} | fields)

    is_refused(response, words, KEPT)
    assert not CpdEntry.objects.exists()


def test_the_same_cpd_form_sent_twice_logs_once(client, cast):
    client.signed_in(cast.olu)
    key = re.search(r'name="key" value="([^"]+)"', client.get(address("cpd_new")).content.decode())
    assert key

    for _ in range(2):
        page = client.post(address("cpd_new"), CPD | {"key": key.group(1)}, follow=True)

    assert "Stalking" in text_of(page)
    assert CpdEntry.objects.count() == 1


MODULE = {"title": "Neglect", "short_title": "Neglect", "aims": KEPT, "delivery": "VIDEO", "minutes": "60"}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"title": ""}, "Write the title"),
        ({"minutes": "long"}, "Enter minutes as a whole number"),
        ({"minutes": "0"}, "greater than or equal to 1"),
        ({"valid_months": "0"}, "greater than or equal to 1"),
        ({"delivery": ""}, "Choose how it is usually given"),
        ({"required_for": str(uuid.uuid4())}, "Select a valid choice"),
        ({"owner": "nobody@example.org"}, "Nobody you can choose here has this address or collar number"),
        ({"link": "not a link"}, "Enter a link that begins with https://"),
        ({"review_on_0": "1", "review_on_1": "1", "review_on_2": "2020"}, "is after today"),
    ],
)
def test_a_module_that_is_wrong_answers_422_and_keeps_what_was_typed(client, cast, fields, words):
    RoleProfileFactory(force=cast.police)
    client.signed_in(cast.tess)

    is_refused(client.post(address("module_new"), MODULE | fields), words, KEPT)
    assert not Module.objects.exists()


def test_a_title_that_there_is_already_is_refused_on_the_page(client, cast):
    client.signed_in(cast.tess)
    client.post(address("module_new"), MODULE)

    is_refused(client.post(address("module_new"), MODULE), "There is a module of that title already", KEPT)
    assert Module.objects.count() == 1


def test_the_next_version_begins_with_what_the_last_one_says_and_is_begun_once(client, cast):
    version = ModuleVersionFactory(module__force=cast.police)
    page = address("module_next_version", version.module_id)
    client.signed_in(cast.tess)
    assert version.aims in text_of(client.get(page))
    answers = {"aims": KEPT, "delivery": "VIDEO", "minutes": "60", "after": "1"}

    is_refused(client.post(page, answers | {"minutes": ""}), "Enter how many minutes", KEPT)
    client.post(page, answers)

    is_refused(client.post(page, answers), "A newer version began meanwhile", KEPT)
    assert list(ModuleVersion.objects.order_by("number").values_list("number", "aims")) == [
        (1, version.aims),
        (2, KEPT),
    ]


# --- who sees what ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "record",
        "record_sign",
        "record_send_back",
        "record_correct",
        "record_revoke",
        "person",
        "person_cpd_new",
        "module_next_version",
    ],
)
def test_an_id_that_there_is_not_or_is_of_another_force_is_not_found(client, cast, name):
    stranger = UserFactory(agency=AgencyFactory(kind="POLICE"))
    foreign = {
        "person": stranger.pk,
        "person_cpd_new": stranger.pk,
        "module_next_version": ModuleVersionFactory().module_id,
    }
    there = foreign.get(name) or TrainingRecordFactory(person=stranger).pk
    client.signed_in(cast.tess)

    for pk in (uuid.uuid4(), there):
        assert client.get(address(name, pk)).status_code == 404


def test_a_team_leader_sees_the_own_team_and_a_trainer_everybody_of_the_force(client, cast):
    for name, sees in (("lin", {"Olu", "Lin"}), ("tess", {"Olu", "Lin", "Mina", "Sam", "Moss", "Ada"})):
        page = text_of(client.signed_in(getattr(cast, name)).get(address("people")))
        people = {one for one in ("Olu", "Lin", "Mina", "Sam", "Moss", "Ada", "Pat", "Out") if f"{one} Fict" in page}
        assert people == sees


def test_the_matrix_shows_only_teams_that_one_sees(client, cast):
    client.signed_in(cast.lin)

    page = text_of(client.get(address("matrix") + f"?team={cast.hub_team.pk}"))

    assert "Testham Response: who has what" in page
    assert "MASH: who" not in page
    client.signed_in(cast.tess)
    assert "Testham Response: who" in text_of(client.get(address("matrix") + f"?team={cast.response_team.pk}"))
    assert client.get(address("matrix") + "?team=nonsense").status_code == 200


def parts_and_pages(page: str) -> tuple[list[str], list[str]]:
    """The parts of training on a page, and the pages of the one in which one is."""
    below = re.search(r'class="app-pages__list[^>]*>(.*?)</ul>', page, re.DOTALL)
    parts = re.findall(r'class="moj-sub-navigation__link"[^>]*>([^<]+)<', page)
    return parts, re.findall(r'">([^<]+)</a>', below[1]) if below else []


def test_the_parts_of_training_are_those_that_somebody_may_open(client, cast):
    own = ["My training", "Knowledge tests", "Catalogue"]
    for name, parts, pages in (
        ("olu", ["My training", "Exercises", "Support"], own),
        ("moss", ["My training", "Sign-offs", "Exercises", "Support"], own),
        ("lin", ["My training", "Sign-offs", "People", "Exercises", "Support"], own),
        ("tess", ["My training", "Sign-offs", "People", "Modules", "Programmes", "Exercises", "Support"], own),
        ("leda", ["My training", "Forecast", "Coverage", "Exercises", "Support"], own),
        ("pat", ["My training", "Support"], ["Knowledge tests", "Catalogue"]),
    ):
        page = client.signed_in(getattr(cast, name)).get(address("catalogue")).content.decode()
        assert parts_and_pages(page) == (parts, pages), name


@pytest.mark.parametrize(
    ("name", "pages", "current"),
    [
        ("programmes", ["Programmes", "Sessions", "Catch up", "Coverage"], "Programmes"),
        ("surveys", ["Champions", "Supervision", "Surveys"], "Surveys"),
        ("matrix", ["People", "Matrix", "Readiness", "Forecast"], "Matrix"),
        ("sign_offs", ["Sign-offs", "Inductions", "Outcomes from files"], "Sign-offs"),
        ("exercises", [], ""),
    ],
)
def test_the_pages_of_a_part_stand_below_it_and_say_where_one_is(client, cast, name, pages, current):
    page = client.signed_in(cast.tess).get(address(name)).content.decode()

    assert parts_and_pages(page)[1] == pages
    assert re.findall(r'app-pages__link--current"[^>]*>([^<]+)<', page) == ([current] if current else [])


def test_looking_at_other_peoples_training_is_recorded_and_at_ones_own_is_not(client, cast):
    record = record_of(cast, "SENT_BACK")
    client.signed_in(cast.olu)
    for page in (address("mine"), record.get_absolute_url()):
        client.get(page)
    assert not Entry.objects.filter(what__startswith="training.").exists()

    client.signed_in(cast.tess)
    for page in (
        address("person", cast.olu.pk),
        record.get_absolute_url(),
        address("record_correct", record.pk),
        address("sign_offs"),
        address("people"),
        address("matrix"),
    ):
        client.get(page)

    tess = str(cast.tess.pk)
    assert recorded("person_read") == [(tess, str(cast.olu.pk))]
    assert recorded("record_read") == [(tess, str(record.pk))] * 2
    assert recorded("sign_offs_listed") == recorded("people_listed") == [(tess, "")]
    assert recorded("matrix_read") == [(tess, str(cast.hub_team.pk))]


def test_an_empty_list_of_sign_offs_says_so_and_records_nothing(client, cast):
    client.signed_in(cast.moss)

    assert "Nothing waits for your signature." in text_of(client.get(address("sign_offs")))
    assert recorded("sign_offs_listed") == []


def test_what_others_have_to_sign_comes_by_page(client, cast):
    for number in range(27):
        record_of(cast, person=UserFactory(agency=cast.police, name=f"Learner {number:02d}"))
    client.signed_in(cast.tess)

    first = client.get(address("sign_offs"))
    assert len(set(re.findall(r"Learner \d\d", text_of(first)))) == 25
    onward = re.search(r'rel="next" href="([^"]+)"', first.content.decode())
    assert onward
    second = client.get(address("sign_offs") + onward.group(1))
    assert len(set(re.findall(r"Learner \d\d", text_of(second)))) == 2


@pytest.mark.parametrize("name", ["record_sign", "record_send_back", "record_correct", "record_revoke"])
def test_reading_a_page_changes_nothing(client, cast, name):
    record = record_of(cast, {"record_correct": "SENT_BACK", "record_revoke": "COMPLETE"}.get(name, "LOGGED"))
    before = (record.state, Signature.objects.count())

    client.signed_in(cast.tess if name == "record_correct" else cast.moss).get(address(name, record.pk))

    record.refresh_from_db()
    assert (record.state, Signature.objects.count()) == before


# --- the catalogue ----------------------------------------------------------------------------------------------------


def offer(number: int, *, delivery: str = "WEBINAR") -> Theme:
    theme = Theme.objects.create(name=f"Theme {number}", position=number)
    course = Course.objects.create(title=f"Course {number}", key=f"course {number}", delivery=delivery)
    CatalogueEntry.objects.create(theme=theme, alias=CourseAlias.objects.create(course=course, spelling=course.title))
    return theme


def test_the_catalogue_is_filtered_by_theme_and_delivery_and_nonsense_filters_nothing(client, cast):
    offer(1)
    offer(2, delivery="VIDEO")
    client.signed_in(cast.pat)

    def shown(query: str) -> list[str]:
        return re.findall(r"Course \d", text_of(client.get(address("catalogue") + query)))

    assert shown("") == ["Course 1", "Course 2"]
    assert shown("?theme=2") == shown("?delivery=VIDEO") == ["Course 2"]
    assert shown("?theme=1&delivery=VIDEO") == []
    assert shown("?theme=99") == shown("?delivery=TELEPATHY") == ["Course 1", "Course 2"]


# --- how many queries ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("who", "name", "queries"),
    [
        ("olu", "mine", 25),
        ("tess", "sign_offs", 12),
        ("tess", "people", 5),
        ("lin", "matrix", 14),
        ("tess", "person", 26),
        ("tess", "modules", 7),
        ("pat", "catalogue", 9),
    ],
)
def test_lists_have_a_flat_query_count(
    client: CarefulClient, cast, who, name, queries, count, django_assert_num_queries
):
    for number in range(1, count + 1):
        version = ModuleVersionFactory(module__force=cast.police, required_for=["FRONTLINE_OFFICER", "LINE_MANAGER"])
        record_of(cast, "SENT_BACK", module_version=version)
        record_of(cast, person=UserFactory(agency=cast.police, team=cast.response_team), module_version=version)
        CpdEntryFactory(person=cast.olu, logged_by=cast.tess)
        offer(number)
    client.signed_in(getattr(cast, who))
    page = address(name, cast.olu.pk) if name == "person" else address(name)

    with django_assert_num_queries(queries):
        client.get(page)


@pytest.mark.parametrize("count", [1, 3])
def test_a_record_with_a_long_history_has_a_flat_query_count(client, cast, count, django_assert_num_queries):
    record = record_of(cast, "MENTOR_SIGNED")
    client.signed_in(cast.moss)
    for _ in range(count):
        client.post(address("record_revoke", record.pk), {"reason": "Signed too early."})
        client.post(address("record_sign", record.pk), signature(cast.moss))

    with django_assert_num_queries(14):
        client.get(record.get_absolute_url())


def test_a_certificate_names_who_signed_and_says_nothing_of_the_evidence(client, cast):
    record = record_of(cast, "COMPLETE")
    client.signed_in(cast.olu)

    answer = client.get(address("record_certificate", record.pk))

    words = " ".join("".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages).split())
    for said in ("Certificate of training", "Olu Fictitious", "Moss Fictitious", "Lin Fictitious"):
        assert said in words
    assert record.get_absolute_url() in words.replace(" ", "")
    assert record.versions.get().evidence not in words
    assert Entry.objects.filter(what="training.certificate_made", object_id=str(record.pk)).count() == 1
    assert client.get(address("record_certificate", record_of(cast, "LOGGED").pk)).status_code == 404
