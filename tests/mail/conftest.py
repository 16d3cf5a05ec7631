"""Mail leaves for real: to an SMTP server of the test."""

from collections.abc import Iterator
from typing import Any

import pytest

from mail.notifications.kinds import KINDS, Kind, kind
from tests.mail.sink import API_KEY, TEMPLATE_ID, Notify, Sink, notify_server, smtp_sink

NEWS = kind("tests.news", "News of {reference}", "There is news of {reference}.", "It counts {count}.")


@pytest.fixture(autouse=True)
def _kinds_of_this_test_alone() -> Iterator[None]:
    before = dict(KINDS)
    yield
    KINDS.clear()
    KINDS.update(before)


@pytest.fixture
def news() -> Kind:
    return NEWS


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    with smtp_sink() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        yield running


@pytest.fixture
def notify(settings: Any) -> Iterator[Notify]:
    with notify_server() as running:
        settings.MAIL_SENDER = "notify"
        settings.NOTIFY_API_KEY, settings.NOTIFY_TEMPLATE_ID = API_KEY, TEMPLATE_ID
        settings.NOTIFY_BASE_URL = running.address
        yield running
