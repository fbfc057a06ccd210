# make run     set everything up and start the form, the pages and the worker with the demo
# make test    set everything up and run all tests
# make check   style, types, the import ladder
# make bench   measure everything into bench/RESULTS.md (long)

PYTHON ?= python3
BIN := .venv/bin
export TOKENIZERS_PARALLELISM := false
export HF_HUB_OFFLINE := 1

.PHONY: run setup setup-dev test check bench clean

run: setup
	@$(BIN)/python manage.py run

setup: .venv/.installed
	@$(BIN)/python -m models.build

setup-dev: .venv/.installed-dev
	@$(BIN)/python -m models.build

test: setup-dev
	@$(BIN)/python -m pytest $(ARGS)

check: .venv/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/python -m pytest -q tests/test_repository.py

bench: setup-dev
	$(BIN)/python -m bench.all

clean:
	rm -rf .venv .pytest_cache .ruff_cache .mypy_cache .hypothesis

.venv/.installed: requirements.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing what the product needs; this takes a minute or two …"
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/.installed-dev: .venv/.installed requirements-dev.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@
