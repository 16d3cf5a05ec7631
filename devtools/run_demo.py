"""The demo: servers, web, worker and beat on this machine, with fictitious data that is kept in var/demo.

    PORT=8000 python -m devtools.run_demo

Ends with Ctrl-C. When it is killed, everything that it started ends too, and the data is as it was.
"""

import argparse
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from devtools.binaries import CannotFindServer
from devtools.demo_data.accounts import sign_in_lines
from devtools.demo_data.words import PASSWORD
from devtools.processes import tethered
from devtools.servers import CannotStartServer, servers
from devtools.service import ROOT, CannotRunService, Service

SIZE = os.environ.get("REFERRALS", "3000")
SEED = os.environ.get("SEED", "2026")
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StoppedByUser(Exception):
    """Ctrl-C, or a request to end."""


def run(*, data: Path, host: str, port: int) -> None:
    """Run the demo until it is stopped; raises `CannotRunService` when a part of it ends by itself."""
    if is_taken(host, port):
        raise CannotRunService(f"Port {port} is in use. Choose another: make demo PORT={port + 1}")
    started = time.monotonic()
    say("Servers")
    with servers(data) as urls:
        here = {"SITE_URL": f"http://localhost:{port}"}
        environment = here | os.environ | urls.environment() | settings_of_demo(data)
        say("Tables and demo data")
        # One command for both: each start of Django costs seconds of somebody's waiting.
        manage("load_demo", "--migrate", "--if-empty", "--referrals", SIZE, "--seed", SEED, environment=environment)
        say("Web, worker, beat")
        with Service(environment=environment, log_folder=data / "log") as service:
            service.start_web(host=host, port=port)
            service.start_worker()
            # While they start; it waits for the worker where it needs it. Beat is the last: nothing here waits for it.
            say("A dip sample and its report")
            manage("demo_ready", environment=environment)
            service.start_beat()
            service.wait_for_web(port=port)
            say(f"Sign in with the password “{PASSWORD}” as")
            for line in sign_in_lines():
                print(f"  {line}", flush=True)
            print(f"\nReady after {time.monotonic() - started:.0f} s: http://localhost:{port}/", flush=True)
            print(f"Logs are in {data / 'log'}. Ctrl-C stops everything; the data is kept.", flush=True)
            while True:
                service.check(others=urls.children)
                time.sleep(0.5)


def settings_of_demo(data: Path) -> dict[str, str]:
    """What the settings of the development environment read, with a secret of this machine's own."""
    return {
        "DJANGO_SETTINGS_MODULE": "config.settings.development",
        "SECRET_KEY": secret_key(data / "secret"),
        "MEDIA_ROOT": str(data / "media"),
        "PYTHONUNBUFFERED": "1",
    }


def secret_key(file: Path) -> str:
    """The demo's secret, made when it is first asked for and readable by its owner only."""
    if not file.exists():
        unfinished = file.with_name("secret.unfinished")
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished.touch(mode=0o600)
        unfinished.write_text(secrets.token_urlsafe(60))
        unfinished.replace(file)
    return file.read_text()


def manage(*arguments: str, environment: Mapping[str, str]) -> None:
    """Run a management command; raises `CannotRunService` when it fails."""
    # Django's checks of the code, which take a second of each command, are CI's matter.
    command = [sys.executable, "manage.py", *arguments, "--skip-checks"]
    command = tethered(command, death_signal=signal.SIGTERM, own_session=False)
    code = subprocess.run(command, cwd=ROOT, env=dict(environment), stdin=subprocess.DEVNULL, check=False).returncode
    if code != 0:
        raise CannotRunService(f"manage.py {arguments[0]} failed (code {code}).")


def is_taken(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((host, port))
        except OSError:
            return True
    return False


def say(step: str) -> None:
    print(f"* {step}", flush=True)


def stop(_number: int, _frame: object) -> None:
    # Once is enough: a second Ctrl-C while everything stops would leave some of it behind.
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise StoppedByUser


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m devtools.run_demo", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=ROOT / "var" / "demo")
    parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))
    arguments = parser.parse_args()
    for number in SIGNALS:
        signal.signal(number, stop)
    try:
        run(data=arguments.data.resolve(), host=arguments.host, port=arguments.port)
    except StoppedByUser:
        print("\nStopped. The data is kept.", flush=True)
        return 0
    except (CannotRunService, CannotStartServer, CannotFindServer) as error:
        print(f"\nThe demo stopped: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
