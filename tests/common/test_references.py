from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.references import ALPHABET, is_valid_reference, new_reference, normalise_reference

PREFIXES = ["PPN", "CPI", "DVDS", "DS"]
EVERY_CHARACTER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

references = st.builds(
    lambda prefix, year, length, seed: new_reference(prefix, year, length=length, random=Random(seed)),
    prefix=st.sampled_from(PREFIXES),
    year=st.integers(2020, 2099),
    length=st.integers(5, 10),
    seed=st.integers(),
)


@pytest.mark.parametrize("confusable", "0O1I5S8B")
def test_no_reference_ends_in_a_character_that_looks_like_another(confusable):
    assert confusable not in ALPHABET


def test_a_reference_says_what_and_when_and_nothing_else():
    reference = new_reference("PPN", 2026)
    prefix, year, ending = reference.split("-")

    assert (prefix, year, len(ending)) == ("PPN", "2026", 5)
    assert set(ending) <= set(ALPHABET)
    assert is_valid_reference(reference)


def test_references_stay_valid_for_ever():
    assert is_valid_reference("PPN-2026-E7P46")
    assert new_reference("PPN", 2026, random=Random(7)) == "PPN-2026-E7P46"


def test_references_follow_no_order():
    made = [new_reference("PPN", 2026, length=8) for _ in range(200)]

    assert len(set(made)) == 200
    assert made != sorted(made)


@given(reference=references, data=st.data())
def test_one_wrong_character_is_noticed(reference, data):
    place = data.draw(st.sampled_from([place for place, character in enumerate(reference) if character != "-"]))
    other = data.draw(st.sampled_from([character for character in EVERY_CHARACTER if character != reference[place]]))

    assert is_valid_reference(reference)
    assert not is_valid_reference(reference[:place] + other + reference[place + 1 :])


@given(reference=references, data=st.data())
def test_two_characters_that_change_places_are_noticed(reference, data):
    places = [place for place, character in enumerate(reference) if character != "-"]
    first, second = data.draw(st.lists(st.sampled_from(places), min_size=2, max_size=2, unique=True))
    swapped = list(reference)
    swapped[first], swapped[second] = swapped[second], swapped[first]

    assert is_valid_reference("".join(swapped)) is (reference[first] == reference[second])


@given(reference=references, separator=st.sampled_from(["", " ", "-", "\u2013", " - ", "/", "\u00a0", "_"]))
def test_references_are_found_however_they_are_typed(reference, separator):
    typed = f"  {reference.lower().replace('-', separator)}\n"

    assert normalise_reference(typed) == reference
    assert normalise_reference(reference) == reference


def test_references_are_found_with_spaces_in_their_ending():
    reference = new_reference("PPN", 2026)

    assert normalise_reference(f"{reference[:11]} {reference[11:]}") == reference


@given(text=st.text(st.characters(max_codepoint=0x17F), max_size=30))
def test_any_text_can_be_normalised_and_stays_as_it_is_the_second_time(text):
    once = normalise_reference(text)

    assert normalise_reference(once) == once


@pytest.mark.parametrize(
    "text",
    ["", "PPN", "PPN-2026-", "PPN-2026-2222", "PPN-26-22222", "P-2026-22222", "PPN-2026-O0I1S", "PPN-２０２６-22222"],
)
def test_other_text_is_no_reference(text):
    assert not is_valid_reference(text)


@pytest.mark.parametrize(
    ("prefix", "year", "length"),
    [("ppn", 2026, 5), ("P", 2026, 5), ("PPN1", 2026, 5), ("PPN", 26, 5), ("PPN", 2026, 4), ("PPN", 2026, 11)],
)
def test_a_reference_needs_a_prefix_a_year_and_a_length(prefix, year, length):
    with pytest.raises(ValueError, match="A reference"):
        new_reference(prefix, year, length=length)
