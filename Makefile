PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
# Hashes make it the same files wherever they come from, so no index is named.
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
	--custom-compile-command "make constraints"

.PHONY: help demo install test test-all lint bench render constraints clean

help:
	@echo "make demo      environment, install, validate, build, the rates in the database, and SSRIs beside ketamine"
	@echo "make test      the tests"
	@echo "make test-all  the tests, slow ones too, with coverage"
	@echo "make lint      formatting, lint, types and the direction of imports"
	@echo "make render    write anew what is rendered from code: schemas, dictionary, rules, packages' schemas"
	@echo "make constraints  write anew, from pyproject.toml, which files are installed, each with its hash"
	@echo "make bench     time outcomes against its peers; writes docs/benchmarks.md"

# What is installed is what `constraints.txt` names, by hash, the build backend too. Bytecode is compiled once, here, so that the first
# command is as quick as the second.
$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(PIP) --require-hashes --no-deps -r constraints.txt
	$(PIP) --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q $(VENV)/lib registry schemas validation || true
	@touch $(READY)

install: $(READY)

demo: $(READY)
	$(BIN)/outcomes validate --max-findings 2
	@echo
	$(BIN)/outcomes build
	@echo
	@echo "Response and remission by treatment class, population and comparability class of the definition:"
	@$(BIN)/outcomes sql --rows 200 - < docs/rates.sql
	@echo
	$(BIN)/outcomes compare ssri ketamine

test: $(READY)
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not slow"

test-all: $(READY)
	$(BIN)/python -m pytest -n auto --cov --cov-report=term:skip-covered

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

render: $(READY)
	$(BIN)/python -m schemas
	$(BIN)/python -m validation
	$(BIN)/python -m registry.packages.refreshing

bench: $(READY)
	$(BIN)/python -m tests.benchmarks

# UPGRADE="--upgrade" takes the newest of all, UPGRADE="--upgrade-package NAME" of one; without, only what pyproject.toml asks for changes.
constraints:
	$(PYTHON) -m venv build/tools
	build/tools/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes --no-deps -r .ci/tools.txt
	build/tools/bin/$(COMPILE) $(UPGRADE) --extra dev --extra bench pyproject.toml -o constraints.txt
	build/tools/bin/$(COMPILE) $(UPGRADE) .ci/tools.in -o .ci/tools.txt

clean:
	rm -rf $(VENV) registry.duckdb build dist .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis
