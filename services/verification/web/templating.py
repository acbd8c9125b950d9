"""The template environment: escaped, strict, with the formats of the office."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.verification.web.static_files import asset
from shared.clock import now
from shared.dates import date_and_time, long_date, short_date_and_time, time_of_day


def make_templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["asset"] = asset
    environment.filters["waktu"] = date_and_time
    environment.filters["tanggal"] = long_date
    environment.filters["singkat"] = short_date_and_time
    environment.filters["hari"] = long_date
    environment.filters["jam"] = time_of_day
    environment.filters["lama"] = elapsed_text
    return environment


def elapsed_text(since: datetime) -> str:
    """How long ago, in the largest unit: `3 jam`."""
    minutes = max(0, int((now() - since).total_seconds() // 60))
    if minutes < 1:
        return "baru saja"
    for unit, size in (("hari", 24 * 60), ("jam", 60)):
        if minutes >= size:
            return f"{minutes // size} {unit}"
    return f"{minutes} menit"
