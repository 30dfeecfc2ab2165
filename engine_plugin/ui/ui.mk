# SPDX-License-Identifier: Apache-2.0
# The UI plugin: built by Vite, tested by Vitest, and in Debian's Chromium before the embedded engine.
# Packages have a build of their own, from what git tracks (packaging/source_tree.py).

UI     := engine_plugin/ui
NPM    := npm --prefix $(UI) --silent
VITEST := cd $(UI) && ./node_modules/.bin/vitest run

.PHONY: ui-build ui-modules ui-test e2e screenshots

ui-build: $(UI)/dist/ovirt-numa.json

# What the UI is built with. An archive has the UI built, and is in no need of it.
ui-modules: $(if $(wildcard packaging/snapshot.json),,$(UI)/node_modules/.package-lock.json)

# Types, layout, the tables that Python passes too, and the budget of what is loaded.
ui-test: ui-build
	$(NPM) run check
	$(VITEST)

# Every test fails where the console has an error; axe-core in light and in dark.
e2e: ui-build $(VENV)/.all
	@.ci/deps browser
	$(VITEST) --config vitest.e2e.config.ts

# docs/screenshots, at 1280 and 1920 pixels; look at them before they are committed.
screenshots: ui-build $(VENV)/.all
	@.ci/deps browser
	$(VITEST) --config vitest.screenshots.config.ts

# Folders too: their time is that of the last file that was taken away.
$(UI)/dist/ovirt-numa.json: $(UI)/node_modules/.package-lock.json $(shell find $(UI)/src $(UI)/static $(UI)/tools $(UI)/*.html $(UI)/*.ts)
	$(NPM) run build

$(UI)/node_modules/.package-lock.json: $(UI)/package.json $(UI)/package-lock.json
	@.ci/deps node
	npm --prefix $(UI) --loglevel=error ci --no-audit --no-fund
	@touch $@
