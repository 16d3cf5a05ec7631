"""Keeping a grade that is not given yet."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from grading.models import GradeDraft
from grading.services.grades import CannotGrade, assignment_to_grade


class StaleDraft(CannotGrade):
    """Another page saved something else meanwhile; `version` is what stands now."""

    def __init__(self, draft: GradeDraft | None) -> None:
        super().__init__(
            "This grade was changed in another window since you opened this page. What stands here is what you typed: "
            "save again to keep it, or open the page again to see the other."
        )
        self.version = draft.version if draft else 0


@transaction.atomic
def keep_draft(
    *, assignment_id: UUID, answers: Mapping[str, str], version: int, by: User, at: datetime
) -> GradeDraft | None:
    """Keep what a grader has typed, read at `version` (0 where there was none); None where nothing was typed, and nothing is kept.

    The same again is no conflict. Raises StaleDraft, or CannotGrade.
    """
    _, assignment = assignment_to_grade(assignment_id, by=by)
    draft = GradeDraft.objects.filter(assignment=assignment).first()
    typed = {name: answer for name, answer in answers.items() if answer}
    if typed == (draft.answers if draft else {}):
        return draft
    if version != (draft.version if draft else 0):
        raise StaleDraft(draft)
    draft = draft or GradeDraft(assignment=assignment, version=0)
    draft.answers, draft.version, draft.saved_at = typed, draft.version + 1, at
    draft.save()
    return draft
