# SPDX-License-Identifier: Apache-2.0
"""The VM: what its domain XML says about CPUs and memory."""
