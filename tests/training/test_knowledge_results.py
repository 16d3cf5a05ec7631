"""What came out of knowledge tests: pages, files for comparing forces, what is recorded, how many queries."""

import csv
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from audit.models import Entry
from common.csv_files import csv_chunks
from common.statistics.paired import paired_change
from tests.factories.accounts import UserFactory
from tests.factories.knowledge import KnowledgeQuestionFactory, KnowledgeTestFactory, sat
from tests.factories.programmes import CohortFactory, TrainingSessionFactory
from tests.factories.training import ModuleVersionFactory
from tests.reading import text_of
from tests.training.knowledge_page_steps import (
    a_test,
    address,
    cohort,
    group,
    module_of,
    tomorrow,
    uploaded,
)
from training.documents.knowledge import BANK_HEADINGS
from training.models import KnowledgeQuestion, KnowledgeTest, Sitting
from training.models.knowledge import fingerprint_of
from training.queries.knowledge_results import results_of

__all__ = ["cohort"]

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
