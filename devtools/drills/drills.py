"""The drills: each breaks one thing while referrals are submitted, mends it, and counts."""

import random
import shutil
import time
from collections.abc import Callable

from devtools.drills.outcome import Outcome, compare, count_before
from devtools.drills.stage import DrillFailed, Stage

Drill = Callable[[Stage, Outcome, random.Random], None]


def run(drill: Drill, stage: Stage, *, name: str, seed: int) -> Outcome:
    """Run one drill with clients at work, and compare. `seed` decides the moments."""
    outcome = Outcome(name)
    count_before(stage, outcome)
    clients = stage.clients()
    clients.start()
    try:
        clients.wait_for(3)
        drill(stage, outcome, random.Random(f"{seed} {name}"))
        clients.wait_for(3)
    except TimeoutError as error:
        raise DrillFailed(f"{name}: {error}\n{stage.service.last_lines()}") from error
    finally:
        clients.stop()
    compare(stage, clients, outcome)
    return outcome


def database_is_killed(stage: Stage, outcome: Outcome, chance: random.Random) -> None:
    """SIGKILL of the whole database server at a random moment, again and again."""
    for _ in range(3):
        time.sleep(chance.uniform(0.2, 1.5))
        stage.urls.child("postgres").kill()
        stage.urls.start_again("postgres")
        outcome.faults += 1
        stage.service.wait_for_web(port=stage.port)


def redis_is_away_and_emptied(stage: Stage, outcome: Outcome, chance: random.Random) -> None:
    """The broker ends, referrals are submitted without it, and it comes back with nothing in it."""
    for _ in range(2):
        stage.urls.child("valkey").kill()
        outcome.faults += 1
        before = stage.value("SELECT count(*) FROM referrals_referral WHERE submitted_at IS NOT NULL")
        stage.wait_until(
            lambda before=before: (
                stage.value("SELECT count(*) FROM referrals_referral WHERE submitted_at IS NOT NULL") >= before + 3
            ),  # type: ignore[misc]
            "Referrals are taken without a broker",
            seconds=60,
        )
        for file in (stage.folder / "servers" / "servers").resolve().glob("valkey/appendonlydir/*"):
            file.unlink()
        stage.urls.start_again("valkey")
        time.sleep(chance.uniform(0.5, 2))


def worker_is_killed(stage: Stage, outcome: Outcome, chance: random.Random) -> None:
    """SIGKILL of the worker with all of its processes at a random moment of its work."""
    for _ in range(5):
        time.sleep(chance.uniform(0.3, 2.5))
        stage.service.kill("worker")
        outcome.faults += 1
        stage.service.start_worker()


def web_is_killed(stage: Stage, outcome: Outcome, chance: random.Random) -> None:
    """SIGKILL of the web server in the middle of submissions."""
    for _ in range(4):
        time.sleep(chance.uniform(0.2, 1.2))
        stage.service.kill("web")
        outcome.faults += 1
        stage.start_web()
        stage.service.wait_for_web(port=stage.port)


def two_beats(stage: Stage, outcome: Outcome, chance: random.Random) -> None:
    """A second clock runs beside the first for a while."""
    first = stage.service.named("beat")
    stage.service.start_beat()
    second = stage.service.named("beat")
    outcome.faults += 1
    time.sleep(chance.uniform(12, 16))
    if first is second or not first.is_running or not second.is_running:
        raise DrillFailed("There were no two beats.")
    stage.service.kill("beat")


def mail_server_is_away(stage: Stage, outcome: Outcome, chance: random.Random) -> None:
    """Nobody takes mail for a while."""
    stage.mailbox.close()
    outcome.faults += 1
    failed = "SELECT count(*) FROM mail_message WHERE attempts > 0 AND state <> 'SENT'"
    stage.wait_until(lambda: stage.value(failed) > 0, "A mail could not be sent", seconds=90)
    time.sleep(chance.uniform(1, 3))
    stage.mailbox.open()


def file_store_takes_nothing(stage: Stage, outcome: Outcome, chance: random.Random) -> None:
    """The disk of the file store is full: a file in the place of its folder refuses every write, whoever asks."""
    away = stage.media.with_name("media-away")
    stage.media.rename(away)
    stage.media.write_bytes(b"")
    outcome.faults += 1
    waiting = "SELECT count(*) FROM jobs_job WHERE finished_at IS NULL AND attempts > 0 AND lease_token IS NULL AND due_at > now()"
    try:
        stage.wait_until(lambda: stage.value(waiting) > 0, "A file could not be written", seconds=90)
        time.sleep(chance.uniform(1, 3))
    finally:
        stage.media.unlink()
        away.rename(stage.media)


def clock_is_set_back(stage: Stage, outcome: Outcome, chance: random.Random) -> None:
    """The clock of web, worker and beat jumps back an hour and is right again some seconds later, twice. What was due waits meanwhile."""
    for _ in range(2):
        stage.set_clock(-3600)
        outcome.faults += 1
        time.sleep(chance.uniform(2, 4))
        stage.set_clock(0)
        time.sleep(chance.uniform(1, 2))


DRILLS: dict[str, Drill] = {
    "database killed": database_is_killed,
    "Redis away and emptied": redis_is_away_and_emptied,
    "worker killed": worker_is_killed,
    "web killed": web_is_killed,
    "two beats": two_beats,
    "clock set back": clock_is_set_back,
    "mail server away": mail_server_is_away,
    "file store takes nothing": file_store_takes_nothing,
}


def backup_and_restore(stage: Stage) -> Outcome:
    """A backup while referrals are submitted; then database and files are destroyed, restored elsewhere, and compared."""
    outcome = Outcome("backup and restore", faults=1)
    count_before(stage, outcome)
    clients = stage.clients()
    clients.start()
    clients.wait_for(3)
    stage.manage("backup", str(stage.folder / "backup-while-busy"))
    clients.wait_for(3)
    clients.stop()
    compare(stage, clients, outcome)
    for name in ("web", "worker", "beat"):
        stage.service.named(name).stop()
        stage.service.children.remove(stage.service.named(name))
    folder = stage.folder / "backup"
    stage.manage("backup", str(folder))
    counts = stage.counts()
    files = {path.relative_to(stage.media): path.read_bytes() for path in stage.media.rglob("*") if path.is_file()}
    shutil.rmtree(stage.media)
    for name, again in (("restored", folder), ("restored_busy", stage.folder / "backup-while-busy")):
        where = {"DATABASE_URL": stage.make_database(name), "MEDIA_ROOT": str(stage.folder / name)}
        stage.manage("restore", str(again), **where)
        stage.manage("migrate", "--check", **where)
        outcome.notes.append(stage.manage("verify_audit", **where).strip())
    restored = stage.counts(database_url=stage.urls.database_url.rpartition("/")[0] + "/restored")
    changed = {name: (count, restored.get(name)) for name, count in counts.items() if restored.get(name) != count}
    outcome.lost += len(changed)
    outcome.lost += sum(
        not (stage.folder / "restored" / path).is_file() or (stage.folder / "restored" / path).read_bytes() != content
        for path, content in files.items()
    )
    outcome.notes.append(f"{sum(counts.values())} rows of {len(counts)} tables and {len(files)} files compared")
    return outcome
