"""Questions about sign-offs on paper of before: of one person, for which modules they may count, and what was signed here beside them."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from accounts.enums import Permission
from accounts.models import User
from common.clock import london_day
from common.row_values import known_as, tidy
from common.templatetags.dates import day
from training.enums import RecordState, SignerRole
from training.models import EarlierAcceptance, EarlierImport, EarlierSignOff, Induction, Module, ModuleVersion
from training.models.earlier import LONGEST_NAME, SAID, EarlierSignOffQuerySet
from training.queries.needs import holdings_of, requirements_of
from training.queries.people import people_seen_by
from training.queries.records import content_of, records_to_read, valid_signatures

IMPORTS_SHOWN = 20


def sign_offs_to_read() -> EarlierSignOffQuerySet:
    """With all that a list or a page of them shows."""
    acceptances = EarlierAcceptance.objects.select_related("module", "accepted_by", "taken_back_by")
    return EarlierSignOff.objects.select_related("person", "taken_from__by").prefetch_related(
        Prefetch("acceptances", acceptances.order_by("-accepted_at", "-pk"))
    )


def earlier_of(person: User) -> list[EarlierSignOff]:
    """Somebody's, the newest first, without what was undone; in two queries, or one where there is none."""
    return list(sign_offs_to_read().standing().filter(person=person).order_by("-done_on", "item", "pk"))


def sign_offs_seen_by(user: User) -> EarlierSignOffQuerySet:
    """One's own, those of people whose training one sees, and of those whose open induction plan one reads: it shows them."""
    seen = Q(person=user) | Q(person__in=people_seen_by(user).values("pk"))
    if user.agency_id:
        plans = Induction.objects.open().visible_to(user).filter(agency=user.agency_id)
        seen |= Q(agency=user.agency_id, person__in=plans.values("person"))
    return sign_offs_to_read().filter(seen)


def imports_seen_by(user: User) -> QuerySet[EarlierImport]:
    """Of oneself, of people whose training one sees, and for trainers of everybody of their agency, also who has left since."""
    seen = Q(person=user) | Q(person__in=people_seen_by(user).values("pk"))
    if user.agency_id and user.may(Permission.RUN_TRAINING):
        seen |= Q(agency=user.agency_id)
    return EarlierImport.objects.select_related("person").filter(seen)


def earlier_imports_of(person: User) -> list[EarlierImport]:
    """The spreadsheets that were taken over last for somebody, the newest first."""
    found = EarlierImport.objects.filter(person=person).select_related("by", "undone_by")
    return list(found.order_by("-at", "-pk")[:IMPORTS_SHOWN])


def modules_asked_of(person: User, *, on: date) -> list[Module]:
    """What somebody's profiles ask for or offer on that day, by title, in six queries."""
    requirements = requirements_of(person.agency_id, on=on)
    holdings = holdings_of([person], requirements, on=on)[person.pk]
    asked = {pk for one in holdings for pk in requirements.required.get(one.profile.pk, ())}
    asked.update(module.pk for one in holdings for module in requirements.optional.get(one.profile.pk, ()))
    return [module for module in requirements.modules if module.pk in asked]


@dataclass(frozen=True)
class Offer:
    """A module for which a sign-off of before may be accepted, and when it then runs out."""

    module: Module
    lapses_on: date | None
    is_named: bool

    def is_over(self, *, on: date) -> bool:
        return self.lapses_on is not None and self.lapses_on <= on

    def in_words(self, *, on: date) -> str:
        if self.lapses_on is None:
            return f"{self.module}: does not run out"
        return f"{self.module}: {'ran out on' if self.is_over(on=on) else 'until'} {day(self.lapses_on)}"


def offers_for(sign_off: EarlierSignOff, *, on: date) -> list[Offer]:
    """The modules that the person's profiles ask for and that are taught, the one that the item names first."""
    asked = {module.pk: module for module in modules_asked_of(sign_off.person, on=on)}
    versions = ModuleVersion.objects.on_offer(on=on).filter(module__in=asked)
    offers = [
        Offer(
            asked[one.module_id],
            one.lapses_on(sign_off.done_on),
            known_as(str(asked[one.module_id])) == sign_off.item_key,
        )
        for one in versions
    ]
    return sorted(offers, key=lambda offer: (not offer.is_named, offer.module.title))


def beside_modules(person: User, *, seen_by: User) -> Mapping[str, list[EarlierSignOff]]:
    """What was signed on paper of somebody, by the title of the module that it is accepted for, or that its item names, as it is known.

    Only what this person sees.
    """
    found: dict[str, list[EarlierSignOff]] = defaultdict(list)
    seen = sign_offs_seen_by(seen_by).standing().filter(person=person)
    for one in seen.order_by("-done_on", "item", "pk"):
        accepted = one.acceptance
        found[known_as(accepted.module.title) if accepted else one.item_key].append(one)
    return found


def marked(sign_off: EarlierSignOff) -> str:
    """The words that stand wherever one is shown."""
    done = sign_off.taken_from
    return f"Signed on paper before, taken over by {done.by} on {day(london_day(done.at))}"


def signed_here(person: User) -> list[dict[str, Any]]:
    """What was signed off here of somebody, in the fields of an earlier sign-off, by day and title; as a spreadsheet gives it back."""
    records = records_to_read().filter(person=person, state=RecordState.COMPLETE)
    found = []
    for record in records:
        content = content_of(record)
        by_role = {one.role: one for one in valid_signatures(record)}
        values: dict[str, Any] = {
            "item": record.module_version.module.title,
            "done_on": content.done_on,
            "evidence": tidy(content.evidence),
        }
        for name, role in (("mentor", SignerRole.MENTOR), ("line_manager", SignerRole.LINE_MANAGER)):
            signature = by_role.get(role)
            values[name] = _who(signature) if signature else ""
            values[f"{name}_on"] = london_day(signature.signed_at) if signature else None
        found.append(values)
    return sorted(found, key=lambda one: (one["done_on"], one["item"]))


@dataclass(frozen=True)
class InitialRecord:
    """Somebody's record of initial training in the layout of their spreadsheet: fields with their headings, and rows with where each was signed."""

    headings: dict[str, str]
    rows: list[tuple[dict[str, Any], str]]


def initial_record_of(person: User, *, ours: Mapping[str, str]) -> InitialRecord:
    """Everything of paper and what was signed here, by day; under the headings of the last file that was taken over, else `ours`."""
    last = EarlierImport.objects.filter(person=person, undone_at=None).order_by("-at", "-pk").first()
    headings = dict(ours)
    if last is not None:
        named = sorted(last.places.items(), key=lambda pair: pair[1])
        theirs: dict[str, str] = {}
        for name, place in named:
            # Two columns of one name could not be told apart when the file comes back.
            if (heading := last.headings[place].strip()) and heading not in theirs.values():
                theirs[name] = heading
        rest = {name: heading for name, heading in ours.items() if name not in theirs}
        headings = theirs | rest
    rows = [({name: getattr(one, name) for name in SAID}, marked(one)) for one in earlier_of(person)]
    rows += [({"notes": "", **values}, "Signed here") for values in signed_here(person)]
    return InitialRecord(headings, sorted(rows, key=lambda row: (row[0]["done_on"], row[0]["item"])))


def _who(signature: Any) -> str:
    """Two long names are cut to what a row may hold."""
    who = f"{signature.signer}, for {signature.on_behalf_of}" if signature.on_behalf_of else str(signature.signer)
    return tidy(who[:LONGEST_NAME])
