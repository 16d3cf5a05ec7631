"""Skills, the entries with which people show them, and what a line manager or trainer says to an entry."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import Agency, User
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError, KeyWasUsed
from training.enums import EvidenceAnswer, SkillLevel
from training.models import Skill, SkillEvidence
from training.permissions import can_answer_evidence, can_run_training, can_show_skills

SHORTEST_WORDS = 10


class CannotKeepSkill(DomainError):
    pass


class CannotShowSkill(DomainError):
    pass


class SkillKeyWasUsed(CannotShowSkill, KeyWasUsed):
    pass


class CannotAnswerEvidence(DomainError):
    pass


@transaction.atomic
def keep_skill(
    *,
    skill_id: UUID | None,
    name: str,
    counts_as_evidence: str,
    valid_months: int | None,
    by: User,
    at: datetime,
) -> Skill:
    """Set up a skill of the trainer's force, or change one. What was confirmed holds as long as it did. Raises CannotKeepSkill."""
    if by.agency is None or not can_run_training(by):
        raise CannotKeepSkill("Only a trainer may keep skills.")
    # One at a time in a force, so that two trainers at once do not set up one name twice.
    Agency.objects.select_for_update(of=("self",), no_key=True).get(pk=by.agency.pk)
    name, counts_as_evidence = name.strip(), counts_as_evidence.strip()
    if not name or not counts_as_evidence:
        raise CannotKeepSkill("Say what the skill is called and what shows it.")
    skill = Skill(force=by.agency) if skill_id is None else Skill.objects.of(by).get(pk=skill_id)
    if Skill.objects.of(by).filter(name=name).exclude(pk=skill.pk).exists():
        raise CannotKeepSkill("There is a skill of that name already.")

    skill.name, skill.counts_as_evidence, skill.valid_months = name, counts_as_evidence, valid_months
    skill.save()
    what = "training.skill_created" if skill_id is None else "training.skill_changed"
    audit.record(verb=Verb.CHANGED, what=what, at=at, actor=by, subject=skill)
    return skill


@transaction.atomic
def show_skill(
    *, skill: Skill, shown_on: date, level: int, words: str, key: UUID, by: User, at: datetime
) -> SkillEvidence:
    """Write an entry of one's own; those before it stay. The same again under the same key gives the entry that is there.

    Raises CannotShowSkill; SkillKeyWasUsed where the key stands for something else.
    """
    if by.agency is None or not can_show_skills(by) or skill.force_id != by.agency_id:
        raise CannotShowSkill("You may not write evidence of this skill.")
    if shown_on > london_day(at):
        raise CannotShowSkill("The day on which it was shown cannot be in the future.")
    if level not in SkillLevel.values:
        raise CannotShowSkill("Choose how well you do it.")
    if len(words := words.strip()) < SHORTEST_WORDS:
        raise CannotShowSkill(f"Write what you did and how it shows the skill. At least {SHORTEST_WORDS} characters.")

    values: dict[str, Any] = {
        "agency": by.agency,
        "person": by,
        "skill": skill,
        "shown_on": shown_on,
        "level": level,
        "words": words,
        "written_at": at,
    }
    entry, is_new = SkillEvidence.objects.get_or_create(key=key, defaults=values)
    if not is_new and any(getattr(entry, name) != value for name, value in values.items() if name != "written_at"):
        raise SkillKeyWasUsed("This form was used for another entry. Send it again to write this one as well.")
    if is_new:
        _record("written", entry, by=by, at=at)
    return entry


@transaction.atomic
def answer_evidence(*, evidence_id: UUID, answer: str, words: str, by: User, at: datetime) -> SkillEvidence:
    """Confirm an entry, or say what is missing; once. The same answer of the same person again changes nothing.

    Confirmed evidence holds from the day on which the skill was shown. Raises CannotAnswerEvidence.
    """
    entry = SkillEvidence.objects.select_for_update(of=("self",)).select_related("person", "skill").get(pk=evidence_id)
    if not can_answer_evidence(by, entry):
        raise CannotAnswerEvidence("A line manager of the team or a trainer answers, and nobody their own entry.")
    if answer not in EvidenceAnswer.values:
        raise CannotAnswerEvidence("Choose an answer.")
    if entry.answer:
        if (entry.answer, entry.answered_by_id) == (answer, by.pk):
            return entry
        raise CannotAnswerEvidence("This entry was answered meanwhile.")
    words = words.strip()
    if answer == EvidenceAnswer.NOT_YET and not words:
        raise CannotAnswerEvidence("Say what is missing, so that the person can show it.")

    entry.answer, entry.answer_words, entry.answered_at, entry.answered_by = answer, words, at, by
    entry.lapses_on = entry.skill.lapses_on(entry.shown_on) if answer == EvidenceAnswer.CONFIRMED else None
    entry.save(update_fields=["answer", "answer_words", "answered_at", "answered_by", "lapses_on"])
    _record("answered", entry, by=by, at=at, answer=str(answer))
    return entry


@transaction.atomic
def confirm_evidence(*, evidence_ids: Collection[UUID], by: User, at: datetime) -> int:
    """Confirm several entries at once, each as by itself; returns how many. Raises CannotAnswerEvidence, and confirms none."""
    if not evidence_ids:
        raise CannotAnswerEvidence("Tick at least one entry.")
    # In one order, so that two who confirm the same do not wait for each other.
    for pk in sorted(set(evidence_ids)):
        answer_evidence(evidence_id=pk, answer=EvidenceAnswer.CONFIRMED, words="", by=by, at=at)
    return len(set(evidence_ids))


@transaction.atomic
def note_reading(*, evidence: SkillEvidence, by: User, at: datetime) -> None:
    """Write down that somebody opened an entry that is not their own."""
    if evidence.person_id != by.pk:
        _record("read", evidence, by=by, at=at, verb=Verb.READ)


def _record(
    what: str, entry: SkillEvidence, *, by: User, at: datetime, verb: Verb = Verb.CHANGED, **details: Any
) -> None:
    audit.record(verb=verb, what=f"training.evidence_{what}", at=at, actor=by, subject=entry, **details)
