# SPDX-License-Identifier: Apache-2.0
"""`python -m vdsm_hook.affinity` is the command numa-affinity."""

import sys

from .command import main

sys.exit(main())
