# SPDX-License-Identifier: Apache-2.0
"""The service that holds vCPUs beside their memory, after VDSM has pinned them elsewhere."""
