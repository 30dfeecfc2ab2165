# SPDX-License-Identifier: Apache-2.0
"""Log lines as JSON, one a line, to stderr: for the journal and what reads it.

A line has no token, no body and no header: only what its writer names.

    {"time": "2026-01-31T12:00:00.123Z", "level": "info", "event": "request", "status": 200}
"""

from __future__ import annotations

import json
import logging
import sys
import time
from typing import Any

_LOG = logging.getLogger("ovirt_numa")
_AUDIT = logging.getLogger("ovirt_numa.audit")


class _Lines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        line = {
            "time": f"{stamp}.{int(record.msecs):03}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=True, default=str)


def configure(stream: Any = None, level: int = logging.INFO) -> None:
    """Send our lines there (stderr), and only there."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_Lines())
    _LOG.handlers[:] = [handler]
    _LOG.setLevel(level)
    _LOG.propagate = False


def request(**facts: Any) -> None:
    """One answered request."""
    level = logging.WARNING if facts.get("status", 0) >= 500 else logging.INFO
    _LOG.log(level, "request", extra={"facts": facts})


def failure(request_id: str, error: BaseException) -> None:
    """An error that nobody expected, with its trace."""
    _LOG.error("failure", exc_info=error, extra={"facts": {"request_id": request_id}})


def audit(action: str, **facts: Any) -> None:
    """Who did what to which VM, and what came of it."""
    _AUDIT.info("audit", extra={"facts": {"action": action, **facts}})
