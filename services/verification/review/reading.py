"""A case, for the parts of the desk that have no business in its store."""

from __future__ import annotations

from services.verification.review import store
from services.verification.review.domain import Case
from shared.uow import Scope


async def case_of(scope: Scope, case_id: str) -> Case:
    """Raises `NoSuchCase`. Whoever shows it records the view first."""
    return await store.load(scope, case_id)
