# SPDX-License-Identifier: Apache-2.0
# Everything is set up by the first target that needs it: `make demo` or `make test` is enough.
# Python packages go to .venv, system packages come from the distribution (only as root; .ci/deps).
#
# All paths in recipes are relative or quoted, so that the checkout may lie in a folder with blanks
# in its name. What pip's or npm's own scripts do not bear is refused before anything is done.

override VENV := .venv
BIN     := $(VENV)/bin
PINS    := packaging/requirements.txt .ci/constraints.txt
PIP     := $(BIN)/python -m pip --quiet --disable-pip-version-check
INSTALL := $(PIP) install $(PINS:%=--constraint %)
JOBS    ?= 2
SECONDS ?= 60

define newline


endef
empty :=
tab   := $(empty)	$(empty)
UNBEARABLE := $(strip $(foreach sign," $$ ` \ : ?,$(findstring $(sign),$(CURDIR))) \
    $(if $(findstring $(tab),$(CURDIR)),a tab) $(if $(findstring $(newline),$(CURDIR)),a new line))
$(if $(UNBEARABLE),$(error The name of this folder or of one above it has $(UNBEARABLE) in it, \
    which pip or npm do not bear: move the checkout))

.PHONY: help demo demo-hook tab test lint format fuzz bench venv whole collection deps constraints clean

help:
	@echo "make demo            an embedded engine, the service, and a VM that starts; ONCE=1 ends it"
	@echo "make demo-hook       the hook alone: two inputs become a running guest"
	@echo "make test            linters, types and all tests"
	@echo "make ui-test e2e     the UI plugin: its modules, and a browser before the embedded engine"
	@echo "make lint            linters and types alone;  make format  puts the layout right"
	@echo "make test-lab        placements proved on a host with four nodes, which it boots"
	@echo "make fuzz SECONDS=60 hostile input for the parsers, that long each"
	@echo "make bench           what a hook costs, as ratios"
	@echo "make constraints     newer libraries: what they are pinned to, written anew"
	@echo "make venv            .venv/bin/ with numa-domain, numa-hook and the tools"
	@echo "make rpm EL=9        packages for hosts and engine;  make dist  wheel and archive"
	@echo "make docs            the documentation as a site, in build/site"
	@echo "make deps            the system packages, if you are root"

demo: $(VENV)/.all tab
	@.ci/deps guest
	@$(BIN)/python -m engine_plugin.demo.tour

# The tab in WebAdmin is built where npm can do it; tests of packages need it, little else does.
tab:
	@$(MAKE) --no-print-directory ui-build || echo "the tab in WebAdmin is not built, for the reason above"

demo-hook: $(VENV)/.core
	@.ci/deps guest
	@$(BIN)/python -m engine_plugin.demo.firstlook

test: deps venv tab collection lint
	@# In the order of the folders: by the number of tests, the few that are long would come last
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder

lint: $(VENV)/.all
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --quiet --check .
	$(BIN)/mypy --no-error-summary
	@[ ! -e .git ] || $(BIN)/reuse lint --lines

format: $(VENV)/.all
	$(BIN)/ruff check --quiet --fix . ; $(BIN)/ruff format .

fuzz: $(VENV)/.all
	@set -e; for program in tests/fuzz/fuzz_*.py; do \
	    echo "$$program"; PYTHONPATH=. $(BIN)/python "$$program" --seconds '$(SECONDS)'; done

bench: $(VENV)/.all
	@set -e; for program in benchmarks/*.py; do echo "$$program"; PYTHONPATH=. $(BIN)/python "$$program"; done

venv: $(VENV)/.all

deps:
	@.ci/deps python build packages
	@.ci/deps guest daemon

# Looked at each time, but nothing is made anew for it.
whole:
	@.ci/venv check

# The product alone: enough for the demonstration, and nothing to compile.
$(VENV)/.core: setup.py $(PINS) | whole
	@.ci/deps python
	@.ci/venv make
	@$(INSTALL) 'setuptools>=64' wheel
	@$(INSTALL) --no-build-isolation --editable .
	@touch $@

# Ansible's modules for oVirt: one collection of the two hundred in a large package.
collection: $(VENV)/collections

$(VENV)/collections: $(VENV)/.core
	@$(BIN)/python -m tests.packaging.collection $@.new && rm -rf $@ && mv $@.new $@

# With the service's libraries and the tools of tests.
$(VENV)/.all: $(VENV)/.core
	@.ci/deps python build
	@$(INSTALL) reuse  # is built by Poetry, which pip fetches for that alone
	@$(INSTALL) --no-build-isolation --editable '.[service,test]'
	@touch $@

# What the pins would be today: of the service's libraries, then of the tools besides.
constraints:
	@.ci/deps python build
	@"$$(.ci/deps which-python)" packaging/pins.py

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info

include tests/lab/lab.mk
include packaging/packaging.mk
include engine_plugin/ui/ui.mk
