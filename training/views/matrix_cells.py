"""What a cell of the matrix says: a shape, a word, a day, and a link to what is behind it. Thousands stand on a page: no template each."""

from uuid import UUID

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import User
from common.templatetags.dates import day
from training.enums import MatrixState
from training.queries.needs import EvidenceProof, Need, PaperProof, RecordProof

PLACEHOLDER = UUID(int=0)
SHAPE = (
    '<svg class="app-state__shape" width="16" height="16" aria-hidden="true" focusable="false">'
    '<use href="#state-{}"></use></svg>'
)
SHAPES = {state: format_html(SHAPE, state.value) for state in MatrixState}
NOT_ASKED = format_html(
    '<span class="app-muted">–<span class="govuk-visually-hidden"> {}</span></span>', MatrixState.NOT_REQUIRED.label
)


def word_of(need: Need) -> str:
    """How somebody stands, in words with the day that goes with it: also for exports."""
    state = need.state
    if state is MatrixState.MET and need.lapses_on is not None:
        return f"Met until {day(need.lapses_on)}"
    if state is MatrixState.ON_PAPER and need.lapses_on is not None:
        return f"{state.label}, until {day(need.lapses_on)}"
    if need.by is None:
        return str(state.label)
    words = {
        MatrixState.RUNS_OUT: "Runs out",
        MatrixState.TO_DO: "To do by",
        MatrixState.LAPSED: "Lapsed",
        MatrixState.MISSING: "Missing, was due by",
    }
    return f"{words[state]} {day(need.by)}"


class Cells:
    """Cells for somebody who looks. Trainers get from what is missing to logging it."""

    def __init__(self, *, may_log: bool, by: User) -> None:
        self.may_log, self.by = may_log, by
        self.addresses = {
            name: reverse(f"training:{name}", args=[PLACEHOLDER])
            for name in ("record", "evidence", "earlier_accepted", "person")
        }
        self.new = reverse("training:record_new")

    def cell(self, person: User, need: Need | None) -> SafeString:
        """One cell; a dash where nobody asks for it."""
        if need is None:
            return NOT_ASKED
        state = need.state
        return format_html(
            '<span class="app-state app-state--{}">{} <a class="govuk-link" href="{}">{}'
            '<span class="govuk-visually-hidden">: {}</span></a></span>',
            state.value.lower().replace("_", ""),
            SHAPES[state],
            self.link(person, need),
            word_of(need),
            need.title,
        )

    def link(self, person: User, need: Need) -> str:
        """The record or the entry of evidence; else the form to log it, or the person."""
        proof = need.record or need.paper or need.evidence
        if isinstance(proof, RecordProof):
            return self._to("record", proof.pk)
        if isinstance(proof, PaperProof):
            return self._to("earlier_accepted", proof.pk)
        if isinstance(proof, EvidenceProof):
            return self._to("evidence", proof.pk)
        if need.module is not None and self.may_log and person.pk != self.by.pk:
            return f"{self.new}?person={person.pk}&module={need.module.pk}"
        return self._to("person", person.pk) + "#needed"

    def _to(self, name: str, pk: UUID) -> str:
        return self.addresses[name].replace(str(PLACEHOLDER), str(pk))
