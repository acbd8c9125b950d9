"""What happened to an application, and what comes next, line by line in plain words. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from services.intake.applications import item_label
from services.intake.domain import Application, Entry
from shared.code_lists import BY_CHANNEL
from shared.dates import long_date


@dataclass(frozen=True)
class Line:
    """One line of the timeline; `items` are further lines below it."""

    at: datetime
    title: str
    text: str = ""
    items: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """Something that has not happened yet."""

    title: str
    text: str = ""


def lines_of(application: Application) -> tuple[Line, ...]:
    """What happened, oldest first.

    What an officer began before hearing of a withdrawal leads nowhere and is not told.
    """
    withdrawn_at = _withdrawn_at(application)
    overruled = withdrawn_at is not None and application.state != "withdrawn"
    lines = []
    for entry in application.timeline:
        if withdrawn_at and entry["what"] in _VAIN and entry["at"] > withdrawn_at:
            continue
        made = _LINES[entry["what"]](entry)
        if entry["what"] == "withdrawn" and overruled:
            made = Line(entry["at"], *_OVERRULED[entry["reason"]])
        lines.append(made)
    return tuple(lines)


def steps_of(application: Application, decision: str, card: str) -> tuple[Step, ...]:
    """What comes next; `decision` and `card` say when."""
    issue = Step("Kartu AK-1 terbit", card)
    state = application.state
    if state == "returned" and application.returned:
        due = long_date(date.fromisoformat(application.returned["due_on"]))
        return (
            Step("Anda mengirim perbaikan", f"Paling lambat {due}."),
            Step("Petugas memeriksa lagi"),
            issue,
        )
    if state == "submitted":
        return (Step("Petugas memeriksa data dan berkas", decision), issue)
    if state == "under_review":
        return (Step("Petugas memberi keputusan", decision), issue)
    if state == "approved":
        return () if application.is_never_issued else (issue,)
    return ()


def _withdrawn_at(application: Application) -> datetime | None:
    return next(
        (entry["at"] for entry in application.timeline if entry["what"] == "withdrawn"), None
    )


def _returned(entry: Entry) -> Line:
    due = long_date(date.fromisoformat(entry["due_on"]))
    note = f" Catatan petugas: {entry['note']}" if entry["note"] else ""
    items = tuple(f"{item_label(each['item'])}: {each['reason']}" for each in entry["items"])
    return Line(
        entry["at"], "Perlu diperbaiki", f"Kirim perbaikan paling lambat {due}.{note}", items
    )


def _rejected(entry: Entry) -> Line:
    note = f" Catatan petugas: {entry['note']}" if entry["note"] else ""
    return Line(entry["at"], "Permohonan ditolak", f"{entry['reason']}{note}")


def _withdrawn(entry: Entry) -> Line:
    return Line(entry["at"], "Permohonan dibatalkan", _WITHDRAWN[entry["reason"]])


def _reported(entry: Entry) -> Line:
    due = entry["next_due_on"]
    follows = (
        f" Lapor berikutnya paling lambat {long_date(date.fromisoformat(due))}." if due else ""
    )
    return Line(
        entry["at"],
        f"Lapor ke-{entry['line_no']} diterima",
        f"Terima kasih sudah melapor.{follows}",
    )


def _revoked(entry: Entry) -> Line:
    if entry["reason"] == "superseded":
        return Line(
            entry["at"], "Kartu diganti", "Kartu baru Anda sudah terbit. Pakai kartu yang baru."
        )
    return Line(entry["at"], "Kartu dicabut", "Kartu ini tidak berlaku. Hubungi kantor kami.")


def _placed(entry: Entry) -> Line:
    since = long_date(date.fromisoformat(entry["on"]))
    return Line(entry["at"], "Sudah bekerja", f"Anda tercatat bekerja sejak {since}.")


def _removed(entry: Entry) -> Line:
    return Line(
        entry["at"],
        "Dihapuskan dari daftar",
        _REMOVED.get(entry["reason"], "Kartu tidak aktif lagi."),
    )


_REMOVED = {
    "report_overdue": "Anda tidak melapor sampai batas waktunya.",
    "expired": "Masa berlaku kartu habis dan tidak diperpanjang.",
    "withdrew": "Atas permintaan Anda.",
    "moved_out": "Anda pindah ke daerah lain.",
}
_VAIN = frozenset({"review_started", "returned"})
_WITHDRAWN = {
    "applicant_request": "Dibatalkan atas permintaan Anda.",
    "not_amended_in_time": "Perbaikan tidak kami terima sampai batas waktunya.",
}
_DECISION_STANDS = "Petugas sudah memutuskan sebelum itu, jadi keputusan petugas yang berlaku."
_OVERRULED = {
    "applicant_request": ("Anda meminta pembatalan", _DECISION_STANDS),
    "not_amended_in_time": ("Batas waktu perbaikan lewat", _DECISION_STANDS),
}
_LINES: dict[str, Callable[[Entry], Line]] = {
    "submitted": lambda e: Line(
        e["at"], "Permohonan dikirim", "Data dan berkas Anda sudah kami terima."
    ),
    "review_started": lambda e: Line(
        e["at"], "Mulai diperiksa", "Petugas mulai memeriksa data dan berkas Anda."
    ),
    "returned": _returned,
    "amended": lambda e: Line(
        e["at"],
        "Perbaikan dikirim",
        "Petugas akan memeriksa lagi.",
        tuple(map(item_label, e["changed"])),
    ),
    "rejected": _rejected,
    "approved": lambda e: Line(e["at"], "Permohonan disetujui", "Kartu AK-1 Anda mulai dibuat."),
    "issued": lambda e: Line(
        e["at"],
        "Kartu AK-1 terbit",
        f"Nomor kartu {e['registration_number']}. Kartu dapat diunduh.",
    ),
    "reported": _reported,
    "card_sealed": lambda e: Line(
        e["at"],
        "Kartu ditandatangani secara elektronik",
        "Kartu yang Anda unduh sekarang sudah bertanda tangan elektronik.",
    ),
    "card_revoked": _revoked,
    "card_expired": lambda e: Line(
        e["at"], "Masa berlaku kartu habis", "Kartu ini tidak berlaku lagi."
    ),
    "card_placed": _placed,
    "card_removed": _removed,
    "card_printed": lambda e: Line(
        e["at"], "Kartu siap diambil", "Kartu cetak Anda ada di kantor kami. Bawa KTP Anda."
    ),
    "card_collected": lambda e: Line(
        e["at"],
        "Kartu sudah diambil",
        "Kartu cetak diserahkan kepada orang yang mewakili Anda."
        if e["by_other"]
        else "Kartu cetak sudah Anda terima.",
    ),
    "withdrawn": _withdrawn,
    "notice_sent": lambda e: Line(
        e["at"],
        "Pesan terkirim",
        f"Kami mengirim pesan kepada Anda lewat {BY_CHANNEL.get(e['channel'], e['channel'])}.",
    ),
    "notice_failed": lambda e: Line(
        e["at"],
        "Pesan tidak terkirim",
        "Pesan kami tidak sampai kepada Anda. Lihat perkembangan di halaman ini.",
    ),
}
