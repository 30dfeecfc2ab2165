# SPDX-License-Identifier: Apache-2.0
"""`python3 -m numa_domain`: the command where it is not installed."""

import sys

from .cli.main import main

sys.exit(main())
