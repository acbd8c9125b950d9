"""Which documents an application needs or may carry, and what is said about each.

The form pages decide: kind of application, reason of a replacement, where the KTP is from. What
the office asks of everybody is its own choice (`[documents]` of the office file).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from shared.contracts.applications import DocumentKind
from shared.office import Office

# In the order of the page: asked of all, asked of some, as one likes.
DOCUMENT_KINDS: tuple[DocumentKind, ...] = (
    "identity_card",
    "diploma",
    "graduation_letter",
    "photo",
    "domicile_letter",
    "police_loss_letter",
    "previous_card",
    "family_card",
    "skill_certificate",
    "employment_letter",
    "curriculum_vitae",
    "birth_certificate",
    "village_letter",
)
SCHOOL_DOCUMENTS: frozenset[DocumentKind] = frozenset({"diploma", "graduation_letter"})
CONDITIONAL: tuple[DocumentKind, ...] = ("domicile_letter", "police_loss_letter", "previous_card")
# Beside the answers of `start` when the application follows one whose card we issued: there is
# nothing to learn from a picture of it.
CARD_IS_KNOWN = "card_is_known"
FILES_MOST: dict[DocumentKind, int] = {
    "previous_card": 2,
    "skill_certificate": 5,
    "employment_letter": 5,
}

DOCUMENT_HINTS: dict[DocumentKind, str] = {
    "identity_card": "Foto seluruh KTP, tulisan harus terbaca.",
    "diploma": "Bila ijazah belum keluar, unggah SKL.",
    "graduation_letter": "Untuk yang baru lulus.",
    "photo": "Berwarna, wajah terlihat jelas, tanpa kacamata hitam.",
    "domicile_letter": "Dari RT, lurah/kepala desa, atau Dukcapil.",
    "police_loss_letter": "Wajib untuk kartu yang hilang.",
    "previous_card": "Foto kedua sisi kartu, satu per satu.",
    "family_card": "Foto seluruh halaman depan, tulisan harus terbaca.",
    "skill_certificate": "Paling banyak 5 berkas, unggah satu per satu.",
    "employment_letter": "Paling banyak 5 berkas, unggah satu per satu.",
    "curriculum_vitae": "Riwayat sekolah dan kerja Anda, paling banyak 5 halaman.",
    "birth_certificate": "Foto seluruh halaman, tulisan harus terbaca.",
    "village_letter": "Dari kantor desa atau kelurahan tempat tinggal Anda.",
}
MISSING_DOCUMENT: dict[DocumentKind, str] = {
    "identity_card": "Pilih berkas KTP.",
    "diploma": "Pilih berkas ijazah atau surat keterangan lulus.",
    "graduation_letter": "Pilih berkas ijazah atau surat keterangan lulus.",
    "photo": "Pilih pas foto.",
    "domicile_letter": (
        "Pilih surat keterangan domisili. KTP Anda dari luar Kabupaten Indragiri Hilir."
    ),
    "police_loss_letter": "Pilih surat keterangan kehilangan dari Kepolisian.",
    "previous_card": "Pilih berkas kartu AK-1 lama.",
    "family_card": "Pilih berkas Kartu Keluarga.",
    "skill_certificate": "Pilih berkas sertifikat keterampilan.",
    "employment_letter": "Pilih berkas surat pengalaman kerja.",
    "curriculum_vitae": "Pilih berkas daftar riwayat hidup.",
    "birth_certificate": "Pilih berkas akta kelahiran.",
    "village_letter": "Pilih surat pengantar desa/kelurahan.",
}


def required_documents(pages: Mapping[str, Any], office: Office) -> tuple[DocumentKind, ...]:
    """What must be there before it can be sent; `diploma` stands for diploma or its stand-in."""
    wanted = {*office.documents.required, *_conditional(pages)}
    return tuple(kind for kind in DOCUMENT_KINDS if kind in wanted)


def offered_documents(pages: Mapping[str, Any], office: Office) -> tuple[DocumentKind, ...]:
    """What the page has a place for: the required ones and those the office likes to see."""
    wanted = {*required_documents(pages, office), *office.documents.optional}
    if wanted & SCHOOL_DOCUMENTS:
        wanted |= SCHOOL_DOCUMENTS
    return tuple(kind for kind in DOCUMENT_KINDS if kind in wanted)


def missing_documents(
    present: Collection[str], pages: Mapping[str, Any], office: Office
) -> tuple[DocumentKind, ...]:
    """The required kinds that are not there yet."""
    return tuple(
        kind
        for kind in required_documents(pages, office)
        if not (SCHOOL_DOCUMENTS if kind in SCHOOL_DOCUMENTS else {kind}).intersection(present)
    )


def is_taken(kind: DocumentKind, office: Office) -> bool:
    """Whether this office takes such a document at all."""
    asked = {*office.documents.required, *office.documents.optional}
    return kind in asked or kind in CONDITIONAL or kind in SCHOOL_DOCUMENTS


def _conditional(pages: Mapping[str, Any]) -> set[DocumentKind]:
    start = _values(pages, "start")
    kind, reason = start.get("kind", "new"), start.get("replacement_reason")
    wanted: set[DocumentKind] = set()
    if _values(pages, "contact").get("ktp_in_regency") is False:
        wanted.add("domicile_letter")
    if kind == "replacement" and reason == "lost":
        wanted.add("police_loss_letter")
    old_card = kind == "renewal" or (kind == "replacement" and reason == "damaged")
    if old_card and not start.get(CARD_IS_KNOWN):
        wanted.add("previous_card")
    return wanted


def _values(pages: Mapping[str, Any], page_id: str) -> Mapping[str, Any]:
    page: Mapping[str, Any] = pages.get(page_id, {})
    values: Mapping[str, Any] = page.get("values", {})
    return values
