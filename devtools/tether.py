"""Run a command that does not outlive its parent: `python tether.py PARENT SIGNAL UID GID SESSION COMMAND…`.

A process that is killed with SIGKILL cannot stop its children; on Linux the kernel does it instead, if the child
asked. The request is lost when the user changes, so it is made after that; and the parent may be gone by then,
so its number is compared. Only the standard library: this file is run by itself, before any package is there.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1
UNCHANGED = -1


def main(arguments: list[str]) -> None:
    """Become the command in `arguments`; UID and GID -1 keep the user, SESSION 1 leaves the terminal's group."""
    parent, signal_number, uid, gid, session = (int(word) for word in arguments[:5])
    command = arguments[5:]
    libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
    if session:
        os.setsid()
    if uid != UNCHANGED:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if libc is not None:
        libc.prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(f"{command[0]}: the process that started it is gone")
    try:
        os.execvp(command[0], command)  # noqa: S606 -- no shell is wanted
    except OSError as error:
        sys.exit(f"{command[0]}: {error.strerror}")


if __name__ == "__main__":
    main(sys.argv[1:])
