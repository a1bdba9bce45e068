PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: help demo install test test-all lint bench render check-render clean

help:
	@echo "make demo      environment, install, validate, build, the rates in the database, and SSRIs beside ketamine"
	@echo "make test      the tests"
	@echo "make test-all  the tests, slow ones too, with coverage"
	@echo "make lint      formatting, lint, types and the direction of imports"
	@echo "make render    write anew what is rendered from code: schemas, dictionary, rules, packages' schemas"
	@echo "make bench     time outcomes against its peers; writes docs/benchmarks.md"

# Bytecode is compiled once, here, so that the first command is as quick as the second.
$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
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
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,bench]'
	$(BIN)/python -m tests.benchmarks

clean:
	rm -rf $(VENV) registry.duckdb build dist .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis
