"""Standings and reasons of the register in Indonesian, for the officer."""

from __future__ import annotations

from collections.abc import Mapping

from services.verification.register.domain import ReasonToRevoke
from shared.card_standing import SHOWN
from shared.contracts.registry import RemovalReason

STANDING: Mapping[str, str] = {
    "report_due": "Jatuh tempo lapor",
    **{str(key): text for key, text in SHOWN.items()},
}
REMOVAL_BY_OFFICER: Mapping[RemovalReason, str] = {
    "withdrew": "Tidak mencari kerja lagi",
    "moved_out": "Pindah ke luar daerah",
    "died": "Meninggal dunia",
    "double": "Terdaftar ganda",
    "office": "Ditarik oleh kantor",
}
REMOVAL: Mapping[RemovalReason, str] = {
    **REMOVAL_BY_OFFICER,
    "report_overdue": "Tidak melapor sampai masa tenggang habis",
    "expired": "Masa berlaku kartu habis",
}
REVOCATION: Mapping[ReasonToRevoke, str] = {
    "false_data": "Data tidak benar",
    "court_order": "Putusan pengadilan",
    "office_error": "Kekeliruan kantor",
}
ANSWER = {
    "still_looking": "Belum bekerja, masih mencari",
    "data_changed": "Ada perubahan data",
    "employed": "Sudah bekerja",
    "withdrew": "Tidak mencari kerja lagi",
}
CARD_KIND = {
    "new": "Kartu baru",
    "renewal": "Perpanjangan",
    "correction": "Perbaikan data",
    "replacement": "Pengganti",
}
