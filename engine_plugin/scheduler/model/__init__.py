# SPDX-License-Identifier: Apache-2.0
"""What is known of the engine's hosts and VMs, kept warm so that an answer waits for nobody."""
