"""How soon the form of an incident has to be sent: the one limit that is shown, proposed and judged by."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from common.templatetags.dates import duration
from referrals.enums import RiskLevel
from referrals.models import Incident, Referral

# By the end of the tour of duty, which no record holds; these hours from the report are the most it may take.
USUALLY_WITHIN = timedelta(hours=24)
SENT_WITHIN = {RiskLevel.HIGH: timedelta(hours=2)}

IN_WORDS = (
    f"By the end of the tour of duty, within {duration(USUALLY_WITHIN)} of the report; "
    f"within {duration(SENT_WITHIN[RiskLevel.HIGH])} at high risk."
)


@dataclass(frozen=True)
class FoundForm:
    """A PPN of the incident, with what a reviewer needs of it; the rest is for who may see the referral.

    `after`: how long after the report it was sent; negative where it was sent before.
    """

    referral: Referral
    after: timedelta

    @property
    def types(self) -> list[str]:
        return list(self.referral.types)

    @property
    def limit(self) -> timedelta:
        """How long after the report it might be sent, at the risk that it names."""
        return SENT_WITHIN.get(RiskLevel(self.referral.risk_level or RiskLevel.STANDARD), USUALLY_WITHIN)

    @property
    def is_in_time(self) -> bool:
        """The limit itself is in time, and so is what was sent before the report."""
        return self.after <= self.limit

    @property
    def late_by(self) -> timedelta | None:
        """How long after its limit it was sent; None for one that was in time."""
        return None if self.is_in_time else self.after - self.limit


def sent_after(incident: Incident, forms: Sequence[Referral]) -> list[FoundForm]:
    """The forms of an incident that were sent, the first one first."""
    sent = [(form.submitted_at, form) for form in forms if form.submitted_at is not None]
    in_order = sorted(sent, key=lambda one: (one[0], one[1].pk))
    return [FoundForm(form, submitted_at - incident.reported_at) for submitted_at, form in in_order]


def came_in_time(found: Sequence[FoundForm]) -> bool | None:
    """What is proposed to a reviewer: the first form counts. None without one."""
    return found[0].is_in_time if found else None
