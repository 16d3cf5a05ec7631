"""The sheets of an exercise on paper, each on a page of its own, without what is expected."""

from collections.abc import Sequence

from common.pdf import Pdf, make_pdf, render_document
from training.models import Exercise, Inject

TEMPLATE = "training/pdf/exercise_handouts.html"


def html_of(exercise: Exercise, injects: Sequence[Inject]) -> str:
    """The document before it becomes a PDF."""
    return render_document(TEMPLATE, {"exercise": exercise, "injects": injects})


def pdf_of(exercise: Exercise, injects: Sequence[Inject]) -> Pdf:
    """The sheets as a tagged PDF."""
    return make_pdf(html_of(exercise, injects))
