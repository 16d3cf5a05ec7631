"""Documents that are made from code, so that they cannot be wrong: permissions, settings, states."""

from collections.abc import Callable
from pathlib import Path

from accounts.enums import Permission
from accounts.roles import ROLES
from config.settings.environment import VARIABLES
from partners.enums import BOOKING_MOVES, HOLDS_A_PLACE, SESSION_MOVES, BookingMove, BookingState, SessionMove
from referrals.enums import MOVES, Move, ReferralState

NOTE = "<!-- Made by `manage.py write_docs`; change the code, not this page. -->"


def permissions() -> str:
    """Roles as an auditor reads them, and the table of who may do what."""
    lines = ["# Roles and permissions", "", NOTE, "", "## Roles", ""]
    for role in ROLES.values():
        notes = [
            note
            for note, holds in (("police only", role.police_only), ("needs a second factor", role.sees_other_agencies))
            if holds
        ]
        noted = f" ({', '.join(notes)})" if notes else ""
        lines.append(f"- **{role.name}**{noted}: {role.sentence}")
    lines += ["", "## Who may do what", "", "| what | roles |", "| --- | --- |"]
    for permission in Permission:
        holders = ", ".join(role.name for role in ROLES.values() if permission in role.allows)
        lines.append(f"| {permission.label} | {holders} |")
    return "\n".join(lines) + "\n"


def settings() -> str:
    """Every environment variable with its default and meaning."""
    lines = [
        "# Settings",
        "",
        NOTE,
        "",
        "From the environment; a secret may come as `NAME_FILE`, the path of a file that holds it.",
        "",
    ]
    lines += ["| name | default | what it is for |", "| --- | --- | --- |"]
    lines += [f"| `{name}` | `{v.default!r}` | {v.meaning} |" for name, v in sorted(VARIABLES.items())]
    return "\n".join(lines) + "\n"


def states() -> str:
    """The moves of a referral as a diagram and a table."""
    lines = ["# The states of a referral", "", NOTE, "", "```mermaid", "stateDiagram-v2"]
    lines += [f"    {start} --> {end}: {Move(move).label}" for (move, start), end in MOVES.items()]
    lines += ["```", "", "| state | shown as |", "| --- | --- |"]
    lines += [f"| {state.value} | {state.label} |" for state in ReferralState]
    return "\n".join(lines) + "\n"


def session_states() -> str:
    """The moves of a session and of a booking."""
    lines = [
        "# The states of a session and of a booking",
        "",
        NOTE,
        "",
        "## Session",
        "",
        "```mermaid",
        "stateDiagram-v2",
    ]
    lines += [f"    {start} --> {end}: {SessionMove(move).label}" for (move, start), end in SESSION_MOVES.items()]
    lines += ["```", "", "## Booking", "", "```mermaid", "stateDiagram-v2"]
    lines += [f"    {start} --> {end}: {BookingMove(move).label}" for (move, start), end in BOOKING_MOVES.items()]
    lines += ["```", "", "| state of a booking | shown as | takes a place |", "| --- | --- | --- |"]
    lines += [f"| {one.value} | {one.label} | {'yes' if one in HOLDS_A_PLACE else 'no'} |" for one in BookingState]
    return "\n".join(lines) + "\n"


DOCUMENTS: dict[str, Callable[[], str]] = {
    "permissions.md": permissions,
    "settings.md": settings,
    "referral-states.md": states,
    "session-states.md": session_states,
}


def out_of_date(folder: Path) -> list[str]:
    """Names of the documents that differ from what the code says."""
    return [
        name
        for name, make in DOCUMENTS.items()
        if not (folder / name).exists() or (folder / name).read_text(encoding="utf-8") != make()
    ]
