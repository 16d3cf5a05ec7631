"""What differs between two versions of a referral: question by question, and within a text word by word."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from django import forms

from common.forms import GovukForm
from referrals.forms.people import describe_people
from referrals.forms.sections import sections_of
from referrals.forms.words import Answered
from referrals.models import Referral

# A word with the space after it, so that the pieces put together are the text again.
WORD = re.compile(r"\S+\s*|\s+")
MOST_WORDS_COMPARED = 6_000


class AmendmentForm(GovukForm):
    """Why something is changed after it was submitted."""

    reason = forms.CharField(
        label="Why do you change it?",
        help_text="Everybody who reads the versions reads this.",
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "true"}),
        error_messages={"required": "Say why you change it."},
    )


@dataclass(frozen=True)
class Piece:
    """Part of a text: in both versions, or only in the earlier or the later one."""

    text: str
    is_removed: bool = False
    is_added: bool = False


@dataclass(frozen=True)
class Difference:
    """One question that has another answer now."""

    where: str
    label: str
    pieces: list[Piece]


def differences(then: Referral, now: Referral) -> list[Difference]:
    """What differs from `then` to `now`, in the order of the form; of people who came or went everything that is said."""
    before, after = _read(then), _read(now)
    found = []
    for key in dict.fromkeys((*after, *before)):
        title = (after.get(key) or before[key]).title
        old, new = (places[key].answers if key in places else {} for places in (before, after))
        for label in dict.fromkeys((*new, *old)):
            if old.get(label, "") != new.get(label, ""):
                found.append(Difference(title, label, pieces(old.get(label, ""), new.get(label, ""))))
    return found


def pieces(before: str, after: str) -> list[Piece]:
    """The two texts as one, with what was taken out and what was put in."""
    old, new = WORD.findall(before), WORD.findall(after)
    if len(old) + len(new) > MOST_WORDS_COMPARED:
        return _of_two(before, after)
    found: list[Piece] = []
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Piece("".join(old[i:j])))
            continue
        found += _of_two("".join(old[i:j]), "".join(new[k:m]))
    return found


def _of_two(before: str, after: str) -> list[Piece]:
    return [piece for piece in (Piece(before, is_removed=True), Piece(after, is_added=True)) if piece.text]


@dataclass(frozen=True)
class _Place:
    """A page of the form, or a person, with the answers by question."""

    title: str
    answers: dict[str, str]


def _read(referral: Referral) -> dict[str, _Place]:
    """The pages and the people, by what stays the same about them."""
    places: dict[str, _Place] = {}
    for page in sections_of(referral):
        if not page.is_list_of_people:
            places[page.key] = _Place(page.title, _by_label(page.answers(referral)))
            continue
        for household in describe_people(referral):
            for described in household.people:
                name = Answered("name", "Name", described.person.full_name)
                person = _Place(described.person.full_name, _by_label([name, *described.answers]))
                places[str(described.person.pk)] = person
    files = "; ".join(sorted(file.name for file in referral.attachments.all()))
    places["files"] = _Place("Files", {"Attached": files})
    return places


def _by_label(answers: Iterable[Answered]) -> dict[str, str]:
    return {answer.label: answer.value for answer in answers}
