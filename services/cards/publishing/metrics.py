"""Figures of what cards publishes."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

from shared.observability import METRICS

LISTS_WRITTEN = Counter("status_lists_written", "Status lists published", registry=METRICS)
LIST_AGE = Gauge(
    "status_list_age_seconds", "Age of the oldest status list in use", registry=METRICS
)
CHANGE_WAITING = Gauge(
    "status_change_waiting_seconds", "How long the oldest change has waited", registry=METRICS
)
KEY_DAYS_LEFT = Gauge(
    "signing_key_days_left", "Days until no key of the ring may sign any more", registry=METRICS
)
