"""The list of cards: tabs by standing with counts, by due date where a report is awaited."""

from __future__ import annotations

import base64
import binascii
import json
from asyncio import gather
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

from services.verification.officers.domain import Officer
from services.verification.register import store
from services.verification.register.domain import REPORT_OPENS, RegisterStanding, Registration
from services.verification.register.store import Part, Place
from shared.clock import today
from shared.errors import Invalid
from shared.uow import Scope

CardTab = Literal[
    "report_due", "report_overdue", "active", "placed", "removed", "expired", "revoked"
]
CARD_TABS: tuple[CardTab, ...] = get_args(CardTab)
TAB_NAMES: Mapping[CardTab, str] = {
    "report_due": "Jatuh tempo lapor",
    "report_overdue": "Terlambat lapor",
    "active": "Aktif",
    "placed": "Ditempatkan",
    "removed": "Dihapuskan",
    "expired": "Habis masa berlaku",
    "revoked": "Dicabut",
}
PAGE_SIZE = 25
COUNT_MOST = 1000  # shown as "999+"
_NEWEST_FIRST: frozenset[CardTab] = frozenset({"placed", "removed", "expired", "revoked"})


@dataclass(frozen=True)
class CardRow:
    registration: Registration
    standing: RegisterStanding
    days_late: int


@dataclass(frozen=True)
class CardPage:
    tab: CardTab
    rows: tuple[CardRow, ...]
    counts: Mapping[CardTab, int]
    next_cursor: str | None


async def read_cards(
    scope: Scope, officer: Officer, tab: CardTab, after: str | None, grace_days: int
) -> CardPage:
    """One page of a tab, with the counts of all tabs."""
    officer.require("read_cases")
    day = today()
    place = _place(after) if after else None
    newest_first = tab in _NEWEST_FIRST
    found = await store.page(
        scope, part_of(tab, day), place, newest_first=newest_first, limit=PAGE_SIZE + 1
    )
    counts = await gather(
        *(store.count(scope, part_of(each, day), COUNT_MOST) for each in CARD_TABS)
    )
    rows = found[:PAGE_SIZE]
    more = len(found) > PAGE_SIZE
    return CardPage(
        tab,
        tuple(
            CardRow(each, each.standing(grace_days, day), _days_late(each, day)) for each in rows
        ),
        dict(zip(CARD_TABS, counts, strict=True)),
        _text(Place(store.order_on(rows[-1]), rows[-1].id)) if more else None,
    )


def part_of(tab: CardTab, day: date) -> Part:
    """What the database is asked: the three live standings follow from the due date."""
    opens_until = day + REPORT_OPENS
    match tab:
        case "report_due":
            return Part("live", day, opens_until)
        case "report_overdue":
            return Part("live", None, day - timedelta(days=1))
        case "active":
            return Part("live", opens_until + timedelta(days=1), None)
        case _:
            return Part(tab)


def _days_late(registration: Registration, day: date) -> int:
    due = registration.due
    return max(0, (day - due.on).days) if due else 0


def _text(place: Place) -> str:
    raw = json.dumps([place.order_on.isoformat(), place.id])
    return base64.urlsafe_b64encode(raw.encode()).decode()


def _place(text: str) -> Place:
    try:
        day, card_id = json.loads(base64.urlsafe_b64decode(text))
        # a text that is no Unicode would fail in the database
        return Place(date.fromisoformat(day), str(card_id).encode().decode())
    except (ValueError, TypeError, RecursionError, binascii.Error) as error:
        raise Invalid("Alamat halaman ini tidak benar. Buka daftar kartu dari menu.") from error
