"""No column of a PPN is forgotten by what hides people from graders, whoever adds it."""

from typing import Any

import pytest
from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, Model, TextField

from grading.queries.redaction import columns, redacted_ppn
from grading.queries.redaction.columns import READ, Shown, Tells, Treatment, columns_of, declared_treatment
from referrals.enums import ConcernType
from referrals.forms import sections_of
from referrals.models import MODULES, Person, Ppn, Referral
from tests.factories.accounts import UserFactory
from tests.factories.parts import PARTS
from tests.factories.referrals import PersonFactory, ReferralFactory

FORMS: tuple[type[Model], ...] = (Person, Ppn, *MODULES.values())


def text_columns(model: type[Model]) -> list[Any]:
    return [
        column
        for column in columns_of(model)
        if isinstance(column, CharField | TextField) and not column.choices and not isinstance(column, ArrayField)
    ]


@pytest.mark.parametrize(
    "column", [pytest.param(one, id=f"{model.__name__}.{one.name}") for model in FORMS for one in columns_of(model)]
)
def test_it_is_declared_how_graders_read_the_column(column):
    assert declared_treatment(column) is not None, f"say in {columns.__name__} how graders read {column.name}"


@pytest.mark.django_db
def test_it_is_declared_how_graders_read_what_the_referral_itself_keeps():
    referral = ReferralFactory(types=list(ConcernType.values))

    asked = [(page.holder(referral, name), name) for page in sections_of(referral) for name in page.fields]

    assert [name for holder, name in asked if declared_treatment(holder._meta.get_field(name)) is None] == []
    assert len(asked) > 80


def test_nothing_is_declared_of_a_column_that_is_no_more():
    known = {model: {column.name for column in columns_of(model)} for model in (*FORMS, Referral)}

    assert [name for model, declared in columns.COLUMNS.items() for name in declared if name not in known[model]] == []


def test_a_column_that_nobody_thought_of_shows_only_whether_it_was_answered(monkeypatch):
    monkeypatch.setitem(columns.COLUMNS, Ppn, {})

    assert columns.treatment_of(Ppn._meta.get_field("concern")).shown is Shown.WHETHER


@pytest.mark.django_db
def test_of_a_word_in_every_column_graders_see_those_that_are_only_searched():
    """Each column holds a word of its own: what is read shows it, what is hidden or tells names shows it nowhere."""
    referral, words = _with_a_word_in_every_column()

    page = repr(redacted_ppn(referral))

    shown = {name for name, (word, _) in words.items() if word in page}
    searched = {name for name, (_, treatment) in words.items() if treatment in (READ, columns.SEARCHED)}
    assert shown == searched
    assert {"Person.aliases", "Person.left_with", "Ppn.out_of_hours_contact", "HonourModule.safe_contact"}.isdisjoint(
        shown
    )


@pytest.mark.django_db
def test_what_a_hidden_column_holds_is_hidden_in_every_other_answer():
    referral, words = _with_a_word_in_every_column()
    telling = {name: word for name, (word, treatment) in words.items() if treatment.tells is not Tells.NOTHING}
    everything = " and ".join(telling.values())
    for name, (_, treatment) in words.items():
        if treatment == columns.SEARCHED and name.startswith("Ppn.") and name != "Ppn.language_used":
            setattr(referral.ppn, name.removeprefix("Ppn."), everything)
    referral.people.all()[0].religion = everything

    page = repr(redacted_ppn(referral))

    assert [name for name, word in telling.items() if word.lower() in page.lower()] == []
    assert len(telling) >= 25


@pytest.mark.django_db
@pytest.mark.parametrize("takes_part", PARTS)
def test_whoever_worked_on_it_is_hidden(takes_part):
    officer = UserFactory(name="Ottilie Inventedworker", collar_number="77123")
    referral = ReferralFactory(content={"concern": "Told OTTILIE (77123), then Sgt Inventedworker."})
    takes_part(referral, officer)

    concern = next(one for one in redacted_ppn(referral).sections if one.title == "The concern").answers[0].text

    assert concern == "Told [officer] ([officer]), then Sgt [officer]."


def _canary(number: int) -> str:
    """A word that stands nowhere else."""
    return "Xq" + "".join("abcdefghij"[int(figure)] for figure in f"{number:03d}") + "zz"


def _with_a_word_in_every_column() -> tuple[Referral, dict[str, tuple[str, Treatment]]]:
    made = ReferralFactory(types=list(ConcernType.values))
    PersonFactory(referral=made, estimated_age=9)
    referral = Referral.objects.prefetch_related("people").get(pk=made.pk)
    # A module is kept by the referral that it is made with; nothing here is saved.
    modules = [model(referral=referral) for model in MODULES.values()]
    words: dict[str, tuple[str, Treatment]] = {}
    for holder in (referral.people.all()[0], referral.ppn, *modules):
        for column in text_columns(type(holder)):
            word, treatment = _canary(len(words)), declared_treatment(column)
            assert treatment is not None
            setattr(holder, column.name, word)
            words[f"{type(holder).__name__}.{column.name}"] = (word, treatment)
    return referral, words
