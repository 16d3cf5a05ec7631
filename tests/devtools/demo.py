"""The demo as tests load it: on one day, with few referrals."""

from datetime import date
from io import StringIO

from django.core.management import call_command

TODAY = date(2026, 11, 20)


def load(referrals: int = 300, seed: int = 7) -> str:
    output = StringIO()
    call_command("load_demo", referrals=referrals, seed=seed, today=TODAY, stdout=output)
    return output.getvalue()
