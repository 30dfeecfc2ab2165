# SPDX-License-Identifier: Apache-2.0
"""What is counted, for Prometheus.

Labels are bounded: a route's template, never an id.

    metrics.request("GET", "/api/v1/vms/{id}/numa", 200, 0.012)
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_METHODS = ("GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS", "PATCH")
"""Anybody may send any other word, which must not become a series of its own."""
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """The counters of one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "ovirt_numa_requests_total",
            "Requests answered",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "ovirt_numa_request_seconds",
            "Time to answer",
            ("method", "route"),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._engine = Histogram(
            "ovirt_numa_engine_call_seconds",
            "Calls of the engine, by what became of them",
            ("outcome",),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._changes = Counter(
            "ovirt_numa_changes_total",
            "Settings stored, adopted and removed",
            ("action", "outcome"),
            registry=self.registry,
        )
        self.running = Gauge(
            "ovirt_numa_requests_running", "Requests in work", registry=self.registry
        )

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        method = method if method in _METHODS else "other"
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def engine_call(self, outcome: str, seconds: float) -> None:
        self._engine.labels(outcome).observe(seconds)

    def change(self, action: str, outcome: str) -> None:
        self._changes.labels(action, outcome).inc()

    def text(self) -> bytes:
        """In the exposition format."""
        return generate_latest(self.registry)
