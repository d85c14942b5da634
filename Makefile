# Everything runs from .venv/ in the checkout. A bare machine needs Python >= 3.11, make and a network for packages.
PYTHON ?= python3
PORT ?= 8000
# One more than the two cores: some tests wait, for a browser, a lease, a process that comes back.
WORKERS ?= 3
CYCLES ?= 1000
RAIL_CYCLES ?= 200
ACTIONS ?= 100000
EXAMPLES ?= 10000
LANES ?= 2
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# Some machines set it. Then every process compiles all that it imports, tests too, which takes longer than starting.
export PYTHONDONTWRITEBYTECODE :=
CATALOGUES := $(wildcard portal/translations/*/LC_MESSAGES/messages.po)
SPOKEN := $(CATALOGUES:.po=.mo)

.DEFAULT_GOAL := help
.PHONY: help setup demo test quick cover check check-format check-lint check-types check-imports check-templates format bench bench-large faults embed-all ux attack screens map translations lock clean

help:
	@echo 'make setup         brings .venv/ up to requirements.lock'
	@echo 'make demo          a shop with orders, and accounts to sign in with [PORT=8000]'
	@echo 'make test          all tests [WORKERS=3]'
	@echo 'make quick         tests without browser, PostgreSQL and long walks: minutes [WORKERS=3]'
	@echo 'make cover         all tests, then the lines and branches that none of them reaches [WORKERS=3]'
	@echo 'make check         format, lint, types, imports, templates'
	@echo 'make format        formats, and mends what can be mended'
	@echo 'make bench         speed, each row against its floor; bench-large: ten million orders'
	@echo 'make faults        kills, crowds and outages [CYCLES=1000 RAIL_CYCLES=200 ACTIONS=100000 EXAMPLES=10000 LANES=2 TALLIES=]'
	@echo 'make embed-all     the journeys in Chromium, Firefox and WebKitGTK'
	@echo 'make attack        scanners against a demo of its own'
	@echo 'make ux            taps and screens of the journeys on a phone, into docs/ux.md'
	@echo 'make screens       pictures of the main pages, and that of the README'
	@echo 'make map           the pictures of docs/architecture.md, drawn from the imports'
	@echo 'make translations  brings the catalogues up to the Chinese sentences in the code'
	@echo 'make lock          resolves requirements.lock anew, and that of production in deploy/'
	@echo 'make clean         removes .venv/, var/ and caches'

setup: $(STAMP) $(SPOKEN)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed, this is " + sys.version)'
	$(PYTHON) -m venv $(VENV)

PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps
UV := $(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps

# pip brings uv out of the lock and uv the rest, in seconds. Where uv finds no index, such as behind a mirror that only
# pip was told of, pip brings everything. --no-deps: the lock is complete, and leaves out Django, which is not used.
$(STAMP): requirements.lock pyproject.toml | $(BIN)/python
	@sed -n '/^uv==/,/[^\\]$$/p' requirements.lock > $(VENV)/uv.lock
	$(PIP) --require-hashes -r $(VENV)/uv.lock
	$(UV) --require-hashes -r requirements.lock || $(PIP) --require-hashes -r requirements.lock
	$(PIP) --no-build-isolation --no-index --editable .
	@touch $@

%.mo: %.po | $(STAMP)
	$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

demo: setup
	$(BIN)/portal demo --port $(PORT)

test: setup
	$(BIN)/pytest -n $(WORKERS) --dist worksteal

# What it leaves out, and why, stands in its closing lines.
quick: setup
	$(BIN)/pytest -n $(WORKERS) --dist worksteal --quick

# Watching every line slows the long random tests down: they get the time.
cover: setup
	$(BIN)/pytest -n $(WORKERS) --dist worksteal --timeout 600 --cov --cov-report=term-missing:skip-covered

# Separate, so that `make -k check` says everything that is wrong.
check: check-format check-lint check-types check-imports check-templates

check-format: setup
	$(BIN)/ruff format --check .

check-lint: setup
	$(BIN)/ruff check .

check-types: setup
	$(BIN)/mypy

check-imports: setup
	$(BIN)/lint-imports

check-templates: setup
	$(BIN)/djlint portal/templates --lint --quiet

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup
	$(BIN)/python -m bench

bench-large: setup
	$(BIN)/python -m bench --large

# One run, so that one page has all of it; LANES installations at once. Runs with the same folder TALLIES are added up.
faults: setup
	PORTAL_FAULT_TALLIES=$(TALLIES) PORTAL_FAULT_CYCLES=$(CYCLES) PORTAL_RAIL_CYCLES=$(RAIL_CYCLES) PORTAL_FAULT_ACTIONS=$(ACTIONS) PORTAL_EXAMPLES=$(EXAMPLES) $(BIN)/pytest -p tests.faults.examples \
		--timeout 0 -n $(LANES) tests/faults tests/domain/cancelling/test_state_machine.py tests/services/cancelling/test_state_machine.py tests/services/applying/test_state_machine.py

# The journeys in every engine, with the result in docs/embedding.md: Debian's firefox-esr, webkit2gtk-driver, xvfb.
embed-all: setup
	CI=true PORTAL_ENGINES=chromium,chromium-none,firefox,firefox-blocked,webkit,webkit-subdomain $(BIN)/pytest -p tests.engines.results \
		tests/browser/test_embed_journeys.py tests/browser/test_embed_hostile.py

# Taps and screens of the journeys on a phone, with the result in docs/ux.md.
ux: setup
	$(BIN)/pytest -p tests.support.taps -q -n 0 tests/browser/test_taps.py tests/browser/test_desk_day.py

# Every odd value in every field of every address; the proxies of deploy/ that are installed; then wapiti and sqlmap, installed below var/, against a demo of its own.
attack: setup
	PORTAL_FUZZ=all $(BIN)/pytest -q -n 0 tests/security/test_odd_input.py
	$(BIN)/python -m scripts.proxies
	$(BIN)/python scripts/attack.py

screens: setup
	$(BIN)/python scripts/screens.py

map: setup
	$(BIN)/python scripts/map_imports.py

# The Chinese sentences in the code are the source; the catalogues of other languages follow it.
translations: setup
	$(BIN)/pybabel --quiet extract --mapping-file babel.cfg --keywords 'lazy_gettext _l' --sort-by-file \
		--add-location file --project after-sales-portal --output-file portal/translations/messages.pot .
	$(BIN)/pybabel --quiet update --input-file portal/translations/messages.pot --output-dir portal/translations \
		--ignore-pot-creation-date --no-fuzzy-matching --previous
	$(MAKE) setup

lock: setup
	$(BIN)/uv pip compile pyproject.toml --extra otel --group build --group test --group check --universal --generate-hashes \
		--no-emit-index-url --no-header --no-annotate --quiet --output-file requirements.lock
	$(BIN)/uv pip compile pyproject.toml --extra otel --constraint requirements.lock --universal --generate-hashes \
		--no-emit-index-url --no-header --no-annotate --quiet --output-file deploy/requirements.lock
	sed -n '/^flit-core==/,/[^\\]$$/p' requirements.lock > deploy/build.lock

clean:
	rm -rf $(VENV) var .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find portal/translations -name '*.mo' -delete
