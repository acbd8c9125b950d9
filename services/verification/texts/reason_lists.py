"""An administrator changes the reasons of one group: each save is a new version of the whole list.

Codes never change and none is deleted, since cases of the past name them.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace

from services.verification.audit import log
from services.verification.audit.domain import Entry
from services.verification.officers.sessions import Session, require_recent
from services.verification.review.reasons import Reason, ReasonList
from services.verification.texts import reason_store
from services.verification.texts.changing import WHY_LONGEST
from services.verification.texts.differences import group_name
from services.verification.texts.reason_store import ListVersion
from shared.errors import Conflict, Invalid, NotFound
from shared.uow import Tx

LABEL_LONGEST = 60
TEXT_SHORTEST, TEXT_LONGEST = 10, 250
_CODE_LONGEST = 36


class NewerList(Conflict):
    """A colleague changed the same group while this one was being written."""

    code = "text_changed"

    def __init__(self, newer: ListVersion) -> None:
        super().__init__(
            f"Sementara Anda mengetik, {newer.by} mengubah alasan yang sama "
            f"(versi {newer.reasons.version}). Isian Anda belum tersimpan, tetapi masih ada di "
            "bawah. Lihat perbedaannya di daftar versi, lalu simpan lagi bila masih sesuai."
        )
        self.newer = newer


@dataclass(frozen=True)
class Change:
    """Who changes which group, the version of the list he saw, and why."""

    by: Session
    group: str
    version: int
    why: str


@dataclass(frozen=True)
class Added:
    """A reason that gets its code from its label."""

    label: str
    text: str


async def change_group(
    tx: Tx, act: Change, kept: Iterable[Reason], added: Added | None
) -> ReasonList:
    """`kept`: the reasons of the group in their new order; one that is missing stays at the end."""
    newest, present = await _present(tx, act)
    if act.group not in present.groups:
        raise NotFound("Daftar alasan ini tidak ada. Kembali ke semua alasan.")
    seen = await reason_store.version(tx, act.version)
    if newest and (seen is None or seen.groups.get(act.group) != present.groups[act.group]):
        raise NewerList(newest)
    known = {each.code: each for each in present.groups[act.group]}
    reasons = [_checked(each) for each in kept if each.code in known]
    reasons += [each for code, each in known.items() if code not in {one.code for one in reasons}]
    if added is not None:
        reasons.append(_checked(Reason(_new_code(added.label, present), added.label, added.text)))
    if all(each.is_retired for each in reasons):
        raise Invalid(f"{group_name(act.group)}: paling sedikit satu alasan harus tetap dipakai.")
    return await _save(tx, act, present, {**present.groups, act.group: tuple(reasons)}, None)


async def restore_list(tx: Tx, act: Change, version: int) -> ReasonList:
    """An old list once more, as a new version; reasons added since then are retired."""
    newest, present = await _present(tx, act)
    if newest and newest.reasons.version != act.version:
        raise NewerList(newest)
    old = await reason_store.version(tx, version)
    if old is None:
        raise NotFound("Versi ini tidak ada. Kembali ke daftar versi.")
    groups = {}
    for group, reasons in present.groups.items():
        back = old.groups.get(group, ())
        codes = {each.code for each in back}
        later = (replace(each, is_retired=True) for each in reasons if each.code not in codes)
        groups[group] = (*back, *later)
    return await _save(tx, act, present, groups, version)


async def _present(tx: Tx, act: Change) -> tuple[ListVersion | None, ReasonList]:
    act.by.officer.require("edit_texts")
    require_recent(act.by)
    if len(act.why) > WHY_LONGEST:
        raise Invalid(f"Keterangan perubahan paling banyak {WHY_LONGEST} huruf.")
    newest = await reason_store.newest(tx)
    return newest, await reason_store.in_force(tx)


async def _save(
    tx: Tx,
    act: Change,
    present: ReasonList,
    groups: dict[str, tuple[Reason, ...]],
    restores: int | None,
) -> ReasonList:
    if groups == present.groups:
        raise Invalid("Belum ada yang Anda ubah.")
    new = ReasonList(present.version + 1, groups)
    who = act.by.officer
    await reason_store.add(tx, ListVersion(new, tx.at, who.name, act.why, restores))
    detail = {"group": act.group, "version": new.version, "restores": restores, "why": act.why}
    await log.record(tx, Entry(who.actor, "reasons.changed", detail=detail))
    return new


def _checked(reason: Reason) -> Reason:
    label, text = " ".join(reason.label.split()), " ".join(reason.text.split())
    name = label or reason.code
    if not 1 <= len(label) <= LABEL_LONGEST:
        raise Invalid(f"Nama alasan “{name[:40]}” harus 1 sampai {LABEL_LONGEST} huruf.")
    if not TEXT_SHORTEST <= len(text) <= TEXT_LONGEST:
        raise Invalid(
            f"Kalimat untuk pemohon pada “{name[:40]}” harus {TEXT_SHORTEST} sampai "
            f"{TEXT_LONGEST} huruf. Sekarang {len(text)} huruf."
        )
    if any(unicodedata.category(each) in {"Cc", "Cs"} for each in label + text):
        raise Invalid(f"“{name[:40]}” memuat tanda yang tidak dapat ditampilkan. Ketik ulang.")
    return replace(reason, label=label, text=text)


def _new_code(label: str, present: ReasonList) -> str:
    """A stable name made of the label, such as `latar_tidak_merah`."""
    plain = unicodedata.normalize("NFKD", label.lower())
    stem = re.sub(r"[^a-z]+", "_", plain).strip("_")[:_CODE_LONGEST].strip("_") or "alasan"
    taken = {each.code for group in present.groups.values() for each in group}
    names = (stem, *(f"{stem}_{letter}" for letter in string.ascii_lowercase))
    free = next((name for name in names if name not in taken), None)
    if free is None:
        raise Invalid("Nama alasan ini sudah terlalu sering dipakai. Pilih nama lain.")
    return free
