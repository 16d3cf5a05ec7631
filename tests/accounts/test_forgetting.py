"""What the clock removes, because nobody needs it any more."""

from datetime import timedelta

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.models import IdempotentRequest
from accounts.schedules import forget_what_is_over
from accounts.services import ANSWERS_KEPT, ENDED_SESSIONS_KEPT
from tests.people import Cast

MINUTE = timedelta(minutes=1)


def test_a_session_that_ended_is_removed_with_the_words_in_it_a_day_later(db: None) -> None:
    now = timezone.now()
    for name, ended_at in (
        ("old", now - ENDED_SESSIONS_KEPT - MINUTE),
        ("ended", now - MINUTE),
        ("open", now + MINUTE),
    ):
        SessionStore().create_model_instance({"kept_words": name}).save()
        Session.objects.filter(expire_date__gt=now + timedelta(minutes=2)).update(expire_date=ended_at)

    forget_what_is_over()

    assert sorted(session.get_decoded()["kept_words"] for session in Session.objects.all()) == ["ended", "open"]


def test_the_answer_to_a_program_is_forgotten_after_thirty_days(cast: Cast) -> None:
    for key, at in (("old", timezone.now() - ANSWERS_KEPT - MINUTE), ("young", timezone.now() - ANSWERS_KEPT + MINUTE)):
        IdempotentRequest.objects.create(user=cast.olu, key=key, fingerprint="0" * 64, status=201, body={}, at=at)

    forget_what_is_over()

    assert list(IdempotentRequest.objects.values_list("key", flat=True)) == ["young"]
    assert timedelta(days=30) == ANSWERS_KEPT
