# SPDX-License-Identifier: Apache-2.0
# Packages and documentation; everything is made below build/ (or BUILD=DIR).
#
#   make dist        wheel and sdist, with the built UI inside where there is one
#   make rpm EL=9    the RPMs for EL 9 (or EL=10), with rpmbuild: Debian's package rpm, or EL's
#   make wheels      the service's libraries, for an engine without access to a package index
#   make docs        the documentation as a site

EL      ?= 9
BUILD   ?= build
VERSION  = $(shell $(BIN)/python setup.py --version)
RPMTOP   = $(abspath $(BUILD))/rpm

.PHONY: dist rpm wheels docs

dist: $(VENV)/.core
	@[ -f engine_plugin/ui/dist/ovirt-numa.json ] || \
	    echo "without the tab in WebAdmin: engine_plugin/ui/dist is not built (npm run build there)" >&2
	@rm -rf $(BUILD)/dist $(BUILD)/wheel && mkdir -p $(BUILD)/egg-info
	@$(BIN)/python -W ignore setup.py -q egg_info -e $(BUILD)/egg-info sdist -d $(BUILD)/dist \
	    build -b $(BUILD)/wheel bdist_wheel -b $(BUILD)/wheel/tree -d $(BUILD)/dist 2>&1 \
	    | grep -v -e '^warning: .*byte-compiling' -e '^warning: no previously-included' -e '^$$' || :
	@ls $(BUILD)/dist/*.tar.gz $(BUILD)/dist/*.whl

rpm: dist
	@command -v rpmbuild >/dev/null || { echo "rpmbuild is missing: apt-get install rpm, or dnf install rpm-build" >&2; exit 1; }
	@rm -rf $(RPMTOP) && mkdir -p $(RPMTOP)/SOURCES $(RPMTOP)/SPECS
	@packaging/rpm/source $(BUILD)/dist/*.tar.gz $(RPMTOP)/SOURCES/ovirt_numa-$(VERSION).tar.gz
	@sed -e 's/@VERSION@/$(VERSION)/' -e "s/@DATE@/$$(LC_ALL=C date -u '+%a %b %d %Y')/" \
	    packaging/rpm/ovirt-numa.spec.in > $(RPMTOP)/SPECS/ovirt-numa.spec
	@rpmbuild --quiet -ba --define "_topdir $(RPMTOP)" --define "rhel $(EL)" $(RPMFLAGS) \
	    $(RPMTOP)/SPECS/ovirt-numa.spec
	@ls $(RPMTOP)/RPMS/noarch/* $(RPMTOP)/SRPMS/*

wheels: $(VENV)/.core
	@$(PIP) wheel --wheel-dir $(BUILD)/wheels -r packaging/requirements.txt
	@ls $(BUILD)/wheels

docs: $(VENV)/.all
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --site-dir $(abspath $(BUILD))/site
	@echo $(BUILD)/site/index.html
