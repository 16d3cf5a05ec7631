"""Who sees which referral, and that guardian's grants and the access table say the same."""

import pytest
from guardian.shortcuts import get_groups_with_perms
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts import services as accounts
from accounts.models import User
from referrals import permissions, queries, services
from referrals.enums import AccessReason, LawfulBasis, ReferralState, ShareState
from referrals.models import Referral, ReferralAccess, Share
from tests.factories.accounts import UserFactory
from tests.factories.referrals import ReferralFactory
from tests.people import NOW


def seen_by(user):
    return set(Referral.objects.visible_to(user))


def test_each_person_sees_exactly_what_their_part_allows(cast, life):
    draft, received, shared = life.draft(), life.submitted(), life.shared().referral
    everything_sent = {received, shared}

    expected = {
        "olu": {draft, *everything_sent},
        "lin": everything_sent,
        "mina": everything_sent,
        "sam": everything_sent,
        "pat": {shared},
    }

    assert {name: seen_by(user) for name, user in cast.everyone().items()} == {
        name: expected.get(name, set()) for name in cast.everyone()
    }


def test_a_partner_sees_nothing_before_it_is_shared_and_nothing_after_it_ends(cast, life):
    referral = life.decided()
    assert seen_by(cast.pat) == set()

    shared = life.share(referral)
    assert seen_by(cast.pat) == {referral}
    services.end_share(share_id=shared.pk, reason="By mistake.", by=cast.mina, at=NOW)

    assert seen_by(cast.pat) == set()


def test_who_leaves_the_agency_loses_what_was_shared_with_it(cast, life):
    life.shared()
    leaver = UserFactory(agency=cast.council, roles=["PARTNER_PRACTITIONER"])
    assert len(seen_by(leaver)) == 1

    leaver.agency, leaver.team = cast.elsewhere, None
    leaver.save()

    assert seen_by(leaver) == set()


def test_who_moves_to_another_agency_leaves_what_they_wrote_behind(cast, life):
    draft, sent, decided = life.draft(), life.submitted(), life.decided()
    accounts.place_person(user=cast.olu, agency=cast.council, by=cast.ada, at=NOW)
    mover = User.objects.get(pk=cast.olu.pk)

    assert seen_by(mover) == set()
    assert list(queries.drafts_of(mover)) == list(queries.sent_by(mover)) == []
    with pytest.raises(services.CannotSave):
        services.save_section(referral_id=draft.pk, version=2, answers={"concern": "Mine?"}, by=mover, at=NOW)
    assert not permissions.sees_answers(mover, decided)
    assert permissions.sees_answers(cast.mina, sent)


def test_a_referral_that_is_seen_for_two_reasons_is_listed_once(cast, life):
    shared = life.shared()
    ReferralAccess.objects.create(agency=cast.police, referral=shared.referral, reason=AccessReason.SHARED, since=NOW)

    assert list(Referral.objects.visible_to(cast.mina)) == [shared.referral]


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["share", "end", "answer"]), st.integers(0, 1), st.integers(0, 1)), max_size=8
    )
)
def test_grants_access_table_and_live_shares_never_differ(cast, steps):
    referrals = [ReferralFactory(author=cast.olu, state=ReferralState.DECIDED) for _ in range(2)]
    agencies, people = [cast.council, cast.elsewhere], [cast.pat, cast.out]

    for deed, which_referral, which_agency in steps:
        referral, agency = referrals[which_referral], agencies[which_agency]
        live = Share.objects.live().filter(referral=referral, agency=agency).first()
        if deed == "share" and live is None:
            services.share_referral(
                referral_id=referral.pk,
                agency=agency,
                lawful_basis=LawfulBasis.PUBLIC_TASK,
                reason="They can assess.",
                by=cast.mina,
                at=NOW,
            )
        elif deed == "end" and live is not None:
            services.end_share(share_id=live.pk, reason="Enough.", by=cast.mina, at=NOW)
        elif deed == "answer" and live is not None and live.state == ShareState.WAITING:
            services.answer_share(share_id=live.pk, answer_state="ACCEPTED", by=people[which_agency], at=NOW)

    for referral in referrals:
        granted = {group.agency for group in get_groups_with_perms(referral)}
        in_table = {row.agency for row in ReferralAccess.objects.filter(referral=referral, reason=AccessReason.SHARED)}
        shared_now = {share.agency for share in Share.objects.live().filter(referral=referral)}
        assert granted == in_table == shared_now
        assert {person for person in people if referral in seen_by(person)} == {
            person for person in people if person.agency in shared_now
        }
        waits = Share.objects.waiting().filter(referral=referral).exists()
        referral.refresh_from_db()
        assert (referral.state == ReferralState.SHARED) == waits
