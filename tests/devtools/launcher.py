"""Starts the servers on a folder, says where they are in one line of JSON, and waits: something for a test to kill."""

import json
import signal
import sys
from pathlib import Path

from devtools.servers import servers

# Whoever is started in the background of a shell inherits that Ctrl-C is ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)

with servers(Path(sys.argv[1])) as urls:
    pids = {child.name: child.process.pid for child in urls.children}
    print(json.dumps(urls.environment() | {"pids": pids}), flush=True)
    signal.pause()
