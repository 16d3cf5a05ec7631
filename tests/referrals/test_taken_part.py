"""Who had a hand in a referral is one list, so that nobody who has a part in a PPN judges it, in whichever table it stands."""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from grading.models import AgreedGrade, Departure, GradeFeedback, Removal, RoundItem
from grading.models import Assignment as GradingPlace
from referrals.models import (
    Conflict,
    EmergencyAccess,
    Feedback,
    LegalHold,
    NamedPerson,
    PersonMatch,
    Referral,
    ReferralLink,
    Restriction,
    RetentionReview,
    Voiding,
)
from referrals.queries import parts_taken, those_who_took_part
from referrals.queries.taken_part import PARTS
from tests.factories.accounts import UserFactory
from tests.factories.parts import PARTS as DEEDS
from tests.factories.referrals import SUBMITTED, PersonFactory, ReferralFactory

LATER = SUBMITTED + timedelta(hours=1)
STEPS = 3

GRADING = "Judges the referral, and has no part in it before."
TOLD = "Is told of what others did."
GUARDS = "Says who may see it or is said to; has no hand in what it says or in what becomes of it."
KEPT_OUT = "Is kept from it altogether, grading too, by the conflict itself."
RECORDS = "Says how long the record is kept once it has ended; has no hand in what it says or in what became of it."
NO_PART: dict[tuple[type[models.Model], str], str] = {
    (RoundItem, "agreed_by"): GRADING,
    (AgreedGrade, "agreed_by"): GRADING,
    (AgreedGrade, "discussed_by"): GRADING,
    (AgreedGrade.discussed_by.through, "user"): GRADING,
    (GradingPlace, "grader"): GRADING,
    (Departure, "grader"): GRADING,
    (Departure, "recorded_by"): GRADING,
    (Removal, "removed_by"): GRADING,
    (GradeFeedback, "chosen_by"): GRADING,
    (GradeFeedback, "recipient"): TOLD,
    (GradeFeedback, "answered_by"): TOLD,
    (Feedback, "recipient"): TOLD,
    (Feedback, "acknowledged_by"): TOLD,
    (Restriction, "made_by"): GUARDS,
    (Restriction, "lifted_by"): GUARDS,
    (NamedPerson, "person"): GUARDS,
    (NamedPerson, "named_by"): GUARDS,
    (NamedPerson, "removed_by"): GUARDS,
    (EmergencyAccess, "opened_by"): GUARDS,
    (EmergencyAccess, "reviewed_by"): GUARDS,
    (Conflict, "judged_by"): GUARDS,
    (LegalHold, "placed_by"): RECORDS,
    (LegalHold, "lifted_by"): RECORDS,
    (RetentionReview, "grouped_by"): RECORDS,
    (RetentionReview, "decided_by"): RECORDS,
    (RetentionReview, "approved_by"): RECORDS,
    (Conflict, "person"): KEPT_OUT,
}

OTHER_WAYS: dict[tuple[type[models.Model], str], str] = {
    (Voiding, "kept"): "The deed was done to the duplicate; the referral that stands was left alone.",
}


def people_columns(model: type[models.Model]) -> set[tuple[type[models.Model], str]]:
    return {
        (model, field.name)
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model is User
    }


def belonging_to(model: type[models.Model], *, steps: int) -> Iterator[type[models.Model]]:
    """The table and those that point to it, and those that point to them, as many steps away."""
    yield model
    if steps:
        for relation in model._meta.get_fields(include_hidden=True):
            if relation.auto_created and not relation.concrete and not relation.many_to_many:
                yield from belonging_to(relation.related_model, steps=steps - 1)


def test_every_column_that_names_somebody_is_a_part_or_is_said_to_be_none() -> None:
    columns = set().union(*(people_columns(model) for model in belonging_to(Referral, steps=STEPS)))
    parts = {(part.model, column) for part in PARTS for column in part.people if "__" not in column}

    assert parts & NO_PART.keys() == set()
    assert {f"{model._meta.label}.{name}" for model, name in columns - parts - NO_PART.keys()} == set()
    assert parts | NO_PART.keys() <= columns


def test_every_way_from_a_part_to_its_referral_is_followed() -> None:
    """A table that points twice to a referral, or to two of its people, stands there twice."""
    followed = defaultdict(set)
    for part in PARTS:
        followed[part.model].add(part.referral)

    missing = {
        (model, field.name)
        for model, ways in followed.items()
        for field in model._meta.get_fields()
        if field.many_to_one and field.related_model is Referral and field.name not in ways
    }
    assert missing == OTHER_WAYS.keys()


def matches(referral: Referral, somebody: User, *, first: bool, undone: bool) -> None:
    here, there = PersonFactory(referral=referral), PersonFactory()
    while (here.pk < there.pk) is not first:
        there = PersonFactory()
    one, other = sorted((here, there), key=lambda person: person.pk)
    taken_back = {"undone_at": LATER, "undone_by": somebody, "undo_reason": "Two people."} if undone else {}
    answered_by = UserFactory() if undone else somebody
    PersonMatch.objects.create(
        one=one, other=other, answer="SAME", bits=9.0, answered_at=LATER, answered_by=answered_by, **taken_back
    )


def links(referral: Referral, somebody: User, *, here: bool) -> None:
    other = ReferralFactory()
    one, two = (referral, other) if here else (other, referral)
    ReferralLink.objects.create(
        referral=one, other=two, kind="SAME_INCIDENT", words="Fictitious.", made_at=LATER, made_by=somebody
    )


ROUNDABOUT = {
    "matches its first person": lambda referral, somebody: matches(referral, somebody, first=True, undone=False),
    "matches its second person": lambda referral, somebody: matches(referral, somebody, first=False, undone=False),
    "takes a match back": lambda referral, somebody: matches(referral, somebody, first=True, undone=True),
    "links it": lambda referral, somebody: links(referral, somebody, here=True),
    "links another to it": lambda referral, somebody: links(referral, somebody, here=False),
}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "takes_part", [*DEEDS, *ROUNDABOUT.values()], ids=[*(deed.__name__ for deed in DEEDS), *ROUNDABOUT]
)
def test_whoever_did_something_took_part_in_that_referral_and_in_no_other(takes_part):
    somebody, referral, another = UserFactory(), ReferralFactory(), ReferralFactory()

    takes_part(referral, somebody)

    assert somebody in those_who_took_part(referral)
    parts = parts_taken([referral.pk, another.pk])
    assert somebody.pk in parts[referral.pk]
    assert parts[another.pk] == {another.author_id}


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 4])
def test_the_parts_of_many_referrals_are_one_query_that_looks_up_each_table_by_its_index(count):
    ids = [referral.pk for referral in ReferralFactory.create_batch(count)]
    with CaptureQueriesContext(connection) as asked:
        parts_taken(ids)
    (query,) = asked.captured_queries

    with connection.cursor() as cursor:
        for way in ("seqscan", "hashjoin", "mergejoin"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(f"EXPLAIN {query['sql']}")
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "Seq Scan" not in plan
    assert len(re.findall(r"Index Cond", plan)) >= len(PARTS)
