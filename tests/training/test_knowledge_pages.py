"""The pages of knowledge tests: the journey, what is never shown too early, input that is wrong."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories.accounts import UserFactory
from tests.factories.knowledge import EXPLAINED, KnowledgeQuestionFactory, sat
from tests.factories.programmes import CohortFactory, TrainingSessionFactory
from tests.factories.training import TrainingRecordFactory
from tests.reading import text_of
from tests.training.knowledge_page_steps import (
    a_test,
    address,
    cohort,
    group,
    module_of,
    question_form,
    taught,
    tomorrow,
)
from training.models import KnowledgeQuestion, KnowledgeTest, RegisterEntry, Sitting, TrainingSession
from training.queries.knowledge import paper_of
from training.queries.supervision_and_surveys import waiting_for
from training.services import knowledge_tests

__all__ = ["cohort"]

# --- the journey ------------------------------------------------------------------------------------------------------


def test_from_a_question_to_a_result(client, cast, cohort):
    module = module_of(cohort)
    client.signed_in(cast.tess)
    for words in ("Who is seen alone?", "What is written down?"):
        client.post(address("knowledge_question_new"), question_form(module, words=words, explanation="It is the law."))
    made = {"module": str(module.pk), "title": "Neglect, first test", "pass_percent": "50", "attempts": "1"}
    assert client.post(address("knowledge_test_new"), made).status_code == 302
    test = KnowledgeTest.objects.get()
    chosen = {"questions": [str(pk) for pk in KnowledgeQuestion.objects.values_list("pk", flat=True)]}
    client.post(address("knowledge_test_questions", test.pk), chosen)
    opening = client.get(address("knowledge_test_open", test.pk))
    assert "Who is seen alone? What is written down?" in text_of(opening)
    client.post(address("knowledge_test_open", test.pk), {"read": opening.context["read"]})
    session = tomorrow(cohort)

    client.signed_in(cast.olu)
    assert "Knowledge tests to take" in text_of(client.get(reverse("home")))
    assert "Test before the training: Child neglect" in text_of(client.get(address("knowledge")))
    assert "2 questions, about 2 minutes" in text_of(client.get(address("knowledge_begin", test.pk)))
    sitting_page = client.post(address("knowledge_begin", test.pk), follow=True)
    sitting = Sitting.objects.get()
    assert "2 questions" in text_of(sitting_page)
    saved = client.post(sitting.get_absolute_url(), {}, follow=True)
    assert "Saved. You can go on with it later" in text_of(saved)
    assert "You have begun it" in text_of(saved)
    going = client.post(sitting.get_absolute_url(), {"hand_in": "yes"}, follow=True)
    assert "2 of 2 questions have no answer: 1, 2." in text_of(going)
    done = client.post(address("knowledge_hand_in", sitting.pk), follow=True)
    assert "0 of 2 right" in text_of(done)
    assert "It is the law" not in done.content.decode()
    again = client.post(sitting.get_absolute_url(), {"hand_in": "yes"}, follow=True)
    assert "0 of 2 right" in text_of(again)

    taught(session, cast.olu)
    assert "Test after the training: Child neglect" in text_of(client.get(address("knowledge")))
    client.post(address("knowledge_begin", test.pk))
    after = Sitting.objects.get(occasion="AFTER")
    rights = {f"question_{one.number}": str(one.right.pk) for one in paper_of(after)}
    client.post(after.get_absolute_url(), rights | {"hand_in": "yes"})
    result = text_of(client.post(address("knowledge_hand_in", after.pk), follow=True))
    assert "2 of 2 right" in result
    assert "You have passed" in result
    assert "It is the law" in result
    assert "Knowledge tests to take" not in text_of(client.get(reverse("home")))

    client.signed_in(cast.tess)
    people = text_of(client.get(address("knowledge_people", test.pk)))
    assert "Olu Fictitious Testham Response 0 2 +2 – Yes" in people


def test_what_is_right_stands_on_no_page_before_the_end(client, cast, cohort):
    test = a_test(cohort, attempts=2)
    session = tomorrow(cohort)
    client.signed_in(cast.olu)

    def pages_say(sitting: Sitting) -> str:
        addresses = [
            address("knowledge"),
            address("knowledge_begin", test.pk),
            sitting.get_absolute_url(),
            address("knowledge_hand_in", sitting.pk),
            address("mine"),
            session.get_absolute_url(),
        ]
        return "".join(client.get(one, follow=True).content.decode() for one in addresses)

    def take(right: int) -> Sitting:
        client.post(address("knowledge_begin", test.pk))
        sitting = Sitting.objects.get(handed_in_at=None)
        answers = {
            f"question_{one.number}": str(next(o.pk for o in one.options if o.is_right == (place < right)))
            for place, one in enumerate(paper_of(sitting))
        }
        assert EXPLAINED not in pages_say(sitting)
        client.post(sitting.get_absolute_url(), answers | {"hand_in": "yes"})
        client.post(address("knowledge_hand_in", sitting.pk))
        return sitting

    # Nothing in the page tells the right answer from the others: the order is drawn, and each radio looks like the next.
    client.post(address("knowledge_begin", test.pk))
    page = client.get(Sitting.objects.get().get_absolute_url()).content.decode()
    assert "is_right" not in page
    assert "checked" not in page

    for sitting in (take(right=4),):
        assert EXPLAINED not in pages_say(sitting)
    taught(session, cast.olu)
    first = take(right=1)
    assert EXPLAINED not in pages_say(first)
    assert "Right is:" not in pages_say(first)
    second = take(right=1)
    assert EXPLAINED in pages_say(second)
    assert EXPLAINED in pages_say(first)


@pytest.mark.parametrize("is_closed", [False, True])
def test_what_is_right_stands_on_no_page_while_a_follow_up_is_to_come(client, cast, cohort, is_closed):
    test = a_test(cohort, attempts=1, months_to_follow_up=3)
    taught(tomorrow(cohort), cast.olu)
    today = timezone.now().date()
    client.signed_in(cast.olu)

    def pages_say(*sittings: Sitting) -> str:
        addresses = [address("knowledge"), address("knowledge_begin", test.pk), address("mine")]
        addresses += [one.get_absolute_url() for one in sittings]
        return "".join(client.get(one, follow=True).content.decode() for one in addresses)

    before = sat(test, cast.olu, "BEFORE", 1)
    after = sat(test, cast.olu, "AFTER", 4, follow_up_on=today + timedelta(days=90))
    assert EXPLAINED not in pages_say(before, after)
    assert "Right is:" not in pages_say(before, after)
    assert "You will see the right answers when no test is left" in text_of(client.get(after.get_absolute_url()))
    if is_closed:
        KnowledgeTest.objects.filter(pk=test.pk).update(state="CLOSED", closed_at=timezone.now(), closed_by=cast.tess)
        assert EXPLAINED in pages_say(after)
        return
    # Who is asked no more today may be asked again tomorrow.
    RegisterEntry.objects.filter(person=cast.olu).update(presence="ABSENT")
    TrainingSession.objects.update(
        state="CANCELLED", cancelled_at=timezone.now(), cancelled_by=cast.tess, cancel_reason="Nobody came."
    )
    assert "No test waits for you" in text_of(client.get(address("knowledge")))
    assert EXPLAINED not in pages_say(before, after)
    follow_up = sat(test, cast.olu, "FOLLOW_UP", 3)
    assert EXPLAINED in pages_say(after)
    assert EXPLAINED in pages_say(follow_up)


def test_nobody_but_the_person_opens_a_sitting(client, cast, cohort):
    sitting = sat(a_test(cohort), cast.olu, "BEFORE", 2)
    for name in ("tess", "lin", "mina", "leda"):
        client.signed_in(getattr(cast, name))
        assert client.get(sitting.get_absolute_url()).status_code == 404
        assert client.post(address("knowledge_hand_in", sitting.pk)).status_code == 404


def test_a_line_manager_sees_taken_and_passed_but_no_score(client, cast, cohort):
    test = a_test(cohort, asks=7)
    sat(test, cast.olu, "BEFORE", 2)
    sat(test, cast.olu, "AFTER", 6)
    page = address("person", cast.olu.pk)

    said = text_of(client.signed_in(cast.lin).get(page))
    assert "Child neglect: taken before the training, passed after it, 1 September 2026" in said
    assert "of 7" not in said
    assert "(2 of 7), passed after it, 1 September 2026 (6 of 7)" in text_of(client.signed_in(cast.tess).get(page))
    assert "(2 of 7), passed after it, 1 September 2026 (6 of 7)" in text_of(
        client.signed_in(cast.olu).get(address("mine"))
    )


def test_who_signs_sees_that_the_test_was_passed(client, cast, cohort):
    record = TrainingRecordFactory(
        person=cast.olu,
        module_version=module_of(cohort).versions.get(),
        trainer=cast.tess,
        mentor=cast.moss,
        line_manager=cast.lin,
    )
    page = address("record_sign", record.pk)
    client.signed_in(cast.moss)
    test = a_test(cohort, asks=7, pass_percent=80)
    sat(test, cast.olu, "AFTER", 2)
    assert "Knowledge test after the training: not passed, 1 September 2026." in text_of(client.get(page))
    sat(test, cast.olu, "AFTER", 6, attempt=2)

    said = text_of(client.get(page))
    assert "Knowledge test after the training: passed, 1 September 2026. It signs nothing off." in said
    assert "of 7" not in said


def test_people_are_listed_page_by_page_and_by_the_cohort_that_they_count_with(client, cast, cohort):
    test = a_test(cohort, asks=2)
    other = CohortFactory(programme=cohort.programme, name="Winter")
    group(test, cohort, [(0, 2)] * 26)
    moved = UserFactory(agency=cast.police, name="Aa Moved")
    sat(test, moved, "BEFORE", 1, cohort=cohort)
    sat(test, moved, "AFTER", 1, cohort=other)
    page = address("knowledge_people", test.pk)
    client.signed_in(cast.tess)

    first = client.get(page)
    assert len(first.context["people"]) == 25
    assert "Aa Moved" in text_of(first)
    assert len(client.get(page, {"cursor": first.context["page"].next_cursor}).context["people"]) == 2
    assert "Aa Moved" not in text_of(client.get(page, {"cohort": str(cohort.pk)}))
    winter = client.get(page, {"cohort": str(other.pk)})
    assert [str(one.person) for one in winter.context["people"]] == ["Aa Moved"]
    assert [one.change for one in winter.context["people"]] == ["0"]


def test_the_session_says_that_there_is_a_test_and_the_code_waits_for_it(client, cast, cohort):
    session = TrainingSessionFactory(cohort=cohort, starts_at=timezone.now() - timedelta(minutes=5))
    client.signed_in(cast.olu)
    assert "nowledge test before" not in text_of(client.get(session.get_absolute_url()))
    a_test(cohort)

    assert "Take the knowledge test before you enter the code" in text_of(client.get(session.get_absolute_url()))
    client.signed_in(cast.tess)
    assert "Ask everybody to take it before they enter the code" in text_of(
        client.get(address("session_code", session.pk))
    )


def test_the_home_page_counts_what_is_to_be_taken(cast, cohort):
    test, session = a_test(cohort), tomorrow(cohort)
    now = timezone.now()

    def waits(person) -> list[int]:
        return [one.count for one in waiting_for(person, at=timezone.now()) if one.title == "Knowledge tests to take"]

    assert (waits(cast.olu), waits(cast.gail), waits(cast.tess), waits(cast.pat)) == ([1], [], [], [])
    sat(test, cast.olu, "BEFORE", 1)
    assert waits(cast.olu) == []
    taught(session, cast.olu, cast.mina)
    assert (waits(cast.olu), waits(cast.mina)) == ([1], [1])
    sat(test, cast.olu, "AFTER", 1, follow_up_on=now.date() + timedelta(days=1))
    # A second attempt is nobody's duty, and the follow-up is not due yet.
    assert waits(cast.olu) == []


# --- input that is wrong ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"module": ""}, "Choose a module"),
        ({"words": ""}, "Write the question"),
        ({"option_2": ""}, "Write answer 2"),
        ({"option_3": "the CHILD"}, "This answer is there already"),
        ({"right": ""}, "Say which answer is right"),
        ({"right": "4"}, "Answer 4 is empty"),
    ],
)
def test_a_question_that_is_wrong_keeps_what_was_typed(client, cast, cohort, fields, message):
    given = question_form(module_of(cohort), scenario="Two children are alone at night.") | fields
    response = client.signed_in(cast.tess).post(address("knowledge_question_new"), given)

    assert response.status_code == 422
    assert message in text_of(response)
    assert "Two children are alone at night." in text_of(response)
    assert not KnowledgeQuestion.objects.exists()


def test_answers_that_were_left_out_between_others_do_not_count(client, cast, cohort):
    given = question_form(module_of(cohort), option_4="The parent", right="4")
    client.signed_in(cast.tess).post(address("knowledge_question_new"), given)

    options = KnowledgeQuestion.objects.get().options.order_by("position")
    assert [(one.position, one.words, one.is_right) for one in options] == [
        (1, "The child", False),
        (2, "Nobody", False),
        (3, "The parent", True),
    ]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"title": ""}, "Write a title"),
        ({"pass_percent": "101"}, "Enter the pass mark as a whole number from 0 to 100"),
        ({"attempts": "6"}, "Enter attempts as a whole number from 1 to 5"),
        ({"months_to_follow_up": "x"}, "Enter months as a whole number from 1 to 24"),
        ({"title": "There already"}, "This module has a test of that title already"),
    ],
)
def test_a_test_that_is_wrong_is_not_made(client, cast, cohort, fields, message):
    a_test(cohort, title="There already", state="DRAFT")
    given = {"module": str(module_of(cohort).pk), "title": "Neglect", "pass_percent": "80", "attempts": "2"} | fields
    response = client.signed_in(cast.tess).post(address("knowledge_test_new"), given)

    assert response.status_code == 422
    assert message in text_of(response)
    assert KnowledgeTest.objects.count() == 1


def test_the_same_question_again_is_refused_beside_it(client, cast, cohort):
    given = question_form(module_of(cohort))
    client.signed_in(cast.tess).post(address("knowledge_question_new"), given)
    response = client.post(address("knowledge_question_new"), given)

    assert response.status_code == 422
    assert "is in the bank of this module already" in str(response.context["form"].errors["words"])
    assert KnowledgeQuestion.objects.count() == 1


def test_a_draft_is_corrected_with_what_it_says_on_the_form(client, cast, cohort):
    draft = a_test(cohort, title="Neglekt", state="DRAFT")
    page = address("knowledge_test_correct", draft.pk)
    assert page in client.signed_in(cast.tess).get(draft.get_absolute_url()).content.decode()
    form = client.get(page).context["form"]
    given = {name: form[name].value() or "" for name in form.fields}

    response = client.post(page, given | {"title": ""})
    assert response.status_code == 422
    assert "Write a title" in text_of(response)
    assert "The draft is corrected." in text_of(client.post(page, given | {"title": "Neglect"}, follow=True))
    draft.refresh_from_db()
    assert draft.title == "Neglect"
    # Sent once more from the page that is still open in another tab.
    assert "Somebody changed this draft meanwhile." in text_of(client.post(page, given | {"title": "Other"}))
    draft.refresh_from_db()
    assert draft.title == "Neglect"


def test_a_draft_is_thrown_away_after_a_question(client, cast, cohort):
    draft = a_test(cohort, state="DRAFT")
    page = address("knowledge_test_throw_away", draft.pk)
    assert "You cannot undo this." in text_of(client.signed_in(cast.tess).get(page))
    assert KnowledgeTest.objects.exists()
    assert "The draft is gone." in text_of(client.post(page, follow=True))
    assert not KnowledgeTest.objects.exists()


def test_who_was_taking_it_when_it_closed_is_told_so(client, cast, cohort):
    test = a_test(cohort)
    tomorrow(cohort)
    client.signed_in(cast.olu).post(address("knowledge_begin", test.pk))
    sitting = Sitting.objects.get()
    knowledge_tests.close_test(test_id=test.pk, by=cast.tess, at=timezone.now())

    page = client.get(sitting.get_absolute_url())
    assert "Your trainers closed this test on" in text_of(page)
    assert 'type="radio"' not in page.content.decode()
    said = client.post(sitting.get_absolute_url(), {"question_1": str(paper_of(sitting)[0].right.pk)})
    assert "the answers that you have just sent are not kept" in text_of(said)
    assert not sitting.answers.exists()
    assert client.get(address("knowledge_hand_in", sitting.pk)).status_code == 302


def test_what_is_read_first_stands_before_its_question(client, cast, cohort):
    test = a_test(cohort, asks=0, state="DRAFT")
    scenario = KnowledgeQuestionFactory(
        module=test.module, scenario="Two children are alone at night.", words="Who is told first?"
    )
    knowledge_tests.choose_questions(test_id=test.pk, questions=[scenario.pk], by=cast.tess, at=timezone.now())
    draft = text_of(client.signed_in(cast.tess).get(test.get_absolute_url()))
    assert draft.index("Two children are alone") < draft.index("Who is told first?")
    read = knowledge_tests.stamp_of(test, [scenario])
    knowledge_tests.open_test(test_id=test.pk, read=read, by=cast.tess, at=timezone.now())
    tomorrow(cohort)
    client.signed_in(cast.olu).post(address("knowledge_begin", test.pk))

    page = client.get(Sitting.objects.get().get_absolute_url())
    paper = text_of(page)
    assert paper.index("Two children are alone") < paper.index("Who is told first?")
    assert 'aria-describedby="id_question_1-hint"' in page.content.decode()


def test_questions_are_chosen_from_the_bank_and_twenty_at_most(client, cast, cohort):
    draft = a_test(cohort, asks=0, state="DRAFT")
    page = address("knowledge_test_questions", draft.pk)
    client.signed_in(cast.tess)
    assert "There is no question about Child neglect yet" in text_of(client.get(page))
    many = KnowledgeQuestionFactory.create_batch(21, module=draft.module)

    assert "Choose at least one question" in text_of(client.post(page, {}))
    response = client.post(page, {"questions": [str(one.pk) for one in many]})
    assert (response.status_code, "Choose at most 20 questions. You have chosen 21." in text_of(response)) == (
        422,
        True,
    )
    other = client.post(page, {"questions": [str(KnowledgeQuestionFactory().pk)]})
    assert other.status_code == 422
    assert not draft.asks.exists()


def test_an_answer_of_another_question_is_refused(client, cast, cohort):
    test = a_test(cohort)
    tomorrow(cohort)
    client.signed_in(cast.olu).post(address("knowledge_begin", test.pk))
    sitting = Sitting.objects.get()
    second = paper_of(sitting)[1]
    response = client.post(sitting.get_absolute_url(), {"question_1": str(second.options[0].pk)})

    assert response.status_code == 422
    assert "Choose one of the answers" in text_of(response)
    assert not sitting.answers.exists()


def test_who_was_second_to_replace_a_question_is_told_so_with_all_that_they_typed(client, cast, cohort):
    question = KnowledgeQuestionFactory(
        module=module_of(cohort), written_by=cast.tess, retired_at=timezone.now(), retired_by=cast.tess
    )
    page = address("knowledge_question_replace", question.pk)
    given = question_form(question.module, scenario="Two children are alone at night.")
    response = client.signed_in(cast.tess).post(page, given)

    assert response.status_code == 422
    assert "This question was replaced or retired by somebody else." in text_of(response)
    assert "Two children are alone at night." in text_of(response)
    assert KnowledgeQuestion.objects.count() == 1
    assert client.get(page).status_code == 404


@pytest.mark.parametrize("field", ["handed_in_at", "set_aside_at"])
def test_answers_that_come_when_it_has_ended_are_not_lost_without_a_word(client, cast, cohort, field):
    test = a_test(cohort)
    tomorrow(cohort)
    client.signed_in(cast.olu).post(address("knowledge_begin", test.pk))
    sitting = Sitting.objects.get()
    asked = paper_of(sitting)[0]
    ended = {field: timezone.now()} | ({"right": 0, "out_of": 4} if field == "handed_in_at" else {})
    Sitting.objects.filter(pk=sitting.pk).update(**ended)
    words = "the answers that you have just sent are not kept"

    assert words not in text_of(client.get(sitting.get_absolute_url()))
    said = client.post(sitting.get_absolute_url(), {"question_1": str(asked.right.pk), "hand_in": "yes"})
    assert words in text_of(said)
    assert not sitting.answers.exists()


def test_a_test_that_a_colleague_changed_is_not_opened_unseen(client, cast, cohort):
    draft = a_test(cohort, asks=2, state="DRAFT")
    page = address("knowledge_test_open", draft.pk)
    read = client.signed_in(cast.tess).get(page).context["read"]
    draft.asks.get(position=2).delete()

    for given in ({"read": read}, {}):
        said = text_of(client.post(page, given, follow=True))
        assert "Somebody changed this test meanwhile." in said
    draft.refresh_from_db()
    assert draft.state == "DRAFT"
    client.post(page, {"read": client.get(page).context["read"]})
    draft.refresh_from_db()
    assert draft.state == "OPEN"


def test_a_question_is_replaced_and_retired_from_the_bank(client, cast, cohort):
    question = KnowledgeQuestionFactory(module=module_of(cohort), words="Who is first?", written_by=cast.tess)
    client.signed_in(cast.tess)
    page = client.get(address("knowledge_question_replace", question.pk)).content.decode()
    assert "Who is first?" in page
    assert "See the child" in page
    replaced = client.post(
        address("knowledge_question_replace", question.pk), question_form(question.module), follow=True
    )
    assert "Who is first?" not in text_of(replaced)
    later = KnowledgeQuestion.objects.get(replaces=question)
    client.post(address("knowledge_question_retire", later.pk))
    assert "No question has been written yet" in text_of(client.get(address("knowledge_questions")))
    assert client.get(address("knowledge_question_replace", later.pk)).status_code == 404
