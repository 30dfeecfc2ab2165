# SPDX-License-Identifier: Apache-2.0
"""The HTTP status that the service has for an error: for programs that read its answers and
those of the command line alike.

status_of(MatchFailed(...))         412
"""

from __future__ import annotations

from ..service.problems import status_of

__all__ = ["status_of"]
