"""Sessions that are copied, changed, moved and put into courses, by one trainer or by two at once."""

import re
import uuid
from datetime import timedelta

import pytest
from django.forms import CheckboxInput, MultiWidget
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from common.clock import LONDON
from partners.enums import Audience
from partners.models import Session
from partners.services.tailored import propose_dates
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.partners import (
    BookingFactory,
    TailoredRequestFactory,
)
from tests.partners.page_steps import own_session, page, soon
from tests.reading import text_of

# --- copying, changing and moving a session -----------------------------------------------------------------------------------


def form_of(page_shown) -> dict:
    """What the form of a page sends as it stands, as a browser would."""
    form = page_shown.context["form"]
    sent: dict = {}
    for bound in form:
        value = bound.value()
        if isinstance(bound.field.widget, MultiWidget):
            parts = value if isinstance(value, list) else bound.field.widget.decompress(value)
            sent |= {f"{bound.name}_{number}": part or "" for number, part in enumerate(parts)}
        elif isinstance(bound.field.widget, CheckboxInput):
            sent |= {bound.name: "on"} if value else {}
        elif value is not None:
            sent[bound.name] = value
    return sent


def test_a_copy_is_sent_to_the_page_that_plans(client, cast):
    session = own_session(cast, title="Copied one")
    session.trainers.add(cast.tess)
    shown = client.signed_in(cast.tess).get(page("session_copy", session))

    (target,) = re.findall(r'<form method="post" action="(/partners/[^"]*)"', shown.content.decode())
    day = soon(50)
    when = {"starts_at_0": day.day, "starts_at_1": day.month, "starts_at_2": day.year, "starts_at_3": "10:00"}
    planned = client.post(target, form_of(shown) | when)

    assert planned.status_code == 302
    assert Session.objects.filter(title="Copied one").count() == 2


def test_who_saves_second_is_told_what_the_first_changed_and_keeps_what_was_typed(client, cast):
    session = own_session(cast, title="As it was", capacity=20)
    session.trainers.add(cast.tess)
    tim = UserFactory(agency=cast.police, roles=["TRAINER"], name="Tim Fictitious")
    theirs = form_of(client.signed_in(cast.tess).get(page("session_change", session)))
    client.signed_in(tim)
    assert client.post(page("session_change", session), theirs | {"title": "By Tim"}).status_code == 302
    client.signed_in(cast.tess)

    refused = client.post(page("session_change", session), theirs | {"capacity": "33"})

    assert refused.status_code == 422
    words = text_of(refused)
    assert "Tim Fictitious changed the title after you had opened this page" in words
    assert "It is now: By Tim" in words
    assert form_of(refused)["capacity"] == "33"
    session.refresh_from_db()
    assert (session.title, session.capacity) == ("By Tim", 20)

    again = client.post(page("session_change", session), form_of(refused) | {"title": "By Tim"}, follow=True)
    assert "The session was changed." in text_of(again)
    session.refresh_from_db()
    assert (session.title, session.capacity) == ("By Tim", 33)


def test_a_stale_form_does_not_take_the_end_of_booking_back_behind_a_move(client, cast):
    starts = soon(20)
    session = own_session(cast, starts_at=starts, booking_closes_at=starts - timedelta(days=1))
    session.trainers.add(cast.tess)
    client.signed_in(cast.tess)
    stale = form_of(client.get(page("session_change", session)))
    moving = form_of(client.get(page("session_move", session)))
    client.post(page("session_move", session), moving | {"starts_at_3": "16:00", "reason": "Room."})
    session.refresh_from_db()
    closes = session.booking_closes_at
    assert closes != starts - timedelta(days=1)

    refused = client.post(page("session_change", session), stale | {"title": "Another"})

    assert refused.status_code == 422
    assert "when booking closes" in text_of(refused)
    session.refresh_from_db()
    assert session.booking_closes_at == closes


def test_a_stale_form_of_a_session_that_was_opened_or_changed_alike_is_saved(client, cast):
    session = own_session(cast, state="PLANNED", capacity=20)
    session.trainers.add(cast.tess)
    client.signed_in(cast.tess)
    opened = form_of(client.get(page("session_change", session)))
    client.post(page("session_open", session))
    assert client.post(page("session_change", session), opened | {"capacity": "21"}).status_code == 302

    again = client.post(page("session_change", session), opened | {"capacity": "21"}, follow=True)

    assert "Nothing was changed" in text_of(again)
    assert Entry.objects.filter(what="partners.session_changed", object_id=str(session.pk)).count() == 1


