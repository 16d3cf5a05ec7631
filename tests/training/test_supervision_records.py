"""The written record: versions that stand, the reading of it, who can open it, and that nobody else finds a word of it anywhere."""

import json
from datetime import date, timedelta
from functools import partial

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.mail import EmailMessage
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import CharField, JSONField, TextField
from django.urls import reverse

from audit.models import Entry
from jobs.models import Job
from tests.conftest import CarefulClient
from tests.factories.accounts import UserFactory
from tests.factories.supervision import SECRET, RecordOpeningFactory, SupervisionFactory, SupervisionSessionFactory
from tests.people import NOW, Cast, make_cast
from tests.permissions.test_matrix import TABLES
from tests.races import at_once
from training import notifications, tasks
from training.models import (
    RecordOpening,
    SupervisionAction,
    SupervisionReading,
    SupervisionRecord,
    SupervisionSession,
)
from training.models.supervision import AgreedAction, Written
from training.queries.supervision import records_under
from training.services import supervision_records as services

TODAY = date(2026, 11, 20)
WRITTEN = Written(
    agreed="Calls of the last weeks.",
    curiosity="Asked who else lives there.",
    fairness="The address is no reason.",
    wellbeing="Tired after nights; a day off was offered.",
    cases="26/000123",
    actions=[AgreedAction("Read the chart again", "SUPERVISEE", date(2026, 12, 1))],
)
REASON = "Somebody named in it may be at risk today."


def session_of(cast: Cast, **fields) -> SupervisionSession:
    """Mina is supervised by Moss; Sam leads the team of both."""
    supervision = SupervisionFactory(
        supervisee=cast.mina, supervisor=cast.moss, arranged_by=cast.tess, starts_on=date(2026, 10, 1)
    )
    return SupervisionSessionFactory(
        **{"supervision": supervision, "state": "HELD", "planned_on": date(2026, 11, 10)} | fields
    )


def hold(cast: Cast, session: SupervisionSession, **fields) -> SupervisionSession:
    values = {"held_on": TODAY, "written": WRITTEN, "by": cast.moss, "at": NOW} | fields
    return services.hold_session(session_id=session.pk, **values)


def write(cast: Cast, session: SupervisionSession, **fields) -> SupervisionRecord:
    values = {"after": 1, "written": WRITTEN, "by": cast.moss, "at": NOW} | fields
    return services.write_next_version(session_id=session.pk, **values)


def confirm(cast: Cast, session: SupervisionSession, **fields) -> SupervisionReading:
    values = {"version": 1, "comment": " The second call too. ", "by": cast.mina, "at": NOW} | fields
    return services.confirm_reading(session_id=session.pk, **values)


def break_glass(cast: Cast, session: SupervisionSession, **fields) -> RecordOpening:
    return services.open_record(session_id=session.pk, **{"reason": REASON, "by": cast.sam, "at": NOW} | fields)


def readers(session: SupervisionSession, cast: Cast, at=NOW) -> set[str]:
    found = cast.everyone().items()
    return {
        name
        for name, user in found
        if SupervisionSession.objects.readable_by(user, at=at).filter(pk=session.pk).exists()
    }


# --- writing and reading ----------------------------------------------------------------------------------------------


def test_the_supervisor_records_a_session_with_its_prompts_and_actions(cast):
    session = hold(cast, session_of(cast, state="PLANNED", planned_on=TODAY))

    record = SupervisionRecord.objects.get()
    assert (session.state, session.held_on, session.closed_by) == ("HELD", TODAY, cast.moss)
    assert (record.number, record.wellbeing, record.cases) == (1, WRITTEN.wellbeing, "26/000123")
    assert list(SupervisionAction.objects.values_list("what", "owner", "due_on")) == [
        ("Read the chart again", "SUPERVISEE", date(2026, 12, 1))
    ]
    assert list(Job.objects.values_list("task", flat=True)) == [tasks.email_supervised_about_record.task_name]


