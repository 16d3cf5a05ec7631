"""What was sent back with an error in the last weeks: the questions that people find hard."""

from datetime import timedelta
from random import Random

from devtools.demo_data.copying import Table
from devtools.demo_data.identity import next_id
from devtools.demo_data.people import Setting
from insights.models import FormFault

DAYS = 45
# form, question, what was wrong, how often on a usual day
HARD = (
    ("IncidentForm", "incident_at", "invalid_time", 6),
    ("IncidentForm", "types", "required", 4),
    ("AskedPersonForm", "date_of_birth", "incomplete", 7),
    ("AskedPersonForm", "role", "required", 3),
    ("RiskForm", "risk_rationale", "required", 5),
    ("ConcernForm", "concern", "max_length", 2),
    ("AnotherForm", "why_another", "required", 2),
    ("AttachmentForm", "file", "rule", 3),
    ("AmendmentForm", "reason", "required", 1),
    ("AnswerForm", "missing", "required", 1),
)


def make_faults(setting: Setting, *, seed: int) -> int:
    """Counts for some weeks; returns how many rows."""
    random, table = Random(f"{seed} faults"), Table(FormFault)
    for back in range(DAYS):
        for form, field, kind, usual in HARD:
            count = random.randrange(2 * usual + 1)
            if count:
                day = setting.today - timedelta(days=back)
                table.add(id=next_id(random), day=day, form=form, field=field, kind=kind, count=count)
    table.copy()
    return table.copied
