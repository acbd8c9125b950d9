"""An application ends without a decision: the applicant asks, or did not amend it in time.

Until intake hears of a final decision it takes the withdrawal. The officer may have decided a
moment before, in verification, and the two events then cross. Verification has the last word: it
closes the case if that is still open, else its decision stands, and intake follows: an approval, a
rejection or an issued card takes the place of "withdrawn", and the timeline tells why
(`status.py`). A review that began or a return changes nothing any more: those cases were still
open, so verification closes them as well. Thus both services end in the same state whichever event
comes first.
"""

from __future__ import annotations

import asyncio
import contextlib
from datetime import date, timedelta
from functools import partial

from pymongo.errors import PyMongoError

from services.intake import store
from services.intake.applications import get_application
from services.intake.domain import WITHDRAWABLE, Application, State
from services.intake.intake import Intake
from services.intake.leftovers import BATCH, delete_discarded
from shared import clock
from shared.contracts.applications import ApplicationWithdrawn, WithdrawalReason
from shared.errors import Conflict, Unavailable
from shared.observability import get_logger
from shared.rounds import change_each
from shared.uow import Tx

_EVERY = timedelta(minutes=30)
_NOT_ISSUED = (
    "Kartu untuk permohonan ini dicabut sebelum terbit, jadi tidak ada yang perlu dibatalkan. "
    "Lihat keterangannya di halaman status."
)
_TOO_LATE: dict[State, str] = {
    "approved": (
        "Permohonan Anda sudah disetujui petugas, jadi tidak dapat dibatalkan lagi. Kartu sedang "
        "dibuat. Bila kartu tidak Anda perlukan, Anda tidak perlu melakukan apa pun."
    ),
    "issued": (
        "Kartu AK-1 Anda sudah terbit, jadi permohonan tidak dapat dibatalkan lagi. Bila kartu "
        "tidak Anda perlukan, beri tahu kantor lewat WhatsApp atau telepon."
    ),
    "rejected": (
        "Permohonan ini sudah selesai diputuskan, jadi tidak perlu dibatalkan. "
        "Lihat keputusannya di halaman status."
    ),
}
_log = get_logger(__name__)


class TooLateToWithdraw(Conflict):
    """An officer has decided; the text says what follows from that."""

    code = "too_late_to_withdraw"


async def withdraw_application(intake: Intake, application_id: str) -> Application:
    """At the applicant's wish, once: asking again gives the same answer.

    Raises `TooLateToWithdraw` when intake knows of a final decision, `NotFound`.
    """

    async def work(tx: Tx) -> Application:
        application = await get_application(tx, application_id)
        if application.state == "withdrawn":
            return application
        if application.state not in WITHDRAWABLE:
            raise TooLateToWithdraw(
                _NOT_ISSUED if application.is_never_issued else _TOO_LATE[application.state]
            )
        await _withdraw(tx, application, "applicant_request")
        return application

    return await intake.uow.run(work)


async def withdraw_overdue(intake: Intake) -> int:
    """Close applications whose last day to amend has passed; returns how many.

    Any number of replicas may do this at once: each application is looked at again inside the
    transaction that closes it. One that cannot be read does not keep the others.
    """
    today = clock.today()
    overdue = store.find_overdue(intake.uow.reading(), today)
    close = partial(_close, today=today)
    closed = await change_each(
        intake.uow, overdue, close, intake.stopping, "application.not_closed"
    )
    if closed:
        _log.info("applications.not_amended_in_time", count=closed)
    return closed


async def sweep_until_stopped(intake: Intake) -> None:
    """Look every half hour until the service stops."""
    while not intake.stopping.is_set():
        try:
            await withdraw_overdue(intake)
            while await delete_discarded(intake) == BATCH:
                pass
        except (PyMongoError, Unavailable) as error:
            _log.warning("applications.not_swept", cause=type(error).__name__)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(intake.stopping.wait(), _EVERY.total_seconds())


async def _close(tx: Tx, application_id: str, today: date) -> bool:
    application = await store.find_application(tx, application_id)
    returned = application.returned if application else None
    if application is None or returned is None or application.state != "returned":
        return False  # amended, decided or closed since it was found
    if date.fromisoformat(returned["due_on"]) >= today:
        return False
    await _withdraw(tx, application, "not_amended_in_time")
    return True


async def _withdraw(tx: Tx, application: Application, reason: WithdrawalReason) -> None:
    application.move("withdrawn")
    application.returned = None
    application.event_version += 1
    application.note("withdrawn", tx.at, reason=reason)
    await store.save_application(tx, application)
    event = ApplicationWithdrawn(
        application_id=application.id,
        reference=application.reference,
        reason=reason,
        withdrawn_at=tx.at,
    )
    tx.emit(event, subject=application.id, version=application.event_version)
