"""Attacks on the anonymity of a survey: by somebody who reads every table, the log, and what PostgreSQL keeps beside the rows."""

import json
from collections import defaultdict
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection, models
from django.urls import reverse

from audit.models import Entry
from jobs.models import Job
from tests.conftest import CarefulClient
from tests.factories.accounts import UserFactory
from tests.factories.supervision import SurveyFactory, SurveyTemplateFactory
from tests.people import NOW, Cast, make_cast
from tests.reading import markup_of
from training.models import Survey, SurveyBox, SurveyReceipt
from training.services.surveys import answer_survey

# What each of five people answered: their mark and their words are theirs alone.
ANSWERS = {1: "Zebra crossing", 2: "Yellow paper", 3: "Xylophone", 4: "Wet shoes", 5: "Violet ink"}


def answered(cast: Cast, **fields) -> tuple[Survey, list]:
    """A survey that five people have answered one after the other, each in a transaction of their own."""
    template = SurveyTemplateFactory(agency=cast.police, made_by=cast.tess)
    survey = SurveyFactory(template=template, **fields)
    first, _, words = survey.template.questions.order_by("position")
    people = UserFactory.create_batch(len(ANSWERS), agency=cast.police)
    for person, (mark, text) in zip(people, ANSWERS.items(), strict=True):
        answer_survey(survey_id=survey.pk, answers={first.pk: mark, words.pk: text}, by=person, at=NOW)
    return survey, people


def rows(table: str, columns: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {table} ORDER BY ctid")  # noqa: S608 -- names of this file
        return cursor.fetchall()


def test_no_column_leads_from_an_answer_to_a_person() -> None:
    """Of the box: which survey, which question, how often, which words. Of the receipt: which survey and who."""
    assert {field.name for field in SurveyBox._meta.get_fields()} == {"id", "survey", "question", "marks", "words"}
    assert {field.name for field in SurveyReceipt._meta.get_fields()} == {"id", "survey", "person"}
    for model in (SurveyBox, SurveyReceipt):
        assert [f.name for f in model._meta.get_fields() if isinstance(f, models.DateField | models.TimeField)] == []
        assert not list(model._meta.related_objects)


@pytest.mark.django_db(transaction=True)
def test_the_transaction_that_wrote_a_receipt_wrote_no_row_that_holds_one_answer() -> None:
    """xmin is the number of the transaction that last wrote a row: all boxes bear the last one, and hold what all answered."""
    survey, people = answered(make_cast())
    receipts = dict(rows("training_surveyreceipt", "person_id, xmin::text"))
    boxes = rows("training_surveybox", "xmin::text, marks, words")

    assert len(set(receipts.values())) == len(people)
    assert {xmin for xmin, _, _ in boxes} == {receipts[people[-1].pk]}
    by_question = [(marks, len(words)) for _, marks, words in boxes]
    assert sorted(by_question) == [([0] * 5, 0), ([0] * 5, 5), ([1] * 5, 0)]


@pytest.mark.django_db(transaction=True)
def test_the_order_in_which_people_answered_stands_in_no_row_of_answers() -> None:
    survey, people = answered(make_cast())

    assert [person for (person,) in rows("training_surveyreceipt", "person_id")] == [one.pk for one in people]
    boxes = SurveyBox.objects.filter(survey=survey).order_by("question__position")
    assert boxes[2].words == sorted(ANSWERS.values())
    assert boxes[2].words != list(ANSWERS.values())


@pytest.mark.django_db(transaction=True)
def test_a_box_that_somebody_left_open_is_written_anew_all_the_same() -> None:
    """Else the row of the second question would bear the transactions of those alone who answered it."""
    cast = make_cast()
    survey, _ = answered(cast)
    before = dict(rows("training_surveybox", "id, xmin::text"))
    first = survey.template.questions.order_by("position")[0]

    answer_survey(survey_id=survey.pk, answers={first.pk: 3}, by=cast.olu, at=NOW)

    after = dict(rows("training_surveybox", "id, xmin::text"))
    assert len(set(after.values())) == 1
    assert not set(after.values()) & set(before.values())


def test_neither_the_log_nor_any_other_table_knows_that_or_what_somebody_answered(cast: Cast, client: CarefulClient):
    template = SurveyTemplateFactory(agency=cast.police, made_by=cast.tess)
    survey = SurveyFactory(template=template, opens_on=date(2026, 1, 1), closes_on=date(2099, 1, 1))
    before = {model: set(model._default_manager.values_list("pk", flat=True)) for model in apps.get_models()}
    client.signed_in(cast.olu)
    sent = client.post(
        reverse("training:survey_answer", args=[survey.pk]), {"question_1": "2", "question_3": "Xylophone"}
    )
    assert sent.status_code == 302

    added = defaultdict(int)
    for model, known in before.items():
        added[model.__name__] = len(set(model._default_manager.values_list("pk", flat=True)) - known)
    assert {name: count for name, count in added.items() if count} == {"SurveyReceipt": 1, "Session": 1}
    assert not Entry.objects.exists()
    assert not Job.objects.exists()
    assert "Xylophone" not in json.dumps(list(client.session.items()), default=str)
    holding = {
        model.__name__
        for model in apps.get_models()
        for values in model._default_manager.values_list()
        if "Xylophone" in str(values)
    }
    assert holding == {"SurveyBox"}


def test_no_page_says_who_has_answered_and_while_it_is_open_none_shows_a_result(cast: Cast, client: CarefulClient):
    survey, people = answered(cast, closes_on=date(2099, 1, 1))
    for name in ("tess", "leda"):
        client.signed_in(getattr(cast, name))
        for address in ("surveys", "survey", "survey_template"):
            arguments = {"survey": [survey.pk], "survey_template": [survey.template_id]}.get(address, [])
            page = client.get(reverse(f"training:{address}", args=arguments)).content.decode()
            assert not [person.name for person in people if person.name in page]
            assert "Xylophone" not in page


@pytest.mark.django_db
def test_what_is_sent_after_the_session_ended_is_kept_beside_nobody(client: CarefulClient) -> None:
    """Everywhere else it would be: in the new session, with the key of whoever had been signed in."""
    cast = make_cast()
    survey = SurveyFactory(template=SurveyTemplateFactory(agency=cast.police, made_by=cast.tess))
    page = reverse("training:survey_answer", args=[survey.pk])
    client.signed_in(cast.olu).get(page)
    Session.objects.update(expire_date=NOW - timedelta(days=1))

    lost = client.post(page, {"anything": "Zebra crossing at night"})

    assert lost.headers["Location"].startswith("/account/login/")
    assert "what you typed is kept" not in markup_of(client.get(lost.headers["Location"]))
    kept = [session.get_decoded() for session in Session.objects.all()]
    assert "Zebra" not in json.dumps(kept)
