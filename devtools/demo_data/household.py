"""A household about which the hub was told before, each time of somebody else; and rules for cumulative harm that the hub set."""

from datetime import timedelta

from common.clock import start_of_day
from devtools.demo_data.identity import named_id
from devtools.demo_data.people import Setting
from referrals import services
from referrals.enums import Pathway, PersonRole, RiskLevel
from referrals.models import HarmRule, HarmRules, Person, Referral

BEFORE = (Pathway.NO_FURTHER_ACTION, Pathway.EARLY_HELP, Pathway.UNIVERSAL)
BEGAN_DAYS_AGO = 150
RULES = ((3, 3, RiskLevel.STANDARD), (3, 3, RiskLevel.HIGH), (4, 12, RiskLevel.HIGH))
REASON = "In two cases that we looked back at, four notices in a year were each read alone."


def make_household(setting: Setting) -> int:
    """Let the newest notice about a child that waits, and some earlier ones about others, be of one address; returns how many."""
    notices = Referral.objects.ppns().order_by("-submitted_at", "pk")
    newest = notices.awaiting_decision().filter(types__contains=["CHILD"]).first()
    if newest is None or newest.submitted_at is None:
        return 0
    home = _address_of(newest)
    earlier: list[Referral] = []
    for number, pathway in enumerate(BEFORE, start=1):
        until = newest.submitted_at - timedelta(days=45 * number)
        same = notices.sent().filter(decisions__is_current=True, decisions__pathway=pathway, submitted_at__lt=until)
        earlier += same.exclude(pk__in=[one.pk for one in earlier])[:1]
    for referral in earlier:
        Person.objects.filter(referral=referral, address=_address_of(referral)).update(address=home)
    for referral in (newest, *earlier):
        Person.objects.subjects().filter(referral=referral).update(address=home, lives_in_household=True)
        services.remember_people(referral_id=referral.pk, at=referral.submitted_at or referral.created_at)
    return len(earlier) + 1


def _address_of(referral: Referral) -> str:
    """Where the one whom it is about lives, or what stands for it."""
    about = referral.people.filter(role=PersonRole.SUBJECT).exclude(address="").order_by("position").first()
    return about.address if about is not None else "14 Teasel Steps, Brackenport City"


def make_harm_rules(setting: Setting) -> None:
    """The hub's own version of the rules, in force for some months."""
    valid_from = setting.today - timedelta(days=BEGAN_DAYS_AGO)
    supervisor = setting.people["supervisor"]
    version = HarmRules.objects.create(
        id=named_id("harm rules", "1"),
        hub=setting.hub,
        valid_from=valid_from,
        reason=REASON,
        added_at=start_of_day(valid_from),
        added_by=supervisor,
    )
    HarmRule.objects.bulk_create(
        HarmRule(
            id=named_id("harm rule", f"{count} {months} {risk}"),
            version=version,
            count=count,
            months=months,
            highest_risk=risk,
        )
        for count, months, risk in RULES
    )
