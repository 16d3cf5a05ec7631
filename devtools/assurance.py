"""What was tried against the service, in one table: who asked for what, what was attacked, what was broken, and what came of it.

    python -m devtools.assurance [--without-drills] [--seed 1]

Runs the tests of access, of the access log and of attacks, then the drills. Tests write down how often they tried what (the
fixture `tried`); no figure is written here by hand. Writes var/assurance.json; ends with 1 where a test failed, or anything was
lost or done twice.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
REPORT = ROOT / "var" / "assurance.json"
DRILLS = ROOT / "var" / "drills.json"
TESTS = {
    "Access": ["tests/permissions"],
    "Access log": ["tests/insights/test_completeness.py", "tests/insights/test_unusual.py", "tests/audit"],
    "Sign-in and sessions": ["tests/accounts"],
    "Attacks": ["tests/attacks"],
}
LINE = "  {:<86}{:>12}"


def run_tests(paths: list[str], figures: Path, results: Path) -> tuple[int, dict[str, int]]:
    """The exit code of pytest and how many passed, failed and were skipped."""
    command = [sys.executable, "-m", "pytest", "-q", "--no-header", "-n", "2", "--dist", "loadgroup", "-m", "not alone"]
    environment = os.environ | {"ASSURANCE_FIGURES": str(figures)}
    code = subprocess.run(
        [*command, f"--junitxml={results}", *paths], cwd=ROOT, env=environment, check=False
    ).returncode
    return code, counted(results)


def counted(results: Path) -> dict[str, int]:
    """Passed, failed and skipped, as a JUnit file of pytest says."""
    from xml.etree import ElementTree  # noqa: PLC0415 -- our own file, read once

    if not results.exists():
        return {"passed": 0, "failed": 1, "skipped": 0}
    suites = list(ElementTree.parse(results).iter("testsuite"))  # noqa: S314 -- our own file
    total, failed, skipped = (
        sum(int(suite.get(name, 0)) for suite in suites) for name in ("tests", "failures", "skipped")
    )
    failed += sum(int(suite.get("errors", 0)) for suite in suites)
    return {"passed": total - failed - skipped, "failed": failed, "skipped": skipped}


def tried_in(figures: Path) -> Counter[str]:
    """What the tests wrote down, added up."""
    found: Counter[str] = Counter()
    if figures.exists():
        for line in figures.read_text().splitlines():
            found.update(json.loads(line)["tried"])
    return found


def run_drills(seed: int) -> tuple[int, dict[str, Any]]:
    DRILLS.unlink(missing_ok=True)
    code = subprocess.run(
        [sys.executable, "-m", "devtools.drills", "--seed", str(seed)], cwd=ROOT, check=False
    ).returncode
    drills = json.loads(DRILLS.read_text())["drills"] if DRILLS.exists() else []
    sums = {name: sum(one[name] for one in drills) for name in ("faults", "acknowledged", "lost", "doubled")}
    return code, sums if drills else {}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m devtools.assurance", description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1, help="of the drills")
    parser.add_argument("--without-drills", action="store_true")
    arguments = parser.parse_args()
    made: dict[str, Any] = {"tests": {}, "tried": {}, "drills": {}}
    codes = []
    for name, paths in TESTS.items():
        print(f"\n=== {name}", flush=True)
        with tempfile.TemporaryDirectory(prefix="mash-assurance-") as folder:
            figures, results = Path(folder) / "figures", Path(folder) / "results.xml"
            code, made["tests"][name] = run_tests(paths, figures, results)
            made["tried"][name] = dict(sorted(tried_in(figures).items()))
        codes.append(code)
    if not arguments.without_drills:
        print("\n=== Drills", flush=True)
        code, made["drills"] = run_drills(arguments.seed)
        codes.append(code)
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(json.dumps(made, indent=2) + "\n")
    print_table(made)
    return int(any(codes))


def print_table(made: dict[str, Any]) -> None:
    for name, results in made["tests"].items():
        print(f"\n{name}")
        for words, count in results.items():
            print(LINE.format(f"tests {words}", f"{count:,}"))
        for words, count in made["tried"][name].items():
            print(LINE.format(words, f"{count:,}"))
    if made["drills"]:
        print("\nDrills")
        for words, count in {
            "faults injected": made["drills"]["faults"],
            "referrals acknowledged meanwhile": made["drills"]["acknowledged"],
            "of them lost": made["drills"]["lost"],
            "of them kept twice": made["drills"]["doubled"],
        }.items():
            print(LINE.format(words, f"{count:,}"))
    print(f"\n{REPORT.relative_to(ROOT)} holds the same.")


if __name__ == "__main__":
    sys.exit(main())
