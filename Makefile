# Two commands matter: `make run` and `make test`. Both set up what is missing; both need only Python 3.11+ and PyPI.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
INSTALL := $(PIP) install --require-hashes --no-deps --only-binary :all: -r

.PHONY: run test lint format bench lock locales docs migration clean

run: $(VENV)/.runtime
	@$(BIN)/python -m bot run

test: $(VENV)/.dev
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

lint: $(VENV)/.dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

format: $(VENV)/.dev
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(VENV)/.dev
	@$(BIN)/python -m benchmarks

lock: $(VENV)/.dev
	@$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet --upgrade pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet --upgrade --extra dev pyproject.toml -o requirements-dev.lock

locales: $(VENV)/.dev
	@$(BIN)/python -m locales.extract

docs: $(VENV)/.dev
	@$(BIN)/python -m bot.docs

migration: $(VENV)/.dev
	@$(BIN)/python -m storage.migrate_new "$(m)"

clean:
	rm -rf $(VENV) .demo .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Tsudoi needs Python 3.11 or newer: make PYTHON=python3.12 run")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Setting up (once)…"
	@$(INSTALL) requirements.lock
	@echo "$(CURDIR)" > "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/tsudoi.pth"
	@printf '#!/bin/sh\nexec "$(CURDIR)/$(BIN)/python" -m bot "$$@"\n' > $(BIN)/tsudoi && chmod +x $(BIN)/tsudoi
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	@$(INSTALL) requirements-dev.lock
	@touch $@
