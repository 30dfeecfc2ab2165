# SPDX-License-Identifier: Apache-2.0
"""The external scheduler of oVirt's engine: which hosts a VM with NUMA settings may start on."""
