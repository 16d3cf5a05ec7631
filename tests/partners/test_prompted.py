"""The log of applications that a partner prompted: who keeps it, what each step needs, and what nobody can change afterwards."""

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import Error, IntegrityError, transaction
from django.urls import reverse

from audit.models import Entry
from common.errors import KeyWasUsed
from partners.enums import Advice, ApplicationOutcome, Judgement, Known, ShouldHave
from partners.models import ApplicationEvent, AskingCheck, PromptedApplication
from partners.models.prompted import Answers
from partners.services import prompted as services
from tests.conftest import CarefulClient
from tests.factories.accounts import AgencyFactory
from tests.factories.partners import PromptedApplicationFactory
from tests.people import NOW, Cast
from tests.races import at_once

pytestmark = pytest.mark.django_db
KEPT = Answers(Known.YES, Known.NO, Known.NO)
NOTHING = Answers(Known.NO, Known.NO, Known.YES)


def log(cast: Cast, **fields: Any) -> PromptedApplication:
    given = {
        "agency": cast.council,
        "scheme": "CLARES_LAW",
        "received_on": date(2026, 11, 2),
        "answers": KEPT,
        "key": uuid.uuid4(),
        "by": cast.tess,
        "at": NOW,
    }
    return services.log_application(**given | fields)


def judge(application: PromptedApplication, cast: Cast, **fields: Any) -> PromptedApplication:
    given = {
        "application_id": application.pk,
        "answers": KEPT,
        "judgement": Judgement.INAPPROPRIATE,
        "should_have": ShouldHave.SHARE,
        "reason": "The school had heard it from the child.",
        "by": cast.sam,
        "at": NOW,
    }
    return services.judge_application(**given | fields)


def end(application: PromptedApplication, cast: Cast, **fields: Any) -> PromptedApplication:
    given = {
        "application_id": application.pk,
        "outcome": ApplicationOutcome.DISCLOSED,
        "ended_on": date(2026, 11, 18),
        "by": cast.tess,
        "at": NOW,
    }
    return services.end_application(**given | fields)


def test_every_step_is_kept_with_its_author_and_what_it_said(cast: Cast) -> None:
    application = log(cast)
    judge(application, cast)
    judge(
        application,
        cast,
        answers=NOTHING,
        judgement="APPROPRIATE",
        should_have="",
        reason="Only police knew.",
        by=cast.tess,
    )
    end(application, cast, outcome="WITHDRAWN", risk_acted_on="YES")

    steps = ApplicationEvent.objects.filter(application=application).order_by("number")
    assert [(step.number, step.move, step.by, step.judgement, step.outcome) for step in steps] == [
        (1, "LOG", cast.tess, "", ""),
        (2, "JUDGE", cast.sam, "INAPPROPRIATE", ""),
        (3, "JUDGE", cast.tess, "APPROPRIATE", ""),
        (4, "END", cast.tess, "", "WITHDRAWN"),
    ]
    assert [step.held_information for step in steps] == ["YES", "YES", "NO", "NO"]
    assert [entry.what for entry in Entry.objects.filter(what__startswith="partners.prompted").order_by("pk")] == [
        "partners.prompted_log",
        "partners.prompted_judge",
        "partners.prompted_judge",
        "partners.prompted_end",
    ]


def test_the_same_key_logs_once_and_other_answers_under_it_are_not_lost_silently(cast: Cast) -> None:
    key = uuid.uuid4()
    first = log(cast, key=key)

    assert log(cast, key=key) == first
    with pytest.raises(KeyWasUsed):
        log(cast, key=key, scheme="SARAHS_LAW")
    assert PromptedApplication.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_form_that_is_sent_ten_times_at_once_logs_one_application(cast: Cast) -> None:
    key = uuid.uuid4()

    made = at_once(*[lambda: log(cast, key=key).pk] * 10)

    assert len(set(made)) == 1
    assert ApplicationEvent.objects.count() == 1


def test_a_number_of_the_force_is_logged_once_until_it_is_struck_out(cast: Cast) -> None:
    first = log(cast, force_reference="dv/2026/118")

    with pytest.raises(services.CannotKeepPrompted, match="in the log already"):
        log(cast, force_reference="DV/2026/118")
    services.strike_application(application_id=first.pk, reason="Another force's.", by=cast.tess, at=NOW)
    assert log(cast, force_reference="DV/2026/118").force_reference == "DV/2026/118"


@pytest.mark.parametrize("written", ["Jane Fictitious", "JANE", "DV 118", "JANE-1", "O'NEILL-12"])
def test_no_name_can_stand_where_a_number_stands(cast: Cast, written: str) -> None:
    with pytest.raises(services.CannotKeepPrompted, match="number only") as refused:
        log(cast, force_reference=written)
    assert refused.value.field == "force_reference"
    with pytest.raises(IntegrityError), transaction.atomic():
        PromptedApplicationFactory(force_reference=written)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"received_on": date(2026, 11, 21)}, "in the future"),
        ({"agency": "police"}, "Choose a partner agency"),
        ({"by": "cory"}, "Only who keeps the log"),
        ({"by": "mina"}, "Only who keeps the log"),
    ],
)
def test_what_cannot_be_logged_is_refused_and_nothing_is_kept(cast: Cast, fields: dict[str, Any], words: str) -> None:
    fields = {name: getattr(cast, value) if isinstance(value, str) else value for name, value in fields.items()}

    with pytest.raises(services.CannotKeepPrompted, match=words):
        log(cast, **fields)
    assert not PromptedApplication.objects.exists()


def test_not_appropriate_says_what_should_have_happened_and_appropriate_does_not(cast: Cast) -> None:
    application = log(cast)

    with pytest.raises(services.CannotKeepPrompted, match="should have happened"):
        judge(application, cast, should_have="")
    with pytest.raises(services.CannotKeepPrompted, match="nothing else"):
        judge(application, cast, judgement="APPROPRIATE")
    with pytest.raises(services.CannotKeepPrompted, match="Say why"):
        judge(application, cast, reason="  ")
    with pytest.raises(IntegrityError), transaction.atomic():
        PromptedApplication.objects.filter(pk=application.pk).update(judgement="INAPPROPRIATE", reason="x")
    assert ApplicationEvent.objects.count() == 1


def test_what_was_not_completed_says_whether_the_risk_was_acted_on(cast: Cast) -> None:
    application = log(cast)

    with pytest.raises(services.CannotKeepPrompted, match="risk was acted on"):
        end(application, cast, outcome="NOT_REACHED")
    assert end(application, cast, outcome="NOT_REACHED", risk_acted_on="NO").risk_is_open
    assert not end(application, cast, outcome="NOT_REACHED", risk_acted_on="YES").risk_is_open
    corrected = end(application, cast, outcome="DISCLOSED", risk_acted_on="NO")
    assert (corrected.outcome, corrected.risk_acted_on) == ("DISCLOSED", "")
    with pytest.raises(IntegrityError), transaction.atomic():
        PromptedApplication.objects.filter(pk=application.pk).update(outcome="WITHDRAWN")


def test_nobody_shares_what_they_do_not_hold(cast: Cast) -> None:
    said = Answers(Known.NO, Known.YES, Known.NO)

    with pytest.raises(services.CannotKeepPrompted, match="held nothing") as refused:
        log(cast, answers=said)
    assert refused.value.field == "shared_itself"
    with pytest.raises(services.CannotKeepPrompted, match="held nothing"):
        judge(log(cast), cast, answers=said)
    with pytest.raises(IntegrityError), transaction.atomic():
        PromptedApplicationFactory(held_information="NO", shared_itself="YES")


@pytest.mark.parametrize("day", [date(2026, 11, 1), date(2026, 11, 21)])
def test_it_ends_since_it_came_and_not_in_the_future(cast: Cast, day: date) -> None:
    application = log(cast)

    with pytest.raises(services.CannotKeepPrompted, match="since it came"):
        end(application, cast, ended_on=day)


def test_what_is_struck_out_takes_no_more_steps_in_the_database_either(cast: Cast) -> None:
    application = log(cast)
    services.strike_application(application_id=application.pk, reason="Logged twice.", by=cast.tess, at=NOW)

    for step in (judge, end):
        with pytest.raises(services.CannotKeepPrompted, match="struck out"):
            step(application, cast)
    with pytest.raises(Error, match="not changed"), transaction.atomic():
        PromptedApplication.objects.filter(pk=application.pk).update(state="OPEN")


def test_steps_stand_and_nothing_that_was_logged_is_removed_or_moved_to_another_agency(cast: Cast) -> None:
    application = log(cast)

    with pytest.raises(Error, match="not changed"), transaction.atomic():
        ApplicationEvent.objects.update(by=cast.sam)
    with pytest.raises(Error, match="not removed"), transaction.atomic():
        ApplicationEvent.objects.all().delete()
    with pytest.raises(Error, match="not removed"), transaction.atomic():
        PromptedApplication.objects.filter(pk=application.pk)._raw_delete("default")
    with pytest.raises(Error, match="not changed"), transaction.atomic():
        PromptedApplication.objects.filter(pk=application.pk).update(agency=cast.elsewhere)


def test_another_force_keeps_its_own_log(cast: Cast) -> None:
    elsewhere = PromptedApplicationFactory(force=AgencyFactory(kind="POLICE"))

    with pytest.raises(services.CannotKeepPrompted, match="log of this force"):
        judge(elsewhere, cast)


@pytest.mark.parametrize(
    ("days", "late", "is_very_late"), [(28, 0, False), (29, 1, False), (45, 17, False), (46, 18, True)]
)
def test_the_limit_counts_calendar_days_from_first_contact(days: int, late: int, is_very_late: bool) -> None:
    application = PromptedApplicationFactory.build(
        received_on=date(2026, 11, 2), force=None, agency=None, logged_by=None
    )
    on = date(2026, 11, 2) + timedelta(days=days)

    assert application.due_on == date(2026, 11, 30)
    assert (application.days_late(on=on), application.is_very_late(on=on)) == (late, is_very_late)


@pytest.mark.parametrize(
    ("answers", "speaks_for"),
    [
        (KEPT, (Judgement.INAPPROPRIATE, ShouldHave.SHARE)),
        (Answers(Known.YES, Known.YES, Known.NO), (Judgement.APPROPRIATE, None)),
        (NOTHING, (Judgement.APPROPRIATE, None)),
        (Answers(Known.NO, Known.NO, Known.NO), (Judgement.INAPPROPRIATE, ShouldHave.RIGHT_TO_KNOW)),
        (Answers(Known.NO, Known.NO, Known.UNKNOWN), None),
        (Answers(Known.UNKNOWN, Known.NO, Known.YES), None),
        (Answers(Known.YES, Known.UNKNOWN, Known.NO), None),
    ],
)
def test_an_agency_that_held_information_and_kept_it_should_have_shared_it(answers: Answers, speaks_for: Any) -> None:
    assert answers.suggest == speaks_for


@pytest.mark.parametrize(
    ("in_danger", "held", "asked", "advice"),
    [
        ("YES", "YES", "YES", Advice.EMERGENCY),
        ("NO", "YES", "YES", Advice.SHARE),
        ("UNKNOWN", "YES", "NO", Advice.SHARE),
        ("NO", "UNKNOWN", "YES", Advice.CONSULT),
        ("UNKNOWN", "NO", "YES", Advice.CONSULT),
        ("NO", "NO", "YES", Advice.RIGHT_TO_ASK),
        ("NO", "NO", "NO", Advice.TELL_POLICE),
        ("NO", "NO", "UNKNOWN", Advice.TELL_POLICE),
    ],
)
def test_danger_comes_first_and_then_what_the_agency_holds(
    in_danger: str, held: str, asked: str, advice: Advice
) -> None:
    assert (
        services.advice_for(in_danger=Known(in_danger), held_information=Known(held), asked_by_person=Known(asked))
        == advice
    )


def test_a_check_keeps_the_agency_and_no_person(client: CarefulClient, cast: Cast) -> None:
    client.signed_in(cast.pat)
    answers = {"scheme": "CLARES_LAW", "in_danger": "NO", "held_information": "YES", "asked_by_person": "YES"}

    page = client.post(reverse("partners:asking_check"), answers, follow=True)

    assert "Share it yourself, now" in page.content.decode()
    check = AskingCheck.objects.get()
    assert (check.agency, check.advice) == (cast.council, Advice.SHARE)
    assert not {"user", "checked_by", "by"} & {field.name for field in AskingCheck._meta.get_fields()}


def test_what_was_typed_comes_back_with_the_error_beside_its_field(client: CarefulClient, cast: Cast) -> None:
    client.signed_in(cast.tess)
    typed = {
        "key": str(uuid.uuid4()),
        "agency": str(cast.council.pk),
        "scheme": "CLARES_LAW",
        "received_on_0": "2",
        "received_on_1": "11",
        "received_on_2": "2026",
        "force_reference": "Jane Fictitious",
        "held_information": "YES",
        "shared_itself": "NO",
        "asked_by_person": "NO",
    }

    page = client.post(reverse("partners:prompted_new"), typed)

    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {"force_reference"}
    assert not PromptedApplication.objects.exists()


def test_judging_it_as_appropriate_after_all_drops_what_should_have_happened(client: CarefulClient, cast: Cast) -> None:
    application = judge(log(cast), cast)
    client.signed_in(cast.tess)
    answers = {"held_information": "YES", "shared_itself": "YES", "asked_by_person": "NO"}
    typed = answers | {"judgement": "APPROPRIATE", "should_have": "SHARE", "reason": "It had shared before."}

    assert client.post(reverse("partners:prompted_judge", args=[application.pk]), typed).status_code == 302
    application.refresh_from_db()
    assert (application.judgement, application.should_have, application.shared_itself) == ("APPROPRIATE", "", "YES")
    assert (
        "What should have happened instead is left out." in client.get(application.get_absolute_url()).content.decode()
    )


@pytest.mark.parametrize("count", [1, 3])
def test_the_log_has_a_flat_query_count(
    client: CarefulClient, cast: Cast, count: int, django_assert_num_queries
) -> None:
    for _ in range(count):
        PromptedApplicationFactory(force=cast.police, agency=AgencyFactory(), logged_by=cast.tess)
    client.signed_in(cast.tess)

    with django_assert_num_queries(5):
        assert client.get(reverse("partners:prompted")).status_code == 200


def test_opening_an_application_is_recorded_and_shows_who_judged_it(client: CarefulClient, cast: Cast) -> None:
    application = judge(log(cast), cast)
    client.signed_in(cast.tess)

    page = client.get(application.get_absolute_url()).content.decode()

    assert "Sam Fictitious" in page
    assert Entry.objects.filter(what="partners.prompted_read", actor_id=cast.tess.pk).count() == 1
