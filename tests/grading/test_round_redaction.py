"""What graders read: nothing in it that tells who it is about, or who wrote it."""

from datetime import date

import pytest

from grading.queries.redaction import redacted_ppn
from referrals.models import Referral
from tests.factories.accounts import TeamFactory, UserFactory
from tests.factories.referrals import PersonFactory, ReferralFactory

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


def concern_of(referral: Referral) -> str:
    return redacted_ppn(referral).answers[0].text


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
        ("On 13/4/2015 and 3/5/2015.", "On 13/4/2015 and 3/5/2015."),
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
    text = "The child’s room was cold; naïve words, 3 beds, 12 hours, at 22:30 on 14 September 2026 – twice."

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
    person = redacted_ppn(referral_saying("Cold.", sex="FEMALE", religion="None", first_language="French")).people[0]

    assert (person.label, person.role, person.age, person.sex) == (
        "Person 1",
        "Person the concern is about",
        11,
        "Female",
    )
    assert dict(person.details) == {"Religion": "None", "First language": "French"}


def test_nothing_that_identifies_anybody_is_left_anywhere():
    leaky = "Amélie Madeup of 7 Pretend Street, born 3/4/2015, seen by Olu Inventedname."
    referral = referral_saying(leaky, relationship=leaky, disability=leaky, not_known_reason=leaky, religion=leaky[:80])
    fields = "not_seen_reason lived_experience voice needs harm history protective_factors risk_rationale"
    for field in (fields + " informed_reason immediate_actions request_to_partner").split():
        setattr(referral.ppn, field, leaky)

    text = repr(redacted_ppn(referral)).casefold()

    for word in ("amélie", "amelie", "madeup", "pretend", "inventedname", "olu", "2015", referral.reference.casefold()):
        assert word not in text
