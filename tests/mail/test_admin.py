"""Administrators see what was sent, never what it said, and each look at an address is recorded; every kind has a preview."""

import re

import pytest
from django.urls import reverse

import config.urls  # noqa: F401 -- loads all that sends mail, and so every kind
from audit.models import Entry
from mail.models import Message
from mail.notifications.composing import example_of
from mail.notifications.kinds import KINDS, kind, kinds_in_order
from tests.people import NOW

PREVIEWED = [name for name in sorted(KINDS) if not name.startswith("tests.")]
LIST = reverse("admin:mail_message_changelist")


@pytest.fixture
def message(cast) -> Message:
    facts = {"kind": "partners.booked", "recipient": "pat@example.org", "subject": "MASH session"}
    return Message.objects.create(**facts, reference="REF-2000-EXAMPLE", queued_at=NOW)


def looks() -> list[tuple]:
    return list(
        Entry.objects.filter(what__startswith="mail.")
        .order_by("pk")
        .values_list("verb", "what", "object_id", "details")
    )


def test_an_administrator_sees_what_was_sent_and_looking_is_recorded(client, cast, message):
    client.signed_in(cast.ada)

    listed = client.get(LIST)
    shown = client.get(reverse("admin:mail_message_change", args=[message.pk]))
    found = client.get(LIST, {"q": "pat@example.org"})

    assert [answer.status_code for answer in (listed, shown, found)] == [200, 200, 200]
    for answer in (listed, shown, found):
        assert b"pat@example.org" in answer.content
    assert looks() == [
        ("READ", "mail.messages", "", {"count": 1}),
        ("READ", "mail.message", str(message.pk), {}),
        ("SEARCHED", "mail.messages", "", {"count": 1}),
    ]
    assert set(Entry.objects.filter(what__startswith="mail.").values_list("actor_id", flat=True)) == {str(cast.ada.pk)}


def test_an_administrator_writes_changes_and_deletes_nothing(client, cast, message):
    client.signed_in(cast.ada)
    change, delete = (reverse(f"admin:mail_message_{deed}", args=[message.pk]) for deed in ("change", "delete"))

    assert client.get(reverse("admin:mail_message_add")).status_code == 403
    assert client.post(change, {"recipient": "x@example.org"}).status_code == 403
    assert client.post(delete, {"post": "yes"}).status_code == 403
    assert Message.objects.get().recipient == "pat@example.org"


@pytest.mark.parametrize("who", ["olu", "sam", "mina", "pat", "tess", "cory", "out"])
def test_nobody_else_sees_messages_or_their_kinds(client, cast, message, who):
    client.signed_in(getattr(cast, who))

    addresses = [
        LIST,
        reverse("admin:mail_message_change", args=[message.pk]),
        reverse("admin:mail_message_kinds"),
        reverse("admin:mail_message_kind", args=["partners.booked"]),
        reverse("admin:mail_message_html", args=["partners.booked"]),
    ]
    assert {client.get(address, follow=True).status_code for address in addresses} == {403}
    assert looks() == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_often_for_many_as_for_one(client, cast, django_assert_num_queries, count):
    for number in range(count):
        facts = {"kind": "partners.booked", "recipient": f"p{number}@example.org", "subject": "MASH session"}
        Message.objects.create(**facts, queued_at=NOW)
    client.signed_in(cast.ada)

    with django_assert_num_queries(LIST_QUERIES):
        client.get(LIST)


LIST_QUERIES = 9


def test_every_kind_is_listed_and_leads_to_its_preview(client, cast):
    client.signed_in(cast.ada)

    listed = client.get(reverse("admin:mail_message_kinds")).content.decode()

    assert len(PREVIEWED) > 60
    for name in PREVIEWED:
        assert f'href="{reverse("admin:mail_message_kind", args=[name])}"' in listed
    assert looks() == [], "no address is shown"


def test_a_kind_is_shown_as_text_and_as_html_that_may_load_and_run_nothing(client, cast):
    client.signed_in(cast.ada)

    shown = client.get(reverse("admin:mail_message_kind", args=["partners.booked"])).content.decode()
    html = client.get(reverse("admin:mail_message_html", args=["partners.booked"]))

    assert "<p>You have a place: REF-2000-EXAMPLE, 1 January 2000 at 10am.</p>" in shown
    assert "You have a place: REF-2000-EXAMPLE, 1 January 2000 at 10am.</p>" in html.content.decode()
    policy = set(html.headers["Content-Security-Policy"].split("; "))
    assert policy == {"default-src 'none'", "frame-ancestors 'none'", "sandbox", "style-src 'unsafe-inline'"}
    assert client.get(reverse("admin:mail_message_kind", args=["nowhere"])).status_code == 404
    assert client.get(reverse("admin:mail_message_html", args=["nowhere"])).status_code == 404


@pytest.mark.parametrize("name", PREVIEWED)
def test_each_kind_can_be_shown_with_fictitious_values_alone(name):
    words = example_of(KINDS[name])

    assert words.subject
    assert "{" not in words.subject + words.text
    references = re.findall(r"\b[A-Z]{2,8}-\d{4}-\w+", words.subject + words.text)
    assert set(references) <= {"REF-2000-EXAMPLE"}
    years = re.findall(r"\b(?:19|20)\d\d\b", words.text)
    assert set(years) <= {"2000"}


def test_a_kind_is_declared_once():
    name = kinds_in_order()[0].name

    with pytest.raises(ValueError, match="declared twice"):
        kind(name, "Again")
