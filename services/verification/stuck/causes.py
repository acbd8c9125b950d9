"""Why work is stuck and what helps, in plain words: cards, messages, and dead letters."""

from __future__ import annotations

from dataclasses import dataclass

from services.verification.stuck.domain import Kind

_BY_PHONE = "Hubungi pemohon lewat telepon, lalu sisihkan."


@dataclass(frozen=True)
class Cause:
    """What happened, and what the officer should do."""

    what: str
    do: str


_CARDS = {
    "RenderError": Cause(
        "Kartu tidak dapat digambar. Biasanya pas foto rusak, atau ada isian yang terlalu panjang.",
        "Coba lagi sekali. Bila gagal lagi, sisihkan dan kabari penyedia sistem.",
    ),
    "SealError": Cause(
        "Kartu tidak dapat disegel dengan sertifikat kantor.",
        "Coba lagi sekali. Bila gagal lagi, kabari penyedia sistem.",
    ),
    "WorkTimedOut": Cause(
        "Pembuatan kartu terlalu lama. Biasanya karena server sedang sibuk.", "Coba lagi."
    ),
    "WorkerDied": Cause(
        "Pembuat kartu berhenti di tengah jalan. Biasanya karena memori server penuh.",
        "Coba lagi. Bila gagal lagi, kabari pengelola server.",
    ),
    "NotFound": Cause(
        "Berkas pas foto tidak ada di penyimpanan berkas.",
        "Minta pengelola server memulihkan berkas dari cadangan, lalu coba lagi.",
    ),
    "Damaged": Cause(
        "Berkas pas foto di penyimpanan rusak atau tertukar.",
        "Minta pengelola server memulihkan berkas dari cadangan, lalu coba lagi.",
    ),
}
_UNKNOWN_CARD = Cause(
    "Kartu gagal dibuat karena sebab lain.",
    "Coba lagi sekali. Bila gagal lagi, kabari penyedia sistem.",
)
_WRONG_ADDRESS = Cause("Alamat email salah: server penerima tidak mengenalnya.", _BY_PHONE)
_NOTICES = {
    "no_channel": Cause("Pemohon tidak punya alamat email.", _BY_PHONE),
    "bad_address": Cause("Alamat email salah tulis.", _BY_PHONE),
    "not_supported": Cause(
        "Alamat email memakai huruf yang tidak dapat dikirimi server email kantor.", _BY_PHONE
    ),
    **dict.fromkeys(("smtp_510", "smtp_511", "smtp_550", "smtp_551", "smtp_553"), _WRONG_ADDRESS),
    "smtp_552": Cause(
        "Kotak surat pemohon penuh.", "Kirim lagi besok. Bila gagal lagi, hubungi lewat telepon."
    ),
    "smtp_554": Cause(
        "Server email penerima menolak pesan ini, mungkin dikira spam.",
        "Kirim lagi sekali. Bila gagal lagi, hubungi lewat telepon, lalu sisihkan.",
    ),
    "attempts_exhausted": Cause(
        "Server email tidak dapat dihubungi atau menolak sementara; sudah dicoba berhari-hari.",
        "Pastikan server email kantor berjalan, lalu kirim lagi.",
    ),
}
_OTHER_REFUSAL = Cause(
    "Server email menolak pesan ini.",
    "Kirim lagi sekali. Bila semua pesan ditolak, kabari pengelola server email.",
)
# Sending again cannot help; a corrected address can, so that one at a time may be tried.
HOPELESS = tuple(code for code, cause in _NOTICES.items() if cause.do is _BY_PHONE)
EXPIRED = "expired"  # nobody waits for the message any more

NOTICE_NAMES = {
    "submitted": "Tanda terima pendaftaran",
    "returned": "Permintaan perbaikan",
    "rejected": "Penolakan",
    "issued": "Kartu terbit",
    "withdrawn": "Pembatalan",
    "overdue": "Lewat batas waktu, kepada Kepala Bidang",
    "draft_kept": "Kode draf pendaftaran",
    "draft_expiring": "Peringatan draf akan dihapus",
}

