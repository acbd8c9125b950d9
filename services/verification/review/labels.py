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
    "printed": "Dicetak",
    "collected": "Diambil",
    "withdrawn": "Dibatalkan",
    "not_issued": "Kartu tidak terbit",
}
CHECK = {
    "matches": "Sesuai",
    "does_not_match": "Tidak sesuai",
    "unreadable": "Tak terbaca",
}
# on the buttons of a checklist
CHECK_SHORT = {
    "matches": "Sesuai",
    "does_not_match": "Tidak",
    "unreadable": "Tak terbaca",
}
NOTICE = {
    "submitted": "tanda terima pendaftaran",
    "returned": "permintaan perbaikan",
    "rejected": "penolakan",
    "issued": "kartu terbit",
    "withdrawn": "pembatalan",
    "overdue": "lewat batas waktu kepada Kepala Bidang",
}
WITHDRAWAL = {
    "applicant_request": "atas permintaan pemohon",
    "not_amended_in_time": "karena tidak diperbaiki sampai batas waktu",
}
LIKENESS = {
    "nik": "NIK",
    "name_and_birth_date": "nama dan tanggal lahir",
    "name_and_phone": "nama dan nomor HP",
    "phone": "nomor HP",
}
COLLECTOR = {
    "holder": "kepada pemegang kartu",
    "other": "kepada orang lain",
}
VERDICT = {
    "same": "Orang yang sama",
    "different": "Bukan duplikat",
}
