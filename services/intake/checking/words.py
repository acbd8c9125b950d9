"""What the holder of a card is told about how it stands, and what to do. Pure."""

from __future__ import annotations

from services.intake.checking.standing import Stands
from shared.dates import long_date
from shared.office import Office


def told_unissued(stands: Stands, office: Office) -> str:
    """For the status page of an application whose card ended before it was issued."""
    if stands.standing == "superseded":
        return (
            "Kartu untuk permohonan ini tidak jadi dibuat, karena kartu Anda yang lebih baru sudah "
            "terbit. Pakai kartu yang baru: cek statusnya dengan nomor pendaftaran permohonan yang "
            "baru."
        )
    return (
        "Permohonan ini sudah disetujui, tetapi kartunya dicabut kantor kami sebelum terbit, jadi "
        "tidak dibuat lagi. Untuk menanyakan sebabnya, hubungi kantor kami: "
        f"{office.identity.telephone}. Bila Anda masih memerlukan kartu, daftar lagi."
    )


def told(stands: Stands, office: Office) -> str:
    """For the status page of the application the card was issued for."""
    phone = office.identity.telephone
    due = stands.due
    if stands.standing == "valid":
        ready = "Kartu AK-1 Anda sudah terbit. Unduh kartu di halaman ini."
        if due is None:
            return ready
        return f"{ready} Lapor berikutnya (ke-{due.line_no}) paling lambat {long_date(due.on)}."
    if stands.standing == "report_overdue" and due and stands.leaves_on:
        return (
            f"Anda terlambat lapor. Lapor ke-{due.line_no} jatuh tempo {long_date(due.on)}. "
            f"Datang atau telepon kantor kami ({phone}) paling lambat "
            f"{long_date(stands.leaves_on)}. Sesudah itu nama Anda dihapus dari daftar pencari "
            "kerja dan kartu ini tidak aktif lagi."
        )
    return {
        "superseded": (
            "Kartu ini sudah diganti kartu baru dan tidak berlaku lagi. Pakai kartu yang baru: "
            "cek statusnya dengan nomor pendaftaran permohonan yang baru."
        ),
        "revoked": f"Kartu ini dicabut dan tidak berlaku lagi. Hubungi kantor kami: {phone}.",
        "expired": (
            "Masa berlaku kartu ini sudah habis. Bila masih mencari kerja, daftar kartu baru."
        ),
        "placed": (
            "Anda tercatat sudah bekerja, jadi kartu ini tidak aktif lagi. Bila kelak mencari "
            "kerja lagi, daftar kartu baru."
        ),
    }.get(
        stands.standing,
        "Nama Anda sudah dihapus dari daftar pencari kerja, jadi kartu ini tidak aktif lagi. Bila "
        f"masih mencari kerja, daftar kartu baru, atau hubungi kantor kami: {phone}.",
    )