def test_two_trainers_do_not_move_one_session_over_each_other(client, cast):
    session = own_session(cast)
    session.trainers.add(cast.tess)
    client.signed_in(cast.tess)
    shown = form_of(client.get(page("session_move", session)))
    client.post(page("session_move", session), shown | {"starts_at_3": "09:15", "reason": "Room."})

    refused = client.post(page("session_move", session), shown | {"starts_at_3": "16:00", "reason": "Train."})

    assert refused.status_code == 422
    assert "You changed when it begins" in text_of(refused)
    assert "9:15am" in text_of(refused)
    assert form_of(refused)["reason"] == "Train."
    assert session.shifts.count() == 1


def test_another_title_meanwhile_does_not_stop_a_move(client, cast):
    session = own_session(cast)
    session.trainers.add(cast.tess)
    client.signed_in(cast.tess)
    shown = form_of(client.get(page("session_move", session)))
    client.post(
        page("session_change", session), form_of(client.get(page("session_change", session))) | {"title": "Other"}
    )

    assert client.post(page("session_move", session), shown | {"starts_at_3": "09:15", "reason": "Room."}).url
    assert session.shifts.count() == 1


def test_moving_to_the_dates_that_it_has_says_that_nothing_changed(client, cast):
    session = own_session(cast)
    BookingFactory(session=session)
    client.signed_in(cast.tess)
    shown = form_of(client.get(page("session_move", session)))

    answer = client.post(page("session_move", session), shown | {"reason": "No reason."}, follow=True)

    assert "Nothing was changed and nobody was told" in text_of(answer)
    assert "is moved" not in text_of(answer)
    assert not session.shifts.exists()


def test_a_narrower_audience_says_how_many_keep_their_places(client, cast):
    session = own_session(cast)
    session.trainers.add(cast.tess)
    BookingFactory(session=session, user=cast.pat)
    BookingFactory(session=session, user=cast.out, state="WAITING")
    client.signed_in(cast.tess)
    shown = form_of(client.get(page("session_change", session)))
    narrowed = shown | {"audience": "NAMED", "audience_agencies": [str(cast.council.pk)]}

    answer = client.post(page("session_change", session), narrowed, follow=True)

    assert "1 person whom it is no longer for keeps their place or place on the waiting list." in text_of(answer)
    shown = form_of(client.get(page("session_change", session)))
    answer = client.post(page("session_change", session), shown | {"capacity": "39"}, follow=True)
    assert "no longer for" not in text_of(answer), "said once, by the change that did it"


def test_going_online_without_a_link_is_said(client, cast):
    session = own_session(cast, venue="PLACE", place="Room 1", joining_link="")
    session.trainers.add(cast.tess)
    BookingFactory(session=session)
    client.signed_in(cast.tess)
    shown = form_of(client.get(page("session_change", session)))

    answer = client.post(page("session_change", session), shown | {"venue": "ONLINE"}, follow=True)

    assert "It has no joining link yet: add it before" in text_of(answer)


@pytest.mark.parametrize("audience", list(Audience))
def test_whom_a_session_is_for_is_the_same_from_both_sides(cast, audience):
    session = own_session(
        cast, audience=audience, audience_kinds=[cast.council.kind] if audience == Audience.KINDS else []
    )
    if session.names_agencies:
        session.audience_agencies.add(cast.council)
    force = UserFactory(agency=AgencyFactory(kind="POLICE"), roles=["TRAINING_COORDINATOR"])
    asked = [cast.cory, cast.out, force, UserFactory(agency=cast.police, roles=["TRAINING_COORDINATOR"])]
    if session.audience == Audience.INVITED:
        asked.remove(cast.out)
        asked.append(UserFactory(agency=cast.elsewhere, roles=["TRAINING_COORDINATOR"]))

    meant = set(session.agencies_meant())

    for person in asked:
        is_open = Session.objects.open_to(person).filter(pk=session.pk).exists()
        assert (person.agency in meant) == is_open, person.agency.kind


