"""The second `make demo` on a machine, from the command until the page answers, against the fifteen seconds that are promised.

By the clock, since it is somebody's waiting. The data of the first start is small: the second looks only whether there is any.
"""

import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.measuring import Result, once_a_run, tell
from devtools.servers import remove_data

ROOT = Path(__file__).resolve().parent.parent
PROMISED_SECONDS = 15
STARTS = 3
# Of the programs that start the demo, not of the demo: it has servers and settings of its own.
NOT_FOR_THE_DEMO = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "MEDIA_ROOT")


def seconds_until_ready(data: Path) -> float:
    """Start the demo on that data, wait until it says that it is ready, and stop it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if name not in NOT_FOR_THE_DEMO}
    with subprocess.Popen(
        [sys.executable, "-m", "devtools.run_demo", "--data", str(data), "--port", str(port)],
        cwd=ROOT,
        env=environment | {"REFERRALS": "60"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as demo:
        printed = ""
        for line in demo.stdout or ():
            printed += line
            if found := re.match(r"Ready after (\d+) s", line):
                demo.send_signal(signal.SIGINT)
                demo.communicate()
                return float(found[1])
    raise SystemExit(f"The demo ended before it was ready:\n{printed}")


@once_a_run
def main() -> None:
    with tempfile.TemporaryDirectory(prefix="mash-demo-start-") as name:
        # The database's server is another user where this one is root.
        Path(name).chmod(0o755)
        data = Path(name) / "demo"
        seconds_until_ready(data)
        seconds = [seconds_until_ready(data) for _ in range(STARTS)]
        remove_data(data)
    ratios = [each / PROMISED_SECONDS for each in seconds]
    tell(
        Result(
            promise="`make demo`, second start (by the clock)",
            size="60 referrals",
            ours_ms=statistics.median(seconds) * 1000,
            peer_ms=PROMISED_SECONDS * 1000,
            ratio=statistics.median(ratios),
            lowest=min(ratios),
            highest=max(ratios),
            wall_ratio=statistics.median(ratios),
            limit=1,
        )
    )


if __name__ == "__main__":
    main()
