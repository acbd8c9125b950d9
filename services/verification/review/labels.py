"""States, checks and notices in Indonesian, for the officer."""

from __future__ import annotations

STATE = {
    "submitted": "Diajukan",
    "under_review": "Sedang diperiksa",
    "approval": "Menunggu persetujuan",
    "returned": "Perlu diperbaiki pemohon",
    "rejected": "Ditolak",
    "approved": "Disetujui",
    "issued": "Diterbitkan",
}
CHECK = {
    "matches": "Sesuai",
    "does_not_match": "Tidak sesuai",
    "unreadable": "Tak terbaca",
}
NOTICE = {
    "submitted": "tanda terima pendaftaran",
    "returned": "permintaan perbaikan",
    "rejected": "penolakan",
    "issued": "kartu terbit",
}
