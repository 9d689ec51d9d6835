# Two commands for everyone: `make demo` and `make test`. Both make and use a virtual environment of their own.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2

.PHONY: demo test lint types docs bench clean

demo: $(VENV)/.sandbox  ## the main job, in the AWS on this machine
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh examples/demo.sh

test: $(VENV)/.dev  ## every test: quick ones first
	$(BIN)/pytest -n $(WORKERS)

lint: $(VENV)/.dev  ## style, and the shipped templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/cfn-lint templates/*.yaml

types: $(VENV)/.dev  ## the type check
	$(BIN)/mypy

bench: $(VENV)/.dev  ## ratios against python and its libraries, in one run
	$(BIN)/python -m bench

docs: $(VENV)/.dev  ## the pages that are made from the code
	$(BIN)/python docs/make.py

$(VENV)/.sandbox: pyproject.toml
	@echo "making $(VENV) with ecscli and its sandbox"
	@$(PYTHON) -c 'import sys; sys.exit("ecscli needs Python 3.11 or newer: make PYTHON=python3.11") if sys.version_info < (3, 11) else None'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[sandbox]'
	@touch $@

$(VENV)/.dev: $(VENV)/.sandbox
	@echo "adding what tests need to $(VENV)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

clean:  ## forget the virtual environment and everything made
	rm -rf $(VENV) build dist .demo
