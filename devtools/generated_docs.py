"""Documents that are made from code, so that they cannot be wrong: permissions, settings, states."""

from collections.abc import Callable, Iterable
from pathlib import Path

from django.db.models import TextChoices

from accounts.enums import Permission
from accounts.roles import ROLES
from audit.enums import UNUSUAL_MOVES, UnusualMove, UnusualState
from common.row_reports import Column
from config.settings.environment import VARIABLES
from grading.enums import FEEDBACK_MOVES, SCHEDULE_MOVES, FeedbackMove, FeedbackState, ScheduleMove, ScheduleState
from mail.enums import MESSAGE_MOVES, MessageMove, MessageState
from partners.enums import (
    APPLICATION_MOVES,
    BOOKING_MOVES,
    QUESTION_MOVES,
    SESSION_MOVES,
    TAILORED_MOVERS,
    TAILORED_MOVES,
    TAKES_A_PLACE,
    ApplicationMove,
    ApplicationState,
    BookingMove,
    BookingState,
    QuestionMove,
    QuestionState,
    SessionMove,
    TailoredMove,
    TailoredState,
)
from referrals.enums import (
    ASSESSMENT_MOVES,
    CHALLENGE_MOVERS,
    CHALLENGE_MOVES,
    CONFLICT_MOVES,
    FIRST_LEVEL_OF_OTHERS,
    MOVES,
    NOTICE_MOVES,
    RETENTION_MOVES,
    REVIEW_MOVES,
    SECOND_LOOK_MOVES,
    SHARE_MOVES,
    WORKING_DAYS_AT,
    AssessmentMove,
    AssessmentState,
    ChallengeMove,
    ChallengeState,
    ConflictState,
    IncidentKind,
    Move,
    NoticeMove,
    NoticeState,
    ReferralState,
    RetentionMove,
    RetentionState,
    ReviewMove,
    ReviewState,
    SecondLookMove,
    SecondLookState,
    ShareMove,
    ShareState,
)
from referrals.services.incident_rows import EXPLAINED, MOST_REFUSED
from training.enums import (
    EARLIER_MOVES,
    INDUCTION_MOVES,
    KNOWLEDGE_TEST_MOVES,
    RECORD_MOVES,
    RUN_MOVES,
    SUPERVISION_MOVERS,
    SUPERVISION_MOVES,
    TRAINING_SESSION_MOVES,
    CpdKind,
    EarlierMove,
    EarlierState,
    InductionMove,
    InductionState,
    KnowledgeTestMove,
    KnowledgeTestState,
    RecordMove,
    RecordState,
    RunMove,
    RunState,
    SupervisionMove,
    SupervisionState,
    TrainingSessionMove,
    TrainingSessionState,
)
from training.models.cpd_sources import MOST_BYTES, MOST_ROWS
from training.models.earlier import MOST_BYTES as MOST_PAPER_BYTES
from training.models.earlier import MOST_ROWS as MOST_PAPER_ROWS
from training.models.outcome_imports import MOST_BYTES as MOST_OUTCOME_BYTES
from training.models.outcome_imports import MOST_ROWS as MOST_OUTCOME_ROWS
from training.services.cpd_rows import EXPLAINED as CPD_EXPLAINED
from training.services.cpd_rows import KIND_WORDS, NEEDED
from training.services.earlier_rows import EXPLAINED as PAPER_EXPLAINED
from training.services.earlier_sign_offs import SHEET as PAPER_SHEET
from training.services.outcome_imports import SHEET as OUTCOME_SHEET
from training.services.outcome_rows import EXPLAINED as OUTCOMES_EXPLAINED

NOTE = "<!-- Made by `manage.py write_docs`; change the code, not this page. -->"

IMPORTING = """\
Incidents come from the force's records system, in one of three ways:

- **On the page** Incidents, then Import incidents: a CSV file, for MASH supervisors and analysts.
- **On the command line**: `manage.py import_incidents FILE`, for a nightly export of any size.
- **Over the API**: see [api.md](api.md).

In each way an incident is known by its force and its occurrence number. A new number is added; a known one is brought up
to date where something differs; the same again changes nothing. A row that is wrong is refused, with its number, the
column and the reason, and all others are taken. When the file as a whole is wrong, nothing is changed.

## The file

CSV in UTF-8 (with or without a byte order mark), separated by commas, with a heading that names the columns in any order
and letter case. A column that is not in the table is refused, so that nothing is lost unnoticed."""

