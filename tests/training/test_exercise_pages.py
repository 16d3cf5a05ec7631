"""Pages of exercises: nothing of a sheet before its release, nothing of others before the debrief, and what a page refuses it keeps."""

import re
from datetime import timedelta
from decimal import Decimal
from html.parser import HTMLParser
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from audit.models import Entry
from common.xlsx import XLSX
from tests.conftest import CarefulClient
from tests.factories.accounts import UserFactory
from tests.factories.exercises import (
    CANARY,
    EXPECTED,
    ExerciseFactory,
    ExerciseRunFactory,
    GroupDecisionFactory,
    MockMeetingFactory,
)
from tests.factories.programmes import CohortFactory, CohortMemberFactory, ProgrammeFactory, TrainingSessionFactory
from tests.faults import cache_away
from tests.people import Cast
from tests.reading import markup_of, pages_of
from training.documents import exercise_handouts
from training.enums import RunState
from training.models import CpdEntry, Exercise, ExerciseRun, GroupDecision, MockMeeting, RunGroup
from training.models.exercise_runs import MeetingWords
from training.services import exercise_runs as services
from training.services.exercises import find_ready, stamp_of

WHY = "The small one is losing weight."


def run_of(cast: Cast, **fields) -> ExerciseRun:
    """Olu and Mina in group A, Lin in group B; Tess leads it."""
    exercise = fields.pop("exercise", None) or ExerciseFactory(force=cast.police, written_by=cast.tess)
    values = {"groups": [[cast.olu, cast.mina], [cast.lin]], "started_at": timezone.now() - timedelta(minutes=40)}
    return ExerciseRunFactory(exercise=exercise, **values | fields)


def group(run: ExerciseRun, letter: str = "A") -> RunGroup:
    return run.groups.get(name=f"Group {letter}")


def text_of(client: CarefulClient, url: str) -> str:
    """Of a page, a PDF or a workbook; of any other kind of answer it is not known what it holds."""
    response = client.get(url, follow=True)
    kind = response["Content-Type"]
    if kind == "application/pdf":
        return " ".join(pages_of(response.content))
    if kind == XLSX:
        return words_of_workbook(response.content)
    assert "html" in kind
    return response.content.decode()


def words_of_workbook(content: bytes) -> str:
    book = load_workbook(BytesIO(content))
    cells = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row]
    return " ".join(str(value) for value in cells if value is not None)


def every_page(run: ExerciseRun) -> list[str]:
    """All addresses of a run, its exercise and its sheets, as somebody would try who guesses every id."""
    pages = ["exercise_run", "run_groups", "run_member_new", "run_start", "run_meet", "run_debrief", "run_end"]
    pages += ["run_cancel", "run_screen", "run_comparison", "run_comparison_xlsx"]
    urls = [reverse("training:exercises"), reverse("home"), reverse("training:mine"), reverse("training:run_new")]
    urls += [reverse(f"training:{name}", args=[run.pk]) for name in pages]
    exercise = ("exercise", "exercise_edit", "exercise_ready", "exercise_next_version", "exercise_retire")
    urls += [reverse(f"training:{name}", args=[run.exercise_id]) for name in (*exercise, "exercise_handouts")]
    for one in run.groups.all():
        urls += [one.get_absolute_url(), reverse("training:group_meeting", args=[one.pk])]
        for inject in run.exercise.injects.all():
            urls.append(reverse("training:group_decide", args=[one.pk, inject.pk]))
    for inject in run.exercise.injects.all():
        urls += [reverse(f"training:{name}", args=[inject.pk]) for name in ("inject_edit", "inject_remove")]
    urls += [reverse("training:run_member", args=[one.pk]) for one in run.members.all()]
    return urls


@pytest.mark.parametrize("state", RunState)
@pytest.mark.parametrize("name", ["olu", "lin", "sam", "leda", "ada", "pat"])
def test_nobody_reads_a_sheet_before_its_release_whatever_address_they_try(client, cast, state, name):
    run = run_of(cast, state=state, released=2)
    client.signed_in(getattr(cast, name))
    is_member = name in ("olu", "lin")
    has_sheets = is_member and state not in (RunState.PLANNED, RunState.CANCELLED)
    read = "".join(text_of(client, url) for url in every_page(run))

    assert [f"{CANARY} {part} 3" in read for part in ("title", "text", "question")] == [False] * 3
    assert (f"{CANARY} text 1" in read, f"{CANARY} text 2" in read) == (has_sheets, has_sheets)
    is_compared = is_member and state in (RunState.DEBRIEF, RunState.ENDED)
    assert (f"{EXPECTED} 1" in read, f"{EXPECTED} 3" in read) == (is_compared, False)
    assert f"{EXPECTED} note" not in read


