# SPDX-License-Identifier: Apache-2.0
"""The domain XML: read as libvirt reads it, and rewritten with a placement."""
