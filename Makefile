# Each target prepares the machine first (devtools/bootstrap.sh), which is quick when nothing changed.

PY := .venv/bin/python
BOOTSTRAP := devtools/bootstrap.sh
# Killing make ends what it runs: SIGTERM (15), same user (-1 -1), same terminal (0).
RUN := exec $(PY) -I -S devtools/tether.py $$PPID 15 -1 -1 0 $(PY)
WITH_SERVERS := $(RUN) -m devtools.servers run --

.DEFAULT_GOAL := help
.PHONY: help demo test smoke drill assurance bench pictures up check format schema setup clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

demo: ## Run the service on this machine with fictitious data (PORT=8000); Ctrl-C stops it
	@$(BOOTSTRAP) demo
	@$(RUN) -m devtools.run_demo

test: ## Run everything that CI runs: format, lint, types, contracts, migrations, templates, tests
	@$(BOOTSTRAP) test
	@$(WITH_SERVERS) $(PY) -m devtools.checks static
	@$(RUN) -m devtools.checks tests

smoke: ## Do the main job from end to end on fresh servers, without a person
	@$(BOOTSTRAP) demo
	@$(RUN) -m devtools.smoke

drill: ## Break one thing after another on fresh servers while referrals are submitted, and count what was lost (SEED=1)
	@$(BOOTSTRAP) test
	@$(RUN) -m devtools.drills --seed $(or $(SEED),1)

assurance: ## Run the tests of access, log and attacks, then the drills, and print how often what was tried (SEED=1)
	@$(BOOTSTRAP) test
	@$(RUN) -m devtools.assurance --seed $(or $(SEED),1)

bench: ## Run every benchmark and show a table of ratios (SIZES="10000 1000000"; a million take half an hour to fill; PEERS=1 beside pretix too)
	@$(BOOTSTRAP) demo
	@$(WITH_SERVERS) $(PY) -m benchmarks

pictures: ## Take the pictures of the documentation from the demo that is running (PORT=8000)
	@$(BOOTSTRAP) test
	@$(PY) -m devtools.pictures

up: ## Run with docker compose and production settings
	@devtools/up.sh

check: ## Run the checks of `make test` without the tests
	@$(BOOTSTRAP) check
	@$(WITH_SERVERS) $(PY) -m devtools.checks static

format: ## Format the code and mend what the linter can
	@$(BOOTSTRAP) check
	@$(PY) -m ruff check --fix --exit-zero --quiet .
	@$(PY) -m ruff format .

schema: ## Write docs/openapi.yaml from the code
	@$(BOOTSTRAP) check
	@$(WITH_SERVERS) $(PY) manage.py spectacular --fail-on-warn --validate --file docs/openapi.yaml

setup: ## Prepare the machine: packages, front end, browser for the tests
	@$(BOOTSTRAP) test

clean: ## Remove all that was installed, built or kept here, the demo's data too
	@if [ -x $(PY) ]; then $(PY) -m devtools.servers remove var/demo; $(PY) -m devtools.servers remove var/peers/servers; fi
	@rm -rf .venv node_modules static/build staticfiles var .mypy_cache .ruff_cache .pytest_cache .hypothesis
