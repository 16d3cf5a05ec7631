"""The pages of knowledge tests: the journey, what is never shown too early, input that is wrong, what is recorded, how many queries."""

import csv
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from audit.models import Entry
from common.csv_files import csv_chunks
from common.statistics.paired import paired_change
from tests.factories.accounts import UserFactory
from tests.factories.knowledge import EXPLAINED, KnowledgeQuestionFactory, KnowledgeTestFactory, sat
from tests.factories.programmes import CohortFactory, CohortMemberFactory, ProgrammeFactory, TrainingSessionFactory
from tests.factories.training import ModuleVersionFactory, TrainingRecordFactory
from tests.people import Cast
from tests.reading import text_of
from training.documents.knowledge import BANK_HEADINGS
from training.models import Cohort, KnowledgeQuestion, KnowledgeTest, RegisterEntry, Sitting, TrainingSession
from training.models.knowledge import fingerprint_of
from training.queries.knowledge import paper_of
from training.queries.knowledge_results import results_of
from training.queries.supervision_and_surveys import waiting_for
from training.services import knowledge as services


def address(name: str, *arguments: object) -> str:
    return reverse(f"training:{name}", args=arguments)


@pytest.fixture
def cohort(cast: Cast) -> Cohort:
    """Olu and Mina, to be taught about child neglect."""
    version = ModuleVersionFactory(module__force=cast.police, module__title="Child neglect")
    programme = ProgrammeFactory(force=cast.police, set_up_by=cast.tess, name="For recruits", gives=[version])
    cohort = CohortFactory(programme=programme, name="Autumn")
    for person in (cast.olu, cast.mina):
        CohortMemberFactory(cohort=cohort, person=person)
    return cohort


def module_of(cohort: Cohort):
    return cohort.programme.modules.get()


def a_test(cohort: Cohort, **fields) -> KnowledgeTest:
    return KnowledgeTestFactory(**{"module": module_of(cohort), "made_by": cohort.set_up_by} | fields)


def tomorrow(cohort: Cohort) -> TrainingSession:
    return TrainingSessionFactory(cohort=cohort, starts_at=timezone.now() + timedelta(days=1))


def taught(session: TrainingSession, *people) -> None:
    """The session is nearly over, and these people are there."""
    TrainingSession.objects.filter(pk=session.pk).update(
        starts_at=timezone.now() - timedelta(hours=3), ends_at=timezone.now() + timedelta(minutes=10)
    )
    RegisterEntry.objects.filter(session=session, person__in=people).update(
        presence="PRESENT", marked_how="TICK", marked_at=timezone.now(), marked_by=session.trainer
    )


def group(test: KnowledgeTest, cohort: Cohort | None, scores: list[tuple[int, int]]) -> list:
    """People of one cohort with these scores before and after."""
    people = UserFactory.create_batch(len(scores), agency=test.module.force)
    for person, (before, after) in zip(people, scores, strict=True):
        sat(test, person, "BEFORE", before, cohort=cohort)
        sat(test, person, "AFTER", after, cohort=cohort)
    return people


