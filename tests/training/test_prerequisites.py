"""What is to be completed first: named without a circle, told where something is out of order, and gone on with knowingly."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse

from audit.models import Entry
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.programmes import CohortFactory, ProgrammeFactory, TrainingSessionFactory
from tests.factories.training import (
    EVIDENCE,
    EarlierAcceptanceFactory,
    EarlierSignOffFactory,
    ModuleFactory,
    ModuleVersionFactory,
    ProfileAssignmentFactory,
    ProfileModuleFactory,
    RoleProfileFactory,
    TrainingRecordFactory,
)
from tests.people import NOW, Cast, make_cast
from tests.races import at_once
from training.models import (
    CohortMember,
    Induction,
    Module,
    ModulePrerequisite,
    OutOfOrder,
    TrainingRecord,
    TrainingSession,
)
from training.queries.prerequisites import NotInOrder, completed_on, gaps_of_session
from training.services import inductions, modules, programmes, records, training_sessions
from training.services.earlier_sign_offs import take_acceptance_back
from training.services.prerequisites import CannotComeFirst

TODAY = date(2026, 11, 20)


@pytest.fixture
def basics(cast: Cast):
    return ModuleVersionFactory(module__force=cast.police, module__title="Basics")


@pytest.fixture
def advanced(cast: Cast, basics):
    version = ModuleVersionFactory(module__force=cast.police, module__title="Advanced")
    comes_first(cast, version.module, basics.module)
    return version


def comes_first(cast: Cast, module, *firsts, by=None):
    return modules.change_module(
        module_id=module.pk,
        title=module.title,
        short_title=module.short_title,
        owner=None,
        complete_first=[first.pk for first in firsts],
        by=by or cast.tess,
        at=NOW,
    )


def log(cast: Cast, version, **fields) -> TrainingRecord:
    defaults = {
        "person": cast.olu,
        "done_on": date(2026, 11, 2),
        "method": "FACE_TO_FACE",
        "evidence": EVIDENCE,
        "mentor": cast.moss,
        "line_manager": cast.lin,
        "by": cast.tess,
        "at": NOW,
    }
    return records.log_module(module_version=version, **defaults | fields)


def done(cast: Cast, version, **fields) -> TrainingRecord:
    people = {"mentor": cast.moss, "line_manager": cast.lin, "trainer": cast.tess}
    return TrainingRecordFactory(person=cast.olu, module_version=version, state="COMPLETE", **people | fields)


# --- naming what comes first ------------------------------------------------------------------------------------------


def test_a_trainer_says_what_comes_first_and_takes_it_back(cast, basics, advanced):
    assert list(advanced.module.prerequisites.values_list("first__title", flat=True)) == ["Basics"]

    comes_first(cast, advanced.module)

    assert not ModulePrerequisite.objects.exists()


def test_who_changes_only_the_title_leaves_what_comes_first(cast, advanced):
    modules.change_module(
        module_id=advanced.module_id, title="Other", short_title="Other", owner=None, by=cast.tess, at=NOW
    )

    assert advanced.module.prerequisites.count() == 1


def test_no_module_comes_before_itself_by_any_way_round(cast, basics, advanced):
    third = ModuleFactory(force=cast.police, title="Third")
    comes_first(cast, third, advanced.module)

    with pytest.raises(CannotComeFirst, match="before itself"):
        comes_first(cast, third, third)
    with pytest.raises(CannotComeFirst, match="Basics comes before Third already, so Third cannot come first"):
        comes_first(cast, basics.module, third)
    assert ModulePrerequisite.objects.count() == 2


def test_what_is_retired_or_of_another_force_does_not_come_first(cast, basics):
    module = ModuleFactory(force=cast.police)
    gone = ModuleFactory(
        force=cast.police, retired_on=TODAY, retired_at=NOW, retired_by=cast.tess, retired_reason="Replaced."
    )

    with pytest.raises(CannotComeFirst, match="is retired"):
        comes_first(cast, module, gone)
    with pytest.raises(CannotComeFirst, match="your agency's"):
        comes_first(cast, module, ModuleFactory(force=AgencyFactory(kind="POLICE")))
    assert not ModulePrerequisite.objects.exists()


def test_the_database_itself_refuses_a_circle_and_another_force(cast, basics, advanced):
    said = {"set_at": NOW, "set_by": cast.tess}
    third = ModuleFactory(force=cast.police)
    comes_first(cast, third, advanced.module)

    for module, first in (
        (basics.module, third),
        (basics.module, basics.module),
        (third, advanced.module),
        (basics.module, ModuleFactory(force=AgencyFactory(kind="POLICE"))),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            ModulePrerequisite.objects.create(module=module, first=first, **said)


@pytest.mark.django_db(transaction=True)
def test_of_two_that_make_a_circle_at_once_one_is_refused():
    cast = make_cast()
    one, other = (ModuleFactory(force=cast.police) for _ in range(2))

    ends = at_once(
        lambda: comes_first(cast, one, other), lambda: comes_first(cast, other, one), refusal=CannotComeFirst
    )

    assert sum(isinstance(end, CannotComeFirst) for end in ends) == 1
    assert ModulePrerequisite.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_that_make_a_circle_at_once_past_the_service_the_database_refuses_one():
    cast = make_cast()
    one, other = (ModuleFactory(force=cast.police) for _ in range(2))
    said = {"set_at": NOW, "set_by": cast.tess}

    ends = at_once(
        lambda: ModulePrerequisite.objects.create(module=one, first=other, **said),
        lambda: ModulePrerequisite.objects.create(module=other, first=one, **said),
        refusal=IntegrityError,
    )

    assert sum(isinstance(end, IntegrityError) for end in ends) == 1
    assert ModulePrerequisite.objects.count() == 1


# --- what completed means ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "done_on", "on", "is_completed"),
    [
        ("COMPLETE", date(2026, 10, 1), date(2026, 10, 1), True),
        ("COMPLETE", date(2026, 10, 1), date(2026, 9, 30), False),
        ("COMPLETE", date(2024, 10, 1), date(2026, 9, 30), True),
        ("COMPLETE", date(2024, 10, 1), date(2026, 10, 1), False),
        ("MENTOR_SIGNED", date(2026, 10, 1), date(2026, 11, 1), False),
    ],
)
def test_completed_is_what_both_signed_and_what_is_in_date_on_that_day(cast, basics, state, done_on, on, is_completed):
    TrainingRecordFactory(person=cast.olu, module_version=basics, state=state, done_on=done_on)

    assert bool(completed_on([cast.olu.pk], [basics.module_id], on=on)) is is_completed


@pytest.mark.parametrize(("state", "presence"), [("HELD", "PRESENT"), ("HELD", "ABSENT"), ("PLANNED", "PRESENT")])
def test_who_was_present_at_a_session_whose_register_is_closed_completed_it(cast, basics, state, presence):
    session_of(cast, basics, days=-3, expected=cast.olu, presence=presence, state=state)

    found = completed_on([cast.olu.pk], [basics.module_id], on=TODAY)

    assert bool(found) is ((state, presence) == ("HELD", "PRESENT"))


def test_what_was_accepted_of_paper_is_completed_until_it_runs_out_or_is_taken_back(cast, basics):
    sign_off = EarlierSignOffFactory(person=cast.olu, done_on=date(2026, 3, 2))
    kept = EarlierAcceptanceFactory(sign_off=sign_off, module=basics.module, lapses_on=date(2027, 3, 2))

    def is_completed(on: date) -> bool:
        return bool(completed_on([cast.olu.pk], [basics.module_id], on=on))

    days = [date(2026, 3, 1), date(2026, 3, 2), date(2027, 3, 1), date(2027, 3, 2)]
    assert [is_completed(on) for on in days] == [False, True, True, False]
    take_acceptance_back(acceptance_id=kept.pk, why="The sheet was of another.", by=cast.tess, at=NOW)
    assert not is_completed(TODAY)


# --- logging ----------------------------------------------------------------------------------------------------------


def test_what_is_out_of_order_is_told_and_logged_only_by_whoever_goes_on_knowingly(cast, basics, advanced):
    with pytest.raises(NotInOrder, match=r"^Complete first: Basics\.$") as told:
        log(cast, advanced)
    assert not TrainingRecord.objects.exists()

    record = log(cast, advanced, knowing=told.value.stamp)

    kept = OutOfOrder.objects.get()
    assert (kept.record, kept.first, kept.said_by, kept.said_at) == (record, basics.module, cast.tess, NOW)
    assert Entry.objects.get(what="training.record_logged").details["out_of_order"] == [str(basics.module_id)]


def test_who_completed_what_comes_first_is_logged_without_a_word(cast, basics, advanced):
    done(cast, basics)

    log(cast, advanced)

    assert not OutOfOrder.objects.exists()


def test_what_was_said_yes_to_is_not_a_yes_to_something_else(cast, basics, advanced):
    with pytest.raises(NotInOrder) as told:
        log(cast, advanced)
    comes_first(cast, advanced.module, basics.module, ModuleVersionFactory(module__force=cast.police).module)

    with pytest.raises(NotInOrder) as again:
        log(cast, advanced, knowing=told.value.stamp)
    assert len(again.value.gaps) == 2


def test_nobody_needs_what_was_retired_since(cast, basics, advanced):
    modules.retire_module(module_id=basics.module_id, retired_on=TODAY, reason="Replaced.", by=cast.tess, at=NOW)

    log(cast, advanced, done_on=TODAY)


def test_that_somebody_went_on_is_neither_changed_nor_removed(cast, advanced):
    with pytest.raises(NotInOrder) as told:
        log(cast, advanced)
    log(cast, advanced, knowing=told.value.stamp)

    with pytest.raises(Exception, match="not changed"), transaction.atomic():
        OutOfOrder.objects.update(people=2)
    with pytest.raises(Exception, match="not removed"), transaction.atomic():
        OutOfOrder.objects.all().delete()


def test_the_form_warns_beside_a_box_that_logs_it_all_the_same(client, cast, basics, advanced):
    client.force_login(cast.tess)
    url = reverse("training:record_new")
    given = {
        "person": cast.olu.email,
        "module_version": str(advanced.pk),
        "done_on_0": "2",
        "done_on_1": "11",
        "done_on_2": "2026",
        "method": "VIRTUAL",
        "evidence": EVIDENCE,
        "mentor": str(cast.moss.pk),
        "line_manager": str(cast.lin.pk),
    }

    first = client.post(url, given)

    form = first.context["form"]
    assert first.status_code == 422
    assert form.errors == {"all_the_same": ["Complete first: Basics. Tick the box to go on all the same."]}
    assert EVIDENCE in first.content.decode()
    stamp = form.data["out_of_order"]
    assert client.post(url, given | {"out_of_order": stamp}).status_code == 422
    assert not TrainingRecord.objects.exists()
    last = client.post(url, given | {"out_of_order": stamp, "all_the_same": "on"}, follow=True)
    assert "Logged all the same by Tess Fictitious, although not completed before: Basics" in last.content.decode()


# --- sessions and cohorts ---------------------------------------------------------------------------------------------


def cohort_of(cast: Cast, *versions, people=()):
    programme = ProgrammeFactory(force=cast.police, set_up_by=cast.tess, gives=list(versions))
    cohort = CohortFactory(programme=programme)
    if people:
        programmes.add_members(cohort_id=cohort.pk, people=list(people), by=cast.tess, at=NOW)
    return cohort


def session_of(cast: Cast, version, *, days: int, expected=None, presence="", state="PLANNED", cohort=None):
    cohort = cohort or cohort_of(cast, version)
    fields = {"held_at": NOW, "held_by": cast.tess} if state == "HELD" else {}
    session = TrainingSessionFactory(
        cohort=cohort, module_version=version, starts_at=NOW + timedelta(days=days), state=state, **fields
    )
    if expected is not None:
        marked = {"marked_how": "TICK", "marked_at": NOW, "marked_by": cast.tess} if presence else {}
        session.entries.create(person=expected, cohort=cohort, expected_since=NOW, presence=presence, **marked)
    return session


def plan(cast: Cast, version, cohort, *, days=7, **fields) -> TrainingSession:
    starts_at = NOW + timedelta(days=days)
    return training_sessions.plan_session(
        module=version.module,
        cohorts=[cohort],
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        delivery="FACE_TO_FACE",
        place="Room 2",
        trainer=cast.tess,
        by=cast.tess,
        at=NOW,
        **fields,
    )


def test_a_session_names_who_will_not_have_completed_what_comes_first(cast, basics, advanced):
    done(cast, basics)
    cohort = cohort_of(cast, basics, advanced, people=[cast.olu, cast.mina])

    with pytest.raises(NotInOrder, match=rf"^Complete first: Basics \({cast.mina.name}\)\.$") as told:
        plan(cast, advanced, cohort)
    assert not TrainingSession.objects.exists()
    session = plan(cast, advanced, cohort, knowing=told.value.stamp)

    kept = OutOfOrder.objects.get()
    assert (kept.session, kept.people, kept.said_by) == (session, 1, cast.tess)


def test_a_session_before_it_gives_what_comes_first(cast, basics, advanced):
    cohort = cohort_of(cast, basics, advanced, people=[cast.mina])
    first = plan(cast, basics, cohort, days=3)

    plan(cast, advanced, cohort, days=7)
    with pytest.raises(NotInOrder):
        plan(cast, advanced, cohort, days=2)

    assert first.entries.count() == 1
    later = cohort_of(cast, basics, advanced)
    assert programmes.add_members(cohort_id=cohort.pk, people=[cast.olu], by=cast.tess, at=NOW) == 1
    assert not OutOfOrder.objects.exists()
    assert later.members.count() == 0


def test_who_joins_a_cohort_is_told_of_its_sessions(cast, basics, advanced):
    cohort = cohort_of(cast, basics, advanced)
    session = plan(cast, advanced, cohort)

    with pytest.raises(NotInOrder) as told:
        programmes.add_members(cohort_id=cohort.pk, people=[cast.olu], by=cast.tess, at=NOW)
    assert not CohortMember.objects.exists()
    programmes.add_members(cohort_id=cohort.pk, people=[cast.olu], by=cast.tess, at=NOW, knowing=told.value.stamp)

    assert OutOfOrder.objects.get().session == session
    assert session.entries.get().person == cast.olu


def test_a_session_that_is_moved_before_what_comes_first_says_so(cast, basics, advanced):
    cohort = cohort_of(cast, basics, advanced, people=[cast.mina])
    plan(cast, basics, cohort, days=3)
    session = plan(cast, advanced, cohort, days=7)
    starts_at = NOW + timedelta(days=1)

    with pytest.raises(NotInOrder):
        training_sessions.change_session(
            session_id=session.pk,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=2),
            delivery="FACE_TO_FACE",
            place="Room 2",
            trainer=cast.tess,
            by=cast.tess,
            at=NOW,
        )


def test_who_catches_up_is_told_too(cast, basics, advanced):
    member_of = cohort_of(cast, basics, advanced, people=[cast.olu])
    session = session_of(cast, advanced, days=5)
    who = {"session_id": session.pk, "members": [member_of.members.get().pk], "by": cast.tess, "at": NOW}

    with pytest.raises(NotInOrder) as told:
        training_sessions.add_to_session(**who)

    assert training_sessions.add_to_session(**who, knowing=told.value.stamp) == 1
    assert OutOfOrder.objects.get().session == session


def test_who_is_expected_already_is_not_asked_again_when_others_catch_up(cast, basics, advanced):
    done(cast, basics)
    there = cohort_of(cast, basics, advanced, people=[cast.mina, cast.olu])
    session = session_of(cast, advanced, days=5, expected=cast.mina)
    members = list(there.members.values_list("pk", flat=True))

    training_sessions.add_to_session(session_id=session.pk, members=members, by=cast.tess, at=NOW)

    assert set(session.entries.values_list("person", flat=True)) == {cast.mina.pk, cast.olu.pk}
    assert not OutOfOrder.objects.exists()


def test_the_access_log_says_that_people_were_added_out_of_order(cast, basics, advanced):
    cohort = cohort_of(cast, basics, advanced)
    plan(cast, advanced, cohort)
    with pytest.raises(NotInOrder) as told:
        programmes.add_members(cohort_id=cohort.pk, people=[cast.olu], by=cast.tess, at=NOW)
    programmes.add_members(cohort_id=cohort.pk, people=[cast.olu], by=cast.tess, at=NOW, knowing=told.value.stamp)
    late = session_of(cast, advanced, days=9)
    who = {"session_id": late.pk, "members": [cohort.members.get().pk], "by": cast.tess, "at": NOW}
    with pytest.raises(NotInOrder) as told:
        training_sessions.add_to_session(**who)
    training_sessions.add_to_session(**who, knowing=told.value.stamp)

    for what in ("training.members_added", "training.session_joined"):
        entry = Entry.objects.get(what=what, details__has_key="out_of_order")
        assert entry.details["out_of_order"] == [str(basics.module_id)]


def move(cast: Cast, session, *, days: int, **fields) -> TrainingSession:
    starts_at = NOW + timedelta(days=days)
    return training_sessions.change_session(
        session_id=session.pk,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        delivery="FACE_TO_FACE",
        place="Room 2",
        trainer=cast.tess,
        by=cast.tess,
        at=NOW,
        **fields,
    )


def test_what_comes_first_is_not_moved_behind_what_comes_after_without_a_word(cast, basics, advanced):
    cohort = cohort_of(cast, basics, advanced, people=[cast.mina])
    first = plan(cast, basics, cohort, days=3)
    later = plan(cast, advanced, cohort, days=7)

    move(cast, first, days=4)
    with pytest.raises(NotInOrder, match=rf"Basics before Advanced on 27 November 2026 \({cast.mina.name}\)") as told:
        move(cast, first, days=8)
    first.refresh_from_db()
    assert first.starts_at == NOW + timedelta(days=4)
    move(cast, first, days=8, knowing=told.value.stamp)

    kept = OutOfOrder.objects.get()
    assert (kept.session, kept.module, kept.first, kept.people) == (later, advanced.module, basics.module, 1)
    entry = Entry.objects.get(what="training.session_out_of_order")
    assert (entry.object_id, entry.details["out_of_order"]) == (str(later.pk), [str(basics.module_id)])


def test_what_was_out_of_order_before_is_not_asked_again_when_the_first_one_moves_on(cast, basics, advanced):
    cohort = cohort_of(cast, basics, advanced, people=[cast.mina])
    first = plan(cast, basics, cohort, days=8)
    with pytest.raises(NotInOrder) as told:
        plan(cast, advanced, cohort, days=7)
    plan(cast, advanced, cohort, days=7, knowing=told.value.stamp)

    move(cast, first, days=9)

    assert OutOfOrder.objects.count() == 1


def test_what_comes_first_is_called_off_only_knowingly_where_something_comes_after(client, cast, basics, advanced):
    cohort = cohort_of(cast, basics, advanced, people=[cast.mina])
    first = plan(cast, basics, cohort, days=3)
    later = plan(cast, advanced, cohort, days=7)
    client.force_login(cast.tess)
    url = reverse("training:session_cancel", args=[first.pk])
    TrainingSession.objects.filter(pk__in=[first.pk, later.pk]).update(
        starts_at=F("starts_at") + timedelta(days=3650), ends_at=F("ends_at") + timedelta(days=3650)
    )

    told = client.post(url, {"reason": "Snow."})

    form = told.context["form"]
    first.refresh_from_db()
    assert (told.status_code, list(form.errors), first.state) == (422, ["all_the_same"], "PLANNED")
    assert "Basics before Advanced on" in form.errors["all_the_same"][0]
    assert "Snow." in told.content.decode()
    client.post(url, {"reason": "Snow.", "out_of_order": form.data["out_of_order"], "all_the_same": "on"})
    first.refresh_from_db()
    assert (first.state, OutOfOrder.objects.get().session) == ("CANCELLED", later)


def test_calling_off_what_was_completed_otherwise_says_nothing(cast, basics, advanced):
    done(cast, basics)
    cohort = cohort_of(cast, basics, advanced, people=[cast.olu])
    first = plan(cast, basics, cohort, days=3)
    plan(cast, advanced, cohort, days=7)

    training_sessions.cancel_session(session_id=first.pk, reason="Snow.", by=cast.tess, at=NOW)

    assert not OutOfOrder.objects.exists()


# --- induction plans --------------------------------------------------------------------------------------------------


@pytest.fixture
def assignment(cast, basics, advanced):
    profile = RoleProfileFactory(force=cast.police)
    for version in (basics, advanced):
        ProfileModuleFactory(profile=profile, module=version.module)
    return ProfileAssignmentFactory(person=cast.olu, profile=profile, assigned_by=cast.tess, starts_on=TODAY)


def induct(cast, assignment, days, **fields) -> Induction:
    return inductions.make_induction(
        assignment_id=assignment.pk,
        mentor=cast.moss,
        line_manager=cast.lin,
        working_days=days,
        by=cast.tess,
        at=NOW,
        **fields,
    )


def test_a_plan_in_an_order_that_cannot_work_says_so(cast, basics, advanced, assignment):
    wrong = {basics.module_id: 10, advanced.module_id: 5}

    with pytest.raises(NotInOrder, match="Complete first: before Advanced: Basics, which is due later") as told:
        induct(cast, assignment, wrong)
    assert not Induction.objects.exists()
    made = induct(cast, assignment, wrong, knowing=told.value.stamp)

    assert OutOfOrder.objects.get().induction == made


@pytest.mark.parametrize(("done_on", "is_told"), [(date(2024, 11, 25), True), (date(2024, 12, 20), False)])
def test_what_will_have_run_out_when_the_step_is_due_is_not_completed_by_then(cast, basics, advanced, done_on, is_told):
    """Basics holds for 24 months; Advanced is due on 4 December 2026."""
    profile = RoleProfileFactory(force=cast.police)
    ProfileModuleFactory(profile=profile, module=advanced.module)
    made = ProfileAssignmentFactory(person=cast.olu, profile=profile, assigned_by=cast.tess, starts_on=TODAY)
    done(cast, basics, done_on=done_on)
    assert completed_on([cast.olu.pk], [basics.module_id], on=TODAY)

    try:
        induct(cast, made, {advanced.module_id: 10})
        told = ""
    except NotInOrder as error:
        told = str(error)

    words = "Complete first: before Advanced: Basics, which will have run out by then and is not in the plan."
    assert told == (words if is_told else "")


def test_a_step_that_was_due_before_today_asks_for_what_is_completed_today(cast, basics, advanced):
    profile = RoleProfileFactory(force=cast.police)
    ProfileModuleFactory(profile=profile, module=advanced.module)
    began = TODAY - timedelta(days=60)
    made = ProfileAssignmentFactory(person=cast.olu, profile=profile, assigned_by=cast.tess, starts_on=began)
    done(cast, basics, done_on=TODAY - timedelta(days=3))

    induct(cast, made, {advanced.module_id: 5})

    assert not OutOfOrder.objects.exists()


def test_a_step_that_is_moved_out_of_order_says_so(cast, basics, advanced, assignment):
    made = induct(cast, assignment, {basics.module_id: 5, advanced.module_id: 10})
    step = made.steps.get(module=basics.module)
    move = {"step_id": step.pk, "where": "", "reason": "The room is taken.", "by": cast.tess, "at": NOW}
    made.steps.filter(module=advanced.module).update(due_on=made.complete_by - timedelta(days=1))

    with pytest.raises(NotInOrder) as told:
        inductions.move_step(due_on=made.complete_by, **move)
    inductions.move_step(due_on=made.complete_by, **move, knowing=told.value.stamp)

    assert OutOfOrder.objects.get().induction == made


# --- what people read -------------------------------------------------------------------------------------------------


def test_my_training_says_what_to_complete_first_until_it_is_completed(client, cast, basics, advanced, assignment):
    client.force_login(cast.olu)
    assert "Complete first: Basics" in client.get(reverse("training:mine")).content.decode()

    done(cast, basics)

    assert "Complete first" not in client.get(reverse("training:mine")).content.decode()


def test_the_access_log_says_what_comes_first_from_now_on_and_what_no_more(cast, basics, advanced):
    third = ModuleFactory(force=cast.police, title="Third")

    comes_first(cast, advanced.module, third)

    entry = Entry.objects.filter(what="training.module_changed").latest("at", "pk")
    assert entry.details["firsts_added"] == [str(third.pk)]
    assert entry.details["firsts_removed"] == [str(basics.module_id)]


def test_what_another_trainer_said_of_a_module_meanwhile_is_not_overwritten(client, cast, basics, advanced):
    client.force_login(cast.tess)
    url = reverse("training:module_edit", args=[advanced.module_id])
    read = client.get(url).context["form"]["read"].value()
    third = ModuleFactory(force=cast.police, title="Third")
    comes_first(cast, advanced.module, basics.module, third)
    said = {"title": "Advanced", "short_title": "Advanced", "complete_first": [str(basics.module_id)]}

    refused = client.post(url, said | {"read": read})

    assert refused.status_code == 422
    assert "Somebody else changed this module meanwhile" in refused.content.decode()
    assert advanced.module.prerequisites.count() == 2
    again = client.get(url).context["form"]["read"].value()
    assert client.post(url, said | {"read": again}).status_code == 302
    assert advanced.module.prerequisites.get().first == basics.module


def test_what_is_retired_is_offered_to_come_first_only_where_it_does(cast, basics, advanced):
    modules.retire_module(module_id=basics.module_id, retired_on=TODAY, reason="Replaced.", by=cast.tess, at=NOW)
    other = ModuleVersionFactory(module__force=cast.police, module__title="Other").module

    def offered(module) -> list[str]:
        found = Module.objects.of(cast.tess).may_come_before(module, on=TODAY)
        return list(found.by_title().values_list("title", flat=True))

    assert offered(advanced.module) == ["Basics", "Other"]
    assert offered(other) == ["Advanced"]


def test_the_page_of_a_module_says_what_comes_first(client, cast, basics, advanced):
    client.force_login(cast.tess)

    page = client.get(reverse("training:module", args=[advanced.module_id])).content.decode()

    assert "Complete first:" in page
    assert reverse("training:module", args=[basics.module_id]) in page


def test_a_circle_is_told_beside_the_modules_to_choose_from(client, cast, basics, advanced):
    client.force_login(cast.tess)
    url = reverse("training:module_edit", args=[basics.module_id])

    page = client.post(url, {"title": "Basics", "short_title": "Basics", "complete_first": [str(advanced.module_id)]})

    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["complete_first"]


@pytest.mark.parametrize("count", [1, 3])
def test_who_lacks_what_is_asked_in_as_many_queries_for_many(cast, basics, advanced, count, django_assert_num_queries):
    people = [UserFactory(agency=cast.police) for _ in range(count)]
    session = TrainingSession(starts_at=NOW, module_version=advanced)

    with django_assert_num_queries(4):
        gaps = gaps_of_session({one.pk: one.name for one in people}, session, advanced.module)
    assert [len(gap.people) for gap in gaps] == [count]
