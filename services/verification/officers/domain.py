"""An officer, his roles, and what each role may do (domain.md 2)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from services.verification.audit.domain import Actor
from shared.errors import Forbidden, Invalid

OfficerRole = Literal["verification_officer", "placement_officer", "system_admin"]
Permission = Literal["read_cases", "check_cases", "decide_cases"]

ROLES: tuple[OfficerRole, ...] = get_args(OfficerRole)
ROLE_NAMES: dict[str, str] = {
    "verification_officer": "Verifikator",
    "placement_officer": "Pengantar Kerja",
    "system_admin": "Administrator",
}
# An administrator reads no documents and no personal data by his role alone.
_MAY: dict[str, frozenset[Permission]] = {
    "verification_officer": frozenset({"read_cases", "check_cases"}),
    "placement_officer": frozenset({"read_cases", "check_cases", "decide_cases"}),
    "system_admin": frozenset(),
}
_REFUSALS: dict[Permission, str] = {
    "read_cases": "Akun Anda tidak berhak membuka permohonan. "
    "Minta administrator menambahkan peran Verifikator atau Pengantar Kerja.",
    "check_cases": "Akun Anda tidak berhak memeriksa permohonan.",
    "decide_cases": "Hanya Pengantar Kerja yang boleh menyetujui atau menolak permohonan. "
    "Teruskan permohonan ini kepada Pengantar Kerja.",
}
_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
_NIP = re.compile(r"[0-9]{18}")
PASSWORD_SHORTEST = 12
PASSWORD_LONGEST = 200


@dataclass(frozen=True)
class Officer:
    """`nip` is needed to sign cards."""

    id: str
    username: str
    name: str
    roles: tuple[OfficerRole, ...]
    nip: str | None = None
    disabled_at: datetime | None = None

    @property
    def actor(self) -> Actor:
        return Actor(self.id, self.name, self.roles)

    @property
    def role_names(self) -> str:
        return ", ".join(ROLE_NAMES[role] for role in self.roles)

    def may(self, permission: Permission) -> bool:
        return self.disabled_at is None and any(permission in _MAY[role] for role in self.roles)

    def require(self, permission: Permission) -> None:
        """Raise `Forbidden` with a text that says what to do."""
        if not self.may(permission):
            raise Forbidden(_REFUSALS[permission])


def checked_username(text: str) -> str:
    username = text.strip().lower()
    if not _USERNAME.fullmatch(username):
        raise Invalid(
            "Nama pengguna terdiri dari 2 sampai 40 huruf kecil, angka, titik, atau tanda hubung."
        )
    return username


def checked_nip(text: str | None) -> str | None:
    digits = "".join((text or "").split())
    if digits and not _NIP.fullmatch(digits):
        raise Invalid("NIP harus 18 angka.")
    return digits or None


def checked_roles(roles: list[str]) -> tuple[OfficerRole, ...]:
    unknown = [role for role in roles if role not in ROLES]
    if unknown or not roles:
        raise Invalid(f"Peran harus salah satu dari: {', '.join(ROLES)}.")
    return tuple(role for role in ROLES if role in roles)


def checked_password(password: str) -> str:
    if not PASSWORD_SHORTEST <= len(password) <= PASSWORD_LONGEST:
        raise Invalid(
            f"Kata sandi harus {PASSWORD_SHORTEST} sampai {PASSWORD_LONGEST} huruf atau angka."
        )
    return password