def uploaded(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("questions.csv", content, content_type="text/csv")


def question_form(module, **fields) -> dict[str, str]:
    given = {"module": str(module.pk), "words": "Who is seen alone?", "option_1": "The child", "option_2": "Nobody"}
    return given | {"right": "1"} | fields


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
    services.close_test(test_id=test.pk, by=cast.tess, at=timezone.now())

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
    services.choose_questions(test_id=test.pk, questions=[scenario.pk], by=cast.tess, at=timezone.now())
    draft = text_of(client.signed_in(cast.tess).get(test.get_absolute_url()))
    assert draft.index("Two children are alone") < draft.index("Who is told first?")
    read = services.stamp_of(test, [scenario])
    services.open_test(test_id=test.pk, read=read, by=cast.tess, at=timezone.now())
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


# --- what came out ----------------------------------------------------------------------------------------------------


def test_change_is_shown_for_all_and_by_cohort(client, cast, cohort):
    test = a_test(cohort, asks=4)
    group(test, cohort, [(1, 3), (1, 2), (2, 4), (0, 3), (2, 2)])
    sat(test, cast.mina, "BEFORE", 1, cohort=cohort)
    said = text_of(client.signed_in(cast.tess).get(address("knowledge_results", test.pk)))

    # Changes 2, 1, 2, 3, 0: mean 1.6, standard deviation the root of 1.3, t* of four degrees of freedom 2.776.
    assert "+1.6 right answers, from 1.2 to 2.8 of 4 (95% interval 0.2 to 3.0)" in said
    assert "5: 4 better, 1 the same, 0 worse. 1 more took only one of the two and is not counted" in said
    # 1.6 / √1.3 · (1 - 3/15) = 1.12.
    assert "1.12, large" in said
    assert "Autumn (For recruits)" in said


def test_where_nothing_changed_the_page_says_so(client, cast, cohort):
    test = a_test(cohort, asks=4)
    people = group(test, cohort, [(1, 2), (2, 1), (2, 2)])
    sat(test, people[0], "FOLLOW_UP", 2)
    page = client.signed_in(cast.tess).get(address("knowledge_results", test.pk))

    assert "No change on average, from 1.7 to 1.7 of 4" in text_of(page)
    assert "No change against the test after the training, of 1 person" in text_of(page)
    assert "On average no change" in text_of(page)
    assert "+0.0" not in page.content.decode()


def test_of_a_cohort_only_what_its_line_shows_is_worked_out(cast, cohort):
    test = a_test(cohort, asks=4)
    group(test, cohort, [(1, 3), (1, 2), (2, 4), (0, 3), (2, 2)])
    for user in (cast.tess, cast.leda):
        whole, (line,) = results_of(test, user)
        assert (line.change.interval, line.effect_size) == (whole.change.interval, whole.effect_size)
        assert (line.wilcoxon_in_words, line.effect_interval_in_words) == ("", "")
        assert whole.wilcoxon_in_words
        assert whole.effect_interval_in_words


def test_who_is_no_trainer_sees_cohorts_from_five_people_up(client, cast, cohort):
    test = a_test(cohort, asks=4)
    small = CohortFactory(programme=cohort.programme, name="Winter")
    page = address("knowledge_results", test.pk)
    group(test, small, [(0, 1), (0, 2), (1, 2), (1, 3)])
    client.signed_in(cast.leda)
    assert "Fewer than five people have taken it before and after" in text_of(client.get(page))
    group(test, cohort, [(1, 3), (1, 2), (2, 4), (0, 3), (2, 2)])

    said = text_of(client.get(page))
    # What is hidden could be worked out from the whole, so the two stand together.
    assert "Autumn (For recruits) and Winter (For recruits) together 9" in said
    assert "took only one of the two" not in said
    big = CohortFactory(programme=cohort.programme, name="Spring")
    group(test, big, [(1, 3)] * 6)
    whole, cohorts = results_of(test, cast.leda)
    assert [(one.label, one.change.n) for one in cohorts] == [
        ("Spring (For recruits)", 6),
        ("Autumn (For recruits) and Winter (For recruits) together", 9),
    ]
    assert whole.change.n == 15
    assert len(results_of(test, cast.tess)[1]) == 3


def test_the_first_attempt_counts_and_what_stays_is_beside_it(cast, cohort):
    test = a_test(cohort, asks=4, attempts=3, pass_percent=100)
    sat(test, cast.olu, "BEFORE", 1)
    sat(test, cast.olu, "AFTER", 2)
    sat(test, cast.olu, "AFTER", 4, attempt=2)
    sat(test, cast.olu, "FOLLOW_UP", 3)
    whole, _ = results_of(test, cast.tess)

    assert (whole.change.mean_change, whole.later.mean_change) == (1, 1)


def test_questions_are_analysed(client, cast, cohort):
    test = a_test(cohort, asks=2)
    people = UserFactory.create_batch(20, agency=cast.police)
    for place, person in enumerate(people):
        sat(test, person, "BEFORE", "00")
        sat(test, person, "AFTER", "10" if place < 10 else "11")
    said = text_of(client.signed_in(cast.tess).get(address("knowledge_analysis", test.pk)))

    assert "0% (0 of 20) before, 100% (20 of 20) after" in said
    assert "Nearly everybody is right: it tells nobody apart." in said
    assert "0% (0 of 20) before, 50% (10 of 20) after" in said
    assert "Close the record: chosen 10 times" in said
    # Of the second the rest of the score does not vary, though people answered it in two ways.
    assert said.count("Discrimination Cannot be worked out") == 2
    assert "too few to say more" not in said


def test_with_few_sittings_the_analysis_says_that_they_are_few(client, cast, cohort):
    test = a_test(cohort, asks=2)
    group(test, cohort, [(0, 1)] * 19)
    said = text_of(client.signed_in(cast.tess).get(address("knowledge_analysis", test.pk)))
    assert "Fewer than 20 after it are too few to say more of a question than the figures" in said


# --- files for comparing forces ---------------------------------------------------------------------------------------


def exported(client, test: KnowledgeTest) -> list[dict[str, str]]:
    response = client.get(address("knowledge_export_csv", test.pk))
    return list(csv.DictReader(StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))


def change_of(rows: list[dict[str, str]]):
    return paired_change([int(row["Right before"]) for row in rows], [int(row["Right after"]) for row in rows])


def test_two_files_of_one_fingerprint_give_what_the_rows_together_give(client, cast, cohort):
    words = [f"What comes first, number {n}?" for n in range(4)]
    here = a_test(cohort, asks=[KnowledgeQuestionFactory(module=module_of(cohort), words=one) for one in words])
    version = ModuleVersionFactory()
    there = KnowledgeTestFactory(
        module=version.module, asks=[KnowledgeQuestionFactory(module=version.module, words=one) for one in words[::-1]]
    )
    ours, theirs = [(1, 3), (1, 2), (2, 4), (0, 3), (2, 2)], [(1, 1), (0, 4), (2, 3), (3, 2), (2, 2), (1, 4)]
    group(here, cohort, ours)
    group(there, None, theirs)

    first = exported(client.signed_in(cast.tess), here)
    second = exported(client.signed_in(UserFactory(agency=version.module.force, roles=["TRAINER"])), there)

    assert {row["Fingerprint"] for row in [*first, *second]} == {here.fingerprint}
    assert change_of([*first, *second]) == paired_change(*zip(*ours, *theirs, strict=True))


def test_another_force_takes_the_questions_over_and_asks_the_same(client, cast, cohort):
    module = module_of(cohort)
    questions = [
        KnowledgeQuestionFactory(
            module=module,
            words="=Who is seen?",
            scenario='A "quiet" flat,\ntwo children.',
            options=["+1", "2", "3"],
            right=3,
        ),
        KnowledgeQuestionFactory(module=module, words="What is heard?", keeps_order=True),
    ]
    here = a_test(cohort, asks=questions)
    file = client.signed_in(cast.tess).get(address("knowledge_questions_csv", here.pk)).content
    there = ModuleVersionFactory().module
    trainer = UserFactory(agency=there.force, roles=["TRAINER"])
    KnowledgeQuestionFactory(module=there, words="What is heard?", keeps_order=True)
    client.signed_in(trainer)
    page = address("knowledge_questions_take")
    said = client.post(page, {"module": str(there.pk), "file": uploaded(file)}, follow=True)

    assert "1 new in the bank of" in text_of(said)
    assert "1 there already" in text_of(said)
    again = client.post(page, {"module": str(there.pk), "file": uploaded(file)}, follow=True)
    assert "0 new in the bank of" in text_of(again)
    taken = there.questions.get(words="=Who is seen?")
    assert (taken.explanation, taken.written_by) == (questions[0].explanation, trainer)
    assert fingerprint_of(list(there.questions.all())) == here.fingerprint
    assert Entry.objects.filter(what="training.questions_exported", object_id=str(here.pk)).count() == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"Question": ""}, "Row 3: Write the question."),
        ({"Answer 2": ""}, "Row 3: A question has 2 to 6 answers."),
        ({"Answer 2": "one"}, "Row 3: Two answers are the same."),
        ({"Right answer": "3"}, "Row 3: Say which answer is right."),
        ({"Right answer": "²"}, "Row 3: Say which answer is right."),
        ({"Keep the order": "perhaps"}, "Row 3: Say yes or no to keeping the order."),
        ({"Answer 1": "x" * 301}, "Row 3: The question may have 500 characters, and an answer 300."),
    ],
)
def test_a_file_with_a_wrong_row_changes_nothing(client, cast, cohort, change, message):
    rows = [
        dict.fromkeys(BANK_HEADINGS, "")
        | {"Question": f"Question {n}?", "Answer 1": "One", "Answer 2": "Two", "Right answer": "1"}
        for n in range(2)
    ]
    rows[1] |= change
    content = "".join(csv_chunks(BANK_HEADINGS, [list(row.values()) for row in rows])).encode()
    sent = {"module": str(module_of(cohort).pk), "file": uploaded(content)}
    response = client.signed_in(cast.tess).post(address("knowledge_questions_take"), sent)

    assert response.status_code == 422
    assert message in text_of(response)
    assert not KnowledgeQuestion.objects.exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "The file is empty"), (b"PK\x03\x04", "not a CSV file"), (b"Question\r\nWho?", "Scenario")],
)
def test_a_file_that_is_none_is_refused(client, cast, cohort, content, message):
    sent = {"module": str(module_of(cohort).pk), "file": uploaded(content)}
    response = client.signed_in(cast.tess).post(address("knowledge_questions_take"), sent)

    assert response.status_code == 422
    assert message in text_of(response)


