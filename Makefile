# Every target installs what it needs into .venv first; when it is there already, that takes a tenth of a second.
PYTHON ?= python3
PY := .venv/bin/python
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run test test-services check prove bench bench-commerce schema format lock upgrade clean install-run install-dev

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: install-run ## install, migrate, seed a demo, serve; PORT=8000 DEMO=1 DATABASE_URL=… are honoured
	@exec $(PY) -m tenon.delivery.run

test: install-dev ## the whole suite in parallel on SQLite, or on TEST_DATABASE_URL and TEST_REDIS_URL; ARGS="-k word"
	@exec $(PY) -m pytest -n auto $(ARGS)

test-services: install-dev ## the suite on PostgreSQL + Redis, a part of it on MariaDB; fails where one is missing
	@exec $(PY) tools/service_tests.py --require $(ARGS)

check: install-dev ## what CI checks, step by step; ARGS="lint types" runs only those
	@exec $(PY) tools/check.py $(ARGS)

prove: install-dev ## concurrency and fault proofs at full size; keeps the record in benchmarks/proofs.json
	@exec $(PY) tools/prove.py $(ARGS)

bench: install-dev ## time the hot paths against their targets; see benchmarks/README.md
	@exec $(PY) -m benchmarks $(ARGS)

bench-commerce: install-dev ## the shop against plain REST framework and raw views, and growth; ARGS="--products 10000 1000000"
	@exec $(PY) -m benchmarks commerce growth $(ARGS)

schema: install-dev ## write docs/openapi.yaml and docs/openapi-admin.yaml anew
	@exec $(PY) tools/openapi_drift.py --write

format: install-dev ## put the code into its one form, and mend what can be mended by machine
	@$(PY) -m ruff format --quiet . ; $(PY) -m ruff check --fix --quiet . ; $(PY) -m ruff format .

lock: ## write requirements/*.lock after a change in pyproject.toml
	@$(PYTHON) tools/lock.py

upgrade: ## write requirements/*.lock with the newest versions that pyproject.toml allows
	@$(PYTHON) tools/lock.py --upgrade

clean: ## remove what was installed, built and cached; var/ (your data) stays
	rm -rf .venv .tools build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage* htmlcov
	find tenon tools tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

install-run:
	@$(PYTHON) tools/bootstrap.py run

install-dev:
	@$(PYTHON) tools/bootstrap.py dev
