"""Text as it is compared: without accents, with straight apostrophes and hyphens, character for character."""

import unicodedata

_FOLDED = {"\u2019": "'", "\u2018": "'", "\u02bc": "'", "\u2010": "-", "\u2011": "-", "\u2013": "-", "\u00a0": " "}
# Letters with a stroke have no accent that could be taken off.
_FOLDED |= {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i"}


def composed(text: str) -> str:
    """The text with each accent joined to its letter, and without characters that nobody sees."""
    joined = unicodedata.normalize("NFC", text)
    return "".join(character for character in joined if unicodedata.category(character) != "Cf")


def folded(text: str) -> str:
    """The same number of characters without accents, and with straight apostrophes and hyphens."""
    return "".join(_FOLDED.get(character) or unicodedata.normalize("NFD", character)[0] for character in text)
