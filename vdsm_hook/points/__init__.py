# SPDX-License-Identifier: Apache-2.0
"""VDSM's hook points, a file each: what happens at one. `worker.py` calls them."""
