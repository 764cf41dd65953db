# Đôn Đốc. Needs git, make, Python 3.11 to 3.14 with venv, and a package index once. `make help` lists what there is.

SHELL := /bin/sh
PYTHON ?=
DEMO_ARGS ?=
BENCH_ARGS ?=
PYTEST_ARGS ?=
BIN := .venv/bin
export RUFF_OUTPUT_FORMAT := concise

.DEFAULT_GOAL := help
.PHONY: help setup demo test check bench docs lock clean
.NOTPARALLEL:

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Make .venv with the pinned packages (PYTHON=… chooses the Python)
	@PYTHON="$(PYTHON)" sh deployments/setup.sh

demo: setup ## An example plan, armed, part of its year rehearsed; leaves the console open (DEMO_ARGS=…)
	@$(BIN)/dondoc demo $(DEMO_ARGS)

test: setup ## The whole test suite (PYTEST_ARGS=…; DONDOC_REQUIRE=chromium,imap,office,postgresql,redis allows no skip)
	@$(BIN)/python -m tests $(PYTEST_ARGS)

check: setup ## Format, lint, types and the rules of who imports whom
	@status=0; for tool in "ruff format --check --quiet ." "ruff check ." lint-imports pyright; do \
		echo "== $$tool"; $(BIN)/$$tool || status=1; done; exit $$status

bench: setup ## The figures this program is held to, beside its rivals (BENCH_ARGS=…)
	@$(BIN)/python -m bench $(BENCH_ARGS)

docs: setup ## Write the reference of the commands and of who may open what anew, from the program
	@$(BIN)/python -m cli.reference
	@$(BIN)/python -m web.access

lock: setup ## Pin the packages anew, a week old at least, after a change in pyproject.toml
	@sh deployments/lock.sh

clean: ## Remove what the tools left behind: caches and reports, never data, never .venv
	@rm -rf .pytest_cache .ruff_cache .hypothesis .import_linter_cache build dist
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
