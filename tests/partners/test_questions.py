"""Questions from sessions: asked by who has a place, answered by trainers, and published for everybody in words that name nobody."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from common.errors import KeyWasUsed
from partners.models import Booking, SessionQuestion
from partners.notifications.question_mail import email_person_about_answer
from partners.queries import waiting_for
from partners.queries.questions import knowledge
from partners.services import questions as services
from tests.conftest import CarefulClient
from tests.factories.accounts import AgencyFactory
from tests.factories.partners import STARTS, BookingFactory, SessionFactory, SessionQuestionFactory
from tests.people import NOW, Cast
from tests.races import at_once

pytestmark = pytest.mark.django_db
ENDS = STARTS + timedelta(minutes=90)


def place_of(cast: Cast, **fields: Any) -> Booking:
    session = SessionFactory(host=cast.police, planned_by=cast.tess, **fields)
    return BookingFactory(session=session, user=cast.pat)


def ask(booking: Booking, **fields: Any) -> SessionQuestion:
    given = {
        "booking_id": booking.pk,
        "words": "May I tell the grandmother?",
        "key": uuid.uuid4(),
        "by": booking.user,
        "at": NOW,
    }
    return services.ask_question(**given | fields)


def answer(question: SessionQuestion, cast: Cast, **fields: Any) -> SessionQuestion:
    given = {"question_id": question.pk, "answer": "Yes, what keeps the child safe.", "by": cast.tess, "at": NOW}
    given["seen"] = SessionQuestion.objects.get(pk=question.pk).answered_at
    return services.answer_question(**given | fields)


def publish(question: SessionQuestion, cast: Cast, **fields: Any) -> SessionQuestion:
    given = {
        "question_id": question.pk,
        "public_question": "May a relative be told?",
        "public_answer": "Yes, what keeps a child safe.",
        "seen": SessionQuestion.objects.get(pk=question.pk).published_at,
        "by": cast.tess,
        "at": NOW,
    }
    return services.publish_question(**given | fields)


# --- asking -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("at", [NOW, STARTS, ENDS + timedelta(days=14)])
def test_who_has_a_place_asks_before_and_after(cast, at):
    assert ask(place_of(cast), at=at).state == "ASKED"


def test_nothing_is_asked_after_the_last_day(cast):
    with pytest.raises(services.CannotAsk, match="two weeks"):
        ask(place_of(cast), at=ENDS + timedelta(days=15))


@pytest.mark.parametrize("state", ["WAITING", "CANCELLED", "OFFERED"])
def test_who_has_no_place_asks_nothing(cast, state):
    booking = BookingFactory(session=SessionFactory(host=cast.police), user=cast.pat, state=state)

    with pytest.raises(services.CannotAsk):
        ask(booking)


def test_nobody_asks_for_somebody_else(cast):
    with pytest.raises(services.CannotAsk):
        ask(place_of(cast), by=cast.cory)


@pytest.mark.parametrize("words", [" ", "x" * 1001])
def test_a_question_has_words_and_not_too_many(cast, words):
    with pytest.raises(services.CannotAsk) as refused:
        ask(place_of(cast), words=words)
    assert refused.value.field == "words"


def test_the_same_form_sent_twice_asks_once(cast):
    booking, key = place_of(cast), uuid.uuid4()

    assert ask(booking, key=key) == ask(booking, key=key)
    with pytest.raises(KeyWasUsed):
        ask(booking, key=key, words="Something else?")
    assert SessionQuestion.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_forms_with_one_key_at_one_moment_ask_once():
    booking, key = BookingFactory(), uuid.uuid4()

    first, second = at_once(*[lambda: ask(booking, key=key)] * 2)

    assert first == second
    assert SessionQuestion.objects.count() == 1


# --- answering and publishing -----------------------------------------------------------------------------------------


def test_who_asked_is_told_that_there_is_an_answer_and_nothing_of_it(cast, django_capture_on_commit_callbacks):
    question = ask(place_of(cast))

    with django_capture_on_commit_callbacks(execute=True):
        answer(question, cast)

    question.refresh_from_db()
    assert (question.state, question.answered_by, question.answered_at) == ("ANSWERED", cast.tess, NOW)
    mail.outbox.clear()
    email_person_about_answer(question_id=str(question.pk))
    [message] = mail.outbox
    assert message.to == [cast.pat.email]
    assert question.get_absolute_url() in message.body
    assert "grandmother" not in message.body
    assert "safe" not in message.body


def test_a_question_goes_from_asked_to_answered_to_published_and_back(cast):
    question = ask(place_of(cast))
    with pytest.raises(services.CannotKeepQuestion, match="asked"):
        publish(question, cast)
    answer(question, cast)
    publish(question, cast)
    with pytest.raises(services.CannotKeepQuestion, match="published"):
        answer(question, cast, answer="Something else")
    publish(question, cast, public_answer="Yes, and write it down.")
    assert [one.public_answer for one in knowledge()] == ["Yes, and write it down."]

    services.take_down_question(question_id=question.pk, by=cast.tess, at=NOW)

    assert list(knowledge()) == []
    question.refresh_from_db()
    assert (question.state, question.public_question) == ("ANSWERED", "May a relative be told?")


def test_trainers_of_another_force_and_everybody_else_keep_nothing(cast):
    question = answer(ask(place_of(cast)), cast)
    other = SessionFactory(host=AgencyFactory(kind="POLICE")).planned_by

    for person in (other, cast.cory, cast.pat, cast.sam):
        with pytest.raises(services.CannotKeepQuestion):
            publish(question, cast, by=person)


@pytest.mark.parametrize("name", ["public_question", "public_answer"])
def test_what_is_published_has_words(cast, name):
    with pytest.raises(services.CannotKeepQuestion) as refused:
        publish(answer(ask(place_of(cast)), cast), cast, **{name: " "})
    assert refused.value.field == name


def test_the_database_holds_who_when_and_what_and_that_a_question_stays_what_was_asked(cast):
    question = ask(place_of(cast))
    rows = SessionQuestion.objects.filter(pk=question.pk)

    for change, error, words in (
        ({"state": "ANSWERED"}, IntegrityError, "answered_says_who"),
        ({"state": "PUBLISHED", "answer": "a", "answered_at": NOW, "answered_by": cast.tess}, IntegrityError, "published_says"),
        ({"words": "Something else?"}, ProgrammingError, "not changed"),
    ):  # fmt: skip
        with pytest.raises(error, match=words), transaction.atomic():
            rows.update(**change)


# --- the page for everybody -------------------------------------------------------------------------------------------


def test_words_are_found_in_their_other_forms_and_nothing_that_is_not_published(cast):
    told = SessionQuestionFactory(published=True, public_question="May grandparents be told?", public_answer="Yes.")
    SessionQuestionFactory(published=True, public_question="Who applies?", public_answer="Anybody may apply.")
    SessionQuestionFactory(words="A grandparent asked me", answered=True)

    assert list(knowledge("telling a grandparent")) == []
    assert list(knowledge("grandparent")) == [told]
    assert [one.public_question for one in knowledge("applying")] == ["Who applies?"]
    assert len(knowledge()) == 2


def test_the_search_reads_an_index(cast):
    one = SessionQuestionFactory(published=True)
    same = {name: getattr(one, name) for name in ("session", "asked_by", "asked_at", "words", "state", "answer")}
    same |= {name: getattr(one, name) for name in ("answered_at", "answered_by", "published_at", "published_by")}
    SessionQuestion.objects.bulk_create(
        SessionQuestion(**same, request_key=uuid.uuid4(), public_question=f"Form {number}?", public_answer="No.")
        for number in range(500)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE partners_sessionquestion")

    assert "session_question_by_words" in knowledge("relative").explain()


def test_the_page_shows_nobody_and_none_of_the_words_in_which_it_was_asked(client: CarefulClient, cast: Cast) -> None:
    question = answer(ask(place_of(cast), words="My neighbour Dana at number 9?"), cast, answer="Ring me about Dana.")
    publish(question, cast)
    client.signed_in(cast.olu)

    shown = client.post(reverse("partners:knowledge"), {"text": "relative"}, follow=True).content.decode()

    assert "May a relative be told?" in shown
    assert not any(words in shown for words in ("Dana", "neighbour", cast.pat.name, question.session.title))


def test_words_to_look_for_stand_in_no_address(client: CarefulClient, cast: Cast) -> None:
    for words in ("May a grandparent be told?", "Who applies?"):
        SessionQuestionFactory(published=True, public_question=words, public_answer="Yes.")
    page = reverse("partners:knowledge")
    client.signed_in(cast.olu)

    sent = client.post(page, {"text": "grandparent"})
    found = client.get(sent.url).content.decode()

    assert sent.status_code == 302
    assert "grandparent" not in sent.url
    assert "May a grandparent be told?" in found
    assert 'value="grandparent"' in found
    assert "Who applies?" not in found
    assert '<form method="post"' in found
    assert client.post(page, {"text": ""}).url == page
    assert client.post(page, {"text": "x" * 101}).status_code == 422


def test_a_trainer_answers_and_publishes_by_the_pages(client: CarefulClient, cast: Cast) -> None:
    question = ask(place_of(cast))
    client.signed_in(cast.tess)

    assert question.words in client.get(reverse("partners:questions"), {"show": "open"}).content.decode()
    client.post(reverse("partners:question_answer", args=[question.pk]), {"answer": "Yes."})
    page = reverse("partners:question_publish", args=[question.pk])
    form = client.get(page).context["form"]
    words = {"public_question": "May relatives be told?", "public_answer": "Yes."}
    words["seen"] = form["seen"].value()
    refused = client.post(page, words)
    client.post(page, words | {"names_nobody": "on"})

    assert (form.initial["public_question"], form.initial["public_answer"]) == ("", "Yes.")
    assert refused.status_code == 422
    assert '<a href="#id_names_nobody">Read both again' in refused.content.decode()
    question.refresh_from_db()
    assert question.state == "PUBLISHED"
    whats = Entry.objects.filter(actor_id=cast.tess.pk).values_list("what", flat=True)
    assert {"partners.questions_listed", "partners.question_read", "partners.question_published"} <= set(whats)


def test_an_answer_that_a_colleague_gave_meanwhile_is_not_written_over_unseen(
    client: CarefulClient, cast: Cast
) -> None:
    question = ask(place_of(cast))
    page = reverse("partners:question_answer", args=[question.pk])
    client.signed_in(cast.tess)
    seen = client.get(page).context["form"]["seen"].value()
    answer(question, cast, answer="Never without asking the hub.")

    refused = client.post(page, {"answer": "Yes, always.", "seen": seen})
    question.refresh_from_db()
    kept = question.answer
    again = client.post(page, {"answer": "Yes, always.", "seen": refused.context["form"]["seen"].value()})

    shown = refused.content.decode()
    assert refused.status_code == 422
    assert f"{cast.tess} answered it while you wrote." in shown
    assert "Never without asking the hub." in shown
    assert "Yes, always." in shown
    assert kept == "Never without asking the hub."
    question.refresh_from_db()
    assert (again.status_code, question.answer) == (302, "Yes, always.")


def test_what_a_colleague_published_meanwhile_is_not_written_over_unseen(client: CarefulClient, cast: Cast) -> None:
    question = answer(ask(place_of(cast)), cast)
    page = reverse("partners:question_publish", args=[question.pk])
    client.signed_in(cast.tess)
    seen = client.get(page).context["form"]["seen"].value()
    publish(question, cast, public_answer="Ask the hub first.")
    words = {"public_question": "May relatives know?", "public_answer": "Yes.", "names_nobody": "on"}

    refused = client.post(page, words | {"seen": seen})
    kept = SessionQuestion.objects.get().public_answer
    again = client.post(page, words | {"seen": refused.context["form"]["seen"].value()})

    shown = refused.content.decode()
    assert refused.status_code == 422
    assert all(said in shown for said in ("published it while you wrote", "Ask the hub first.", "May relatives know?"))
    assert (kept, again.status_code) == ("Ask the hub first.", 302)
    assert SessionQuestion.objects.get().public_answer == "Yes."


def test_who_asked_reads_the_answer_from_the_booking(client: CarefulClient, cast: Cast) -> None:
    booking = place_of(cast, starts_at=timezone.now() + timedelta(days=2))
    client.signed_in(cast.pat)

    assert client.post(reverse("partners:booking_ask", args=[booking.pk]), {"words": "", "key": uuid.uuid4()}).status_code == 422  # fmt: skip
    client.post(reverse("partners:booking_ask", args=[booking.pk]), {"words": "May I tell her?", "key": uuid.uuid4()})
    question = SessionQuestion.objects.get()
    answer(question, cast, answer="Yes, today.")

    assert question.get_absolute_url() in client.get(booking.get_absolute_url()).content.decode()
    assert "Yes, today." in client.get(question.get_absolute_url()).content.decode()


def test_questions_without_an_answer_wait_for_trainers(cast):
    ask(place_of(cast))

    found = {one.title: one.count for one in waiting_for(cast.tess, at=NOW)}

    assert found["question from sessions to answer"] == 1


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("name", "queries"), [("knowledge", 5), ("questions", 8)])
def test_lists_have_a_flat_query_count(client, cast, count, name, queries, django_assert_num_queries):
    for _ in range(count):
        session = SessionFactory(host=cast.police, planned_by=cast.tess)
        SessionQuestionFactory(session=session, published=True)
    client.signed_in(cast.tess)

    with django_assert_num_queries(queries):
        client.get(reverse(f"partners:{name}"))