def test_a_file_names_nobody_and_leaves_small_groups_out(client, cast, cohort):
    test = a_test(cohort, asks=4)
    small = CohortFactory(programme=cohort.programme, name="Winter")
    group(test, small, [(0, 4)] * 4)
    people = group(test, cohort, [(3, 3), (1, 2), (2, 4), (0, 3), (2, 2)])
    client.signed_in(cast.tess)
    rows = exported(client, test)
    content = client.get(address("knowledge_export", test.pk)).content
    book = load_workbook(BytesIO(content))
    cells = [str(cell.value) for sheet in book for row in sheet for cell in row]

    assert [(row["Group"], row["People in the group"], row["Right before"], row["Right after"]) for row in rows] == [
        ("1", "5 to 9", "0", "3"),
        ("1", "5 to 9", "1", "2"),
        ("1", "5 to 9", "2", "2"),
        ("1", "5 to 9", "2", "4"),
        ("1", "5 to 9", "3", "3"),
    ]
    assert book.sheetnames == ["About", "Pairs", "Questions"]
    assert book["Pairs"].max_row == 6
    assert book["Questions"].max_row == 5
    for secret in (*(person.name for person in people), "Autumn", "Winter", cast.police.name, "2026"):
        assert not any(secret in cell for cell in cells), secret
    assert client.get(address("knowledge_export", test.pk)).content == content


