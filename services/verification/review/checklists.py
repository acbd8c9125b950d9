"""What an officer looks for in each kind of document, as data, and the result that follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.verification.review.domain import CheckResult
from shared.contracts.applications import DocumentKind


@dataclass(frozen=True)
class CheckItem:
    """`asks` is the part that the applicant has to redo when the item does not match, and the code
    of the reason; without it the document itself is asked for.
    """

    code: str
    label: str
    asks: tuple[str, str] | None = None


_PERSON = ("identity", "identity_card_mismatch")
_ADDRESS = ("contact", "address_mismatch")
_SCHOOL = ("education", "diploma_mismatch")
_SKILLS = ("skills", "skills_unclear")
_EXPERIENCE = ("experience", "experience_unclear")
_NAME = CheckItem("full_name", "Nama sama", _PERSON)
_NIK = CheckItem("nik", "NIK sama", _PERSON)
_BIRTH = CheckItem("birth", "Tempat dan tanggal lahir sama", _PERSON)

_DIPLOMA = (
    CheckItem("full_name", "Nama sama dengan KTP"),
    CheckItem("birth", "Tempat dan tanggal lahir sama"),
    CheckItem("school", "Jenjang, sekolah, dan jurusan sama", _SCHOOL),
    CheckItem("year", "Tahun lulus sama", _SCHOOL),
    CheckItem("form", "Ada tanda tangan dan cap, tidak diubah"),
)

# At most nine each: an item is answered by the key of its number.
CHECKLISTS: Mapping[DocumentKind, tuple[CheckItem, ...]] = {
    "identity_card": (
        CheckItem("nik", "NIK terbaca dan sama", _PERSON),
        _NAME,
        _BIRTH,
        CheckItem("address", "Alamat sama, dalam kabupaten atau ada surat domisili", _ADDRESS),
        CheckItem("form", "Bentuk kartu wajar, tidak diubah"),
        CheckItem("picture", "Foto dan tulisan di kartu jelas"),
    ),
    "diploma": _DIPLOMA,
    "graduation_letter": _DIPLOMA,
    "photo": (
        CheckItem("colour", "Berwarna, tegak 3x4"),
        CheckItem("face", "Wajah terlihat jelas"),
        CheckItem("person", "Orang yang sama dengan di KTP"),
    ),
    "domicile_letter": (
        _NAME,
        CheckItem("address", "Alamat tempat tinggal sekarang sama", _ADDRESS),
        CheckItem("issuer", "Dari RT, lurah/kepala desa, atau Dukcapil"),
        CheckItem("form", "Ada tanda tangan dan cap, masih berlaku"),
    ),
    "family_card": (
        CheckItem("number", "Nomor KK sama", _PERSON),
        CheckItem("member", "Nama dan NIK pemohon ada di dalamnya", _PERSON),
        CheckItem("address", "Alamat sama", _ADDRESS),
    ),
    "skill_certificate": (
        CheckItem("full_name", "Nama sama dengan KTP"),
        CheckItem("skill", "Keterampilan sama", _SKILLS),
        CheckItem("provider", "Lembaga dan tahun sama", _SKILLS),
    ),
    "employment_letter": (
        CheckItem("full_name", "Nama sama dengan KTP"),
        CheckItem("position", "Jabatan dan perusahaan sama", _EXPERIENCE),
        CheckItem("years", "Tahun sama", _EXPERIENCE),
    ),
    "police_loss_letter": (
        CheckItem("full_name", "Nama sama dengan KTP"),
        CheckItem("card", "Menyebut kartu AK-1 yang hilang"),
        CheckItem("form", "Ada tanda tangan dan cap Kepolisian"),
    ),
    "previous_card": (
        CheckItem("full_name", "Nama dan NIK sama dengan KTP"),
        CheckItem("number", "Nomor kartu lama sama"),
        CheckItem("validity", "Masa berlaku cocok dengan jenis permohonan"),
    ),
    "curriculum_vitae": (
        CheckItem("full_name", "Nama sama dengan KTP"),
        CheckItem("content", "Pendidikan dan pengalaman sejalan dengan isian"),
    ),
    "birth_certificate": (
        CheckItem("full_name", "Nama sama", _PERSON),
        _BIRTH,
        CheckItem("form", "Bentuk akta wajar, tidak diubah"),
    ),
    "village_letter": (
        _NAME,
        _NIK,
        CheckItem("address", "Alamat sama", _ADDRESS),
        CheckItem("form", "Ada tanda tangan dan cap desa/kelurahan"),
    ),
}


def result_of(kind: DocumentKind, items: Mapping[str, CheckResult]) -> CheckResult | None:
    """One unreadable item spoils the document, one that differs settles it, all must match."""
    found = [items.get(each.code) for each in CHECKLISTS[kind]]
    if "unreadable" in found:
        return "unreadable"
    if "does_not_match" in found:
        return "does_not_match"
    return None if None in found else "matches"
