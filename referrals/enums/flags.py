"""What a flag warns of."""

from django.db.models import TextChoices


class FlagKind(TextChoices):
    RISK_TO_STAFF = "RISK_TO_STAFF", "Risk to staff"
    NOT_AT_HOME = "NOT_AT_HOME", "Do not contact at home"
    ADDRESS_SECRET = "ADDRESS_SECRET", "Address must not be given away"
    COURT_ORDER = "COURT_ORDER", "Court order"
    LIVE_INVESTIGATION = "LIVE_INVESTIGATION", "Speak to the investigator first"
    OTHER = "OTHER", "Something else to know first"
