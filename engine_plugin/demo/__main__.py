# SPDX-License-Identifier: Apache-2.0
"""python -m engine_plugin.demo"""

import sys

from .main import main

sys.exit(main())