def test_a_trainer_who_is_in_a_group_reads_as_its_members_do(client, cast):
    run = run_of(cast, state="RUNNING", released=1, groups=[[cast.tess]])
    client.signed_in(cast.tess)
    read = "".join(text_of(client, url) for url in every_page(run))

    assert f"{CANARY} text 1" in read
    assert f"{CANARY} text 2" not in read
    assert EXPECTED not in read
    refused = client.post(reverse("training:run_release", args=[run.pk]), {"position": "2"})
    assert (refused.status_code, run.releases.count()) == (403, 1)


@pytest.mark.parametrize("state", ["RUNNING", "MEETING", "DEBRIEF", "ENDED"])
def test_a_trainer_who_is_in_a_group_reads_nothing_ahead_through_another_run(client, cast, state):
    exercise = ExerciseFactory(force=cast.police, written_by=cast.tess)
    run = run_of(cast, exercise=exercise, state="RUNNING", released=1, groups=[[cast.tess]])
    another = run_of(cast, exercise=exercise, state=state, released=3)
    client.signed_in(cast.tess)
    read = "".join(text_of(client, url) for url in (*every_page(another), *every_page(run)))

    assert f"{CANARY} text 1" in read
    assert [f"{CANARY} {part} {number}" in read for part in ("title", "text") for number in (2, 3)] == [False] * 4
    assert EXPECTED not in read
    services.debrief(run_id=run.pk, by=exercise.ready_by, at=timezone.now())
    services.end_run(run_id=run.pk, hours=Decimal(1), by=exercise.ready_by, at=timezone.now())
    assert f"{CANARY} text 3" in text_of(client, reverse("training:exercise_handouts", args=[exercise.pk]))


def test_a_group_sees_what_others_decided_from_the_debrief_on(client, cast):
    run = run_of(cast, state="RUNNING", released=1)
    GroupDecisionFactory(
        group=group(run, "B"), inject=run.exercise.injects.get(position=1), reasons=f"{WHY} Periwinkle"
    )
    client.signed_in(cast.olu)

    assert "Periwinkle" not in "".join(text_of(client, url) for url in every_page(run))
    services.debrief(run_id=run.pk, by=cast.tess, at=timezone.now())
    assert "Periwinkle" in text_of(client, reverse("training:run_comparison", args=[run.pk]))
    assert "Periwinkle" in text_of(client, group(run, "B").get_absolute_url())


def test_who_has_left_the_force_reads_nothing_more(client, cast):
    run = run_of(cast, state="RUNNING", released=2)
    cast.olu.agency = cast.council
    cast.olu.save()
    client.signed_in(cast.olu)

    assert CANARY not in "".join(text_of(client, url) for url in every_page(run))


# --- deeds ------------------------------------------------------------------------------------------------------------


def test_a_decision_that_says_too_little_is_sent_back_with_all_that_was_written(client, cast):
    run = run_of(cast, state="RUNNING", released=1)
    url = reverse("training:group_decide", args=[group(run).pk, run.exercise.injects.get(position=1).pk])
    client.signed_in(cast.olu)

    short = client.post(url, {"choice": "RING", "risk": "3", "reasons": "Too short"})
    empty = client.post(url, {})

    assert (short.status_code, empty.status_code, GroupDecision.objects.count()) == (422, 422, 0)
    assert "Write your reasons in at least 20 characters." in short.content.decode()
    assert "Too short</textarea>" in short.content.decode()
    for words in ("Choose what you do first", "Choose how you see the risk", "Write your reasons"):
        assert words in empty.content.decode()
    kept = client.post(url, {"choice": "RING", "risk": "0", "reasons": WHY})
    assert (kept.status_code, kept["Location"]) == (302, group(run).get_absolute_url())
    assert list(GroupDecision.objects.values_list("choice", "risk", "reasons")) == [("RING", None, WHY)]
    page = text_of(client, group(run).get_absolute_url())
    assert "You decided: ring children&#x27;s services now." in page


