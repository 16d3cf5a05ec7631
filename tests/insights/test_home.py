"""The home page: what waits, in the field's words, and the one thing that each role came for."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from insights.queries import access_log, home
from tests.factories.dip_samples import DipSampleFactory, LiveGapFactory, SampledIncidentFactory
from tests.factories.grading import AssignmentFactory, GradingRoundFactory, RoundItemFactory
from tests.factories.partners import BookingFactory, SessionFactory
from tests.factories.referrals import ReferralFactory


def test_everybody_has_one_main_action_that_opens(client, cast):
    """Which page an administrator goes to is the admin's own matter: it asks for a second sign-in step."""
    for name, person in cast.everyone().items():
        action = home.main_action(person)
        assert action is not None, name
        if action.url_name != "admin:index":
            client.signed_in(person)
            assert client.get(reverse(action.url_name)).status_code == 200, name
            assert action.title in client.get(reverse("home")).content.decode()


def test_what_is_late_comes_first(cast):
    over = timezone.now() - timedelta(days=2)
    BookingFactory(session=SessionFactory(host=cast.police, planned_by=cast.tess, starts_at=over))
    SessionFactory(host=cast.police, planned_by=cast.tess, starts_at=over + timedelta(days=30))

    lines = home.waiting_for(cast.tess, at=timezone.now())

    assert [(line.title, line.is_late) for line in lines] == [
        ("register to take", True),
        ("session with places to fill", False),
    ]
    assert all(line.count for line in lines)


@pytest.mark.parametrize("is_late", [False, True], ids=["in time", "late too"])
def test_an_open_live_gap_comes_before_all_other_lines_also_late_ones(client, cast, is_late):
    gap = LiveGapFactory(force=cast.police)
    at = gap.due_at + timedelta(minutes=1 if is_late else -1)
    ReferralFactory(author=cast.olu, submitted_at=at - timedelta(days=30), due_at=at - timedelta(days=20))

    first, *others = home.waiting_for(cast.sam, at=at)

    assert (first.title, first.is_late) == ("live gap: somebody may be at risk", is_late)
    lateness = [line.is_late for line in others]
    assert lateness[0]
    assert not lateness[-1]
    assert lateness == sorted(lateness, reverse=True)
    page = client.signed_in(cast.sam).get(reverse("home")).content.decode()
    assert re.findall(r'app-waiting__title">([^<]+)', page)[0] == first.title


@pytest.mark.parametrize(("count", "words"), [(1, "1 incident to review"), (2, "2 incidents to review")])
def test_one_incident_waits_in_the_singular(client, cast, count, words):
    sample = DipSampleFactory(force=cast.police, drawn_by=cast.sam, size=count)
    for position in range(1, count + 1):
        SampledIncidentFactory(sample=sample, position=position)

    page = client.signed_in(cast.rae).get(reverse("home")).content.decode()

    number, _, title = words.partition(" ")
    assert f'<span class="app-waiting__count">{number}</span> <span class="app-waiting__title">{title}</span>' in page


@pytest.mark.parametrize(("count", "words"), [(1, "dip sample to publish"), (2, "dip samples to publish")])
def test_one_sample_waits_in_the_singular(cast, count, words):
    for year in range(2024, 2024 + count):
        DipSampleFactory(
            force=cast.police,
            drawn_by=cast.sam,
            state="REVIEWED",
            period_start=f"{year}-01-01",
            period_end=f"{year}-02-28",
        )

    assert words in [line.title for line in home.waiting_for(cast.sam, at=timezone.now())]


def test_a_grader_is_led_to_the_round(client, cast):
    round = GradingRoundFactory(force=cast.police, opened_by=cast.sam, state="GRADING")
    AssignmentFactory(item=RoundItemFactory(round=round), grader=cast.pam)

    assert f'href="{round.get_absolute_url()}"' in client.signed_in(cast.pam).get(reverse("home")).content.decode()


def test_the_log_shows_names_and_an_id_that_nobody_has_as_it_is(cast):
    gone = "00000000-0000-4000-8000-000000000000"
    entries = [
        Entry(actor_id=str(cast.sam.pk), object_label="grading.GradingRound", recipient_id=str(cast.council.pk)),
        Entry(actor_id=gone, object_label="gone.Model", recipient_id=""),
        Entry(actor_id="", object_label="", recipient_id=""),
    ]

    lines = access_log.with_names(entries)

    assert [(line.actor, line.record, line.recipient) for line in lines] == [
        ("Sam Fictitious", "Grading round", cast.council.name),
        (gone, "gone.Model", ""),
        ("The service itself", "", ""),
    ]
