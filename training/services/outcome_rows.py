"""What a row of outcomes must hold, and what is said of one that does not. Only that somebody did a module is taken from a file."""

import re
from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

from accounts.models import User
from common.row_reports import Column, Problem, WrongValue, short
from common.row_values import RowReader, at_most, known_as, past_day
from training.enums import Delivery, SignerRole
from training.models import ModuleVersion
from training.models.records import LONGEST_EVIDENCE
from training.queries.outcomes import OutcomePeople, PlannedSigners
from training.services.records import SAY_WHAT_SHOWS, SHORTEST_WORDS

EARLIEST_YEAR = 2000

EXPLAINED: dict[str, Column] = {
    "person": Column("Person", "Who did it: e-mail address or collar number", "2041"),
    "module": Column("Module", "Its title or short title, as it stands under Modules", "MASH introduction"),
    "done_on": Column("Date completed", "As 2026-03-27, 27/03/2026 or 27 March 2026; not in the future", "27/03/2026"),
    "outcome": Column("Outcome", "PASS. A fail, sending back, revoking or ending is done on the page of the record or plan, one by one", "PASS"),
    "evidence": Column("Evidence", f"What shows that the person can do it, in at least {SHORTEST_WORDS} characters; nothing about a case", "Explained two fictitious calls."),
    "how": Column("How", "How it was done; nothing: as the module is usually given", "Face to face", is_optional=True),
    "mentor": Column("Mentor", "Who signs first: e-mail address or collar number; nothing: the mentor of the person's induction plan", "3177", is_optional=True),
    "line_manager": Column("Line manager", "Who signs second, in the same way", "3180", is_optional=True),
}  # fmt: skip
NEEDED = tuple(name for name, column in EXPLAINED.items() if not column.is_optional)
# What people write over these columns, in small letters.
WORDS: dict[str, tuple[str, ...]] = {
    "line_manager": ("line manager", "manager", "supervisor"),
    "mentor": ("mentor", "assessor"),
    "person": ("person", "e-mail", "email", "collar number", "collar", "learner", "officer", "name"),
    "done_on": ("date completed", "completed on", "done on", "date", "completed"),
    "outcome": ("outcome", "result"),
    "evidence": ("evidence", "proof"),
    "how": ("how", "method", "delivery"),
    "module": ("module", "title", "course", "training"),
}

_PASSED = ("pass", "passed", "complete", "completed")
# What is no business of a file, and what to do instead.
_NOT_IN_BULK: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"fail|not (?:yet )?pass|not competent|refer"), "A fail is not recorded from a file: log nothing, and tell the person yourself. Where a record is there, its mentor or line manager sends it back on its page."),
    (re.compile(r"sen[dt]\w*.?back|return"), "Sending back is not done from a file: the mentor or line manager opens the record and sends it back there, with the reason."),
    (re.compile(r"revok|withdraw|take.?back|taken.?back|cancel"), "Revoking is not done from a file: open the record and take back the signatures there, with the reason."),
    (re.compile(r"end|stop|clos|extend|left"), "An induction is not ended or changed from a file: open the plan and close, stop or extend it there."),
)  # fmt: skip
_HOW = {name.casefold(): one.value for one in Delivery for name in (one.value, str(one.label))}


