"""A backup in one folder: the database by pg_dump, the file store as a tar archive, and a list with the SHA-256 of both.

The database is read first. A file is written before the row that names it is committed, so the archive holds every file that
the database knows of. PostgreSQL's own programs have to be on the PATH, of the server's version or a later one.
"""

import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from common.errors import DomainError

DATABASE, FILES, MANIFEST = "database.dump", "files.tar", "manifest.json"
# Names that PostgreSQL's programs read; the password never stands on a command line.
PG_VARIABLES = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "PASSWORD": "PGPASSWORD", "NAME": "PGDATABASE"}


class CannotBackUp(DomainError):
    pass


class CannotRestore(DomainError):
    pass


def make_backup(folder: Path, *, database: Mapping[str, Any], media: Path, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Write a backup into `folder`, which must not exist yet, and return its manifest. It is there as a whole or not at all.

    `database` is an entry of DATABASES, `facts` what else the manifest is to say. Only its owner may read it. Raises CannotBackUp.
    """
    if folder.exists():
        raise CannotBackUp(f"{folder} is there already. A backup goes into a folder of its own.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{folder.name}-unfinished-", dir=folder.parent))
    try:
        _run(["pg_dump", "--format=custom", "--no-owner", "--file", str(unfinished / DATABASE)], database, CannotBackUp)
        with tarfile.open(unfinished / FILES, "w") as archive:
            if media.is_dir():
                archive.add(media, arcname=".")
        manifest = {**facts, "files": {name: _described(unfinished / name) for name in (DATABASE, FILES)}}
        (unfinished / MANIFEST).write_text(json.dumps(manifest, indent=2, sort_keys=True) + "\n")
        for path in unfinished.iterdir():
            path.chmod(0o600)
            _reach_disk(path)
        unfinished.rename(folder)
        _reach_disk(folder.parent)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return manifest


def read_manifest(folder: Path) -> dict[str, Any]:
    """What a backup says of itself, once every byte of it was found to be as it was written. Raises CannotRestore."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
        listed = {name: manifest["files"][name] for name in (DATABASE, FILES)}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CannotRestore(f"{folder} is no whole backup: its {MANIFEST} is not there or cannot be read.") from error
    for name, said in listed.items():
        if not (folder / name).is_file() or _described(folder / name) != said:
            raise CannotRestore(f"{name} in {folder} is not what was written: its SHA-256 differs.")
    return manifest


def restore_backup(folder: Path, *, database: Mapping[str, Any], media: Path) -> None:
    """Load a backup whose manifest was read into an empty database and an empty file store. Raises CannotRestore.

    The database is restored in one transaction: where something fails it is as empty as before.
    """
    if media.is_dir() and any(media.iterdir()):
        raise CannotRestore(f"The file store {media} is not empty. Move what is there away first.")
    options = ["--exit-on-error", "--single-transaction", "--no-owner", "--dbname", str(database["NAME"])]
    _run(["pg_restore", *options, str(folder / DATABASE)], database, CannotRestore)
    media.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tarfile.open(folder / FILES) as archive:
        # Of an archive only what stays inside the store, without devices, links out of it, or rights for others.
        archive.extractall(media, filter="data")


def _run(command: Sequence[str], database: Mapping[str, Any], refusal: type[DomainError]) -> None:
    program = shutil.which(command[0])
    if program is None:
        raise refusal(
            f"{command[0]} is not on the PATH. Install PostgreSQL's client programs, of the server's version."
        )
    environment = os.environ | {
        variable: str(database[name]) for name, variable in PG_VARIABLES.items() if database.get(name)
    }
    answer = subprocess.run([program, *command[1:]], env=environment, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        raise refusal(f"{command[0]} failed: {answer.stderr.strip()[-500:]}")


def _described(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return {"bytes": path.stat().st_size, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}


def _reach_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
