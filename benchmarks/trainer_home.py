"""What a trainer opens every day, in a force as it is and with ten thousand staff more: home, People, Sign-offs, the matrix of the own team.

Each page against a bare view of 25 people, whose cost depends on no staff; each asks as many queries as before. Ten thousand
people with five records and three register entries each are filled in a transaction that is taken back.
"""

import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import Client, override_settings
from django.test.client import ClientHandler
from django.test.utils import CaptureQueriesContext
from django.urls import path, reverse
from django.utils import timezone

from accounts.models import Agency, RoleGrant, Team, User
from benchmarks.measuring import CALLS_A_ROUND, SHORT_ROUNDS, Result, compare, once_a_run
from common.paging import PAGE_SIZE
from training.models import Cohort, ModuleVersion, RecordVersion, RegisterEntry, TrainingRecord, TrainingSession

STAFF, RECORDS, ENTRIES, TEAM = 10_000, 5, 3, 40
GROWTH_LIMIT = 1.5
PAGES = {
    "Home page of a trainer": reverse("home"),
    "My training of a trainer": reverse("training:mine"),
    "People of the force": reverse("training:people"),
    "Sign-offs of the force": reverse("training:sign_offs"),
    "Matrix of the trainer's own team": reverse("training:matrix"),
}
BARE_PAGE = """<!DOCTYPE html><html lang="en"><title>People</title><table>
{% for person in people %}<tr><td>{{ person.name }}<td>{{ person.job_title }}<td>{{ person.team }}<td>{{ person.email }}</tr>
{% endfor %}</table></html>"""
shown: list[uuid.UUID] = []


def bare(request: HttpRequest) -> HttpResponse:
    """25 people by their ids, without middleware."""
    people = User.objects.filter(pk__in=shown).select_related("team").order_by("name", "pk")
    return HttpResponse(engines["django"].from_string(BARE_PAGE).render({"people": people}))


urlpatterns = [path("bare/", bare)]


class Peer:
    """The bare view, with a client of its own."""

    def __init__(self, force: Agency) -> None:
        shown[:] = User.objects.filter(agency=force).order_by("name", "pk").values_list("pk", flat=True)[:PAGE_SIZE]
        assert len(shown) == PAGE_SIZE
        self.client = Client(SERVER_NAME="localhost")
        self.client.handler = ClientHandler()
        with override_settings(MIDDLEWARE=[]):
            self.client.handler.load_middleware()

    @staticmethod
    def around() -> override_settings:
        """The addresses that the bare view needs."""
        return override_settings(ROOT_URLCONF=__name__)

    def page(self) -> str:
        """The bare page."""
        content = self.client.get("/bare/").content.decode()
        assert content.count("<tr>") == PAGE_SIZE
        return content


@once_a_run
def main() -> None:
    """Measure, fill, measure again, take back; an error where a page grows by more than it may, or asks more often."""
    trainer = User.objects.get(email="trainer@example.org")
    assert trainer.agency is not None
    peer = Peer(trainer.agency)
    client = Client(SERVER_NAME="localhost")
    client.force_login(trainer, backend="django.contrib.auth.backends.ModelBackend")
    with transaction.atomic():
        before = dict(measure(client, peer, trainer.agency))
        fill(trainer.agency, trainer)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        after = dict(measure(client, peer, trainer.agency))
        transaction.set_rollback(True)
    wrong = []
    for name, (result, queries) in after.items():
        grown = result.ratio / before[name][0].ratio
        print(f"{name}: {grown:.2f} times as much as before, {before[name][1]} and {queries} queries", flush=True)
        if grown > GROWTH_LIMIT or queries != before[name][1]:
            wrong.append(name)
    assert not wrong, wrong


def measure(client: Client, peer: Peer, force: Agency) -> Iterator[tuple[str, tuple[Result, int]]]:
    """Every page, at what there is now, and how many queries it takes."""
    size = f"{User.objects.filter(agency=force).count():,} staff"
    for name, url in PAGES.items():
        # The first after some minutes keeps the session open as well.
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        asked = len(queries)
        assert asked > 0

        def page(url: str = url) -> str:
            return client.get(url).content.decode()

        result = compare(
            f"{name} against a bare view",
            ours=page,
            peer=peer.page,
            size=size,
            calls=CALLS_A_ROUND // 3,
            rounds=SHORT_ROUNDS // 3,
            growth_limit=GROWTH_LIMIT,
            around_peer=peer.around,
        )
        yield name, (result, asked)


