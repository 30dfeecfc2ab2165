# SPDX-License-Identifier: Apache-2.0
"""The VM as its domain XML describes it, as far as NUMA goes."""
