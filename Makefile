# Everything starts here. README.md says what each target shows.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install --disable-pip-version-check --no-input --quiet
# `make demo` fills this archive, `make serve` serves it.
ARCHIVE ?= demo-archive
HOST ?= 127.0.0.1
PORT ?= 8000

export PYTHON

.PHONY: help demo serve test check bench soak fuzz eightbits requirements image-size arm64 clean

help: ## list the targets
	@sed -nE 's/^([a-z0-9-]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 24

demo: $(VENV)/installed ## read and archive examples/, then lose one and find it again
	$(BIN)/python deploy/demo.py --archive $(ARCHIVE) examples

serve: $(VENV)/installed ## API and web pages over the demo's archive
	$(BIN)/piaogen serve --archive $(ARCHIVE) --host $(HOST) --port $(PORT)

test: check ## check, then the whole suite
	deploy/debian.sh test
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --durations=15 tests

check: $(VENV)/installed-dev ## lint, types, import contracts, architecture
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/mypy deploy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest --quiet tests/architecture

bench: $(VENV)/installed-dev ## the benchmarks
	deploy/debian.sh test
	$(BIN)/python -m benchmarks

soak: $(VENV)/installed-dev ## mixed use while processes are killed 300 times; SOAK="--minutes 60 --pause 4" watches the memory for an hour
	deploy/debian.sh test
	$(BIN)/python -m benchmarks.soak $(SOAK)

fuzz: $(VENV)/installed-dev ## hostile files and requests against a running service, then each parser alone; FUZZ="--minutes 1" is shorter
	deploy/debian.sh test
	$(BIN)/python -m benchmarks.fuzz $(FUZZ)

eightbits: $(VENV)/installed-dev ## on processors with VNNI but without AMX, once: a recogniser in eight bits, which reads faster there
	deploy/debian.sh test
	$(BIN)/python -m benchmarks.eight_bits

requirements: ## resolve requirements*.in anew into hashed files
	deploy/lock.sh

image-size: ## build the container and say how large it is
	docker build --quiet --target piaogen --tag piaogen . >/dev/null
	@docker image inspect --format '{{.Size}}' piaogen | awk '{printf "piaogen: %.0f MB\n", $$1 / 1e6}'

arm64: ## see that every requirement has a wheel for 64-bit ARM
	deploy/arm64.sh

clean: ## remove what the targets built; archives and weights stay
	rm -rf $(VENV) *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/installed: requirements.txt requirements.in pyproject.toml deploy/debian.sh
	deploy/debian.sh run
	@echo "Building $(VENV) from requirements.txt"
	$(PYTHON) -m venv --clear $(VENV)
	$(PIP_INSTALL) --require-hashes --only-binary :all: --requirement requirements.txt
	$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/installed-dev: $(VENV)/installed requirements-dev.txt
	$(PIP_INSTALL) --require-hashes --only-binary :all: --requirement requirements-dev.txt
	touch $@
