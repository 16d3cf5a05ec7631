"""What graders read: nothing in it that tells who it is about, or who wrote it."""

from datetime import date, timedelta

import pytest

from grading.queries.redaction import RedactedPerson, redacted_ppn
from referrals.models import Referral
from tests.factories.accounts import TeamFactory, UserFactory
from tests.factories.referrals import SUBMITTED, PersonFactory, ReferralFactory

pytestmark = pytest.mark.django_db


def referral_saying(concern: str, **person) -> Referral:
    author = UserFactory(name="Olu Inventedname", collar_number="8812")
    referral = ReferralFactory(
        author=author,
        content={"concern": concern, "place": "14 Imaginary Row, Testham"},
        occurrence_number="44260000001",
    )
    fields = {"given_names": "Amélie Rose", "family_name": "O’Fiction-Madeup", "date_of_birth": date(2015, 4, 3)}
    PersonFactory(
        referral=referral, position=1, address="Flat 2, 7 Pretend Street, Nowhereton, NW1 2AB", **fields | person
    )
    PersonFactory(referral=referral, position=2, given_names="May", family_name="Li", role="PARENT_CARER")
    return referral


def answer_to(question: str, referral: Referral) -> str:
    return next(
        answer.text
        for section in redacted_ppn(referral).sections
        for answer in section.answers
        if answer.question == question
    )


def concern_of(referral: Referral) -> str:
    return answer_to("What happened, and what worries you?", referral)


def people_of(referral: Referral) -> tuple[RedactedPerson, ...]:
    return next(section.people for section in redacted_ppn(referral).sections if section.is_list_of_people)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Amélie Rose O’Fiction-Madeup was cold.", "[person 1] was cold."),
        ("AMELIE said no. amelie's coat.", "[person 1] said no. [person 1]'s coat."),
        ("Mrs O'Fiction-Madeup, the Madeups, Ms Fiction", "Mrs [person 1], the [person 1], Ms [person 1]"),
        ("A rose grew. Rose grew.", "A rose grew. [person 1] grew."),
        (
            "She may come. May came with LI; a little lit.",
            "She may come. [person 2] came with [person 2]; a little lit.",
        ),
        ("Born 3/4/2015, 03.04.15, 2015-04-03.", "Born [date of birth], [date of birth], [date of birth]."),
        (
            "Born 3rd of April 2015 or April 3, 2015 or 3 Apr.",
            "Born [date of birth] or [date of birth] or [date of birth]",
        ),
        ("At 14 Imaginary Row, Testham.", "At [address]."),
        ("At 14 imaginary row and along Imaginary Row.", "At [address] and along [address]."),
        ("At Pretend Street in Nowhereton, nw12ab.", "At [address] in [address], [postcode]."),
        ("Another house, ZZ9 9ZZ.", "Another house, [postcode]."),
        ("Ring 07700 900 123 or +44 20 7946 0123.", "Ring [telephone] or [telephone]."),
        ("Ring 00447700900123, +44 (0)7700 900123 or 07700.900.123.", "Ring [telephone], [telephone] or [telephone]."),
        ("tel07700900123", "tel[telephone]"),
        ("In PO1  2AB.", "In [postcode]."),
        ("OFICTION MADEUP, OfictionMadeup", "[person 1], [person 1]"),
        ("Born 3-Apr-2015 or 3rdApril2015.", "Born [date of birth] or [date of birth]."),
        ("At 7 Pretend St. Along pretend st, too.", "At [address]. Along [address], too."),
        ("PC8812 wrote; 18812 did not.", "PC[officer] wrote; 18812 did not."),
        ("Write to someone@example.org.", "Write to [e-mail]."),
        ("PC Inventedname (8812) wrote 44260000001.", "PC [officer] ([officer]) wrote [number]."),
    ],
)
def test_what_identifies_somebody_is_hidden_however_it_is_typed(text, expected):
    assert concern_of(referral_saying(text)) == expected


