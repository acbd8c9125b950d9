"""Writing and reading the audit log.

Acts are recorded in the transaction that does them; views before the first byte leaves.
"""

from __future__ import annotations

from services.verification.audit import store
from services.verification.audit.domain import Entry, Recorded
from shared.uow import Scope, Tx, UnitOfWork


async def record(tx: Tx, entry: Entry) -> None:
    """Record an act; it stands or falls with the act itself."""
    await store.insert(tx, tx.office, entry)


async def record_view(uow: UnitOfWork, entry: Entry) -> None:
    """Record a reading; raises when it cannot be recorded, and then nothing may be shown."""
    await store.insert(uow.reading(), uow.office, entry)


async def acts_of_case(scope: Scope, case_id: str) -> list[Recorded]:
    return await store.of_case(scope, case_id, is_view=False)


async def of_cases(scope: Scope, case_ids: list[str]) -> list[Recorded]:
    """Acts and views of several cases, oldest first."""
    return await store.of_cases(scope, case_ids)


async def views_of_case(scope: Scope, case_id: str, newest: int = 50) -> list[Recorded]:
    return await store.of_case(scope, case_id, is_view=True, newest=newest)
