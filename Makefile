# The two commands: `make run` and `make test`. Everything they need is set up on the way.
PYTHON ?= python3
VENV ?= .venv
# plain «=»: make itself knows a variable of this name, the assembler
AS =
BIN := $(VENV)/bin

.PHONY: run chat check accuracy test lint bench letters lock clean

run: $(VENV)/.run
	@$(BIN)/python -m bot

chat: $(VENV)/.run
	@$(BIN)/python -m bot chat $(if $(AS),--as "$(AS)")

check: $(VENV)/.run
	@$(BIN)/python -m bot check

# How well messages are understood: a CSV with columns text and accept, for example make accuracy DATA=messages.csv
accuracy: $(VENV)/.run
	@test -n "$(DATA)" || { echo "Укажите файл: make accuracy DATA=messages.csv (столбцы text и accept)"; exit 1; }
	@$(BIN)/python -m bot accuracy "$(DATA)"

# Three workers on two cores: a third of the time tests wait for something. Compiled code is kept, whatever the
# environment says: the tests start the program a hundred times.
test: lint
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 3 --dist worksteal tests

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.dev
	@$(BIN)/python -m tests.bench

# What thirty residents would get, as text and PDF, with a score for each: make letters TO=folder
letters: $(VENV)/.dev
	@$(BIN)/python -m tests.letters $(if $(TO),"$(TO)")

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Нужен Python 3.11 или новее. Укажите его: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
		{ echo "Не вышло создать окружение. В Debian и Ubuntu поставьте пакет python3-venv."; exit 1; }

$(VENV)/.run: requirements.lock | $(BIN)/python
	@echo "Устанавливаем библиотеки…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock | $(BIN)/python
	@echo "Устанавливаем библиотеки для проверок…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@ $(VENV)/.run

# Newer versions of libraries: needs uv. The locks name versions and hashes, no addresses.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --upgrade \
		pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --upgrade \
		--group dev pyproject.toml -o requirements-dev.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --upgrade \
		--extra voice -c requirements.lock pyproject.toml -o requirements-voice.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --upgrade \
		--extra training -c requirements.lock pyproject.toml -o requirements-training.lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .hypothesis
