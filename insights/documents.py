"""Files: certificates of disposal; what came out before and after training, for an evaluator outside (a line for each person, and no name); entries of the access log."""

from collections.abc import Sequence
from datetime import date

from django.conf import settings

from accounts.models import User
from common.csv_files import csv_chunks
from common.pdf import Pdf, make_pdf, render_document
from common.statistics.before_after import OfPerson
from common.templatetags.dates import day
from common.xlsx import Cell, Table, make_xlsx
from insights.queries.access_log import LogLine
from insights.queries.before_after import Comparison
from insights.queries.training_effect import Effect
from referrals.models import DisposalCertificate

GRADES = ("PPNs before", "Sum of their grades", "PPNs after", "Sum of their grades after")
COMPLIANCE = ("Incidents before", "Complete", "Incidents after", "Complete after")
ANSWERS = ("Answered shares before", "Accepted at once", "Answered shares after", "Accepted at once after")


def evaluation_workbook(effect: Effect, *, about: str, on: date) -> bytes:
    """Counts and sums by person, from which every figure of the page follows. Numbers of people mean nothing outside a sheet."""
    trained = effect.trained
    facts: list[tuple[str, Cell]] = [
        ("Training", about),
        ("As of", day(on)),
        ("People with the training", len(trained.group)),
        ("First day", trained.first.isoformat()),
        ("Middle day, at which what the others did is split", trained.middle.isoformat()),
        ("Last day", trained.last.isoformat()),
    ]
    tables = [
        Table(name, ["Person", "Had the training", *headings], _rows(comparison))
        for name, headings, comparison in (
            ("Grades", GRADES, effect.grades),
            ("Compliance", COMPLIANCE, effect.compliance),
            ("Answers of agencies", ANSWERS, effect.answers),
        )
        if comparison is not None
    ]
    return make_xlsx(title="Before and after training", facts=facts, tables=tables)


def _rows(comparison: Comparison) -> list[list[Cell]]:
    people: list[tuple[str, OfPerson]] = [
        *(("yes", one) for one in comparison.people),
        *(("no", one) for one in comparison.others),
    ]
    return [
        [number, had, len(one.before), sum(one.before), len(one.after), sum(one.after)]
        for number, (had, one) in enumerate(people, start=1)
    ]


LOG_HEADINGS = (
    "When (London, with its offset)",
    "Done by",
    "Their agency",
    "What was done",
    "Kind",
    "Record",
    "Id of the record",
    "Disclosed to",
    "Reason",
    "Entry",
)


def access_log_csv(lines: Sequence[LogLine], *, about: str, reason: str, by: User, on: str) -> bytes:
    """Entries for who may ask for them, the Commissioner above all: marked, with what was searched for, why and by whom it was made."""
    facts = [
        [settings.CLASSIFICATION],
        [f"Access log, {settings.FORCE_NAME}"],
        [f"Searched for: {about}"],
        [f"Made on {on} by {by.name}: {reason}"],
        list(LOG_HEADINGS),
    ]
    rows = [
        [
            line.entry.at,
            line.actor,
            line.agency,
            line.entry.deed,
            line.entry.get_verb_display(),
            line.record,
            line.entry.object_id,
            line.recipient,
            line.entry.reason,
            str(line.entry.public_id),
        ]
        for line in lines
    ]
    return "".join(csv_chunks(facts[0], [*facts[1:], *rows])).encode()


def disposal_certificate_pdf(
    certificate: DisposalCertificate, *, rows: list[tuple[str, int]], kept: list[tuple[str, int]], files_left: int
) -> Pdf:
    """A certificate of disposal as a tagged PDF; there is nothing in it of what was disposed of."""
    content: dict[str, object] = {"certificate": certificate, "rows": rows, "kept": kept, "files_left": files_left}
    return make_pdf(render_document("insights/pdf/disposal_certificate.html", content))
