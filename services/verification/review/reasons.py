"""Reasons that an applicant reads: per item for a return, one for a rejection (domain.md 6.5).

The lists here are version 0; administrators write the later ones (`texts/reason_lists.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shared.code_lists import ITEM
from shared.contracts.reviews import ReturnedItem
from shared.errors import Invalid

NOTE_LONGEST = 300
REJECTION = "rejection"  # the group of reasons beside those of the items


@dataclass(frozen=True)
class Reason:
    """`label` is for the officer, `text` for the applicant.

    A retired one is not offered any more; cases of the past still name it.
    """

    code: str
    label: str
    text: str
    is_retired: bool = False


_DIPLOMA_UNCLEAR = "Ijazah tidak terbaca. Unggah ulang foto atau PDF yang jelas."


def _papers(kind: str, name: str) -> tuple[Reason, ...]:
    """The reasons that hold for any paper."""
    title = name[0].upper() + name[1:]
    return (
        Reason(f"{kind}_missing", "Belum ada", f"{title} belum ada. Unggah foto atau PDF."),
        Reason(
            f"{kind}_unclear",
            "Tidak terbaca",
            f"{title} tidak terbaca. Unggah ulang foto atau PDF yang jelas.",
        ),
        Reason(
            f"{kind}_wrong_file",
            "Bukan berkas yang diminta",
            f"Berkas yang Anda unggah bukan {name} Anda. Unggah berkas yang benar.",
        ),
    )


RETURN_REASONS: dict[str, tuple[Reason, ...]] = {
    "identity": (
        Reason(
            "identity_card_mismatch",
            "Tidak sama dengan KTP",
            "Data yang Anda isi tidak sama dengan KTP. Periksa lagi nama, NIK, dan tanggal lahir.",
        ),
        Reason(
            "identity_incomplete",
            "Belum lengkap",
            "Data diri belum lengkap. Periksa lagi isian di halaman Data diri.",
        ),
    ),
    "contact": (
        Reason(
            "address_mismatch",
            "Alamat tidak sama dengan KTP",
            "Alamat KTP yang Anda isi tidak sama dengan KTP. Periksa lagi alamat Anda.",
        ),
        Reason(
            "contact_unreachable",
            "Nomor tidak dapat dihubungi",
            "Nomor HP yang Anda isi tidak dapat dihubungi. Periksa lagi nomor HP Anda.",
        ),
        Reason(
            "contact_incomplete",
            "Belum lengkap",
            "Alamat atau kontak belum lengkap. Periksa lagi halaman Alamat dan kontak.",
        ),
    ),
    "education": (
        Reason(
            "diploma_mismatch",
            "Tidak sama dengan ijazah",
            "Pendidikan yang Anda isi tidak sama dengan ijazah.",
        ),
        Reason(
            "education_incomplete",
            "Belum lengkap",
            "Riwayat pendidikan belum lengkap. Periksa lagi halaman Pendidikan formal.",
        ),
    ),
    "skills": (
        Reason(
            "skills_unclear",
            "Belum jelas",
            "Keterampilan atau bahasa belum jelas. Periksa lagi halaman Keterampilan dan bahasa.",
        ),
    ),
    "experience": (
        Reason(
            "experience_unclear",
            "Belum jelas",
            "Pengalaman kerja belum jelas. Periksa lagi jabatan, perusahaan, dan tahunnya.",
        ),
    ),
    "preferences": (
        Reason(
            "preferences_unclear",
            "Belum jelas",
            "Pekerjaan yang diinginkan belum jelas. Tulis nama jabatan yang Anda cari.",
        ),
    ),
    "documents.identity_card": (
        Reason(
            "identity_card_unclear",
            "Tidak terbaca",
            "Foto KTP tidak terbaca. Foto ulang di tempat terang, seluruh kartu terlihat.",
        ),
        Reason(
            "identity_card_wrong_file",
            "Bukan KTP pemohon",
            "Berkas yang Anda unggah bukan KTP Anda. Unggah foto KTP Anda sendiri.",
        ),
    ),
    "documents.diploma": (
        Reason("diploma_unclear", "Tidak terbaca", _DIPLOMA_UNCLEAR),
        Reason(
            "diploma_wrong_file",
            "Bukan ijazah terakhir pemohon",
            "Berkas yang Anda unggah bukan ijazah terakhir Anda. Unggah ijazah terakhir.",
        ),
    ),
    "documents.graduation_letter": (
        Reason(
            "graduation_letter_unclear",
            "Tidak terbaca",
            "Surat keterangan lulus tidak terbaca. Unggah ulang foto atau PDF yang jelas.",
        ),
        Reason(
            "graduation_letter_wrong_file",
            "Bukan SKL pemohon",
            "Berkas yang Anda unggah bukan surat keterangan lulus Anda. Unggah SKL atau ijazah.",
        ),
    ),
    "documents.photo": (
        Reason(
            "photo_not_accepted",
            "Belum sesuai",
            "Pas foto belum sesuai. Gunakan foto berwarna 3x4, wajah terlihat jelas.",
        ),
    ),
    "documents.domicile_letter": (
        Reason(
            "domicile_letter_missing",
            "Belum ada",
            "KTP Anda dari luar Kabupaten Indragiri Hilir. Unggah surat keterangan domisili.",
        ),
        Reason(
            "domicile_letter_unclear",
            "Tidak terbaca",
            "Surat keterangan domisili tidak terbaca. Unggah ulang foto atau PDF yang jelas.",
        ),
    ),
    "documents.family_card": _papers("family_card", "Kartu Keluarga"),
    "documents.skill_certificate": _papers("skill_certificate", "sertifikat keterampilan"),
    "documents.employment_letter": _papers("employment_letter", "surat pengalaman kerja"),
    "documents.police_loss_letter": _papers(
        "police_loss_letter", "surat keterangan kehilangan dari Kepolisian"
    ),
    "documents.previous_card": _papers("previous_card", "kartu AK-1 lama"),
    "documents.curriculum_vitae": _papers("curriculum_vitae", "daftar riwayat hidup"),
    "documents.birth_certificate": _papers("birth_certificate", "akta kelahiran"),
    "documents.village_letter": _papers("village_letter", "surat pengantar desa/kelurahan"),
}

REJECT_REASONS: tuple[Reason, ...] = (
    Reason(
        "outside_service_area",
        "Di luar wilayah pelayanan",
        "Permohonan tidak dapat dilayani di Kabupaten Indragiri Hilir.",
    ),
    Reason("under_age", "Belum cukup umur", "Pemohon belum cukup umur."),
    Reason(
        "duplicate",
        "Sudah punya kartu yang berlaku",
        "Anda sudah memiliki kartu AK-1 yang masih berlaku.",
    ),
    Reason(
        "false_document",
        "Berkas tidak dapat diterima",
        "Berkas yang dikirim tidak dapat diterima.",
    ),
)


@dataclass(frozen=True)
class ReasonList:
    """All reasons of one version: by item of the form, and those for a rejection."""

    version: int
    groups: Mapping[str, tuple[Reason, ...]]

    @property
    def returns(self) -> dict[str, tuple[Reason, ...]]:
        """What is offered for each item."""
        return {item: self._offered(item) for item in ITEM}

    @property
    def rejections(self) -> tuple[Reason, ...]:
        return self._offered(REJECTION)

    def returned_items(self, chosen: Mapping[str, str]) -> tuple[ReturnedItem, ...]:
        """The items to redo, from item and reason code."""
        items = []
        for item, code in chosen.items():
            reason = _with_code(self.returns.get(item, ()), code)
            if reason is None:
                raise Invalid("Pilih alasan dari daftar untuk setiap bagian.")
            items.append(ReturnedItem(item=item, reason_code=code, reason=reason.text))
        if not items:
            raise Invalid("Pilih paling sedikit satu bagian yang harus diperbaiki pemohon.")
        order = list(ITEM)
        return tuple(sorted(items, key=lambda each: order.index(each.item)))

    def rejection(self, code: str) -> Reason:
        reason = _with_code(self.rejections, code)
        if reason is None:
            raise Invalid("Pilih alasan penolakan.")
        return reason

    def first_of(self, item: str, *wanted: str) -> str:
        """The first wanted code that is offered for the item, else the first offered one.

        Code that knows a reason by name asks here, so that an administrator may retire any.
        """
        offered = [each.code for each in self._offered(item)]
        return next((code for code in wanted if code in offered), offered[0])

    def find(self, code: str) -> Reason | None:
        """The reason of any group, retired or not."""
        return _with_code(tuple(each for group in self.groups.values() for each in group), code)

    def label(self, code: str) -> str:
        """What officers call it; an unknown code is shown as it is."""
        found = self.find(code)
        return found.label if found else code

    def _offered(self, group: str) -> tuple[Reason, ...]:
        return tuple(each for each in self.groups.get(group, ()) if not each.is_retired)


BUILTIN = ReasonList(0, {**RETURN_REASONS, REJECTION: REJECT_REASONS})


def checked_note(text: str | None) -> str | None:
    note = " ".join((text or "").split())
    if len(note) > NOTE_LONGEST:
        raise Invalid(
            f"Catatan paling banyak {NOTE_LONGEST} huruf. Anda menulis {len(note)} huruf."
        )
    return note or None


def _with_code(offered: tuple[Reason, ...], code: str) -> Reason | None:
    return next((each for each in offered if each.code == code), None)