class OutcomeRowChecker:
    """Turns a row of text into what logging a module takes, or says what is wrong with it. Asks the database nothing."""

    def __init__(
        self, people: OutcomePeople, modules: Mapping[str, ModuleVersion | None], *, by: User, today: date
    ) -> None:
        self.people, self.modules, self.by, self.today = people, modules, by, today

    def check(self, row: Mapping[str, str]) -> tuple[dict[str, Any], list[Problem], list[str]]:
        """The values as far as they could be read, every problem by our heading, and remarks."""
        reader = RowReader(row, EXPLAINED)
        value, problems = reader.value, reader.problems
        notes: list[str] = []

        value("outcome", _outcome)
        person: User | None = value("person", self._person)
        version: ModuleVersion | None = value("module", self._module)
        values = {
            "person": person,
            "module_version": version,
            "done_on": value("done_on", self._day),
            "evidence": value("evidence", _evidence),
            "method": value("how", lambda text: _how(text, version)),
        }
        plan = self.people.plan_of(person, version.module if version else None) if person else None
        for role, name in ((SignerRole.MENTOR, "mentor"), (SignerRole.LINE_MANAGER, "line_manager")):
            # Whether it may be left out hangs on whose row it is: nothing is said of it where that is not known.
            if person is not None or row.get(name, "").strip():
                values[name] = value(name, partial(self._signer, role=role, plan=plan))
        if person is not None and plan is not None and not (row.get("mentor") and row.get("line_manager")):
            notes.append("Who signs is taken from the induction plan where the row does not say it.")
        if not problems:
            problems += _contradictions(values)
        return values, problems, notes

    def _person(self, text: str) -> User:
        person = self._found(text, "The person is missing.")
        if person.pk == self.by.pk:
            raise WrongValue("Nobody logs their own training: ask another trainer.")
        return person

    def _signer(self, text: str, *, role: SignerRole, plan: PlannedSigners | None) -> User:
        if not text and plan is not None:
            pk = plan.mentor if role is SignerRole.MENTOR else plan.line_manager
            signer = self.people.signers[role].get(pk)
        elif not text:
            raise WrongValue(f"The {role.label.lower()} is missing, and the person has no induction plan.")
        else:
            signer = self.people.signers[role].get(self._found(text, "").pk)
        if signer is None:
            raise WrongValue(f"This person may not sign as {role.label.lower()}.")
        return signer

    def _found(self, text: str, missing: str) -> User:
        if not text:
            raise WrongValue(missing)
        found = self.people.named(text)
        if not found:
            raise WrongValue(f"Nobody of your agency has the address or collar number “{short(text)}”.")
        if len(found) > 1:
            raise WrongValue("Several people have this collar number. Write the e-mail address.")
        return found[0]

    def _module(self, text: str) -> ModuleVersion:
        if not text:
            raise WrongValue("The module is missing.")
        if (name := known_as(text)) not in self.modules:
            raise WrongValue(f"“{short(text)}” is no module that is taught here. Write its title as under Modules.")
        if (version := self.modules[name]) is None:
            raise WrongValue(f"Two modules are called “{short(text)}”. Write the other title of the one that is meant.")
        return version

    def _day(self, text: str) -> date:
        return past_day(text, today=self.today, earliest=EARLIEST_YEAR, example="27/03/2026 or 2026-03-27")


def _outcome(text: str) -> None:
    said = known_as(text)
    if said in _PASSED:
        return
    for pattern, instead in _NOT_IN_BULK:
        if pattern.search(said):
            raise WrongValue(instead)
    raise WrongValue(f"“{short(text)}” is no outcome; write PASS." if text else "The outcome is missing; write PASS.")


def _evidence(text: str) -> str:
    if len(text) < SHORTEST_WORDS:
        raise WrongValue(f"{SAY_WHAT_SHOWS} At least {SHORTEST_WORDS} characters.")
    return at_most(text, LONGEST_EVIDENCE)


def _how(text: str, version: ModuleVersion | None) -> str:
    if not text:
        return version.delivery if version else ""
    if (found := _HOW.get(known_as(text))) is None:
        raise WrongValue(f"“{short(text)}” is no way of doing it; write for example {Delivery.FACE_TO_FACE.label}.")
    return found


def _contradictions(values: Mapping[str, Any]) -> list[Problem]:
    person, mentor, manager = values["person"], values["mentor"], values["line_manager"]
    if mentor == manager:
        return [Problem(EXPLAINED["line_manager"].name, "Mentor and line manager must be two people.")]
    if person in (mentor, manager):
        return [Problem(EXPLAINED["mentor"].name, "Nobody signs off their own training.")]
    if values["module_version"].module.is_retired(on=values["done_on"]):
        return [Problem(EXPLAINED["module"].name, "This module was retired by that day.")]
    return []
