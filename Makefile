# Everything a fresh machine needs is python3 (3.11 or newer) and make.
PYTHON ?= python3
BIN := .venv/bin
# thousands of small journals are synced to disk in the tests: where there is a disk in memory, they lie there
SCRATCH := $(shell test -w /dev/shm && echo TMPDIR=/dev/shm)

.PHONY: demo test foreign check bench lock clean

.venv/ready: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch .venv/ready

demo: .venv/ready
	$(BIN)/axenic demo

test: .venv/ready foreign
	$(BIN)/python -m axenic.twin.kernel.warm
	$(SCRATCH) $(BIN)/python -m pytest -n auto --dist loadfile
	$(BIN)/axenic trace-matrix --out out/trace-matrix.md > out/trace-matrix.txt || (tail -1 out/trace-matrix.txt; exit 1)

# another OPC UA stack to test against; without npm those tests are skipped and say so
FOREIGN := tests/foreign/node_modules/.package-lock.json
foreign: $(if $(shell command -v npm),$(FOREIGN))

$(FOREIGN): tests/foreign/package-lock.json
	cd tests/foreign && npm ci --omit=dev --no-audit --no-fund --loglevel=error
	touch $@

check: .venv/ready
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest tests/test_docs.py tests/test_house.py -k "not commands_of_the_docs"

bench: .venv/ready
	$(BIN)/python -m axenic.twin.kernel.warm
	$(BIN)/python -m bench

lock: .venv/ready
	$(BIN)/python -m pip freeze --exclude-editable --disable-pip-version-check > requirements.lock

clean:
	rm -rf .venv out
