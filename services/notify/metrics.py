"""Figures of notify."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

from shared.observability import METRICS

SENT = Counter(
    "notices_sent", "Messages accepted by a provider", ["channel", "template"], registry=METRICS
)
FAILED = Counter("notices_failed", "Messages given up", ["template", "reason"], registry=METRICS)
ATTEMPTS = Counter(
    "notice_attempts", "Attempts by outcome", ["channel", "outcome"], registry=METRICS
)
DECISION_TO_SENT = Histogram(
    "notice_delay_seconds",
    "From the event to the provider's acceptance",
    ["template"],
    buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600, 21600),
    registry=METRICS,
)
WAITING = Gauge("notices_waiting", "Messages planned and not yet ended", registry=METRICS)
OVERDUE_SECONDS = Gauge(
    "notices_overdue_seconds", "How long the oldest due message has waited", registry=METRICS
)
