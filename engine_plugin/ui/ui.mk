# SPDX-License-Identifier: Apache-2.0
# The UI plugin: built by Vite, tested by Vitest, and in Debian's Chromium before the embedded engine.

UI     := engine_plugin/ui
NPM    := npm --prefix $(UI) --silent
VITEST := cd $(UI) && ./node_modules/.bin/vitest run

.PHONY: ui-build ui-test e2e screenshots

ui-build: $(UI)/dist/ovirt-numa.json

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

$(UI)/dist/ovirt-numa.json: $(UI)/node_modules/.package-lock.json $(shell find $(UI)/src $(UI)/static $(UI)/tools $(UI)/*.html $(UI)/*.ts -type f)
	$(NPM) run build

$(UI)/node_modules/.package-lock.json: $(UI)/package.json $(UI)/package-lock.json
	@.ci/deps node
	$(NPM) ci --no-audit --no-fund
	@touch $@
