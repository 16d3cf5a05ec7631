"""Graders read the whole PPN: every part of it that a decision-maker reads, in the same order."""

import pytest

from grading.queries.redaction import redacted_ppn
from referrals.enums import ConcernType
from referrals.forms import sections_of
from referrals.models import ExploitationModule, Relationship
from tests.factories.referrals import PersonFactory, ReferralFactory

pytestmark = pytest.mark.django_db


def answers_of(referral, title):
    section = next(section for section in redacted_ppn(referral).sections if section.title == title)
    return {answer.question: answer.text for answer in section.answers}


def test_the_parts_are_those_of_the_referrals_own_page():
    referral = ReferralFactory(types=list(ConcernType.values))

    parts = [section.title for section in redacted_ppn(referral).sections]

    assert parts == [section.title for section in sections_of(referral)]
    assert len(parts) == 18


def test_what_the_rubric_asks_for_is_there():
    content = {
        "interpreter": "PROFESSIONAL",
        "language_used": "French",
        "police_rag": 2,
        "purpose": "",
        "share_with": ["EDUCATION"],
    }
    referral = ReferralFactory(content=content)

    life = answers_of(referral, "Daily life and voice")
    assert life["In which language did you speak with them?"] == "French"
    assert "rofessional" in life["Was there an interpreter?"]
    assert answers_of(referral, "Risk")["Which colour do you give it?"] != ""
    shared = answers_of(referral, "Sharing and consent")
    assert (shared["Who should have it?"], shared["Which law governs the sharing?"]) == ("Education", "")


def test_the_answers_of_a_type_are_read_and_the_names_they_give_are_not():
    referral = ReferralFactory(types=[ConcernType.EXPLOITATION], content={"harm": "Driven about by fictov at night."})
    ExploitationModule.objects.create(
        referral=referral, adults_of_concern="A man called Inventy Fictov, in a red van.", missing_episodes=3
    )

    answers = answers_of(referral, "Exploitation")

    assert answers["Which adults are of concern?"] == "A man called [name] [name], in a red van."
    assert answers["How many times were they missing in the last 12 months?"] == "3"
    assert answers_of(referral, "Needs and harm")["What is the harm?"] == "Driven about by [name] at night."


def test_people_are_told_apart_by_number_with_what_they_are_to_each_other_and_where_they_live():
    referral = ReferralFactory()
    child = PersonFactory(
        referral=referral,
        position=1,
        estimated_age=9,
        address="7 Pretend Street",
        left_with="Jane Fictive, her aunt",
        safe_contact="NO",
        legal_status="",
    )
    sister = PersonFactory(referral=referral, position=2, role="SIBLING", lives_in_household=True)
    Relationship.objects.create(person=child, other=sister, kind="SIBLING")
    PersonFactory(referral=referral, position=3, role="PARENT_CARER", address="2 Elsewhere Road")

    people = next(section for section in redacted_ppn(referral).sections if section.is_list_of_people)

    assert people.relations == ("Person 1: Brother or sister of Person 2",)
    assert people.households == ("Person 1, Person 2: one address", "Person 3: one address")
    first = {answer.question: answer.text for answer in people.people[0].answers}
    assert first["Who has care of them now that you have left?"] == "aunt"
    assert first["Is it safe to call or write to them?"] == "Given"


def test_a_question_without_an_answer_is_shown_where_the_form_asks_for_one():
    answers = answers_of(ReferralFactory(content={"harm": "", "protective_factors": ""}), "Needs and harm")

    assert answers["What is the harm?"] == ""
    assert "What keeps them safe now?" not in answers


def test_what_is_hidden_and_what_is_missing_is_named_apart_from_what_there_is_to_read():
    referral = ReferralFactory()
    PersonFactory(referral=referral, position=1, religion="None", first_language="", safe_contact="NO")

    people = next(section for section in redacted_ppn(referral).sections if section.is_list_of_people)
    person = people.people[0]

    assert "Religion or belief" in [answer.question for answer in person.told]
    assert "Is it safe to call or write to them?" in person.hidden
    assert "First or preferred language" in person.missing
    assert len(person.told) + len(person.hidden) + len(person.missing) == len(person.answers)
