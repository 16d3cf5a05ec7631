"""The matrix of five hundred people by sixty requirements against one statement that works out the same in the database.

First it is shown that both give the same standing for all thirty thousand. Then the page of a team of five hundred against that
of a team of fifty, with the same number of queries. All of it is filled in a transaction that is taken back.
"""

import uuid
from collections.abc import Callable
from datetime import date, timedelta

from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Agency, RoleGrant, Team, User
from benchmarks.measuring import CALLS_A_ROUND, SHORT_ROUNDS, compare, once_a_run
from common.clock import london_day
from training.enums import COUNTED_STATES
from training.models import Module, ModuleVersion, ProfileAssignment, ProfileModule, RoleProfile, TrainingRecord
from training.queries.matrix import Matrix, MatrixFilter, matrix_of
from training.queries.needs import DUE_WITHIN, requirements_of

PEOPLE, FEW, MODULES, PROFILES = 500, 50, 60, 6
LIMIT = 3
# By turns: no record, and of a record its state and in how many days it lapses.
RECORDS: tuple[tuple[str, int | None] | None, ...] = (
    ("COMPLETE", 400),
    ("COMPLETE", None),
    ("COMPLETE", 40),
    ("COMPLETE", -40),
    ("LOGGED", None),
    ("SENT_BACK", None),
    None,
)
SAME = """
WITH needed AS (
    SELECT DISTINCT a.person_id, m.id AS module_id
    FROM training_profileassignment a
    JOIN accounts_user u ON u.id = a.person_id
    JOIN training_profilemodule p ON p.profile_id = a.profile_id AND NOT p.is_optional
    JOIN training_module m ON m.id = p.module_id AND (m.retired_on IS NULL OR m.retired_on > %(on)s)
    WHERE u.team_id = %(team)s AND u.is_active AND a.starts_on <= %(on)s AND (a.ends_on IS NULL OR a.ends_on > %(on)s)
      AND EXISTS (SELECT 1 FROM training_moduleversion v WHERE v.module_id = m.id AND v.starts_on <= %(on)s)
), held AS (
    SELECT r.person_id, v.module_id,
        max(coalesce(r.lapses_on, 'infinity')) FILTER (WHERE r.state = 'COMPLETE') AS lapses_on,
        (array_agg(r.state ORDER BY r.logged_at DESC) FILTER (WHERE r.state <> 'COMPLETE'))[1] AS under_way
    FROM training_trainingrecord r
    JOIN training_moduleversion v ON v.id = r.module_version_id
    JOIN accounts_user u ON u.id = r.person_id
    WHERE u.team_id = %(team)s
    GROUP BY r.person_id, v.module_id
)
SELECT person_id, module_id, CASE
    WHEN lapses_on > %(long)s THEN 'MET'
    WHEN under_way = 'SENT_BACK' THEN 'SENT_BACK'
    WHEN under_way IS NOT NULL THEN 'WAITING'
    WHEN lapses_on > %(on)s THEN 'DUE'
    WHEN lapses_on IS NOT NULL THEN 'LAPSED'
    ELSE 'MISSING' END
FROM needed LEFT JOIN held USING (person_id, module_id)
"""


@once_a_run
def main() -> None:
    """Fill, show that both give the same, measure, take back."""
    on = london_day(timezone.now())
    with transaction.atomic():
        group = Group.objects.create(name="Agency: Benchmark Police (fictitious)")
        force = Agency.objects.create(name="Benchmark Police (fictitious)", kind="POLICE", group=group)
        teams = {size: fill(force, size, on=on) for size in (FEW, PEOPLE)}
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        measure(teams[PEOPLE], on=on)
        measure_pages(force, teams)
        transaction.set_rollback(True)


def measure(team: Team, *, on: date) -> None:
    """All people of a team against everything, and the statement that gives the same."""

    def ours() -> Matrix:
        requirements = requirements_of(team.agency_id, on=on)
        found = matrix_of(User.objects.filter(team=team, is_active=True), requirements, MatrixFilter(), on=on)
        assert sum(count for _, count in found.counts) == PEOPLE * MODULES
        return found

    def peer() -> list[tuple[uuid.UUID, uuid.UUID, str]]:
        with connection.cursor() as cursor:
            cursor.execute(SAME, {"team": team.pk, "on": on, "long": on + DUE_WITHIN})
            return cursor.fetchall()

    standings = {
        (person, need.module.pk): str(need.standing)
        for person, needs in ours().needs.items()
        for need in needs
        if need.module
    }
    assert standings == {(person, module): standing for person, module, standing in peer()}
    assert len(standings) == PEOPLE * MODULES
    assert len(set(standings.values())) == len(RECORDS) - 1
    compare(
        f"Matrix of {PEOPLE} people by {MODULES} requirements against its SQL",
        ours=ours,
        peer=peer,
        size=f"{PEOPLE * MODULES:,} standings of {TrainingRecord.objects.filter(agency=team.agency_id).count():,} records",
        calls=1,
        limit=LIMIT,
    )


