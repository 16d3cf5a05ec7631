"""A message in words: plain text and HTML of the same lines, with nothing to load and nothing that tells who opened it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string

from mail.notifications.kinds import Kind


@dataclass(frozen=True)
class CalendarPart:
    """An entry for calendars. The first of a message is an alternative of its words, the others are attached."""

    content: str
    method: str
    file_name: str = ""

    @property
    def media_type(self) -> str:
        return f"text/calendar; method={self.method}"


@dataclass(frozen=True)
class Words:
    """What one message says, to whomever it goes."""

    subject: str
    text: str
    html: str


def compose(kind: Kind, *, values: Mapping[str, object], path: str = "", closing: str = "") -> Words:
    """The words of a message, with the way to the page where the rest can be read, or `closing` for who has no way there."""
    subject = kind.subject_with(values)
    said = [*kind.lines_with(values), *([closing] if closing else [])]
    link = f"{settings.SITE_URL}{path}" if path else ""
    way = [f"{kind.invite}: {link}"] if link else []
    context = {
        "subject": subject,
        "lines": said,
        "link": link,
        "invite": kind.invite,
        "service_name": settings.SERVICE_NAME,
    }
    return Words(
        subject=subject,
        text="\n\n".join([*said, *way, settings.SERVICE_NAME]),
        html=render_to_string("mail/message.html", context),
    )


def example_of(kind: Kind) -> Words:
    """The kind with fictitious values, as somebody would get it."""
    return compose(kind, values=kind.examples, path="/" if kind.invite else "")
