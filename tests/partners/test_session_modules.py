"""Modules of the training catalogue at a session: chosen by its trainers, with a link for who may read them and in words for others."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from audit.models import Entry
from partners.models import SessionModule
from partners.services import session_modules as services
from tests.conftest import CarefulClient
from tests.factories.partners import BookingFactory, SessionFactory
from tests.factories.training import ModuleFactory, ModuleVersionFactory
from tests.partners.page_steps import own_session, page
from tests.people import NOW, Cast
from tests.reading import text_of
from training.models import Module

pytestmark = pytest.mark.django_db


def module_of(cast: Cast, title: str = "Sharing without consent", **fields) -> Module:
    return ModuleVersionFactory(**{"module__force": cast.police, "module__title": title} | fields).module


def add(cast: Cast, session, module: Module, **fields) -> SessionModule:
    given = {"session_id": session.pk, "module_id": module.pk, "time": "BEFORE", "by": cast.tess, "at": NOW}
    return services.add_module(**given | fields)


def test_a_module_stands_once_for_each_time_and_that_it_was_put_there_is_recorded(cast):
    session, module = own_session(cast), module_of(cast)

    added = add(cast, session, module)

    assert add(cast, session, module) == added
    assert add(cast, session, module, time="AFTER") != added
    assert list(Entry.objects.values_list("what", "actor_id")) == [
        ("partners.session_module_added", str(cast.tess.pk)),
        ("partners.session_module_added", str(cast.tess.pk)),
    ]
    with pytest.raises(IntegrityError), transaction.atomic():
        SessionModule.objects.create(session=session, module=module, time="AFTER", added_at=NOW, added_by=cast.tess)


def test_a_module_is_one_that_the_force_teaches_now(cast):
    session = own_session(cast)
    not_taught = ModuleFactory(force=cast.police)
    elsewhere = ModuleVersionFactory().module
    for module in (not_taught, elsewhere):
        with pytest.raises(services.CannotKeepModule, match="teaches now") as refused:
            add(cast, session, module)
        assert refused.value.field == "module"
    with pytest.raises(services.CannotKeepModule) as refused:
        add(cast, session, module_of(cast), time="LATER")
    assert refused.value.field == "time"
    assert not SessionModule.objects.exists()


def test_only_trainers_of_the_force_put_modules_there_and_not_on_a_cancelled_session(cast):
    module = module_of(cast)
    with pytest.raises(services.CannotKeepModule, match="Only a trainer"):
        add(cast, own_session(cast), module, by=cast.cory)
    with pytest.raises(services.CannotKeepModule, match="cancelled"):
        add(cast, own_session(cast, state="CANCELLED"), module)
    with pytest.raises(services.CannotKeepModule, match="Only a trainer"):
        add(cast, SessionFactory(), module)


def test_a_session_has_at_most_ten(cast, monkeypatch):
    monkeypatch.setattr(services, "MOST_MODULES", 1)
    session = own_session(cast)
    add(cast, session, module_of(cast))
    with pytest.raises(services.CannotKeepModule, match="at most 1"):
        add(cast, session, module_of(cast, "Another"))


def test_taking_one_off_is_recorded_and_the_row_is_gone(cast):
    added = add(cast, own_session(cast), module_of(cast))
    with pytest.raises(services.CannotKeepModule):
        services.remove_module(session_module_id=added.pk, by=cast.cory, at=NOW)

    services.remove_module(session_module_id=added.pk, by=cast.tess, at=NOW)

    assert not SessionModule.objects.exists()
    assert Entry.objects.filter(what="partners.session_module_removed").count() == 1


def test_trainers_follow_a_link_and_who_is_booked_reads_what_it_is(client: CarefulClient, cast):
    session, module = own_session(cast), module_of(cast, minutes=45)
    add(cast, session, module)
    booking = BookingFactory(session=session, user=cast.pat)

    client.signed_in(cast.tess)
    assert module.get_absolute_url() in client.get(page("session", session)).content.decode()
    client.signed_in(cast.pat)
    for address in (page("session", session), page("booking", booking)):
        shown = client.get(address)
        assert module.get_absolute_url() not in shown.content.decode()
        assert "Face to face, 45 minutes. Says what to record and why." in text_of(shown)


def test_before_is_for_who_is_booked_and_after_for_who_was_there(client: CarefulClient, cast):
    session = own_session(cast, state="HELD", starts_at=NOW - timedelta(days=3))
    add(cast, session, module_of(cast, "Read before"))
    add(cast, session, module_of(cast, "Read after"), time="AFTER")
    there = BookingFactory(session=session, user=cast.pat, state="PRESENT")
    absent = BookingFactory(session=session, user=cast.out, state="ABSENT")

    seen = {}
    for booking in (there, absent):
        client.signed_in(booking.user)
        text = text_of(client.get(page("booking", booking)))
        seen[booking] = [title for title in ("Read before", "Read after") if title in text]
    assert seen == {there: ["Read before", "Read after"], absent: ["Read before"]}
    client.signed_in(cast.cory)
    BookingFactory(session=session, user=cast.cory, state="CANCELLED")
    assert "Read before" not in text_of(client.get(page("session", session)))


def test_the_form_offers_what_is_taught_keeps_what_was_typed_and_says_what_is_missing(client: CarefulClient, cast):
    session, module = own_session(cast), module_of(cast)
    client.signed_in(cast.tess)

    refused = client.post(page("session_module_new", session), {"module": str(module.pk)})
    assert refused.status_code == 422
    assert "Choose for whom it is" in text_of(refused)
    assert f'value="{module.pk}" selected' in refused.content.decode()

    done = client.post(page("session_module_new", session), {"module": str(module.pk), "time": "AFTER"}, follow=True)
    assert "Sharing without consent stands at the session." in text_of(done)
    taken = client.post(page("session_module_remove", session, SessionModule.objects.get()), follow=True)
    assert "is taken off" in text_of(taken)


@pytest.mark.parametrize("count", [1, 3])
def test_the_booking_page_asks_as_often_for_one_module_as_for_three(
    client: CarefulClient, cast, count, django_assert_num_queries
):
    session = own_session(cast)
    for number in range(count):
        add(cast, session, module_of(cast, f"Module number {number}"))
    booking = BookingFactory(session=session, user=cast.pat)
    client.signed_in(cast.pat)
    with django_assert_num_queries(18):
        client.get(page("booking", booking))
