"""Whatever somebody is called and wherever they live, no word of it is left in what graders read."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grading.queries.redaction import redacted_ppn
from grading.queries.redaction.folding import folded
from grading.queries.redaction.identities import STREETS
from grading.queries.redaction.words import ORDINARY
from referrals.models import Referral
from tests.factories.referrals import PersonFactory, ReferralFactory

pytestmark = pytest.mark.django_db

LETTERS = "abcdeghijklmnoprstuvyzàâäçéèêëíïñóöøüŁßÉÖ"
WORD = st.text(LETTERS, min_size=2, max_size=9).map(str.capitalize)
NAME = st.lists(WORD, min_size=1, max_size=3).flatmap(
    lambda words: st.sampled_from([" ", "-", "'", "’", ", "]).map(lambda between: between.join(words))
)
WRITTEN = st.sampled_from(
    [
        lambda text: text,
        str.upper,
        str.lower,
        lambda text: folded(text),
        lambda text: text + "s",
        lambda text: text + "'s",
        lambda text: text.replace(" ", "-"),
        lambda text: text.replace("-", " "),
        lambda text: text.replace(" ", "\n"),
        lambda text: f"({text})",
        lambda text: f"PC{text.split()[0]} 12{text}34" if text.split()[0].isascii() else text,
    ]
)
AROUND = "We spoke with {} at home; {} was upset."


def words_of(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]{3,}", folded(text).lower()))


@pytest.fixture
def referral() -> Referral:
    made = ReferralFactory(content={"place": "", "concern": ""})
    PersonFactory(referral=made, estimated_age=9, position=1)
    PersonFactory(referral=made, role="PARENT_CARER", position=2)
    return Referral.objects.select_related("ppn", "author").prefetch_related("people").get(pk=made.pk)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=NAME, family=NAME, alias=NAME, other=NAME, home=NAME, usual=NAME, place=NAME, online=NAME, write=WRITTEN)
def test_no_word_of_a_name_an_alias_or_an_address_is_left(
    referral, name, family, alias, other, home, usual, place, online, write
):
    child, parent = sorted(referral.people.all(), key=lambda person: person.position)
    child.given_names, child.family_name, child.aliases, parent.given_names = name, family, alias, other
    child.address, parent.usual_address, referral.ppn.place = f"7 {home} Road, Madeupton", usual, f"{place} Lane"
    parent.online_names = online
    held = [name, family, alias, other, home, usual, place, online, f"{name} {family}"]
    said = " ".join(AROUND.format(write(text), text) for text in held)
    referral.ppn.concern, child.relationship = said, said

    left = words_of(repr(redacted_ppn(referral)))

    referral.ppn.concern, child.relationship = AROUND, ""
    for empty in ("given_names", "family_name", "aliases", "address", "usual_address", "online_names"):
        setattr(child, empty, "")
        setattr(parent, empty, "")
    the_form_itself = words_of(repr(redacted_ppn(referral))) | {"name", "names", "given", "person"}
    common = set(ORDINARY) | set(STREETS) | set(STREETS.values()) | the_form_itself
    assert left & set().union(*map(words_of, held)) - common == set()