def test_the_sheet_of_questions_is_of_the_same_people_as_the_pairs(client, cast, cohort):
    test = a_test(cohort, asks=2)
    # Four of a small cohort, and others who took it only once: what they answered stays with the force.
    group(test, CohortFactory(programme=cohort.programme, name="Winter"), [(2, 2)] * 4)
    for occasion, count in (("BEFORE", 1), ("AFTER", 6)):
        for person in UserFactory.create_batch(count, agency=cast.police):
            sat(test, person, occasion, 2, cohort=cohort)
    page = address("knowledge_export", test.pk)
    client.signed_in(cast.tess)

    def questions() -> list[tuple]:
        sheet = load_workbook(BytesIO(client.get(page).content))["Questions"]
        return [tuple(cell.value for cell in row[2:6]) for row in sheet.iter_rows(min_row=2)]

    assert questions() == []
    group(test, cohort, [(0, 1)] * 5)
    assert questions() == [(5, 0, 5, 5), (5, 0, 5, 0)]


def test_reading_results_and_taking_files_is_recorded(client, cast, cohort):
    test = a_test(cohort)
    client.signed_in(cast.tess)
    for name in (
        "knowledge_results",
        "knowledge_people",
        "knowledge_analysis",
        "knowledge_export",
        "knowledge_export_csv",
    ):
        client.get(address(name, test.pk))

    entries = Entry.objects.filter(object_id=str(test.pk)).order_by("id").values_list("verb", "what")
    assert list(entries) == [
        ("READ", "training.knowledge_results_read"),
        ("READ", "training.knowledge_people_listed"),
        ("READ", "training.knowledge_analysis_read"),
        ("EXPORTED", "training.knowledge_exported"),
        ("EXPORTED", "training.knowledge_exported"),
    ]


def test_a_draft_has_no_results_and_another_cohort_no_people(client, cast, cohort):
    client.signed_in(cast.tess)
    draft = a_test(cohort, state="DRAFT")
    assert client.get(address("knowledge_results", draft.pk)).status_code == 404
    test = a_test(cohort)
    foreign = CohortFactory()
    assert client.get(address("knowledge_people", test.pk), {"cohort": str(foreign.pk)}).status_code == 404
    assert client.get(address("knowledge_people", test.pk), {"cohort": "nonsense"}).status_code == 404


# --- how many queries -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("who", "name", "queries"),
    [
        ("olu", "knowledge", 5),
        ("tess", "knowledge", 4),
        ("tess", "knowledge_questions", 6),
        ("tess", "knowledge_test", 7),
        ("tess", "knowledge_results", 8),
        ("leda", "knowledge_results", 8),
        ("tess", "knowledge_people", 7),
        ("tess", "knowledge_analysis", 12),
        ("tess", "knowledge_export", 14),
    ],
)
def test_pages_have_a_flat_query_count(client, cast, cohort, who, name, queries, count, django_assert_num_queries):
    test = a_test(cohort, asks=2 * count)
    tomorrow(cohort)
    for number in range(count):
        group(test, CohortFactory(programme=cohort.programme, name=f"Group {number}"), [(0, 2)] * 5 * count)
        other = a_test(cohort, module=ModuleVersionFactory(module__force=cast.police).module, asks=count)
        TrainingSessionFactory(
            cohort=cohort,
            module_version=other.module.versions.get(),
            starts_at=timezone.now() + timedelta(days=1),
        )
        sat(other, cast.olu, "BEFORE", 1)
    arguments = [] if name in ("knowledge", "knowledge_questions") else [test.pk]
    client.signed_in(getattr(cast, who))
    with django_assert_num_queries(queries):
        assert client.get(address(name, *arguments)).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_a_sitting_has_a_flat_query_count(client, cast, cohort, count, django_assert_num_queries):
    test = a_test(cohort, asks=4 * count)
    tomorrow(cohort)
    client.signed_in(cast.olu).post(address("knowledge_begin", test.pk))
    with django_assert_num_queries(8):
        assert client.get(Sitting.objects.get().get_absolute_url()).status_code == 200
