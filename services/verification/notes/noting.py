"""add_note, withdraw_note, notes_of: what officers do with notes. No event ever tells of one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from services.verification.audit import log
from services.verification.audit.domain import Entry
from services.verification.notes import store
from services.verification.notes.domain import LONGEST, Note, checked_text
from services.verification.officers.domain import Officer
from services.verification.review.four_eyes import require_not_own
from services.verification.review.reading import case_of
from shared.errors import Invalid, NotFound
from shared.ids import uuid7
from shared.sealed import KeyRing
from shared.uow import Scope, Tx

_KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Typed:
    """What a form holds. `key` becomes the id of the note, so that a double click makes one."""

    key: str = field(default_factory=uuid7)
    text: str = ""
    is_private: bool = False


@dataclass(frozen=True)
class Notes:
    """The notes of a case that an officer may see, newest first, and what he types."""

    every: list[Note]
    typed: Typed
    error: str = ""
    longest: int = LONGEST

    @property
    def count(self) -> int:
        return sum(each.withdrawn_at is None for each in self.every)


async def add_note(tx: Tx, keys: KeyRing, officer: Officer, case_id: str, typed: Typed) -> Note:
    """Write a note; the same form again is the same note."""
    officer.require("read_cases")
    require_not_own(await case_of(tx, case_id), officer)
    text = checked_text(typed.text)
    if not _KEY.fullmatch(typed.key):
        raise Invalid("Formulir ini tidak lengkap. Muat ulang halaman, lalu tulis lagi.")
    note_id = typed.key
    known = await store.find(tx, keys, note_id)
    if known is not None:
        if (known.case_id, known.author_id, known.text) == (case_id, officer.id, text):
            return known
        note_id = uuid7()  # another note, typed into a form that "back" brought up again
    note = Note(note_id, case_id, text, typed.is_private, officer.id, officer.name, tx.at)
    await store.add(tx, keys, note)
    detail = {"note_id": note.id, "is_private": note.is_private}
    await log.record(tx, Entry(officer.actor, "note.added", case_id, detail))
    return note


async def withdraw_note(
    tx: Tx, keys: KeyRing, officer: Officer, case_id: str, note_id: str
) -> None:
    """Take back an own note: it stays on record, its text is not shown any more."""
    officer.require("read_cases")
    note = await store.find(tx, keys, note_id)
    if note is None or note.case_id != case_id or note.author_id != officer.id:
        raise NotFound("Catatan ini bukan catatan Anda atau tidak ada. Buka lagi permohonannya.")
    if await store.withdraw(tx, note_id, tx.at):
        detail = {"note_id": note_id, "is_private": note.is_private}
        await log.record(tx, Entry(officer.actor, "note.withdrawn", case_id, detail))


async def notes_of(scope: Scope, keys: KeyRing, officer: Officer, case_id: str) -> Notes:
    """For the page of a case, which has recorded the view."""
    officer.require("read_cases")
    every = await store.of_case(scope, keys, case_id)
    return Notes([each for each in every if each.may_see(officer)], Typed())
