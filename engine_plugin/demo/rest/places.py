# SPDX-License-Identifier: Apache-2.0
"""Where the API is."""

BASE = "/ovirt-engine/api"
