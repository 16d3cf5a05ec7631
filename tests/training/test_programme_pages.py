"""The pages of programmes and sessions: the journey, input that is wrong, what is recorded, how many queries."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit.models import Entry
from tests.factories.accounts import UserFactory
from tests.factories.programmes import CohortFactory, CohortMemberFactory, ProgrammeFactory, TrainingSessionFactory
from tests.factories.training import ModuleVersionFactory
from tests.people import Cast
from tests.reading import markup_of, text_of
from training.models import Cohort, CohortMember, CpdEntry, Module, Programme, RegisterCorrection, TrainingSession
from training.services import registers


def address(name: str, *arguments: object) -> str:
    return reverse(f"training:{name}", args=arguments)


def day(name: str, *parts: str) -> dict[str, str]:
    return {f"{name}_{place}": part for place, part in enumerate(parts)}


@pytest.fixture
def cohort(cast: Cast) -> Cohort:
    """Olu and Mina; the first with a collar number."""
    programme = ProgrammeFactory(
        force=cast.police,
        set_up_by=cast.tess,
        name="For recruits",
        gives=[ModuleVersionFactory(module__force=cast.police, module__title="Child neglect")],
    )
    cohort = CohortFactory(programme=programme, name="Autumn")
    for person in (cast.olu, cast.mina):
        CohortMemberFactory(cohort=cohort, person=person)
    return cohort


def begun(cohort: Cohort, **fields) -> TrainingSession:
    return TrainingSessionFactory(cohort=cohort, starts_at=timezone.now() - timedelta(minutes=20), **fields)


def mark(session: TrainingSession, **marks: str) -> dict[str, str]:
    """What the form of the register sends, of people by their first name."""
    sent = {}
    for entry in session.entries.select_related("person"):
        sent[f"was-{entry.pk}"] = entry.presence
        sent[f"mark-{entry.pk}"] = marks.get(entry.person.get_short_name(), entry.presence)
    return sent


# --- the journey ------------------------------------------------------------------------------------------------------


def test_a_trainer_sets_up_a_programme_and_a_cohort_plans_a_session_and_everybody_is_expected(client, cast):
    module = ModuleVersionFactory(module__force=cast.police, module__title="Child neglect").module
    client.signed_in(cast.tess)
    given = {"name": "For PCSOs", "audience": "PCSOS", "modules": [str(module.pk)]} | day("began_on", "1", "3", "2026")
    page = client.post(address("programme_new"), given, follow=True)
    assert "For PCSOs is set up. Give it a cohort." in text_of(page)
    programme = Programme.objects.get()

    period = day("starts_on", "1", "3", "2026") | day("ends_on", "1", "9", "2026")
    page = client.post(
        address("cohort_new", programme.pk), {"name": "Spring", "intake": "2026/1"} | period, follow=True
    )
    assert "Nobody is in it yet." in text_of(page)
    cohort = Cohort.objects.get()
    cast.olu.collar_number = "4711"
    cast.olu.save()
    page = client.post(address("cohort_add", cohort.pk), {"who": f"4711\n\n{cast.mina.email.upper()},\n"}, follow=True)
    assert "2 of 2 are new in the cohort." in text_of(page)
    page = client.post(address("cohort_add", cohort.pk), {"team": str(cast.response_team.pk)}, follow=True)
    assert "1 of 2 are new in the cohort." in text_of(page)

    planned = {
        "module": str(module.pk),
        "cohorts": [str(cohort.pk)],
        "delivery": "VIRTUAL",
        "minutes": "180",
        "trainer": str(cast.tess.pk),
    } | day("starts_at", "2", "3", "2030", "18:30")
    page = client.post(address("session_plan"), planned, follow=True)
    for words in ("Child neglect", "2 March 2030", "180 minutes", "Register: 3 expected", "Olu Fictitious"):
        assert words in text_of(page)
    listed = text_of(client.get(address("programmes")))
    assert "For PCSOs, since 1 March 2026. Gives: Child neglect." in listed
    assert "Spring 2026/1" in listed
    assert "Child neglect" in text_of(client.get(address("sessions")))


def test_a_module_is_not_retired_without_seeing_the_sessions_that_are_planned(client, cast, cohort):
    TrainingSessionFactory(cohort=cohort, starts_at=timezone.now() + timedelta(days=9))
    module = Module.objects.get(title="Child neglect")
    client.signed_in(cast.tess)
    url = address("module_retire", module.pk)

    assert "These sessions are planned, and stay so." in text_of(client.get(url))
    to_come = timezone.localdate() + timedelta(days=40)
    given = day("retired_on", str(to_come.day), str(to_come.month), str(to_come.year)) | {"reason": "New law."}
    page = text_of(client.post(url, given, follow=True))
    assert "Child neglect will be retired on" in page
    assert "Child neglect is retired." not in page


def test_what_is_marked_is_saved_before_somebody_is_added_who_is_not_on_the_list(client, cast, cohort):
    session = begun(cohort)
    client.signed_in(cast.tess)

    page = client.post(address("session_register", session.pk), mark(session, Olu="PRESENT") | {"add": "yes"})

    assert page["Location"] == address("session_who_came", session.pk)
    assert session.entries.get(person=cast.olu).presence == "PRESENT"


def test_present_is_chosen_for_everybody_who_is_not_marked_and_nothing_is_saved_before_one_saves(client, cast, cohort):
    CohortMemberFactory(cohort=cohort, person=cast.tess)
    session = begun(cohort)
    client.signed_in(cast.tess)
    chosen = mark(session, Mina="EXCUSED") | {"everybody": "yes"}

    page = client.post(address("session_register", session.pk), chosen)

    assert "Nothing is saved yet: change who was not there, then save." in text_of(page)
    assert not session.entries.exclude(presence="").exists()
    checked = re.findall(r'name="mark-([^"]+)" type="radio" value="(\w*)" checked', markup_of(page))
    said = {session.entries.get(pk=pk).person.get_short_name(): value for pk, value in checked}
    assert said == {"Mina": "EXCUSED", "Olu": "PRESENT", "Tess": ""}, "nobody marks themselves"


def test_of_a_video_present_is_chosen_for_who_says_that_they_watched_it(client, cast, cohort):
    video = TrainingSessionFactory(
        cohort=cohort,
        delivery="VIDEO",
        starts_at=timezone.now() - timedelta(days=1),
        ends_at=timezone.now() + timedelta(days=9),
    )
    registers.say_watched(session_id=video.pk, version=1, by=cast.olu, at=timezone.now())
    client.signed_in(cast.tess)

    page = client.post(address("session_register", video.pk), mark(video) | {"everybody": "yes"})

    assert markup_of(page).count('value="PRESENT" checked') == 1


def test_who_came_without_being_on_the_list_is_added_by_collar_number(client, cast, cohort):
    session = begun(cohort)
    other = CohortFactory(programme=cohort.programme)
    cast.gail.collar_number = "815"
    cast.gail.save()
    CohortMemberFactory(cohort=other, person=cast.gail)
    url = address("session_who_came", session.pk)
    client.signed_in(cast.tess)

    refused = client.post(url, {"who": "816"})
    assert (
        refused.status_code,
        "Nobody you can choose here has this address or collar number" in text_of(refused),
    ) == (
        422,
        True,
    )
    assert 'value="816"' in markup_of(refused)
    assert "Gail Fictitious is on the list now. Mark them." in text_of(client.post(url, {"who": " 815 "}, follow=True))
    assert "was on the list already" in text_of(client.post(url, {"who": cast.gail.email}, follow=True))


def test_a_register_is_taken_and_closed_and_the_hours_stand_in_the_log(client, cast, cohort):
    session = begun(cohort)
    client.signed_in(cast.tess)

    page = client.post(
        address("session_register", session.pk), mark(session, Olu="PRESENT") | {"close": "yes"}, follow=True
    )
    assert "1 of 2 is marked as present. They get 3 hours into their CPD log. 1 is not marked." in text_of(page)
    page = client.post(address("session_close", session.pk), follow=True)
    assert "The register is closed." in text_of(page)
    assert CpdEntry.objects.get().person == cast.olu

    own = text_of(client.signed_in(cast.olu).get(address("mine")))
    assert "My sessions Child neglect" in own
    assert "Present" in own
    assert "Child neglect Course or webinar, logged by Tess Fictitious" in own


def test_who_said_by_code_that_they_are_here_stays_so_when_an_older_register_page_is_saved(client, cast, cohort):
    session = begun(cohort)
    page_of_before = mark(session, Mina="ABSENT")
    session = registers.show_code(session_id=session.pk, by=cast.tess, at=timezone.now())
    digits = registers.code_shown(session, at=timezone.now()).digits
    registers.check_in(session_id=session.pk, code=digits, by=cast.olu, at=timezone.now())

    client.signed_in(cast.tess).post(address("session_register", session.pk), page_of_before)

    assert dict(session.entries.values_list("person__name", "presence")) == {
        "Olu Fictitious": "PRESENT",
        "Mina Fictitious": "ABSENT",
    }


def test_a_member_enters_the_code_of_the_trainers_screen_on_their_own_page(client, cast, cohort):
    session = begun(cohort)
    client.signed_in(cast.tess)
    page = client.post(address("session_code", session.pk), follow=True)
    digits = "".join(re.search(r"data-code>([\d ]+)<", markup_of(page)).group(1).split())

    client.signed_in(cast.olu)
    assert "Enter the code" in text_of(client.get(address("mine")))
    wrong = "000000" if digits != "000000" else "000001"
    page = client.post(address("session_check_in", session.pk), {"code": wrong})
    assert page.status_code == 422
    assert f'value="{wrong}"' in markup_of(page)
    assert "That is not the code." in text_of(page)
    page = client.post(address("session_check_in", session.pk), {"code": digits}, follow=True)
    assert "You are in the register." in text_of(page)
    assert "The register says of you: Present" in text_of(page)
    assert "Mina" not in text_of(page)


def test_a_member_says_that_they_have_watched_the_video_and_the_trainer_sees_it(client, cast, cohort):
    video = begun(cohort, delivery="VIDEO", ends_at=timezone.now() + timedelta(days=9))
    client.signed_in(cast.olu)
    page = client.get(video.get_absolute_url())
    assert "Version 1 is taught now." in text_of(page)
    assert "https://meet.example.org/fictitious" in text_of(page)
    page = client.post(address("session_watched", video.pk), {"version": "nonsense"}, follow=True)
    assert "Version 1 is taught now. Watch that one." in text_of(page)
    page = client.post(address("session_watched", video.pk), {"version": "1"}, follow=True)
    assert "that you have watched version 1" in text_of(page)

    client.signed_in(cast.tess)
    page = text_of(client.get(address("session_register", video.pk)))
    assert "Says that they watched version 1" in page
    refused = client.post(address("session_register", video.pk), mark(video, Mina="PRESENT"))
    assert (refused.status_code, "Mina Fictitious has not said" in text_of(refused)) == (422, True)
    assert re.search(r'value="PRESENT" checked', markup_of(refused))


def test_a_closed_register_is_corrected_with_a_reason_that_stands_beside_it(client, cast, cohort):
    session = begun(cohort, state="HELD", presence="ABSENT")
    entry = session.entries.get(person=cast.olu)
    client.signed_in(cast.tess)
    url = address("register_correct", entry.pk)

    short = client.post(url, {"presence": "PRESENT", "reason": "Late"})
    assert (short.status_code, "At least 10 characters" in text_of(short)) == (422, True)
    assert not RegisterCorrection.objects.exists()
    page = client.post(url, {"presence": "PRESENT", "reason": "Signed the paper list."}, follow=True)
    assert "Tess Fictitious: from absent to present. Signed the paper list." in text_of(page)


def test_a_session_is_moved_and_called_off(client, cast, cohort):
    session = TrainingSessionFactory(cohort=cohort, starts_at=timezone.now() + timedelta(days=5))
    client.signed_in(cast.tess)
    moved = {"delivery": "FACE_TO_FACE", "minutes": "60", "place": "Room 9 (fictitious)", "trainer": str(cast.tess.pk)}
    page = client.post(
        address("session_change", session.pk), moved | day("starts_at", "2", "3", "2030", "10:00"), follow=True
    )
    assert "Whoever is expected is told by e-mail." in text_of(page)
    assert "Room 9 (fictitious)" in text_of(page)
    client.post(address("session_cancel", session.pk), {"reason": "The trainer is ill."})

    page = text_of(client.signed_in(cast.olu).get(session.get_absolute_url()))
    assert ": The trainer is ill." in page
    client.signed_in(cast.tess)
    for name in ("session_change", "session_cancel", "session_register", "session_close", "session_code"):
        assert client.get(address(name, session.pk)).status_code == 302


def test_somebody_is_taken_out_after_being_asked_once(client, cast, cohort):
    member = CohortMember.objects.get(person=cast.olu)
    client.signed_in(cast.tess)
    url = address("member_take_out", member.pk)
    assert "Take Olu Fictitious out of the cohort" in text_of(client.get(url))
    page = client.post(url, follow=True)

    assert "Olu Fictitious is no longer in the cohort." in text_of(page)
    assert "People: 1" in text_of(page)


# --- what is wrong ----------------------------------------------------------------------------------------------------


def test_lines_that_name_nobody_are_told_by_number_and_kept(client, cast, cohort):
    UserFactory.create_batch(2, agency=cast.police, collar_number="99")
    typed = f"{cast.lin.email}\nnobody@example.org\n99\n{cast.pat.email}"

    page = client.signed_in(cast.tess).post(address("cohort_add", cohort.pk), {"who": typed})

    assert page.status_code == 422
    for words in (
        "Line 2, nobody@example.org: Nobody of your agency has this address or collar number",
        "Line 3, 99: Several people have this collar number",
        f"Line 4, {cast.pat.email}: Nobody of your agency has this address or collar number",
        "nobody@example.org 99",
    ):
        assert words in text_of(page)
    assert cohort.members.count() == 2


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"delivery": "FACE_TO_FACE", "minutes": "60"}, "Enter the place"),
        ({"delivery": "FACE_TO_FACE", "place": "Kept (fictitious)"}, "Enter how many minutes it takes"),
        ({"delivery": "VIRTUAL"}, "Enter how many minutes it takes"),
        ({"delivery": "VIDEO"}, "Enter until when the video can be watched"),
        ({"delivery": "VIDEO"} | day("watch_until", "1", "3", "2030", "10:00"), "enter a later moment"),
    ],
)
def test_what_goes_with_the_delivery_is_asked_beside_its_field(client, cast, cohort, sent, words):
    given = {
        "module": str(cohort.programme.modules.get().pk),
        "cohorts": [str(cohort.pk)],
        "trainer": str(cast.tess.pk),
    }

    page = client.signed_in(cast.tess).post(
        address("session_plan"), given | sent | day("starts_at", "2", "3", "2030", "10:00")
    )

    assert (page.status_code, words in text_of(page)) == (422, True)
    assert not TrainingSession.objects.exists()


def test_a_cohort_that_ends_before_it_begins_is_refused_beside_its_last_day(client, cast, cohort):
    period = day("starts_on", "2", "3", "2026") | day("ends_on", "1", "3", "2026")

    page = client.signed_in(cast.tess).post(
        address("cohort_new", cohort.programme_id), {"name": "Kept", "intake": "1"} | period
    )

    assert (page.status_code, "The last day must be the first day or later" in text_of(page)) == (422, True)
    assert 'value="Kept"' in markup_of(page)


def test_a_mark_that_is_none_changes_nothing(client, cast, cohort):
    session = begun(cohort)

    page = client.signed_in(cast.tess).post(address("session_register", session.pk), mark(session, Olu="HERE"))

    assert page.status_code == 422
    assert set(session.entries.values_list("presence", flat=True)) == {""}


# --- what is recorded, what waits -------------------------------------------------------------------------------------


def test_looking_at_names_is_recorded(client, cast, cohort):
    session = begun(cohort)
    client.signed_in(cast.tess)
    for url in (cohort.get_absolute_url(), session.get_absolute_url(), address("session_register", session.pk)):
        client.get(url)
    client.signed_in(cast.olu).get(session.get_absolute_url())

    read = Entry.objects.filter(verb="READ").order_by("pk").values_list("what", "actor_id")
    assert list(read) == [
        ("training.cohort_read", str(cast.tess.pk)),
        ("training.register_read", str(cast.tess.pk)),
        ("training.register_read", str(cast.tess.pk)),
    ]


def test_a_register_that_nobody_closed_waits_on_the_trainers_home_page(client, cast, cohort):
    begun(cohort, ends_at=timezone.now() - timedelta(minutes=1))

    assert "1 training register to close" in text_of(client.signed_in(cast.tess).get(reverse("home")))
    assert "Child neglect" in text_of(client.get(f"{address('sessions')}?show=register"))
    assert "training register" not in text_of(client.signed_in(cast.olu).get(reverse("home")))


def test_a_line_manager_sees_the_sessions_of_the_team_without_links_that_do_not_open(client, cast, cohort):
    session = begun(cohort)

    page = client.signed_in(cast.lin).get(address("person", cast.olu.pk))

    assert "Child neglect" in text_of(page)
    assert session.get_absolute_url() not in markup_of(page)


# --- how many queries -------------------------------------------------------------------------------------------------


PAGES = {
    "programmes": 6,
    "cohort": 11,
    "sessions": 6,
    "session": 11,  # one of them asks what was planned out of order
    "session_register": 7,
    "session_close": 7,
    "session_code": 8,
    "catch_up": 9,
    "coverage": 5,
    "coverage_people": 6,
}
SAVING = 15


@pytest.mark.parametrize("count", [3, 300])
def test_no_page_asks_more_for_a_large_class(client, cast, cohort, count, django_assert_num_queries):
    crowd = User.objects.bulk_create(
        User(email=f"crowd{n}@example.org", name=f"Crowd {n}", agency=cast.police, team=cast.response_team)
        for n in range(count)
    )
    CohortMember.objects.bulk_create(
        CohortMemberFactory.build(cohort=cohort, programme=cohort.programme, person=person, added_by=cast.tess)
        for person in crowd
    )
    session = begun(cohort)
    begun(cohort, state="HELD", presence="ABSENT")
    TrainingSessionFactory(
        cohort=CohortFactory(programme=cohort.programme), starts_at=timezone.now() + timedelta(days=3)
    )
    registers.show_code(session_id=session.pk, by=cast.tess, at=timezone.now())
    keys = {"cohort": cohort.pk, "coverage_people": cohort.programme_id} | dict.fromkeys(
        ("session", "session_register", "session_close", "session_code"), session.pk
    )
    client.signed_in(cast.tess)
    asked = {}
    for name in PAGES:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address(name, *[keys[name]] if name in keys else [])).status_code == 200
        asked[name] = len(queries)
    assert asked == PAGES
    marks = {}
    for entry in session.entries.all():
        marks |= {f"was-{entry.pk}": "", f"mark-{entry.pk}": "PRESENT"}
    with django_assert_num_queries(SAVING):
        assert client.post(address("session_register", session.pk), marks).status_code == 302
    assert session.entries.filter(presence="PRESENT").count() == count + 2


def test_a_member_with_many_sessions_has_a_flat_query_count(client, cast, cohort, django_assert_num_queries):
    counts = []
    for _ in range(2):
        for _ in range(3):
            begun(cohort)
        client.signed_in(cast.olu)
        with django_assert_num_queries(18):
            client.get(address("mine"))
        counts.append(text_of(client.get(address("mine"))).count("Enter the code"))

    assert counts == [3, 6]


def test_a_module_that_is_retired_is_offered_for_no_programme_and_no_session(client, cast, cohort):
    yesterday = timezone.localdate() - timedelta(days=1)
    Module.objects.update(
        retired_on=yesterday, retired_reason="New law.", retired_by=cast.tess, retired_at=timezone.now()
    )

    client.signed_in(cast.tess)

    for name in ("programme_new", "session_plan"):
        page = client.get(address(name))
        field = page.context["form"].fields["modules" if name == "programme_new" else "module"]
        assert [label for value, label in field.choices if value] == [], name


def test_the_register_of_a_large_class_is_saved_whole(client, cast, cohort):
    """Two fields a person: six hundred people are more than the thousand fields that a form may usually send."""
    CohortMemberFactory.create_batch(600, cohort=cohort)
    session = begun(cohort)
    sent = {name: ("ABSENT" if name.startswith("mark-") else value) for name, value in mark(session).items()}

    page = client.signed_in(cast.tess).post(address("session_register", session.pk), sent, follow=True)

    assert page.status_code == 200
    assert session.entries.filter(presence="ABSENT").count() == 602
