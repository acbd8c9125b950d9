"""Who entered an application for the person, when it arrives and when it is shown."""

from __future__ import annotations

from services.verification.audit.domain import SYSTEM, Actor
from services.verification.officers import store
from shared.uow import Scope


async def sender_of(scope: Scope, entered_by: str | None) -> Actor:
    """For the audit log: the officer who typed it, else the system that took it in."""
    officer = await store.find(scope, entered_by) if entered_by else None
    return officer.actor if officer else SYSTEM


def entered(entered_by: str | None) -> dict[str, str]:
    """The same as a detail of the audit row."""
    return {"entered_by": entered_by} if entered_by else {}


async def name_of(scope: Scope, entered_by: str | None) -> str:
    """The officer for people; empty when the person typed it."""
    if not entered_by:
        return ""
    officer = await store.find(scope, entered_by)
    return officer.name if officer else "petugas yang tidak dikenal"
