"""Counting what was wrong with forms."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import connection, transaction

from insights.enums import RULE
from insights.models import LONGEST

# A question about one of several people bears that person's id in its name.
IDENTIFIER = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")
# One statement for each, so that two requests that count the same wait for each other and neither is lost.
ADD = """
INSERT INTO insights_formfault (id, day, form, field, kind, count) VALUES (gen_random_uuid(), %s, %s, %s, %s, %s)
ON CONFLICT (day, form, field, kind) DO UPDATE SET count = insights_formfault.count + excluded.count
"""


@transaction.atomic
def count_faults(forms: Iterable[Any], *, on: date) -> None:
    """Add what is wrong with these forms to the counts of the day: names of forms, questions and kinds, and nothing that was typed."""
    found: Counter[tuple[str, str, str]] = Counter()
    for form in forms:
        for name, errors in form.errors.as_data().items():
            field = IDENTIFIER.sub("", name) if name in form.fields else ""
            found.update({(type(form).__name__, field, error.code or RULE) for error in errors})
    with connection.cursor() as cursor:
        # In one order for all, so that nobody waits for somebody who waits for them.
        for (form, field, kind), count in sorted(found.items()):
            cursor.execute(ADD, [on, form[:LONGEST], field[:LONGEST], kind[:LONGEST], count])
