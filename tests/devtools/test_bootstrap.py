"""The steps of devtools/bootstrap.sh that look at the system, with stand-ins for the system's own programs."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.devtools.conftest import ROOT

FINGERPRINT = r"""
printf 'uv.lock\npyproject.toml\n' | {
    LC_ALL=C sort | while IFS= read -r file; do cksum "$file"; done
    sed -n 's/^UV_VERSION=//p' devtools/bootstrap.sh
} | cksum
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose Python packages are there already."""
    (tmp_path / "devtools").mkdir()
    (tmp_path / "static").mkdir()
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / "programs").mkdir()
    shutil.copy(ROOT / "devtools" / "bootstrap.sh", tmp_path / "devtools")
    (tmp_path / "uv.lock").touch()
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / ".venv" / "bin" / "python").symlink_to(sys.executable)
    (tmp_path / ".venv" / "place").write_text(f"{tmp_path}\n")
    stamp = subprocess.run(["sh", "-c", FINGERPRINT], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    (tmp_path / ".venv" / "packages").write_text(stamp)
    for name in ("chromium", "node", "npm", "apt-get"):
        program(tmp_path, name, "exit 0")
    program(tmp_path, "dpkg-query", 'echo "install ok installed"')
    program(tmp_path, "node", "echo v22.1.0")
    program(tmp_path, "id", "echo 0")
    return tmp_path


def program(project: Path, name: str, script: str) -> None:
    """A stand-in that writes down how it was called."""
    file = project / "programs" / name
    file.write_text(f'#!/bin/sh\necho "{name} $*" >>"{project}/calls"\n{script}\n')
    file.chmod(0o755)


def calls(project: Path, name: str) -> list[str]:
    file = project / "calls"
    return [line for line in file.read_text().splitlines() if line.startswith(f"{name} ")] if file.exists() else []


def bootstrap(project: Path, purpose: str = "test", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "devtools/bootstrap.sh", purpose],
        cwd=project,
        env={"HOME": str(project), "PATH": f"{project / 'programs'}:{os.environ['PATH']}"} | environment,
        capture_output=True,
        text=True,
    )


def test_bootstrap_says_where_it_is(project: Path) -> None:
    steps = [line[:5] for line in bootstrap(project).stdout.splitlines()]

    assert steps == ["[1/5]", "[2/5]", "[3/5]", "[4/5]", "[5/5]"]


def test_bootstrap_calls_apt_for_nothing_when_all_is_there(project: Path) -> None:
    assert bootstrap(project).returncode == 0

    assert calls(project, "apt-get") == []


def test_bootstrap_installs_what_is_missing(project: Path) -> None:
    program(project, "dpkg-query", 'case "$*" in *pangoft2*) exit 1 ;; *) echo "install ok installed" ;; esac')

    assert bootstrap(project).returncode == 0

    assert [call.split("Timeout=120 ")[1] for call in calls(project, "apt-get")] == [
        "update",
        "install --yes --no-install-recommends libpangoft2-1.0-0",
    ]


def test_bootstrap_names_in_one_line_what_it_may_not_install(project: Path) -> None:
    program(project, "dpkg-query", "exit 1")
    program(project, "id", "echo 1000")
    program(project, "sudo", "exit 1")

    answer = bootstrap(project)

    assert answer.returncode == 0
    assert [line.strip() for line in answer.stdout.splitlines() if "Not installed" in line] == [
        "Not installed (this needs root or sudo, and apt): libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 "
        "fonts-dejavu-core - PDF documents are not available."
    ]
    assert calls(project, "apt-get") == []


def test_bootstrap_goes_on_when_apt_fails_and_shows_why(project: Path) -> None:
    program(project, "dpkg-query", "exit 1")
    program(project, "apt-get", "echo no such mirror; exit 100")

    answer = bootstrap(project)

    assert answer.returncode == 0
    assert "apt-get failed, its words are above" in answer.stdout
    assert "no such mirror" in answer.stderr


def test_bootstrap_builds_the_front_end_once(project: Path) -> None:
    (project / "package.json").write_text("{}")
    (project / "package-lock.json").write_text("{}")
    program(project, "npm", "mkdir -p node_modules static/build")

    bootstrap(project)
    bootstrap(project)

    assert [call.split()[1] for call in calls(project, "npm")] == ["ci", "run"]


@pytest.mark.parametrize(
    ("changed", "runs"),
    [("package-lock.json", ["ci", "run"]), ("static/page.scss", ["run"]), ("package.json", ["run"])],
)
def test_bootstrap_builds_again_what_changed(project: Path, changed: str, runs: list[str]) -> None:
    (project / "package.json").write_text("{}")
    (project / "package-lock.json").write_text("{}")
    program(project, "npm", "mkdir -p node_modules static/build")
    bootstrap(project)
    (project / "calls").unlink()

    (project / changed).write_text("changed")
    bootstrap(project)

    assert [call.split()[1] for call in calls(project, "npm")] == runs


def test_the_demo_does_without_the_second_postgresql_and_takes_it_from_nobody(project: Path) -> None:
    (project / "package.json").write_text("{}")
    (project / "package-lock.json").write_text("{}")
    program(project, "npm", "mkdir -p node_modules static/build")

    bootstrap(project, "demo")
    bootstrap(project, "test")
    bootstrap(project, "demo")

    installs = [call for call in calls(project, "npm") if call.split()[1] == "ci"]
    assert ["--omit=optional" in call for call in installs] == [True, False]


def test_bootstrap_tries_npm_twice_and_stops_with_its_words(project: Path) -> None:
    (project / "package.json").write_text("{}")
    program(project, "npm", "echo registry is away; exit 1")

    answer = bootstrap(project)

    assert answer.returncode == 1
    assert len(calls(project, "npm")) == 2
    assert "registry is away" in answer.stderr
    assert "Set-up stopped: npm could not install the front-end packages." in answer.stderr


def test_bootstrap_does_without_a_home_folder(project: Path) -> None:
    assert bootstrap(project, HOME="/dev/null/nowhere").returncode == 0

    assert (project / "var" / "home" / ".cache").is_dir()


def test_bootstrap_refuses_an_old_python(project: Path) -> None:
    shutil.rmtree(project / ".venv")
    program(project, "python-of-old", "exit 1")

    answer = bootstrap(project, PYTHON="python-of-old")

    assert answer.returncode == 1
    assert "Python 3.11, 3.12 or 3.13 is needed" in answer.stderr


def test_bootstrap_for_checks_stops_after_the_python_packages(project: Path) -> None:
    steps = [line[:5] for line in bootstrap(project, "check").stdout.splitlines()]

    assert steps == ["[1/2]", "[2/2]"]
