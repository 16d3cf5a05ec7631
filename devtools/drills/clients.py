"""Programs that submit referrals over HTTP as long as a drill lasts, and write down what was acknowledged.

Each sends a referral under a key of its own until it is acknowledged or its patience ends, as docs/api.md tells programs to.
What counts is their list: a referral that stands on it and not in the database was lost.
"""

import json
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections import Counter

PATIENCE_SECONDS = 180
PAUSE_SECONDS = 0.1
# Each referral makes the worker write a PDF and a mail, so the clients do not submit as fast as they can.
BETWEEN_SECONDS = 0.4


class Clients:
    """`acknowledged`: the key of each referral that was acknowledged, with its id; `refused`: what came in place of an acknowledgement, by kind."""

    def __init__(self, *, address: str, token: str, count: int) -> None:
        self.address, self.token = f"{address}/api/v1/referrals/", token
        self.sent: set[str] = set()
        self.acknowledged: dict[str, str] = {}
        self.refused: Counter[str] = Counter()
        self.given_up: set[str] = set()
        self.wrong: list[str] = []
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._submit_until_stopped, daemon=True) for _ in range(count)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """No new referrals; those that are under way are sent until they are acknowledged."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def wait_for(self, more: int, *, seconds: float = PATIENCE_SECONDS) -> None:
        """Until so many more were acknowledged than now. Raises TimeoutError."""
        goal, deadline = len(self.acknowledged) + more, time.monotonic() + seconds
        while len(self.acknowledged) < goal:
            if time.monotonic() > deadline:
                raise TimeoutError(
                    f"{goal - len(self.acknowledged)} of {more} were not acknowledged in {seconds:.0f} s"
                )
            time.sleep(0.05)

    def _submit_until_stopped(self) -> None:
        while not self._stop.is_set():
            self._submit(uuid.uuid4().hex)
            self._stop.wait(BETWEEN_SECONDS)

    def _submit(self, key: str) -> None:
        with self._lock:
            self.sent.add(key)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            answer = self._ask(key)
            if answer is not None:
                with self._lock:
                    if self.acknowledged.setdefault(key, answer) != answer:
                        self.wrong.append(key)
                return
            time.sleep(PAUSE_SECONDS)
        with self._lock:
            self.given_up.add(key)

    def _ask(self, key: str) -> str | None:
        """The id of the referral, or None where no acknowledgement came."""
        body = {
            "kind": "CPI",
            "lawful_basis": "PUBLIC_TASK",
            "cpi": {"topics": ["DRUGS"], "information": f"Fictitious cars wait by the fictitious garages, {key}."},
        }
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
        }
        request = urllib.request.Request(self.address, json.dumps(body).encode(), headers)  # noqa: S310 -- our own server
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 -- our own server
                return str(json.load(answer)["id"])
        except urllib.error.HTTPError as error:
            self._note(f"HTTP {error.code}")
        except (OSError, ValueError) as error:
            self._note(type(error).__name__)
        return None

    def _note(self, kind: str) -> None:
        with self._lock:
            self.refused[kind] += 1
