"""What is removed of sessions after its time: personal parts, with the counts left; recorded without a person, and listed before."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction

from audit.models import Entry
from partners.enums import LearningMailKind
from partners.models import (
    AbsenceWarning,
    Booking,
    CheckIn,
    Delegate,
    FeedbackLink,
    FollowUp,
    LearningMail,
    ScenarioAnswer,
    ScenarioTally,
    Session,
    SessionFeedbackReceipt,
    SessionQuestion,
)
from partners.permissions import may_take_certificate
from partners.queries.follow_ups import used_counts
from partners.queries.scenarios import change_at
from partners.services import questions
from partners.services.retention import NAME_REMOVED, RULES, purge, to_purge
from tests.factories.accounts import UserFactory
from tests.factories.partners import (
    BookingFactory,
    DelegateFactory,
    FollowUpFactory,
    ScenarioAnswerFactory,
    ScenarioVersionFactory,
    SessionQuestionFactory,
)
from tests.partners.page_steps import own_session
from tests.people import NOW, Cast
from tests.races import at_once

pytestmark = pytest.mark.django_db
LONG_AGO, LATELY = timedelta(days=3000), timedelta(days=10)


def held(cast: Cast, ago: timedelta, **fields) -> Session:
    return own_session(cast, **{"starts_at": NOW - ago, "state": "HELD", "kind": "CLARES_LAW"} | fields)


def answered(cast: Cast, session: Session, version, *, number: int = 0) -> Booking:
    booking = BookingFactory(session=session, state="PRESENT")
    ScenarioAnswerFactory(booking=booking, version=version, asked="BEFORE", first=number % 3, second=1, confidence=2)
    ScenarioAnswerFactory(booking=booking, version=version, asked="AFTER", first=4, second=number % 5, confidence=4)
    return booking


def everything(cast: Cast, ago: timedelta) -> Session:
    """One of each kind that goes, at a session so long ago."""
    session = held(cast, ago)
    at = session.ends_at
    booking = answered(cast, session, ScenarioVersionFactory(force=cast.police, written_by=cast.tess))
    FollowUpFactory(booking=booking, may_tell=False)
    asked = {"session": session, "asked_at": at}
    SessionQuestionFactory(**asked)
    SessionQuestionFactory(**asked, published=True)
    SessionFeedbackReceipt.objects.create(session=session, person=booking.user)
    FeedbackLink.objects.create(session=session, token_hash=str(ago))
    LearningMail.objects.create(booking=booking, kind=LearningMailKind.FEEDBACK, made_at=at)
    CheckIn.objects.create(booking=booking, session=session)
    AbsenceWarning.objects.create(agency=cast.council, user=booking.user, missed=2, made_at=at)
    jo = DelegateFactory(agency=cast.council, added_by=cast.cory, added_at=at - timedelta(days=9))
    BookingFactory(session=session, user=None, delegate=jo, state="PRESENT")
    return session


def test_what_is_over_its_time_goes_and_what_is_not_stays(cast):
    everything(cast, LONG_AGO)
    everything(cast, LATELY)

    assert purge(at=NOW) == {rule.kind: 2 if rule.kind == "scenario_answers" else 1 for rule in RULES}

    left = (FollowUp, SessionFeedbackReceipt, FeedbackLink, LearningMail, CheckIn, AbsenceWarning)
    assert [model.objects.count() for model in left] == [1] * len(left)
    assert ScenarioAnswer.objects.count() == 2
    assert Booking.objects.count() == 4
    assert set(purge(at=NOW).values()) == {0}


def test_each_purge_is_recorded_with_kind_count_and_days_and_nobody(cast):
    everything(cast, LONG_AGO)
    Entry.objects.all()
    purge(at=NOW)
    entries = Entry.objects.filter(what="partners.purged")
    assert {entry.details["kind"] for entry in entries} == {rule.kind for rule in RULES}
    for entry in entries:
        assert (entry.verb, entry.actor_id, entry.object_id) == ("DELETED", "", "")
        assert set(entry.details) == {"kind", "count", "days"}


def test_the_dry_run_says_what_would_go_and_removes_nothing(cast):
    everything(cast, LONG_AGO)
    out = StringIO()

    call_command("list_partner_purge", stdout=out)

    assert "follow_ups: 1 (after 730 days, FOLLOW_UPS_KEPT_DAYS)." in out.getvalue()
    assert "11 in all. Nothing was removed." in out.getvalue()
    assert sum(count for _, count in to_purge(at=NOW)) == 11
    assert FollowUp.objects.count() == 1
    assert not Entry.objects.filter(what="partners.purged").exists()


def test_nought_keeps_for_ever_and_no_setting_takes_what_is_still_in_use(cast, settings):
    everything(cast, LATELY)
    everything(cast, LONG_AGO)
    for rule in RULES:
        setattr(settings, rule.setting, 1)
    assert {kind for kind, count in purge(at=NOW).items() if count == 2} == {"scenario_answers", "check_ins"}
    for rule in RULES:
        setattr(settings, rule.setting, 0)
    assert set(purge(at=NOW + LONG_AGO).values()) == {0}


def test_the_change_at_a_session_stands_without_its_people(cast):
    session = held(cast, LONG_AGO)
    version = ScenarioVersionFactory(force=cast.police, written_by=cast.tess)
    for number in range(5):
        answered(cast, session, version, number=number)
    before = change_at(session, at=NOW)

    assert purge(at=NOW)["scenario_answers"] == 10

    assert not ScenarioAnswer.objects.exists()
    assert change_at(session, at=NOW) == before
    assert before[0].n == 5


def test_of_fewer_than_five_no_pairs_are_kept(cast):
    session = held(cast, LONG_AGO)
    version = ScenarioVersionFactory(force=cast.police, written_by=cast.tess)
    for number in range(4):
        answered(cast, session, version, number=number)
    purge(at=NOW)
    assert not ScenarioTally.objects.exists()


def test_first_answers_stay_while_the_second_of_a_later_session_do(cast):
    version = ScenarioVersionFactory(force=cast.police, written_by=cast.tess)
    first = BookingFactory(session=held(cast, LONG_AGO), state="PRESENT")
    later = BookingFactory(session=held(cast, LATELY), user=first.user, state="PRESENT")
    ScenarioAnswerFactory(booking=first, version=version, asked="BEFORE")
    ScenarioAnswerFactory(booking=later, version=version, asked="AFTER")
    assert purge(at=NOW)["scenario_answers"] == 0


def test_stories_stay_and_how_many_used_it_counts_on(cast):
    session = held(cast, LONG_AGO)
    for fields in ({}, {"may_tell": False}, {"may_tell": False}, {"taken_back_at": NOW}):
        FollowUpFactory(booking=BookingFactory(session=session, state="PRESENT"), **fields)
    for used in ("NOT_YET", "NO"):
        booking = BookingFactory(session=session, state="PRESENT")
        FollowUpFactory(booking=booking, used=used, how="", changed="", may_tell=False)
    before = used_counts(cast.tess, at=NOW)

    assert purge(at=NOW)["follow_ups"] == 5

    assert FollowUp.objects.get().may_tell
    assert used_counts(cast.tess, at=NOW) == before
    assert (before.n, before.yes, before.not_yet, before.no) == (6, 4, 1, 1)


def test_a_published_question_stays_without_who_asked_and_can_still_be_kept(cast):
    question = SessionQuestionFactory(session=held(cast, LONG_AGO), asked_at=NOW - LONG_AGO, published=True)
    purge(at=NOW)
    question.refresh_from_db()
    assert (question.asked_by, question.words, question.answer) == (None, "", question.public_answer)
    questions.take_down_question(question_id=question.pk, by=cast.tess, at=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        SessionQuestion.objects.update(asked_by=cast.pat, words="Another question")


def test_people_without_an_account_lose_their_name_and_keep_their_places(cast):
    jo = DelegateFactory(agency=cast.council, added_by=cast.cory, added_at=NOW - LONG_AGO - LATELY)
    lately = DelegateFactory(agency=cast.council, added_by=cast.cory, added_at=NOW - LONG_AGO - LATELY)
    old = held(cast, LONG_AGO)
    booking = BookingFactory(session=old, user=None, delegate=jo, state="PRESENT")
    BookingFactory(session=old, user=None, delegate=lately, state="PRESENT")
    BookingFactory(session=held(cast, LATELY), user=None, delegate=lately, state="PRESENT")
    assert may_take_certificate(cast.cory, booking)

    assert purge(at=NOW)["delegates"] == 1

    jo.refresh_from_db()
    assert (jo.name, jo.email, jo.forgotten_at) == (NAME_REMOVED, f"{jo.pk}@removed.invalid", NOW)
    booking = Booking.objects.get(pk=booking.pk)
    assert (booking.state, booking.agency) == ("PRESENT", cast.council)
    assert not may_take_certificate(cast.cory, booking)
    assert Delegate.objects.get(pk=lately.pk).name == lately.name


def test_a_failure_leaves_everything_of_its_kind(cast, monkeypatch):
    everything(cast, LONG_AGO)
    monkeypatch.setattr("partners.services.retention.audit.record", lambda **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        purge(at=NOW)
    assert ScenarioAnswer.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_clocks_count_each_answer_once(cast):
    session = held(cast, LONG_AGO)
    for _ in range(3):
        booking = BookingFactory(session=session, state="PRESENT", user=UserFactory())
        FollowUpFactory(booking=booking, may_tell=False)
    done = at_once(lambda: purge(at=NOW), lambda: purge(at=NOW))
    assert sum(one["follow_ups"] for one in done) == 3
    assert used_counts(cast.tess, at=NOW).yes == 3
