"""Every message: when it goes, and the names its words may use and must use."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

from shared.texts.wording import Item, Kind, Placeholder

MessageId = Literal[
    "submitted",
    "returned",
    "rejected",
    "issued",
    "withdrawn",
    "closed",
    "overdue",
    "draft_kept",
    "draft_expiring",
    "code",
]
MESSAGE_IDS: tuple[MessageId, ...] = get_args(MessageId)


@dataclass(frozen=True)
class Message:
    """`title` and `when` are for the administrator."""

    id: MessageId
    title: str
    when: str
    placeholders: tuple[Placeholder, ...]

    @property
    def kinds(self) -> dict[str, Kind]:
        return {each.name: each.kind for each in self.placeholders}


_NAME = Placeholder("nama", "nama lengkap pemohon", "Siti Mu'min")
_REFERENCE = Placeholder(
    "nomor_pendaftaran", "nomor pendaftaran", "AK1-7QX2M9K4TDZ", "fact", required=True
)
_STATUS = Placeholder(
    "tautan_status",
    "alamat halaman status",
    "https://contoh.go.id/status",
    "link",
    required=True,
)
_APPLY = Placeholder("tautan_daftar", "alamat halaman pendaftaran", "https://contoh.go.id/", "link")
_CONTINUE = Placeholder(
    "tautan_lanjut",
    "alamat untuk melanjutkan",
    "https://contoh.go.id/lanjutkan",
    "link",
    required=True,
)
_NOTE = Placeholder(
    "catatan",
    "catatan petugas; barisnya hilang bila tidak ada",
    "Latar foto merah atau biru.",
    required=True,
)
_CODE = Placeholder("kode", "kode rahasia", "D-7K3M9-QX2TD-4", "code", required=True)
_KEPT_UNTIL = Placeholder(
    "disimpan_sampai", "tanggal isian dihapus", "24 Desember 2026", required=True
)
_AT = Placeholder("pukul", "jam, tanpa WIB", "10.32")

MESSAGES: dict[MessageId, Message] = {
    each.id: each
    for each in (
        Message(
            "submitted",
            "Tanda terima pendaftaran",
            "Dikirim setelah pemohon mengirim pendaftaran.",
            (
                _NAME,
                _REFERENCE,
                _STATUS,
                Placeholder("hari_kerja", "janji lama pemeriksaan, hari kerja", "1"),
            ),
        ),
        Message(
            "returned",
            "Permintaan perbaikan",
            "Dikirim ketika petugas meminta perbaikan.",
            (
                _NAME,
                _REFERENCE,
                Placeholder(
                    "daftar_perbaikan",
                    "bagian yang harus diperbaiki dengan alasannya; pada baris sendiri",
                    (
                        Item("Pas foto 3x4", "Pas foto belum sesuai. Wajah harus terlihat jelas."),
                        Item("KTP", "Foto KTP tidak terbaca. Foto ulang di tempat terang."),
                    ),
                    "list",
                    required=True,
                ),
                _NOTE,
                Placeholder(
                    "batas_waktu",
                    "hari dan tanggal terakhir memperbaiki",
                    "Selasa, 1 Desember 2026",
                    required=True,
                ),
                Placeholder("batas_tanggal", "tanggal itu tanpa hari", "1 Desember 2026"),
                _STATUS,
            ),
        ),
        Message(
            "rejected",
            "Penolakan",
            "Dikirim ketika Pengantar Kerja menolak permohonan.",
            (
                _NAME,
                _REFERENCE,
                Placeholder(
                    "alasan",
                    "alasan penolakan",
                    "Anda sudah memiliki kartu AK-1 yang masih berlaku.",
                    required=True,
                ),
                _NOTE,
                _STATUS,
            ),
        ),
        Message(
            "issued",
            "Kartu terbit",
            "Dikirim ketika kartu AK-1 sudah jadi.",
            (
                _NAME,
                _REFERENCE,
                Placeholder(
                    "nomor_kartu", "nomor kartu AK-1", "1404241126000001", "fact", required=True
                ),
                Placeholder(
                    "berlaku_sampai",
                    "hari dan tanggal terakhir kartu berlaku",
                    "Jumat, 24 November 2028",
                    "fact",
                    required=True,
                ),
                Placeholder("bulan_lapor", "jarak laporan, bulan", "6"),
                Placeholder(
                    "lapor_pertama",
                    "batas laporan pertama; barisnya hilang bila tidak ada",
                    "Senin, 24 Mei 2027",
                    required=True,
                ),
                _STATUS,
            ),
        ),
        Message(
            "withdrawn",
            "Pembatalan oleh pemohon",
            "Dikirim setelah pemohon membatalkan pendaftarannya.",
            (_NAME, _REFERENCE, _APPLY, replace(_STATUS, required=False)),
        ),
        Message(
            "closed",
            "Penutupan karena tidak diperbaiki",
            "Dikirim ketika perbaikan tidak datang sampai batas waktu.",
            (
                _NAME,
                _REFERENCE,
                Placeholder("hari_perbaikan", "waktu memperbaiki, hari", "7"),
                _APPLY,
                replace(_STATUS, required=False),
            ),
        ),
        Message(
            "overdue",
            "Lewat batas waktu",
            "Dikirim kepada Kepala Bidang ketika satu permohonan melewati janji layanan.",
            (
                _REFERENCE,
                Placeholder("tahap", "yang terlambat", "pemeriksaan", required=True),
                Placeholder(
                    "batas_waktu",
                    "tanggal dan jam janji layanan",
                    "24 November 2026 pukul 16.00 WIB",
                    required=True,
                ),
            ),
        ),
        Message(
            "draft_kept",
            "Kode untuk melanjutkan",
            "Dikirim ketika isian yang belum dikirim disimpan. Nama belum diketahui.",
            (_CODE, _KEPT_UNTIL, _CONTINUE),
        ),
        Message(
            "draft_expiring",
            "Isian hampir dihapus",
            "Dikirim sebelum isian yang belum dikirim dihapus. Nama belum diketahui.",
            (_CODE, _KEPT_UNTIL, _AT, _CONTINUE),
        ),
        Message(
            "code",
            "Kode sekali pakai",
            "Dikirim ketika seseorang membuka kembali pendaftarannya.",
            (
                replace(_CODE, sample="070707"),
                replace(_AT, label="jam kode berakhir, tanpa WIB", required=True),
            ),
        ),
    )
}
