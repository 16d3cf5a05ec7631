"""Scanners: ClamAV's INSTREAM protocol against a server that speaks it over a real socket, and what is not clean when none answers."""

import io
import socket
import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from common.scanning import EICAR, ClamdScanner, EicarScanner, ScannerAway, scan


class Clamd(socketserver.BaseRequestHandler):
    """Answers INSTREAM as ClamAV's daemon does, with its limit on the length of a stream."""

    LIMIT = 200_000

    def handle(self) -> None:
        command = self._exactly(len(b"zINSTREAM\0"))
        assert command == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack("!I", self._exactly(4))[0]:
            content += self._exactly(length)
            if len(content) > self.LIMIT:
                self.request.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.server.heard.append(content)  # type: ignore[attr-defined]
        self.request.sendall(self.server.reply or self._verdict(content))  # type: ignore[attr-defined]

    def _verdict(self, content: bytes) -> bytes:
        return b"stream: Eicar-Signature FOUND\0" if EICAR in content else b"stream: OK\0"

    def _exactly(self, size: int) -> bytes:
        said = b""
        while len(said) < size:
            more = self.request.recv(size - len(said))
            if not more:
                raise ConnectionError
            said += more
        return said


@contextmanager
def clamd(address: object = ("127.0.0.1", 0), *, reply: bytes = b"") -> Iterator[tuple[str, list[bytes]]]:
    """A daemon at a port of its own, or at a socket's path; every stream that it heard to the end."""
    kind = socketserver.UnixStreamServer if isinstance(address, str) else socketserver.TCPServer
    with kind(address, Clamd) as server:  # type: ignore[arg-type]
        server.heard, server.reply = [], reply  # type: ignore[union-attr]
        server.handle_error = lambda *_: None  # type: ignore[union-attr]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            told = server.server_address
            yield (told if isinstance(told, str) else f"{told[0]}:{told[1]}"), server.heard  # type: ignore[union-attr]
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("size", [0, 1, 65_536, 65_537, 150_000])
def test_clamd_hears_every_byte_and_its_verdict_is_kept(size: int) -> None:
    content = bytes(n % 251 for n in range(size))

    with clamd() as (address, heard):
        verdict = ClamdScanner(address).scan(io.BytesIO(content))

    assert verdict.is_clean
    assert heard == [content]


def test_clamd_over_a_local_socket_says_what_it_found(tmp_path: Path) -> None:
    with clamd(str(tmp_path / "clamd.sock")) as (address, _):
        verdict = ClamdScanner(address).scan(io.BytesIO(b"before " + EICAR + b" after"))

    assert (verdict.is_clean, verdict.found) == (False, "Eicar-Signature")


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"stream: OK",
        b"stream: Can't allocate memory ERROR\0",
        b"OK\0",
        b"\xff\0",
        b"stream:  FOUND OK\0",
        b"x" * 9000,
    ],
)
def test_any_other_answer_is_no_verdict(reply: bytes) -> None:
    with clamd(reply=reply or b"\0") as (address, _), pytest.raises(ScannerAway):
        ClamdScanner(address).scan(io.BytesIO(b"content"))


def test_a_stream_that_is_longer_than_clamd_takes_is_not_clean() -> None:
    with clamd() as (address, _), pytest.raises(ScannerAway):
        ClamdScanner(address).scan(io.BytesIO(b"x" * 2_000_000))


def test_while_nobody_listens_there_is_no_verdict() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    for address in (f"127.0.0.1:{port}", "/nowhere/clamd.sock", ""):
        with pytest.raises(ScannerAway):
            ClamdScanner(address).scan(io.BytesIO(b"content"))


def test_without_a_scanner_nothing_is_clean(settings: object) -> None:
    settings.UPLOAD_SCANNER = ""  # type: ignore[attr-defined]

    with pytest.raises(ScannerAway, match="no scanner is set"):
        scan(io.BytesIO(b"content"))


def test_the_scanner_of_the_demonstration_knows_the_test_string_only() -> None:
    assert EicarScanner().scan(io.BytesIO(b"content")).is_clean
    assert EicarScanner().scan(io.BytesIO(b"a" + EICAR)).found == "Eicar-Test-Signature"
