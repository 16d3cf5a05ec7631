"""A PPN keeps in which role it was sent, for samples that are drawn by kind of referrer."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from accounts.models import RoleGrant
from referrals import services
from referrals.models import Referral
from tests.factories.accounts import UserFactory
from tests.factories.referrals import PersonFactory, ReferralFactory
from tests.people import NOW


def sent_by(writer, *, kind: str = "PPN") -> Referral:
    draft = ReferralFactory(author=writer, state="DRAFT", kind=kind)
    PersonFactory(referral=draft)
    return services.submit_referral(referral_id=draft.pk, key=uuid4(), by=writer, at=NOW)


@pytest.mark.parametrize(
    ("roles", "kind"),
    [
        (["FRONTLINE_OFFICER"], "FRONTLINE"),
        (["FRONTLINE_OFFICER", "LINE_MANAGER"], "LINE_MANAGER"),
        (["MASH_DECISION_MAKER"], "HUB"),
        (["FRONTLINE_OFFICER", "LINE_MANAGER", "MASH_SUPERVISOR"], "HUB"),
        (["FRONTLINE_OFFICER", "TRAINER", "PANEL_MEMBER"], "FRONTLINE"),
    ],
)
def test_the_role_nearest_to_the_hub_counts(cast, roles, kind):
    writer = UserFactory(agency=cast.police, roles=roles)

    assert sent_by(writer).referrer_kind == kind


def test_a_role_that_is_given_afterwards_changes_nothing(cast):
    sent = sent_by(cast.olu)
    RoleGrant.objects.create(user=cast.olu, role="LINE_MANAGER", starts_on=NOW.date() - timedelta(days=90))

    sent.refresh_from_db()
    assert sent.referrer_kind == "FRONTLINE"


def test_a_cpi_form_and_a_draft_have_none(cast):
    assert sent_by(cast.pat, kind="CPI").referrer_kind == ""
    assert ReferralFactory(author=cast.olu, state="DRAFT").referrer_kind == ""


def test_the_database_refuses_a_kind_that_there_is_not(cast):
    with pytest.raises(IntegrityError, match="referral_referrer_kind_is_known"), transaction.atomic():
        ReferralFactory(author=cast.olu, referrer_kind="MAYOR")
