"""Steps of a referral's life through its services, so that a test starts where its story does."""

import uuid
from typing import Any

import pytest

from accounts.models import Agency
from referrals import services
from referrals.enums import ConcernType, FormKind, LawfulBasis, Level, Pathway, PersonRole, RiskLevel
from referrals.models import Referral, Share
from tests.people import NOW, Cast
from tests.referrals.differences import Difference

REASONS = "The fictitious child is alone at night, often, and no adult could be reached. " * 2
CONCERN = "The fictitious child was found alone in a cold flat at night, for the third time. " * 4
ENOUGH = {
    "types": [ConcernType.CHILD],
    "risk_level": RiskLevel.MEDIUM,
    "lawful_basis": LawfulBasis.PUBLIC_TASK,
    "concern": CONCERN,
}


class Life:
    """Brings a referral to a point of its life, each step by the person whose step it is."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast

    def draft(self, **answers: Any) -> Referral:
        draft = services.begin_draft(kind=FormKind.PPN, by=self.cast.olu, at=NOW)
        return services.save_section(
            referral_id=draft.pk, version=1, answers=ENOUGH | answers, by=self.cast.olu, at=NOW
        )

    def ready(self, **answers: Any) -> Referral:
        draft = self.draft(**answers)
        person = {"role": PersonRole.SUBJECT, "given_names": "Fictitious", "family_name": "Child"}
        services.add_person(referral_id=draft.pk, answers=person, by=self.cast.olu, at=NOW)
        return draft

    def submitted(self, **answers: Any) -> Referral:
        ready = self.ready(**answers)
        return services.submit_referral(referral_id=ready.pk, key=uuid.uuid4(), by=self.cast.olu, at=NOW)

    def decided(self, **answers: Any) -> Referral:
        submitted = self.submitted(**answers)
        services.decide_referral(
            referral_id=submitted.pk,
            level=Level.SOCIAL_CARE,
            pathway=Pathway.SECTION_17,
            rationale=REASONS,
            by=self.cast.mina,
            at=NOW,
        )
        return Referral.objects.get(pk=submitted.pk)

    def share(self, referral: Referral, agency: Agency | None = None) -> Share:
        return services.share_referral(
            referral_id=referral.pk,
            agency=agency or self.cast.council,
            lawful_basis=LawfulBasis.PUBLIC_TASK,
            reason="They know the family and can assess.",
            by=self.cast.mina,
            at=NOW,
        )

    def shared(self, **answers: Any) -> Share:
        return self.share(self.decided(**answers))


@pytest.fixture
def life(cast: Cast) -> Life:
    return Life(cast)


@pytest.fixture
def difference(cast: Cast, life: Life) -> Difference:
    return Difference(cast, life)
