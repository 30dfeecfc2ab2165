# SPDX-License-Identifier: Apache-2.0
# Packages and documentation; everything is made below build/ (or BUILD=DIR).
#
#   make dist        wheel and source archive, with the built UI inside
#   make rpm EL=9    the RPMs for EL 9 (or EL=10), with rpmbuild: Debian's package rpm, or EL's
#   make wheels      the service's libraries, for an engine without access to a package index
#   make docs        the documentation as a site
#
# What is packaged is what git tracks. Variables reach recipes through the environment, so that the
# shell has each as one word whatever is in it.

EL      ?= 9
BUILD   ?= build
export EL BUILD

$(if $(strip $(BUILD)),,$(error BUILD is empty: it is the folder that packages are made in))

.PHONY: dist rpm wheels docs manual

# Man pages and completion, which are tracked.
manual: $(VENV)/.all
	@$(BIN)/python packaging/manual.py

dist: $(VENV)/.core ui-modules
	@$(BIN)/python packaging/dists.py --into "$$BUILD/dist"

# Nothing of the virtual environment is needed: this is what an installation begins with.
rpm: ui-modules
	@.ci/deps rpm
	@python3 packaging/rpms.py --el "$$EL" --into "$$BUILD/rpm" -- $(RPMFLAGS)

wheels: $(VENV)/.core
	@$(PIP) wheel --wheel-dir "$$BUILD/wheels" -r packaging/requirements.txt
	@ls "$$BUILD/wheels"

docs: $(VENV)/.all
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --site-dir "$$BUILD/site"
	@echo "$$BUILD/site/index.html"