IMPORTING_MORE = f"""\
Of the optional columns a file may leave out any: what is known of them then stays. A column that is there and empty
empties what is known.

## What refuses a row

A missing or impossible value, a date in the future or before the year 2000, a district, team or kind that is not known,
more or fewer values than the heading has columns, and a number that stands further up in the same file. A row is counted
as spreadsheets do: the heading is row 1.

## What refuses the file

Another encoding, binary data (an Excel workbook, a PDF, a picture), a heading that is not right, a quotation mark that is
never closed, a row of more than a million characters, no rows at all, more than {MOST_REFUSED:,} wrong rows; on the page,
more than `CSV_MAX_BYTES` (see [settings.md](settings.md)).

## The command

`manage.py import_incidents FILE [--force NAME] [--report FILE]` ends with

- 0 when every row was taken,
- 1 when the file as a whole is wrong: nothing was changed,
- 2 when some rows were refused and all others taken; `--report` writes each of them, with its reason, to a CSV file.

It may be stopped and started again at any time: an import is one transaction. Memory stays at about 110 MB however large
the file is; a million rows take one to two minutes.

`manage.py write_incidents FILE --rows N --seed S [--wrong N]` (demo and development) writes a fictitious file to try it with.

## What is kept

Each import with its file name, SHA-256, counts and refused rows, under Incidents, Earlier imports; the file itself is not
kept. Each import, and each look at its report, is in the access log.
"""


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
    return _states("a referral", ReferralState, ((start, end, Move(move)) for (move, start), end in MOVES.items()))


def challenge_states() -> str:
    """The moves of a challenge, who makes them, and how long each stage may take."""
    moves = ((start, end, ChallengeMove(move)) for (move, start), end in CHALLENGE_MOVES.items())
    lines = [_states("a challenge", ChallengeState, moves), "| move | made by |", "| --- | --- |"]
    for move, parties in CHALLENGE_MOVERS.items():
        lines.append(f"| {move.label} | {', '.join(party.label.lower() for party in parties)} |")
    lines += ["", "| stage | working days for each side |", "| --- | --- |"]
    lines += [f"| {level.label} | {days} |" for level, days in WORKING_DAYS_AT.items()]
    lines += [
        "",
        "When somebody is at risk now, each stage ends the same day. Without a response in time it goes to the next stage",
        "by itself. At the last stage either side records what the safeguarding partners decided, at any time.",
        "",
        f"From stage {FIRST_LEVEL_OF_OTHERS.value} on, who decided or answered does not respond, and neither they nor who raised the challenge",
        "resolve it: three different people decide, challenge and settle.",
    ]
    return "\n".join(lines) + "\n"


def share_states() -> str:
    """The moves of a share as a diagram and a table."""
    moves = ((start, end, ShareMove(move)) for (move, start), end in SHARE_MOVES.items())
    return _states("a share", ShareState, moves)


def encompass_states() -> str:
    """The moves of a notice to a school as a diagram and a table."""
    moves = ((start, end, NoticeMove(move)) for (move, start), end in NOTICE_MOVES.items())
    return _states("a notice to a school (Operation Encompass)", NoticeState, moves)


def review_states() -> str:
    """The moves of a supervisor's review as a diagram and a table."""
    moves = ((start, end, ReviewMove(move)) for (move, start), end in REVIEW_MOVES.items())
    return _states("a supervisor's review", ReviewState, moves)


def unusual_states() -> str:
    """The moves of a case of unusual access."""
    moves = ((start, end, UnusualMove(move)) for (move, start), end in UNUSUAL_MOVES.items())
    return _states("a case of unusual access", UnusualState, moves)


def second_look_states() -> str:
    """The moves of a second look at decisions as a diagram and a table."""
    moves = ((start, end, SecondLookMove(move)) for (move, start), end in SECOND_LOOK_MOVES.items())
    return _states("a second look at decisions", SecondLookState, moves)


def retention_states() -> str:
    """The moves of a retention review as a diagram and a table."""
    moves = ((start, end, RetentionMove(move)) for (move, start), end in RETENTION_MOVES.items())
    return _states("a retention review", RetentionState, moves)


