# Commands for developers and operators. `make setup` needs only python3-venv.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
TEST_SETTINGS := DJANGO_SETTINGS_MODULE=metacentrex.settings.test
IGNORED := -i '.venv/*' -i 'var/*' -i 'tests/*' -i 'static/*' -i 'node_modules/*'

.DEFAULT_GOAL := help
.PHONY: help setup dev run test check fmt messages bench screenshots sbom audit

help: ## List the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

setup: .venv/runtime.stamp ## Make .venv and install what MetaCentrex needs to run

dev: .venv/dev.stamp ## The same, plus what the tests need

run: setup ## Start MetaCentrex on this machine (Ctrl-C stops it)
	@exec $(BIN)/python manage.py up

test: dev ## Run the tests, on SQLite then on PostgreSQL and Redis
	@bin/test

check: dev ## Read code and docs without running them: style, types, templates, translations, prose
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/djlint --check --lint templates
	$(TEST_SETTINGS) $(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/pytest -q -p no:cacheprovider \
	    tests/metacentrex/test_translations.py tests/architecture/test_prose.py

fmt: dev ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	-$(BIN)/djlint --reformat --quiet templates

messages: dev ## Collect the texts to translate and compile the translations (needs gettext)
	$(TEST_SETTINGS) $(BIN)/python manage.py makemessages -l fr --no-obsolete --no-wrap \
	    --add-location file $(IGNORED)
	$(TEST_SETTINGS) $(BIN)/python manage.py compilemessages -l fr $(IGNORED)

bench: setup ## Measure pages and phones on generated data (bin/bench --help)
	@$(BIN)/python bin/bench

screenshots: dev ## Retake the screenshots of the documentation (needs chromium)
	@$(BIN)/python bin/screenshots

sbom: setup ## Write the bill of materials to sbom.cdx.json (CycloneDX)
	@$(BIN)/python bin/sbom sbom.cdx.json

audit: setup ## Look for known vulnerabilities (needs an index that serves advisories)
	@bin/audit

.venv/bin/python:
	@$(PYTHON) -m venv .venv || { \
	    rm -rf .venv; \
	    echo "Python's venv is missing: sudo apt install python3-venv"; \
	    exit 1; \
	}

.venv/runtime.stamp: requirements.lock | .venv/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

.venv/dev.stamp: requirements-dev.lock .venv/runtime.stamp
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@
