"""Reads docker-compose.yml as Compose would, as far as our file goes."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
FILE = ROOT / "docker-compose.yml"
PLACEHOLDER = re.compile(r"\$\{(?P<name>[A-Z_]+)(?::-(?P<default>[^}]*))?\}")


@dataclass(frozen=True)
class ComposeService:
    """One service: what it runs, with which environment, and how its health is asked."""

    name: str
    raw: dict[str, Any]

    @property
    def is_ours(self) -> bool:
        return "build" in self.raw

    @property
    def command(self) -> list[str]:
        return self.raw["command"]

    @property
    def health_command(self) -> list[str]:
        kind, *command = self.raw["healthcheck"]["test"]
        assert kind == "CMD"
        return command

    def environment(self, given: dict[str, str]) -> dict[str, str]:
        """Its environment, with `${NAME:-default}` filled from `given` or the default."""
        values = self.raw.get("environment", {})
        return {
            name: PLACEHOLDER.sub(lambda m: given.get(m["name"]) or m["default"] or "", str(value))
            for name, value in values.items()
        }


def read() -> dict[str, Any]:
    return yaml.safe_load(FILE.read_text())


def services() -> dict[str, ComposeService]:
    """What starts without a profile."""
    return {name: service for name, service in every_service().items() if "profiles" not in service.raw}


def every_service() -> dict[str, ComposeService]:
    """The optional ones too."""
    return {name: ComposeService(name, raw) for name, raw in read()["services"].items()}