@pytest.mark.parametrize("name", ["Zoe", "Ali", "Mia", "Ruby", "Lily", "Neil", "Paige"])
def test_a_short_name_is_hidden_without_its_capital_too(name):
    concern = f"{name.lower()} was cold and {name.lower()}'s coat was wet."

    assert (
        concern_of(referral_saying(concern, given_names=name)) == "[person 1] was cold and [person 1]'s coat was wet."
    )


@pytest.mark.parametrize("name", ["Will", "Hope", "Grace", "Ash", "Law", "Old"])
def test_a_name_that_is_a_word_stays_where_it_is_the_word(name):
    concern = f"It said {name.lower()} twice."

    assert concern_of(referral_saying(concern, given_names=name)) == concern


def test_text_about_nobody_stays_as_it_is():
    text = "The child’s room was cold; naïve words, 3 beds, 12 hours, at 22:30 on a Sunday in August 2026 – twice; 2/3 of it."

    assert concern_of(referral_saying(text)) == text


def test_a_street_known_by_its_short_form_is_hidden_in_full_too():
    referral = referral_saying("At 3 Madeup Road and on Madeup Rd.")
    referral.ppn.place = "3 Madeup Rd, Testham"

    assert concern_of(referral) == "At [address] and on [address]."


def test_the_team_is_hidden():
    author = UserFactory()
    referral = ReferralFactory(
        author=author,
        team=TeamFactory(agency=author.agency, name="Testham Response"),
        content={"concern": "Testham Response went."},
    )

    assert concern_of(referral) == "[team] went."


def test_people_are_shown_by_role_age_and_sex_only():
    person = people_of(referral_saying("Cold.", sex="FEMALE", religion="None", first_language="French"))[0]

    assert (person.label, person.role, person.age, person.sex) == (
        "Person 1",
        "Person the concern is about",
        11,
        "Female",
    )
    assert {answer.question: answer.text for answer in person.answers if answer.text} == {
        "Date of birth": "Given",
        "Religion or belief": "None",
        "First or preferred language": "French",
        "Where are they now?": "Given",
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("On 14 September 2026 and 14/9/26.", "On [the day of the PPN] and [the day of the PPN]."),
        ("Since 11th of Sept, or Sept 11.", "Since [3 days before the PPN], or [3 days before the PPN]."),
        ("Back on 15 September and on 21/9.", "Back on [1 day after the PPN] and on [7 days after the PPN]."),
        (
            "From 2026-04-14 until 14.04.2021.",
            "From [about 5 months before the PPN] until [about 5 years before the PPN].",
        ),
        ("Seen 12 November at 4.30.", "Seen [about 2 months after the PPN] at 4.30."),
        ("On 31/02/2026.", "On [date]."),
        ("In April 2026; every May; on a Friday; 24/7; 3 of 4; at 22:30.",) * 2,
    ],
)
def test_a_day_is_read_as_so_long_before_or_after_the_ppn(text, expected):
    assert concern_of(referral_saying(text, given_names="Amélie", family_name="Fiction")) == expected.replace(
        "May;", "[person 2];"
    )


def test_a_moment_of_the_form_is_read_from_when_it_was_sent_and_never_negative():
    early, late = ReferralFactory(), ReferralFactory(content={"reported_at": SUBMITTED + timedelta(hours=5)})

    asked = "When was it reported?"
    assert (answer_to(asked, early), answer_to(asked, late)) == ("3 hours before the PPN", "5 hours after the PPN")


def test_nothing_that_identifies_anybody_is_left_anywhere():
    leaky = "Amélie Madeup of 7 Pretend Street, born 3/4/2015, seen by Olu Inventedname."
    referral = referral_saying(leaky, relationship=leaky, disability=leaky, not_known_reason=leaky, religion=leaky[:80])
    fields = "not_seen_reason lived_experience voice needs harm history protective_factors risk_rationale"
    for field in (fields + " informed_reason immediate_actions request_to_partner").split():
        setattr(referral.ppn, field, leaky)

    text = repr(redacted_ppn(referral)).casefold()

    for word in ("amélie", "amelie", "madeup", "pretend", "inventedname", "olu", "2015", referral.reference.casefold()):
        assert word not in text
