"""Walking the chain from its first link: every row hashed anew, every head's signature checked.

It stops at the first broken link and says which row it is and what is wrong with it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from services.verification.audit import chain_store
from services.verification.audit.chain import (
    BEGIN,
    SETTLING,
    AuditKeys,
    Link,
    Row,
    Seal,
    hash_after,
    id_at,
)
from services.verification.audit.heads import StoredHead
from shared.clock import now
from shared.uow import Scope

Wrong = Literal["changed", "missing", "inserted", "link", "signature", "head"]
_TEXTS: dict[Wrong, str] = {
    "changed": "isi catatan sudah diubah, atau catatan tepat sebelumnya dihapus dari rantai",
    "missing": "catatan sudah dihapus",
    "inserted": "catatan disisipkan dan tidak ada dalam rantai",
    "link": "mata rantai hilang, diubah, atau tertukar",
    "signature": "tanda tangan kepala rantai salah",
    "head": "kepala rantai yang disimpan di luar basis data tidak ada lagi dalam rantai",
}
_SEALS_AT_ONCE = 500
_ROWS_AT_ONCE = 4000
_IDS_AT_ONCE = 10_000


@dataclass(frozen=True)
class Broken:
    """The first link that does not hold; `row_id` is empty where a whole seal is wrong."""

    wrong: Wrong
    day: date | None = None
    seq: int = 0
    row_id: str = ""

    def __str__(self) -> str:
        where = [f"hari {self.day.isoformat()}"] if self.day else []
        where += [f"segel {self.seq}"] if self.seq else []
        where += [f"catatan {self.row_id}"] if self.row_id else []
        return f"{', '.join(where)}: {_TEXTS[self.wrong]}."


@dataclass
class Report:
    """What was walked: `waiting` rows are too new to have a link."""

    rows: int = 0
    seals: int = 0
    waiting: int = 0
    last: Seal | None = None
    broken: Broken | None = None


class _Stop(Exception):  # a way out of the walk, no error
    def __init__(self, broken: Broken) -> None:
        super().__init__(str(broken))
        self.broken = broken


@dataclass
class _Walk:
    """`unmet` are the ids that seals hold and the walk over the log has not come to yet."""

    scope: Scope
    office: str
    keys: AuditKeys
    report: Report = field(default_factory=Report)
    unmet: set[str] = field(default_factory=set)
    reached: str = ""

    async def run(self) -> None:
        odd = await chain_store.odd_id(self.scope)
        while seals := await chain_store.after(
            self.scope, self.office, self.report.last.seq if self.report.last else 0, _SEALS_AT_ONCE
        ):
            for group in _groups(seals):
                await self._check(group)
                await self._meet(group[-1].settled)
        if odd is not None:
            raise _Stop(Broken("inserted", row_id=str(odd)))
        await self._tail()

    async def _check(self, seals: list[Seal]) -> None:
        ids = [link.row_id for seal in seals for link in seal.links]
        rows = await chain_store.rows(self.scope, ids)
        for seal in seals:
            self._check_seal(seal, rows)
            await asyncio.sleep(0)  # others in this process have their turn
        self.unmet.update(ids)

    def _check_seal(self, seal: Seal, rows: dict[str, Row]) -> None:
        last = self.report.last
        expected = (last.seq + 1, last.head) if last else (1, BEGIN)
        if (seal.seq, seal.previous) != expected:
            raise _Stop(Broken("link", seal.day, expected[0]))
        before = seal.previous
        for link in seal.links:
            wrong = _wrong_with(link, before, rows)
            if wrong is not None:
                raise _Stop(Broken(wrong, seal.day, seal.seq, link.row_id))
            before = link.hash
        if not self.keys.is_signed(seal):
            raise _Stop(Broken("signature", seal.day, seal.seq))
        self.report.rows += len(seal.links)
        self.report.seals += 1
        self.report.last = seal

    async def _meet(self, end: str) -> None:
        """Every row below `end` has a link."""
        while self.reached < end:
            ids = await chain_store.ids_between(self.scope, self.reached, end, _IDS_AT_ONCE)
            for row_id in ids:
                if row_id not in self.unmet:
                    day = self.report.last.day if self.report.last else None
                    raise _Stop(Broken("inserted", day, row_id=row_id))
                self.unmet.discard(row_id)
            self.reached = f"{ids[-1]}\0" if len(ids) == _IDS_AT_ONCE else end

    async def _tail(self) -> None:
        """Rows without a link are new, and none is from the future."""
        soon, begin = id_at(now() + SETTLING + timedelta(minutes=1)), self.reached
        while ids := await chain_store.ids_between(self.scope, begin, "~", _IDS_AT_ONCE):
            self.report.waiting += len([each for each in ids if each not in self.unmet])
            if ids[-1] >= soon:
                raise _Stop(Broken("inserted", row_id=ids[-1]))
            begin = f"{ids[-1]}\0"


async def verify(
    scope: Scope, office: str, keys: AuditKeys, stored: list[StoredHead] | None = None
) -> Report:
    """Walk the whole chain of the office, and compare it with the heads stored outside."""
    walk = _Walk(scope, office, keys)
    try:
        await walk.run()
    except _Stop as stop:
        walk.report.broken = stop.broken
        return walk.report
    for head in stored or []:
        seal = await chain_store.one(scope, office, head.seq)
        if seal is None or seal.head != head.head:
            walk.report.broken = Broken("head", head.day, head.seq)
            break
    return walk.report


def _wrong_with(link: Link, before: str, rows: dict[str, Row]) -> Wrong | None:
    row = rows.get(link.row_id)
    if row is None:
        return "missing"
    return None if hash_after(before, row) == link.hash else "changed"


def _groups(seals: list[Seal]) -> Iterator[list[Seal]]:
    """Runs of seals that hold so many rows together that one query fetches them."""
    group: list[Seal] = []
    count = 0
    for seal in seals:
        group.append(seal)
        count += len(seal.links)
        if count >= _ROWS_AT_ONCE:
            yield group
            group, count = [], 0
    if group:
        yield group
