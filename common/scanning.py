"""Looking for malware in what people attach: through whichever scanner the UPLOAD_SCANNER setting names.

Nothing is taken as clean that no scanner called clean: without one, and while it is away, files wait.
"""

import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from common.csv_files import ReadableBytes

CHUNK = 65_536
LONGEST_REPLY = 4_096
SECONDS_TO_ANSWER = 20
# The test string of the European Institute for Computer Antivirus Research, in two parts: in one, this file would be found.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class ScannerAway(Exception):
    """No scanner is set, it does not answer, or its answer is none that we know: try again later."""


@dataclass(frozen=True)
class Verdict:
    """What a scanner said; `found` names what it found."""

    found: str = ""

    @property
    def is_clean(self) -> bool:
        return not self.found


class Scanner(Protocol):
    def scan(self, file: ReadableBytes) -> Verdict:
        """Read the file to its end. Raises ScannerAway when there is no verdict."""


def scan(file: ReadableBytes) -> Verdict:
    """The verdict of the scanner of this service. Raises ScannerAway."""
    if not settings.UPLOAD_SCANNER:
        raise ScannerAway("no scanner is set")
    scanner: Scanner = import_string(settings.UPLOAD_SCANNER)()
    return scanner.scan(file)


class EicarScanner:
    """For demonstrations and tests: knows one harmless string by which scanners are tried out, and nothing else."""

    def scan(self, file: ReadableBytes) -> Verdict:
        return Verdict("Eicar-Test-Signature" if EICAR in file.read() else "")


class ClamdScanner:
    """ClamAV's daemon at CLAMD_ADDRESS (host:port, or the path of a socket), by its INSTREAM command."""

    def __init__(self, address: str = "") -> None:
        self.address = address or settings.CLAMD_ADDRESS

    def scan(self, file: ReadableBytes) -> Verdict:
        try:
            with self._connected() as connection:
                connection.sendall(b"zINSTREAM\0")
                for chunk in _chunks(file):
                    connection.sendall(struct.pack("!I", len(chunk)) + chunk)
                connection.sendall(struct.pack("!I", 0))
                reply = _reply(connection)
        except OSError as error:
            raise ScannerAway(type(error).__name__) from error
        if reply == "stream: OK":
            return Verdict()
        if reply.startswith("stream: ") and reply.endswith(" FOUND"):
            return Verdict(reply.removeprefix("stream: ").removesuffix(" FOUND") or "unnamed")
        raise ScannerAway("an answer that is not known")

    def _connected(self) -> socket.socket:
        if not self.address:
            raise ScannerAway("CLAMD_ADDRESS is not set")
        if self.address.startswith("/"):
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.settimeout(SECONDS_TO_ANSWER)
            try:
                connection.connect(self.address)
            except OSError:
                connection.close()
                raise
            return connection
        host, _, port = self.address.rpartition(":")
        return socket.create_connection((host, int(port)), timeout=SECONDS_TO_ANSWER)


def _chunks(file: ReadableBytes) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk


def _reply(connection: socket.socket) -> str:
    """What it says up to the null character that ends it; nothing when it hangs up before."""
    said = b""
    while b"\0" not in said and len(said) < LONGEST_REPLY and (more := connection.recv(LONGEST_REPLY)):
        said += more
    reply, ended, _ = said.partition(b"\0")
    return reply.decode("utf-8", "replace") if ended else ""