@pytest.mark.parametrize("name", ["mina", "sam", "tess", "ada", "lin", "out"])
def test_nobody_but_the_supervisor_writes(cast, name):
    by = getattr(cast, name)
    planned = session_of(cast, state="PLANNED", planned_on=TODAY)
    with pytest.raises(services.CannotRecordSession):
        hold(cast, planned, by=by)
    hold(cast, planned)
    with pytest.raises(services.CannotRecordSession, match="supervisor writes"):
        write(cast, planned, by=by)


@pytest.mark.parametrize(
    ("held_on", "message"),
    [(date(2026, 11, 21), "in the future"), (date(2026, 9, 30), "did not last")],
)
def test_a_session_is_held_on_a_day_that_can_be(cast, held_on, message):
    with pytest.raises(services.CannotRecordSession, match=message):
        hold(cast, session_of(cast, state="PLANNED", planned_on=TODAY), held_on=held_on)


@pytest.mark.parametrize("name", ["agreed", "curiosity", "fairness", "wellbeing"])
def test_each_prompt_is_answered_in_words(cast, name):
    written = Written(**WRITTEN.__dict__ | {name: "  "})
    with pytest.raises(services.CannotRecordSession, match="Answer each question"):
        hold(cast, session_of(cast, state="PLANNED", planned_on=TODAY), written=written)
    assert not SupervisionRecord.objects.exists()
    assert SupervisionSession.objects.get().state == "PLANNED"


def test_a_next_version_follows_and_the_earlier_one_stays(cast):
    session = session_of(cast)
    confirm(cast, session)

    write(cast, session)
    with pytest.raises(services.CannotRecordSession, match="has changed since"):
        write(cast, session, after=1)
    with pytest.raises(services.CannotConfirmReading, match="has changed since"):
        confirm(cast, session, version=1)
    confirm(cast, session, version=2, comment="")

    assert [one.agreed for one in session.versions.order_by("number")] == [f"{SECRET} agreed", WRITTEN.agreed]
    assert list(SupervisionReading.objects.order_by("version__number").values_list("comment", "read_by")) == [
        ("The second call too.", cast.mina.pk),
        ("", cast.mina.pk),
    ]


def test_confirming_twice_keeps_the_first_comment(cast):
    session = session_of(cast)

    assert confirm(cast, session) == confirm(cast, session, comment="Something else.")
    assert SupervisionReading.objects.get().comment == "The second call too."


@pytest.mark.parametrize("name", ["moss", "sam", "tess", "ada"])
def test_nobody_confirms_in_the_place_of_the_person_supervised(cast, name):
    with pytest.raises(services.CannotConfirmReading):
        confirm(cast, session_of(cast), by=getattr(cast, name))


@pytest.mark.django_db(transaction=True)
def test_of_two_versions_written_at_once_one_is_refused():
    cast = make_cast()
    session = session_of(cast)
    given = at_once(*[partial(write, cast, session)] * 2, refusal=services.CannotRecordSession)

    assert sorted(session.versions.values_list("number", flat=True)) == [1, 2]
    assert [type(one).__name__ for one in given].count("CannotRecordSession") == 1


# --- what the database refuses ----------------------------------------------------------------------------------------


def test_the_database_changes_and_removes_no_word_that_was_written(cast):
    session = session_of(cast)
    confirm(cast, session)
    break_glass(cast, session)
    words = {SupervisionRecord: "agreed", SupervisionAction: "what", SupervisionReading: "comment"}

    for model, column in (words | {RecordOpening: "reason"}).items():
        with pytest.raises(DatabaseError, match="not changed"), transaction.atomic():
            model.objects.update(**{column: "Other words"})
        with pytest.raises(DatabaseError, match="not removed"), transaction.atomic():
            model.objects.all()._raw_delete("default")


