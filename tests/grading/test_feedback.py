"""Feedback to whoever wrote a graded PPN: what is chosen for them, that they are told once, and that they answer once."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from audit.models import Entry
from grading import tasks
from grading.enums import Criterion, FeedbackMove, OverallGrade
from grading.models import GradeFeedback, RoundItem
from grading.queries.feedback import LearningPoint, counts_of, told_in, waiting_for
from grading.queries.rubric import weakest_criterion
from grading.services import feedback as services
from grading.services import moderation, rounds
from jobs import services as jobs
from jobs.models import Job
from tests.factories.accounts import TeamFactory, UserFactory
from tests.factories.grading import (
    AssignmentFactory,
    GradeFactory,
    GradeFeedbackFactory,
    GradingRoundFactory,
    RoundItemFactory,
)
from tests.factories.referrals import ReferralFactory
from tests.people import NOW, Cast, make_cast
from tests.races import while_another_waits

POINT = LearningPoint("Ask what an ordinary day is like.", "LIVED_EXPERIENCE")
STRENGTH = "zzStrength: the child's own words are there."
LEARNING = "zzLearning: say what you ask of whom."


def graded_item(cast: Cast, round, position: int, *, author=None, marks=None, agreed=None) -> RoundItem:
    """A PPN of the response team that Gail and Pam graded 2, with a strength and a learning point each."""
    referral = ReferralFactory(author=author or cast.olu, team=cast.response_team)
    item = RoundItemFactory(round=round, referral=referral, position=position, agreed=agreed)
    for number, grader in enumerate((cast.gail, cast.pam), start=1):
        GradeFactory(
            assignment=AssignmentFactory(item=item, grader=grader),
            overall=2,
            strength=f"{STRENGTH} {number}",
            learning_point=f"{LEARNING} {number}",
            criteria=marks or {"VOICE": 3, "ACTION": number},
        )
    return item


@pytest.fixture
def round(cast):
    return GradingRoundFactory(force=cast.police, opened_by=cast.sam, state="MODERATING")


def publish(cast, round):
    return rounds.publish_round(round_id=round.pk, by=cast.sam, at=NOW)


def choose(cast, item, point=POINT, by=None):
    return services.choose_learning_point(item_id=item.pk, learning=point, by=by or cast.sam, at=NOW)


def answer(cast, feedback, move=FeedbackMove.ACKNOWLEDGE, by=None, **fields):
    return services.answer_feedback(feedback_id=feedback.pk, move=move, by=by or cast.olu, at=NOW, **fields)


def what() -> list[str]:
    return list(Entry.objects.order_by("pk").values_list("what", flat=True))


# Choosing what the writer is to learn


def test_the_learning_point_is_chosen_with_the_agreed_grade_in_one_step(cast, round):
    item = graded_item(cast, round, 1)

    moderation.record_agreed_grade(item_id=item.pk, grade=2, by=cast.sam, at=NOW, learning=POINT)

    feedback = GradeFeedback.objects.get(item=item)
    assert (feedback.state, feedback.learning_point, feedback.theme) == ("PREPARED", POINT.words, POINT.theme)
    assert (feedback.chosen_by, feedback.chosen_at) == (cast.sam, NOW)
    assert what() == ["grading.grade_agreed", "grading.learning_point_chosen"]
    assert POINT.words not in str(list(Entry.objects.values()))


def test_without_a_theme_neither_grade_nor_learning_point_is_kept(cast, round):
    item = graded_item(cast, round, 1)

    with pytest.raises(services.CannotChoose, match="what the learning point is about"):
        moderation.record_agreed_grade(
            item_id=item.pk, grade=2, by=cast.sam, at=NOW, learning=LearningPoint("Words.", "")
        )

    assert not item.agreed_grades.exists()
    assert not GradeFeedback.objects.exists()


def test_another_learning_point_replaces_it_until_publication_and_the_same_changes_nothing(cast, round):
    item = graded_item(cast, round, 1, agreed=2)
    choose(cast, item)
    choose(cast, item)
    choose(cast, item, LearningPoint("Give the source of each fact.", "CONCERN"))

    assert GradeFeedback.objects.get().learning_point == "Give the source of each fact."
    assert what() == ["grading.learning_point_chosen"] * 2

    publish(cast, round)
    with pytest.raises(services.CannotChoose, match="published"):
        choose(cast, item)


@pytest.mark.parametrize("who", ["olu", "lin", "gail", "pam", "mina", "tess", "ada"])
def test_only_a_supervisor_of_the_force_chooses(cast, round, who):
    with pytest.raises(services.CannotChoose):
        choose(cast, graded_item(cast, round, 1), by=getattr(cast, who))


def test_nobody_chooses_what_they_are_to_learn_themselves(cast, round):
    with pytest.raises(services.CannotChoose, match="did not write"):
        choose(cast, graded_item(cast, round, 1, author=cast.sam))


def test_nothing_is_chosen_while_graders_still_grade(cast):
    round = GradingRoundFactory(force=cast.police, opened_by=cast.sam, state="GRADING")

    with pytest.raises(services.CannotChoose, match="when all grades"):
        choose(cast, graded_item(cast, round, 1))


@pytest.mark.parametrize(
    ("grades", "weakest"),
    [
        ([], None),
        ([{}], None),
        ([{"VOICE": None}], None),
        ([{"VOICE": 1}], None),
        ([dict.fromkeys(Criterion.values, 3)], None),
        ([{"TIMELY": 3, "ACTION": 2}], "ACTION"),
        ([{"TIMELY": 2, "ACTION": 2, "RISK": 3}], "TIMELY"),
        ([{"TIMELY": 2, "VOICE": 2, "RISK": 3}], "VOICE"),
        ([{"TIMELY": 1, "ACTION": 2}, {"TIMELY": 4, "ACTION": 2}], "ACTION"),
        ([{"TIMELY": 4, "ACTION": None}, {"TIMELY": 4, "ACTION": 3}], "ACTION"),
    ],
)
def test_the_weakest_criterion_has_the_lowest_mean_and_what_is_needed_to_act_comes_first(grades, weakest):
    assert weakest_criterion(grades) == weakest


# Telling


def test_publication_tells_each_writer_in_the_same_transaction_with_a_mail_that_holds_no_word_of_it(
    cast, round, mailoutbox, django_capture_on_commit_callbacks
):
    item = graded_item(cast, round, 1, agreed=2)
    other = graded_item(cast, round, 2, agreed=3, author=cast.mina)
    choose(cast, item)

    with django_capture_on_commit_callbacks(execute=True):
        publish(cast, round)
    run_jobs()

    told = {one.item: one for one in GradeFeedback.objects.all()}
    given = Entry.objects.filter(what="grading.feedback_given", actor_id=str(cast.sam.pk))
    assert {entry.object_id for entry in given} == {str(one.referral_id) for one in (item, other)}
    assert {one.recipient for one in told.values()} == {cast.olu, cast.mina}
    assert {one.state for one in told.values()} == {"TOLD"}
    assert (told[item].theme, told[item].learning_point) == (POINT.theme, POINT.words)
    assert (told[other].theme, told[other].learning_point) == ("ACTION", "")
    assert sorted((sent.to[0], told[item].get_absolute_url() in sent.body) for sent in mailoutbox) == [
        (cast.lin.email, False),
        (cast.lin.email, True),
        (cast.mina.email, False),
        (cast.olu.email, True),
    ]
    for sent in mailoutbox:
        text = sent.subject + sent.body
        assert not any(word in text for word in ("zz", POINT.words, "improvement", item.referral.reference, "Olu"))


def run_jobs() -> None:
    for job in Job.objects.filter(finished_at=None):
        jobs.run(job_id=job.pk, at=NOW + timedelta(minutes=1))


def test_a_round_that_is_published_twice_tells_once(cast, round):
    graded_item(cast, round, 1, agreed=2)

    publish(cast, round)
    publish(cast, round)

    assert GradeFeedback.objects.count() == 1
    assert Job.objects.filter(task__contains="feedback").count() == 2
    assert what().count("grading.feedback_given") == 1


def test_a_mail_that_fails_is_tried_again_and_the_feedback_waits_meanwhile(cast, round, monkeypatch):
    graded_item(cast, round, 1, agreed=2)
    publish(cast, round)
    job = Job.objects.get(task=tasks.feedback.email_writer_about_feedback.task_name)

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMessage.send", lambda self: 1 / 0)
        jobs.run(job_id=job.pk, at=NOW + timedelta(minutes=1))
    job.refresh_from_db()
    assert job.finished_at is None
    assert GradeFeedback.objects.get().state == "TOLD"

    jobs.run(job_id=job.pk, at=job.due_at + timedelta(hours=1))
    jobs.run(job_id=job.pk, at=job.due_at + timedelta(hours=2))
    assert [sent.to for sent in mail.outbox] == [[cast.olu.email]]


def test_nothing_is_told_where_the_publication_is_refused(cast, round):
    graded_item(cast, round, 1, agreed=2)
    graded_item(cast, round, 2)

    with pytest.raises(rounds.CannotPublish):
        publish(cast, round)

    assert not GradeFeedback.objects.exists()
    assert not Job.objects.exists()


def test_who_has_left_and_who_has_answered_gets_no_mail(cast, round, mailoutbox):
    graded_item(cast, round, 1, agreed=2)
    graded_item(cast, round, 2, agreed=2, author=cast.mina)
    publish(cast, round)
    answer(cast, GradeFeedback.objects.get(recipient=cast.olu))
    type(cast.mina).objects.filter(pk=cast.mina.pk).update(is_active=False)

    run_jobs()

    assert {address for sent in mailoutbox for address in sent.to} == {cast.lin.email}


def test_who_leads_another_team_is_not_told(cast, round, mailoutbox):
    UserFactory(agency=cast.police, team=TeamFactory(agency=cast.police), roles=["LINE_MANAGER"])
    graded_item(cast, round, 1, agreed=2)
    publish(cast, round)

    run_jobs()

    assert sorted(address for sent in mailoutbox for address in sent.to) == [cast.lin.email, cast.olu.email]


def test_what_is_told_holds_grade_strengths_and_one_learning_point_and_no_grader(cast, round):
    item = graded_item(cast, round, 1, agreed=2)
    choose(cast, item)
    publish(cast, round)

    told = told_in(GradeFeedback.objects.get())

    assert (told.grade, told.grade.label) == (OverallGrade.NEEDS_IMPROVEMENT, "Needs improvement")
    assert told.strengths == [f"{STRENGTH} 1", f"{STRENGTH} 2"]
    assert (told.learning_point, told.theme) == (POINT.words, Criterion.LIVED_EXPERIENCE)
    assert not any(word in str(told) for word in ("Gail", "Pam", LEARNING))


# Who sees it


def test_feedback_is_seen_by_the_writer_who_leads_the_team_and_who_runs_the_round(cast):
    feedback = told_to_olu(cast)

    seen = {name for name, user in cast.everyone().items() if GradeFeedback.objects.visible_to(user).contains(feedback)}

    assert seen == {"olu", "lin", "sam"}


def test_what_is_prepared_is_seen_by_nobody(cast, round):
    prepared = GradeFeedbackFactory(item=graded_item(cast, round, 1, agreed=2), state="PREPARED")

    for user in cast.everyone().values():
        assert not GradeFeedback.objects.visible_to(user).contains(prepared)


def test_who_leads_another_team_sees_nothing_of_it(cast):
    leader = UserFactory(agency=cast.police, team=TeamFactory(agency=cast.police), roles=["LINE_MANAGER"])

    assert not GradeFeedback.objects.visible_to(leader).contains(told_to_olu(cast))


def test_who_runs_grading_and_leads_the_hubs_team_does_not_find_it_in_the_list_of_a_team(cast):
    told_to_olu(cast)

    assert not GradeFeedback.objects.about_team_of(cast.sam).exists()


def test_a_supervisor_of_another_force_sees_nothing_of_it(cast):
    from_elsewhere = UserFactory(agency=cast.elsewhere, roles=["MASH_SUPERVISOR"])

    assert not GradeFeedback.objects.visible_to(from_elsewhere).contains(told_to_olu(cast))


def test_a_writer_who_has_gone_to_another_agency_reads_it_no_more(cast):
    feedback = told_to_olu(cast)
    type(cast.olu).objects.filter(pk=cast.olu.pk).update(agency=cast.council)
    cast.olu.refresh_from_db()

    assert not GradeFeedback.objects.visible_to(cast.olu).exists()
    with pytest.raises(services.CannotAnswer):
        answer(cast, feedback)


def told_to_olu(cast: Cast, **fields) -> GradeFeedback:
    published = GradingRoundFactory(force=cast.police, opened_by=cast.sam, state="PUBLISHED")
    feedback: GradeFeedback = GradeFeedbackFactory(item=graded_item(cast, published, 1, agreed=2), **fields)
    return feedback


# Answering


def test_reading_it_is_recorded_once_with_who_and_when(cast):
    feedback = told_to_olu(cast)

    answer(cast, feedback)
    answer(cast, feedback)

    feedback.refresh_from_db()
    assert (feedback.state, feedback.answered_by, feedback.answered_at) == ("READ", cast.olu, NOW)
    entry = Entry.objects.get(what="grading.feedback_acknowledged")
    assert (entry.actor_id, entry.object_id) == (str(cast.olu.pk), str(feedback.item.referral_id))


def test_disagreeing_takes_words_which_the_log_does_not_hold(cast):
    feedback = told_to_olu(cast)

    with pytest.raises(services.CannotAnswer, match="what you disagree with"):
        answer(cast, feedback, FeedbackMove.DISAGREE, words="  ")
    answer(cast, feedback, FeedbackMove.DISAGREE, words=" zzThe ask is in the last line. ")

    feedback.refresh_from_db()
    assert (feedback.state, feedback.disagreement) == ("DISAGREED", "zzThe ask is in the last line.")
    assert what() == ["grading.feedback_disagreed_with"]
    assert "zz" not in str(list(Entry.objects.values()))


def test_an_answer_stays(cast):
    feedback = told_to_olu(cast)
    answer(cast, feedback)

    with pytest.raises(services.CannotAnswer, match="an answer stays"):
        answer(cast, feedback, FeedbackMove.DISAGREE, words="After all not.")


@pytest.mark.parametrize("who", ["lin", "sam", "gail", "mina", "ada"])
def test_nobody_answers_for_the_writer(cast, who):
    with pytest.raises(services.CannotAnswer, match="Only who wrote"):
        answer(cast, told_to_olu(cast), by=getattr(cast, who))


@pytest.mark.parametrize(
    ("move", "words"), [(FeedbackMove.TELL, ""), (FeedbackMove.CHOOSE, ""), (FeedbackMove.ACKNOWLEDGE, "Words.")]
)
def test_an_answer_is_one_of_two_and_only_disagreeing_has_words(cast, move, words):
    with pytest.raises(services.CannotAnswer):
        answer(cast, told_to_olu(cast), move, words=words)


def test_an_answer_and_its_entry_in_the_log_stand_or_fall_together(cast, monkeypatch):
    feedback = told_to_olu(cast)
    monkeypatch.setattr("audit.services.record", lambda **_: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        answer(cast, feedback)

    feedback.refresh_from_db()
    assert feedback.state == "TOLD"


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_the_second_waits_for_the_first_and_is_refused_in_words():
    cast = make_cast()
    feedback = told_to_olu(cast)

    refused = while_another_waits(
        lambda: answer(cast, feedback),
        lambda: answer(cast, feedback, FeedbackMove.DISAGREE, words="No."),
        refusal=services.CannotAnswer,
    )

    assert isinstance(refused, services.CannotAnswer)
    feedback.refresh_from_db()
    assert (feedback.state, feedback.disagreement) == ("READ", "")
    assert what() == ["grading.feedback_acknowledged"]


# What waits, and how far a round is


def test_the_home_page_of_the_writer_leads_to_what_is_to_be_read(cast):
    assert waiting_for(cast.olu, at=NOW) == []
    first = told_to_olu(cast)

    (line,) = waiting_for(cast.olu, at=NOW)
    assert (line.amount, line.title, line.url) == ("1", "PPN with feedback to read", first.get_absolute_url())

    GradeFeedbackFactory(item=graded_item(cast, first.item.round, 2, agreed=3))
    (line,) = waiting_for(cast.olu, at=NOW)
    assert (line.amount, line.title) == ("2", "PPNs with feedback to read")
    assert line.url == f"{reverse('grading:feedbacks')}?show=unread"
    for user in (cast.lin, cast.sam, cast.gail):
        assert waiting_for(user, at=NOW) == []


def test_the_counts_of_a_round_say_how_many_read_it_and_disagree(cast):
    round = GradingRoundFactory(force=cast.police, opened_by=cast.sam, state="PUBLISHED")
    for position, state in enumerate(("TOLD", "READ", "READ", "DISAGREED"), start=1):
        point = "" if state == "TOLD" else "Words."
        item = graded_item(cast, round, position, agreed=2)
        GradeFeedbackFactory(item=item, state=state, learning_point=point)
    graded_item(cast, round, 5, agreed=2)

    counts = counts_of(round)

    assert (counts.items, counts.chosen, counts.told, counts.read, counts.disagreed) == (5, 3, 4, 3, 1)
    assert (counts.unread, counts.without_learning_point) == (1, 2)


# What the database holds


@pytest.mark.parametrize(
    ("state", "fields", "constraint"),
    [
        ("PREPARED", {"theme": ""}, "grade_feedback_learning_point_has_theme_who_and_when"),
        ("PREPARED", {"chosen_by": None}, "grade_feedback_learning_point_has_theme_who_and_when"),
        ("PREPARED", {"theme": "SPELLING"}, "grade_feedback_theme_is_a_criterion"),
        ("PREPARED", {"told_at": NOW}, "grade_feedback_told_says_whom_and_when"),
        ("PREPARED", {"state": "TOLD"}, "grade_feedback_told_says_whom_and_when"),
        ("TOLD", {"answered_at": NOW}, "grade_feedback_answered_by_its_recipient_says_when"),
        ("TOLD", {"state": "READ"}, "grade_feedback_answered_by_its_recipient_says_when"),
        ("TOLD", {"disagreement": "No."}, "grade_feedback_disagreement_has_words"),
    ],
)
def test_the_database_refuses_feedback_that_breaks_a_rule(cast, state, fields, constraint):
    feedback = told_to_olu(cast, state=state)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        GradeFeedback.objects.filter(pk=feedback.pk).update(**fields)


def test_the_database_refuses_an_answer_of_somebody_else_and_a_disagreement_without_words(cast):
    feedback = GradeFeedback.objects.filter(pk=told_to_olu(cast).pk)
    answered = {"answered_at": NOW, "answered_by": cast.olu}

    with pytest.raises(IntegrityError, match="answered_by_its_recipient"), transaction.atomic():
        feedback.update(state="READ", answered_at=NOW, answered_by=cast.lin)
    with pytest.raises(IntegrityError, match="disagreement_has_words"), transaction.atomic():
        feedback.update(state="DISAGREED", **answered)


def test_an_item_has_one_feedback(cast):
    feedback = told_to_olu(cast)

    with pytest.raises(IntegrityError, match="item_id"), transaction.atomic():
        GradeFeedbackFactory(item=feedback.item)


@pytest.mark.parametrize(
    ("state", "fields"),
    [
        ("TOLD", {"learning_point": "Other words."}),
        ("TOLD", {"theme": "VOICE"}),
        ("READ", {"state": "TOLD", "answered_at": None, "answered_by": None}),
        ("DISAGREED", {"disagreement": "Other words."}),
    ],
)
def test_the_database_refuses_to_change_what_was_told_or_answered(cast, state, fields):
    feedback = told_to_olu(cast, state=state)

    with pytest.raises(DatabaseError, match="is never changed"), transaction.atomic():
        GradeFeedback.objects.filter(pk=feedback.pk).update(**fields)
