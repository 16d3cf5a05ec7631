"""The names behind the ids that logs keep, which point at no table: a query each, whatever the number; who is gone is left out."""

from collections.abc import Iterable

from accounts.models import Agency, User
from referrals.models import Referral


def people_named(ids: Iterable[str]) -> dict[str, str]:
    """The name of each person, by id; empty ids are nobody."""
    asked = {one for one in ids if one}
    return {str(pk): name for pk, name in User.objects.filter(pk__in=asked).values_list("pk", "name")}


def agencies_named(ids: Iterable[str]) -> dict[str, str]:
    """The name of each agency, by id."""
    asked = {one for one in ids if one}
    return {str(pk): name for pk, name in Agency.objects.filter(pk__in=asked).values_list("pk", "name")}


def references_of(records: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The reference of each referral among these records, by id; a record is said by its model's label and its id."""
    asked = {pk for label, pk in records if label == Referral._meta.label}
    return {
        str(pk): reference for pk, reference in Referral.objects.filter(pk__in=asked).values_list("pk", "reference")
    }
