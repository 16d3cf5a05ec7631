"""Search within what a person may see, and why each row was found."""

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.enums import Permission
from accounts.models import User
from common.clock import start_of_day
from common.lookups import LookedUp
from common.paging import CappedCount, KeysetPage, Part, StandIns, count_beside, keyset_page
from common.references import is_valid_reference, normalise_reference
from referrals.enums import SENT, AccessReason, FormKind
from referrals.models import FamilySound, Person, PersonKeys, Referral, ReferralAccess, open_to
from referrals.models.incident import known_number
from referrals.queries.lexemes import Lexemes, lexeme
from referrals.queries.likeness import plain, plain_address, sounds_of_birth, sounds_of_family, sounds_of_given
from referrals.queries.search_given import given_to

SEARCH_ORDER = ("-submitted_at", "-pk")
MOST_OFFICERS = 50
# Who finds more narrows the search; how many more it is helps nobody.
MOST_COUNTED = 200
IN_COPY = "In what was shared with your agency"
# What an occurrence number looks like: five figures at least, no space.
NUMBER = re.compile(r"[A-Z]{0,4}[-/]?\d{5,16}[-/]?[A-Z0-9]{0,4}", re.ASCII)
# What websearch_to_tsquery reads as more than words.
OPERATORS = re.compile(r'"|(^|\s)-|\bor\b', re.IGNORECASE)
OUTSIDE = {"kind", "submitted_from", "submitted_before"}
# What is looked up in words, beside the family name.
INSIDE = ("text", "given_names", "date_of_birth", "address")
# Nobody types these (they are for private use); they become <mark> in the template, after everything is escaped.
START, STOP, BREAK = "\ue000", "\ue001", "\ue002"
HEADLINE = (
    f"StartSel={START}, StopSel={STOP}, FragmentDelimiter={BREAK}, MaxFragments=2, MaxWords=24, MinWords=8, ShortWord=2"
)
EXCERPTS = """
SELECT id, ts_headline('pg_catalog.english', translate(referrals_narrative_of(id), %(marks)s, ''), query, %(options)s)
FROM unnest(%(ids)s::uuid[]) AS id, websearch_to_tsquery('pg_catalog.english', %(text)s) AS query
"""


@dataclass(frozen=True)
class Sought:
    """What was found, in parts that an index each gives in their order; a referral may be in two of them."""

    visible: QuerySet[Referral]
    parts: list[Part]

    def page(self, cursor: str | None = None) -> KeysetPage[Referral]:
        """The newest first."""
        return keyset_page(self.visible, order=SEARCH_ORDER, cursor=cursor, parts=self.parts)

    def count_beside(self, page: KeysetPage[Referral]) -> CappedCount:
        """How many there are, asked for only where the page does not hold all."""
        return count_beside(page, *self.parts, limit=MOST_COUNTED)


def search(user: User, terms: Mapping[str, Any]) -> Sought:
    """What this person may see of what was submitted, narrowed by every term that is given (names as in SearchForm).

    Only what somebody may read tells that it is there. What was shared with an agency is read from a copy of the parts that were
    given, so it is found by its reference, form and dates, and by what that copy holds; the writer of a CPI form is no term for
    those to whom it is not shown.
    """
    visible = Referral.objects.visible_to(user).sent()
    shown = visible.select_related("agency", "district", "author")
    if _is_about_the_outside(terms):
        return Sought(shown, [_narrowed(visible, user, terms)])
    # Whoever reads the whole of it sees it, so it is asked once of what may be thousands; of a page `shown` asks again.
    parts: list[Part] = [_narrowed_by_family(user, terms) or _narrowed(_read_whole(user), user, terms)]
    if user.may(Permission.SEE_SHARED_REFERRALS):
        outside = _narrowed(visible, user, {name: value for name, value in terms.items() if name in OUTSIDE})
        parts.append(outside.filter(pk__in=given_to(user, terms).values("referral")))
    return Sought(shown, parts)


def _read_whole(user: User) -> QuerySet[Referral]:
    return Referral.objects.sent().filter(read_whole_by(user))


def _narrowed_by_family(user: User, terms: Mapping[str, Any]) -> StandIns | None:
    """Where nothing else of what a referral holds is asked for than one family name, of which there may be thousands."""
    sounds = sounds_of_family(plain(terms.get("family_name", "")))
    if len(sounds) != 1 or any(terms.get(name) for name in INSIDE):
        return None
    others = {name: value for name, value in terms.items() if name != "family_name"}
    found = FamilySound.objects.filter(sound=sounds[0], referral__in=_narrowed(_read_whole(user), user, others))
    return StandIns(found, "referral")


