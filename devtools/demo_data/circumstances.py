"""What else is known of somebody: school, care, contact, and what they are to the others. Drawn by the person's own id."""

from random import Random
from typing import Any
from uuid import UUID

from devtools.demo_data.ticks import ASKED
from referrals.enums import LegalStatus, PersonRole, Relation, SafeContact, SendSupport

PRACTICES = ("Lantern Walk Surgery", "Teacup Way Practice", "Health visitor: Kettle Hill clinic")
KEEPERS = (
    "An aunt, two streets away",
    "Grandmother, came at once",
    "The other parent",
    "A neighbour whom the child knows",
)
NICKNAMES = ("Bee", "Ziggy", "Mouse", "Ace", "Red")
TIMES_TO_CALL = ("On weekdays between 12 and 1", "By text only", "Not while the partner is at home")


def circumstances(person_id: UUID, role: PersonRole, *, age: int, quality: int) -> dict[str, Any]:
    """More answers about somebody; a form of quality 1 holds few of them."""
    random = Random(f"{person_id} more")
    answers: dict[str, Any] = {
        "was_present": role != PersonRole.PROFESSIONAL and random.random() < 0.7,
        "has_witnessed": random.random() < 0.5,
    }
    if random.random() < 0.06:
        answers["aliases"] = random.choice(NICKNAMES)
    if role == PersonRole.SUBJECT:
        answers |= {
            "phone": f"07700 900{random.randrange(1000):03d}" if age >= 12 else "",
            "safe_contact": str(random.choices(tuple(SafeContact), (60, 30, 10))[0]),
            "health_contacts": random.choice(("", *PRACTICES)),
        }
        if answers["safe_contact"] == SafeContact.AT_TIMES:
            answers["safe_contact_times"] = random.choice(TIMES_TO_CALL)
    if age < 18 and role in (PersonRole.SUBJECT, PersonRole.SIBLING):
        answers |= _of_a_child(random, age)
    return {name: value for name, value in answers.items() if random.random() < ASKED[quality]}


def _of_a_child(random: Random, age: int) -> dict[str, Any]:
    at_school = age >= 4
    return {
        "education": ("SCHOOL" if age < 16 else "COLLEGE") if at_school else "NURSERY",
        "year_group": ("Reception" if age < 5 else str(min(13, age - 4))) if at_school else "",
        "send_support": str(random.choices(tuple(SendSupport), (70, 15, 8, 7))[0]),
        "legal_status": str(random.choices(tuple(LegalStatus), (72, 10, 6, 4, 0, 1, 7))[0]),
        "parental_responsibility": random.choice(("Both parents", "Mother", "Mother and step-father, by agreement")),
        "left_with": random.choice(KEEPERS),
        "is_left_with_checked": random.random() < 0.8,
    }


def relation_to_subject(role: PersonRole, *, is_child: bool) -> Relation:
    """What somebody in this role is to the person the concern is about."""
    return {
        PersonRole.PARENT_CARER: Relation.PARENT if is_child else Relation.CARER,
        PersonRole.SIBLING: Relation.SIBLING,
        PersonRole.PARTNER: Relation.PARTNER,
        PersonRole.EX_PARTNER: Relation.EX_PARTNER,
        PersonRole.HOUSEHOLD: Relation.RELATIVE,
    }.get(role, Relation.OTHER)
