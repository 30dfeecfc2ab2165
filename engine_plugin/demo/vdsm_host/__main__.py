# SPDX-License-Identifier: Apache-2.0
"""`python -m engine_plugin.demo.vdsm_host`."""

import sys

from .main import main

sys.exit(main())
