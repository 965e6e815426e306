# fedblog's targets. `make` alone lists them.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
LOCK := $(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --resolver=backtracking
# What pytest is given: make test PYTEST="-k inbox -x"
PYTEST ?=
# How many processes share the tests; 0 runs them in one, which starts sooner and lets a debugger in
WORKERS ?= 2

## Everyday

.PHONY: help
help: ## List these targets
	@awk -F ':.*## ' '/^## /{printf "\n%s\n", substr($$0, 4)} /^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup
setup: .venv/.runtime ## Make the environment .venv with the program in it
	@echo "fedblog is ready: $(BIN)/fedblog --help"

.PHONY: demo
demo: .venv/.runtime ## Start a blog and a simulated fediverse account that talks with it
	@exec $(BIN)/python -m demo

.PHONY: run
run: .venv/.runtime ## Start a real, empty blog in ./data
	@test -e fedblog.toml || $(BIN)/fedblog --config fedblog.toml init --base-url http://127.0.0.1:8000 --laboratory
	@exec $(BIN)/fedblog --config fedblog.toml serve

## While changing it

.PHONY: test
test: .venv/.dev ## Run all tests (PYTEST="-k inbox -x" goes to pytest)
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(PYTEST)

.PHONY: check
check: .venv/.dev ## Run all gates: format, lint, types, floors, docs, packages
	@$(BIN)/ruff format --check
	@$(BIN)/ruff check
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m pytest --quiet tests/shape $(wildcard tests/docs)
	@$(BIN)/python -m pip check

.PHONY: format
format: .venv/.dev ## Format the code and fix what can be fixed
	@$(BIN)/ruff check --fix --exit-zero --quiet
	@$(BIN)/ruff format

.PHONY: reference
reference: .venv/.dev ## Write config.example.toml, docs/reference and FEDERATION.md's examples
	@$(BIN)/python -m docs.reference_pages
	@$(BIN)/python -m docs.examples

.PHONY: peers
peers: tests/peers/node_modules/.package-lock.json ## Install the Fedify peer for the tests (needs npm)

.PHONY: coverage
coverage: .venv/.dev ## Run the tests and show what they do not reach
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest $(PYTEST)
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report

## At length

.PHONY: bench
bench: .venv/.dev ## Measure; the figures are ratios of CPU time (docs/performance.md)
	@$(BIN)/python -m benchmarks

.PHONY: soak
soak: .venv/.dev ## Kill the server, shuffle 100,000 activities, on both engines, and count what is lost
	@FEDBLOG_SOAK=full $(BIN)/python -m pytest -m soak -o faulthandler_timeout=7200 $(PYTEST)

.PHONY: screenshots
screenshots: .venv/.dev ## Photograph every page into build/screenshots
	@$(BIN)/python -m pytest tests/browser $(PYTEST)
	@ls build/screenshots

.PHONY: lock
lock: .venv/.dev ## Pin the newest packages that fit, with their hashes
	@$(LOCK) --upgrade -o requirements/build.txt requirements/build.in
	@$(LOCK) --upgrade -o requirements/runtime.txt pyproject.toml
	@$(LOCK) --upgrade --extra postgres -c requirements/runtime.txt -o requirements/postgres.txt pyproject.toml
	@$(LOCK) --upgrade --extra postgres -o requirements/dev.txt pyproject.toml requirements/dev.in

.PHONY: clean
clean: ## Remove everything that was made; a blog in ./data stays
	@rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage* demo-data
	@rm -rf tests/peers/node_modules
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ---------------------------------------------------------------- files that say: this is done

.venv/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "fedblog needs Python 3.11 or newer, and '$(PYTHON)' is not." >&2; \
		echo "Install it, or name another one: make setup PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "This Python comes without the module venv, as on Debian and Ubuntu." >&2; \
		echo "Install it with: apt install python3-venv" >&2; exit 1; }
	@echo "Making .venv ..."
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/.runtime: .venv/.python requirements/build.txt requirements/runtime.txt pyproject.toml
	@echo "Installing the packages that requirements/runtime.txt pins ..."
	@$(INSTALL) --require-hashes -r requirements/build.txt -r requirements/runtime.txt
	@$(INSTALL) --no-deps --no-build-isolation --no-index --editable .
	@touch $@

.venv/.dev: .venv/.runtime requirements/dev.txt
	@echo "Installing the packages that requirements/dev.txt pins ..."
	@$(INSTALL) --require-hashes -r requirements/dev.txt
	@touch $@

tests/peers/node_modules/.package-lock.json: tests/peers/package-lock.json
	@command -v npm >/dev/null || { echo "The Fedify peer needs npm: apt install npm" >&2; exit 1; }
	@cd tests/peers && npm ci --no-audit --no-fund --loglevel=error
	@touch $@