def _narrowed(found: QuerySet[Referral], user: User, terms: Mapping[str, Any]) -> QuerySet[Referral]:
    if text := terms.get("text", ""):
        found = _with_text(found, text)
    if any(terms.get(name) for name in ("given_names", "family_name", "date_of_birth")):
        found = _with_person(found, terms)
    if words := plain_address(terms.get("address", "")).split():
        found = found.filter(words__words=Lexemes(" & ".join(lexeme(word, "B") for word in words)))
    if terms.get("officer"):
        found = _by_officer(found, user, terms["officer"])
    for name in ("kind", "risk_level", "state"):
        if terms.get(name):
            found = found.filter(**{name: terms[name]})
    if terms.get("type"):
        found = found.filter(types__contains=[terms["type"]])
    if terms.get("submitted_from"):
        found = found.filter(submitted_at__gte=start_of_day(terms["submitted_from"]))
    if terms.get("submitted_before"):
        found = found.filter(submitted_at__lt=start_of_day(terms["submitted_before"]))
    return found


def read_whole_by(user: User) -> Q:
    """The referrals of which this person reads all (permissions.sees_whole): their own, their team's, what their hub received."""
    whole = Q(author=user, agency=user.agency_id)
    if user.may(Permission.SEE_TEAM_REFERRALS) and user.team_id:
        whole |= Q(team=user.team_id, state__in=SENT)
    if user.may(Permission.SEE_HUB_REFERRALS):
        received = ReferralAccess.objects.filter(
            referral=OuterRef("pk"), agency=user.agency_id, reason=AccessReason.HUB
        )
        whole |= Q(LookedUp(received))
    return whole & open_to(user)


def _is_about_the_outside(terms: Mapping[str, Any]) -> bool:
    """Whether everything that is asked stands outside the parts of a referral."""
    given = {name for name, value in terms.items() if value}
    is_reference = is_valid_reference(normalise_reference(terms.get("text", "")))
    return given <= OUTSIDE | ({"text"} if is_reference else set())


def _with_text(found: QuerySet[Referral], text: str) -> QuerySet[Referral]:
    """A reference or an occurrence number alone; else words of narratives, names or addresses."""
    if is_valid_reference(normalise_reference(text)):
        return found.filter(reference=normalise_reference(text))
    if NUMBER.fullmatch(known_number(text)):
        return found.filter(occurrence_number=known_number(text))
    query = SearchQuery(text, config="english", search_type="websearch")
    words = [] if OPERATORS.search(text) else plain(text).split()
    if words:
        query = query | Lexemes(" & ".join(lexeme(word) for word in words))  # type: ignore[assignment]
    return found.filter(words__words=query)


def _with_person(found: QuerySet[Referral], terms: Mapping[str, Any]) -> QuerySet[Referral]:
    """One person of the referral whose names sound like these and who was born on that day."""
    asked = sounds_asked(terms)
    if not asked:
        return found.none()
    query = " & ".join(f"({' | '.join(lexeme(sound) for sound in sounds)})" for sounds in asked)
    found = found.filter(words__words=Lexemes(query))
    if len(asked) == 1:
        # The words of a referral hold the sounds of each person in it: one thing asked is of one person.
        return found
    one_person = PersonKeys.objects.filter(referral=OuterRef("pk"))
    for sounds in asked:
        one_person = one_person.filter(sounds__overlap=sounds)
    return found.filter(Exists(one_person))


def submitted_about(terms: Mapping[str, Any]) -> QuerySet[Referral]:
    """What was submitted about, or names, one person who may be meant by these names and day of birth, whoever may see it.

    For who keeps the access log: it tells that a referral is there, and nothing of it.
    """
    return _with_person(Referral.objects.submitted(), terms)


def sounds_asked(terms: Mapping[str, Any]) -> list[list[str]]:
    """For each thing asked of a person the sounds of which one must be there.

    Where both names and the day of birth are asked, the day and either name do: a slip of the pen in one hides nobody.
    """
    given, family = plain(terms.get("given_names", "")), plain(terms.get("family_name", ""))
    names = [*([sounds_of_given(given)] if given else []), *([sounds_of_family(family)] if family else [])]
    born = terms.get("date_of_birth")
    if born and given and family:
        names = [names[0] + names[1]]
    return [*names, sounds_of_birth(born)] if born else names


def officers_asked(officer: str) -> list[User]:
    """Who may be meant, by name; one more than are searched for when there are more."""
    named = Q(name__icontains=officer.strip()) | Q(collar_number=officer.strip().upper())
    return list(User.objects.filter(named).order_by("name", "pk")[: MOST_OFFICERS + 1])


