# Changshou. `make help` lists what there is; `make run` and `make test` do their own set-up.
.DEFAULT_GOAL := help
SHELL := /bin/bash
BIN := .venv/bin
PYTEST_ARGS ?=
# A process per core, at most four: beyond that the longest files decide. A file stays in one process, its fixtures with
# it. Here and not in pyproject.toml, so that one test started from an editor does not wait for workers.
WORKERS ?= -n auto --maxprocesses 4 --dist loadfile
DAY ?= out/day
MINUTES ?= 60
SEED ?= 1
JOBS ?= $(shell nproc 2>/dev/null || echo 1)

.PHONY: help
help: ## this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup
setup: ## everything that the program and its tests need, system packages included
	@installer/set-up.sh test

.PHONY: run
run: ## the program on a demo hall (without a screen: its story, played into out/day)
	@installer/set-up.sh run
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]; then \
	  exec $(BIN)/changshou run --demo; \
	else \
	  echo "没有显示器，改为把一天的业务演到 $(DAY) · No display here: playing the day offscreen into $(DAY)"; \
	  QT_QPA_PLATFORM=offscreen exec $(BIN)/changshou day --out $(DAY) --in-process; \
	fi

.PHONY: day
day: ## one working day through a private pcscd and a socket printer, with its papers, into out/day
	@installer/set-up.sh day
	@QT_QPA_PLATFORM=$${QT_QPA_PLATFORM:-offscreen} $(BIN)/changshou day --out $(DAY) --real

.PHONY: test
test: ## all tests, on up to four cores (PYTEST_ARGS="-k till" chooses, WORKERS= takes one process)
	@installer/set-up.sh test
	@QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest $(WORKERS) $(PYTEST_ARGS)

.PHONY: check
check: ## formatter, linter, types and import contracts
	@installer/set-up.sh test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

.PHONY: fmt
fmt: ## format the code and mend what the linter can mend safely
	@installer/set-up.sh test
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

.PHONY: endure
endure: ## every fault on every card flow, random sessions, invented answers (MINUTES=60 SEED=1 JOBS=2; goes on where it was)
	@installer/set-up.sh test
	$(BIN)/python -m tests.faults.flows.endure --minutes $(MINUTES) --seed $(SEED) --jobs $(JOBS)

.PHONY: bench
bench: ## measure against the references into bench/results.json (under 10 minutes when quiet)
	@installer/set-up.sh test
	$(BIN)/python -m bench

.PHONY: bench-full
bench-full: ## the same with 5,000,000 payments of history (long; about 20 GB of disk)
	@installer/set-up.sh test
	$(BIN)/python -m bench --full

.PHONY: coverage
coverage: ## the tests again, with branch coverage
	@installer/set-up.sh test
	@QT_QPA_PLATFORM=offscreen $(BIN)/python -m coverage run -m pytest -p no:randomly $(PYTEST_ARGS)
	$(BIN)/python -m coverage report

# One command line, so that two people get the same file. No index address and no comment is written.
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
  --no-header --no-annotate

.PHONY: lock
lock: ## renew the hash locks from pyproject.toml (LOCK_ARGS=--upgrade for newer versions) and THIRD-PARTY.md
	@[ -x $(BIN)/uv ] || installer/set-up.sh test
	$(COMPILE) $(LOCK_ARGS) pyproject.toml --group dev --output-file requirements-dev.lock
	$(COMPILE) pyproject.toml --constraint requirements-dev.lock --output-file requirements.lock
	@installer/set-up.sh test
	$(BIN)/python installer/third_party.py

.PHONY: clean
clean: ## remove what was made here: .venv, out, caches (never a data folder)
	rm -rf .venv out build dist ./*.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
