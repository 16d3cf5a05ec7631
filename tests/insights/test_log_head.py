"""The head of the access log leaves the database: to a file every hour, to information governance every day."""

from datetime import timedelta
from typing import Any

import pytest

from audit import services as audit
from audit.enums import Verb
from audit.models import Entry, Link
from insights import services, tasks
from jobs.models import Job
from tests.people import NOW, Cast


@pytest.fixture
def entry(cast: Cast) -> Entry:
    return audit.record(verb=Verb.READ, what="agency.read", at=NOW, actor=cast.mina)


def test_the_file_gets_a_line_for_what_is_chained_now(entry: Entry, settings: Any, tmp_path: Any) -> None:
    settings.LOG_HEAD_FILE = str(tmp_path / "heads")

    services.keep_head(at=NOW)
    services.keep_head(at=NOW + timedelta(hours=1))

    heads = audit.read_heads(tmp_path / "heads")
    assert [one.hash for one in heads] == [Link.objects.get().hash] * 2
    assert audit.verify_chain(kept_heads=heads).first_break is None


def test_without_a_file_nothing_is_written(entry: Entry, settings: Any, tmp_path: Any, monkeypatch: Any) -> None:
    settings.LOG_HEAD_FILE = ""
    monkeypatch.chdir(tmp_path)

    assert services.keep_head(at=NOW).number == 1
    assert list(tmp_path.iterdir()) == []


def test_information_governance_gets_the_head_by_mail_once_a_day(entry: Entry, cast: Cast, mailoutbox: Any) -> None:
    for hours in (0, 1, 24):
        services.mail_head(at=NOW + timedelta(hours=hours))

    jobs = list(Job.objects.filter(task=tasks.email_log_head.task_name).order_by("created_at"))
    assert len(jobs) == 2
    arguments = jobs[0].arguments
    tasks.notifications.email_log_head(number=int(arguments["number"]), hash=arguments["hash"], on=NOW.date())
    (mail,) = mailoutbox
    assert mail.to == ["iggy@example.org"]
    assert mail.subject == "Access log: its head on 20 November 2026"
    assert Link.objects.get(number=1).hash in mail.body
    assert Entry.objects.filter(what="access_log.head_published").count() == 2
