"""Other programs that benchmarks are measured beside: each installed apart, run as it is, and asked over its own doors.

What they need is kept in var/peers and is no part of this product. `make bench PEERS=1` runs the benchmarks that need one.
"""

from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent.parent / "var" / "peers"
