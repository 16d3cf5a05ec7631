import re

import pytest

from tests.deploy import compose

SERVICES = compose.services()
EVERY = compose.every_service()
OURS = [name for name, service in SERVICES.items() if service.is_ours]


def test_compose_has_the_parts_of_the_service():
    assert set(SERVICES) == {"migrate", "web", "worker", "beat", "db", "redis"}
    assert set(OURS) == {"migrate", "web", "worker", "beat"}


@pytest.mark.parametrize("name", EVERY)
def test_compose_runs_nothing_as_root(name):
    user, _, group = EVERY[name].raw["user"].partition(":")

    assert int(user) > 0
    assert int(group) > 0


@pytest.mark.parametrize("name", EVERY)
def test_compose_takes_away_what_is_not_needed(name):
    raw = EVERY[name].raw

    assert raw["cap_drop"] == ["ALL"]
    assert raw["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in raw
    assert not any("docker.sock" in str(volume) for volume in raw.get("volumes", []))


@pytest.mark.parametrize("name", [name for name in EVERY if name != "migrate"])
def test_compose_asks_for_the_health_of_every_part_that_stays(name):
    assert EVERY[name].health_command
    assert "interval" in EVERY[name].raw["healthcheck"]


def test_the_scanner_is_there_for_who_asks_for_it_and_holds_no_secret():
    optional = EVERY["scanner"].raw

    assert set(EVERY) - set(SERVICES) == {"scanner"}
    assert optional["profiles"] == ["scanner"]
    assert not {"secrets", "environment", "ports"} & set(optional)
    assert SERVICES["worker"].environment({})["CLAMD_ADDRESS"] == ""
    assert SERVICES["worker"].environment({"CLAMD_ADDRESS": "scanner:3310"})["CLAMD_ADDRESS"] == "scanner:3310"


def test_compose_starts_nothing_before_the_migrations_are_done():
    for name in ("web", "worker", "beat"):
        conditions = {part: rule["condition"] for part, rule in SERVICES[name].raw["depends_on"].items()}
        assert conditions == {
            "migrate": "service_completed_successfully",
            "db": "service_healthy",
            "redis": "service_healthy",
        }


def test_compose_opens_no_port_but_that_of_the_web():
    assert [name for name, service in EVERY.items() if "ports" in service.raw] == ["web"]
    assert compose.read()["networks"]["inside"] == {"internal": True}
    assert SERVICES["db"].raw["networks"] == ["inside"]
    assert SERVICES["redis"].raw["networks"] == ["inside"]


def test_compose_names_the_secrets_and_holds_none():
    declared = compose.read()["secrets"]

    assert all(list(source) == ["environment"] for source in declared.values())
    for service in SERVICES.values():
        for name, value in service.raw.get("environment", {}).items():
            if re.search(r"SECRET|PASSWORD|KEY|DATABASE_URL|TOKEN", name):
                assert name.endswith("_FILE"), f"{service.name} carries {name} in the open"
                assert value.removeprefix("/run/secrets/") in service.raw["secrets"]
        assert set(service.raw.get("secrets", [])) <= set(declared)


def test_compose_runs_production_settings():
    for name in OURS:
        assert SERVICES[name].environment({})["DJANGO_SETTINGS_MODULE"] == "config.settings.production"


def test_image_ends_as_an_ordinary_user_with_a_health_check():
    lines = (compose.ROOT / "Dockerfile").read_text().splitlines()
    last_stage = lines[max(number for number, line in enumerate(lines) if line.startswith("FROM ")) :]

    assert [line for line in last_stage if line.startswith("USER ")] == ["USER 10001:10001"]
    assert any(line.startswith("HEALTHCHECK ") for line in last_stage)
    assert SERVICES["web"].raw["user"] == "10001:10001"


def test_image_leaves_out_what_only_developers_need():
    text = (compose.ROOT / "Dockerfile").read_text()
    kept = (compose.ROOT / ".dockerignore").read_text().split()

    assert "uv sync --frozen --no-default-groups" in text
    assert kept[0] == "*"
    assert not {"!tests", "!devtools", "!.env", "!var", "!.git"} & set(kept)


def test_image_holds_no_secret():
    text = (compose.ROOT / "Dockerfile").read_text()

    assert not re.search(r"^(ENV|ARG) .*(SECRET|PASSWORD|TOKEN|_KEY)", text, re.MULTILINE)


def test_image_carries_every_app():
    kept = (compose.ROOT / ".dockerignore").read_text().split()
    apps = {path.parent.name for path in compose.ROOT.glob("*/apps.py")} - {"devtools"}

    assert {f"!{app}" for app in apps} <= set(kept)
