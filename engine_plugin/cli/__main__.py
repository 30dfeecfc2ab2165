# SPDX-License-Identifier: Apache-2.0
"""`python -m engine_plugin.cli`, for where no console script is installed."""

import sys

from .main import main

sys.exit(main())
