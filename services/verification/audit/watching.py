"""Each night the whole chain is walked; a break is told by the log and by a metric.

Every worker does it for itself: reading twice harms nobody, and no lease can be stuck.
"""

from __future__ import annotations

import asyncio
import contextlib
from datetime import datetime, time, timedelta

from prometheus_client import Gauge
from pymongo.errors import PyMongoError

from services.verification.audit import heads
from services.verification.audit.sealing import Sealer
from services.verification.audit.verifying import Report, verify
from shared.clock import OFFICE_ZONE, now
from shared.errors import AppError
from shared.observability import METRICS, get_logger

AT = time(2, 0)  # nobody is at the desk
FIRST_AFTER = timedelta(minutes=10)  # a restart forgets the metric
CHAIN_BROKEN = Gauge(
    "audit_chain_broken", "1 when the last walk over the audit log found a break", registry=METRICS
)
_log = get_logger(__name__)


async def watch_until_stopped(sealer: Sealer) -> None:
    """Soon after the start, and then each night."""
    pause = FIRST_AFTER
    while True:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(sealer.stopping.wait(), pause.total_seconds())
            return
        pause = until_next(now())
        try:
            await look(sealer)
        except (PyMongoError, AppError) as error:
            _log.warning("audit.not_verified", cause=type(error).__name__)
        except Exception:  # noqa: BLE001  # a chain that cannot be read is broken; the desk goes on
            CHAIN_BROKEN.set(1)
            _log.exception("audit.not_verified")


async def look(sealer: Sealer) -> Report:
    """Walk the chain and tell what was found."""
    office = sealer.uow.office
    stored = await heads.all_stored(sealer.storage, office)
    report = await verify(sealer.uow.reading(), office, sealer.keys, stored)
    CHAIN_BROKEN.set(0 if report.broken is None else 1)
    if report.broken is None:
        _log.info("audit.verified", rows=report.rows, seals=report.seals)
    else:
        _log.error(
            "audit.chain_broken",
            wrong=report.broken.wrong,
            seal=report.broken.seq,
            row_id=report.broken.row_id,
            hint="python -m services.verification.audit verify",
        )
    return report


def until_next(moment: datetime) -> timedelta:
    """How long until the next night's walk."""
    local = moment.astimezone(OFFICE_ZONE)
    due = datetime.combine(local.date(), AT, OFFICE_ZONE)
    return (due if due > local else due + timedelta(days=1)) - local
