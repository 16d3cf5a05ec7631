"""A web server on this machine, asked by many at once, each over a connection of its own that is kept."""

import http.client
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass
class Door:
    """Where a server listens. One for all threads: each gets its own connection."""

    port: int
    own: threading.local = field(default_factory=threading.local)

    def ask(self, method: str, path: str, *, body: str = "", headers: Mapping[str, str]) -> tuple[int, str, str]:
        """The status, where it sends on to, and the text of the answer. A connection that the server ended is made anew, once."""
        told = {"Host": f"localhost:{self.port}"} | dict(headers)
        for _ in range(2):
            if not hasattr(self.own, "connection"):
                self.own.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
            try:
                self.own.connection.request(method, path, body, told)
                answer = self.own.connection.getresponse()
                return answer.status, answer.getheader("Location", ""), answer.read().decode()
            except OSError as error:
                self.own.connection.close()
                del self.own.connection
                # It had been idle for longer than the server keeps one: nothing was done. Anything else is for who asks.
                if not isinstance(error, (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError)):
                    raise
        raise ConnectionError(f"{method} {path} on port {self.port}")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
