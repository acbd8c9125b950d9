"""Why an act at the desk is refused, in words for the officer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.dates import date_and_time, time_of_day
from shared.errors import Conflict, Forbidden, Invalid, NotFound

if TYPE_CHECKING:
    from services.verification.review.domain import Case, Claim

_DONE = {
    "claimed": "mengambil permohonan ini",
    "released": "melepas permohonan ini",
    "checked": "menyimpan hasil pemeriksaan permohonan ini",
    "forwarded": "meneruskan permohonan ini untuk disetujui",
    "returned": "mengembalikan permohonan ini untuk diperbaiki",
    "rejected": "menolak permohonan ini",
    "approved": "menyetujui permohonan ini",
    "proposed": "mengusulkan penolakan permohonan ini",
    "printed": "menandai kartunya sudah dicetak",
    "collected": "menyerahkan kartunya",
    "taken_over": "mengambil alih permohonan ini",
    "freed": "mengembalikan permohonan ini ke antrean",
    "given_back": "mengembalikan permohonan ini untuk diperiksa lagi",
}
_STATES = {
    "returned": "Permohonan ini sedang diperbaiki pemohon.",
    "rejected": "Permohonan ini sudah ditolak.",
    "approved": "Permohonan ini sudah disetujui.",
    "issued": "Kartu untuk permohonan ini sudah terbit.",
    "printed": "Kartu untuk permohonan ini sudah dicetak.",
    "collected": "Kartu untuk permohonan ini sudah diambil.",
}

_WITHDRAWN = {
    "applicant_request": "Pemohon membatalkan permohonan ini pada {}.",
    "not_amended_in_time": "Permohonan ini ditutup pada {}, karena pemohon tidak memperbaikinya "
    "sampai batas waktu.",
}


class NoSuchCase(NotFound):
    """Permohonan ini tidak ditemukan. Kembali ke antrean dan pilih dari daftar."""


class Claimed(Conflict):
    """A colleague works on the case."""

    code = "claimed"

    def __init__(self, held: Claim) -> None:
        super().__init__(
            f"Permohonan ini sedang diperiksa {held.name} sampai pukul "
            f"{time_of_day(held.until)} WIB. Anda bisa mengambilnya setelah waktu itu, "
            "atau setelah dilepas."
        )


class NotClaimed(Conflict):
    """Ambil dulu permohonan ini dengan tombol "Ambil permohonan", lalu ulangi."""

    code = "not_claimed"


class CaseChanged(Conflict):
    """Somebody acted after this page was loaded."""

    code = "case_changed"

    def __init__(self, case: Case) -> None:
        self.case = case
        super().__init__(f"{what_happened(case)} Tindakan Anda tidak disimpan.")


class AlreadyDecided(Conflict):
    """The case needs no work of ours now."""

    code = "already_decided"

    def __init__(self, case: Case) -> None:
        super().__init__(f"{what_happened(case)} Tindakan Anda tidak disimpan.")


class NotYours(Forbidden):
    """Somebody else has to decide this case."""

    code = "not_yours"


class OwnCase(NotYours):
    """Permohonan ini atas nama Anda sendiri. Rekan Anda yang harus memeriksa dan memutuskannya."""


class EnteredHimself(NotYours):
    """Anda yang mengisikan permohonan ini. Pengantar Kerja lain yang harus memutuskannya."""


class SecondOfficer(NotYours):
    """One officer has checked too little: the office wants two for such a case."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"Permohonan ini harus diperiksa dua orang: {why}. Periksa lalu teruskan, "
            "supaya Pengantar Kerja lain yang memutuskan."
        )


class ChecksMissing(Invalid):
    """Selesaikan pemeriksaan semua berkas."""

    code = "checks_missing"


def what_happened(case: Case) -> str:
    """Who did what last, and when."""
    if case.state == "withdrawn" and case.withdrawal is not None:
        at = date_and_time(case.withdrawal.at)
        return f"{_WITHDRAWN[case.withdrawal.reason].format(at)} Tidak ada yang perlu diputuskan."
    step = case.last_step
    if step is None:
        return "Pemohon mengirim data baru untuk permohonan ini."
    text = f"{step.name} {_DONE[step.act]} pada {date_and_time(step.at)}."
    if step.note:
        text += f" Alasan: {step.note}."
    state = _STATES.get(case.state, "")
    return (
        text if not state or step.act in {"returned", "rejected", "approved"} else f"{state} {text}"
    )