def conflict_states() -> str:
    """The moves of a conflict of interest as a diagram and a table."""
    moves = ((start, end, move) for move, ends in CONFLICT_MOVES.items() for start, end in ends.items())
    return _states("a conflict of interest", ConflictState, moves)


def evaluation_states() -> str:
    """The moves of the evaluation of a CPI form as a diagram and a table."""
    moves = ((start, end, AssessmentMove(move)) for (move, start), end in ASSESSMENT_MOVES.items())
    return _states("the evaluation of a CPI form", AssessmentState, moves)


def schedule_states() -> str:
    """The moves of a schedule of reports as a diagram and a table."""
    moves = ((start, end, ScheduleMove(move)) for (move, start), end in SCHEDULE_MOVES.items())
    return _states("a schedule of reports", ScheduleState, moves)


def feedback_states() -> str:
    """The moves of the feedback on a graded PPN as a diagram and a table."""
    moves = ((start, end, FeedbackMove(move)) for (move, start), end in FEEDBACK_MOVES.items())
    return _states("the feedback on a graded PPN", FeedbackState, moves)


def training_states() -> str:
    """The moves of a training record as a diagram and a table."""
    moves = ((start, end, RecordMove(move)) for (move, start), end in RECORD_MOVES.items())
    return _states("a training record", RecordState, moves)


def training_session_states() -> str:
    """The moves of a session of a programme as a diagram and a table."""
    moves = ((start, end, TrainingSessionMove(move)) for (move, start), end in TRAINING_SESSION_MOVES.items())
    return _states("a session of a programme", TrainingSessionState, moves)


def knowledge_test_states() -> str:
    """The moves of a knowledge test as a diagram and a table."""
    moves = ((start, end, KnowledgeTestMove(move)) for (move, start), end in KNOWLEDGE_TEST_MOVES.items())
    return _states("a knowledge test", KnowledgeTestState, moves)


def supervision_states() -> str:
    """The moves of a session of supervision, and which of the two makes them."""
    moves = ((start, end, SupervisionMove(move)) for (move, start), end in SUPERVISION_MOVES.items())
    lines = [_states("a session of supervision", SupervisionState, moves), "| move | made by |", "| --- | --- |"]
    for move, roles in SUPERVISION_MOVERS.items():
        lines.append(f"| {move.label} | {' or '.join(role.label.lower() for role in roles)} |")
    return "\n".join(lines) + "\n"


def tailored_states() -> str:
    """The moves of a request for a tailored session, and which side makes them."""
    moves = ((start, end, TailoredMove(move)) for (move, start), end in TAILORED_MOVES.items())
    lines = [_states("a request for a tailored session", TailoredState, moves), "| move | made by |", "| --- | --- |"]
    lines += [f"| {move.label} | {side.label} |" for move, side in TAILORED_MOVERS.items()]
    return "\n".join(lines) + "\n"


def exercise_states() -> str:
    """The moves of a run of an exercise as a diagram and a table."""
    moves = ((start, end, RunMove(move)) for (move, start), end in RUN_MOVES.items())
    return _states("a run of an exercise", RunState, moves)


def induction_states() -> str:
    """The moves of an induction plan as a diagram and a table."""
    moves = ((start, end, InductionMove(move)) for (move, start), end in INDUCTION_MOVES.items())
    return _states("an induction plan", InductionState, moves)


def right_to_ask_states() -> str:
    """The moves of an application that a partner prompted as a diagram and a table."""
    moves = ((start, end, ApplicationMove(move)) for (move, start), end in APPLICATION_MOVES.items())
    return _states("an application that a partner prompted", ApplicationState, moves)


def question_states() -> str:
    """The moves of a question that was asked at a session."""
    moves = ((start, end, QuestionMove(move)) for (move, start), end in QUESTION_MOVES.items())
    return _states("a question asked at a session", QuestionState, moves)


def earlier_sign_off_states() -> str:
    """The moves of a sign-off on paper that was taken over."""
    moves = ((start, end, EarlierMove(move)) for (move, start), end in EARLIER_MOVES.items())
    return _states("a sign-off on paper that was taken over", EarlierState, moves)


