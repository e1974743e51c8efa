# Three commands: `make demo`, `make demo-replay` and `make test`. Each sets up what it needs.

VENV := .venv
PYTHON := $(VENV)/bin/python
SOURCES := $(shell find llmopt cmake meson -type f -not -name '*.pyc' 2>/dev/null) pyproject.toml CMakeLists.txt

C_SOURCES := $(wildcard llmopt/launcher/*.[ch] llmopt/harness/runtime/*.[ch] llmopt/shadow/runtime/*.[ch] tests/launcher/fuzz/* tests/sandbox/*.c)

.PHONY: demo demo-replay test coverage lint clean
.DELETE_ON_ERROR:

# From a clone to a verified speedup of example_project, measured.
demo: $(VENV)/installed
	@PATH="$(CURDIR)/$(VENV)/bin:$$PATH" $(PYTHON) benchmarks/demo.py

# The same with a model's part, answered by recorded sessions: no network.
demo-replay: $(VENV)/installed
	@PATH="$(CURDIR)/$(VENV)/bin:$$PATH" $(PYTHON) benchmarks/demo.py --replay

test: $(VENV)/installed-dev
	@PATH="$(CURDIR)/$(VENV)/bin:$$PATH" $(PYTHON) -m pytest -n auto --dist loadgroup $(PYTEST_ARGS)

coverage: $(VENV)/installed-dev
	@PATH="$(CURDIR)/$(VENV)/bin:$$PATH" $(PYTHON) -m pytest --cov --cov-branch $(PYTEST_ARGS)

lint: $(VENV)/installed-dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/clang-format --dry-run --Werror --style=file:llmopt/launcher/.clang-format $(C_SOURCES)

$(VENV)/bin/python:
	@.ci/system-packages
	python3 -m venv $(VENV)
	@$(VENV)/bin/pip install -q --disable-pip-version-check --upgrade pip

$(VENV)/installed: $(VENV)/bin/python $(SOURCES)
	@.ci/system-packages
	$(VENV)/bin/pip install -q --disable-pip-version-check .
	@touch $@

$(VENV)/installed-dev: $(VENV)/bin/python $(SOURCES)
	@.ci/system-packages --tests
	$(VENV)/bin/pip install -q --disable-pip-version-check '.[dev]'
	@touch $@ $(VENV)/installed

clean:
	rm -rf build $(VENV)
