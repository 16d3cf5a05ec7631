"""Modules, their versions, and who has which: in date, due, lapsed, waiting, missing."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from audit.models import Entry
from common.errors import DomainError
from jobs.models import Job
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.programmes import CohortFactory, ProgrammeFactory, TrainingSessionFactory
from tests.factories.training import ModuleFactory, ModuleVersionFactory, RoleProfileFactory, TrainingRecordFactory
from tests.people import NOW, Cast
from training import tasks
from training.models import Module, ModuleVersion, ProfileModule
from training.queries.needs import needs_of
from training.queries.people import people_seen_by, with_progress
from training.queries.records import modules_on_offer
from training.services import modules

TODAY = date(2026, 11, 20)


def create(cast: Cast, **fields) -> ModuleVersion:
    defaults = {
        "title": " Neglect ",
        "short_title": "Neglect",
        "aims": "Sees it.",
        "delivery": "VIDEO",
        "minutes": 60,
        "valid_months": 12,
        "by": cast.tess,
        "at": NOW,
    }
    return modules.create_module(**defaults | fields)


def begin(version: ModuleVersion, by, *, after: int = 1) -> ModuleVersion:
    return modules.begin_version(
        module_id=version.module_id,
        after=after,
        aims="Sees it sooner.",
        delivery="EXERCISE",
        minutes=90,
        valid_months=None,
        by=by,
        at=NOW,
    )


def review(cast: Cast, version: ModuleVersion, **fields) -> ModuleVersion:
    """By another trainer of the force, where nobody else is named."""
    fields = {"by": UserFactory(agency=cast.police, roles=["TRAINER"]), "at": NOW, "review_on": None} | fields
    return modules.review_version(version_id=version.pk, read=modules.stamp_of(version), **fields)


def test_a_trainer_sets_up_a_module_that_profiles_ask_for(cast):
    profiles = [RoleProfileFactory(force=cast.police, name=name) for name in ("Researcher", "Supervisor")]
    version = create(cast, required_for=[profile.pk for profile in profiles])

    assert (version.module.title, version.module.force, version.number, version.starts_on) == (
        "Neglect",
        cast.police,
        1,
        TODAY,
    )
    asked = ProfileModule.objects.order_by("profile__name").values_list("profile__name", "module", "is_optional")
    assert list(asked) == [(name, version.module_id, False) for name in ("Researcher", "Supervisor")]
    assert list(Entry.objects.order_by("pk").values_list("what", "object_id")) == [
        *sorted(("training.profile_changed", str(profile.pk)) for profile in profiles),
        ("training.module_created", str(version.module_id)),
    ]


def test_a_title_stands_once_in_a_force_and_may_stand_in_another(cast):
    create(cast)
    with pytest.raises(modules.CannotKeepModule, match="of that title already"):
        create(cast)

    create(cast, by=UserFactory(agency=AgencyFactory(kind="POLICE"), roles=["TRAINER"]))

    assert Module.objects.count() == 2


def test_a_profile_of_another_force_is_refused(cast):
    with pytest.raises(DomainError, match="One of these profiles is not your agency's"):
        create(cast, required_for=[RoleProfileFactory().pk])
    assert not Module.objects.exists()


@pytest.mark.parametrize("name", ["olu", "moss", "lin", "sam", "ada", "out"])
def test_only_a_trainer_keeps_modules(cast, name):
    version = create(cast)

    with pytest.raises(modules.CannotKeepModule, match="Only a trainer"):
        create(cast, title="Another", by=getattr(cast, name))
    with pytest.raises(modules.CannotKeepModule, match="Only a trainer"):
        begin(version, getattr(cast, name))


def test_the_next_version_is_what_is_logged_and_earlier_records_keep_theirs(cast):
    first = review(cast, create(cast))
    record = TrainingRecordFactory(person=cast.olu, module_version=first, state="COMPLETE")

    second = review(cast, begin(first, cast.tess))

    assert (second.number, second.delivery, second.valid_months) == (2, "EXERCISE", None)
    assert list(modules_on_offer(cast.tess, on=TODAY)) == [second]
    record.refresh_from_db()
    assert (record.module_version, record.lapses_on) == (first, date(2027, 10, 1))


def test_a_session_to_come_teaches_the_version_that_is_reviewed_before_it_and_one_that_has_begun_its_own(cast):
    first = create(cast)
    review(cast, first)
    cohort = CohortFactory(programme=ProgrammeFactory(force=cast.police, set_up_by=cast.tess, gives=[first]))
    to_come, begun = (
        TrainingSessionFactory(cohort=cohort, module_version=first, starts_at=NOW + timedelta(hours=hours))
        for hours in (24, -1)
    )

    second = begin(first, cast.tess)
    to_come.refresh_from_db()
    assert to_come.module_version == first, "nobody has reviewed the second yet"
    review(cast, second)

    for session, version in ((to_come, second), (begun, first)):
        session.refresh_from_db()
        assert session.module_version == version


def test_a_version_that_begins_later_is_not_taught_yet(cast):
    now = ModuleVersionFactory(module__force=cast.police)
    later = ModuleVersionFactory(module=now.module, number=2, starts_on=TODAY + timedelta(days=1))

    assert list(ModuleVersion.objects.current(on=TODAY)) == [now]
    assert list(ModuleVersion.objects.current(on=TODAY + timedelta(days=1))) == [later]


def test_two_trainers_do_not_begin_the_same_version(cast):
    first = create(cast)
    begin(first, cast.tess)

    with pytest.raises(modules.CannotKeepModule, match="newer version"):
        begin(first, cast.tess)


def test_a_trainer_of_another_force_begins_no_version_here(cast):
    stranger = UserFactory(agency=AgencyFactory(kind="POLICE"), roles=["TRAINER"])

    with pytest.raises(modules.CannotKeepModule):
        begin(create(cast), stranger)


@pytest.mark.parametrize("fields", [{"minutes": 0}, {"number": 0}, {"valid_months": 0}])
def test_the_database_refuses_a_version_that_cannot_be(cast, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        ModuleVersionFactory(module__force=cast.police, **fields)


def test_the_database_keeps_titles_numbers_and_requirements_once(cast):
    version = ModuleVersionFactory(module__force=cast.police, required_for=["TRAINER"])

    for deed in (
        lambda: ModuleFactory(force=cast.police, title=version.module.title),
        lambda: ModuleVersionFactory(module=version.module, number=1),
        lambda: ProfileModule.objects.create(
            module=version.module, profile=version.module.in_profiles.get().profile, is_optional=True
        ),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            deed()


# --- how somebody stands ----------------------------------------------------------------------------------------------


def done(cast: Cast, version: ModuleVersion, *, ago: int, state: str = "COMPLETE"):
    return TrainingRecordFactory(
        person=cast.olu, module_version=version, state=state, done_on=TODAY - timedelta(days=ago)
    )


def standing(cast: Cast, person: User | None = None) -> str:
    """How Olu, or somebody else, stands towards the one module; NOT_REQUIRED where nothing is asked of them."""
    person = person or cast.olu
    needs = needs_of([person], force_id=cast.police.pk, on=TODAY)[person.pk]
    assert len(needs) <= 1
    return needs[0].standing if needs else "NOT_REQUIRED"


@pytest.fixture
def needed(cast):
    """A module that officers need; it holds for a year."""
    return ModuleVersionFactory(module__force=cast.police, required_for=["FRONTLINE_OFFICER"], valid_months=12)


@pytest.mark.parametrize(
    ("ago", "expected"), [(100, "MET"), (274, "MET"), (275, "DUE"), (364, "DUE"), (365, "LAPSED"), (800, "LAPSED")]
)
def test_a_module_is_met_then_due_for_90_days_then_lapsed(cast, needed, ago, expected):
    done(cast, needed, ago=ago)

    assert standing(cast) == expected


def test_what_is_missing_waiting_or_sent_back(cast, needed):
    assert standing(cast) == "MISSING"
    done(cast, needed, ago=1, state="LOGGED")
    assert standing(cast) == "WAITING"
    another = UserFactory(agency=cast.police, roles=["FRONTLINE_OFFICER"])
    TrainingRecordFactory(person=another, module_version=needed, state="SENT_BACK")
    assert standing(cast, another) == "SENT_BACK"


def test_a_record_in_date_counts_before_one_that_is_being_signed_and_that_before_one_that_lapsed(cast, needed):
    done(cast, needed, ago=500)
    done(cast, needed, ago=10, state="MENTOR_SIGNED")
    assert standing(cast) == "WAITING"
    done(cast, needed, ago=20)
    assert standing(cast) == "MET"


def test_an_earlier_version_counts_as_long_as_it_holds(cast, needed):
    done(cast, needed, ago=100)
    ModuleVersionFactory(module=needed.module, number=2)

    assert standing(cast) == "MET"


def test_who_does_not_need_a_module_is_not_missing_it(cast):
    ModuleVersionFactory(module__force=cast.police, required_for=["TRAINER"])

    assert standing(cast) == "NOT_REQUIRED"


def test_a_role_that_has_ended_needs_nothing(cast, needed):
    cast.olu.role_grants.update(ends_on=TODAY - timedelta(days=1))

    assert standing(cast) == "NOT_REQUIRED"


def test_a_module_that_was_done_again_has_not_lapsed_and_counts_once(cast, needed):
    other = ModuleVersionFactory(module__force=cast.police, valid_months=12)
    for version, ago in ((needed, 500), (needed, 100), (needed, 50), (other, 900), (other, 400)):
        done(cast, version, ago=ago)

    olu = with_progress(people_seen_by(cast.tess), on=TODAY).get(pk=cast.olu.pk)

    assert (olu.in_date, olu.lapsed, olu.open) == (1, 1, 0)


def test_who_is_on_the_way_to_a_module_is_told_when_it_is_retired_and_nobody_else(cast, mailoutbox):
    version = create(cast)
    review(cast, version)
    for person, state in ((cast.olu, "LOGGED"), (cast.mina, "SENT_BACK"), (cast.lin, "COMPLETE")):
        TrainingRecordFactory(person=person, module_version=version, state=state)
    left = UserFactory(agency=cast.police, is_active=False)
    TrainingRecordFactory(person=left, module_version=version, state="LOGGED")

    modules.retire_module(module_id=version.module_id, retired_on=TODAY, reason="New law.", by=cast.tess, at=NOW)

    retirement = tasks.email_learner_about_retirement
    for job in Job.objects.filter(task=retirement.task_name):
        retirement(lease=None, **job.arguments)
    assert {to for mail in mailoutbox for to in mail.to} == {cast.olu.email, cast.mina.email}
    assert "It is not needed from 20 November 2026 on." in mailoutbox[0].body
    assert "Neglect" not in mailoutbox[0].body, "no mail names a module"
