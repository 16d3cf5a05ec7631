"""What the access log calls each deed, and which deeds with a referral its writer is told: said of every name that the code can give."""

import pytest
from django.urls import reverse

from audit import services as audit
from audit.enums import DEEDS, KEPT_FROM_WRITERS, TOLD_TO_WRITERS, Verb
from audit.enums.deeds import accounts, grading, log, partners, referrals, training
from tests.factories.referrals import ReferralFactory
from tests.insights.declared_entries import WRITES
from tests.insights.deeds_in_code import all_deeds, writing_calls
from tests.people import NOW

TABLES = (
    log.LOG,
    referrals.TOLD_TO_WRITERS,
    referrals.KEPT_FROM_WRITERS,
    referrals.BESIDE_REFERRALS,
    grading.GRADING,
    accounts.ACCOUNTS,
    training.TRAINING,
    partners.PARTNERS,
)
OF_REFERRALS = (
    "referral.",
    "share.",
    "attachment.",
    "person.",
    "strategy.",
    "challenge.",
    "meeting.",
    "encompass.",
    "flag.",
    "flags.",
    "link.",
    "links.",
    "conflict.",
    "conflicts.",
    "second_look.",
    "cpi.",
)


def test_every_name_of_a_deed_in_the_code_is_found() -> None:
    """Names from each way in which they are made, so that a way that is followed no more is seen."""
    deeds = all_deeds()

    made = {
        "a literal": "referral.decided",
        "a constant": "referral.read_again",
        "a condition": "person.kept_apart",
        "an enum": "partners.prompted_strike",
        "a word handed on": "partners.booking_walked_in",
        "a word handed on by another app": "partners.booking_joined",
        "a name handed on twice": "sign_in.stopped",
        "the kind of a record": "team.changed",
    }
    assert {way: deed for way, deed in made.items() if deed not in deeds} == {}
    print(f"calls that write: {len(writing_calls())}, names of deeds: {len(deeds)}, with words: {len(DEEDS)}")


def test_every_deed_has_words() -> None:
    missing = {deed: sorted(places) for deed, places in all_deeds().items() if deed not in DEEDS}

    assert missing == {}


def test_no_words_are_kept_of_a_deed_that_nobody_can_do() -> None:
    assert DEEDS.keys() - all_deeds().keys() == set()


def test_each_deed_has_one_place() -> None:
    assert sum(map(len, TABLES)) == len(DEEDS)


def test_words_are_plain() -> None:
    """One sentence without its full stop, no code, and short enough for a cell of a table."""
    wrong = [
        words
        for words in DEEDS.values()
        if not words[0].isupper() or words.endswith(".") or "_" in words or len(words) > 70
    ]

    assert wrong == []


def test_of_each_deed_about_a_referral_it_is_said_whether_its_writer_is_told() -> None:
    """By what each address declares that it leaves about a referral, whatever the deed is called."""
    about_referrals = {
        entry.split()[1] for entries in WRITES.values() for entry in entries if entry.endswith(" referrals.Referral")
    }
    named_so = {deed for deed in all_deeds() if deed.startswith(OF_REFERRALS)}
    said = TOLD_TO_WRITERS.keys() | KEPT_FROM_WRITERS.keys()

    assert about_referrals - said == set()
    assert named_so - said - referrals.BESIDE_REFERRALS.keys() == set()
    assert said & referrals.BESIDE_REFERRALS.keys() == set()
    assert TOLD_TO_WRITERS.keys() & KEPT_FROM_WRITERS.keys() == set()


def test_writers_are_told_nothing_that_is_blind_or_about_colleagues() -> None:
    blind = ("second_look.", "grading.", "cpi.", "conflict.", "flag", "link")
    about_colleagues = (
        "restrict",
        "named_people",
        "people_named",
        "unnamed",
        "hint",
        "taken_off",
        "reviewed_emergency",
    )

    told = [
        deed
        for deed in TOLD_TO_WRITERS
        if deed.startswith(blind) or any(word in deed.partition(".")[2] for word in about_colleagues)
    ]

    assert told == []


@pytest.mark.parametrize("deed", ["referral.read", "referral.opened_in_emergency", "share.answered", "referral.closed"])
def test_its_writer_reads_who_saw_it_and_what_became_of_it(client, cast, deed):
    assert deed in shown_to_writer(client, cast, deed)


@pytest.mark.parametrize(
    "deed",
    [
        "referral.read_again",
        "referral.decisions_compared",
        "referral.restricted",
        "referral.people_named",
        "referral.restricted_hinted",
        "referral.emergency_reviewed",
        "referral.taken_off",
        "conflict.noted",
        "referral.not_thought_of_yet",
    ],
)
def test_its_writer_does_not_read_what_is_kept_from_writers_nor_what_nobody_thought_of(client, cast, deed):
    assert shown_to_writer(client, cast, deed) == []


def shown_to_writer(client, cast, deed):
    referral = ReferralFactory(author=cast.olu)
    audit.record(verb=Verb.READ, what=deed, at=NOW, actor=cast.sam, subject=referral)
    page = client.signed_in(cast.olu).get(reverse("who_looked", args=[referral.pk]))
    return [line.entry.what for line in page.context["lines"]]
