"""Make the rows of the search from the cases: for data older than the search, or after a restore.

Safe at any time and as often as wanted: a batch is one transaction that starts again when somebody
works on one of its cases, and an interrupted run goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from services.verification.review import store
from services.verification.review.domain import Case
from services.verification.review.warnings import mobile_index
from services.verification.search import store as rows
from shared.observability import get_logger
from shared.sealed import CannotOpen, KeyRing
from shared.uow import Tx, UnitOfWork

_BATCH = 200
_log = get_logger(__name__)


async def rebuild(
    uow: UnitOfWork, keys: KeyRing, index_key: str, tell: Callable[[int], None]
) -> int:
    """Write all rows anew; returns how many cases were read."""
    done = 0
    after = await rows.rebuilt_until(uow.reading())
    while True:
        work = partial(_batch, keys=keys, index_key=index_key, after=after)
        count, after = await uow.run(work)
        done += count
        tell(done)
        if not after:
            return done


async def _batch(tx: Tx, keys: KeyRing, index_key: str, after: str) -> tuple[int, str]:
    cases = await store.next_cases(tx, after, _BATCH)
    for case in cases:
        mobile = _phone_index(keys, index_key, case)
        await rows.keep(tx, replace(store.searchable(case), phone_index=mobile))
        card = await store.card_of(tx, case.id)
        if card is not None:
            await rows.keep_number(tx, case.id, card["registration_number"])
    last = cases[-1].id if len(cases) == _BATCH else ""
    await rows.note_rebuilt(tx, last)
    return len(cases), last


def _phone_index(keys: KeyRing, index_key: str, case: Case) -> str:
    """One number that does not open must not keep the other cases from being found."""
    try:
        return mobile_index(keys, index_key, case.id, case.current.answers)
    except CannotOpen as error:
        _log.error("search.mobile_not_opened", error=str(error))
        return ""
