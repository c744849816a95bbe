# `make run` opens the studio, `make test` proves it. Both set up all they need, in .venv.

VENV := .venv
BIN := $(VENV)/bin
# The first interpreter of these that runs and is 3.11, 3.12 or 3.13. Override: make run PYTHON=...
SUITS := import sys; raise SystemExit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	"$$python" -c '$(SUITS)' >/dev/null 2>&1 && echo "$$python" && break; done)
# PyTorch is installed first and by itself, since only its builds differ between machines (README).
TORCH ?= torch==2.13.0
TORCH_INDEX ?=
GPU_PYTHON ?= 3.12
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet

.PHONY: help run test test-slow lint starter bench bench-gpu gpu-packages screenshots browser clean

help:
	@echo "make run        set everything up and open the studio on http://localhost:7860"
	@echo "make test       set everything up and run all tests but the slow ones"
	@echo "make test-slow  the tests that take minutes"
	@echo "make lint       ruff and mypy"
	@echo "make starter    train the starter checkpoint from nothing (hours; needs espeak-ng and flite)"
	@echo "make bench      the engine's benchmark at tiny size: does every mode run?"
	@echo "make bench-gpu  checks and benchmark on a graphics card (9 minutes; benchmarks/README.md)"
	@echo "make gpu-packages  what a machine with a card may lack, to be brought along in build/gpu"
	@echo "make screenshots  the pictures of the documentation, of the real app (needs Chromium)"
	@echo "make clean      remove the virtual environment and caches; projects/ is never touched"

run: $(VENV)/.ready
	$(BIN)/python app.py

test: lint browser
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -m "not slow" -n 2 --dist loadfile

test-slow: $(VENV)/.ready-dev browser
	$(BIN)/python -m pytest -m slow

lint: $(VENV)/.ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

starter: $(VENV)/.ready-dev
	$(BIN)/python -m engine.training.starter

bench: $(VENV)/.ready
	$(BIN)/python -m engine.bench --quick

# Installs nothing: a machine lent for its card has its own Python with torch and triton in it.
bench-gpu:
	$(if $(wildcard $(BIN)/python),$(BIN)/python,PYTHONPATH=build/gpu $(PYTHON)) -u \
		-m engine.bench --checks --device cuda --budget-seconds 480 $(BENCH)

# What such a Python may lack, to be brought along in build/gpu where there is no network.
gpu-packages: $(VENV)/.ready
	$(PIP) --upgrade --target build/gpu --python-version $(GPU_PYTHON) \
		--platform manylinux2014_x86_64 --only-binary=:all: pydantic

screenshots: $(VENV)/.ready-dev browser
	$(BIN)/python -m tests.browser.screenshots

# The browser tests use a Chromium that is there already, or Debian's; without one they are skipped.
browser:
	@sh .ci/install-browser

clean:
	rm -rf $(VENV) build .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@"$(PYTHON)" -c '$(SUITS)' 2>/dev/null || { echo "Tableread needs Python 3.11, 3.12 or 3.13." \
		"Install one, or name it: make run PYTHON=/path/to/python3.12" >&2; exit 1; }
	@"$(PYTHON)" -m venv $(VENV) || { rm -rf $(VENV); echo "Could not make a virtual environment." \
		"On Debian or Ubuntu: apt install python3-venv" >&2; exit 1; }

$(VENV)/.ready: requirements.txt | $(BIN)/python
	@echo "Installing what Tableread needs into $(VENV) (a few minutes, once)"
	@$(BIN)/python -c "import torch" 2>/dev/null || \
		$(PIP) $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)) "$(TORCH)"
	@$(PIP) -r requirements.txt
	@touch $@

$(VENV)/.ready-dev: requirements-dev.txt $(VENV)/.ready
	@$(PIP) -r requirements-dev.txt
	@touch $@
