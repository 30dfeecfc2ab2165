# SPDX-License-Identifier: Apache-2.0
"""The request: what an admin writes into the VM's two custom properties, parsed."""
