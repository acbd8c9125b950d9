# SI PINTAR KERJA: `make up` runs everything on this machine, `make test` tests it.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory --no-builtin-rules

PY := .venv/bin/python
LOCAL := $(PY) -m deploy.local
FAST_TESTS := tests/unit tests/contract tests/architecture

export PYTHONUNBUFFERED := 1

.PHONY: help setup setup-tests up down status reset demo test lint check bench officer schemathesis fuzz fmt

help: ## list these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: ## install what is missing: system packages (as root) and .venv from the lock
	@deploy/local/install.sh packages up
	@deploy/local/install.sh venv

setup-tests:
	@deploy/local/install.sh packages test
	@deploy/local/install.sh venv

up: setup ## start servers and services here; Ctrl-C stops them (DETACH=1 returns when ready)
	@exec $(LOCAL) up $(if $(DETACH),--detach)

down: ## stop what `make up` started
	@$(LOCAL) down

status: ## what is running, and where
	@$(LOCAL) status

reset: ## delete all local data, after a question (YES=1: without)
	@$(LOCAL) reset $(if $(YES),--yes)

demo: setup ## play one whole journey, from the form to the card (starts the system if needed, leaves it running)
	@$(LOCAL) up --detach
	@$(PY) -m deploy.demo

test: setup-tests ## all tests, on servers of their own (two files at a time)
	$(PY) -m pytest -n 2 --dist loadfile --durations 20

lint: setup-tests ## format, lint, types, layers
	$(PY) -m ruff format --check
	$(PY) -m ruff check
	$(PY) -m mypy
	.venv/bin/lint-imports

check: lint ## lint, then architecture, contract and unit tests (about a minute and a half)
	$(PY) -m pytest -n 2 $(FAST_TESTS)

bench: setup-tests ## measure against deploy/slo.toml (ONLY=<group> for one group)
	@$(PY) -m tests.load.bench $(ONLY)

officer: setup-tests ## an officer works CASES=80 cases by the keyboard, and no decision is wrong or lost
	OFFICER_CASES=$(or $(CASES),80) $(PY) -m pytest -s --timeout 1200 tests/acceptance/test_officer.py

schemathesis: setup-tests ## try the JSON API with very many made-up requests (EXAMPLES=200 of each operation)
	EXAMPLES=$(or $(EXAMPLES),200) $(PY) -m pytest -s tests/integration/intake/test_any_request.py

fuzz: setup-tests ## spoilt files through the whole upload pipeline (FILES=5000)
	@nice $(PY) -m tests.integration.intake.fuzzing $(or $(FILES),5000)

fmt: setup ## format and tidy the code
	$(PY) -m ruff format
	$(PY) -m ruff check --fix
