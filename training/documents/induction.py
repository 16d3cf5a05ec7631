"""An induction plan as a workbook, in the columns of a spreadsheet of initial training: what, by when, done on, and who signed when."""

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from common.clock import london_day
from common.templatetags.dates import day
from common.xlsx import Cell, Table, make_xlsx
from training.enums import SignerRole
from training.models import EarlierSignOff, SkillEvidence, TrainingRecord
from training.queries.earlier import marked
from training.queries.inductions import Plan, PlannedStep
from training.queries.records import content_of, valid_signatures

SHEET = "Induction"
HEADINGS = (
    "What",
    "Kind",
    "By when",
    "Standing",
    "Done on",
    "Evidence",
    "Mentor",
    "Signed by the mentor on",
    "Line manager",
    "Signed by the line manager on",
)


def plan_workbook(
    plan: Plan, *, records: Iterable[TrainingRecord], evidence: Iterable[SkillEvidence], on: date
) -> bytes:
    """One plan. `records` are those of its steps, read with `records_to_read`; `evidence` the entries of its skills."""
    records_by_id = {record.pk: record for record in records}
    evidence_by_id = {entry.pk: entry for entry in evidence}
    induction = plan.induction
    facts: list[tuple[str, Cell]] = [
        ("Starter", str(induction.person)),
        ("Profile", str(induction.assignment.profile)),
        ("Mentor", str(induction.mentor)),
        ("Line manager", str(induction.line_manager)),
        ("First day", day(induction.starts_on)),
        ("Last day", day(induction.complete_by)),
        ("State", induction.get_state_display()),
        ("As of", day(on)),
    ]
    rows = [_row(one, records_by_id, evidence_by_id) for one in plan.steps]
    return make_xlsx(title="Induction plan", facts=facts, tables=[Table(SHEET, list(HEADINGS), rows)])


def _row(one: PlannedStep, records: Mapping[UUID, TrainingRecord], entries: Mapping[UUID, SkillEvidence]) -> list[Cell]:
    need = one.need
    record = records.get(need.record.pk) if need and need.record else None
    content = content_of(record) if record else None
    evidence = entries.get(need.evidence.pk) if need and need.evidence and not record else None
    paper = one.on_paper[0] if one.on_paper and not record else None
    if paper is not None:
        return [*_beginning(one), paper.done_on.isoformat(), *_of_paper(paper)]
    done_on = content.done_on if content else evidence.shown_on if evidence else None
    return [
        *_beginning(one),
        done_on.isoformat() if done_on else None,
        content.evidence if content else evidence.words if evidence else None,
        *_signed(record, SignerRole.MENTOR),
        *_signed(record, SignerRole.LINE_MANAGER),
    ]


def _beginning(one: PlannedStep) -> list[Cell]:
    return [
        one.step.title,
        "Module" if one.step.module_id else "Skill",
        one.step.due_on.isoformat(),
        f"{one.standing.label}, late" if one.is_late and one.standing != "LATE" else str(one.standing.label),
    ]


def _of_paper(paper: EarlierSignOff) -> list[Cell]:
    """Marked as what it is, before its evidence; signers are names as they were written."""
    evidence = f"{marked(paper)}. {paper.evidence}".strip()
    accepted = "" if paper.acceptance else " Not accepted yet."
    days = [one.isoformat() if one else None for one in (paper.mentor_on, paper.line_manager_on)]
    return [f"{evidence}{accepted}", paper.mentor or None, days[0], paper.line_manager or None, days[1]]


def _signed(record: TrainingRecord | None, role: SignerRole) -> tuple[Cell, Cell]:
    """Who signed, for whom, and when; nothing while nobody has."""
    valid = next((one for one in valid_signatures(record) if one.role == role), None) if record else None
    if valid is None:
        return None, None
    who = f"{valid.signer}, for {valid.on_behalf_of}" if valid.on_behalf_of else str(valid.signer)
    return who, london_day(valid.signed_at).isoformat()