def test_the_facilitator_releases_the_sheet_on_the_page_and_a_stale_page_releases_no_other(client, cast):
    run = run_of(cast, state="RUNNING", released=1)
    client.signed_in(cast.tess)
    url = reverse("training:run_release", args=[run.pk])

    for position in ("2", "2", "1", "", "9", "-1", "x", "²"):
        assert client.post(url, {"position": position}).status_code == 302
    assert run.releases.count() == 2
    page = text_of(client, run.get_absolute_url())
    assert "Release sheet 3" in page
    assert "Not yet" in page


@pytest.mark.parametrize("typed", [";", " , ", ""])
def test_a_line_with_nobody_on_it_adds_nobody_and_says_what_to_enter(client, cast, typed):
    run = run_of(cast)
    client.signed_in(cast.tess)
    place = {"group": str(group(run).pk), "plays": "HEALTH"}
    answer = client.post(reverse("training:run_member_new", args=[run.pk]), place | {"person": typed})

    assert answer.status_code == 422
    assert "Enter an e-mail address or a collar number" in answer.content.decode()


def test_groups_are_drawn_from_a_list_and_a_line_that_names_nobody_is_said(client, cast):
    run = run_of(cast)
    client.signed_in(cast.tess)
    url = reverse("training:run_groups", args=[run.pk])

    wrong = client.post(url, {"groups": "2", "people": f"{cast.sam.email}\n0000"})
    trainer = client.post(url, {"groups": "1", "people": f"{cast.sam.email}\n{cast.tess.email}"})
    right = client.post(url, {"groups": "2", "people": f"{cast.sam.email}\n{cast.moss.email}"})

    assert (wrong.status_code, trainer.status_code, right.status_code) == (422, 422, 302)
    assert "Line 2, 0000: Nobody of your agency" in wrong.content.decode()
    assert "no trainer" in trainer.content.decode()
    assert set(run.members.values_list("person", flat=True)) == {cast.sam.pk, cast.moss.pk}


def test_who_was_not_there_is_unticked_and_gets_no_hours(client, cast):
    run = run_of(cast, state="DEBRIEF", released=1)
    client.signed_in(cast.tess)
    url = reverse("training:run_end", args=[run.pk])
    page = client.get(url).content.decode()
    there = run.members.get(person=cast.olu)

    assert (page.count("checked"), 'value="0.75"' in page) == (3, True)
    assert client.post(url, {"took_part": [str(there.pk)], "hours": "99"}).status_code == 422
    assert client.post(url, {"took_part": [str(there.pk)], "hours": "1.5"}).status_code == 302
    assert client.post(url, {"took_part": [str(there.pk)], "hours": "1.5"}).status_code == 422
    assert list(CpdEntry.objects.values_list("person", "hours")) == [(cast.olu.pk, Decimal("1.5"))]


def test_a_meeting_with_half_an_action_is_sent_back(client, cast):
    run = run_of(cast, state="MEETING", released=1)
    client.signed_in(cast.olu)
    url = reverse("training:group_meeting", args=[group(run).pk])
    words = {"shared": "What each knew.", "outcome": "JOINT", "reasons": WHY}

    half = client.post(url, words | {"what_1": "Weigh him"})
    whole = client.post(url, words | {"what_1": "Weigh him", "owner_1": "HEALTH", "due_1": "tomorrow"})

    assert (half.status_code, whole.status_code) == (422, 302)
    assert "Choose who does it" in half.content.decode()
    assert "Write by when" in half.content.decode()
    assert MockMeeting.objects.get().actions.get().due == "tomorrow"
    assert "What each knew.</textarea>" in client.get(url).content.decode()


def test_an_exercise_is_written_read_by_somebody_else_and_run(client, cast):
    other = UserFactory(agency=cast.police, roles=["TRAINER"])
    client.signed_in(cast.tess)
    about = {"title": "Two", "minutes": "60", "aims": "Ask.", "opening": "All invented."}
    assert client.post(reverse("training:exercise_new"), about | {"minutes": "5"}).status_code == 422
    client.post(reverse("training:exercise_new"), about)
    assert client.post(reverse("training:exercise_new"), about).status_code == 422
    exercise = Exercise.objects.get()
    sheet = {"minute": "5", "source": "SCHOOL", "title": "A call", "text": "Words.", "expected": "They ask."}
    new = reverse("training:inject_new", args=[exercise.pk])
    assert client.post(new, sheet).status_code == 422
    assert client.post(new, sheet | {"expected_choices": ["ASK"], "minute": "61"}).status_code == 422
    assert client.post(new, sheet | {"expected_choices": ["ASK"], "expected_risk": "2"}).status_code == 302
    client.post(reverse("training:exercise_ready", args=[exercise.pk]))
    exercise.refresh_from_db()
    assert not exercise.is_ready

    client.signed_in(other).post(reverse("training:exercise_ready", args=[exercise.pk]), {"read": stamp_of(exercise)})
    exercise.refresh_from_db()
    assert (exercise.ready_by, exercise.injects.get().expected_risk) == (other, 2)
    assert client.get(reverse("training:inject_edit", args=[exercise.injects.get().pk])).status_code == 403