def fill(force: Agency, trainer: User) -> None:
    """Staff in teams of forty, officers all of them, with records at every state and places in sessions that were held."""
    at = timezone.now()
    teams = Team.objects.bulk_create(Team(agency=force, name=f"Team {number:03d}") for number in range(STAFF // TEAM))
    people = User.objects.bulk_create(
        (
            User(
                email=f"staff-{number}@example.org",
                name=f"Staff {number:05d}",
                agency=force,
                team=teams[number // TEAM],
            )
            for number in range(STAFF)
        ),
        batch_size=2_000,
    )
    RoleGrant.objects.bulk_create(
        (RoleGrant(user=person, role="FRONTLINE_OFFICER", starts_on=date(2020, 1, 1)) for person in people),
        batch_size=5_000,
    )
    versions = list(ModuleVersion.objects.filter(module__force=force).order_by("pk")[:RECORDS])
    assert len(versions) == RECORDS
    mentor, manager = User.objects.filter(agency=force).exclude(pk=trainer.pk).order_by("email")[:2]
    states = ("COMPLETE", "COMPLETE", "COMPLETE", "LOGGED", "MENTOR_SIGNED")
    records = TrainingRecord.objects.bulk_create(
        (
            TrainingRecord(
                agency=force,
                person=person,
                module_version=version,
                trainer=trainer,
                mentor=mentor,
                line_manager=manager,
                state=states[(row + column) % RECORDS],
                logged_at=at - timedelta(minutes=row),
                **_completed(states[(row + column) % RECORDS], row, manager, at.date()),
            )
            for row, person in enumerate(people)
            for column, version in enumerate(versions)
        ),
        batch_size=5_000,
    )
    RecordVersion.objects.bulk_create(
        (
            RecordVersion(
                record=record,
                number=1,
                done_on=at.date() - timedelta(days=10),
                method="FACE_TO_FACE",
                evidence="Explained three fictitious calls.",
                written_at=at,
                written_by=trainer,
            )
            for record in records
        ),
        batch_size=5_000,
    )
    fill_registers(people, trainer, versions)


def fill_registers(people: list[User], trainer: User, versions: list[ModuleVersion]) -> None:
    """Three sessions of each team: held, over with its register open, and to come. In one cohort that there is already."""
    at = timezone.now()
    cohort = Cohort.objects.filter(programme__force=trainer.agency).first()
    assert cohort is not None
    held = {"state": "HELD", "held_at": at, "held_by": trainer}
    kinds: tuple[tuple[timedelta, dict[str, Any]], ...] = (
        (timedelta(days=-30), held),
        (timedelta(days=-1), {}),
        (timedelta(days=5), {}),
    )
    sessions = TrainingSession.objects.bulk_create(
        TrainingSession(
            force=trainer.agency,
            module_version=versions[number % len(versions)],
            starts_at=at + away,
            ends_at=at + away + timedelta(hours=2),
            delivery="FACE_TO_FACE",
            place="Training room",
            trainer=trainer,
            planned_at=at - timedelta(days=60),
            planned_by=trainer,
            **state,
        )
        for number in range(STAFF // TEAM)
        for away, state in kinds[:ENTRIES]
    )
    marked = {"presence": "PRESENT", "marked_how": "TICK", "marked_at": at, "marked_by": trainer}
    RegisterEntry.objects.bulk_create(
        (
            RegisterEntry(
                session=session,
                person=person,
                cohort=cohort,
                expected_since=at - timedelta(days=60),
                **(marked if session.state == "HELD" else {}),
            )
            for row, person in enumerate(people)
            for session in sessions[row // TEAM * ENTRIES : (row // TEAM + 1) * ENTRIES]
        ),
        batch_size=5_000,
    )


def _completed(state: str, row: int, manager: User, on: date) -> dict[str, Any]:
    if state != "COMPLETE":
        return {}
    return {
        "completed_at": timezone.now(),
        "completed_by": manager,
        "lapses_on": on + timedelta(days=row % 700 - 100),
    }


if __name__ == "__main__":
    main()
