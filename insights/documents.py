"""What came out before and after training, for an evaluator outside: a line for each person, and no name."""

from datetime import date

from common.statistics.before_after import OfPerson
from common.templatetags.dates import day
from common.xlsx import Cell, Table, make_xlsx
from insights.queries.before_after import Comparison
from insights.queries.training_effect import Effect

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
