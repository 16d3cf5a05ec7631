"""Where no container engine runs: each service's own command and environment, against the embedded servers."""

import http.client
import os
import secrets
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from devtools.processes import Child, tethered
from devtools.servers import temporary_servers
from tests.deploy import compose

pytestmark = pytest.mark.worker

SERVICES = compose.services()
WAIT_SECONDS = 90


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: str


@dataclass
class Site:
    """The service as production runs it, on this machine."""

    port: int
    context: ssl.SSLContext
    environments: dict[str, dict[str, str]]
    children: dict[str, Child]

    def get(self, path: str, *, host: str = "localhost") -> Answer:
        connection = http.client.HTTPSConnection("localhost", self.port, timeout=20, context=self.context)
        connection.request("GET", path, headers={"Host": host})
        response = connection.getresponse()
        answer = Answer(response.status, response.headers, response.read().decode())
        connection.close()
        return answer

    def logs(self) -> str:
        return "\n".join(f"{name}:\n{child.last_lines()}" for name, child in self.children.items())


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("production")
    make_certificate(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DATABASE_URL", raising=False)
        patch.delenv("REDIS_URL", raising=False)
        with temporary_servers() as urls:
            site = started_site(folder, urls.environment())
            try:
                yield site
            finally:
                for child in site.children.values():
                    child.ask_to_stop()
                for child in site.children.values():
                    child.stop(seconds=15)


def started_site(folder: Path, addresses: dict[str, str]) -> Site:
    port = free_port()
    given = {
        "SECRET_KEY": secrets.token_urlsafe(60),
        "DATABASE_URL": addresses["DATABASE_URL"],
        "TLS_CERTIFICATE": (folder / "certificate.pem").read_text(),
        "TLS_KEY": (folder / "key.pem").read_text(),
    }
    replaced = {"REDIS_URL": addresses["REDIS_URL"], "MEDIA_ROOT": str(folder / "media"), "PORT": str(port)}
    environments = {
        name: environment_of(service, given=given, replaced=replaced, folder=folder)
        for name, service in SERVICES.items()
        if service.is_ours
    }
    collect_static_files(environments["web"])
    site = Site(port, ssl.create_default_context(cafile=folder / "certificate.pem"), environments, {})
    run(SERVICES["migrate"].command, environments["migrate"])
    for name in ("web", "worker", "beat"):
        site.children[name] = start(name, environment=environments[name], log=folder / f"{name}.log")
    return site


def environment_of(
    service: compose.ComposeService, *, given: dict[str, str], replaced: dict[str, str], folder: Path
) -> dict[str, str]:
    """What the compose file says, with secrets as files elsewhere and the addresses of this machine."""
    declared = compose.read()["secrets"]
    environment = service.environment({})
    for name, value in environment.items():
        secret = value.removeprefix("/run/secrets/")
        if secret != value:
            file = folder / secret
            file.write_text(given[declared[secret]["environment"]])
            environment[name] = str(file)
        elif name in replaced:
            environment[name] = replaced[name]
    kept = {name: os.environ[name] for name in ("HOME", "LANG", "LD_LIBRARY_PATH") if name in os.environ}
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return kept | {"PATH": path, "STATIC_ROOT": str(folder / "static")} | environment


def start(name: str, *, environment: dict[str, str], log: Path) -> Child:
    service = SERVICES[name]
    stop_signal = signal.SIGTERM
    with log.open("ab") as output:
        process = subprocess.Popen(
            tethered(service.command, death_signal=stop_signal),
            cwd=compose.ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    return Child(name=name, process=process, stop_signal=stop_signal, log=log)


def run(command: list[str], environment: dict[str, str]) -> None:
    answer = subprocess.run(command, cwd=compose.ROOT, env=environment, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def collect_static_files(environment: dict[str, str]) -> None:
    """As the image does when it is built."""
    text = (compose.ROOT / "Dockerfile").read_text()
    command = "python manage.py collectstatic --noinput --verbosity 0"
    assert command in text
    run(command.split(), environment)


def make_certificate(folder: Path) -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not here to make a certificate")
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")]
    options = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    subprocess.run([openssl, "req", *options, *subject, *files], check=True, capture_output=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(site: Site, path: str) -> Answer:
    """Ask until the answer is 200; fail with the last answer and the logs."""
    deadline = time.monotonic() + WAIT_SECONDS
    last = ""
    while time.monotonic() < deadline:
        for name, child in site.children.items():
            assert child.is_running, f"{name} stopped:\n{child.last_lines()}"
        try:
            answer = site.get(path)
        except OSError as error:
            last = str(error)
        else:
            if answer.status == 200:
                return answer
            last = answer.body
        time.sleep(0.2)
    pytest.fail(f"{path}: {last}\n{site.logs()}")


def test_production_is_alive_and_ready(site):
    wait_for(site, "/health/live")

    answer = wait_for(site, "/health/ready")

    assert '"status": "ok"' in answer.body


def test_production_sends_a_visitor_to_sign_in_over_https_only(site):
    wait_for(site, "/health/live")

    answer = site.get("/")

    assert answer.status == 302
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_production_shows_the_sign_in_page_with_its_files(site):
    wait_for(site, "/health/live")
    page = site.get(site.get("/").headers["Location"])
    assert page.status == 200

    files = {word.split('"')[0] for word in page.body.split('="') if word.startswith("/static/")}

    assert files
    assert {file: site.get(file).status for file in files} == dict.fromkeys(files, 200)


def test_production_answers_to_no_other_name(site):
    wait_for(site, "/health/live")

    assert site.get("/", host="elsewhere.example").status == 400


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_production_health_check_of_each_part_holds(site, name):
    wait_for(site, "/health/ready")

    answer = subprocess.run(
        SERVICES[name].health_command,
        cwd=compose.ROOT,
        env=site.environments[name],
        capture_output=True,
        text=True,
    )

    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_health_check_of_the_web_notices_when_nothing_answers(site):
    environment = site.environments["web"] | {"PORT": str(free_port())}

    answer = subprocess.run(SERVICES["web"].health_command, cwd=compose.ROOT, env=environment, capture_output=True)

    assert answer.returncode == 1


def test_health_check_of_beat_notices_when_nothing_is_done(site):
    address = Path(site.environments["beat"]["DATABASE_URL_FILE"]).read_text()
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CREATE DATABASE still")
    other = Path(site.environments["beat"]["DATABASE_URL_FILE"]).with_name("still")
    other.write_text(address.removesuffix("/mash") + "/still")

    answer = subprocess.run(
        SERVICES["beat"].health_command,
        cwd=compose.ROOT,
        env=site.environments["beat"] | {"DATABASE_URL_FILE": str(other)},
        capture_output=True,
    )

    assert answer.returncode == 1


def test_djangos_own_check_of_a_deployment_finds_nothing(site):
    answer = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=compose.ROOT,
        env=site.environments["web"],
        capture_output=True,
        text=True,
    )

    assert answer.returncode == 0, answer.stderr


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("SECRET_KEY", "short", "SECRET_KEY"),
        ("SECRET_KEY", "demonstration-only-" + "0" * 40, "SECRET_KEY"),
        ("ALLOWED_HOSTS", "", "ALLOWED_HOSTS"),
        ("SECURE_COOKIES", "false", "HTTPS"),
    ],
)
def test_production_refuses_to_start_with(site, name, value, complaint):
    environment = dict(site.environments["web"])
    environment.pop(f"{name}_FILE", None)

    answer = subprocess.run(
        [sys.executable, "-c", "import config.settings.production"],
        cwd=compose.ROOT,
        env=environment | {name: value},
        capture_output=True,
        text=True,
    )

    assert answer.returncode == 1
    assert complaint in answer.stderr.splitlines()[-1]
