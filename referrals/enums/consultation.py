"""The consultation line: how somebody asked, and what was advised."""

from django.db.models import TextChoices


class ConsultationChannel(TextChoices):
    PHONE = "PHONE", "By phone"
    EMAIL = "EMAIL", "By e-mail"
    VIDEO = "VIDEO", "By video call"
    IN_PERSON = "IN_PERSON", "In person"


class Advised(TextChoices):
    REFER = "REFER", "Make a referral"
    EMERGENCY = "EMERGENCY", "Call 999"
    EARLY_HELP = "EARLY_HELP", "Early help, or one agency with its own plan"
    INFORMATION = "INFORMATION", "Share information (CPI form)"
    NO_REFERRAL = "NO_REFERRAL", "No referral needed as things stand"
    ASK_ELSEWHERE = "ASK_ELSEWHERE", "Ask another service"