def test_what_was_typed_while_somebody_found_it_ready_comes_back(client, cast):
    draft = ExerciseFactory(force=cast.police, is_ready=False, written_by=cast.tess)
    sheet = draft.injects.get(position=1)
    find_ready(exercise_id=draft.pk, read=stamp_of(draft), by=UserFactory(agency=cast.police, roles=["TRAINER"]), at=timezone.now())  # fmt: skip
    about = {"minutes": "60", "aims": "Periwinkle", "opening": "All invented."}
    words = {"minute": "5", "source": "SCHOOL", "title": "A call", "text": "Periwinkle", "expected": "They ask."}
    words |= {"expected_choices": ["ASK"]}
    client.signed_in(cast.tess)

    for name, pk, data in (
        ("exercise_edit", draft.pk, about),
        ("inject_new", draft.pk, words),
        ("inject_edit", sheet.pk, words),
    ):
        url = reverse(f"training:{name}", args=[pk])
        answer = client.post(url, data)
        assert (answer.status_code, client.get(url).status_code) == (422, 403)
        assert "Periwinkle</textarea>" in answer.content.decode()
        assert "This version stands. Write the next one." in answer.content.decode()
        assert client.signed_in(cast.olu).post(url, data).status_code == 403
        client.signed_in(cast.tess)
    removed = client.post(reverse("training:inject_remove", args=[sheet.pk]), follow=True)
    assert "This version stands" in removed.content.decode()
    assert draft.injects.count() == 3


def test_only_what_stood_on_the_page_is_found_ready_or_overwritten(client, cast):
    other = UserFactory(agency=cast.police, roles=["TRAINER"])
    draft = ExerciseFactory(force=cast.police, is_ready=False, written_by=cast.tess)
    edit = reverse("training:exercise_edit", args=[draft.pk])
    about = {"minutes": "60", "aims": "Periwinkle", "opening": "All invented."}
    page = markup_of(client.signed_in(other).get(draft.get_absolute_url()))
    (ready,) = re.findall(r'href="([^"]+/ready/\?read=[^"]+)"', page)
    read_before = read_on(client.get(edit))
    sheet = {"read": read_on(client.get(edit)), "minute": "5", "source": "SCHOOL", "title": "A call", "text": "Poison"}
    sheet |= {"expected": "They ask.", "expected_choices": ["ASK"]}
    changed = client.signed_in(cast.tess).post(
        reverse("training:inject_edit", args=[draft.injects.get(position=1).pk]), sheet
    )
    client.signed_in(other)
    button = {"read": read_on(client.get(ready))}

    late = client.post(edit, about | {"read": read_before})
    refused = client.post(reverse("training:exercise_ready", args=[draft.pk]), button, follow=True)
    draft.refresh_from_db()
    assert (changed.status_code, late.status_code, draft.is_ready) == (302, 422, False)
    assert "Periwinkle</textarea>" in late.content.decode()
    assert "Read it again." in refused.content.decode()
    (ready,) = re.findall(r'href="([^"]+/ready/\?read=[^"]+)"', markup_of(refused))
    client.post(ready, {"read": read_on(client.get(ready))})
    draft.refresh_from_db()
    assert draft.is_ready


def read_on(response) -> str:
    (value,) = re.findall(r'<input type="hidden" name="read" value="([^"]+)"', markup_of(response))
    return value


def test_a_training_session_that_is_an_exercise_leads_its_trainer_to_the_run(client, cast):
    cohort = CohortFactory(programme=ProgrammeFactory(force=cast.police))
    CohortMemberFactory(cohort=cohort, person=cast.olu)
    place = {"delivery": "EXERCISE", "place": "Training wing (fictitious)", "joining_link": ""}
    session = TrainingSessionFactory(cohort=cohort, starts_at=timezone.now() + timedelta(days=1), **place)
    client.signed_in(cast.tess)
    plan = f"{reverse('training:run_new')}?session={session.pk}"

    assert f'href="{plan}"' in text_of(client, session.get_absolute_url())
    assert f'<option value="{session.pk}" selected>' in text_of(client, plan)
    run = run_of(cast, exercise=None, session=session)
    assert f'href="{run.get_absolute_url()}"' in text_of(client, session.get_absolute_url())
    services.start(run_id=run.pk, by=cast.tess, at=timezone.now())
    services.debrief(run_id=run.pk, by=cast.tess, at=timezone.now())
    end = reverse("training:run_end", args=[run.pk])
    assert "The register of the training session logs the hours." in text_of(client, end)
    assert client.post(end).status_code == 302
    run.refresh_from_db()
    assert (run.state, CpdEntry.objects.count()) == (RunState.ENDED, 0)
    assert run.get_absolute_url() not in text_of(client.signed_in(cast.olu), session.get_absolute_url())