def message_states() -> str:
    """The moves of a mail to one address."""
    moves = ((start, end, MessageMove(move)) for (move, start), end in MESSAGE_MOVES.items())
    return _states("a mail to one address", MessageState, moves)


def _states(
    of_what: str, states: type[TextChoices], moves: Iterable[tuple[TextChoices, TextChoices, TextChoices]]
) -> str:
    lines = [f"# The states of {of_what}", "", NOTE, "", "```mermaid", "stateDiagram-v2"]
    lines += [f"    {start} --> {end}: {move.label}" for start, end, move in moves]
    lines += ["```", "", "| state | shown as |", "| --- | --- |"]
    lines += [f"| {state.value} | {state.label} |" for state in states]
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
    lines += [f"| {one.value} | {one.label} | {'yes' if one in TAKES_A_PLACE else 'no'} |" for one in BookingState]
    return "\n".join(lines) + "\n"


IMPORTING_CPD = f"""\
# Importing CPD spreadsheets

Somebody's own CPD spreadsheet is taken over on the page My training, then Import a spreadsheet; by a trainer on the page of
the person. Excel workbook (.xlsx) or CSV in UTF-8, at most {MOST_ROWS:,} rows and {MOST_BYTES // 1_000_000} MB. Of a workbook the sheet
"CPD log" is read, or else its first one; a title may stand above the heading.

1. Choose the file. When it is wrong as a whole (damaged, protected, empty, too large) nothing else happens.
2. Say which column is which. What the headings say is filled in; a column of the file is one of ours at most. For rows that do
   not say kind, hours or what was learned, one answer may be given for all of them; else such rows are refused.
3. Look at the rows: to be taken, there already, or refused with the column and the reason. Nothing is stored yet; the file waits
   for an hour in the cache, for whoever chose it alone.
4. Take over. Rows that are right are taken in one transaction; the refused ones can be corrected in the file, and the file taken
   over again.

A row is known by all that it says, so the same file again changes nothing, also after an entry was corrected here. Two rows of one
file that say the same are two entries, and the second says so. An import is undone as a whole, with a reason: its entries are kept
as taken back and count in no total, and the file can be taken over again.

The plain layout has these columns; the log of a person as a workbook has them too, so that it comes back without loss.
"""

IMPORTING_CPD_MORE = """\
A record of initial training, a module by row with the date it was completed, is taken over with the module as the topic; kind,
hours and what was learned are then given for all rows on the page of the columns. It makes entries of the CPD log and no signed
training records: nobody has signed for them here. Where it says who signed on paper, take over those sign-offs instead: see below.

What is kept: each import with its file name, SHA-256, counts, and who undid it and why; the file itself is not kept."""


def imports() -> str:
    """The columns of files of incidents, of CPD, of initial training and of outcomes, and how to import one."""
    return f"{_incidents()}\n{_cpd()}\n{_on_paper()}\n{_outcomes()}"


IMPORTING_ON_PAPER = f"""\
# Taking over sign-offs on paper

A record of initial training that was kept in a spreadsheet, with who signed on paper, is taken over by a trainer on the page of the
person, under Signed on paper before; never by the person. Excel workbook (.xlsx) or CSV in UTF-8, at most {MOST_PAPER_ROWS:,} rows and
{MOST_PAPER_BYTES // 1_000_000} MB. Of a workbook the sheet "{PAPER_SHEET}" is read, or else its first one; a title may stand above the heading.

1. Choose the file. When it is wrong as a whole nothing else happens.
2. Say which column is which. How your agency named the columns of a file with the same headings before is filled in, else what
   the headings say. A column for which nothing is chosen is not taken over.
3. Look at the rows: to be taken, there already, or refused with the column and the reason. The refused ones come as a workbook
   with the reason behind each; correct them there, and take that file over.
4. Take over. Rows that are right are taken in one transaction and never changed.

A row is known by person, item (whatever its letter case) and day: the same again changes nothing, something else is refused. What was
signed off here is known too. A name has its day, and somebody signed; what is odd, for example signed before it was done, is taken
as it is and said. An import is undone as a whole, with a reason, and what was accepted of it is taken back.

The record comes out again under the headings of the last file that was taken over for the person, else these, with what was signed
here and where each row was signed.
"""


def _on_paper() -> str:
    return _with_columns(IMPORTING_ON_PAPER, PAPER_EXPLAINED.values())