def names_too_many(terms: Mapping[str, Any]) -> bool:
    """Whether more people bear the officer's name that is asked for than are searched for."""
    return bool(terms.get("officer")) and len(officers_asked(terms["officer"])) > MOST_OFFICERS


def _by_officer(found: QuerySet[Referral], user: User, officer: str) -> QuerySet[Referral]:
    written = found.filter(author__in=[writer.pk for writer in officers_asked(officer)[:MOST_OFFICERS]])
    if user.may(Permission.SEE_HUB_REFERRALS):
        return written
    return written.filter(Q(kind=FormKind.PPN) | Q(agency=user.agency_id))


@dataclass(frozen=True)
class Found:
    """A row of results: why it is there, in words, and excerpts as runs of text, each told whether it was asked for."""

    referral: Referral
    reasons: list[str] = field(default_factory=list)
    excerpts: list[list[tuple[str, bool]]] = field(default_factory=list)
    is_outside: bool = False


def explain(user: User, referrals: Sequence[Referral], terms: Mapping[str, Any]) -> list[Found]:
    """Say of each that `search` gave this person for these terms why it was found. Few queries, whatever the number of rows.

    Of what was found by its outside alone, or in a copy, nothing is said that stands inside.
    """
    if _is_about_the_outside(terms):
        return [Found(referral, ["Reference"] if terms.get("text") else [], is_outside=True) for referral in referrals]
    text = terms.get("text", "")
    copies = _only_given(user, referrals)
    ids = [referral.pk for referral in referrals if referral.pk not in copies]
    people: dict[uuid.UUID, list[Person]] = {}
    if ids:
        for person in Person.objects.filter(referral__in=ids).select_related("lookup").order_by("position"):
            people.setdefault(person.referral_id, []).append(person)
    excerpts = _excerpts(ids, text) if text and ids else {}
    return [
        Found(referral, [IN_COPY], is_outside=True)
        if referral.pk in copies
        else Found(
            referral,
            _reasons(referral, people.get(referral.pk, []), terms),
            excerpts.get(referral.pk, []),
        )
        for referral in referrals
    ]


def _only_given(user: User, referrals: Sequence[Referral]) -> set[uuid.UUID]:
    """Those of them of which this person reads a copy alone."""
    if not user.may(Permission.SEE_SHARED_REFERRALS):
        return set()
    ids = {referral.pk for referral in referrals}
    return ids - set(Referral.objects.filter(read_whole_by(user), pk__in=ids).values_list("pk", flat=True))


def _reasons(referral: Referral, people: list[Person], terms: Mapping[str, Any]) -> list[str]:
    reasons = []
    text = terms.get("text", "")
    if text and normalise_reference(text) == referral.reference:
        reasons.append("Reference")
    if text and referral.occurrence_number and known_number(text) == referral.occurrence_number:
        reasons.append(f"Occurrence number {referral.occurrence_number}")
    # Found by who wrote it only where this person may read that.
    if terms.get("officer"):
        reasons.append(f"Written by {referral.author}")
    words, address, asked = (
        set(plain(text).split()),
        plain_address(terms.get("address", "")).split(),
        sounds_asked(terms),
    )
    for person in people:
        lookup = getattr(person, "lookup", None)
        if lookup is None:
            continue
        if words & set(lookup.names.split()) or (asked and all(set(lookup.sounds) & set(one) for one in asked)):
            reasons.append(f"{person.get_role_display()}: {person.full_name}{_born(person)}")
        if (
            address
            and set(address) <= set(lookup.address.split())
            or len(words) > 1
            and words <= set(lookup.address.split())
        ):
            reasons.append(f"Address of {person.full_name}: {person.address}")
    return reasons


def _born(person: Person) -> str:
    born: date | None = person.date_of_birth
    return f", born {born.day} {born:%B %Y}" if born else ""


def _excerpts(ids: list[uuid.UUID], text: str) -> dict[uuid.UUID, list[list[tuple[str, bool]]]]:
    with connection.cursor() as cursor:
        values: dict[str, Any] = {"marks": START + STOP + BREAK, "options": HEADLINE, "text": text, "ids": ids}
        cursor.execute(EXCERPTS, values)
        return {
            referral_id: [_runs(fragment) for fragment in headline.split(BREAK) if START in fragment]
            for referral_id, headline in cursor.fetchall()
            if headline
        }


def _runs(fragment: str) -> list[tuple[str, bool]]:
    """The fragment as runs of text, each with whether it is one of the words asked for."""
    runs = []
    for piece in fragment.split(START):
        hit, _, rest = piece.rpartition(STOP)
        runs += [(hit, True)] if hit else []
        runs += [(rest, False)] if rest else []
    return runs
