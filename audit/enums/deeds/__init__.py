"""What somebody did, in plain words, by the name under which the access log keeps it: the words for every name that code gives.

A name of which there is no word here, from an older version of the service, is told by its kind and the kind of record ("Read:
Training record"): a deed never shows as a code.
"""

from audit.enums.deeds.accounts import ACCOUNTS
from audit.enums.deeds.grading import GRADING
from audit.enums.deeds.log import LOG
from audit.enums.deeds.partners import PARTNERS
from audit.enums.deeds.referrals import BESIDE_REFERRALS, KEPT_FROM_WRITERS, TOLD_TO_WRITERS
from audit.enums.deeds.training import TRAINING

DEEDS = {
    **LOG,
    **TOLD_TO_WRITERS,
    **KEPT_FROM_WRITERS,
    **BESIDE_REFERRALS,
    **GRADING,
    **ACCOUNTS,
    **TRAINING,
    **PARTNERS,
}
__all__ = ["BESIDE_REFERRALS", "DEEDS", "KEPT_FROM_WRITERS", "TOLD_TO_WRITERS"]
