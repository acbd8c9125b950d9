"""seal_cards: one request, one pass phrase, many cards; each card is done or not, on its own.

What was sealed before the process dies, or the time is up, is sealed; the rest waits as before.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from anyio import to_thread

from services.verification.audit import log
from services.verification.audit.domain import Entry
from services.verification.bsre import BadAnswer, Bsre, SealingStopped, Signatory
from services.verification.officers.domain import Officer
from services.verification.officers.sessions import Session, require_recent
from services.verification.review.unsealed_cards import UnsealedCard, mark_sealed
from services.verification.settings import index_key_of
from shared.contracts.cards import StoredObject
from shared.contracts.registry import CardSealed
from shared.errors import Forbidden, Invalid, NotFound, Unavailable
from shared.observability import get_logger
from shared.sealed import blind_index
from shared.sealed_pdf import BadSeal, check_seal
from shared.service import Resources
from shared.storage import CARDS, SEALED, Damaged
from shared.uow import Tx

CARDS_MOST = 50
AT_ONCE = 4  # once the pass phrase has proved right
SECONDS = 35.0  # no further card is begun: proxies wait for a minute, one card may take twenty
_log = get_logger(__name__)


class StoreAway(SealingStopped):
    """Penyimpanan berkas sedang terganggu. Coba lagi beberapa menit lagi."""

    code = "store_away"


class NikNotRecorded(Forbidden):
    """NIK Anda belum tercatat. Minta administrator mencatatnya di akun Anda, lalu coba lagi."""

    code = "nik_not_recorded"


class NotOwnNik(Invalid):
    """Ini bukan NIK Anda. Periksa 16 angkanya, atau minta administrator membetulkan akun Anda."""


@dataclass
class Progress:
    """`skipped` are cards whose PDF cannot be read; what is left waits for another time."""

    left: deque[UnsealedCard]
    sealed: int = 0
    skipped: int = 0
    stopped: SealingStopped | None = None


@dataclass(frozen=True)
class SealingDesk:
    """`seconds` after its begin a batch begins no further card."""

    resources: Resources
    bsre: Bsre
    seconds: float = field(default=SECONDS)


def require_recorded_nik(officer: Officer) -> None:
    """Raises `NikNotRecorded`: nobody signs whose NIK we cannot hold against the one he types."""
    if officer.nik_index is None:
        raise NikNotRecorded


async def seal_cards(
    desk: SealingDesk, session: Session, cards: Sequence[UnsealedCard], signatory: Signatory
) -> Progress:
    """Seal one after the other until one worked, so that a wrong pass phrase is tried once."""
    session.officer.require("sign_cards")
    require_recent(session)
    require_recorded_nik(session.officer)
    key = index_key_of(desk.resources.settings)
    if blind_index(key, signatory.nik) != session.officer.nik_index:
        raise NotOwnNik
    progress = Progress(deque(cards))
    ends = time.monotonic() + desk.seconds

    def may_go_on() -> bool:
        in_time = time.monotonic() < ends and not desk.resources.stopping.is_set()
        return bool(progress.left) and progress.stopped is None and in_time

    async def next_one() -> None:
        card = progress.left.popleft()
        try:
            if await _seal(desk, session.officer, card, signatory):
                progress.sealed += 1
        except (NotFound, Damaged) as error:
            progress.skipped += 1
            _log.error("card.not_sealed", card_id=card.card_id, error=type(error).__name__)
        except SealingStopped as error:
            progress.left.appendleft(card)
            progress.stopped = progress.stopped or error

    async def go_on() -> None:
        while may_go_on():
            await next_one()

    while may_go_on() and not progress.sealed:
        await next_one()
    ended = await asyncio.gather(*(go_on() for _ in range(AT_ONCE)), return_exceptions=True)
    for failure in filter(None, ended):
        raise failure
    return progress


async def _seal(
    desk: SealingDesk, officer: Officer, card: UnsealedCard, signatory: Signatory
) -> bool:
    """Whether the card is sealed now; not, when a colleague was faster.

    The object lies under its own hash: no two seals are the same bytes, so that two officers at
    once cannot leave one's object with the other's hash.
    """
    storage = desk.resources.storage
    try:
        drawn = await storage.get(CARDS, card.object_key, card.sha256)
        pdf = await desk.bsre.sign(drawn, signatory)
        await to_thread.run_sync(check_seal, pdf, drawn, desk.bsre.roots)
        sha256 = hashlib.sha256(pdf).hexdigest()
        key = f"cards/{card.card_id}/{sha256[:32]}.pdf"
        await storage.put(SEALED, key, pdf, "application/pdf")
    except BadSeal as error:
        _log.error("card.bad_seal", card_id=card.card_id, cause=str(error))
        raise BadAnswer from None
    except SealingStopped:
        raise
    except Unavailable:
        raise StoreAway from None
    stored = StoredObject(key=key, sha256=sha256, size=len(pdf))
    work = partial(_record, officer=officer, card=card, stored=stored)
    return await desk.resources.uow.run(work)


async def _record(tx: Tx, officer: Officer, card: UnsealedCard, stored: StoredObject) -> bool:
    if not await mark_sealed(tx, card.card_id, stored):
        return False
    detail = {"seal": "bsre", "card_id": card.card_id, "sha256": stored.sha256}
    await log.record(tx, Entry(officer.actor, "card.sealed", card.case_id, detail))
    event = CardSealed(
        card_id=card.card_id,
        application_id=card.case_id,
        reference=card.reference,
        seal="bsre",
        object_key=stored.key,
        sha256=stored.sha256,
        size=stored.size,
        sealed_at=tx.at,
    )
    tx.emit(event, subject=card.card_id, version=1)
    return True
