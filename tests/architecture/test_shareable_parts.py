"""Everything that a form asks belongs to a part that can be shared or withheld; what belongs to none reaches no agency."""

import pytest

from referrals.enums import ABOUT_PEOPLE, PERSON_FIELDS, SECTION_FIELDS, WITHHELD, FormKind
from referrals.forms.sections import CPI_SECTIONS, PPN_SECTIONS
from referrals.models import Person

# Of a person, what only keeps the record in its place.
NOT_TOLD = {"id", "referral", "position"}


PAGES = {FormKind.PPN: PPN_SECTIONS, FormKind.CPI: CPI_SECTIONS}


@pytest.mark.parametrize("kind", FormKind)
def test_each_question_of_a_form_belongs_to_the_part_of_its_page(kind: FormKind) -> None:
    asked = {page.key: set(page.fields) for page in PAGES[kind] if page.fields and page.concern is None}

    assert {key: set(names) for key, names in SECTION_FIELDS[kind].items()} == asked


def test_each_fact_of_a_person_belongs_to_one_part() -> None:
    parted = [name for names in PERSON_FIELDS.values() for name in names]

    assert sorted(parted) == sorted({field.name for field in Person._meta.concrete_fields} - NOT_TOLD)


def test_what_is_withheld_by_kind_of_agency_is_a_part() -> None:
    pages = {page.key for kind in FormKind for page in PAGES[kind]}

    assert frozenset[str]().union(*WITHHELD.values()) <= pages | set(ABOUT_PEOPLE)
