# SPDX-License-Identifier: Apache-2.0
"""Which host nodes each cell's memory comes from, or why the VM does not fit."""
