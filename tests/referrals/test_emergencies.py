"""Emergency access: at night, without anybody's leave, for an hour, marked, told at once and reviewed by somebody else."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.utils import ProgrammingError
from django.urls import reverse
from django.utils import timezone

from audit.enums import Verb
from audit.models import Entry
from audit.services import chain_new_entries, verify_chain
from referrals import notifications, permissions, queries, services
from referrals.models import EmergencyAccess, Referral
from tests.conftest import CarefulClient
from tests.people import NOW
from tests.races import at_once
from tests.reading import text_of

WHY = "A child is missing and may be with somebody named in it."
NIGHT = datetime(2026, 11, 21, 3, 10, tzinfo=UTC)  # the night to a Saturday


@pytest.fixture
def closed(cast, life):
    """A referral in which Sam alone is named."""
    referral = life.submitted()
    services.restrict_referral(
        referral_id=referral.pk,
        reason="PROTECTED",
        words="Moved with her mother.",
        is_hinted=False,
        people=[cast.sam],
        by=cast.sam,
        at=NOW,
    )
    return referral


def break_glass(user, referral, at=None, reason=WHY):
    return services.break_glass(referral_id=referral.pk, reason=reason, by=user, at=at or timezone.now())


def sees(user, referral):
    return Referral.objects.visible_to(user).filter(pk=referral.pk).exists()


def test_it_opens_at_once_and_closes_by_itself(cast, closed):
    assert not sees(cast.mina, closed)
    opened = break_glass(cast.mina, closed)

    assert sees(cast.mina, closed)
    assert permissions.can_decide(cast.mina, Referral.objects.get(pk=closed.pk))
    assert opened.closes_at - opened.opened_at == settings.EMERGENCY_ACCESS_FOR
    assert not sees(cast.olu, closed)


def test_an_hour_later_it_is_closed(cast, closed):
    break_glass(cast.mina, closed, at=timezone.now() - settings.EMERGENCY_ACCESS_FOR)
    assert not sees(cast.mina, closed)


def test_at_night_nobody_is_asked_and_the_review_is_due_in_working_days(cast, closed):
    opened = break_glass(cast.mina, closed, at=NIGHT)
    assert opened.review_due_on.isoformat() == "2026-11-24"  # Monday, Tuesday
    assert not opened.is_late(on=opened.review_due_on)
    assert opened.is_late(on=opened.review_due_on + timedelta(days=1))


@pytest.mark.parametrize("name", ["olu", "lin", "pat", "iggy", "ada", "ines", "out"])
def test_whoever_may_not_opens_nothing(cast, closed, name):
    with pytest.raises(services.CannotBreakGlass):
        break_glass(getattr(cast, name), closed)
    assert not EmergencyAccess.objects.exists()


def test_it_never_opens_over_a_conflict_of_interest(cast, life, closed):
    referral = life.submitted()
    services.declare_conflict(referral_id=referral.pk, words="My niece.", by=cast.mina, at=NOW)
    services.restrict_referral(
        referral_id=referral.pk,
        reason="STAFF",
        words="A colleague.",
        is_hinted=True,
        people=[cast.sam],
        by=cast.sam,
        at=NOW,
    )
    with pytest.raises(services.CannotBreakGlass):
        break_glass(cast.mina, referral)
    now = timezone.now()
    facts = {"reason": WHY, "opened_at": now, "closes_at": now + timedelta(hours=1), "review_due_on": now.date()}
    with pytest.raises(IntegrityError, match="no part in it"), transaction.atomic():
        EmergencyAccess.objects.create(referral=referral, opened_by=cast.mina, **facts)
    with pytest.raises(IntegrityError, match="no part in it"), transaction.atomic():
        EmergencyAccess.objects.create(referral=life.submitted(), opened_by=cast.mina, **facts)


def test_a_conflict_that_is_said_meanwhile_closes_it(cast, closed):
    break_glass(cast.mina, closed)
    services.declare_conflict(referral_id=closed.pk, words="My niece.", by=cast.mina, at=timezone.now())
    assert not sees(cast.mina, closed)


@pytest.mark.parametrize("reason", ["", "Too short", "x" * 19, " " * 30])
def test_a_reason_of_twenty_characters_is_asked_for(cast, closed, client: CarefulClient, reason):
    with pytest.raises(services.CannotBreakGlass, match="20 characters"):
        break_glass(cast.mina, closed, reason=reason)
    sent = client.signed_in(cast.mina).post(
        f"/referrals/{closed.pk}/emergency/", {"reason": reason, "understood": "on"}
    )
    assert sent.status_code == 422
    assert not EmergencyAccess.objects.exists()


def test_all_that_is_done_meanwhile_is_marked_and_nothing_else(cast, life, closed, client: CarefulClient):
    other = life.submitted()
    client.signed_in(cast.mina).get(other.get_absolute_url())
    opened = break_glass(cast.mina, closed)
    client.get(closed.get_absolute_url())
    client.get(other.get_absolute_url())
    client.signed_in(cast.sam).get(closed.get_absolute_url())
    services.end_emergency(emergency_id=opened.pk, by=cast.mina, at=timezone.now())
    client.signed_in(cast.mina).get(other.get_absolute_url())

    marked = Entry.objects.filter(details__emergency_access=str(opened.pk))
    read = [(entry.actor_id, entry.object_id) for entry in marked.filter(what="referral.read").order_by("pk")]
    assert read == [(str(cast.mina.pk), str(closed.pk)), (str(cast.mina.pk), str(other.pk))]
    assert marked.filter(what="referral.opened_in_emergency", verb=Verb.READ, reason=WHY).exists()
    assert Entry.objects.filter(what="referral.read").count() == 5
    chain_new_entries()
    assert verify_chain().first_break is None


def test_who_reviews_it_reads_in_plain_words_what_was_done_meanwhile(cast, closed, client: CarefulClient):
    opened = break_glass(cast.mina, closed)
    client.signed_in(cast.mina).get(closed.get_absolute_url())
    client.get(reverse("referrals:versions", args=[closed.pk]))

    page = text_of(client.signed_in(cast.iggy).get(opened.get_absolute_url()))

    meanwhile = page.partition("What they did meanwhile")[2]
    assert "Opened it by emergency access" in meanwhile
    assert "Opened it" in meanwhile.replace("Opened it by emergency access", "")
    assert "Read its versions" in meanwhile
    assert "referral." not in meanwhile


def test_others_are_told_without_a_name_or_a_reference(cast, closed, mailoutbox):
    opened = break_glass(cast.mina, closed)
    notifications.email_about_emergency(emergency_id=str(opened.pk))

    assert {address for mail in mailoutbox for address in mail.to} == {cast.sam.email, cast.iggy.email}
    assert all(
        word not in mail.subject + mail.body for mail in mailoutbox for word in (closed.reference, "Mina", "missing")
    )


def test_step_by_step_with_a_banner_until_it_is_closed(cast, closed, client: CarefulClient):
    client.signed_in(cast.mina)
    unknown = client.post("/referrals/emergencies/start/", {"reference": "PPN-2026-AAAAA"})
    step = client.post("/referrals/emergencies/start/", {"reference": closed.reference})
    assert (unknown.status_code, step.status_code) == (422, 302)
    page = client.get(step.headers["Location"])
    assert "Fictitious Child" not in text_of(page)
    done = client.post(step.headers["Location"], {"reason": WHY, "understood": "on"}, follow=True)

    assert "Fictitious Child" in text_of(done)
    home = text_of(client.get("/"))
    assert f"You have {closed.reference} open until" in home
    opened = EmergencyAccess.objects.get()
    client.post(f"/referrals/emergencies/{opened.pk}/end/")
    assert client.get(closed.get_absolute_url()).status_code == 404
    assert closed.reference not in text_of(client.get("/"))


def test_breaking_it_twice_is_breaking_it_once(cast, closed):
    assert break_glass(cast.mina, closed) == break_glass(cast.mina, closed)


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_open_it_once(cast, closed):
    opened = at_once(lambda: break_glass(cast.mina, closed), lambda: break_glass(cast.mina, closed))
    assert opened[0] == opened[1]
    assert EmergencyAccess.objects.count() == 1


def test_the_click_that_came_second_may_have_been_made_first(cast, closed):
    later = timezone.now()
    opened = break_glass(cast.mina, closed, at=later)

    assert break_glass(cast.mina, closed, at=later - timedelta(seconds=1)) == opened
    assert EmergencyAccess.objects.count() == 1


def test_who_has_it_open_names_others_and_never_themselves(cast, life, closed):
    mina_as_supervisor = cast.mina
    mina_as_supervisor.role_grants.create(role="MASH_SUPERVISOR", starts_on=NOW.date())
    mina_as_supervisor.forget_roles()
    break_glass(cast.mina, closed)
    standing = queries.restriction_of(Referral.objects.get(pk=closed.pk))

    with pytest.raises(services.CannotRestrict, match="Nobody names themselves"):
        services.name_people(restriction_id=standing.pk, people=[cast.mina], by=cast.mina, at=NOW)
    with pytest.raises(services.CannotRestrict, match="added, not taken away"):
        services.unname_person(restriction_id=standing.pk, person_id=cast.sam.pk, by=cast.mina, at=NOW)
    with pytest.raises(services.CannotRestrict, match="who is named"):
        services.lift_restriction(restriction_id=standing.pk, reason="Mine.", by=cast.mina, at=NOW)
    services.name_people(restriction_id=standing.pk, people=[cast.olu], by=cast.mina, at=NOW)
    assert sees(cast.olu, closed)


# --- the review -----------------------------------------------------------------------------------------------------------


def test_somebody_else_reviews_it_once(cast, closed, client: CarefulClient):
    opened = break_glass(cast.mina, closed, at=NIGHT)
    home = text_of(client.signed_in(cast.iggy).get("/"))
    assert "emergency access to review" in home
    with pytest.raises(services.CannotReviewEmergency):
        services.review_emergency(emergency_id=opened.pk, outcome="JUSTIFIED", review="Mine.", by=cast.mina, at=NOW)
    with pytest.raises(IntegrityError, match="somebody_else"), transaction.atomic():
        EmergencyAccess.objects.filter(pk=opened.pk).update(
            outcome="JUSTIFIED", review="Mine.", reviewed_by=cast.mina, reviewed_at=NOW
        )

    page = client.get(opened.get_absolute_url())
    assert "Opened by Mina Fictitious" in text_of(page)
    assert "Moved with her mother" not in text_of(page)
    without = {"outcome": "NOT_JUSTIFIED", "review": "Nobody was in danger."}
    assert client.post(opened.get_absolute_url(), without).status_code == 422
    assert client.post(opened.get_absolute_url(), without | {"action": "Talk to Mina."}).status_code == 302

    opened.refresh_from_db()
    assert (opened.outcome, opened.reviewed_by, opened.action) == ("NOT_JUSTIFIED", cast.iggy, "Talk to Mina.")
    with pytest.raises(services.CannotReviewEmergency, match="already"):
        services.review_emergency(emergency_id=opened.pk, outcome="JUSTIFIED", review="No.", by=cast.sam, at=NOW)
    with pytest.raises(ProgrammingError, match="stands"), transaction.atomic():
        EmergencyAccess.objects.filter(pk=opened.pk).update(review="Other words.")


def test_a_supervisor_in_conflict_learns_nothing_of_it(cast, life):
    referral = life.submitted()
    services.declare_conflict(referral_id=referral.pk, words="My niece.", by=cast.sam, at=NOW)
    other = type(cast.sam).objects.create_user("second@example.org", name="Sec Fictitious", agency=cast.police)
    other.role_grants.create(role="MASH_SUPERVISOR", starts_on=NOW.date())
    services.restrict_referral(
        referral_id=referral.pk, reason="STAFF", words="Sam.", is_hinted=True, people=[other], by=other, at=NOW
    )
    opened = break_glass(cast.mina, referral)

    assert not queries.emergencies_for(cast.sam).exists()
    assert cast.sam not in queries.people_told_of_emergency(opened)
    assert other in queries.people_told_of_emergency(opened)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_has_a_flat_query_count(cast, life, closed, client, count, django_assert_num_queries):
    for day in range(count):
        break_glass(cast.mina, closed, at=NIGHT - timedelta(days=day))
    client.signed_in(cast.iggy)
    with django_assert_num_queries(5):
        assert len(client.get("/referrals/emergencies/").context["rows"]) == count
    assert "Late" in text_of(client.get("/referrals/emergencies/"))
