# SPDX-License-Identifier: Apache-2.0
"""VDSM's hook points, one module each. `worker.py` calls them."""
