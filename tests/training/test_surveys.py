"""Templates, surveys, answering once, and that nothing is shown that could point at a few."""

from datetime import date, timedelta
from functools import partial

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from audit.models import Entry
from tests.factories.accounts import TeamFactory, UserFactory
from tests.factories.supervision import SurveyFactory, SurveyTemplateFactory
from tests.people import NOW, Cast, make_cast
from tests.races import at_once
from training.models import Survey, SurveyBox, SurveyQuestion, SurveyReceipt, SurveyTemplate
from training.queries.supervision_and_surveys import waiting_for as supervision_waiting_for
from training.queries.surveys import results_of, trends_of
from training.services import surveys as services

TODAY = date(2026, 11, 20)
AFTER = date(2026, 12, 1)


def template_of(cast: Cast) -> SurveyTemplate:
    return SurveyTemplateFactory(agency=cast.police, made_by=cast.tess)


def survey_of(cast: Cast, **fields) -> Survey:
    return SurveyFactory(**{"template": template_of(cast)} | fields)


def answer(survey: Survey, by, *given, at=NOW) -> None:
    questions = survey.template.questions.order_by("position")
    answers = {question.pk: value for question, value in zip(questions, given, strict=False) if value is not None}
    services.answer_survey(survey_id=survey.pk, answers=answers, by=by, at=at)


def staff(cast: Cast, count: int, **fields) -> list:
    return UserFactory.create_batch(count, **{"agency": cast.police} | fields)


def shown(survey: Survey, on: date = AFTER) -> list[tuple[list[int], list[str]] | None]:
    return [
        ([count for _, count in result.marks], list(result.words)) if result.is_shown else None
        for result in results_of(survey, on=on)
    ]


def open_survey(cast: Cast, **fields) -> Survey:
    values = {"template": None, "team": None, "opens_on": TODAY, "closes_on": AFTER, "by": cast.leda, "at": NOW}
    values |= {"template": template_of(cast)} if "template" not in fields else {}
    return services.open_survey(**values | fields)


# --- templates and surveys --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["tess", "leda"])
def test_a_trainer_or_a_leader_makes_questions_and_asks_them(cast, name):
    by = getattr(cast, name)
    template = services.make_template(
        title=" How work is ", questions=[(" I am heard. ", "SCALE"), ("What else?", "TEXT")], by=by, at=NOW
    )
    survey = open_survey(cast, template=template, by=by)

    assert list(template.questions.order_by("position").values_list("words", "kind")) == [
        ("I am heard.", "SCALE"),
        ("What else?", "TEXT"),
    ]
    assert [box.marks for box in survey.boxes.all()] == [[0] * 5, [0] * 5]
    assert [line.title for line in supervision_waiting_for(cast.olu, at=NOW)] == [
        "Staff surveys to answer, anonymously"
    ]
    assert supervision_waiting_for(cast.pat, at=NOW) == []


@pytest.mark.parametrize("name", ["olu", "lin", "sam", "ana", "ada", "pat"])
def test_nobody_else_does(cast, name):
    by = getattr(cast, name)
    with pytest.raises(services.CannotMakeTemplate, match="Only a trainer or a leader"):
        services.make_template(title="Mine", questions=[("Why?", "TEXT")], by=by, at=NOW)
    with pytest.raises(services.CannotOpenSurvey):
        open_survey(cast, by=by)
    with pytest.raises(services.CannotWithdrawSurvey):
        services.withdraw_survey(survey_id=survey_of(cast).pk, by=by, at=NOW)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"title": " "}, "Write a title"),
        ({"questions": []}, "1 to 10 questions"),
        ({"questions": [("Why?", "TEXT")] * 11}, "1 to 10 questions"),
        ({"questions": [(" ", "TEXT")]}, "has words"),
        ({"questions": [("Why?", "SONG")]}, "has words"),
    ],
)
def test_what_cannot_be_asked_is_no_template(cast, fields, message):
    values = {"title": "Mine", "questions": [("Why?", "TEXT")], "by": cast.tess, "at": NOW} | fields
    with pytest.raises(services.CannotMakeTemplate, match=message):
        services.make_template(**values)


def test_a_survey_opens_today_or_later_and_closes_no_sooner(cast):
    with pytest.raises(services.CannotOpenSurvey, match="today or later"):
        open_survey(cast, opens_on=date(2026, 11, 19))
    with pytest.raises(services.CannotOpenSurvey, match="close before"):
        open_survey(cast, closes_on=date(2026, 11, 19))


