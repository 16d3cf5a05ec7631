"""Several pages or devices on one draft: who changed which answer last, so that nothing is overwritten silently and nothing else
is called a conflict.

`Referral.saves` holds, while it is a draft, for each answer the version in which it was changed last and the page that did it.
What another program changed without saying so (an older release beside this one) counts as changed in the newest version.
"""

import uuid
from collections.abc import Collection, Mapping
from typing import Any

from common.errors import DomainError
from referrals.models import Referral


class CannotSave(DomainError):
    pass


class StaleDraft(CannotSave):
    """Another device saved other words in the same place meanwhile. Holds both, by field, so that nothing is lost."""

    def __init__(self, *, mine: dict[str, Any], theirs: dict[str, Any], version: int) -> None:
        super().__init__("This part was changed somewhere else after you opened it. Choose which words to keep.")
        self.mine, self.theirs, self.version = mine, theirs, version


def refuse_stale(
    referral: Referral,
    version: int,
    answers: Mapping[str, Any],
    changed: Mapping[str, Any],
    *,
    part: str = "",
    page: uuid.UUID | None = None,
) -> None:
    """Raise StaleDraft when saving would overwrite what another page saved after `version`.

    `changed` is what is stored now, for each answer that differs; `part` is what the answers belong to: the form itself, a
    type of concern or a person.
    """
    # Writing where nothing was loses nothing, even when another page saved the same part meanwhile.
    overwritten = {
        name: value
        for name, value in changed.items()
        if value not in (None, "", []) and _was_changed(referral, _key(part, name), since=version, not_by=page)
    }
    if overwritten:
        mine = {name: answers[name] for name in overwritten}
        raise StaleDraft(mine=mine, theirs=overwritten, version=referral.version)


def refuse_removing(referral: Referral, version: int, *, part: str) -> None:
    """Raise StaleDraft when anything of this part was changed after `version`."""
    known = _known(referral)
    keys = [key for key in known["fields"] if key.startswith(_key(part, ""))]
    if known["since"] > version or any(_was_changed(referral, key, since=version, not_by=None) for key in keys):
        raise StaleDraft(mine={}, theirs={}, version=referral.version)


def note_saved(
    referral: Referral, names: Collection[str], *, version: int, part: str = "", page: uuid.UUID | None = None
) -> None:
    """Remember that this page changed these answers, which makes `version`; the caller saves the referral."""
    known = _known(referral)
    changed = {_key(part, name): [version, _short(page)] for name in names}
    referral.saves = {"seen": version, "since": known["since"], "fields": known["fields"] | changed}


def _known(referral: Referral) -> dict[str, Any]:
    saves: dict[str, Any] = referral.saves
    if saves.get("seen") == referral.version:
        return saves
    return {"since": referral.version, "fields": {}}


def _was_changed(referral: Referral, key: str, *, since: int, not_by: uuid.UUID | None) -> bool:
    known = _known(referral)
    version, page = known["fields"].get(key, [known["since"], ""])
    return version > since and (not_by is None or page != _short(not_by))


def _key(part: str, name: str) -> str:
    return f"{part}.{name}"


def _short(page: uuid.UUID | None) -> str:
    return page.hex[:16] if page is not None else ""
