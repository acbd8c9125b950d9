"""Runs the whole system on one machine without containers: `python -m deploy.local up`."""

from __future__ import annotations

SERVICES = ("intake", "verification", "cards", "notify")