# --- what it costs, what is recorded, what is carried away ------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_pages_take_the_same_queries_with_one_of_everything_and_with_three(client, cast, count):
    exercise = ExerciseFactory(force=cast.police, written_by=cast.tess)
    for _ in range(count - 1):
        ExerciseFactory(force=cast.police)
    runs = []
    for _ in range(count):
        groups = [[UserFactory(agency=cast.police), UserFactory(agency=cast.police)] for _ in range(count - 1)]
        run = run_of(cast, exercise=exercise, state="RUNNING", released=2, groups=[[cast.olu], *groups])
        for one in run.groups.all():
            GroupDecisionFactory(group=one, inject=exercise.injects.get(position=1))
        services.begin_meeting(run_id=run.pk, by=cast.tess, at=timezone.now())
        for one in run.groups.all():
            MockMeetingFactory(group=one)
        runs.append(services.debrief(run_id=run.pk, by=cast.tess, at=timezone.now()))
    run = runs[0]
    pages = {
        reverse("training:exercises"): 6,
        exercise.get_absolute_url(): 8,
        run.get_absolute_url(): 12,
        group(run).get_absolute_url(): 10,
        reverse("training:run_comparison", args=[run.pk]): 10,
    }
    counted = {}
    for url in pages:
        client.signed_in(cast.tess)
        counted[url] = queries_of(client, url)
    assert counted == pages


