"""Takes out of a text what identifies somebody, however it is typed: accents, apostrophes, capitals, joined words."""

import re
from collections.abc import Callable, Iterable
from datetime import date

from grading.queries.redaction.dates import any_date, day_pattern, label_of_date
from grading.queries.redaction.folding import composed, folded
from grading.queries.redaction.identities import Identities, first_of_each
from grading.queries.redaction.words import ORDINARY

Label = str | Callable[["re.Match[str]"], str]
SHORTEST_NAME_IN_ANY_CASE = 3

_TELEPHONE = re.compile(r"(?<![\d+])(?:(?:\+|00)44[ ]?(?:\(0\))?|\(?0)(?:[ .\-()]{0,2}\d){9,10}(?!\d)")
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b", re.IGNORECASE)
_EMAIL = re.compile(r"[\w.+'\-]+@[\w\-]+(?:\.[\w\-]+)+")
_APART, _PERHAPS_JOINED = r"[\s\-]+", r"[\s\-_.,]*"
_NO_LETTER_BEFORE, _NO_LETTER_AFTER = r"(?<![^\W\d_])", r"(?![^\W\d_])"


class Redactor:
    """Puts a label in square brackets in place of what identifies somebody. What was replaced is not looked at again."""

    def __init__(self, known: Identities, *, sent_on: date) -> None:
        self._replacements: list[tuple[re.Pattern[str], Label]] = [
            (_EMAIL, "[e-mail]"),
            *_patterns(known.numbers),
            *((day_pattern(day), "[date of birth]") for day in known.birthdays),
            (any_date(), label_of_date(sent_on)),
            *_patterns(known.phrases),
            (_POSTCODE, "[postcode]"),
            (_TELEPHONE, "[telephone]"),
            *_patterns(known.full_names, gap=_PERHAPS_JOINED),
            *_patterns(known.anywhere, gap=_PERHAPS_JOINED),
            *((_with_capital(text), label) for text, label in first_of_each(known.capitals) if len(text) >= 2),
        ]

    def __call__(self, text: str) -> str:
        free, pieces = [composed(text)], [True]
        for pattern, label in self._replacements:
            free, pieces = _replace(free, pieces, pattern, label)
        return "".join(free)


def _patterns(pairs: Iterable[tuple[str, str]], *, gap: str = _APART) -> list[tuple["re.Pattern[str]", Label]]:
    """The longest first, so that a part never takes the middle out of the whole."""
    ordered = sorted(first_of_each(pairs), key=lambda pair: -len(pair[0]))
    return [(_pattern_of(text, gap), label) for text, label in ordered if len(text.strip()) >= 2]


def _pattern_of(text: str, gap: str) -> "re.Pattern[str]":
    """The text as whole words, a plural after it; white space, hyphens and apostrophes may be other ones or missing.

    Figures may stand close to a word, as in PC8812 or ann99.
    """
    plain = folded(composed(text.strip()))
    if plain.isdigit():
        return re.compile(rf"(?<!\d){plain}(?!\d)")
    if len(plain) < SHORTEST_NAME_IN_ANY_CASE or plain.lower() in ORDINARY:
        return _with_capital(plain)
    words = [re.escape(word).replace("'", "'?").replace(r"\-", r"[\s\-]?") for word in plain.split()]
    body = gap.join(words)
    before = _NO_LETTER_BEFORE if plain[0].isalpha() else r"(?<!\w)"
    after = rf"s?{_NO_LETTER_AFTER}" if plain[-1].isalpha() else r"(?!\w)"
    return re.compile(f"{before}{body}{after}", re.IGNORECASE)


def _with_capital(text: str) -> "re.Pattern[str]":
    """The word only where it has a capital: small letters make it a word of everyday writing."""
    forms = {re.escape(form) for form in (text.capitalize(), text.upper(), text.title())}
    return re.compile(rf"{_NO_LETTER_BEFORE}(?:{'|'.join(sorted(forms))}){_NO_LETTER_AFTER}")


def _replace(
    texts: list[str], are_free: list[bool], pattern: "re.Pattern[str]", label: Label
) -> tuple[list[str], list[bool]]:
    """Replace in the free texts what the pattern finds in their folded form, which is as long."""
    found_texts: list[str] = []
    found_free: list[bool] = []
    for text, is_free in zip(texts, are_free, strict=True):
        last = 0
        for found in pattern.finditer(folded(text)) if is_free else ():
            if found.end() == found.start():
                continue
            found_texts += [text[last : found.start()], label if isinstance(label, str) else label(found)]
            found_free += [True, False]
            last = found.end()
        found_texts.append(text[last:])
        found_free.append(is_free)
    return found_texts, found_free
