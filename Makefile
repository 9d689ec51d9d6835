# `make demo` and `make test` are for everyone; each makes and uses a virtual environment of its own.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
WORKERS ?= 3
QUICK := not (process or long or docker or browser or slow or search)
USUAL := not (docker or browser or slow or search)
REST := (browser or slow) and not docker

# Each run would compile the tests anew in each of its workers.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo quick test test-all search newest lint types docs bench update clean

demo: $(VENV)/.sandbox  ## the main job, in the AWS on this machine
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh examples/demo.sh

quick: $(VENV)/.dev  ## the tests that start no process: under a minute
	$(BIN)/pytest -n $(WORKERS) -m "$(QUICK)"

test: $(VENV)/.dev  ## what every change must pass, in minutes: quick ones first
	$(BIN)/pytest -n $(WORKERS) -m "$(USUAL)"

test-all: test  ## and a real Docker engine, a browser, a fault or a kill at every call
	$(BIN)/pytest -m docker  # one process: they share an engine
	$(BIN)/pytest -n $(WORKERS) --dist worksteal -m "$(REST)"  # few and long: nobody waits at the end

search: $(VENV)/.dev  ## the sandbox against its promises, with errors planted on purpose: an hour
	$(BIN)/pytest -n $(WORKERS) -m search

newest: $(VENV)-newest/.dev  ## the quick tests with the newest version of everything
	$(VENV)-newest/bin/pytest -n $(WORKERS) -m "$(QUICK)"

lint: $(VENV)/.dev  ## style, and the shipped templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/cfn-lint templates/*.yaml

types: $(VENV)/.dev  ## the type check
	$(BIN)/mypy

bench: $(VENV)/.dev $(VENV)-bench/.done  ## ratios against python, boto3, the AWS CLI and ecs-deploy, in one run
	$(BIN)/python -m bench

docs: $(VENV)/.dev  ## the pages that are made from the code
	$(BIN)/python docs/make.py

update: $(VENV)/.dev  ## renew what is pinned below requirements/
	$(BIN)/uv pip compile $(LOCK) --extra sandbox pyproject.toml requirements/build.in -o requirements/sandbox.txt
	$(BIN)/uv pip compile $(LOCK) --extra dev pyproject.toml requirements/build.in -o requirements/dev.txt
	$(BIN)/uv pip compile $(LOCK) requirements/bench.in -o requirements/bench.txt
LOCK := --quiet --upgrade --universal --generate-hashes --python-version 3.11 --custom-compile-command "make update"

# Everything is pinned with its hash, hatchling too, so that nothing untested is downloaded for the build either.
$(VENV)/.sandbox: pyproject.toml requirements/sandbox.txt
	@echo "Installing ecscli and its sandbox into $(VENV): one to three minutes, this once"
	@$(PYTHON) -c 'import sys; sys.exit("ecscli needs Python 3.11 or newer: make PYTHON=python3.11") if sys.version_info < (3, 11) else None'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PYTHON) requirements/progress.py requirements/sandbox.txt $(PIP) install --require-hashes --requirement requirements/sandbox.txt
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.sandbox requirements/dev.txt
	@echo "Adding what tests need to $(VENV)"
	@$(PYTHON) requirements/progress.py requirements/dev.txt $(PIP) install --require-hashes --requirement requirements/dev.txt
	@touch $@

# Who does not get them measures without: their rows are left out.
$(VENV)-bench/.done: requirements/bench.txt
	@$(PYTHON) -m venv --clear $(VENV)-bench
	-@$(VENV)-bench/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/bench.txt
	@touch $@

$(VENV)-newest/.dev: pyproject.toml
	@echo "making $(VENV)-newest with the newest versions"
	@$(PYTHON) -m venv --clear $(VENV)-newest
	@$(VENV)-newest/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

clean:  ## forget the virtual environments and everything made
	rm -rf $(VENV) $(VENV)-newest $(VENV)-bench build dist .demo
