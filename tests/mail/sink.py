"""Servers that mail goes to in tests: an SMTP server that keeps what it takes, and one that speaks the API of GOV.UK Notify."""

import json
import socket
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Sink:
    """An SMTP server. What it took is in `taken`; `refusals` answers for an address in place of 250, the first of a list each time.

    `data_refusals` answers so to the mail itself. After an answer that begins with 421 the connection is closed, as servers do;
    after an empty one too, without a word.
    """

    port: int = 0
    taken: list[tuple[list[str], EmailMessage]] = field(default_factory=list)
    refusals: dict[str, list[str]] = field(default_factory=dict)
    data_refusals: dict[str, list[str]] = field(default_factory=dict)
    when_taken: Callable[[], None] | None = None

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refusals.get(address):
            return await self._refuse(server, self.refusals[address].pop(0))
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        for address in envelope.rcpt_tos:
            if self.data_refusals.get(address):
                return await self._refuse(server, self.data_refusals[address].pop(0))
        mail = message_from_bytes(envelope.content, policy=policy.default)
        self.taken.append((envelope.rcpt_tos, mail))
        if self.when_taken is not None:
            self.when_taken()
        return "250 Taken"

    async def _refuse(self, server: SMTP, answer: str) -> str:
        if answer.startswith("421"):
            await server.push(answer)
        if answer.startswith("421") or not answer:
            server.transport.close()
        return answer

    @property
    def mails(self) -> list[EmailMessage]:
        return [mail for _, mail in self.taken]

    @property
    def readers(self) -> list[str]:
        return [address for addresses, _ in self.taken for address in addresses]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def smtp_sink() -> Iterator[Sink]:
    sink = Sink(port=free_port())
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()


SERVICE_ID, SECRET = str(uuid.UUID(int=1)), str(uuid.UUID(int=2))
API_KEY = f"fictitious-{SERVICE_ID}-{SECRET}"
TEMPLATE_ID = str(uuid.UUID(int=3))


@dataclass
class Notify:
    """What the server at the other end holds, and how it answers next."""

    address: str = ""
    sent: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    next_answers: list[int] = field(default_factory=list)
    refusals: dict[str, dict[str, str]] = field(default_factory=dict)
    when_taken: Callable[[], None] | None = None


@contextmanager
def notify_server() -> Iterator[Notify]:
    """GOV.UK Notify as far as we use it: it checks the token and the body, keeps what is sent, and finds it by reference."""
    notify = Notify()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self._is_somebody_else() or self._is_told_to_fail():
                return
            known = {"email_address", "template_id", "personalisation", "reference"}
            if self.path != "/v2/notifications/email" or set(body) != known or body["template_id"] != TEMPLATE_ID:
                self._answer(400, {"errors": [{"error": "ValidationError"}], "status_code": 400})
                return
            if body["email_address"] in notify.refusals:
                self._answer(400, {"errors": [notify.refusals[body["email_address"]]], "status_code": 400})
                return
            notify.sent.append({"id": str(uuid.uuid4()), "status": "sending", **body})
            if notify.when_taken is not None:
                notify.when_taken()
            self._answer(201, {"id": notify.sent[-1]["id"], "reference": body["reference"]})

        def do_GET(self) -> None:
            if self._is_somebody_else():
                return
            (reference,) = parse_qs(urlsplit(self.path).query)["reference"]
            notify.asked.append(reference)
            found = [one for one in notify.sent if one["reference"] == reference]
            self._answer(200, {"notifications": found, "links": {}})

        def _is_somebody_else(self) -> bool:
            token = self.headers["Authorization"].removeprefix("Bearer ")
            try:
                claims = jwt.decode(token, SECRET, algorithms=["HS256"], options={"verify_iat": False})
            except jwt.InvalidTokenError:
                claims = {}
            if claims.get("iss") == SERVICE_ID:
                return False
            self._answer(403, {"errors": [{"error": "AuthError"}], "status_code": 403})
            return True

        def _is_told_to_fail(self) -> bool:
            if not notify.next_answers:
                return False
            status = notify.next_answers.pop(0)
            self._answer(status, {"errors": [{"error": "Exception"}], "status_code": status})
            return True

        def _answer(self, status: int, body: dict[str, Any]) -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    notify.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield notify
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
