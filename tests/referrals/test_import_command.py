"""manage.py import_incidents: what it says, and with which number it ends."""

import io
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from referrals.management.commands import import_incidents as command
from referrals.models import Incident, IncidentImport
from referrals.services import incidents as services
from tests.factories.accounts import AgencyFactory

HEADING = "occurrence_number,reported_at,kind,district_code,child_linked,adult_needs,domestic_abuse"


@pytest.fixture
def file(cast, tmp_path):
    """A function that writes so many right and wrong rows to a file."""

    def write(right=3, wrong=0):
        code = cast.district.code
        rows = [f"{number},2026-03-27 14:05,MISSING,{code},yes,no,no" for number in range(right)]
        rows += [f"W{number},2026-02-30,MISSING,{code},yes,no,no" for number in range(wrong)]
        path = tmp_path / "incidents.csv"
        path.write_text("\n".join([HEADING, *rows]))
        return path

    return write


def run(*arguments, terminal=False, **options):
    """What it writes to both outputs, and the number it ends with."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    out.isatty = lambda: terminal
    try:
        call_command("import_incidents", *map(str, arguments), stdout=out, stderr=err, **options)
    except CommandError as error:
        err.write(str(error))
        code = error.returncode
    return out.getvalue(), err.getvalue(), code


def test_a_right_file_ends_with_0_and_a_summary(file):
    path = file()

    assert run(path) == ("3 rows: 3 added, 0 changed, 0 as before, 0 refused.\n", "", 0)
    assert run(path) == ("3 rows: 0 added, 0 changed, 3 as before, 0 refused.\n", "", 0)
    assert IncidentImport.objects.filter(by=None, file_name="incidents.csv").count() == 2


def test_refused_rows_are_told_one_by_one_and_end_with_2(file):
    out, err, code = run(file(right=1, wrong=25))

    assert (out, code) == ("26 rows: 1 added, 0 changed, 0 as before, 25 refused.\n", 2)
    lines = err.splitlines()
    assert lines[0].startswith("  Row 3, reported_at: “2026-02-30” is not a real date")
    assert lines[20] == "  And 5 more; --report FILE, or the page of this import, has them all."
    assert lines[-1] == "Some rows were refused; all others were taken."
    assert Incident.objects.count() == 1


def test_a_report_has_every_refused_row(file, tmp_path):
    report = tmp_path / "refused.csv"

    run(file(wrong=25), report=report)

    lines = report.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "row,column,reason"
    assert len(lines) == 26


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "The file is empty."),
        (f"{HEADING},colour\n", "not expected: colour"),
        (f'{HEADING}\n"1', "Row 2 cannot be"),
    ],
)
def test_a_wrong_file_ends_with_1_and_changes_nothing(cast, tmp_path, content, message):
    path = tmp_path / "incidents.csv"
    path.write_text(content)

    out, err, code = run(path)

    assert (out, code) == ("", 1)
    assert err.startswith("Nothing was changed. ")
    assert message in err
    assert not IncidentImport.objects.exists()


def test_a_file_that_is_not_there_ends_with_1(cast, tmp_path):
    assert run(tmp_path / "none.csv")[1:] == (f"{tmp_path / 'none.csv'} cannot be read: No such file or directory.", 1)


def test_the_limit_of_uploads_does_not_hold_for_the_shell(file, settings):
    settings.CSV_MAX_BYTES = 10

    assert run(file())[2] == 0


def test_another_force_is_named(cast, file):
    other = AgencyFactory(name="Vale Transport Police (fictitious)", kind="POLICE")

    assert run(file(), force=other.name)[2] == 0
    assert set(Incident.objects.values_list("force", flat=True)) == {other.pk}


@pytest.mark.parametrize("name", ["Nobody's Police", "Testham Children's Services (fictitious)"])
def test_an_unknown_force_or_a_partner_ends_with_1_and_names_those_there_are(cast, file, name):
    out, err, code = run(file(), force=name)

    assert (out, code) == ("", 1)
    assert err == "There is no such force. Known: Wessex Vale Police (fictitious)."


def test_progress_is_a_line_that_grows_on_a_terminal_and_lines_now_and_then_in_a_log(file, monkeypatch):
    monkeypatch.setattr(services, "TELL_EVERY", 10)
    monkeypatch.setattr(command, "TOLD_EVERY", 20)
    path = file(right=45)

    log, _, _ = run(path)
    terminal, _, _ = run(path, terminal=True)

    assert [line.partition(" rows read")[0] for line in log.splitlines()[:-1]] == ["20", "40"]
    assert terminal.count("\r") == 4


def test_it_explains_itself():
    shown = subprocess.run(
        [sys.executable, "manage.py", "import_incidents", "--help"],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert "with 2 when some rows were refused and all others taken" in shown
