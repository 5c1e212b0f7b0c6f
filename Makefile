# What one can ask for: `make` lists it. Needs Python 3.11 or newer and make, nothing else.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
# Modules compiled once stay compiled: a started process and a second run begin seconds earlier.
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= python3
PORT ?= 8501
WORKERS ?= 3
MINUTES ?= 10
RUN ?= runs/sample
BIN := .venv/bin
READY := .venv/ready
READY_DEV := .venv/ready-dev
COMPILE := $(BIN)/pip-compile $(if $(UPGRADE),--upgrade)

.PHONY: help setup app demo attack attack-small test test-slow promises sweep fuzz validate check sbom licences audit-deps lock docs bench clean

help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

setup: $(READY)  ## install the pinned packages into .venv (instant the second time)

app: $(READY)  ## open the app on the sample company (PORT=8501, RUN=runs/sample)
	@if [ "$(RUN)" = runs/sample ]; then \
	  $(BIN)/python -m audit demo --out runs/sample --if-missing; \
	fi
	@echo "Opening the app at http://127.0.0.1:$(PORT) (Ctrl-C stops it)"
	@$(BIN)/python -m streamlit run app.py --server.port $(PORT) -- --run "$(RUN)"

demo: $(READY)  ## audit the sample company and write all its reports
	@$(BIN)/python -m audit demo --out runs/sample

# Workers share the cores: threads of linear algebra beside them wait by spinning.
test test-slow: export OPENBLAS_NUM_THREADS := 1
test test-slow: export OMP_NUM_THREADS := 1

test: $(READY_DEV)  ## run the tests, without the slow ones
	@$(BIN)/python -m pytest -m "not slow and not spark" -n $(WORKERS) --dist worksteal

test-slow: $(READY_DEV)  ## run the slow tests, and every property on all its inputs
	@$(BIN)/python -m pytest -m "(slow or hypothesis) and not spark" --hypothesis-profile thorough \
	  -n $(WORKERS) --dist worksteal --timeout 7200

promises: $(READY_DEV)  ## run the tests that prove the promises of PROMISES.md
	@$(BIN)/python -m pytest -q $$($(BIN)/python -c \
	  'from core.promises import PROMISES; print(*dict.fromkeys(t for p in PROMISES for t in p.tests))')

sweep: $(READY_DEV)  ## offer all shared test data to `check`, force it through every plausible reader
	@$(BIN)/python -m benchmarks.sweep

fuzz: $(READY_DEV)  ## fuzz every parser and reader for MINUTES=10 each; findings go to runs/fuzz
	@$(BIN)/python -c 'import atheris' 2>/dev/null || { \
	  echo "The fuzzer is not installed: .venv/bin/pip install -r requirements-fuzz.in" >&2; exit 1; }
	@$(BIN)/python -m fuzz.run --minutes $(MINUTES) --workers $(WORKERS) --out runs/fuzz

validate: $(READY)  ## run the whole validation plan (about 45 minutes); QUICK=1 for minutes
	@$(BIN)/python -m audit validate $(if $(QUICK),--quick) --workers $(WORKERS) --out runs/validation

attack: $(READY_DEV)  ## attack the release of RUN (runs/sample); FULL=1 also 500 made-up companies
	@$(BIN)/python -m audit attack "$(RUN)" $(if $(FULL),--full)

attack-small: $(READY_DEV)  ## audit a made-up company of 80 people and attack its release
	@rm -rf runs/attacked
	@$(BIN)/python -m audit simulate --scenario small --out runs/attacked/exports
	@$(BIN)/python -m audit run runs/attacked/exports/audit.toml --out runs/attacked/run
	@$(BIN)/python -m audit attack runs/attacked/run

check: $(READY_DEV)  ## check format, lint, types, import rules and generated pages
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python docs/generate.py --check
	@$(BIN)/python deploy/licence_gate.py

sbom: $(READY_DEV)  ## write the bill of materials (CycloneDX 1.6) to dist/sbom.json
	@mkdir -p dist
	@$(BIN)/cyclonedx-py requirements requirements.txt --sv 1.6 --of JSON --output-reproducible --validate -o dist/sbom.json
	@echo "Written: dist/sbom.json"

licences: $(READY_DEV)  ## refuse packages under GPL or AGPL, igraph excepted
	@$(BIN)/python deploy/licence_gate.py

audit-deps: $(READY_DEV)  ## ask the advisory service about every pinned package (needs a network)
	@$(BIN)/python deploy/audit_deps.py

docs: $(READY)  ## write the generated pages of docs/ anew
	@$(BIN)/python docs/generate.py

bench: $(READY_DEV)  ## run the benchmarks one after the other
	@for file in $(filter-out benchmarks/sweep.py,$(wildcard benchmarks/*.py)); do echo "== $$file"; PYTHONPATH=. $(BIN)/python "$$file"; done

lock: $(READY_DEV)  ## pin requirements*.in into requirements*.txt (UPGRADE=1 takes newer versions)
	@echo "Pinning requirements.in and requirements-dev.in (several minutes)"
	@$(COMPILE) --output-file requirements.txt requirements.in
	@$(COMPILE) --output-file requirements-dev.txt requirements-dev.in

clean:  ## remove .venv and caches; runs/ is never touched
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -not -path './runs/*' -prune -exec rm -rf {} +

$(BIN)/python:
	@for python in $(PYTHON) python3.13 python3.12 python3.11; do \
	  if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    echo "Making .venv with $$($$python --version)"; \
	    $$python -m venv .venv && exit 0; \
	    echo "Could not make .venv. On Debian and Ubuntu: apt install python3-venv" >&2; \
	    rm -rf .venv; exit 1; \
	  fi; \
	done; \
	echo "Isotherm needs Python 3.11 or newer; $(PYTHON) is not." >&2; \
	echo "Install one, or name it: make PYTHON=/path/to/python3.11 setup" >&2; exit 1

# Every package is checked against its recorded hash and comes as a built wheel. What is used is
# compiled at its first import: compiling all of it takes longer than installing it.
define install
	@set -o pipefail; \
	wanted=$$(grep -cE '^[A-Za-z0-9]' $(1)); \
	echo "Installing the $$wanted pinned packages of $(1) (a few minutes the first time)"; \
	started=$$SECONDS; \
	$(BIN)/python -m pip install --disable-pip-version-check --no-input --progress-bar off \
	  --require-hashes --only-binary :all: --no-compile -r $(1) 2>&1 | tee .venv/install.log | \
	  awk -v wanted=$$wanted -v tty=$$([ -t 1 ] && echo 1 || echo 0) \
	    '/^(Collecting|Requirement already)/ {if (n < wanted) n++; \
	      if (tty) {printf "\r  %d of %d", n, wanted; fflush()} \
	      else if (n % 10 == 0) {printf "  %d of %d\n", n, wanted; fflush()}} \
	     END {if (tty) printf "\r"}' || \
	  { tail -n 25 .venv/install.log >&2; exit 1; }; \
	echo "Installed in $$((SECONDS - started)) s"; \
	touch $(2)
endef

$(READY): requirements.txt | $(BIN)/python
	$(call install,requirements.txt,$@)

$(READY_DEV): requirements-dev.txt $(READY)
	$(call install,requirements-dev.txt,$@)
