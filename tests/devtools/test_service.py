import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from devtools import guard
from devtools.processes import LOG_LIMIT, open_log
from devtools.run_demo import is_taken, secret_key
from devtools.service import CannotRunService, Service
from tests.devtools.conftest import ROOT, is_alive, wait_until


def pids_in(file: Path) -> list[int]:
    wait_until(lambda: file.exists() and file.read_text().endswith("\n"))
    return [int(word) for word in file.read_text().split()]


@pytest.mark.skipif(sys.platform != "linux", reason="the parent-death signal exists on Linux only")
def test_service_leaves_nothing_behind_when_its_runner_is_killed(tmp_path: Path) -> None:
    runner = subprocess.Popen([sys.executable, "-m", "tests.devtools.service_launcher", str(tmp_path)], cwd=ROOT)
    pids = pids_in(tmp_path / "pids")

    runner.send_signal(signal.SIGKILL)

    runner.wait()
    wait_until(lambda: not any(is_alive(pid) for pid in pids))


def test_service_ends_by_force_what_does_not_stop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("devtools.service.STOP_SECONDS", 0.5)

    with Service(environment=os.environ, log_folder=tmp_path) as service:
        service.start("stubborn", ["tests.devtools.stubborn", str(tmp_path / "pids")])
        pids = pids_in(tmp_path / "pids")

    wait_until(lambda: not any(is_alive(pid) for pid in pids))


def test_service_tells_the_last_words_of_a_part_that_stopped(tmp_path: Path) -> None:
    with Service(environment=os.environ, log_folder=tmp_path) as service:
        service.start("broken", ["no_such_module"])
        service.children[0].process.wait()

        with pytest.raises(CannotRunService, match="broken stopped by itself(.|\n)*no_such_module"):
            service.check()


def test_service_without_trouble_passes_the_check(tmp_path: Path) -> None:
    with Service(environment=os.environ, log_folder=tmp_path) as service:
        service.start("stubborn", ["tests.devtools.stubborn", str(tmp_path / "pids")])
        service.check()
        service.children[0].kill()


def test_guard_finds_nobody_in_a_group_that_is_gone() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""], start_new_session=True)
    process.wait()

    assert guard.send(process.pid, 0) is False


def test_demo_secret_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    file = tmp_path / "secret"

    made = secret_key(file)

    assert len(made) >= 50
    assert secret_key(file) == made
    assert oct(file.stat().st_mode & 0o777) == "0o600"


def test_demo_notices_a_port_in_use() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        assert is_taken("127.0.0.1", other.getsockname()[1])
    assert not is_taken("127.0.0.1", other_port())


def other_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_log_that_grew_is_put_aside(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    log.write_bytes(b"x" * (LOG_LIMIT + 1))

    open_log(log).close()

    assert log.stat().st_size == 0
    assert (tmp_path / "web.log.1").stat().st_size == LOG_LIMIT + 1
