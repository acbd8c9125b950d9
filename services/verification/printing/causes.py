"""Why the sheets of a batch could not be made, and what helps, in plain words."""

from __future__ import annotations

_REVOKED = "Kartu ini sudah dicabut, jadi tidak boleh dicetak."
_PHOTO = "Pas foto kartu ini tidak dapat dibaca dari penyimpanan berkas."
_BUSY = "Server terlalu sibuk. Coba lagi beberapa menit lagi."
_CAUSES = {
    "revoked": _REVOKED,
    "expired": "Masa berlaku kartu ini sudah habis, jadi tidak perlu dicetak.",
    "failed": "Kartu ini gagal dibuat. Urus dulu di halaman Macet.",
    "allocated": "Kartu ini masih dibuat. Coba lagi sebentar lagi.",
    "unknown_card": "Kartu ini tidak ada di pembuat kartu. Kabari penyedia sistem.",
    "NotFound": _PHOTO,
    "Damaged": _PHOTO,
    "RenderError": "Kartu ini tidak dapat digambar lagi. Cetak dari halaman permohonannya dengan "
    'tombol "Buka kartu", atau kabari penyedia sistem.',
    "WorkTimedOut": _BUSY,
    "WorkerDied": _BUSY,
    "SheetError": "Kartu tidak muat di bentuk cetakan ini. Batalkan daftar ini, lalu buat lagi "
    "dengan bentuk lain.",
    "too_many": "Daftar ini terlalu panjang. Batalkan, lalu buat beberapa daftar.",
}
_UNKNOWN = "Sebabnya tidak diketahui. Coba lagi sekali; bila gagal lagi, kabari penyedia sistem."


def cause_of(code: str) -> str:
    return _CAUSES.get(code, _UNKNOWN) if code else ""
