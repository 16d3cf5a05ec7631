"""References that people read out and type: PPN-2026-7F3K9. Random, so they tell nothing; checked, so a slip is noticed.

The last character is worked out from all before it: any one character typed wrong, and any two that change places,
give a reference that is not valid.
"""

import re
import secrets
import string
import unicodedata
from random import Random

# Neither half of a pair that looks alike: 0 O, 1 I, 5 S, 8 B.
ALPHABET = "234679ACDEFGHJKLMNPQRTUVWXYZ"
USUAL_LENGTH = 5
LONGEST = 10

_VALUES = {character: value for value, character in enumerate(string.digits + string.ascii_uppercase)}
# A prime above the number of characters and of places: no wrong character and no swap leaves the sum as it was.
_MODULUS = 37
_PREFIX = r"[A-Z]{2,8}"
_YEAR = r"[0-9]{4}"
_ENDING = rf"[{ALPHABET}]{{{USUAL_LENGTH},{LONGEST}}}"
_REFERENCE = re.compile(rf"({_PREFIX})-({_YEAR})-({_ENDING})", re.ASCII)
_RUN_TOGETHER = re.compile(rf"({_PREFIX})({_YEAR})({_ENDING})", re.ASCII)
_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015\u2212/_.,:]+")


def new_reference(prefix: str, year: int, *, length: int = USUAL_LENGTH, random: Random | None = None) -> str:
    """A new reference such as PPN-2026-7F3K9; `length` counts the characters after the year, check character included.

    Five of them make about 460,000 references a year for a prefix, eight about ten thousand million. Whoever saves
    one holds it unique in the database and asks for another, longer one, when it is taken. `random` is for
    demonstration data only: by default nobody can foresee a reference.
    """
    if not re.fullmatch(_PREFIX, prefix, re.ASCII) or not 1000 <= year <= 9999:
        raise ValueError("A reference needs a prefix of 2 to 8 capital letters and a year of four digits.")
    if not USUAL_LENGTH <= length <= LONGEST:
        raise ValueError(f"A reference ends in {USUAL_LENGTH} to {LONGEST} characters.")
    source = random or secrets.SystemRandom()
    while True:
        body = "".join(source.choices(ALPHABET, k=length - 1))
        # About one body in four would need a check character that the alphabet leaves out.
        if check := _check_character(f"{prefix}{year}{body}"):
            return f"{prefix}-{year}-{body}{check}"


def is_valid_reference(text: str) -> bool:
    """Whether the text is a reference as new_reference writes it, with the right check character."""
    if not (match := _REFERENCE.fullmatch(text)):
        return False
    characters = "".join(match.groups())
    return _check_character(characters[:-1]) == characters[-1]


def normalise_reference(text: str) -> str:
    """The reference as new_reference writes it, from what somebody typed or pasted: lower case, spaces, no hyphens.

    Text that has not the shape of a reference comes back in capitals, without spaces around it.
    """
    capitals = unicodedata.normalize("NFKC", text).upper().strip()
    match = _RUN_TOGETHER.fullmatch(_SEPARATORS.sub("", capitals))
    return "-".join(match.groups()) if match else capitals


def _check_character(characters: str) -> str | None:
    """What brings the weighted sum to a multiple of the modulus; None when that is not in the alphabet."""
    total = sum(place * _VALUES[character] for place, character in enumerate(characters, start=2))
    needed = -total % _MODULUS
    return next((character for character in ALPHABET if _VALUES[character] == needed), None)
