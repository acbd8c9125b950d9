"""Why an act on a registration is refused, in words for the officer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.dates import date_and_time, long_date
from shared.errors import Conflict, Forbidden, Invalid, NotFound

if TYPE_CHECKING:
    from services.verification.register.domain import Registration

_DONE = {
    "reported": "{} mencatat laporan pada {}.",
    "placed": "{} mencatat bahwa pemegang kartu sudah bekerja, pada {}.",
    "removed": "{} menghapus pemegang kartu dari daftar pada {}.",
    "recalled": "{} mencabut kartu ini pada {}.",
    "issued": "Kartu yang lebih baru terbit pada {1}.",
    "revoked": "Kartu ini dicabut pada {1}.",
    "expired": "Masa berlaku kartu ini habis pada {1}.",
    "dropped": "Pemegang kartu dihapuskan dari daftar oleh sistem pada {1}.",
}


class NoSuchCard(NotFound):
    """Kartu ini tidak ditemukan. Kembali ke daftar kartu dan pilih dari sana."""


class OwnCard(Forbidden):
    """Kartu ini atas nama Anda sendiri. Rekan Anda yang harus mencatatnya."""


class RegistrationChanged(Conflict):
    """Something happened after the page was shown."""

    code = "registration_changed"

    def __init__(self, registration: Registration) -> None:
        super().__init__(
            f"{what_happened(registration)} Tindakan Anda tidak disimpan. "
            "Periksa keadaan kartu di bawah ini, lalu ulangi bila masih perlu."
        )


class AlreadyEnded(Conflict):
    """The person has left the list, or the card has ended: there is no way back."""

    code = "already_ended"

    def __init__(self, registration: Registration) -> None:
        super().__init__(f"{how_it_ended(registration)} Tindakan Anda tidak disimpan.")


class NoReportNow(Invalid):
    """Laporan belum bisa dicatat."""

    code = "no_report_now"


def what_happened(registration: Registration) -> str:
    """Who did what last, and when."""
    step = registration.last_step
    if step is None:
        return "Data kartu ini berubah."
    return _DONE[step.act].format(step.name, date_and_time(step.at))


def how_it_ended(registration: Registration) -> str:
    if registration.recall is not None and registration.is_recalled:
        return f"Kartu ini dicabut pada {date_and_time(registration.recall.at)}."
    if registration.placement is not None:
        day = long_date(registration.placement.placed_on)
        return f"Pemegang kartu sudah tercatat bekerja sejak {day}."
    if registration.removal is not None:
        day = long_date(registration.removal.removed_on)
        return f"Pemegang kartu sudah dihapuskan dari daftar pada {day}."
    return what_happened(registration)