def test_the_database_holds_who_writes_who_confirms_and_in_which_order(cast):
    session = session_of(cast)
    version = session.versions.get()
    words = {"agreed": "A", "curiosity": "B", "fairness": "C", "wellbeing": "D", "written_at": NOW}
    planned = SupervisionSessionFactory(supervision=session.supervision)
    write(cast, session)
    opening = {"reason": REASON, "opened_at": NOW, "closes_at": NOW + timedelta(hours=1)}

    def record(**fields):
        return lambda: SupervisionRecord.objects.create(**words | fields)

    refused = {
        "by the supervisor": record(session=session, number=3, written_by=cast.mina),
        "a version follows": record(session=session, number=4, written_by=cast.moss),
        "held": record(session=planned, number=1, written_by=cast.moss),
        "the supervised confirms": lambda: SupervisionReading.objects.create(
            version=version, read_at=NOW, read_by=cast.moss
        ),
        "from the start": lambda: SupervisionAction.objects.create(
            version=version, position=2, what="Later", owner="SUPERVISEE", due_on=TODAY
        ),
        "somebody else opens": lambda: RecordOpening.objects.create(**opening, session=session, opened_by=cast.moss),
        "an hour": lambda: RecordOpening.objects.create(
            **opening | {"closes_at": NOW + timedelta(hours=2)}, session=session, opened_by=cast.sam
        ),
        "a reason": lambda: RecordOpening.objects.create(
            **opening | {"reason": ""}, session=session, opened_by=cast.sam
        ),
    }
    let_through = []
    for what, deed in refused.items():
        try:
            with transaction.atomic():
                deed()
            let_through.append(what)
        except (DatabaseError, IntegrityError):
            continue
    assert let_through == []


# --- breaking the glass -----------------------------------------------------------------------------------------------


def test_only_the_two_read_a_record_until_a_superior_opens_it_and_then_for_an_hour(cast):
    session = session_of(cast)
    other = SupervisionSessionFactory(supervision=session.supervision, state="HELD", planned_on=date(2026, 10, 20))
    assert readers(session, cast) == {"mina", "moss"}

    opening = break_glass(cast, session)

    assert opening.closes_at == NOW + timedelta(hours=1)
    assert readers(session, cast) == {"mina", "moss", "sam"}
    assert readers(other, cast) == {"mina", "moss"}
    assert readers(session, cast, at=NOW + timedelta(minutes=59)) == {"mina", "moss", "sam"}
    assert readers(session, cast, at=NOW + timedelta(hours=1)) == {"mina", "moss"}


def test_whose_role_ends_or_who_changes_team_reads_no_more_though_it_is_open(cast):
    session = session_of(cast)
    break_glass(cast, session)
    cast.sam.team = cast.response_team
    cast.sam.save()

    assert readers(session, cast) == {"mina", "moss"}


@pytest.mark.parametrize("name", ["mina", "moss", "tess", "lin", "leda", "ana", "iggy", "ada", "out"])
def test_nobody_else_breaks_the_glass(cast, name):
    with pytest.raises(services.CannotOpenRecord, match="Only who leads the team"):
        break_glass(cast, session_of(cast), by=getattr(cast, name))


def test_a_superior_who_is_one_of_the_two_is_no_superior_of_this_record(cast):
    supervision = SupervisionFactory(supervisee=cast.mina, supervisor=cast.sam, arranged_by=cast.tess)
    session = SupervisionSessionFactory(supervision=supervision, state="HELD")

    assert not records_under(cast.sam, at=NOW).exists()
    with pytest.raises(services.CannotOpenRecord):
        break_glass(cast, session)
    second = UserFactory(agency=cast.police, team=cast.hub_team, roles=["LINE_MANAGER"])
    break_glass(cast, session, by=second)


def test_the_glass_is_broken_with_a_reason_that_stands_in_the_log_and_both_are_told(cast, mailoutbox):
    session = session_of(cast)
    with pytest.raises(services.CannotOpenRecord, match="at least 20"):
        break_glass(cast, session, reason="Because.")

    opening = break_glass(cast, session)
    assert break_glass(cast, session, at=NOW + timedelta(minutes=5)) == opening

    entry = Entry.objects.get(what="training.supervision_glass_broken")
    assert (entry.verb, entry.reason, entry.actor_id, entry.object_id) == (
        "READ",
        REASON,
        str(cast.sam.pk),
        str(session.pk),
    )
    job = Job.objects.get(task=tasks.email_the_two_about_opening.task_name)
    notifications.email_the_two_about_opening(**job.arguments)
    assert [mail.to for mail in mailoutbox] == [[cast.mina.email], [cast.moss.email]]
    assert all(session.get_absolute_url() in mail.body and REASON not in mail.body for mail in mailoutbox)


