"""Break one thing after another while referrals are submitted, and count what was lost or done twice: 0.

    python -m devtools.drills [--seed 1] [--only "worker killed"]

Writes what it found to var/drills.json; ends with 1 where anything was lost or done twice.
"""

import argparse
import json
import sys
import time
from dataclasses import asdict
from pathlib import Path

from devtools.binaries import CannotFindServer
from devtools.drills.drills import DRILLS, backup_and_restore, run
from devtools.drills.outcome import Outcome
from devtools.drills.stage import DrillFailed, stage
from devtools.servers import CannotStartServer
from devtools.service import ROOT, CannotRunService

BACKUP = "backup and restore"
COLUMNS = "{:<26}{:>7}{:>8}{:>7}{:>13}{:>9}{:>6}{:>9}{:>12}{:>12}{:>9}"


def line_of(outcome: Outcome) -> str:
    return COLUMNS.format(
        outcome.name,
        outcome.faults,
        outcome.before,
        outcome.after,
        outcome.acknowledged,
        outcome.refused,
        outcome.lost,
        outcome.doubled,
        outcome.unanswered,
        outcome.mails_again,
        f"{outcome.settled_in:.0f} s",
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m devtools.drills", description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=[*DRILLS, BACKUP], action="append")
    parser.add_argument("--report", type=Path, default=ROOT / "var" / "drills.json")
    arguments = parser.parse_args()
    chosen = arguments.only or [*DRILLS, BACKUP]
    began, found = time.monotonic(), []
    with stage() as made:
        print(f"Seed {arguments.seed}. Clients submit all the while; counts are of referrals in the database.")
        print(
            COLUMNS.format(
                "drill",
                "faults",
                "before",
                "after",
                "acknowledged",
                "refused",
                "lost",
                "doubled",
                "unanswered",
                "mail again",
                "settled",
            )
        )
        for name in chosen:
            outcome = (
                backup_and_restore(made) if name == BACKUP else run(DRILLS[name], made, name=name, seed=arguments.seed)
            )
            print(line_of(outcome), flush=True)
            for note in outcome.notes:
                print(f"    {note}")
            found.append(outcome)
        if BACKUP not in chosen:
            print(made.manage("verify_audit").strip())
    arguments.report.parent.mkdir(parents=True, exist_ok=True)
    arguments.report.write_text(
        json.dumps({"seed": arguments.seed, "drills": [asdict(one) for one in found]}, indent=2) + "\n"
    )
    holds = all(one.holds for one in found)
    print(
        f"{sum(one.faults for one in found)} faults, {sum(one.acknowledged for one in found)} referrals acknowledged, "
        f"{sum(one.lost for one in found)} lost, {sum(one.doubled for one in found)} doubled, "
        f"{time.monotonic() - began:.0f} s."
    )
    return 0 if holds else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (CannotStartServer, CannotFindServer, CannotRunService, DrillFailed) as error:
        sys.exit(str(error))
