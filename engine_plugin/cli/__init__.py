# SPDX-License-Identifier: Apache-2.0
"""`ovirt-numa`, the command line: `engine_plugin.cli:main` is the console script."""

from .main import main

__all__ = ["main"]