QUEUES = {
    "intake.decisions": "Keputusan petugas yang belum tampil di halaman pemohon",
    "intake.cards": "Kabar kartu yang belum tampil di halaman pemohon",
    "intake.notices": "Kabar pengiriman pesan yang belum tampil di halaman pemohon",
    "verification.applications": "Pendaftaran yang belum sampai di meja petugas",
    "verification.surveys": "Jawaban survei yang belum tercatat",
    "verification.cards": "Kabar kartu yang belum sampai di meja petugas",
    "verification.batches": "Kabar lembar cetak yang belum sampai di meja petugas",
    "verification.notices": "Kabar pengiriman pesan yang belum sampai di meja petugas",
    "cards.approvals": "Persetujuan yang belum sampai di pembuat kartu",
    "cards.batches": "Lembar cetak yang belum digambar",
    "cards.closed_batches": "Lembar cetak selesai dipakai yang belum dihapus",
    "cards.rendering": "Kartu yang belum dibuat",
    "notify.events": "Kabar untuk pemohon yang belum menjadi pesan",
}
TYPES = {
    "application.submitted.v1": "Pendaftaran",
    "application.amended.v1": "Perbaikan dari pemohon",
    "application.withdrawn.v1": "Pembatalan",
    "draft.kept.v1": "Draf yang disimpan",
    "draft.expiring.v1": "Draf yang akan dihapus",
    "code.requested.v1": "Permintaan kode masuk",
    "survey.answered.v1": "Jawaban survei",
    "review.started.v1": "Kabar mulai diperiksa",
    "review.overdue.v1": "Kabar lewat batas waktu",
    "application.returned.v1": "Permintaan perbaikan",
    "application.rejected.v1": "Penolakan",
    "application.approved.v1": "Persetujuan",
    "text.changed.v1": "Perubahan teks pesan",
    "card.retry_requested.v1": "Permintaan membuat ulang kartu",
    "notice.retry_requested.v1": "Permintaan mengirim ulang pesan",
    "card.printed.v1": "Kabar kartu dicetak",
    "card.collected.v1": "Kabar kartu diambil",
    "card.allocated.v1": "Kartu yang akan dibuat",
    "card.issued.v1": "Kabar kartu terbit",
    "card.failed.v1": "Kabar kartu gagal dibuat",
    "card.revoked.v1": "Kabar kartu dicabut",
    "card.expired.v1": "Kabar masa berlaku kartu habis",
    "card.revocation_requested.v1": "Permintaan mencabut kartu",
    "card.sealed.v1": "Kabar kartu ditandatangani",
    "job_seeker.reported.v1": "Laporan enam bulanan",
    "job_seeker.placed.v1": "Kabar pencari kerja ditempatkan",
    "job_seeker.removed.v1": "Kabar pencari kerja dihapuskan",
    "print_batch.requested.v1": "Permintaan mencetak kartu",
    "print_batch.closed.v1": "Kabar lembar cetak selesai dipakai",
    "print_batch.progressed.v1": "Kabar kemajuan lembar cetak",
    "print_batch.ready.v1": "Kabar lembar cetak siap",
    "print_batch.failed.v1": "Kabar lembar cetak gagal",
    "notice.sent.v1": "Kabar pesan terkirim",
    "notice.failed.v1": "Kabar pesan gagal",
}
UNKNOWN_TYPE = "Data yang tidak dikenal"
_LETTERS = {
    "rejected": Cause(
        "Isinya tidak dapat dibaca, atau yang dirujuknya tidak ada.",
        "Kirim ulang sekali. Bila kembali ke sini, sisihkan dan kabari penyedia sistem.",
    ),
    "delivery_limit": Cause(
        "Sudah dicoba berkali-kali dan selalu gagal. Biasanya karena gangguan.",
        "Bila gangguan sudah lewat, kirim ulang.",
    ),
}
_UNKNOWN_LETTER = Cause("Sebabnya tidak tercatat.", "Kirim ulang sekali.")


def of_failure(kind: Kind, code: str) -> Cause:
    if kind == "card":
        return _CARDS.get(code, _UNKNOWN_CARD)
    return _NOTICES.get(code, _OTHER_REFUSAL)


def of_letter(reason: str) -> Cause:
    return _LETTERS.get(reason, _UNKNOWN_LETTER)


def queue_name(queue: str) -> str:
    return QUEUES.get(queue, queue)


def type_name(event_type: str) -> str:
    return TYPES.get(event_type, UNKNOWN_TYPE)
