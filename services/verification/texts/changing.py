"""An administrator changes the words of a message: each save is a new version, none is lost.

The event with the whole text leaves in the same transaction; notify uses it from then on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from services.verification.audit import log
from services.verification.audit.domain import Entry
from services.verification.officers.sessions import Session, require_recent
from services.verification.texts import store
from services.verification.texts.store import TextVersion
from shared.contracts.texts import TextChanged
from shared.errors import Conflict, Invalid, NotFound
from shared.texts.builtin import BUILTIN
from shared.texts.checking import Problem, problems
from shared.texts.composing import Composer
from shared.texts.messages import MESSAGES, MessageId
from shared.texts.wording import Wording
from shared.uow import Scope, Tx

WHY_LONGEST = 200
_MANY_BLANK = re.compile(r"\n{3,}")


class NewerText(Conflict):
    """A colleague saved a version while this one was being written."""

    code = "text_changed"

    def __init__(self, newer: TextVersion) -> None:
        super().__init__(
            f"Sementara Anda mengetik, {newer.by} menyimpan versi {newer.wording.version}. "
            "Teks Anda belum tersimpan, tetapi masih ada di bawah. Bandingkan dengan versi itu, "
            "lalu simpan lagi bila masih sesuai."
        )
        self.newer = newer


class BrokenText(Invalid):
    """Teks belum bisa disimpan."""

    def __init__(self, found: list[Problem]) -> None:
        super().__init__()
        self.problems = found


@dataclass(frozen=True)
class Change:
    """Who changes which message, the version he saw, and why."""

    by: Session
    message: MessageId
    version: int
    why: str


async def change_message(tx: Tx, act: Change, wording: Wording, composer: Composer) -> Wording:
    """Raises `BrokenText` with all that is wrong, `NewerText` when a colleague was faster."""
    _require(act)
    if found := problems(MESSAGES[act.message], wording, composer):
        raise BrokenText(found)
    return await _save(tx, act, wording, None)


async def restore_message(tx: Tx, act: Change, version: int, composer: Composer) -> Wording:
    """Old words once more, as a new version; 0 are those of the program."""
    _require(act)
    old = await wording_of(tx, act.message, version)
    if found := problems(MESSAGES[act.message], old, composer):  # rules may have grown
        raise BrokenText(found)
    return await _save(tx, act, old, version)


async def wording_of(scope: Scope, message: MessageId, version: int) -> Wording:
    if version == 0:
        return BUILTIN[message]
    every = await store.versions(scope, message)
    found = next((each.wording for each in every if each.wording.version == version), None)
    if found is None:
        raise NotFound("Versi ini tidak ada. Kembali ke daftar versi.")
    return found


def tidied(subject: str, body: str) -> Wording:
    """As typed in a form, without what nobody sees."""
    lines = [line.strip() for line in body.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return Wording(subject.strip(), _MANY_BLANK.sub("\n\n", "\n".join(lines)).strip())


def _require(act: Change) -> None:
    act.by.officer.require("edit_texts")
    require_recent(act.by)
    if len(act.why) > WHY_LONGEST:
        raise BrokenText([Problem("why", f"Alasan paling banyak {WHY_LONGEST} huruf.")])


async def _save(tx: Tx, act: Change, wording: Wording, restores: int | None) -> Wording:
    newest = await store.newest(tx, act.message)
    present = newest.wording if newest else BUILTIN[act.message]
    if newest is not None and present.version != act.version:
        raise NewerText(newest)
    if (present.subject, present.body) == (wording.subject, wording.body):
        raise BrokenText([Problem("body", "Belum ada yang Anda ubah.")])
    new = replace(wording, version=present.version + 1)
    who = act.by.officer
    version = TextVersion(act.message, new, tx.at, who.name, act.why, restores)
    await store.add(tx, version)
    event = TextChanged(
        message=act.message,
        version=new.version,
        subject=new.subject,
        body=new.body,
        changed_at=tx.at,
    )
    tx.emit(event, subject=act.message, version=new.version)
    detail = {"message": act.message, "version": new.version, "restores": restores, "why": act.why}
    await log.record(tx, Entry(who.actor, "text.changed", detail=detail))
    return new