def queries_of(client: CarefulClient, url: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_reading_what_groups_decided_is_recorded_once_in_a_while_and_never_of_ones_own(client, cast):
    run = run_of(cast, state="RUNNING", released=1)
    client.signed_in(cast.olu).get(group(run).get_absolute_url())
    assert not Entry.objects.filter(what="training.exercise_run_read").exists()

    client.signed_in(cast.tess)
    for _ in range(3):
        client.get(run.get_absolute_url(), headers={"X-Polling": "yes"})
    client.get(group(run).get_absolute_url())

    read = Entry.objects.filter(what="training.exercise_run_read")
    assert list(read.values_list("actor_id", "object_id")) == [(str(cast.tess.pk), str(run.pk))]


def test_without_the_cache_desk_and_comparison_open_and_each_reading_is_recorded(client, cast):
    run = run_of(cast, state="DEBRIEF", released=1)
    client.signed_in(cast.tess)
    with cache_away():
        assert client.get(run.get_absolute_url()).status_code == 200
        assert client.get(reverse("training:run_comparison", args=[run.pk])).status_code == 200
    assert Entry.objects.filter(what="training.exercise_run_read").count() == 2


def test_a_reading_that_could_not_be_recorded_is_not_taken_for_recorded(client, cast, monkeypatch):
    run = run_of(cast, state="RUNNING", released=1)
    client.signed_in(cast.tess)
    with monkeypatch.context() as broken:
        broken.setattr(services.audit, "record", _fails)
        with pytest.raises(RuntimeError):
            client.get(run.get_absolute_url())
    client.get(run.get_absolute_url())
    assert Entry.objects.filter(what="training.exercise_run_read").count() == 1


def _fails(**kwargs: object) -> None:
    raise RuntimeError("The log is away.")


def test_earlier_versions_of_the_record_of_a_meeting_stand_below_the_newest(client, cast):
    run = run_of(cast, state="MEETING", released=1)
    for by, shared in ((cast.olu, "Periwinkle"), (cast.mina, "Bluebell")):
        services.record_meeting(
            group_id=group(run).pk, words=MeetingWords(shared, "JOINT", WHY), by=by, at=timezone.now()
        )
    page = text_of(client.signed_in(cast.olu), group(run).get_absolute_url())
    newest, earlier = page.split("Earlier versions of the record", 1)

    assert ("Bluebell" in newest, "Periwinkle" in newest) == (True, False)
    assert ("Periwinkle" in earlier, "Version 1: Olu Fictitious" in earlier) == (True, True)


class PolledParts(HTMLParser):
    """The elements of the part of a page that replaces itself."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.depth, self.found = 0, []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if self.depth:
            self.found.append((tag, attributes))
        if (self.depth or "hx-get" in attributes) and tag not in ("br", "input", "hr", "img"):
            self.depth += 1

    def handle_endtag(self, tag):
        self.depth = max(self.depth - 1, 0)


def test_what_replaces_itself_keeps_the_keyboard_focus_and_leaves_open_what_is_open(client, cast):
    """The script finds what had the focus by its id, and takes what is marked over as it stands."""
    run = run_of(cast, state="RUNNING", released=2)
    for number, by in enumerate((cast.olu, cast.mina, cast.olu)):
        services.record_decision(
            group_id=group(run).pk,
            inject_id=run.exercise.injects.get(position=1).pk,
            choice="RING",
            risk=None,
            reasons=f"{WHY} {number}",
            by=by,
            at=timezone.now(),
        )
    pages = [(cast.olu, group(run).get_absolute_url()), (cast.tess, run.get_absolute_url())]
    pages.append((cast.tess, reverse("training:run_screen", args=[run.pk])))
    read = [PolledParts(text_of(client.signed_in(by), url)).found for by, url in pages]
    services.begin_meeting(run_id=run.pk, by=cast.tess, at=timezone.now())
    for shared in ("First", "Second"):
        words = MeetingWords(shared, "JOINT", WHY)
        services.record_meeting(group_id=group(run).pk, words=words, by=cast.olu, at=timezone.now())
    read.append(PolledParts(text_of(client.signed_in(cast.olu), pages[0][1])).found)

    for found in read:
        by_keyboard = [attributes for tag, attributes in found if tag == "a" or "tabindex" in attributes]
        opened = [attributes for tag, attributes in found if tag == "details"]
        assert by_keyboard
        assert all(attributes.get("id") for attributes in by_keyboard + opened)
        assert all("hx-preserve" in attributes for attributes in opened)
        ids = [attributes["id"] for _, attributes in found if "id" in attributes]
        assert len(ids) == len(set(ids))
    assert [sum(tag == "details" for tag, _ in found) for found in read] == [1, 0, 0, 2]


def test_the_workbook_holds_the_comparison_and_no_name(client, cast):
    run = run_of(cast, state="RUNNING", released=1)
    GroupDecisionFactory(group=group(run), inject=run.exercise.injects.get(position=1), reasons="=1+1 and what we saw")
    services.debrief(run_id=run.pk, by=cast.tess, at=timezone.now())
    response = client.signed_in(cast.lin).get(reverse("training:run_comparison_xlsx", args=[run.pk]))

    said = words_of_workbook(response.content)
    assert f"{CANARY} title 1" in said
    assert "=1+1 and what we saw" in said
    assert CANARY + " title 2" not in said
    assert not any(person.name in said for person in (cast.olu, cast.mina, cast.lin, cast.tess))
    assert Entry.objects.filter(what="training.exercise_comparison_exported", object_id=str(run.pk)).count() == 1


def test_sheets_on_paper_hold_what_groups_read_and_nothing_of_what_is_expected(client, cast):
    exercise = ExerciseFactory(force=cast.police)
    html = exercise_handouts.html_of(exercise, list(exercise.injects.in_order()))

    assert all(f"{CANARY} text {number}" in html for number in (1, 2, 3))
    assert EXPECTED not in html
    pdf = client.signed_in(cast.tess).get(reverse("training:exercise_handouts", args=[exercise.pk]))
    assert pdf.content.startswith(b"%PDF")
    on_paper = " ".join(pages_of(pdf.content))
    assert all(f"{CANARY} text {number}" in on_paper for number in (1, 2, 3))
    assert EXPECTED not in on_paper
    assert Entry.objects.filter(what="training.exercise_printed").count() == 1


def test_the_screen_for_the_room_shows_the_newest_sheet_and_no_name(client, cast):
    run = run_of(cast, state="RUNNING", released=2)
    page = text_of(client.signed_in(cast.tess), reverse("training:run_screen", args=[run.pk]))
    main = page.split("<main", 1)[1]

    assert f"{CANARY} text 2" in main
    assert f"{CANARY} text 3" not in main
    assert not any(person.name in main for person in (cast.olu, cast.lin, cast.tess))
    assert EXPECTED not in main
