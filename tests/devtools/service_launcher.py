"""Starts a stubborn program as a part of the service, says so, and waits: something for a test to kill."""

import os
import signal
import sys
from pathlib import Path

from devtools.service import Service

folder = Path(sys.argv[1])
with Service(environment=os.environ, log_folder=folder) as service:
    service.start("stubborn", ["tests.devtools.stubborn", str(folder / "pids")])
    signal.pause()
