"""What the hub received is nothing to another force, whatever its people may do at home."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.enums import AgencyKind
from referrals import permissions, queries, services
from referrals.enums import VoidReason
from referrals.models import ChildModule, Referral, TriageMeeting
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.referrals import ReferralFactory
from tests.people import NOW

HUB_DEEDS = (
    permissions.can_decide,
    permissions.can_decide_on_nothing,
    permissions.can_set_risk,
    permissions.can_share,
    permissions.can_match,
    permissions.can_close,
    permissions.can_reopen,
    permissions.can_void,
    permissions.can_give_feedback,
    permissions.can_supply,
    permissions.can_notify,
    permissions.can_except_notice,
    permissions.sees_casework,
    permissions.sees_whole,
    permissions.sees_attachments,
    permissions.sees_versions,
    permissions.sees_told,
)


@pytest.fixture
def supervisor_elsewhere(cast):
    """Holds the same roles in another force."""
    force = AgencyFactory(name="Another Police (fictitious)", kind=AgencyKind.POLICE)
    return UserFactory(agency=force, roles=["MASH_SUPERVISOR", "MASH_DECISION_MAKER"])


@pytest.mark.parametrize("deed", HUB_DEEDS, ids=lambda deed: deed.__name__)
def test_each_deed_of_a_hub_is_for_the_hub_that_received_it(cast, life, supervisor_elsewhere, deed):
    referral = life.shared().referral

    assert deed(cast.sam, referral)
    assert not deed(supervisor_elsewhere, referral)


def test_the_services_refuse_the_supervisor_of_another_force(cast, life, supervisor_elsewhere):
    referral = life.decided()
    by = supervisor_elsewhere

    with pytest.raises(services.CannotVoid, match="supervisor"):
        services.void_referral(
            referral_id=referral.pk, reason=VoidReason.WRONG_PERSON, words="Not ours.", kept_reference="", by=by, at=NOW
        )
    services.close_referral(referral_id=referral.pk, by=cast.sam, at=NOW)
    with pytest.raises(services.CannotReopen, match="supervisor"):
        services.reopen_referral(referral_id=referral.pk, reason="Why not.", by=by, at=NOW)

    assert Referral.objects.visible_to(by).filter(pk=referral.pk).exists() is False


def closed(cast, life):
    referral = life.decided()
    services.close_referral(referral_id=referral.pk, by=cast.sam, at=NOW)


def protected(cast, life):
    referral = ReferralFactory(author=cast.olu, hub=cast.police)
    ChildModule.objects.create(referral=referral, police_protection_at=timezone.now() - timedelta(hours=1))


def noted(cast, life):
    life.submitted()
    item = services.open_meeting(by=cast.mina, at=NOW + timedelta(minutes=1)).items.get()
    services.note_item(
        item_id=item.pk,
        version=item.version,
        outcome="ACTION",
        notes="Ring.",
        owner=cast.mina,
        due_on=NOW.date(),
        by=cast.mina,
        at=NOW,
    )
    assert TriageMeeting.objects.get().hub == cast.police


@pytest.mark.parametrize(
    ("there_is", "listed"),
    [
        (lambda cast, life: life.submitted(), lambda user: queries.queue(user, at=NOW)),
        (lambda cast, life: life.decided(), lambda user: queries.unfinished(user, at=NOW)),
        (closed, lambda user: queries.completed(user, at=NOW)),
        (protected, lambda user: queries.protected(user, at=timezone.now())),
        (noted, queries.open_meeting_actions),
    ],
    ids=["queue", "decided", "completed", "police protection", "actions of meetings"],
)
def test_each_list_of_a_hub_holds_what_that_hub_received(cast, life, supervisor_elsewhere, there_is, listed):
    there_is(cast, life)

    assert listed(cast.sam).count() == 1
    assert listed(supervisor_elsewhere).count() == 0
