"""Heads of the chain in a file outside the database: a line for each, the number, the hash and when it was written."""

import os
from datetime import datetime
from pathlib import Path

from audit.services.chain import Head
from common.errors import DomainError


class CannotReadHeads(DomainError):
    pass


def add_head(path: Path, head: Head, *, at: datetime) -> None:
    """Add a line to the file, and wait until it is on the disk. Opened for adding alone, so that the file system may forbid more."""
    line = f"{head.number} {head.hash} {at.isoformat(timespec='seconds')}\n"
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
    try:
        os.write(descriptor, line.encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_heads(path: Path) -> list[Head]:
    """The heads in the file. Raises CannotReadHeads where it is not there, empty, or says something else."""
    try:
        lines = [line.split() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        heads = [Head(int(number), kept) for number, kept, *_ in lines]
    except (OSError, ValueError) as error:
        raise CannotReadHeads(f"{path} cannot be read as heads of the access log.") from error
    if not heads or any(len(one.hash) != 64 for one in heads):
        raise CannotReadHeads(f"{path} holds no heads of the access log.")
    known: dict[int, str] = {}
    for one in heads:
        if known.setdefault(one.number, one.hash) != one.hash:
            raise CannotReadHeads(f"{path} names two different links {one.number}.")
    return heads
