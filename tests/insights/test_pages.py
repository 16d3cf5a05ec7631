"""The home page and the access log: what they cost does not depend on how much there is."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from tests.conftest import CarefulClient
from tests.factories.grading import AssignmentFactory, GradingRoundFactory, InvitationFactory, RoundItemFactory
from tests.factories.partners import BookingFactory, SessionFactory
from tests.factories.referrals import ReferralFactory, ShareFactory
from tests.people import Cast

# By role; the numbers differ because each is asked only what may wait for that person. One of each: supervision and surveys.
HOME_QUERIES = {
    "ines": 5,
    "olu": 6,
    "lin": 8,  # one of them asks for evidence of skills to confirm
    "mina": 6,
    "sam": 17,  # one of them asks whether the last quarter has a round
    "rae": 6,
    "tess": 14,  # registers to close, evidence of skills, modules to review; agencies, tailored sessions, questions, right to ask
    "moss": 5,
    "gail": 7,  # one of them asks for invitations to answer
    "pam": 7,
    "pat": 7,
    "cory": 7,  # one of them asks for tailored sessions
    "leda": 4,
    "ana": 4,
    "iggy": 7,  # one asks for cases of unusual access, one for emergency access to review, one for what is due for review by age
    "ada": 5,
    "out": 7,
}


def queries_of_home(client: CarefulClient, user: User) -> int:
    client.signed_in(user)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse("home")).status_code == 200
    return len(queries)


@pytest.mark.parametrize("count", [1, 3])
def test_the_home_page_of_every_role_has_a_flat_query_count(client: CarefulClient, cast: Cast, count: int) -> None:
    for number in range(count):
        referral = ReferralFactory(author=cast.olu)
        ReferralFactory(author=cast.olu, state="DRAFT")
        ShareFactory(referral=referral, agency=cast.council)
        round = GradingRoundFactory(
            force=cast.police,
            opened_by=cast.sam,
            state="GRADING",
            starts_on=f"20{20 + number}-01-01",
            ends_on=f"20{20 + number}-03-31",
        )
        for grader in (cast.gail, cast.pam):
            AssignmentFactory(item=RoundItemFactory(round=round), grader=grader)
        for agency in (cast.police, cast.council):
            InvitationFactory(agency=agency)
        BookingFactory(session=SessionFactory(host=cast.police), user=cast.pat)

    assert {name: queries_of_home(client, user) for name, user in cast.everyone().items()} == HOME_QUERIES


@pytest.mark.parametrize("count", [1, 3])
def test_the_access_log_has_a_flat_query_count(
    client: CarefulClient, cast: Cast, count: int, django_assert_num_queries
) -> None:
    referrals = [ReferralFactory(author=cast.olu) for _ in range(count)]
    for referral in referrals:
        audit.record(verb=Verb.READ, what="referral.read", at=timezone.now(), actor=cast.mina, subject=referral)
    client.signed_in(cast.iggy)
    with django_assert_num_queries(9):
        response = client.get(reverse("access_log"))
    assert all(referral.reference in response.content.decode() for referral in referrals)
