# SPDX-License-Identifier: Apache-2.0
"""Where the memory and threads of running VMs are, and where they were to be."""