def test_mail_about_a_record_goes_to_the_person_supervised_until_they_have_read_it(cast, mailoutbox):
    session = session_of(cast)
    notifications.email_supervised_about_record(session_id=str(session.pk))
    mail: EmailMessage = mailoutbox[0]
    assert (mail.to, SECRET in mail.body, cast.moss.name in mail.body) == ([cast.mina.email], False, False)
    confirm(cast, session)

    notifications.email_supervised_about_record(session_id=str(session.pk))

    assert len(mailoutbox) == 1


@pytest.mark.django_db(transaction=True)
def test_a_double_click_breaks_the_glass_once():
    cast = make_cast()
    session = session_of(cast)
    at_once(*[partial(break_glass, cast, session)] * 2)

    assert RecordOpening.objects.count() == 1


# --- for nobody else does it exist ------------------------------------------------------------------------------------


def test_no_other_table_holds_a_word_of_a_record(cast):
    planned = session_of(cast, state="PLANNED", planned_on=TODAY)
    words = {name: f"{SECRET} {name}" for name in ("agreed", "curiosity", "fairness", "wellbeing", "cases")}
    action = AgreedAction(f"{SECRET} action", "SUPERVISOR", TODAY)
    hold(cast, planned, written=Written(**words, actions=[action]))
    confirm(cast, planned, comment=f"{SECRET} comment")
    break_glass(cast, planned)

    holding = set()
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, CharField | TextField | JSONField) and any(
                SECRET in (value if isinstance(value, str) else json.dumps(value))
                for value in model._default_manager.values_list(field.name, flat=True)
                if value
            ):
                holding.add(model)
    assert holding == {SupervisionRecord, SupervisionAction, SupervisionReading}


def test_no_record_of_supervision_stands_in_the_admin_site_or_the_api():
    ours = {
        model.__name__
        for model in apps.get_app_config("training").get_models()
        if model.__module__ == SupervisionRecord.__module__
    }
    assert len(ours) == 6

    assert not ours & {model.__name__ for model in admin.site._registry}


@pytest.fixture
def furnished(db: None) -> tuple[Cast, dict]:
    cast = make_cast()
    things: dict = {}
    for table in TABLES:
        things |= table.furnish(cast)
    return cast, things


@pytest.mark.parametrize("name", ["tess", "sam", "lin", "ada", "iggy", "leda"])
def test_no_page_shows_a_word_of_a_record_to_anybody_but_the_two(furnished, name):
    """Every address that answers to GET: trainer, leaders, administrator, information governance."""
    cast, things = furnished
    SupervisionSessionFactory(supervision=things["reflective"], state="MISSED")
    client = CarefulClient()
    client.raise_request_exception = True
    client.signed_in(getattr(cast, name))
    visited = 0
    for table in TABLES:
        for row in table.ROWS:
            if row.method != "GET" or row.people.get(name, row.others) != 200:
                continue
            response = client.get(reverse(row.name, kwargs=row.arguments(cast, things)), row.data(cast, things))
            content = b"".join(response.streaming_content) if response.streaming else response.content
            assert SECRET.encode() not in content, row.name
            visited += 1
    assert visited > 10
    for mine in ("mina", "moss"):
        page = client.signed_in(getattr(cast, mine)).get(things["supervision_held"].get_absolute_url())
        assert SECRET in page.content.decode()


@pytest.mark.parametrize("is_superuser", [True, False])
def test_a_superuser_finds_no_record_either(client, cast, is_superuser):
    session = session_of(cast)
    RecordOpeningFactory(session=session, opened_by=cast.sam, opened_at=NOW)
    cast.ada.is_staff = cast.ada.is_superuser = is_superuser
    cast.ada.save()
    client.signed_in(cast.ada)

    assert client.get(session.get_absolute_url()).status_code == 404
    assert client.get(session.supervision.get_absolute_url()).status_code == 404
    assert client.get(reverse("training:supervision_open", args=[session.pk])).status_code == 404
