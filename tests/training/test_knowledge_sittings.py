"""Who takes a knowledge test and when, and one sitting from its beginning to its score."""

from datetime import date, timedelta
from functools import partial

import pytest

from audit.models import Entry
from common.statistics.picking import draw
from tests.factories.knowledge import KnowledgeQuestionFactory, KnowledgeTestFactory, sat
from tests.people import NOW
from tests.training.knowledge_steps import begin, choose, hand_in, module_of, occasion, sits, taught, was_there
from training.models import (
    Cohort,
    Sitting,
    TrainingSession,
)
from training.queries.knowledge import paper_of
from training.services import knowledge_sittings

# --- who takes it, and when -------------------------------------------------------------------------------------------


def test_who_is_expected_takes_it_before_and_who_was_there_takes_it_after(cast):
    test, session = taught(cast, cast.olu, cast.mina)
    assert occasion(test, cast.olu) == "BEFORE"
    assert occasion(test, cast.gail) is None
    sits(test, cast.olu, right=1)
    assert occasion(test, cast.olu) is None
    was_there(session, cast.olu)
    was_there(session, cast.mina, "ABSENT")

    assert occasion(test, cast.olu, session.ends_at - timedelta(minutes=16)) is None
    assert occasion(test, cast.olu, session.ends_at - timedelta(minutes=15)) == "AFTER"
    # Whoever was not there has not been taught, and what they know is still what they knew before.
    assert occasion(test, cast.mina, session.ends_at) == "BEFORE"


def test_once_somebody_was_there_before_is_over(cast):
    test, session = taught(cast)
    sitting = begin(test, cast.olu)
    choose(sitting, right=2)
    was_there(session, cast.olu)

    for deed in (partial(choose, sitting, right=3), partial(hand_in, sitting)):
        with pytest.raises(knowledge_sittings.CannotSit, match="cannot count as before"):
            deed()
    with pytest.raises(knowledge_sittings.CannotSit, match="opens a quarter of an hour before the end"):
        begin(test, cast.olu)
    after = begin(test, cast.olu, session.ends_at)
    sitting.refresh_from_db()
    assert (after.occasion, sitting.set_aside_at, sitting.right) == ("AFTER", session.ends_at, None)


def test_a_register_that_is_put_right_lets_somebody_begin_again(cast):
    test, session = taught(cast)
    before = begin(test, cast.olu)
    was_there(session, cast.olu)
    after = begin(test, cast.olu, session.ends_at)
    was_there(session, cast.olu, "ABSENT")

    again = begin(test, cast.olu, session.ends_at)
    assert (again.occasion, again.attempt) == ("BEFORE", 1)
    assert begin(test, cast.olu, session.ends_at) == again
    for one in (before, after):
        one.refresh_from_db()
        assert one.set_aside_at == session.ends_at
        for deed in (partial(choose, one, right=3), partial(hand_in, one)):
            with pytest.raises(knowledge_sittings.CannotSit, match="not handed in in time, so it counts for nothing"):
                deed()
    assert sits(test, cast.olu, right=1, at=session.ends_at).pk == again.pk
    was_there(session, cast.olu)
    assert sits(test, cast.olu, right=3, at=session.ends_at).attempt == 1


def test_a_test_of_another_module_or_a_closed_one_is_asked_of_nobody(cast):
    test, _ = taught(cast, state="CLOSED")
    for other in (test, KnowledgeTestFactory(module=module_of(cast)), KnowledgeTestFactory()):
        with pytest.raises(knowledge_sittings.CannotSit, match="not asked of you"):
            begin(other, cast.olu)


def test_a_session_that_was_called_off_or_over_before_the_test_asks_nothing(cast):
    test, session = taught(cast)
    TrainingSession.objects.filter(pk=session.pk).update(
        state="CANCELLED", cancelled_at=NOW, cancelled_by=cast.tess, cancel_reason="Nobody came."
    )
    assert occasion(test, cast.olu) is None

    test, session = taught(cast, opened_at=NOW + timedelta(days=3))
    assert occasion(test, cast.olu, NOW + timedelta(days=4)) is None


def test_trainers_see_what_is_right_so_they_take_none(cast):
    test, _ = taught(cast, cast.tess)
    assert occasion(test, cast.tess) is None
    with pytest.raises(knowledge_sittings.CannotSit):
        begin(test, cast.tess)


def test_it_is_tried_again_until_passed_or_no_attempt_is_left(cast):
    test, session = taught(cast, attempts=2, pass_percent=75)
    was_there(session, cast.olu)
    first = sits(test, cast.olu, right=2, at=session.ends_at)
    second = sits(test, cast.olu, right=3, at=session.ends_at)

    assert [(one.attempt, one.right, one.has_passed(75)) for one in (first, second)] == [(1, 2, False), (2, 3, True)]
    with pytest.raises(knowledge_sittings.CannotSit, match="You have taken this test"):
        begin(test, cast.olu, session.ends_at)

    test, session = taught(cast, cast.mina)
    was_there(session, cast.mina)
    sits(test, cast.mina, right=4, at=session.ends_at)
    with pytest.raises(knowledge_sittings.CannotSit, match="You have taken this test"):
        begin(test, cast.mina, session.ends_at)


