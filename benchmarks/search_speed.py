"""Search within what somebody may see, against the same search without scope and against a plain `icontains`.

The page and not the whole of it: the newest 25 that are found, as the page of results asks for them. And how often a person is
still found among these 25 when either name is misspelt by a letter and the day of birth is known.
"""

from collections.abc import Iterator
from random import Random
from typing import Any

from accounts.models import User
from benchmarks.growth import GROWTH_LIMIT, SMALLEST, over
from benchmarks.matching_quality import told
from benchmarks.measuring import ROUNDS, SHORT_ROUNDS, compare
from common.paging import PAGE_SIZE, keyset_page
from common.statistics.proportions import Proportion
from devtools.demo_data.slips import Written, letter
from referrals.models import Person, Referral
from referrals.queries.search import SEARCH_ORDER, _narrowed, search

__all__ = ["SMALLEST", "main"]
LIMIT = 1.5
CALLS = 7
# Where there are so many, and a name that few bear. With fewer there is little that reading all of them could lose.
MANY, PLAIN_LIMIT = 1_000_000, 1 / 30
SEED, TYPOS, LEAST_RECALL = 2026, 1000, 0.95
DIFFERENT = 20
Terms = dict[str, Any]


def main() -> None:
    """Measure each kind of search with both peers, then count whom a slip hides."""
    user = User.objects.get(email="decision@example.org")
    count = Referral.objects.count()
    size = f"{count:,} referrals"
    typos = list(slips(user))
    misspelt = [terms for _, terms in typos[:DIFFERENT]]
    for title, asked in (
        ("Search for two characters", [{"text": "12"}]),
        ("Search for four letters", [{"text": "Wren"}, {"text": "Orla"}]),
        ("Search for a misspelt name with the day of birth", misspelt),
    ):
        for terms in asked:
            assert [one.pk for one in search(user, terms).page()] == [one.pk for one in unscoped(user, terms)], terms
        compare(
            f"{title} against the same without scope",
            ours=over(asked, lambda terms: search(user, terms).page()),
            peer=over(asked, lambda terms: unscoped(user, terms)),
            size=size,
            calls=CALLS,
            rounds=SHORT_ROUNDS,
            limit=LIMIT,
            growth_limit=GROWTH_LIMIT,
        )
    against_plain_reading(user, count)
    recall(user, typos)


def unscoped(user: User, terms: Terms) -> list[Referral]:
    """The newest that the same conditions find, whoever may see them."""
    found = _narrowed(Referral.objects.sent(), user, terms)
    shown = Referral.objects.select_related("agency", "district", "author")
    return keyset_page(shown, order=SEARCH_ORDER, parts=[found]).items


def against_plain_reading(user: User, count: int) -> None:
    """A given name and a family name that few bear together, asked as anybody would without an index of sounds."""
    rare = (
        Person.objects.filter(referral__in=Referral.objects.visible_to(user).sent())
        .exclude(given_names="")
        .exclude(family_name="")
        .order_by("pk")[:DIFFERENT]
    )
    terms = [{"given_names": one.given_names, "family_name": one.family_name} for one in rare]

    def plainly(asked: Terms) -> list[Referral]:
        named = Person.objects.filter(**{f"{name}__icontains": value for name, value in asked.items()})
        found = Referral.objects.visible_to(user).sent().filter(pk__in=named.values("referral"))
        return list(found.select_related("agency", "district", "author").order_by(*SEARCH_ORDER)[: PAGE_SIZE + 1])

    for asked in terms[:3]:
        assert plainly(asked)
        assert search(user, asked).page().items
    compare(
        "Search for both names against a plain icontains in scope",
        ours=over(terms, lambda asked: search(user, asked).page()),
        peer=over(terms, plainly),
        size=f"{count:,} referrals",
        calls=1,
        rounds=ROUNDS,
        limit=PLAIN_LIMIT if count >= MANY else None,
    )


def slips(user: User) -> Iterator[tuple[Person, Terms]]:
    """People whom this person finds, each with one letter of either name left out, doubled or exchanged with the next."""
    random = Random(SEED)
    known = Person.objects.filter(date_of_birth__isnull=False).exclude(given_names="").exclude(family_name="")
    found = 0
    for person in known.filter(referral__in=Referral.objects.visible_to(user).sent()).order_by("pk").iterator():
        written = Written(person.given_names, person.family_name, person.date_of_birth, person.address)
        said = letter(written, random)
        if said == written:
            continue
        yield person, {"given_names": said.given, "family_name": said.family, "date_of_birth": said.born}
        found += 1
        if found == TYPOS:
            return


def recall(user: User, typos: list[tuple[Person, Terms]]) -> None:
    """Of whom the first page of results still holds the referral."""
    found = sum(
        person.referral_id in {referral.pk for referral in search(user, terms).page()} for person, terms in typos
    )
    print(f"Misspelt names among the first results: {told(Proportion(found, len(typos)))}")
    assert len(typos) == TYPOS
    assert found / TYPOS >= LEAST_RECALL


if __name__ == "__main__":
    main()