def test_fewer_than_five_people_are_not_asked_at_all(cast):
    team = TeamFactory(agency=cast.police)
    staff(cast, 4, team=team)
    staff(cast, 1, team=team, is_active=False)
    with pytest.raises(services.CannotOpenSurvey, match="Fewer than five"):
        open_survey(cast, team=team)
    staff(cast, 1, team=team)

    open_survey(cast, team=team)


def test_nobody_is_asked_the_same_by_two_surveys_in_the_same_days(cast):
    template, north, south = template_of(cast), TeamFactory(agency=cast.police), TeamFactory(agency=cast.police)
    for team in (north, south):
        staff(cast, 5, team=team)
    first = open_survey(cast, template=template, team=north)
    open_survey(cast, template=template, team=south)

    for team in (None, north):
        with pytest.raises(services.CannotOpenSurvey, match="asked the same questions"):
            open_survey(cast, template=template, team=team)
    open_survey(cast, template=template, opens_on=date(2026, 12, 2), closes_on=date(2026, 12, 9))
    with pytest.raises(services.CannotOpenSurvey, match="asked the same questions"):
        open_survey(cast, template=template, team=north, opens_on=date(2026, 12, 9), closes_on=date(2026, 12, 9))
    services.withdraw_survey(survey_id=first.pk, by=cast.tess, at=NOW)
    open_survey(cast, template=template, team=north)


def test_the_database_keeps_what_was_asked_and_when(cast):
    survey = survey_of(cast)
    for model, change in (
        (Survey, {"closes_on": TODAY}),
        (Survey, {"team": cast.hub_team}),
        (SurveyTemplate, {"title": "Other"}),
        (SurveyQuestion, {"words": "Another question?"}),
    ):
        with pytest.raises(DatabaseError, match="not changed"), transaction.atomic():
            model.objects.update(**change)
    for model in (SurveyBox, SurveyReceipt, Survey, SurveyQuestion, SurveyTemplate):
        SurveyReceipt.objects.get_or_create(survey=survey, person=cast.olu)
        with pytest.raises(DatabaseError, match="not removed"), transaction.atomic():
            model.objects.all()._raw_delete("default")
    with pytest.raises(DatabaseError, match="no further question"), transaction.atomic():
        SurveyQuestion.objects.create(template=survey.template, position=4, words="More?", kind="TEXT")


# --- answering --------------------------------------------------------------------------------------------------------


def test_somebody_answers_once_and_may_leave_questions_open(cast):
    survey = survey_of(cast)

    answer(survey, cast.olu, 4, None, "  More\n time. ")

    boxes = survey.boxes.order_by("question__position")
    assert [(box.marks, box.words) for box in boxes] == [
        ([0, 0, 0, 1, 0], []),
        ([0] * 5, []),
        ([0] * 5, ["More time."]),
    ]
    with pytest.raises(services.CannotAnswer, match="answered this survey already"):
        answer(survey, cast.olu, 1)
    assert survey.receipts.count() == 1


@pytest.mark.parametrize(
    ("given", "message"),
    [((), "at least one"), ((None, None, "  "), "at least one"), ((6,), "1 to 5"), ((3, 3, "x" * 501), "at most 500")],
)
def test_an_answer_that_is_none_leaves_no_receipt(cast, given, message):
    survey = survey_of(cast)

    with pytest.raises(services.CannotAnswer, match=message):
        answer(survey, cast.olu, *given)
    assert not SurveyReceipt.objects.exists()
    assert {box.answers for box in survey.boxes.all()} == {0}


def test_only_who_is_asked_answers_and_only_while_it_is_open(cast):
    survey = survey_of(cast, team=cast.hub_team)
    for person in (cast.olu, cast.pat, cast.out):
        with pytest.raises(services.CannotAnswer, match="does not take your answers"):
            answer(survey, person, 3)
    for at in (NOW - timedelta(days=10), NOW + timedelta(days=11)):
        with pytest.raises(services.CannotAnswer, match="does not take your answers"):
            answer(survey, cast.mina, 3, at=at)
    services.withdraw_survey(survey_id=survey.pk, by=cast.tess, at=NOW)
    with pytest.raises(services.CannotAnswer, match="does not take your answers"):
        answer(survey, cast.mina, 3)


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_once_by_one_person_count_once():
    cast = make_cast()
    survey = survey_of(cast)
    given = at_once(
        partial(answer, survey, cast.olu, 5), partial(answer, survey, cast.olu, 1), refusal=services.CannotAnswer
    )

    assert sum(survey.boxes.get(question__position=1).marks) == survey.receipts.count() == 1
    assert [type(one).__name__ for one in given].count("CannotAnswer") == 1


