"""How the web process is served, in containers and in the demo. Numbers: docs/performance."""

import gc
import os
from typing import Any

bind = f"{os.environ.get('HOST', '0.0.0.0')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
# The code is imported once, before the processes part: half the start, and memory that they share.
preload_app = True
timeout = 60
graceful_timeout = 20
keepalive = 5
max_requests = 5000
max_requests_jitter = 500
control_socket_disable = True
# Workers tell that they live by touching a file; on a disk that can block.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None

# Without these a proxy in front has to speak HTTPS: production answers to nothing else.
if os.environ.get("TLS_CERT_FILE") and os.environ.get("TLS_KEY_FILE"):
    certfile = os.environ["TLS_CERT_FILE"]
    keyfile = os.environ["TLS_KEY_FILE"]


def when_ready(server: Any) -> None:
    """Before the processes part: what was imported stays, so that nobody looks through it for rubbish, and its memory stays shared."""
    gc.collect()
    gc.freeze()


def post_worker_init(worker: Any) -> None:
    """Mail that requests of one moment bring is told of together."""
    from jobs.services import gather_nudges  # noqa: PLC0415 -- read before the application is there

    gather_nudges()
