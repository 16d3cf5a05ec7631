"""A program that does not stop when it is asked, and neither does what it starts. Writes both numbers to a file."""

import os
import signal
import sys
from pathlib import Path

signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = os.fork()
if child:
    Path(sys.argv[1]).write_text(f"{os.getpid()} {child}\n")
signal.pause()
