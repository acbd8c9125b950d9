"""The last call for a draft, and its end. Real servers."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import httpx2

from services.intake import expiry, store
from services.intake.intake import Intake
from shared.sealed import field_context
from tests.integration.intake.test_returning import DAY, address, begun, told


async def test_the_end_is_announced_once_three_days_before(
    http: httpx2.AsyncClient, intake: Intake, later: Any
) -> None:
    reachable, code = await begun(http, email=address())
    silent, _ = await begun(http, email=None)
    await expiry.warn_of_end(intake)
    assert await told(intake, reachable, "draft.expiring") == []
    later(27 * DAY + timedelta(minutes=1))
    await asyncio.gather(*(expiry.warn_of_end(intake) for _ in range(3)))
    assert await expiry.warn_of_end(intake) == 0
    (event,) = await told(intake, reachable, "draft.expiring")
    row = await intake.mongo.collection(store.DRAFTS).find_one({"_id": reachable.id})
    assert row is not None
    assert event.keeps_until == row["expires_at"]
    context = field_context(reachable.id, "draft_code")
    assert intake.keys.open("contact", event.draft_code, context) == code
    assert await told(intake, silent, "draft.expiring") == []
    later(3 * DAY + timedelta(minutes=15))
    while await expiry.expire_drafts(intake):
        pass  # those of other tests too
    assert await intake.mongo.collection(store.DRAFTS).find_one({"_id": reachable.id}) is None
    await intake.mongo.collection(store.DRAFTS).delete_many({"_id": silent.id})


async def test_a_draft_that_cannot_be_opened_keeps_nobody_else_from_hearing(
    http: httpx2.AsyncClient, intake: Intake, later: Any
) -> None:
    spoilt, _ = await begun(http, email=address())
    sound, _ = await begun(http, email=address())
    drafts = intake.mongo.collection(store.DRAFTS)
    await drafts.update_one(
        {"_id": spoilt.id}, {"$set": {"pages.contact.values.email.c": "c3BvaWx0"}}
    )
    later(27 * DAY + timedelta(minutes=1))
    await expiry.warn_of_end(intake)
    assert len(await told(intake, sound, "draft.expiring")) == 1
    assert await told(intake, spoilt, "draft.expiring") == []
    await drafts.delete_many({"_id": {"$in": [spoilt.id, sound.id]}})
