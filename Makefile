# From a bare checkout: `make demo` runs the product, `make test` tries everything. Nothing else is installed by hand.
PYTHON ?= python3
BIN := .venv/bin
FENGQIAO := $(BIN)/fengqiao
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --root-user-action=ignore

# A stamp says what is installed, so that nothing is installed twice.
RUN := .venv/.run
DEV := .venv/.dev
VENDOR := src/fengqiao/static/phone/index.html
PHONE := $(shell find phone -type f -not -path "phone/tests/*") src/fengqiao/static/fengqiao/tokens.css

.PHONY: help demo demo-reset stop test check bench spec shots lock
help:
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 14

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'Python 3.11 or newer is needed (make PYTHON=python3.12 …)'; exit 1; }
	$(PYTHON) -m venv .venv || { [ "$$(id -u)" = 0 ] && apt-get update -q && apt-get install -y -q python3-venv && $(PYTHON) -m venv .venv; }

$(RUN): requirements.txt pyproject.toml | $(BIN)/python
	$(PIP) --require-hashes -r requirements.txt
	$(PIP) --no-deps -e .
	@touch $@

$(DEV): requirements-dev.txt pyproject.toml | $(BIN)/python
	$(PIP) --require-hashes -r requirements-dev.txt
	$(PIP) --no-deps -e .
	@touch $@ $(RUN)

$(VENDOR): package-lock.json scripts/vendor scripts/vendor.mjs $(PHONE) | $(BIN)/python
	PYTHON=$(BIN)/python scripts/vendor
	@touch $@

demo: $(RUN) $(VENDOR) ## the product with a demo county, running in the background; keeps what was entered
	@$(FENGQIAO) demo
	@$(FENGQIAO) serve --detach
	@$(FENGQIAO) doctor

demo-reset: $(RUN) $(VENDOR) ## the same from the beginning: what was entered is gone
	@$(FENGQIAO) stop
	@$(FENGQIAO) demo --reset
	@$(FENGQIAO) serve --detach
	@$(FENGQIAO) doctor

stop: $(RUN) ## stop everything that serves this checkout
	@$(FENGQIAO) stop

test: $(DEV) $(VENDOR) ## every test, browser tests too (ARGS="path -k word" for some)
	@scripts/test $(ARGS)

check: $(DEV) ## style, types, floors, migrations, spec marks
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	FENGQIAO_POOL=0 $(BIN)/django-admin makemigrations --check --dry-run --settings fengqiao.config.settings
	$(BIN)/python scripts/spec.py --check
	PYTHON=$(BIN)/python scripts/vendor check

bench: $(DEV) $(VENDOR) ## measurements, each against its yardstick in the same run (ONLY=name for one)
	@scripts/bench $(ONLY)

spec: $(DEV) ## which rows of the specification which tests prove
	@$(BIN)/python scripts/spec.py

shots: $(DEV) $(VENDOR) ## pictures of the pages, light and dark, wide and narrow, into build/shots
	@$(BIN)/python scripts/shots.py

lock: $(DEV) ## newest versions within the ranges, with hashes
	for name in requirements requirements-dev requirements-schemathesis scripts/node; do \
	  $(BIN)/pip-compile --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras \
	    --no-emit-index-url --no-emit-trusted-host --no-emit-find-links -o $$name.txt $$name.in || exit 1; done
	npm install --package-lock-only --ignore-scripts
	@! grep -nE '"resolved"|https?://[^ ]*(pypi|npmjs)|^--(find-links|index-url|extra-index-url)' package-lock.json requirements.txt requirements-dev.txt requirements-schemathesis.txt scripts/node.txt
