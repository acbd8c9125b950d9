"""What the page of stuck work shows: references and kinds of things, no names and no contents."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from services.verification.officers.domain import Officer
from services.verification.search.store import references_of
from services.verification.stuck import causes, store
from services.verification.stuck.causes import Cause
from services.verification.stuck.domain import Failure, Kind, State
from services.verification.stuck.letters import LetterDesk, QueuesAway
from services.verification.stuck.store import KeptLetter
from shared.code_lists import BY_CHANNEL
from shared.messaging.dead_letters import DeadLetter
from shared.uow import Scope

SHOWN_MOST = 50
_LISTED: tuple[State, ...] = ("waiting", "asked")
_REFERENCE = re.compile(r"AK1-[0-9A-Z]{6,16}")


@dataclass(frozen=True)
class Line:
    """One thing that is stuck; `case_id` where its case is known."""

    id: str
    what: str
    reference: str
    case_id: str | None
    cause: Cause
    since: datetime | None
    more: str = ""
    by: str = ""
    at: datetime | None = None
    note: str = ""
    is_being_tried: bool = False
    is_unanswered: bool = False
    is_hopeless: bool = False


@dataclass(frozen=True)
class Section:
    """Things of one kind: the first of them, how many there are, how many "all" would take."""

    key: str
    title: str
    total: int
    lines: Sequence[Line]
    hopeful: int = 0


@dataclass(frozen=True)
class Overview:
    """The whole page; `trouble` says why dead letters cannot be shown."""

    cards: Section
    notices: Section
    shelves: Sequence[Section] = field(default_factory=tuple)
    trouble: str = ""

    @property
    def total(self) -> int:
        sections = (self.cards, self.notices, *self.shelves)
        return sum(each.total for each in sections)


async def overview(scope: Scope, desk: LetterDesk, now: datetime) -> Overview:
    """What waits for an officer."""
    desk.officer.require("repair_stuck_work")
    cards = await _failures(scope, "card", _LISTED, now)
    notices = await _failures(scope, "notice", _LISTED, now)
    try:
        shelves = await desk.shelves()
    except QueuesAway as error:
        return Overview(cards, notices, trouble=str(error))
    letters = [letter for shelf in shelves for letter in shelf.letters]
    known = await references_of(scope, [each.application_id for each in letters])
    sections = [
        Section(
            shelf.queue.name,
            causes.queue_name(shelf.queue.name),
            shelf.total,
            [_letter(each, known, each.key) for each in shelf.letters],
            shelf.total,
        )
        for shelf in shelves
    ]
    return Overview(cards, notices, sections)


async def overview_aside(scope: Scope, officer: Officer, now: datetime) -> Overview:
    """What was set aside."""
    officer.require("repair_stuck_work")
    cards = await _failures(scope, "card", ("aside",), now)
    notices = await _failures(scope, "notice", ("aside",), now)
    kept = await store.letters(scope, SHOWN_MOST)
    known = await references_of(scope, [each.letter.application_id for each in kept])
    lines = [_kept(each, known) for each in kept]
    total = await store.count_letters(scope)
    shelves = [Section("letters", "Data yang disisihkan", total, lines)] if lines else []
    return Overview(cards, notices, shelves)


async def _failures(scope: Scope, kind: Kind, states: Sequence[State], now: datetime) -> Section:
    found = await store.oldest(scope, kind, states, SHOWN_MOST)
    known = await references_of(scope, [each.application_id for each in found])
    title = "Kartu yang gagal dibuat" if kind == "card" else "Pesan yang gagal terkirim"
    return Section(
        kind,
        title,
        await store.count(scope, kind, states),
        [_failure(each, known, now) for each in found],
        await store.count(scope, kind, ("waiting",), causes.HOPELESS),
    )


def _failure(failure: Failure, known: dict[str, str], now: datetime) -> Line:
    reference = known.get(failure.application_id, "") if failure.case_id else ""
    channel = BY_CHANNEL.get(failure.channel or "", "")
    return Line(
        failure.id,
        "Kartu" if failure.kind == "card" else causes.NOTICE_NAMES.get(failure.template, "Pesan"),
        reference or ("Draf, belum dikirim" if failure.of_draft else ""),
        failure.case_id if reference else None,
        causes.of_failure(failure.kind, failure.cause),
        failure.failed_at,
        f"lewat {channel}" if channel else "",
        failure.by,
        failure.at,
        failure.note,
        failure.is_being_tried(now),
        failure.state == "asked" and not failure.is_being_tried(now),
        failure.cause in causes.HOPELESS,
    )


def _letter(letter: DeadLetter, known: dict[str, str], line_id: str) -> Line:
    reference = known.get(letter.application_id, "")
    named = letter.reference if _REFERENCE.fullmatch(letter.reference) else ""
    return Line(
        line_id,
        causes.type_name(letter.type),
        reference or named,
        letter.application_id if reference else None,
        causes.of_letter(letter.reason),
        letter.died_at,
        f"sudah {letter.replays} kali dikirim ulang" if letter.replays else "",
    )


def _kept(kept: KeptLetter, known: dict[str, str]) -> Line:
    line = _letter(kept.letter, known, kept.id)
    return Line(
        line.id,
        line.what,
        line.reference,
        line.case_id,
        line.cause,
        line.since,
        causes.queue_name(kept.letter.queue),
        kept.by,
        kept.at,
        kept.note,
    )