def measure_pages(force: Agency, teams: dict[int, Team]) -> None:
    """The page of the large team against that of the small one: 25 people are shown, and all are counted."""
    trainer = User.objects.create(email="matrix-trainer@example.org", name="Benchmark Trainer", agency=force)
    RoleGrant.objects.create(user=trainer, role="TRAINER", starts_on=date(2020, 1, 1))
    client = Client(SERVER_NAME="localhost")
    client.force_login(trainer, backend="django.contrib.auth.backends.ModelBackend")

    def page_of(size: int) -> Callable[[], str]:
        url = f"{reverse('training:matrix')}?team={teams[size].pk}"
        return lambda: client.get(url).content.decode()

    few, many = page_of(FEW), page_of(PEOPLE)
    counts = []
    for page in (few, many):
        with CaptureQueriesContext(connection) as queries:
            assert page().count('<use href="#state-') == 25 * MODULES + len(COUNTED_STATES)
        counts.append(len(queries))
    assert counts[0] == counts[1], counts
    compare(
        f"Matrix page of {PEOPLE} people against that of {FEW}",
        ours=many,
        peer=few,
        size=f"25 of them by {MODULES} requirements, {counts[0]} queries each",
        calls=CALLS_A_ROUND // 3,
        rounds=SHORT_ROUNDS // 3,
    )


def fill(force: Agency, size: int, *, on: date) -> Team:
    """A team of that size in all profiles, with records of every kind."""
    team = Team.objects.create(agency=force, name=f"Benchmark {size}")
    people = User.objects.bulk_create(
        User(email=f"matrix-{size}-{number}@example.org", name=f"Benchmark {number:04d}", agency=force, team=team)
        for number in range(size)
    )
    signers = User.objects.bulk_create(
        User(email=f"matrix-{size}-{role}@example.org", name=f"Benchmark {role}", agency=force)
        for role in ("trainer", "mentor", "manager")
    )
    versions = versions_of(force)
    at = timezone.now()
    ProfileAssignment.objects.bulk_create(
        ProfileAssignment(
            person=person, profile=profile, starts_on=on - timedelta(days=30), assigned_at=at, assigned_by=signers[0]
        )
        for person in people
        for profile in RoleProfile.objects.filter(force=force)
    )
    records = []
    for row, person in enumerate(people):
        for column, version in enumerate(versions):
            kind = RECORDS[(row + column) % len(RECORDS)]
            # A third have an earlier record too, as people have after some years.
            earlier = [("COMPLETE", -400)] if kind and kind[1] and (row + column) % 3 == 0 else []
            for state, days in [*earlier, *([kind] if kind else [])]:
                done = {"completed_at": at, "completed_by": signers[2]} if state == "COMPLETE" else {}
                records.append(
                    TrainingRecord(
                        agency=force,
                        person=person,
                        module_version=version,
                        trainer=signers[0],
                        mentor=signers[1],
                        line_manager=signers[2],
                        state=state,
                        logged_at=at,
                        lapses_on=on + timedelta(days=days) if days else None,
                        **done,
                    )
                )
    # What signatures there are is checked when a transaction ends; this one is taken back.
    TrainingRecord.objects.bulk_create(records, batch_size=5_000)
    return team


def versions_of(force: Agency) -> list[ModuleVersion]:
    """The modules of the force, ten in each profile; made where there are none."""
    found = list(ModuleVersion.objects.filter(module__force=force).order_by("module__title"))
    if found:
        return found
    modules = Module.objects.bulk_create(
        Module(force=force, title=f"Module {number:02d}", short_title=f"Module {number:02d}")
        for number in range(MODULES)
    )
    profiles = RoleProfile.objects.bulk_create(
        RoleProfile(force=force, name=f"Profile {number}") for number in range(PROFILES)
    )
    ProfileModule.objects.bulk_create(
        ProfileModule(profile=profiles[number % PROFILES], module=module) for number, module in enumerate(modules)
    )
    return ModuleVersion.objects.bulk_create(
        ModuleVersion(
            module=module,
            number=1,
            starts_on=date(2020, 1, 1),
            aims="Says what to record and why.",
            delivery="FACE_TO_FACE",
            minutes=90,
            valid_months=24,
        )
        for module in modules
    )


if __name__ == "__main__":
    main()
