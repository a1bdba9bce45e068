PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
LOWEST := .venv-lowest
TOOLS := build/tools
# Where everything is to be had as a wheel, whether or not we run tests there.
PYTHONS := 3.11 3.12 3.13 3.14
SYSTEMS := x86_64-manylinux_2_28 aarch64-manylinux_2_28 aarch64-apple-darwin x86_64-pc-windows-msvc
CLIENTS := build/clients
PIP := -m pip --disable-pip-version-check --quiet
# Hashes make it the same files wherever they come from, so no index is named.
COMPILE := $(TOOLS)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
	--custom-compile-command "make constraints"

# What each command rests on: validate, build, list, show, explain, compare, audit, export, diff, accept, verify, the gate, import, sql and loading.
SLICE := tests/depositing tests/project/test_one_name.py tests/sql_safety tests/cli/test_commands.py tests/cli/test_keeping.py tests/cli/test_sql.py tests/cli/test_importing.py \
	tests/comparing/test_database.py tests/comparing/test_exports.py tests/auditing/test_command.py tests/diffing/test_command.py \
	tests/diffing/test_versions.py tests/formats tests/gate/test_light.py tests/importing/test_imported_rows.py \
	tests/importing/test_input_files.py tests/loading/test_folder.py tests/provenance tests/registry/test_access.py \
	tests/structure/test_reading.py

# Tests, and what they start, are compiled once, not in each of their processes.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo install site test test-lowest test-clients test-all coverage lint lint-workflows resolve audit bench bench-quick fuzz refresh refresh-clients constraints wheel clean

help:
	@echo "make demo      environment, install, build the database, and a first comparison"
	@echo "make test      the tests"
	@echo "make test-all  the tests, slow ones too; make coverage the quick ones, with how much of the code they reach"
	@echo "make test-lowest  some of the tests, with the lowest versions that pyproject.toml allows, on Python 3.11"
	@echo "make test-clients  what docs/loading.md shows of other tools, with the newest of them, and Spark"
	@echo "make fuzz      thousands of inputs spoilt by chance, of a new seed or of SEED=N; keeps what fails in build/fuzz/"
	@echo "make lint      formatting, lint, types and the direction of imports"
	@echo "make resolve   whether everything is to be had as a wheel, for each Python and system"
	@echo "make refresh   write anew all that is made from code: schemas, dictionary, rules, drafts' schemas, goldens, consoles in docs"
	@echo "make constraints  write anew, from pyproject.toml, which files are installed, each with its hash"
	@echo "make site      the registry as pages, with queries in the browser, in build/site/ (needs npm)"
	@echo "make wheel     the wheel, the source archive and what they bring along, in dist/"
	@echo "make bench     time outcomes against its peers; writes docs/benchmarks.md"
	@echo "make bench-quick  a few commands beside a yardstick each; fails where a ratio is 1.5 times the committed one"

