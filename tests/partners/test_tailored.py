"""A session that an agency asks for: the moves, whose turn it is, what is scheduled, reminders, and the pages of both sides."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from common.errors import KeyWasUsed
from jobs.models import Job
from partners.enums import TAILORED_MOVERS, TAILORED_MOVES, Side, TailoredMove, TailoredState, next_tailored_state
from partners.models import Session, TailoredRequest
from partners.notifications.tailored_mail import email_agency_about_its_session, email_side_about_tailored
from partners.permissions import tailored_moves_open_to
from partners.queries import waiting_for
from partners.services import tailored as services
from partners.services.scheduling import move_session
from partners.services.sessions import cancel_session, change_session, open_session
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.partners import STARTS, TailoredDateFactory, TailoredRequestFactory
from tests.people import NOW, Cast
from tests.races import at_once
from tests.reading import text_of

WISH = {
    "kind": "CPI",
    "audience": "Reception staff",
    "size": 12,
    "purpose": "When to send a form.",
    "wished": "Tuesday evenings",
    "venue": "ONLINE",
}


def ask(cast: Cast, **changes) -> TailoredRequest:
    return services.ask_for_session(**WISH | {"key": uuid.uuid4(), "by": cast.cory, "at": NOW} | changes)


def own_request(cast: Cast, state: str = "ASKED", **fields) -> TailoredRequest:
    made = TailoredRequestFactory(
        agency=cast.council, host=cast.police, asked_by=cast.cory, **{"moved_at": NOW} | fields
    )
    if state in ("PROPOSED", "AGREED"):
        TailoredDateFactory(request=made, is_agreed=state == "AGREED")
    TailoredRequest.objects.filter(pk=made.pk).update(state=state)
    made.refresh_from_db()
    return made


def deeds(cast: Cast, made: TailoredRequest, by) -> dict:
    """Each move, tried by somebody."""
    given = {"request_id": made.pk, "by": by, "at": NOW}
    date = made.dates.first()
    return {
        TailoredMove.PROPOSE: lambda: services.propose_dates(starts=[STARTS + timedelta(days=9)], **given),
        TailoredMove.AGREE: lambda: services.agree_to_date(date_id=date.pk if date else uuid.uuid4(), **given),
        TailoredMove.ASK_OTHERS: lambda: services.ask_for_other_dates(words="Later.", **given),
        TailoredMove.SCHEDULE: lambda: services.schedule_session(title="For the council", **given),
        TailoredMove.DECLINE: lambda: services.decline_request(words="No trainer.", **given),
        TailoredMove.WITHDRAW: lambda: services.withdraw_request(**given),
    }


@pytest.mark.parametrize("state", ["ASKED", "PROPOSED", "AGREED", "DECLINED", "WITHDRAWN"])
@pytest.mark.parametrize("move", [move for move in TailoredMove if move != TailoredMove.ASK])
def test_a_move_is_made_from_the_states_of_the_table_by_its_side_alone(cast, state, move):
    side = TAILORED_MOVERS[move]
    own, other = (cast.tess, cast.cory) if side == Side.TRAINER else (cast.cory, cast.tess)
    made = own_request(cast, state)
    after = next_tailored_state(move, state)
    assert (move in tailored_moves_open_to(own, made)) == (after is not None)

    for stranger in (other, cast.pat, cast.out, cast.olu):
        with pytest.raises(services.CannotMoveRequest):
            deeds(cast, made, stranger)[move]()
        made.refresh_from_db()
        assert made.state == state
    if after is None:
        with pytest.raises(services.CannotMoveRequest):
            deeds(cast, made, own)[move]()
    else:
        deeds(cast, made, own)[move]()
    made.refresh_from_db()
    assert made.state == (after or state)


def test_the_table_leads_to_every_state_and_out_of_none_that_is_over():
    assert set(TAILORED_MOVES.values()) | {TailoredState.ASKED} == set(TailoredState)
    assert not {state for _, state in TAILORED_MOVES if state in ("SCHEDULED", "DECLINED", "WITHDRAWN")}


def test_asking_twice_with_one_form_asks_once(cast):
    key = uuid.uuid4()
    assert ask(cast, key=key) == ask(cast, key=key)
    with pytest.raises(KeyWasUsed):
        ask(cast, key=key, size=13)
    assert TailoredRequest.objects.count() == 1


@pytest.mark.parametrize("change", [{"audience": " "}, {"purpose": ""}, {"wished": " "}, {"size": 501}])
def test_a_request_says_what_is_wanted(cast, change):
    with pytest.raises(services.CannotMoveRequest):
        ask(cast, **change)
    assert not TailoredRequest.objects.exists()


def test_from_asking_to_a_session_by_invitation_of_this_agency_alone(cast):
    made = ask(cast)
    give = {"request_id": made.pk, "at": NOW}
    services.propose_dates(starts=[STARTS], by=cast.tess, **give)
    services.ask_for_other_dates(words="Not in that week.", by=cast.cory, **give)
    services.propose_dates(starts=[STARTS + timedelta(days=8), STARTS + timedelta(days=7)], by=cast.tess, **give)
    first = made.dates.get(round=1)
    with pytest.raises(services.CannotMoveRequest, match="one of the dates"):
        services.agree_to_date(date_id=first.pk, by=cast.cory, **give)
    chosen = made.dates.get(starts_at=STARTS + timedelta(days=7))
    services.agree_to_date(date_id=chosen.pk, by=cast.cory, **give)
    services.schedule_session(title="For reception staff", by=cast.tess, **give)

    made.refresh_from_db()
    session = made.session
    assert session is not None
    assert (made.state, session.starts_at, session.capacity) == ("SCHEDULED", chosen.starts_at, 12)
    assert (session.audience, list(session.audience_agencies.all())) == ("INVITED", [cast.council])
    open_session(session_id=session.pk, by=cast.tess, at=NOW)
    assert list(Session.objects.visible_to(cast.cory)) == [session]
    assert not Session.objects.visible_to(cast.out).exists()
    assert [step.move for step in made.steps.order_by("number")] == [
        "ASK",
        "PROPOSE",
        "ASK_OTHERS",
        "PROPOSE",
        "AGREE",
        "SCHEDULE",
    ]
    assert Entry.objects.filter(what__startswith="partners.tailored_").count() == 6


def test_a_date_that_was_agreed_and_proposed_anew_is_agreed_no_more(cast):
    made = own_request(cast, "AGREED")
    services.propose_dates(request_id=made.pk, starts=[STARTS + timedelta(days=2)], by=cast.tess, at=NOW)
    assert not made.dates.filter(is_agreed=True).exists()


@pytest.mark.parametrize(("days", "words"), [([], "1 to 3"), ([1, 2, 3, 4], "1 to 3"), ([-40], "future")])
def test_dates_are_one_to_three_and_ahead(cast, days, words):
    made = own_request(cast)
    with pytest.raises(services.CannotMoveRequest, match=words):
        services.propose_dates(
            request_id=made.pk, starts=[STARTS + timedelta(days=day) for day in days], by=cast.tess, at=NOW
        )


def test_a_date_that_has_passed_is_neither_agreed_nor_scheduled(cast):
    late = STARTS + timedelta(days=1)
    made, agreed = own_request(cast, "PROPOSED"), own_request(cast, "AGREED")
    with pytest.raises(services.CannotMoveRequest, match="passed"):
        services.agree_to_date(request_id=made.pk, date_id=made.dates.get().pk, by=cast.cory, at=late)
    with pytest.raises(services.CannotMoveRequest, match="passed"):
        services.schedule_session(request_id=agreed.pk, title="Late", by=cast.tess, at=late)
    assert not Session.objects.exists()


def test_the_database_refuses_a_scheduled_request_without_a_session_and_two_agreed_dates(cast):
    made = own_request(cast, "AGREED")
    with pytest.raises(IntegrityError, match="scheduled_has_its_session"), transaction.atomic():
        TailoredRequest.objects.filter(pk=made.pk).update(state="SCHEDULED")
    with pytest.raises(IntegrityError, match="only_one_is_agreed"), transaction.atomic():
        TailoredDateFactory(request=made, starts_at=STARTS + timedelta(days=1), is_agreed=True)


@pytest.mark.django_db(transaction=True)
def test_a_request_that_is_scheduled_and_withdrawn_at_once_ends_in_one_of_the_two(cast):
    made = own_request(cast, "AGREED")

    answers = at_once(
        deeds(cast, made, cast.tess)[TailoredMove.SCHEDULE],
        deeds(cast, made, cast.cory)[TailoredMove.WITHDRAW],
        refusal=services.CannotMoveRequest,
    )

    made.refresh_from_db()
    assert sum(isinstance(answer, services.CannotMoveRequest) for answer in answers) == 1
    assert (made.state == "SCHEDULED") == Session.objects.exists()


def test_whose_turn_it_is_is_reminded_after_five_working_days_and_again_after_five(cast):
    friday = datetime(2026, 11, 20, 10, tzinfo=UTC)
    own_request(cast, moved_at=friday)

    def told(day: int) -> int:
        return services.remind_of_tailored(at=friday + timedelta(days=day))

    assert [told(6), told(7), told(7), told(13), told(14)] == [0, 1, 0, 0, 1]
    assert Job.objects.filter(task__endswith="email_side_about_tailored").count() == 2


def test_what_is_over_reminds_nobody(cast):
    for state in ("DECLINED", "WITHDRAWN"):
        own_request(cast, state, moved_at=NOW)
    assert services.remind_of_tailored(at=NOW + timedelta(days=90)) == 0


@pytest.mark.parametrize(
    ("state", "to"),
    [("ASKED", ["tess@example.org"]), ("PROPOSED", ["cory@example.org"]), ("WITHDRAWN", ["tess@example.org"])],
)
def test_mail_goes_to_the_side_that_acts_and_says_nothing_of_the_session(cast, state, to):
    UserFactory(agency=AgencyFactory(kind="POLICE"), roles=["TRAINER"])
    made = own_request(cast, state)
    email_side_about_tailored(request_id=str(made.pk), moved_at=made.moved_at.isoformat())
    email_side_about_tailored(request_id=str(made.pk), moved_at=(made.moved_at - timedelta(days=1)).isoformat())

    assert [message.to for message in mail.outbox] == [to]
    assert made.audience not in mail.outbox[0].body
    assert mail.outbox[0].subject == "MASH session"


def test_mail_goes_to_who_coordinates_today_however_long_the_request_has_waited(cast):
    made = own_request(cast, "PROPOSED", moved_at=datetime(2019, 3, 1, tzinfo=UTC))
    email_side_about_tailored(request_id=str(made.pk), moved_at=made.moved_at.isoformat())
    assert [message.to for message in mail.outbox] == [["cory@example.org"]]


def scheduled(cast: Cast) -> TailoredRequest:
    made = own_request(cast, "AGREED")
    services.schedule_session(request_id=made.pk, title="A telling title", by=cast.tess, at=NOW)
    Job.objects.all().delete()
    made.refresh_from_db()
    return made


def told_of_the_session(made: TailoredRequest) -> list[str]:
    found = Job.objects.filter(task="partners.tasks.email_agency_about_its_session")
    assert all(job.arguments["request_id"] == str(made.pk) for job in found)
    return sorted(job.arguments["about"] for job in found)


def test_the_agency_hears_when_its_session_is_opened_moved_or_cancelled_though_nobody_is_booked(cast):
    made = scheduled(cast)
    moved = STARTS + timedelta(days=1)
    give = {"session_id": made.session_id, "by": cast.tess, "at": NOW}
    change_session(starts_at=moved, ends_at=moved + timedelta(hours=1), **give)
    change_session(title="Other words", **give)
    open_session(**give)
    move_session(spans=[(STARTS, STARTS + timedelta(hours=1))], reason="Snow.", **give)
    assert told_of_the_session(made) == ["MOVED", "MOVED", "OPENED"]
    email_agency_about_its_session(request_id=str(made.pk), about="OPENED")
    email_agency_about_its_session(request_id=str(made.pk), about="MOVED")
    cancel_session(reason="Nobody is well.", **give)
    assert told_of_the_session(made) == ["CANCELLED", "MOVED", "MOVED", "OPENED"]
    for about in ("OPENED", "MOVED", "CANCELLED"):
        email_agency_about_its_session(request_id=str(made.pk), about=about)

    said = [(message.to, message.body.split(".")[0]) for message in mail.outbox]
    assert said == [
        (["cory@example.org"], "The session that you asked for is open"),
        (["cory@example.org"], "The session that you asked for is moved"),
        (["cory@example.org"], "The session that you asked for is cancelled"),
    ]
    assert "3 December 2026" in mail.outbox[1].body
    for message in mail.outbox:
        assert message.subject == "MASH session"
        assert "telling" not in message.body
        assert "Nobody is well" not in message.body


def test_the_request_says_that_its_session_was_cancelled_and_offers_to_ask_again(client, cast):
    made = scheduled(cast)
    client.signed_in(cast.cory)
    assert "It begins on 3 December 2026" in text_of(client.get(made.get_absolute_url()))
    cancel_session(session_id=made.session_id, reason="Nobody is well.", by=cast.tess, at=NOW)

    words = text_of(client.get(made.get_absolute_url()))

    assert "It begins on" not in words
    assert "was cancelled on 20 November 2026: Nobody is well. Ask for a session again" in words
    assert "Ask for a session again" not in text_of(client.signed_in(cast.tess).get(made.get_absolute_url()))


def test_what_waits_for_a_side_stands_on_its_home_page(cast):
    own_request(cast)
    own_request(cast, "PROPOSED")

    def waits(user):
        return next(line.count for line in waiting_for(user, at=timezone.now()) if "tailored" in line.title)

    assert (waits(cast.tess), waits(cast.cory)) == (1, 1)


def test_both_sides_come_to_a_session_by_their_pages(client, cast):
    def moment(name: str, at: datetime) -> dict:
        return {f"{name}_0": at.day, f"{name}_1": at.month, f"{name}_2": at.year, f"{name}_3": "10:00"}

    client.signed_in(cast.cory)
    page = client.post(reverse("partners:tailored_ask"), WISH | {"key": uuid.uuid4()}, follow=True)
    assert "Waiting for a trainer of the force" in text_of(page)
    made = TailoredRequest.objects.get()
    client.signed_in(cast.tess)
    ahead = timezone.now() + timedelta(days=40)
    client.post(reverse("partners:tailored_propose", args=[made.pk]), moment("date_1", ahead))
    client.signed_in(cast.cory)
    answer = reverse("partners:tailored_answer", args=[made.pk])
    refused = client.post(answer, {"answer": "OTHERS", "words": ""})
    assert refused.status_code == 422
    assert "Say which dates would suit" in text_of(refused)
    client.post(answer, {"answer": str(made.dates.get().pk)})
    client.signed_in(cast.tess)
    page = client.post(
        reverse("partners:tailored_schedule", args=[made.pk]), {"title": "For reception staff"}, follow=True
    )
    assert "For reception staff" in text_of(page)
    made.refresh_from_db()
    assert made.state == "SCHEDULED"


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_requests_has_a_flat_query_count(client, cast, count, django_assert_num_queries):
    for _ in range(count):
        own_request(cast)
    client.signed_in(cast.tess)
    with django_assert_num_queries(5):
        client.get(reverse("partners:tailored_requests"))
