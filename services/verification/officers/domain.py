"""An officer, his roles, and what each role may do (domain.md 2): the one table of rights."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

from services.verification.audit.domain import Actor
from services.verification.officers.easy_passwords import is_easy
from shared.clock import today
from shared.errors import Forbidden, Invalid
from shared.nik import InvalidNik, parse_nik
from shared.sealed import blind_index

OfficerRole = Literal[
    "intake_operator",
    "verification_officer",
    "placement_officer",
    "division_head",
    "office_head",
    "ipk_officer",
    "data_protection_officer",
    "system_admin",
]
Permission = Literal[
    "read_cases",
    "check_cases",
    "decide_cases",
    "take_over_cases",
    "take_reports",
    "end_registrations",
    "print_cards",
    "sign_cards",
    "enter_applications",
    "see_figures",
    "repair_stuck_work",
    "edit_texts",
    "read_access_log",
    "manage_accounts",
]

ROLES: tuple[OfficerRole, ...] = get_args(OfficerRole)
ROLE_NAMES: dict[str, str] = {
    "intake_operator": "Operator Pendaftaran",
    "verification_officer": "Verifikator",
    "placement_officer": "Pengantar Kerja",
    "division_head": "Kepala Bidang",
    "office_head": "Kepala Dinas",
    "ipk_officer": "Petugas IPK",
    "data_protection_officer": "Pejabat Pelindungan Data Pribadi",
    "system_admin": "Administrator",
}
ROLE_DUTIES: dict[str, str] = {
    "intake_operator": "Mengisikan permohonan orang yang datang atau mengirim lewat WhatsApp.",
    "verification_officer": "Memeriksa permohonan dan berkasnya, meminta perbaikan.",
    "placement_officer": "Memeriksa, menyetujui atau menolak, dan menandatangani kartu.",
    "division_head": "Membuka permohonan, mengalihkan pekerjaan, melihat angka.",
    "office_head": "Membuka permohonan dan melihat angka.",
    "ipk_officer": "Mengurus lowongan, penempatan, dan laporan IPK.",
    "data_protection_officer": "Melihat siapa yang membuka data seseorang.",
    "system_admin": "Mengurus akun dan pengaturan. Tidak membuka data pemohon.",
}
_CASE_WORKERS = frozenset[OfficerRole]({"verification_officer", "placement_officer"})
_HEADS = frozenset[OfficerRole]({"division_head", "office_head"})
# An administrator reads no documents and no personal data by his role alone.
RIGHTS: dict[Permission, frozenset[OfficerRole]] = {
    "read_cases": _CASE_WORKERS | _HEADS,
    "check_cases": _CASE_WORKERS,
    "decide_cases": frozenset({"placement_officer"}),
    "take_over_cases": frozenset({"placement_officer", "division_head"}),
    "take_reports": _CASE_WORKERS,
    "end_registrations": frozenset({"placement_officer"}),
    "print_cards": _CASE_WORKERS,
    "sign_cards": frozenset({"placement_officer"}),
    "enter_applications": _CASE_WORKERS | {"intake_operator"},
    "see_figures": _HEADS | {"placement_officer", "ipk_officer"},
    "repair_stuck_work": frozenset({"placement_officer", "system_admin"}),
    "edit_texts": frozenset({"system_admin"}),
    "read_access_log": frozenset({"data_protection_officer"}),
    "manage_accounts": frozenset({"system_admin"}),
}
REFUSALS: dict[Permission, str] = {
    "read_cases": "Akun Anda tidak berhak membuka permohonan. "
    "Minta administrator menambahkan peran Verifikator atau Pengantar Kerja.",
    "check_cases": "Akun Anda tidak berhak memeriksa permohonan.",
    "decide_cases": "Hanya Pengantar Kerja yang boleh menyetujui atau menolak permohonan. "
    "Teruskan permohonan ini kepada Pengantar Kerja.",
    "take_over_cases": "Hanya Pengantar Kerja dan Kepala Bidang yang boleh mengambil alih "
    "permohonan. Minta salah satu dari mereka.",
    "take_reports": "Akun Anda tidak berhak mencatat laporan pencari kerja. "
    "Minta Verifikator atau Pengantar Kerja.",
    "end_registrations": "Hanya Pengantar Kerja yang boleh mencatat penempatan, menghapus dari "
    "daftar, dan mencabut kartu. Minta salah satu dari mereka.",
    "print_cards": "Akun Anda tidak berhak mencetak kartu. Minta Verifikator atau Pengantar Kerja.",
    "sign_cards": "Hanya Pengantar Kerja yang boleh menandatangani kartu. "
    "Minta salah satu dari mereka.",
    "enter_applications": "Akun Anda tidak berhak mengisikan permohonan. "
    "Minta administrator menambahkan peran Operator Pendaftaran.",
    "see_figures": "Akun Anda tidak berhak melihat angka pelayanan. "
    "Minta Kepala Bidang menunjukkannya.",
    "repair_stuck_work": "Akun Anda tidak berhak mengurus pekerjaan yang macet. "
    "Minta Pengantar Kerja atau administrator.",
    "edit_texts": "Hanya administrator yang boleh mengubah teks dan daftar alasan.",
    "read_access_log": "Hanya Pejabat Pelindungan Data Pribadi yang boleh membuka catatan akses.",
    "manage_accounts": "Hanya administrator yang boleh mengurus akun petugas.",
}
_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
_NIP = re.compile(r"[0-9]{18}")
NAME_LONGEST = 100
PASSWORD_SHORTEST = 12
PASSWORD_LONGEST = 200
_FEWEST_KINDS = 5  # different characters in a password


@dataclass(frozen=True)
class Officer:
    """`nip` is needed to sign cards; `version` counts the changes of the account.

    `nik_index` is the blind index of his own NIK, made as that of a case: nobody decides about
    himself. The NIK itself is not kept. Under `provider_name` he is known to the provider.
    """

    id: str
    username: str
    name: str
    roles: tuple[OfficerRole, ...]
    nip: str | None = None
    nik_index: str | None = None
    disabled_at: datetime | None = None
    must_change_password: bool = False
    totp_since: datetime | None = None
    version: int = 1
    provider_name: str | None = None
    signed_in_at: datetime | None = field(default=None, compare=False)

    @property
    def actor(self) -> Actor:
        return Actor(self.id, self.name, self.roles)

    @property
    def role_names(self) -> str:
        return ", ".join(ROLE_NAMES[role] for role in self.roles)

    def may(self, permission: Permission) -> bool:
        return self.disabled_at is None and not RIGHTS[permission].isdisjoint(self.roles)

    def require(self, permission: Permission) -> None:
        """Raise `Forbidden` with a text that says what to do."""
        if not self.may(permission):
            raise Forbidden(REFUSALS[permission])


def checked_username(text: str) -> str:
    username = text.strip().lower()
    if not _USERNAME.fullmatch(username):
        raise Invalid(
            "Nama pengguna terdiri dari 2 sampai 40 huruf kecil, angka, titik, atau tanda hubung."
        )
    return username


def checked_name(text: str) -> str:
    name = " ".join(text.split())
    if not name:
        raise Invalid("Isi nama petugas.")
    if len(name) > NAME_LONGEST:
        raise Invalid(f"Nama petugas paling banyak {NAME_LONGEST} huruf.")
    return name


def checked_nip(text: str | None) -> str | None:
    digits = "".join((text or "").split())
    if digits and not _NIP.fullmatch(digits):
        raise Invalid("NIP harus 18 angka.")
    return digits or None


def checked_provider_name(text: str) -> str | None:
    """A user name or an e-mail address at the provider of service accounts."""
    name = text.strip().lower()
    if len(name) > NAME_LONGEST or " " in name:
        raise Invalid("Akun dinas adalah nama pengguna atau alamat email, tanpa spasi.")
    return name or None


def checked_nik_index(index_key: str, text: str) -> str:
    """The blind index of a NIK as typed."""
    try:
        digits = parse_nik(text, today()).digits
    except InvalidNik as error:
        raise Invalid(
            "NIK petugas tidak benar. Ketik 16 angka seperti di KTP petugas, atau kosongkan."
        ) from error
    return blind_index(index_key, digits)


def checked_roles(roles: list[str]) -> tuple[OfficerRole, ...]:
    unknown = [role for role in roles if role not in ROLES]
    if unknown:
        raise Invalid(f"Peran harus salah satu dari: {', '.join(ROLES)}.")
    if not roles:
        raise Invalid("Pilih paling sedikit satu peran.")
    return tuple(role for role in ROLES if role in roles)


def checked_password(password: str, username: str = "", name: str = "") -> str:
    """Long enough, and nothing that is tried first by one who guesses (ASVS 6.2)."""
    if not PASSWORD_SHORTEST <= len(password) <= PASSWORD_LONGEST:
        raise Invalid(
            f"Kata sandi harus {PASSWORD_SHORTEST} sampai {PASSWORD_LONGEST} huruf atau angka."
        )
    named = username and username in password.lower()
    if named or len(set(password)) < _FEWEST_KINDS or is_easy(password, (username, name)):
        raise Invalid(
            "Kata sandi ini mudah ditebak, karena banyak dipakai orang atau mirip nama Anda. "
            "Pakai tiga kata atau lebih yang tidak berhubungan, misalnya nama tiga benda di rumah."
        )
    return password
