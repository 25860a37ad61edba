# `make demo` and `make test` do all the set-up themselves; everything is installed in .venv/ in this checkout.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/pip --disable-pip-version-check

.PHONY: install demo test check soak bench pictures lock clean

install: .venv/.installed

.venv/.installed: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; this is " + sys.version.split()[0])'
	$(PYTHON) -m venv .venv
	$(PIP) install --quiet --require-hashes -r requirements.lock
	$(PIP) install --quiet --no-deps --no-build-isolation -e .
	touch $@

.venv/.installed-test: .venv/.installed requirements-test.lock
	$(PIP) install --quiet --require-hashes -r requirements-test.lock
	touch $@

demo: install
	$(BIN)/samenspraak demo

check: .venv/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Two tests at a time; what does sums keeps to one core of its own. `.venv/bin/pytest tests/handlers` tries a part.
test: check
	OPENBLAS_NUM_THREADS=1 $(BIN)/pytest -n 2 --dist worksteal

soak: .venv/.installed-test
	$(BIN)/pytest -m soak

# Writes docs/performance.md anew, but for what is written there by hand. `python -m bench --quick` is a short look.
bench: .venv/.installed-test
	$(BIN)/python -m bench

# The pictures in the README, taken from the real playground; needs Chromium.
pictures: .venv/.installed-test
	$(BIN)/python -m tests.pictures

# Needs uv (https://docs.astral.sh/uv/); pins every package with its hashes.
lock:
	uv pip compile --quiet --generate-hashes --python-version 3.11 --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" -o requirements.lock pyproject.toml requirements-build.in
	uv pip compile --quiet --generate-hashes --python-version 3.11 --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --group test -c requirements.lock -o requirements-test.lock pyproject.toml

clean:
	rm -rf .venv