# What is installed is what `constraints.txt` names, by hash, the build backend too. Bytecode is compiled once, here, so that the first
# command is as quick as the second.
$(READY): pyproject.toml constraints.txt
	@$(BIN)/python -c "" 2>/dev/null || $(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python $(PIP) install --require-hashes --no-deps -r constraints.txt
	$(BIN)/python $(PIP) install --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q $(VENV)/lib registry schemas validation || true
	@touch $(READY)

$(LOWEST)/.ready: pyproject.toml constraints-lowest.txt
	$(PYTHON) -m venv --clear $(LOWEST)
	$(LOWEST)/bin/python $(PIP) install --require-hashes --no-deps -r constraints-lowest.txt
	$(LOWEST)/bin/python $(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

install: $(READY)

demo: $(READY)
	@$(BIN)/outcomes build
	@echo
	@$(BIN)/outcomes compare esketamine quetiapine --outcome remission --population trd.episode.consecutive
	@echo
	@$(BIN)/outcomes compare ssri ketamine --outcome remission
	@echo
	@echo "Next: source .venv/bin/activate, then try"
	@echo "  outcomes compare ssri ketamine                what has to be assumed, the rates, and what they depend on"
	@echo "  outcomes audit claims-ssri-vs-ketamine        an article's figures, each with a verdict"
	@echo "  outcomes sql \"FROM remission_rates\"          every remission rate, with its definition and its source"
	@echo "  outcomes --help                               everything else"

# DuckDB for browsers, as one module, its worker and its code; integrity is that of the lock file, which names no index.
ENGINE := build/engine
$(ENGINE)/duckdb-wasm.mjs: .ci/engine/package.json .ci/engine/package-lock.json
	@mkdir -p $(ENGINE)
	cp .ci/engine/package.json .ci/engine/package-lock.json .ci/engine/.npmrc $(ENGINE)/
	cd $(ENGINE) && npm ci --silent --no-audit --no-fund
	cp $(ENGINE)/node_modules/@duckdb/duckdb-wasm/dist/duckdb-browser-eh.worker.js $(ENGINE)/node_modules/@duckdb/duckdb-wasm/dist/duckdb-eh.wasm $(ENGINE)/
	cd $(ENGINE) && npx esbuild --bundle --minify --format=esm --log-level=warning --outfile=duckdb-wasm.mjs node_modules/@duckdb/duckdb-wasm/dist/duckdb-browser.mjs

# BASE_URL=https://… is where the site will be; with it there are a sitemap and a feed.
site: $(READY) $(ENGINE)/duckdb-wasm.mjs
	@$(BIN)/outcomes build
	@$(BIN)/outcomes site --engine $(ENGINE) --output build/site $(if $(BASE_URL),--base-url $(BASE_URL))

# DuckDB and polars take and give back small pieces of memory without end. Of each size glibc has seven at hand for a thread; with more, all
# tests together take a twentieth less. Elsewhere nobody reads this.
test test-all coverage: export GLIBC_TUNABLES := glibc.malloc.tcache_count=2000

test: $(READY)
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not slow"

coverage: $(READY)
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not slow" --cov --cov-report=term:skip-covered

# What is declared to be enough, is. Old libraries warn of what came later.
test-lowest: $(LOWEST)/.ready
	$(LOWEST)/bin/python -m pytest -n auto --dist worksteal -m "not slow" -o filterwarnings=ignore $(SLICE)

# What docs/loading.md says of other tools, with those of Python that no dependency is; Node, R, LibreOffice, Chromium and Java where they are there.
test-clients: $(READY) $(CLIENTS)
	$(BIN)/python -m pytest -n 0 -m "not slow" tests/spark
	$(BIN)/python -m pytest -n 0 tests/loading tests/depositing tests/comparing/test_exports.py tests/comparing/test_network_exports.py

$(CLIENTS): .ci/clients.txt
	$(PYTHON) -m venv --clear $(CLIENTS)
	$(CLIENTS)/bin/python $(PIP) install --require-hashes --no-deps -r .ci/clients.txt

test-all: $(READY)
	$(BIN)/python -m pytest -n auto --dist worksteal --hypothesis-profile thorough

# SEED=N goes on with the run of that seed, or begins it; CASES="ledgers=500" tries some of one kind.
fuzz: $(READY)
	$(BIN)/python -m tests.fuzz $(if $(SEED),--seed $(SEED)) $(CASES)

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell

lint-workflows: $(TOOLS)
	$(TOOLS)/bin/zizmor --offline --quiet .github action.yml

# Asks the package index for a wheel of each pinned version, extras too. Nothing is downloaded or built.
resolve: $(TOOLS)
	@for python in $(PYTHONS); do for system in $(SYSTEMS); do \
		$(TOOLS)/bin/uv pip compile --quiet --no-build --python-version $$python --python-platform $$system \
			--constraint constraints.txt --extra all pyproject.toml >/dev/null || exit 1; \
		echo "Python $$python, $$system: everything is a wheel"; \
	done; done

# Asks the package index whether what is installed has known weaknesses.
audit: $(TOOLS)
	$(TOOLS)/bin/pip-audit --require-hashes --disable-pip -r constraints.txt -r .ci/tools.txt

# In the order in which one is made from the other: schemas and dictionary, rule pages, the packages' schemas, the measures' table, what
# a mapping may use, the golden reports, the outputs of the commands in the documentation, and what Zenodo is told of the software. `git diff` then shows what changed.
refresh: $(READY)
	$(BIN)/python -m schemas
	$(BIN)/python -m validation
	$(BIN)/python -m registry.ledger.refreshing
	$(BIN)/python -m registry.answers.measure_pages
	$(BIN)/python -m registry.importing
	$(BIN)/python -m registry.cli.manual
	UPDATE_GOLDEN=1 $(BIN)/python -m pytest -q tests/packages/test_golden.py
	$(BIN)/python -m tests.docs
	$(BIN)/python -m tests.project.archived

# The outputs of other tools in docs/loading.md, which needs them, and npm.
refresh-clients: $(READY) $(CLIENTS)
	$(BIN)/python -m tests.loading

bench: $(READY)
	$(BIN)/python -m tests.benchmarks

bench-quick: $(READY)
	$(BIN)/python -m tests.benchmarks.ratios

$(TOOLS): .ci/tools.txt
	$(PYTHON) -m venv --clear $(TOOLS)
	$(TOOLS)/bin/python $(PIP) install --require-hashes --no-deps -r .ci/tools.txt

# UPGRADE="--upgrade" takes the newest of all, UPGRADE="--upgrade-package NAME" of one; without, only what pyproject.toml asks for changes.
constraints: $(TOOLS)
	$(COMPILE) $(UPGRADE) --extra dev --extra bench pyproject.toml -o constraints.txt
	$(COMPILE) $(UPGRADE) .ci/tools.in -o .ci/tools.txt
	$(COMPILE) $(UPGRADE) .ci/clients.in -o .ci/clients.txt
	$(filter-out --universal,$(COMPILE)) --upgrade --resolution lowest-direct --extra all --extra test pyproject.toml -o constraints-lowest.txt

# The bill of materials is of an environment in which there is the wheel and what it needs, nothing else.
wheel: $(READY) $(TOOLS)
	rm -rf dist
	$(BIN)/python -m hatchling build
	$(COMPILE) --extra all -c constraints.txt pyproject.toml -o build/needed.txt
	$(PYTHON) -m venv --clear --without-pip build/alone
	$(BIN)/python $(PIP) --python build/alone install --require-hashes --no-deps -r build/needed.txt
	$(BIN)/python $(PIP) --python build/alone install --no-deps dist/*.whl
	$(TOOLS)/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible --output-file dist/trial-outcomes.cdx.json build/alone

clean:
	rm -rf $(VENV) $(LOWEST) registry.duckdb build dist .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis
