# SPDX-License-Identifier: Apache-2.0
# The lab: a host with four NUMA nodes in a VM, real libvirt, real guests. No KVM and no root are
# needed to boot it (in it everything is root); 25 minutes on two cores.
#   make test-lab                       all cases
#   make test-lab CASES="huge-pages"    some of them
#   make test-lab CASES="vcpus-held" ROUNDS=50 LIMIT=6000
#   make test-lab AGAIN=1               those that have not passed in the last run
LAB    ?= build/lab
ROUNDS ?= 5
LIMIT  ?= 1800
export LAB

.PHONY: test-lab
test-lab: $(VENV)/.all
	@.ci/deps guest lab
	@$(BIN)/python -m tests.lab --into "$$LAB" --rounds '$(ROUNDS)' --limit '$(LIMIT)' \
	    $(if $(AGAIN),--again) $(foreach case,$(CASES),--case '$(case)')
