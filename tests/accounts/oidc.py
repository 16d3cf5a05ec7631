"""A provider for the tests of signing in: a process of its own, which signs with its own key and knows a few fictitious people."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

# By the name under which each of them is known at the provider.
PEOPLE: dict[str, dict[str, Any]] = {
    "subject-of-olu": {"email": "olu@example.org", "email_verified": True, "name": "Olu Fictitious"},
    "subject-of-mina": {"email": "mina@example.org", "email_verified": True, "amr": ["pwd", "mfa"]},
    "subject-who-asks-nobody": {"email": "mina@example.org", "email_verified": True, "auth_time": None},
    "subject-unverified": {"email": "lin@example.org", "email_verified": False},
    "subject-of-nobody": {"email": "nobody@example.org", "email_verified": True},
    "another-of-olu": {"email": "olu@example.org", "email_verified": True},
}


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def provider_process() -> Iterator[str]:
    """Starts the provider and yields its address; ends it afterwards."""
    port = _free_port()
    known = [f"--user-claims={json.dumps({'sub': name, **claims})}" for name, claims in PEOPLE.items()]
    process = subprocess.Popen(
        [sys.executable, "-m", "oidc_provider_mock", f"--port={port}", "--host=127.0.0.1", *known],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, process)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=10)


def _wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        assert process.poll() is None, "the provider ended by itself"
        try:
            if requests.get(f"{address}/.well-known/openid-configuration", timeout=2).ok:
                return
        except requests.ConnectionError:
            pass
    raise AssertionError("the provider does not answer")


def agree_at(url: str, subject: str) -> str:
    """What a person does at the provider: choose who they are. Returns where the provider sends them."""
    answer = requests.post(url, data={"sub": subject}, allow_redirects=False, timeout=10)
    assert answer.status_code in (302, 303), answer.text[:500]
    return answer.headers["Location"]


def query_of(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