@pytest.mark.django_db(transaction=True)
def test_answers_of_several_at_once_are_all_counted():
    cast = make_cast()
    survey = survey_of(cast)
    people = staff(cast, 4)
    at_once(*[partial(answer, survey, person, 2, 4, "So.") for person in people])

    assert [box.answers for box in survey.boxes.all()] == [4, 4, 4]
    assert survey.receipts.count() == 4


def test_the_database_takes_one_answer_at_a_time_and_gives_none_back(cast):
    survey = survey_of(cast)
    box = survey.boxes.get(question__position=1)
    rows = SurveyBox.objects.filter(pk=box.pk)
    with pytest.raises(DatabaseError, match="one answer at a time"), transaction.atomic():
        rows.update(marks=[1, 0, 0, 0, 0])  # nobody has a receipt
    for person in (cast.olu, cast.mina):
        answer(survey, person, 3, None, "Well.")

    for change in ({"marks": [0, 0, 1, 0, 0]}, {"marks": [0, 0, 2, 2, 0]}, {"marks": [1, 0, 1, 0, 0]}):
        with pytest.raises(DatabaseError, match="one answer at a time"), transaction.atomic():
            rows.update(**change)
    with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
        rows.update(marks=[1])
    with pytest.raises(IntegrityError), transaction.atomic():
        SurveyReceipt.objects.create(survey=survey, person=cast.olu)


# --- results ----------------------------------------------------------------------------------------------------------


def test_results_are_shown_after_the_last_day_and_by_question_from_five_answers_up(cast):
    survey = survey_of(cast)
    for number, person in enumerate(staff(cast, 5)):
        answer(survey, person, 1 + number, 3 if number else None, f"Words {5 - number}" if number else None)
    assert shown(survey) == [([1, 1, 1, 1, 1], []), None, None]
    answer(survey, cast.olu, None, 3, "Words 9")

    assert shown(survey) == [
        ([1, 1, 1, 1, 1], []),
        ([0, 0, 5, 0, 0], []),
        ([], ["Words 1", "Words 2", "Words 3", "Words 4", "Words 9"]),
    ]
    assert shown(survey, on=date(2026, 11, 30)) == []
    services.withdraw_survey(survey_id=survey.pk, by=cast.tess, at=NOW)
    survey.refresh_from_db()
    assert shown(survey) == []


def test_trends_show_each_survey_of_the_template_by_the_same_rule(cast):
    template = template_of(cast)
    days = [(date(2026, 3, 1), date(2026, 3, 9)), (date(2026, 6, 1), date(2026, 6, 9)), (TODAY, AFTER)]
    surveys = [SurveyFactory(template=template, opens_on=first, closes_on=last) for first, last in days]
    for survey, count, mark in ((surveys[0], 5, 2), (surveys[1], 4, 5)):
        for person in staff(cast, count):
            answer(survey, person, mark, at=NOW.replace(month=survey.opens_on.month, day=2))

    asked, trends = trends_of(template, on=TODAY)

    assert asked == surveys[:2]
    assert [[(result.mean, result.answers) for result in trend.results] for trend in trends] == [
        [("2.00", 5), ("", None)],
        [("", None), ("", None)],
    ]


def test_making_asking_and_withdrawing_stand_in_the_log(cast):
    template = services.make_template(title="Mine", questions=[("Why?", "TEXT")], by=cast.tess, at=NOW)
    survey = open_survey(cast, template=template, by=cast.tess)
    for _ in range(2):
        services.withdraw_survey(survey_id=survey.pk, by=cast.leda, at=NOW)

    assert list(Entry.objects.order_by("pk").values_list("what", "actor_id")) == [
        ("training.survey_template_made", str(cast.tess.pk)),
        ("training.survey_opened", str(cast.tess.pk)),
        ("training.survey_withdrawn", str(cast.leda.pk)),
    ]