def test_it_is_asked_once_more_after_so_many_months(cast):
    test, session = taught(cast, months_to_follow_up=3)
    was_there(session, cast.olu)
    after = sits(test, cast.olu, right=4, at=session.ends_at)
    assert after.follow_up_on == date(2027, 2, 22)
    with pytest.raises(knowledge_sittings.CannotSit, match="once more from 22 February 2027"):
        begin(test, cast.olu, session.ends_at + timedelta(days=80))

    later = session.ends_at + timedelta(days=92)
    assert occasion(test, cast.olu, later) == "FOLLOW_UP"
    assert sits(test, cast.olu, right=3, at=later).occasion == "FOLLOW_UP"
    assert occasion(test, cast.olu, later) is None


def test_the_follow_up_comes_before_another_attempt(cast):
    test, session = taught(cast, months_to_follow_up=1, attempts=3)
    was_there(session, cast.olu)
    sits(test, cast.olu, right=1, at=session.ends_at)
    again = begin(test, cast.olu, session.ends_at)
    later = session.ends_at + timedelta(days=40)

    follow_up = begin(test, cast.olu, later)
    again.refresh_from_db()
    assert (again.attempt, again.set_aside_at, follow_up.occasion) == (2, later, "FOLLOW_UP")
    assert begin(test, cast.olu, later) == follow_up
    choose(follow_up, right=2, at=later)
    hand_in(follow_up, later)
    with pytest.raises(knowledge_sittings.CannotSit, match="You have taken this test"):
        begin(test, cast.olu, later)


def test_with_whom_somebody_was_taught_is_kept(cast):
    test, session = taught(cast)
    assert begin(test, cast.olu).cohort == Cohort.objects.get(sessions=session)


# --- a sitting --------------------------------------------------------------------------------------------------------


def test_the_order_is_drawn_by_the_sitting_and_comes_out_the_same_again(cast):
    test, _ = taught(cast, asks=12)
    sitting = begin(test, cast.olu)
    asked = [str(ask.question_id) for ask in test.asks.all()]

    assert [str(one) for one in sitting.order] == [one.id for one in draw(str(sitting.pk), asked, 12)]
    assert sorted(map(str, sitting.order)) == sorted(asked)
    assert begin(test, cast.olu) == sitting
    shown = [[option.pk for option in one.options] for one in paper_of(sitting)]
    assert shown == [[option.pk for option in one.options] for one in paper_of(sitting)]
    as_written = [list(one.question.options.all().values_list("pk", flat=True)) for one in paper_of(sitting)]
    assert shown != as_written
    assert [sorted(one) for one in shown] == [sorted(one) for one in as_written]


def test_answers_that_keep_their_order_are_not_shuffled(cast):
    options = ["Never", "Seldom", "Sometimes", "Often", "Always", "All of these"]
    module = module_of(cast)
    questions = KnowledgeQuestionFactory.create_batch(5, module=module, options=options, keeps_order=True)
    test = KnowledgeTestFactory(module=module, asks=questions)
    paper = paper_of(sat(test, cast.olu, "BEFORE", 5))

    assert [[option.words for option in one.options] for one in paper] == [options] * 5


def test_what_is_not_answered_is_not_right_and_the_score_is_counted_once(cast):
    test, _ = taught(cast, asks=4)
    sitting = begin(test, cast.olu)
    first = paper_of(sitting)[0]
    knowledge_sittings.answer(
        sitting_id=sitting.pk, answers={first.question.pk: first.options[0].pk}, by=cast.olu, at=NOW
    )
    knowledge_sittings.answer(sitting_id=sitting.pk, answers={first.question.pk: first.right.pk}, by=cast.olu, at=NOW)
    for _ in range(2):
        done = hand_in(sitting)

    assert (done.right, done.out_of, done.handed_in_at) == (1, 4, NOW)
    assert Entry.objects.filter(what="training.knowledge_test_handed_in").count() == 1
    with pytest.raises(knowledge_sittings.CannotSit, match="handed in already"):
        choose(sitting, right=4)


def test_an_answer_belongs_to_its_question_and_a_sitting_to_its_person(cast):
    test, _ = taught(cast, cast.olu, cast.mina)
    sitting = begin(test, cast.olu)
    first, second = paper_of(sitting)[:2]
    stranger = KnowledgeQuestionFactory()
    for answers in (
        {first.question.pk: second.options[0].pk},
        {stranger.pk: stranger.options.first().pk},
    ):
        with pytest.raises(knowledge_sittings.CannotSit, match="does not belong"):
            knowledge_sittings.answer(sitting_id=sitting.pk, answers=answers, by=cast.olu, at=NOW)
    for deed in (
        partial(knowledge_sittings.answer, sitting_id=sitting.pk, answers={}, by=cast.mina, at=NOW),
        partial(knowledge_sittings.hand_in, sitting_id=sitting.pk, by=cast.mina, at=NOW),
    ):
        with pytest.raises(knowledge_sittings.CannotSit, match="somebody else"):
            deed()


@pytest.mark.parametrize(("right", "out_of", "passed"), [(3, 4, True), (2, 4, False), (15, 20, True), (14, 20, False)])
def test_exactly_the_pass_mark_is_enough(right, out_of, passed):
    assert Sitting(right=right, out_of=out_of).has_passed(75) is passed
    assert Sitting().has_passed(0) is False
