"""A grade that is not given yet: kept for its grader alone, by hand and by itself, and due ten working days after it was assigned."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from grading.models import Assignment, Grade, GradeDraft, GradingRound
from grading.queries import rounds as queries
from grading.queries.grades import days_left_in_words
from grading.queries.panel import progress_by_grader
from grading.services import grade_drafts, grades, panel
from tests.conftest import CarefulClient
from tests.factories.accounts import UserFactory
from tests.factories.grading import AssignmentFactory, GradingRoundFactory, RoundItemFactory
from tests.factories.referrals import ReferralFactory
from tests.grading.giving import posted, whole
from tests.grading.test_replacing import being_graded, item_of, replace_withdrawn
from tests.people import NOW, Cast
from tests.reading import text_of

# A Monday; ten working days on, over Christmas and the New Year, is Thursday 7 January.
ASSIGNED = datetime(2026, 12, 21, 10, tzinfo=UTC)
TYPED = {"overall": "2", "VOICE": "3", "strength": "The child's own words."}


@pytest.fixture
def round(cast) -> GradingRound:
    made = GradingRoundFactory(force=cast.police, opened_by=cast.sam, state="GRADING")
    for position in (1, 2):
        item = RoundItemFactory(round=made, referral=ReferralFactory(author=cast.olu), position=position)
        AssignmentFactory(item=item, grader=cast.gail)
        AssignmentFactory(item=item, grader=cast.pam)
    return made


def place(cast: Cast, *, of: Any = None, position: int = 1) -> Assignment:
    return Assignment.objects.get(grader=of or cast.gail, item__position=position)


def keep(cast: Cast, answers: dict[str, str] = TYPED, *, version: int = 0, **fields: Any) -> GradeDraft | None:
    asked = fields if "assignment_id" in fields else {"assignment_id": place(cast).pk} | fields
    return grade_drafts.keep_draft(answers=answers, version=version, **{"by": cast.gail, "at": NOW} | asked)


# --- what is kept, and for whom


def test_a_grader_comes_back_to_what_they_had_typed(client, cast, round):
    url = place(cast).item.grade_url
    client.signed_in(cast.gail)

    response = client.post(url, TYPED | {"version": "0", "later": "yes"})

    assert response["Location"] == round.get_absolute_url()
    assert "PPN 1 Begun" in text_of(client.get(round.get_absolute_url()))
    page = client.get(url).content.decode()
    for kept in (
        'value="2" id="id_overall_1" checked',
        'value="3" id="id_VOICE_2" checked',
        "The child&#x27;s own words.",
    ):
        assert kept in page
    assert 'name="version" value="1"' in page
    assert not Grade.objects.exists()


def test_a_page_that_saves_by_itself_is_told_the_version_and_the_time(client, cast, round):
    client.signed_in(cast.gail)

    answer = client.post(place(cast).item.grade_url, {"strength": "Clear.", "version": "0", "autosave": "1"})

    assert (answer.status_code, answer.json()["version"]) == (200, 1)
    assert GradeDraft.objects.get().answers == {"strength": "Clear."}


def test_nothing_typed_keeps_nothing(cast, round):
    assert keep(cast, {"strength": "", "overall": ""}) is None
    assert not GradeDraft.objects.exists()


def test_nobody_else_reads_what_a_grader_has_typed(client, cast, round):
    keep(cast, {"strength": "Leaky words."})

    for reader in (cast.pam, cast.sam):
        client.signed_in(reader)
        for url in (round.get_absolute_url(), place(cast).item.grade_url):
            answer = client.get(url)
            assert "Leaky words" not in answer.content.decode()
            assert "Begun" not in answer.content.decode()


def test_a_draft_counts_nowhere_and_ends_no_round(cast, round):
    for position in (1, 2):
        for grader in (cast.gail, cast.pam):
            keep(cast, {"overall": "4"}, assignment_id=place(cast, of=grader, position=position).pk, by=grader)

    round.refresh_from_db()
    assert round.state == "GRADING"
    assert [line.graded for line in progress_by_grader(round, on=NOW.date())] == [0, 0]


# --- two windows


def test_what_another_window_saved_is_not_overwritten_unseen(cast, round):
    keep(cast, {"strength": "First window."})

    with pytest.raises(grade_drafts.StaleDraft, match="changed in another window"):
        keep(cast, {"strength": "Second window."}, version=0)
    assert GradeDraft.objects.get().answers == {"strength": "First window."}


def test_the_same_words_again_are_no_conflict(cast, round):
    assert keep(cast) == keep(cast) == GradeDraft.objects.get()
    assert GradeDraft.objects.get().version == 1


def test_a_second_window_is_shown_its_own_words_and_may_save_them_then(client, cast, round):
    keep(cast, {"strength": "First window."})
    url = place(cast).item.grade_url
    sent = {"strength": "Second window.", "version": "0"}
    client.signed_in(cast.gail)

    assert client.post(url, sent | {"autosave": "1"}).status_code == 409
    answer = client.post(url, sent | {"later": "yes"})
    assert answer.status_code == 422
    assert "changed in another window" in text_of(answer)
    page = answer.content.decode()
    assert "Second window." in page
    assert 'name="version" value="1"' in page
    assert client.post(url, sent | {"version": "1", "later": "yes"}).status_code == 302
    assert GradeDraft.objects.get().answers == {"strength": "Second window."}


# --- the end of a draft


def test_giving_the_grade_ends_the_draft(client, cast, round):
    keep(cast)
    client.signed_in(cast.gail)

    client.post(place(cast).item.grade_url, posted(2, version="1"))

    assert Grade.objects.get().overall == 2
    assert not GradeDraft.objects.exists()


def test_nothing_is_kept_beside_a_grade_that_was_given(cast, round):
    grades.submit_grade(assignment_id=place(cast).pk, **whole(3), by=cast.gail, at=NOW)

    with pytest.raises(grades.CannotGrade, match="graded this PPN already"):
        keep(cast)


def test_only_the_grader_keeps_something_there(cast, round):
    with pytest.raises(grades.CannotGrade, match="not yours to grade"):
        keep(cast, by=cast.pam)


def test_nothing_is_kept_once_the_round_is_no_longer_graded(cast, round):
    GradingRound.objects.update(state="MODERATING")

    with pytest.raises(grades.CannotGrade, match="not being graded"):
        keep(cast)


@pytest.mark.parametrize("how", ["replaced", "conflict"])
def test_whoever_takes_the_place_finds_nothing_of_the_one_before(client, cast, round, how):
    keep(cast, {"strength": "Leaky words."})
    successor = UserFactory(agency=cast.police, roles=["PANEL_MEMBER"])
    taken = place(cast)

    if how == "conflict":
        panel.declare_conflict(assignment_id=taken.pk, reason="A neighbour.", by=cast.gail, at=NOW)
        panel.fill_place(assignment_id=taken.pk, successor=successor, by=cast.sam, at=NOW)
    else:
        asked = {"grader_id": cast.gail.pk, "successor": successor, "reason": "On leave.", "by": cast.sam, "at": NOW}
        panel.replace_grader(round_id=round.pk, **asked)

    assert not GradeDraft.objects.exists()
    client.signed_in(successor)
    assert "Leaky words" not in client.get(taken.item.grade_url).content.decode()


def test_what_was_typed_goes_with_a_ppn_that_is_replaced_and_nothing_is_kept_there_any_more(cast):
    item = item_of(being_graded(cast), 1)
    given = item.assignments.select_related("grader").first()
    typed = {"assignment_id": given.pk, "by": given.grader}
    keep(cast, **typed)
    replace_withdrawn(cast, item)

    assert not GradeDraft.objects.exists()
    with pytest.raises(grades.CannotGrade, match="withdrawn or replaced"):
        keep(cast, **typed)


def test_the_database_keeps_one_draft_of_an_assignment(cast, round):
    keep(cast)

    with pytest.raises(IntegrityError), transaction.atomic():
        GradeDraft.objects.create(assignment=place(cast), version=1, saved_at=NOW)


def test_an_answer_that_is_no_answer_is_not_kept(client: CarefulClient, cast, round):
    client.signed_in(cast.gail)

    for wrong in ({"overall": "5"}, {"strength": "a" * 2001}):
        answer = client.post(place(cast).item.grade_url, wrong | {"version": "0", "autosave": "1"})
        assert answer.status_code == 422
        assert answer.json()["problem"] == "Not saved: an answer is not right yet."
    assert not GradeDraft.objects.exists()


# --- time left


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (date(2026, 12, 21), "10 working days left"),
        (date(2026, 12, 27), "7 working days left"),
        (date(2027, 1, 6), "1 working day left"),
        (date(2027, 1, 7), "due today"),
        (date(2027, 1, 8), "1 working day late"),
        (date(2027, 1, 9), "1 working day late"),
        (date(2027, 1, 12), "3 working days late"),
    ],
)
def test_a_grade_is_due_ten_working_days_after_it_was_assigned(cast, round, today, words):
    assignment = place(cast)
    assignment.assigned_at = ASSIGNED

    assert assignment.due_on == date(2027, 1, 7)
    assert days_left_in_words(assignment.due_on, today=today) == words


def test_whoever_comes_in_later_has_ten_days_of_their_own(cast, round):
    Assignment.objects.update(assigned_at=ASSIGNED)
    Assignment.objects.filter(pk=place(cast).pk).update(assigned_at=ASSIGNED + timedelta(days=1))

    assert [place(cast, position=position).due_on for position in (1, 2)] == [date(2027, 1, 8), date(2027, 1, 7)]


def test_the_home_page_says_that_grades_are_late(cast, round):
    Assignment.objects.update(assigned_at=ASSIGNED)

    def line(at: datetime) -> bool:
        (found,) = queries.waiting_for(cast.gail, at=at)
        return found.is_late

    assert not line(datetime(2027, 1, 7, 23, tzinfo=UTC))
    assert line(datetime(2027, 1, 8, 1, tzinfo=UTC))


def test_the_supervisor_sees_who_is_late_with_what_is_left(client, cast, round):
    Assignment.objects.update(assigned_at=NOW - timedelta(days=60))
    for position in (1, 2):
        grades.submit_grade(
            assignment_id=place(cast, of=cast.pam, position=position).pk, **whole(3), by=cast.pam, at=NOW
        )

    page = text_of(client.signed_in(cast.sam).get(reverse("grading:round", args=[round.pk])))

    assert "0 of 2 by" in page
    assert page.count("Late") == 1
    assert "2 of 2 Done" in page
