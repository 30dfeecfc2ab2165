# SPDX-License-Identifier: Apache-2.0
"""The error that an admin sees if a VM does not fit. Imported only then."""
