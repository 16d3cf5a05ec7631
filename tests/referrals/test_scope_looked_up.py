"""What somebody may see is asked row by row: no page first reads all that an agency was ever given."""

import pytest
from django.db import connection

from referrals.enums import AccessReason
from referrals.models import Referral, ReferralAccess
from referrals.queries.search import read_whole_by
from tests.factories.referrals import SUBMITTED, ReferralFactory


@pytest.mark.parametrize(
    ("who", "scope"),
    [
        ("mina", lambda user: Referral.objects.visible_to(user)),
        ("pat", lambda user: Referral.objects.visible_to(user)),
        ("mina", lambda user: Referral.objects.filter(read_whole_by(user))),
    ],
    ids=["hub", "agency", "hub, search"],
)
def test_scope_is_one_look_into_an_index_for_each_row(cast, who, scope):
    for referral in ReferralFactory.create_batch(30, hub=cast.police):
        ReferralAccess.objects.create(
            agency=cast.council, referral=referral, reason=AccessReason.SHARED, since=SUBMITTED
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE referrals_referral, referrals_referralaccess")

    plan = scope(getattr(cast, who)).order_by("-submitted_at", "-pk")[:26].explain()

    assert "EXISTS(SubPlan" in plan
    assert "hashed SubPlan" not in plan
