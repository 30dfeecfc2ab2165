# SPDX-License-Identifier: Apache-2.0
# The lab: a host with four NUMA nodes in a VM, real libvirt, real guests. No KVM and no root are
# needed to boot it (in it everything is root); about ten minutes on two cores.
#   make test-lab                       all cases
#   make test-lab CASES="huge-pages"    some of them
LAB ?= build/lab
export LAB

.PHONY: test-lab
test-lab: $(VENV)/.all
	@.ci/deps guest lab
	@$(BIN)/python -m tests.lab --into "$$LAB" $(foreach case,$(CASES),--case '$(case)')
