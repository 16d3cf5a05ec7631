"""Everything that a form asks belongs to a part that can be shared or withheld; what belongs to none reaches no agency."""

import pytest

from accounts.enums import AgencyKind
from referrals.enums import (
    ABOUT_PEOPLE,
    KEPT_BACK,
    PART_TITLES,
    PERSON_FIELDS,
    SECTION_FIELDS,
    SOURCE,
    WITHHELD,
    FormKind,
    suggested_sections,
)
from referrals.forms.sections import CPI_SECTIONS, PPN_SECTIONS
from referrals.models import Person

# Of a person, what only keeps the record in its place.
NOT_TOLD = {"id", "referral", "position"}


PAGES = {FormKind.PPN: PPN_SECTIONS, FormKind.CPI: CPI_SECTIONS}


@pytest.mark.parametrize("kind", FormKind)
def test_each_question_of_a_form_belongs_to_the_part_of_its_page_or_to_that_of_the_source(kind: FormKind) -> None:
    pages = {page.key: set(page.fields) for page in PAGES[kind] if page.fields and page.concern is None}
    parts = {key: set(names) for key, names in SECTION_FIELDS[kind].items()}
    source = parts.pop(SOURCE, set())

    assert parts == {key: names - source for key, names in pages.items()}
    assert source <= set().union(*pages.values())


def test_a_question_is_asked_in_the_words_that_are_kept_with_what_was_shared() -> None:
    for kind in FormKind:
        words = {name: text for asked in SECTION_FIELDS[kind].values() for name, text in asked.items()}
        for page in PAGES[kind]:
            if page.fields and page.concern is None:
                assert {name: page.form.base_fields[name].label for name in page.fields} == {
                    name: words[name] for name in page.fields
                }
                assert page.title == PART_TITLES[page.key]


def test_each_fact_of_a_person_belongs_to_one_part() -> None:
    parted = [name for names in PERSON_FIELDS.values() for name in names]

    assert sorted(parted) == sorted({field.name for field in Person._meta.concrete_fields} - NOT_TOLD)


def test_what_is_withheld_by_kind_of_agency_is_a_part() -> None:
    pages = {page.key for kind in FormKind for page in PAGES[kind]}

    assert KEPT_BACK.union(*WITHHELD.values()) <= pages | set(ABOUT_PEOPLE) | {SOURCE}


@pytest.mark.parametrize("kind", AgencyKind)
def test_no_agency_is_given_unasked_what_leads_to_who_gave_the_information(kind: AgencyKind) -> None:
    suggested = suggested_sections(list(SECTION_FIELDS[FormKind.CPI]), kind)

    assert not {SOURCE, "handling"} & set(suggested)
