"""Programmes and cohorts: set up by trainers of the force, and somebody is in one cohort of a programme at a time."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.enums import Permission
from audit.models import Entry
from tests.factories.accounts import AgencyFactory, TeamFactory, UserFactory
from tests.factories.programmes import (
    CohortFactory,
    CohortMemberFactory,
    ProgrammeFactory,
    TrainingSessionFactory,
)
from tests.factories.training import ModuleVersionFactory
from tests.people import NOW, Cast
from training.models import Cohort, CohortMember, Programme, RegisterEntry
from training.services import programmes as services

LATER = NOW + timedelta(days=5)


def set_up(cast: Cast, **fields) -> Programme:
    defaults = {
        "name": " Safeguarding for recruits ",
        "audience": "RECRUITS",
        "modules": [ModuleVersionFactory(module__force=cast.police).module],
        "began_on": date(2026, 1, 1),
        "by": cast.tess,
        "at": NOW,
    }
    return services.set_up_programme(**defaults | fields)


def cohort_of(cast: Cast, **fields) -> Cohort:
    return CohortFactory(programme=ProgrammeFactory(force=cast.police, set_up_by=cast.tess), **fields)


def expected(cohort: Cohort) -> set[str]:
    return set(RegisterEntry.objects.filter(cohort=cohort).values_list("person__name", flat=True))


def test_a_trainer_sets_up_a_programme_and_a_cohort_of_it(cast):
    programme = set_up(cast)
    cohort = services.set_up_cohort(
        programme_id=programme.pk,
        name=" Autumn ",
        intake=" 2026/3 ",
        starts_on=date(2026, 9, 1),
        ends_on=date(2027, 3, 1),
        by=cast.tess,
        at=NOW,
    )

    assert (programme.name, programme.force, programme.modules.count()) == (
        "Safeguarding for recruits",
        cast.police,
        1,
    )
    assert (cohort.name, cohort.intake, cohort.programme) == ("Autumn", "2026/3", programme)
    assert list(Entry.objects.order_by("pk").values_list("what", "object_id")) == [
        ("training.programme_set_up", str(programme.pk)),
        ("training.cohort_set_up", str(cohort.pk)),
    ]


@pytest.mark.parametrize("name", ["olu", "lin", "sam", "moss", "leda", "ada", "pat"])
def test_nobody_but_a_trainer_of_the_force_sets_anything_up(cast, name):
    cohort = cohort_of(cast)
    by = getattr(cast, name)

    with pytest.raises(services.CannotSetUp, match="Only a trainer"):
        set_up(cast, by=by)
    with pytest.raises(services.CannotAdd, match="Only a trainer"):
        services.add_members(cohort_id=cohort.pk, people=[cast.olu], by=by, at=NOW)


def test_a_trainer_of_another_force_keeps_out_of_this_one(cast):
    cohort = cohort_of(cast)
    member = CohortMemberFactory(cohort=cohort, person=cast.olu)
    stranger = UserFactory(agency=AgencyFactory(kind="POLICE"), roles=["TRAINER"])
    days = {"starts_on": date(2026, 9, 1), "ends_on": date(2026, 9, 2)}

    with pytest.raises(services.CannotSetUp, match="Only a trainer"):
        services.set_up_cohort(programme_id=cohort.programme_id, name="A", intake="B", by=stranger, at=NOW, **days)
    with pytest.raises(services.CannotAdd, match="Only a trainer"):
        services.add_members(cohort_id=cohort.pk, people=[], by=stranger, at=NOW)
    with pytest.raises(services.CannotTakeOut, match="Only a trainer"):
        services.take_out(member_id=member.pk, by=stranger, at=NOW)


def test_what_cannot_be_is_not_set_up(cast):
    programme = set_up(cast)
    elsewhere = ModuleVersionFactory().module

    for fields, message in (
        ({"name": " "}, "a name"),
        ({"audience": "EVERYBODY"}, "who the programme is for"),
        ({"modules": []}, "at least one module"),
        ({"modules": [elsewhere]}, "not one of your agency's"),
        ({"name": programme.name}, "of that name already"),
    ):
        with pytest.raises(services.CannotSetUp, match=message):
            set_up(cast, **fields)
    assert Programme.objects.count() == 1


def test_people_join_with_the_team_of_that_day_and_are_expected_at_what_is_to_come(cast):
    cohort = cohort_of(cast)
    to_come = TrainingSessionFactory(cohort=cohort, starts_at=LATER)
    TrainingSessionFactory(cohort=cohort, starts_at=NOW - timedelta(days=1))
    TrainingSessionFactory(cohort=cohort, starts_at=LATER, state="CANCELLED")

    assert services.add_members(cohort_id=cohort.pk, people=[cast.olu, cast.mina], by=cast.tess, at=NOW) == 2
    cast.olu.team = TeamFactory(agency=cast.police)
    cast.olu.save()
    assert services.add_members(cohort_id=cohort.pk, people=[cast.olu], by=cast.tess, at=NOW) == 0

    members = CohortMember.objects.filter(cohort=cohort).order_by("person__name")
    assert [(one.person, one.team) for one in members] == [(cast.mina, cast.hub_team), (cast.olu, cast.response_team)]
    assert set(RegisterEntry.objects.values_list("session", "person")) == {
        (to_come.pk, cast.olu.pk),
        (to_come.pk, cast.mina.pk),
    }


def test_a_video_is_expected_of_who_joins_while_it_can_be_watched(cast):
    cohort = cohort_of(cast)
    TrainingSessionFactory(cohort=cohort, delivery="VIDEO", starts_at=NOW - timedelta(days=3), ends_at=LATER)

    services.add_members(cohort_id=cohort.pk, people=[cast.olu], by=cast.tess, at=NOW)

    assert expected(cohort) == {"Olu Fictitious"}


def test_nobody_is_added_where_one_may_not_be(cast):
    cohort = cohort_of(cast)
    other = CohortFactory(programme=cohort.programme, name="Spring")
    CohortMemberFactory(cohort=other, person=cast.mina)
    gone = UserFactory(agency=cast.police, is_active=False)

    for person, message in ((cast.pat, "not of your agency"), (gone, "not of your agency"), (cast.mina, "Spring")):
        with pytest.raises(services.CannotAdd, match=message):
            services.add_members(cohort_id=cohort.pk, people=[cast.olu, person], by=cast.tess, at=NOW)
    assert not CohortMember.objects.filter(cohort=cohort).exists()


def test_who_is_taken_out_is_expected_at_nothing_more_and_what_the_register_says_stays(cast):
    cohort = cohort_of(cast)
    member = CohortMemberFactory(cohort=cohort, person=cast.olu)
    CohortMemberFactory(cohort=cohort, person=cast.mina)
    held = TrainingSessionFactory(cohort=cohort, starts_at=NOW - timedelta(days=9), state="HELD", presence="PRESENT")
    begun = TrainingSessionFactory(cohort=cohort, starts_at=NOW - timedelta(hours=1))
    TrainingSessionFactory(cohort=cohort, starts_at=LATER)

    services.take_out(member_id=member.pk, by=cast.tess, at=NOW)
    services.take_out(member_id=member.pk, by=cast.tess, at=LATER)

    member.refresh_from_db()
    assert (member.left_at, member.left_by) == (NOW, cast.tess)
    assert set(RegisterEntry.objects.filter(person=cast.olu).values_list("session", flat=True)) == {held.pk, begun.pk}
    assert RegisterEntry.objects.filter(person=cast.mina).count() == 3
    assert Entry.objects.filter(what="training.member_taken_out").count() == 1


def test_who_was_taken_out_may_join_another_cohort_of_the_programme(cast):
    cohort = cohort_of(cast)
    member = CohortMemberFactory(cohort=cohort, person=cast.olu)
    other = CohortFactory(programme=cohort.programme)
    services.take_out(member_id=member.pk, by=cast.tess, at=NOW)

    assert services.add_members(cohort_id=other.pk, people=[cast.olu], by=cast.tess, at=NOW) == 1


def test_the_database_keeps_somebody_out_of_two_cohorts_of_one_programme(cast):
    cohort = cohort_of(cast)
    CohortMemberFactory(cohort=cohort, person=cast.olu)

    with pytest.raises(IntegrityError, match="cohort_member_in_one_cohort_of_a_programme"), transaction.atomic():
        CohortMemberFactory(cohort=CohortFactory(programme=cohort.programme), person=cast.olu)


@pytest.mark.parametrize(
    ("factory", "fields", "name"),
    [
        (ProgrammeFactory, {"name": ""}, "programme_has_a_name"),
        (CohortFactory, {"ends_on": date(2026, 8, 31)}, "cohort_begins_before_it_ends"),
        (CohortMemberFactory, {"left_at": NOW}, "cohort_member_left_says_who_and_when"),
    ],
)
def test_the_database_refuses_what_cannot_be(db, factory, fields, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        factory(**fields)


def test_a_name_is_used_once(cast):
    cohort = cohort_of(cast, name="Autumn")
    days = {"starts_on": date(2026, 9, 1), "ends_on": date(2026, 9, 2)}

    with pytest.raises(services.CannotSetUp, match="of that name already"):
        services.set_up_cohort(
            programme_id=cohort.programme_id, name="Autumn", intake="2", by=cast.tess, at=NOW, **days
        )
    with pytest.raises(IntegrityError, match="cohort_named_once"), transaction.atomic():
        CohortFactory(programme=cohort.programme, name="Autumn")
    with pytest.raises(IntegrityError, match="programme_named_once"), transaction.atomic():
        ProgrammeFactory(force=cast.police, name=cohort.programme.name)


def test_a_large_class_is_added_in_as_many_queries_as_a_small_one(cast, django_assert_num_queries):
    cohort = cohort_of(cast)
    TrainingSessionFactory(cohort=cohort, starts_at=LATER)
    crowd = UserFactory.create_batch(40, agency=cast.police)
    assert cast.tess.may(Permission.RUN_TRAINING)  # asked once for each request

    with django_assert_num_queries(10):
        services.add_members(cohort_id=cohort.pk, people=crowd[:3], by=cast.tess, at=NOW)
    with django_assert_num_queries(10):
        services.add_members(cohort_id=cohort.pk, people=crowd[3:], by=cast.tess, at=NOW)
