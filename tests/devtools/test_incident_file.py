"""The generator of fictitious files: the same for the same seed, realistic, and read without a fault."""

import csv
import io
import tracemalloc
from collections import Counter
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from devtools.demo_data.incident_file import HEADING, write_incidents
from devtools.demo_data.people import make_setting
from referrals.models import Incident
from referrals.services.incident_rows import COLUMNS, OPTIONAL_COLUMNS
from referrals.services.incidents import import_incidents
from tests.people import NOW

TODAY = date(2026, 11, 20)


def made(**options):
    file = io.StringIO(newline="")
    write_incidents(file, **({"rows": 300, "seed": 7, "today": TODAY} | options))
    return file.getvalue()


def test_the_same_seed_gives_the_same_file_and_another_seed_another():
    assert made() == made()
    assert made() != made(seed=8)


def test_the_heading_is_what_an_import_reads():
    assert (*COLUMNS, *OPTIONAL_COLUMNS) == HEADING


def test_the_rows_look_like_a_records_system():
    rows = list(csv.DictReader(io.StringIO(made(rows=2_000))))

    assert len({row["occurrence_number"] for row in rows}) == 2_000
    assert all(row["occurrence_number"].startswith("9901") for row in rows)
    assert len({row["district_code"] for row in rows}) == 6
    assert len({row["kind"] for row in rows}) == 8
    flagged = sum("yes" in (row["child_linked"], row["adult_needs"], row["domestic_abuse"]) for row in rows)
    assert 0.2 < flagged / 2_000 < 0.4
    years = Counter(row["reported_at"][:4] for row in rows)
    assert set(years) == {"2023", "2024", "2025", "2026"}


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", [0, 12, 300])
def test_every_row_but_the_wrong_ones_is_taken(wrong):
    setting = make_setting(seed=1, today=TODAY)
    content = io.BytesIO(made(wrong=wrong).encode())

    done = import_incidents(file=content, file_name="x.csv", force=setting.hub, by=None, at=NOW)

    assert (done.rows, done.added, done.refused) == (300, 300 - wrong, wrong)
    assert Incident.objects.filter(team=None).count() == 0


class Nowhere(io.StringIO):
    def write(self, text):
        return len(text)


def test_memory_stays_flat_however_many_rows_there_are():
    peaks = []
    for rows in (1_000, 20_000):
        tracemalloc.start()
        write_incidents(Nowhere(), rows=rows, seed=7, today=TODAY)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert peaks[1] < peaks[0] + 200_000


def test_the_command_writes_the_file(tmp_path):
    path, output = tmp_path / "incidents.csv", io.StringIO()

    call_command("write_incidents", path, rows=50, seed=3, today=TODAY, stdout=output)

    assert path.read_text(encoding="utf-8") == made(rows=50, seed=3).replace("\r\n", "\n")
    assert output.getvalue().startswith("50 incidents in ")


@pytest.mark.parametrize("options", [{"rows": 0}, {"rows": 5, "wrong": 6}, {"rows": 5, "wrong": -1}])
def test_the_command_refuses_numbers_that_make_no_sense(tmp_path, options):
    with pytest.raises(CommandError, match="at least one row"):
        call_command("write_incidents", tmp_path / "x.csv", **options)
