"""Keeping the versions of the rules for cumulative harm."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError
from referrals import permissions
from referrals.enums import MOST_COUNTED, MOST_MONTHS, CumulativeRule
from referrals.models import HarmRule, HarmRules
from referrals.queries.harm_rules import RULE_ORDER, as_rules


class CannotKeepRules(DomainError):
    pass


@transaction.atomic
def add_harm_rules(
    *, rules: Sequence[CumulativeRule], valid_from: date, reason: str, by: User, at: datetime
) -> HarmRules:
    """Put down the version of one's hub that counts from a day on, today or later. Raises CannotKeepRules.

    Nothing that was seen by an earlier one changes. The same again (a double click) adds nothing.
    """
    if not permissions.can_keep_thresholds(by) or by.agency is None:
        raise CannotKeepRules("Only a supervisor of the hub keeps these rules.")
    wanted = tuple(sorted(rules, key=lambda rule: (rule.highest_risk, rule.months, rule.count)))
    _check(wanted, valid_from=valid_from, reason=reason.strip(), today=london_day(at))
    try:
        with transaction.atomic():
            version = HarmRules.objects.create(
                hub=by.agency, valid_from=valid_from, reason=reason.strip(), added_at=at, added_by=by
            )
            HarmRule.objects.bulk_create(
                HarmRule(version=version, count=rule.count, months=rule.months, highest_risk=rule.highest_risk)
                for rule in wanted
            )
    except IntegrityError as error:
        if "harm_rules_one_version_from_a_day" not in str(error):
            raise
        earlier = HarmRules.objects.get(hub=by.agency, valid_from=valid_from)
        if as_rules(list(earlier.rules.order_by(*RULE_ORDER))) == wanted:
            return earlier
        raise CannotKeepRules("There are rules from that day already. Choose another day.") from error
    audit.record(
        verb=Verb.ADMINISTERED,
        what="harm_rules.added",
        at=at,
        actor=by,
        subject=version,
        valid_from=str(valid_from),
        rules=[rule.code for rule in wanted],
    )
    return version


def _check(rules: Sequence[CumulativeRule], *, valid_from: date, reason: str, today: date) -> None:
    if not rules:
        raise CannotKeepRules("Give one rule at least.")
    if not reason:
        raise CannotKeepRules("Say why the rules are set so.")
    if valid_from < today:
        raise CannotKeepRules("New rules count from today or a later day: what was seen before stays as it was.")
    if len({(rule.months, rule.highest_risk) for rule in rules}) < len(rules):
        raise CannotKeepRules("Two rules are about the same risk and months. One of them is enough.")
    if not all(2 <= rule.count <= MOST_COUNTED and 1 <= rule.months <= MOST_MONTHS for rule in rules):
        raise CannotKeepRules(f"A pattern is of 2 to {MOST_COUNTED} referrals in 1 to {MOST_MONTHS} months.")
