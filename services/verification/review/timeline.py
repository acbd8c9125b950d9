"""What happened to a case, in the order it happened, in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.verification.audit import log
from services.verification.audit.domain import Recorded
from services.verification.register import labels as registered
from services.verification.review import labels, reasons, store
from services.verification.stuck import causes
from shared import code_lists
from shared.card_standing import SHOWN
from shared.mongo import Document
from shared.uow import Scope

_ACTS = {
    "application.submitted": "Pemohon mengirim permohonan",
    "application.amended": "Pemohon mengirim perbaikan",
    "application.withdrawn": "Permohonan dibatalkan",
    "claim.taken": "Mengambil permohonan",
    "claim.renewed": "Memperpanjang waktu pemeriksaan",
    "claim.released": "Melepas permohonan",
    "claim.taken_over": "Mengambil alih permohonan",
    "claim.freed": "Mengembalikan permohonan ke antrean",
    "checks.saved": "Menyimpan hasil pemeriksaan",
    "case.forwarded": "Meneruskan untuk disetujui",
    "case.given_back": "Mengembalikan untuk diperiksa lagi",
    "rejection.proposed": "Mengusulkan penolakan",
    "application.returned": "Meminta perbaikan",
    "application.rejected": "Menolak permohonan",
    "application.approved": "Menyetujui permohonan",
    "card.printed": "Menandai kartu sudah dicetak",
    "card.misprinted": "Menyatakan cetakan kartu rusak",
    "card.collected": "Menyerahkan kartu",
    "promise.broken": "Batas waktu pelayanan terlewati",
    "card.issued": "Kartu terbit",
    "card.sealed": "Menandatangani kartu secara elektronik",
    "job_seeker.reported": "Mencatat laporan",
    "job_seeker.placed": "Mencatat penempatan",
    "job_seeker.removed": "Menghapus dari daftar pencari kerja",
    "card.revocation_asked": "Mencabut kartu",
    "card.revoked": "Kartu dicabut",
    "card.expired": "Masa berlaku kartu habis",
    "card.failed": "Kartu gagal dibuat",
    "card.retry_asked": "Meminta kartu dibuat lagi",
    "card.set_aside": "Menyisihkan kartu yang gagal",
    "card.taken_up": "Mengurus lagi kartu yang gagal",
    "notice.retry_asked": "Meminta pesan dikirim lagi",
    "notice.set_aside": "Menyisihkan pesan yang gagal",
    "notice.taken_up": "Mengurus lagi pesan yang gagal",
    "letter.replayed": "Mengirim ulang data yang macet",
    "letter.set_aside": "Menyisihkan data yang macet",
    "duplicate.decided": "Memutuskan tentang data ganda",
    "note.added": "Menulis catatan",
    "note.withdrawn": "Menarik catatan",
    "counter.opened": "Membuka perbaikan untuk diisikan",
}
_ENTERED = {
    "application.submitted": "Permohonan diisikan untuk pemohon",
    "application.amended": "Perbaikan diisikan untuk pemohon",
}
_VIEWS = {
    "case.viewed": "Membuka permohonan",
    "notes.viewed": "Membuka catatan",
    "document.viewed": "Melihat berkas",
    "field.revealed": "Menampilkan data tertutup",
    "card.viewed": "Membuka kartu",
    "registration.viewed": "Membuka keadaan kartu",
    "search.made": "Mencari data",
    "access_log.viewed": "Membuka catatan akses",
}
_REVOCATION: dict[str, str] = {
    **{str(key): text for key, text in registered.REVOCATION.items()},
    "superseded": SHOWN["superseded"],
}
_FIELDS = {
    "nik": "NIK",
    "family_card_number": "nomor Kartu Keluarga",
    "disability": "kondisi disabilitas",
    "wage": "upah yang diinginkan",
}


@dataclass(frozen=True)
class Line:
    at: datetime
    who: str
    what: str
    more: str = ""
    is_problem: bool = False


async def timeline(scope: Scope, case_id: str) -> list[Line]:
    """Acts, card and messages, newest first."""
    acts = [_act(each) for each in await log.acts_of_case(scope, case_id)]
    notices = [_notice(each) for each in await store.notices_of(scope, case_id)]
    return sorted([*acts, *notices], key=lambda line: line.at, reverse=True)


async def acts_since(scope: Scope, case_id: str, moment: datetime, actor_id: str) -> list[Line]:
    """What others did since then, newest first."""
    acts = await log.acts_of_case(scope, case_id)
    later = [each for each in acts if each.at and each.at > moment and each.actor.id != actor_id]
    return [_act(each) for each in reversed(later)]


async def views(scope: Scope, case_id: str) -> list[Line]:
    """Who looked at what, newest first."""
    found = await log.views_of_case(scope, case_id)
    return [_view(each) for each in reversed(found)]


def line_of(entry: Recorded) -> Line:
    return _view(entry) if entry.is_view else _act(entry)


def _act(entry: Recorded) -> Line:
    who = "" if entry.actor.id == "system" else entry.actor.name
    verdict = labels.VERDICT.get(entry.detail.get("verdict", ""), "")
    taken_from = f"dari {entry.detail['from']}" if entry.detail.get("from") else ""
    more = [
        verdict,
        _items(entry.detail),
        taken_from,
        labels.COLLECTOR.get(entry.detail.get("collected_by", ""), ""),
        *_of_register(entry.detail),
        entry.detail.get("note") or "",
        _number(entry.detail),
    ]
    return Line(
        entry.time,
        who,
        _what(entry),
        " · ".join(each for each in more if each),
        is_problem=entry.action in {"card.failed", "promise.broken"},
    )


def _what(entry: Recorded) -> str:
    if "entered_by" in entry.detail and entry.action in _ENTERED:
        return _ENTERED[entry.action]
    return _ACTS.get(entry.action, entry.action)


def _items(detail: Document) -> str:
    if "items" in detail:
        return ", ".join(code_lists.ITEM.get(item, item) for item in detail["items"])
    if "reason_code" in detail:
        label: str = detail.get("reason_label") or reasons.BUILTIN.label(detail["reason_code"])
        return label
    if "reason" in detail:
        reason: str = detail["reason"]
        return labels.WITHDRAWAL.get(reason, reason)
    if "changed" in detail:
        return ", ".join(code_lists.ITEM.get(item, item) for item in detail["changed"])
    return ""


def _of_register(detail: Document) -> tuple[str, ...]:
    line = detail.get("line_no")
    return (
        f"laporan ke-{line}" if line else "",
        registered.ANSWER.get(detail.get("answer", ""), ""),
        registered.REMOVAL.get(detail.get("removal_reason", ""), ""),
        _REVOCATION.get(detail.get("revocation_reason", ""), ""),
    )


def _number(detail: Document) -> str:
    number = detail.get("registration_number")
    return f"nomor {number}" if number else ""


def _notice(row: Document) -> Line:
    name = labels.NOTICE.get(row["template"], row["template"])
    if row["state"] == "sent":
        channel = code_lists.BY_CHANNEL.get(row["channel"], row["channel"])
        return Line(row["at"], "", f"Pesan {name} terkirim", f"lewat {channel}")
    cause = causes.of_failure("notice", row["reason"])
    return Line(row["at"], "", f"Pesan {name} tidak terkirim", cause.what, is_problem=True)


def _view(entry: Recorded) -> Line:
    more = ""
    if entry.action == "document.viewed":
        kind = code_lists.DOCUMENT_KIND.get(entry.detail["kind"], entry.detail["kind"])
        more = f"{kind}, halaman {entry.detail['page']}"
    elif entry.action == "field.revealed":
        more = f"{_FIELDS.get(entry.detail['field'], '')}: {entry.purpose}"
    return Line(entry.time, entry.actor.name, _VIEWS.get(entry.action, entry.action), more)