def test_the_box_to_go_on_stands_at_the_error_and_the_summary_leads_to_it(client, cast):
    own_session(cast, starts_at=soon()).trainers.add(cast.tess)
    client.signed_in(cast.tess)
    other = own_session(cast, starts_at=soon(40))
    other.trainers.add(cast.tess)
    when = soon()
    sent = form_of(client.get(page("session_move", other))) | {
        "starts_at_0": when.day,
        "starts_at_1": when.month,
        "starts_at_2": when.year,
        "starts_at_3": when.astimezone(LONDON).strftime("%H:%M"),
        "reason": "Room.",
    }

    refused = client.post(page("session_move", other), sent)

    shown = refused.content.decode()
    assert refused.status_code == 422
    assert '<a href="#id_warning_read">' in shown
    assert shown.index('id="id_starts_at_0"') < shown.index('id="id_warning_read"') < shown.index('name="minutes"')
    assert client.post(page("session_move", other), sent | {"warning_read": "on"}).status_code == 302


# --- the register -------------------------------------------------------------------------------------------------------------


def test_a_register_with_nobody_marked_makes_nobody_absent_before_one_is_asked(client, cast):
    session = own_session(cast, starts_at=soon(-2))
    came = BookingFactory(session=session)
    client.signed_in(cast.tess)

    asked = client.post(page("session_register", session), {"close": "yes"}, follow=True)

    assert "Who is not marked is recorded as absent." in text_of(asked)
    came.refresh_from_db()
    assert came.state == "BOOKED"
    client.post(page("session_register_close", session))
    came.refresh_from_db()
    assert came.state == "ABSENT"


# --- courses ------------------------------------------------------------------------------------------------------------------


def test_a_course_says_what_was_done_and_offers_no_cancelled_session(client, cast):
    client.signed_in(cast.tess)
    coming = own_session(cast, title="Coming one")
    called_off = own_session(cast, title="Called off one")
    client.post(page("session_cancel", called_off), {"reason": "Snow."})
    made = client.post(reverse("partners:course_new"), {"title": "Winter", "key": str(uuid.uuid4())}, follow=True)

    assert "The course is made. Add its sessions." in text_of(made)
    assert "Called off one" not in text_of(made)
    chosen = re.search(r'<select[^>]*name="add"><option value="">Choose a session</option>', made.content.decode())
    assert chosen, "nothing is chosen for who only presses the button"
    assert re.search(r'<a [^>]*aria-current="[^"]*"[^>]*>\s*Sessions', made.content.decode())

    address = made.redirect_chain[-1][0]
    assert "Choose a session." in text_of(client.post(address, {"add": ""}, follow=True))
    refused = client.post(address, {"add": str(called_off.pk)}, follow=True)
    assert "This session was cancelled." in text_of(refused)
    added = text_of(client.post(address, {"add": str(coming.pk)}, follow=True))
    assert "Coming one is in the course now." in added
    assert "Coming one is taken out of the course." in text_of(
        client.post(address, {"remove": str(coming.pk)}, follow=True)
    )


# --- tailored sessions --------------------------------------------------------------------------------------------------------


def test_a_trainer_corrects_the_proposed_dates_until_the_agency_answers(client, cast):
    made = TailoredRequestFactory(agency=cast.council, host=cast.police, asked_by=cast.cory)
    client.signed_in(cast.tess)
    address = page("tailored_propose", made)
    first, second = soon(40), soon(41)
    propose_dates(request_id=made.pk, starts=[first], by=cast.tess, at=timezone.now())
    wrong = made.dates.get()
    assert "Correct the dates" in text_of(client.get(made.get_absolute_url()))
    sent = form_of(client.get(address))
    assert sent["date_1_0"] == first.day, "the form begins with what was proposed"

    corrected = client.post(address, sent | {"date_1_0": second.day, "date_1_1": second.month}, follow=True)

    assert "The dates are proposed. The other side is told by e-mail." in text_of(corrected)
    client.signed_in(cast.cory)
    stale = client.post(page("tailored_answer", made), {"answer": str(wrong.pk), "words": ""})
    assert stale.status_code == 422
    agreed = client.post(page("tailored_answer", made), {"answer": str(made.dates.latest("round").pk)}, follow=True)
    assert "You agreed to the date. The other side is told by e-mail." in text_of(agreed)
    made.refresh_from_db()
    assert made.state == "AGREED"