IMPORTING_OUTCOMES = f"""\
# Logging outcomes from a file

Who passed which module, many people at once: by a trainer, under Training, Outcomes from files. Excel workbook (.xlsx) or CSV in
UTF-8, at most {MOST_OUTCOME_ROWS:,} rows and {MOST_OUTCOME_BYTES // 1_000_000} MB. Of a workbook the sheet "{OUTCOME_SHEET}" is read, or else its first one.

1. Choose the file. A column is found by its heading; where one that is needed is not there, the page says which, and nothing happens.
2. Look at the rows: to be logged, there already, or refused with the column and the reason. Where something that comes first was not
   completed, the row is refused unless you tick it; that you did is kept with your name.
3. Log them. Rows that are right are logged in one transaction, and each mentor gets one mail. Nothing is signed by that: mentor and
   line manager sign each record as always.

Only a pass is taken. A fail, sending back, revoking or the end of an induction is done on the page of the record or plan, one by one.
The same file again logs nothing. What is kept: each import with its file name, SHA-256 and rows; the file itself is not kept.
"""


def _outcomes() -> str:
    return _with_columns(IMPORTING_OUTCOMES, OUTCOMES_EXPLAINED.values())


def _with_columns(words: str, columns: Iterable[Column]) -> str:
    """How to import a file, and the table of its columns."""
    lines = [words, "| column | what it holds | example |", "| --- | --- | --- |"]
    lines += [
        f"| {column.name}{' (optional)' if column.is_optional else ''} | {column.meaning} | {column.example} |"
        for column in columns
    ]
    return "\n".join(lines) + "\n"


def _cpd() -> str:
    lines = [IMPORTING_CPD, "| column | what it holds | example |", "| --- | --- | --- |"]
    lines += [
        f"| {column.name}{'' if name in NEEDED else ' (optional)'} | {column.meaning} | {column.example} |"
        for name, column in CPD_EXPLAINED.items()
    ]
    lines += ["", "| kind | also taken for it |", "| --- | --- |"]
    lines += [f"| {kind.label} | {', '.join(KIND_WORDS[kind])} |" for kind in CpdKind]
    return "\n".join([*lines, "", IMPORTING_CPD_MORE]) + "\n"


def _incidents() -> str:
    lines = [
        "# Importing incidents",
        "",
        NOTE,
        "",
        IMPORTING,
        "",
        "| column | what it holds | example |",
        "| --- | --- | --- |",
    ]
    lines += [
        f"| `{column.name}`{' (optional)' if column.is_optional else ''} | {column.meaning} | `{column.example}` |"
        for column in EXPLAINED
    ]
    lines += ["", "| kind | shown as |", "| --- | --- |"]
    lines += [f"| `{kind.value}` | {kind.label} |" for kind in IncidentKind]
    return "\n".join([*lines, "", IMPORTING_MORE])


DOCUMENTS: dict[str, Callable[[], str]] = {
    "permissions.md": permissions,
    "settings.md": settings,
    "referral-states.md": states,
    "challenge-states.md": challenge_states,
    "encompass-states.md": encompass_states,
    "share-states.md": share_states,
    "evaluation-states.md": evaluation_states,
    "review-states.md": review_states,
    "unusual-access-states.md": unusual_states,
    "retention-states.md": retention_states,
    "second-look-states.md": second_look_states,
    "conflict-states.md": conflict_states,
    "schedule-states.md": schedule_states,
    "feedback-states.md": feedback_states,
    "session-states.md": session_states,
    "right-to-ask-states.md": right_to_ask_states,
    "question-states.md": question_states,
    "imports.md": imports,
    "earlier-sign-off-states.md": earlier_sign_off_states,
    "training-states.md": training_states,
    "training-session-states.md": training_session_states,
    "supervision-states.md": supervision_states,
    "exercise-states.md": exercise_states,
    "knowledge-test-states.md": knowledge_test_states,
    "induction-states.md": induction_states,
    "tailored-states.md": tailored_states,
    "message-states.md": message_states,
}


def out_of_date(folder: Path) -> list[str]:
    """Names of the documents that differ from what the code says."""
    return [
        name
        for name, make in DOCUMENTS.items()
        if not (folder / name).exists() or (folder / name).read_text(encoding="utf-8") != make()
    ]
