"""`make up` as far as it goes without a container engine: its secrets."""

import os
import shutil
import stat
import subprocess

import pytest

from tests.deploy import compose


@pytest.fixture
def project(tmp_path):
    (tmp_path / "devtools").mkdir()
    shutil.copy(compose.ROOT / "devtools" / "up.sh", tmp_path / "devtools")
    shutil.copy(compose.ROOT / ".gitignore", tmp_path)
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not here to make a certificate")
    return tmp_path


def check(project):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return subprocess.run(
        ["sh", "devtools/up.sh", "--check"], cwd=project, env=environment, capture_output=True, text=True
    )


def values(project):
    lines = (project / ".env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if not line.startswith("#"))


def test_up_makes_secrets_that_only_their_owner_may_read(project):
    assert check(project).returncode == 0

    assert stat.S_IMODE((project / ".env").stat().st_mode) == 0o600
    assert stat.S_IMODE((project / "var" / "tls" / "key.pem").stat().st_mode) == 0o600
    assert len(values(project)["SECRET_KEY"]) == 64
    assert len({value for name, value in values(project).items() if "PASSWORD" in name}) == 2


def test_up_makes_what_the_compose_file_asks_for(project):
    check(project)

    asked = {source["environment"] for source in compose.read()["secrets"].values()}

    assert asked - set(values(project)) == {"TLS_CERTIFICATE", "TLS_KEY"}


def test_up_keeps_the_secrets_that_are_there(project):
    check(project)
    before = values(project)

    assert check(project).returncode == 0

    assert values(project) == before


def test_up_makes_secrets_that_git_ignores(project):
    check(project)

    untracked = subprocess.run(
        ["git", "ls-files", "--others", "--exclude-standard"], cwd=project, capture_output=True, text=True, check=True
    ).stdout.split()

    assert set(untracked) == {".gitignore", "devtools/up.sh"}


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("SECRET_KEY", "short", "at least 50 characters"),
        ("SECRET_KEY", "demonstration-only-" + "0" * 40, "that of the demo"),
        ("DATABASE_PASSWORD", "another", "does not carry DATABASE_PASSWORD"),
        ("DATABASE_ADMIN_PASSWORD", "", "lacks DATABASE_ADMIN_PASSWORD"),
    ],
)
def test_up_refuses_a_bad_secret(project, name, value, complaint):
    check(project)
    changed = values(project) | {name: value}
    (project / ".env").write_text("".join(f"{key}={word}\n" for key, word in changed.items()))

    answer = check(project)

    assert answer.returncode == 1
    assert complaint in answer.stderr


def test_up_refuses_secrets_that_git_keeps(project):
    check(project)
    subprocess.run(["git", "add", "--force", ".env"], cwd=project, check=True)

    assert ".env is in git" in check(project).stderr
