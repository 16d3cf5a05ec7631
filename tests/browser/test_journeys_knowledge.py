"""A knowledge test from its questions to its result, without scripts on a telephone and with them on a screen."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.axe import faults_of
from tests.browser.conftest import OpenAs
from tests.factories.knowledge import KnowledgeTestFactory, sat
from tests.factories.programmes import CohortFactory, CohortMemberFactory, ProgrammeFactory, TrainingSessionFactory
from tests.factories.training import ModuleVersionFactory
from tests.people import make_cast
from training.models import KnowledgeTest, RegisterEntry, Sitting

pytestmark = pytest.mark.django_db(transaction=True)


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def write_question(page: Page, words: str, right: str, wrong: str) -> None:
    page.get_by_role("button", name="Write a question").click()
    page.get_by_label("Module").select_option(label="Child neglect")
    page.get_by_label("Question", exact=True).fill(words)
    page.get_by_label("Answer 1", exact=True).fill(wrong)
    page.get_by_label("Answer 2", exact=True).fill(right)
    page.get_by_label("Which answer is right?").select_option(label="Answer 2")
    page.get_by_label("Why is it right?").fill("Because the child is seen first.")
    page.get_by_role("button", name="Save").click()


@pytest.mark.parametrize(("width", "javascript"), [(320, False), (1280, True)])
def test_a_trainer_asks_and_an_officer_answers_before_and_after(open_as: OpenAs, width: int, javascript: bool) -> None:
    cast = make_cast()
    version = ModuleVersionFactory(module__force=cast.police, module__title="Child neglect")
    cohort = CohortFactory(programme=ProgrammeFactory(force=cast.police, set_up_by=cast.tess, gives=[version]))
    CohortMemberFactory(cohort=cohort, person=cast.olu)
    session = TrainingSessionFactory(
        cohort=cohort, starts_at=timezone.now() + timedelta(minutes=5), ends_at=timezone.now() + timedelta(minutes=14)
    )

    trainer = open_as(cast.tess, "/training/knowledge/questions/", width=width, javascript=javascript)
    write_question(trainer, "Who is seen alone?", "The child", "Nobody")
    write_question(trainer, "What is written down?", "What the child said", "Nothing")
    trainer.goto("/training/knowledge/")
    trainer.get_by_role("button", name="Make a test").click()
    trainer.get_by_label("Module").select_option(label="Child neglect")
    trainer.get_by_label("Title").fill("Neglect, first test")
    trainer.get_by_role("button", name="Make the test").click()
    trainer.get_by_label("Who is seen alone?").check()
    trainer.get_by_label("What is written down?").check()
    trainer.get_by_role("button", name="Save").click()
    trainer.get_by_role("button", name="Open the test").click()
    trainer.get_by_role("button", name="Open it").click()
    heading(trainer, "Neglect, first test")
    if javascript:  # axe is a script itself
        assert faults_of(trainer) == []

    officer = open_as(cast.olu, "/", width=width, javascript=javascript)
    officer.get_by_role("link", name="Knowledge tests to take").click()
    officer.get_by_role("link", name="Test before the training: Child neglect").click()
    officer.get_by_role("button", name="Begin").click()
    officer.get_by_label("Nobody").check()
    officer.get_by_role("button", name="Save and come back later").click()
    officer.get_by_role("link", name="Test before the training: Child neglect").click()
    expect(officer.get_by_label("Nobody")).to_be_checked()
    if javascript:
        assert faults_of(officer) == []
    officer.get_by_role("button", name="Go on to hand in").click()
    expect(officer.get_by_text("1 of 2 questions has no answer")).to_be_visible()
    officer.get_by_role("button", name="Hand in").click()
    expect(officer.get_by_text("0 of 2 right")).to_be_visible()
    expect(officer.get_by_text("Because the child is seen first.")).to_have_count(0)

    RegisterEntry.objects.filter(session=session).update(
        presence="PRESENT", marked_how="TICK", marked_at=timezone.now(), marked_by=cast.tess
    )
    officer.goto("/training/knowledge/")
    officer.get_by_role("link", name="Test after the training: Child neglect").click()
    officer.get_by_role("button", name="Begin").click()
    officer.get_by_label("The child", exact=True).check()
    officer.get_by_label("What the child said").check()
    officer.get_by_role("button", name="Go on to hand in").click()
    officer.get_by_role("button", name="Hand in").click()
    expect(officer.get_by_text("2 of 2 right")).to_be_visible()
    expect(officer.get_by_text("Because the child is seen first.")).to_have_count(2)
    assert list(Sitting.objects.order_by("begun_at").values_list("occasion", "right")) == [("BEFORE", 0), ("AFTER", 2)]

    trainer.get_by_role("link", name="Scores by person").click()
    expect(trainer.get_by_role("row", name="Olu Fictitious")).to_contain_text("+2")


def test_results_hold_on_a_telephone_and_for_who_sees_no_colour(open_as: OpenAs) -> None:
    cast = make_cast()
    test = KnowledgeTestFactory(
        module=ModuleVersionFactory(module__force=cast.police).module, made_by=cast.tess, asks=6, title="Neglect"
    )
    for person, before, after in zip(
        (cast.olu, cast.lin, cast.mina, cast.moss, cast.gail, cast.ines),
        (1, 2, 3, 2, 0, 4),
        (4, 5, 4, 2, 3, 6),
        strict=True,
    ):
        sat(test, person, "BEFORE", before)
        sat(test, person, "AFTER", after)
    assert KnowledgeTest.objects.count() == 1
    for width in (320, 1280):
        page = open_as(cast.tess, f"/training/knowledge/tests/{test.pk}/results/", width=width)
        heading(page, "How far people changed")
        # Changes 3, 3, 1, 0, 3, 2: mean 2, of six people five better.
        expect(page.get_by_text("+2.0 right answers, from 2.0 to 4.0 of 6")).to_be_visible()
        expect(page.get_by_text("5 better, 1 the same, 0 worse")).to_be_visible()
        assert faults_of(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
