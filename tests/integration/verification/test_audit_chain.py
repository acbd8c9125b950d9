"""The chain over the audit log on a real MongoDB: whatever is done to a row is found."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from bson import ObjectId
from pymongo.errors import OperationFailure

from services.verification.audit import chain_store, log, sealing
from services.verification.audit.chain import SETTLING, AuditKeys, Seal, id_at, next_seal
from services.verification.audit.domain import Actor, Entry
from services.verification.audit.sealing import seal_new
from services.verification.audit.verifying import Report, verify
from shared.clock import now
from shared.mongo import DuplicateKeyError
from shared.uow import Tx, UnitOfWork
from tests.integration.verification.conftest import Desk
from tests.unit.verification.sample_events import KEYS

AUDIT_KEYS = AuditKeys.of(KEYS)
VERA = Actor("o1", "Vera Contoh", ("verification_officer",))
Tamper = Callable[[Desk, list[str]], Awaitable[object]]


async def write(desk: Desk, count: int) -> None:
    for number in range(count):
        await log.record_view(
            desk.uow,
            Entry(VERA, "document.viewed", f"case-{number % 3}", {"page": number}, is_view=True),
        )


async def ids(desk: Desk) -> list[str]:
    return [row["_id"] for row in await desk.audit()]


async def walked(desk: Desk) -> Report:
    return await verify(desk.uow.reading(), "1404", AUDIT_KEYS)


async def settle(desk: Desk) -> None:
    """As if the last seal were made so long after its rows that no older one can still come."""
    seal = await last_seal(desk)
    later = replace(seal, settled=f"{seal.links[-1].row_id}~")
    await overwrite(desk, AUDIT_KEYS.sign(later))


async def last_seal(desk: Desk) -> Seal:
    seal = await chain_store.last(desk.uow.reading(), "1404")
    assert seal is not None
    return seal


async def overwrite(desk: Desk, seal: Seal) -> None:
    await desk.owner.collection("audit_seals").delete_one({"seq": seal.seq})
    await chain_store.insert(UnitOfWork(desk.owner, "verification", "1404").reading(), seal)


@pytest.fixture
async def sealed(desk: Desk) -> list[str]:
    """Three seals of four rows each, and what the accounts of the fixture wrote; ids of all."""
    for _ in range(3):
        await write(desk, 4)
        await seal_new(desk.uow, AUDIT_KEYS)
    await settle(desk)
    return await ids(desk)


async def test_an_untouched_log_holds_and_new_rows_wait(desk: Desk, sealed: list[str]) -> None:
    await write(desk, 2)
    report = await walked(desk)
    assert report.broken is None
    assert (report.rows, report.seals, report.waiting) == (len(sealed), 3, 2)
    assert await seal_new(desk.uow, AUDIT_KEYS) == 2
    assert await seal_new(desk.uow, AUDIT_KEYS) == 0
    assert (await walked(desk)).waiting == 0


async def test_an_empty_log_holds(desk: Desk) -> None:
    await desk.forget("audit_log")
    assert await seal_new(desk.uow, AUDIT_KEYS) == 0
    assert await walked(desk) == Report()


async def change(desk: Desk, rows: list[str]) -> None:
    await desk.owner.collection("audit_log").update_one(
        {"_id": rows[5]}, {"$set": {"actor.name": "Orang Lain"}}
    )


async def move_in_time(desk: Desk, rows: list[str]) -> None:
    earlier = now() - timedelta(days=1)
    await desk.owner.collection("audit_log").update_one({"_id": rows[5]}, {"$set": {"at": earlier}})


async def delete(desk: Desk, rows: list[str]) -> None:
    await desk.owner.collection("audit_log").delete_one({"_id": rows[5]})


async def swap(desk: Desk, rows: list[str]) -> None:
    """Two rows exchange everything but their ids."""
    table = desk.owner.collection("audit_log")
    one, other = await table.find_one({"_id": rows[5]}), await table.find_one({"_id": rows[6]})
    assert one
    assert other
    await table.replace_one({"_id": rows[5]}, {**other, "_id": rows[5]})
    await table.replace_one({"_id": rows[6]}, {**one, "_id": rows[6]})


@pytest.mark.parametrize(
    ("tamper", "wrong"),
    [(change, "changed"), (move_in_time, "changed"), (delete, "missing"), (swap, "changed")],
)
async def test_what_is_done_to_a_row_is_found_at_that_row(
    desk: Desk, sealed: list[str], tamper: Tamper, wrong: str
) -> None:
    await tamper(desk, sealed)
    broken = (await walked(desk)).broken
    assert broken is not None
    assert (broken.wrong, broken.row_id) == (wrong, sealed[5])
    assert sealed[5] in str(broken)


@pytest.mark.parametrize(
    "row_id",
    [
        pytest.param("0", id="before all"),
        pytest.param("between", id="between two rows"),
        pytest.param(id_at(now() + timedelta(days=400)), id="far in the future"),
        pytest.param(ObjectId(), id="with an id of another type"),
    ],
)
async def test_an_inserted_row_is_found(desk: Desk, sealed: list[str], row_id: Any) -> None:
    row = (await desk.audit())[0]
    row_id = f"{sealed[4]}-a" if row_id == "between" else row_id
    await desk.owner.collection("audit_log").insert_one({**row, "_id": row_id})
    await seal_new(desk.uow, AUDIT_KEYS)  # does not take it in
    broken = (await walked(desk)).broken
    assert broken is not None
    assert (broken.wrong, broken.row_id) == ("inserted", str(row_id))


async def test_deleting_a_row_with_its_link_is_found(desk: Desk, sealed: list[str]) -> None:
    seal = (await chain_store.after(desk.uow.reading(), "1404", 1, 1))[0]
    gone = seal.links[1].row_id
    await desk.owner.collection("audit_log").delete_one({"_id": gone})
    await overwrite(desk, AUDIT_KEYS.sign(replace(seal, links=(seal.links[0], *seal.links[2:]))))
    broken = (await walked(desk)).broken
    assert broken is not None
    assert (broken.wrong, broken.seq, broken.row_id) == ("changed", 2, seal.links[2].row_id)


async def test_a_chain_computed_anew_without_the_key_is_found(
    desk: Desk, sealed: list[str]
) -> None:
    """Somebody who owns the database but not the key changes a row and all hashes after it."""
    await change(desk, sealed)
    scope = desk.uow.reading()
    last: Seal | None = None
    for old in await chain_store.after(scope, "1404", 0, 10):
        rows = await chain_store.rows(scope, [link.row_id for link in old.links])
        forged = next_seal(
            last, "1404", [rows[link.row_id] for link in old.links], old.at, old.settled
        )
        last = replace(forged, key_id=old.key_id, signature=old.signature)
        await overwrite(desk, last)
    broken = (await walked(desk)).broken
    assert broken is not None
    assert broken.wrong == "signature"


async def test_a_lost_seal_and_a_changed_head_are_found(desk: Desk, sealed: list[str]) -> None:
    await desk.owner.collection("audit_seals").update_one(
        {"seq": 3}, {"$set": {"day": "2031-01-01"}}
    )
    broken = (await walked(desk)).broken
    assert broken is not None
    assert (broken.wrong, broken.seq) == ("signature", 3)
    await desk.owner.collection("audit_seals").delete_one({"seq": 2})
    broken = (await walked(desk)).broken
    assert broken is not None
    assert (broken.wrong, broken.seq) == ("link", 2)


async def test_many_write_and_two_seal_at_once(desk: Desk) -> None:
    async def act(number: int) -> None:
        async def work(tx: Tx) -> None:
            await log.record(tx, Entry(VERA, "checks.saved", "case-1", {"number": number}))
            await asyncio.sleep(0.02)  # visible later than rows with a later id

        await desk.uow.run(work)

    before = len(await ids(desk))
    writers = [asyncio.create_task(act(number)) for number in range(40)]
    while not all(task.done() for task in writers):
        await asyncio.gather(seal_new(desk.uow, AUDIT_KEYS), seal_new(desk.uow, AUDIT_KEYS))
    await asyncio.gather(*writers)
    await seal_new(desk.uow, AUDIT_KEYS)
    report = await walked(desk)
    assert report.broken is None
    assert report.rows == before + 40
    linked = await chain_store.linked_since(desk.uow.reading(), "1404", now() - SETTLING)
    assert linked == set(await ids(desk))


async def test_a_sealer_that_dies_or_is_slower_leaves_a_chain_that_holds(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It writes some of its seals and no more; another one goes on where it stopped."""
    await write(desk, 10)
    count = len(await ids(desk))
    monkeypatch.setattr(sealing, "ROWS_PER_SEAL", 2)
    monkeypatch.setattr(sealing, "_IDS_AT_ONCE", 4)
    insert, written = chain_store.insert, 0

    async def dying(scope: Any, seal: Seal) -> None:
        nonlocal written
        if written == 3:
            raise ConnectionResetError
        written += 1
        await insert(scope, seal)

    monkeypatch.setattr(chain_store, "insert", dying)
    with pytest.raises(ConnectionResetError):
        await seal_new(desk.uow, AUDIT_KEYS)
    monkeypatch.setattr(chain_store, "insert", insert)
    report = await walked(desk)
    assert (report.broken, report.rows, report.waiting) == (None, 6, count - 6)
    assert await seal_new(desk.uow, AUDIT_KEYS) == count - 6
    assert (await walked(desk)).rows == count
    seal = await last_seal(desk)
    with pytest.raises(DuplicateKeyError):
        await chain_store.insert(desk.uow.reading(), seal)


async def test_the_service_may_add_to_the_log_and_no_more(desk: Desk, sealed: list[str]) -> None:
    for name in ("audit_log", "audit_seals"):
        table = desk.uow.mongo.collection(name)
        with pytest.raises(OperationFailure, match="not authorized"):
            await table.update_one({}, {"$set": {"purpose": "lain"}})
        with pytest.raises(OperationFailure, match="not authorized"):
            await table.delete_many({})
    assert (await walked(desk)).broken is None
