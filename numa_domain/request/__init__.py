# SPDX-License-Identifier: Apache-2.0
"""The two custom properties that an admin writes: their grammar, and the value they make."""
