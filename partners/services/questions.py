"""Questions to the trainers of a session: asked, answered, published for everybody, taken down again (ADR 0057)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.errors import KeyWasUsed
from jobs.services import enqueue
from partners import tasks
from partners.enums import QuestionMove, next_question_state
from partners.models import Booking, SessionQuestion
from partners.models.questions import LONGEST_ANSWER, LONGEST_ASKED, LONGEST_PUBLIC_QUESTION
from partners.permissions import can_run
from partners.queries.questions import may_ask
from partners.services.refusals import RefusedAnswer


class CannotAsk(RefusedAnswer):
    pass


class CannotKeepQuestion(RefusedAnswer):
    pass


class QuestionChangedMeanwhile(CannotKeepQuestion):
    pass


@transaction.atomic
def ask_question(*, booking_id: UUID, words: str, key: UUID, by: User, at: datetime) -> SessionQuestion:
    """Ask the trainers of the session something. The same key again returns what it made. Raises CannotAsk and KeyWasUsed."""
    booking = Booking.objects.locked().select_related("session").get(pk=booking_id)
    said = words.strip()
    if earlier := SessionQuestion.objects.filter(request_key=key).first():
        if (earlier.asked_by_id, earlier.session_id, earlier.words) != (by.pk, booking.session_id, said):
            raise KeyWasUsed("This form was sent before with another question. Send it again to ask this one as well.")
        return earlier
    if not may_ask(by, booking, at=at):
        raise CannotAsk("Who has a place asks, until two weeks after the session.")
    if not said:
        raise CannotAsk("Write your question.", "words")
    if len(said) > LONGEST_ASKED:
        raise CannotAsk(f"Use at most {LONGEST_ASKED} characters.", "words")
    question = SessionQuestion.objects.create(
        session=booking.session, words=said, request_key=key, asked_at=at, asked_by=by
    )
    _record(Verb.COLLECTED, "question_asked", question, by=by, at=at)
    return question


@transaction.atomic
def answer_question(
    *, question_id: UUID, answer: str, seen: datetime | None, by: User, at: datetime
) -> SessionQuestion:
    """Answer it, or answer it anew until it is published; who asked is told by mail. `seen`: when it had been answered as the form began.

    Raises CannotKeepQuestion, and QuestionChangedMeanwhile where it was answered since.
    """
    question = _to_move(question_id, QuestionMove.ANSWER, by=by)
    said = answer.strip()
    if not said:
        raise CannotKeepQuestion("Write the answer.", "answer")
    if len(said) > LONGEST_ANSWER:
        raise CannotKeepQuestion(f"Use at most {LONGEST_ANSWER} characters.", "answer")
    if question.answer == said:
        return question
    if question.answered_at != seen:
        raise QuestionChangedMeanwhile(
            f"{question.answered_by} answered it while you wrote. Read that answer below. Send yours again to put it in its place."
        )
    question.answer, question.answered_at, question.answered_by = said, at, by
    question.save(update_fields=["state", "answer", "answered_at", "answered_by"])
    _record(Verb.CHANGED, "question_answered", question, by=by, at=at)
    enqueue(tasks.email_person_about_answer, at=at, question_id=question.pk)
    return question


@transaction.atomic
def publish_question(
    *, question_id: UUID, public_question: str, public_answer: str, seen: datetime | None, by: User, at: datetime
) -> SessionQuestion:
    """Let everybody who signs in read it, in words that name nobody; again to correct them. `seen`: when it had been published as the form began.

    Raises CannotKeepQuestion, and QuestionChangedMeanwhile where it was published or taken down since.
    """
    question = _to_move(question_id, QuestionMove.PUBLISH, by=by)
    words = {"public_question": public_question.strip(), "public_answer": public_answer.strip()}
    longest = {"public_question": LONGEST_PUBLIC_QUESTION, "public_answer": LONGEST_ANSWER}
    for name, said in words.items():
        if not said:
            raise CannotKeepQuestion("Write what everybody may read.", name)
        if len(said) > longest[name]:
            raise CannotKeepQuestion(f"Use at most {longest[name]} characters.", name)
    stands = {name: getattr(question, name) for name in words}
    if question.published_at and stands == words:
        return question
    if question.published_at != seen:
        raise QuestionChangedMeanwhile(
            f"{question.published_by} published it while you wrote. Read below what everybody reads now. Send your words again to put them in its place."
            if question.published_at
            else "It was taken down while you wrote. Send your words again to publish it again."
        )
    question.public_question, question.public_answer = words["public_question"], words["public_answer"]
    question.published_at, question.published_by = at, by
    question.save(update_fields=["state", *words, "published_at", "published_by"])
    _record(Verb.CHANGED, "question_published", question, by=by, at=at)
    return question


@transaction.atomic
def take_down_question(*, question_id: UUID, by: User, at: datetime) -> SessionQuestion:
    """Take it off the page for everybody; its words stay for another time. Raises CannotKeepQuestion."""
    question = _to_move(question_id, QuestionMove.TAKE_DOWN, by=by)
    question.published_at = question.published_by = None
    question.save(update_fields=["state", "published_at", "published_by"])
    _record(Verb.CHANGED, "question_taken_down", question, by=by, at=at)
    return question


@transaction.atomic
def list_questions(*, by: User, at: datetime, count: int) -> None:
    """Write down that a trainer read the list of what was asked."""
    audit.record(verb=Verb.READ, what="partners.questions_listed", at=at, actor=by, count=count)


@transaction.atomic
def read_question(*, question: SessionQuestion, by: User, at: datetime) -> None:
    """Write down that a trainer read what somebody asked; that somebody reads their own is not."""
    if question.asked_by_id != by.pk:
        _record(Verb.READ, "question_read", question, by=by, at=at)


def _to_move(question_id: UUID, move: QuestionMove, *, by: User) -> SessionQuestion:
    """The question, locked, in the state to which the move leads it."""
    question = SessionQuestion.objects.locked().select_related("session").get(pk=question_id)
    if not can_run(by, question.session):
        raise CannotKeepQuestion("Only a trainer of the force that runs the session does that.")
    state = next_question_state(move, question.state)
    if state is None:
        raise CannotKeepQuestion(f"This question is {question.get_state_display().lower()}.")
    question.state = state
    return question


def _record(verb: Verb, what: str, question: SessionQuestion, *, by: User, at: datetime, **details: Any) -> None:
    audit.record(verb=verb, what=f"partners.{what}", at=at, actor=by, subject=question, **details)
