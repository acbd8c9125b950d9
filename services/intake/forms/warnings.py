"""Warnings of domain.md 5.12: shown to the applicant, kept for the officer, never a block."""

from __future__ import annotations

WARNING_TEXTS = {
    "nik_birth_date": (
        "Tanggal lahir tidak sama dengan yang ada di NIK. Periksa lagi. "
        "Bila sudah sama dengan KTP, Anda boleh melanjutkan."
    ),
    "nik_sex": (
        "Jenis kelamin tidak sama dengan yang ada di NIK. Periksa lagi. "
        "Bila sudah sama dengan KTP, Anda boleh melanjutkan."
    ),
}
