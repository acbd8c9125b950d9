"""Page `experience`: whether the person works, and where they worked (domain.md 5.7)."""

from __future__ import annotations

from services.intake.forms import choices, rules
from services.intake.forms.fields import Errors, Field, FormPage, Group, Reading, Screen, Values

_FIELDS = (
    Field(
        "position",
        "Jabatan",
        "Isi jabatan.",
        rule=rules.text("Jabatan", 2, 80),
        hint="Contoh: kasir, operator mesin",
    ),
    Field(
        "employer_name",
        "Nama perusahaan/instansi",
        "Isi nama perusahaan atau instansi.",
        rule=rules.text("Nama perusahaan/instansi", 2, 120),
    ),
    Field(
        "year_in",
        "Tahun masuk",
        "Tulis tahun masuk dengan 4 angka.",
        rule=rules.year(1950, "Tulis tahun masuk dengan 4 angka."),
        inputmode="numeric",
        max_length=4,
    ),
    Field("still_working", "Masih bekerja di sini", kind="checkbox", required=False),
    Field(
        "year_out",
        "Tahun keluar",
        "Tulis tahun keluar dengan 4 angka.",
        rule=rules.year(1950, "Tulis tahun keluar dengan 4 angka."),
        inputmode="numeric",
        max_length=4,
        shown_if=("still_working", (False,)),
    ),
    Field(
        "duration_months",
        "Lama kerja (bulan)",
        rule=rules.whole_number(0, 720, "Lama kerja ditulis dengan angka bulan."),
        hint="Boleh dikosongkan.",
        required=False,
        inputmode="numeric",
        max_length=3,
    ),
    Field(
        "duties",
        "Uraian tugas",
        kind="long_text",
        rule=rules.text("Uraian tugas", 1, 300),
        hint="Boleh dikosongkan.",
        required=False,
    ),
)


def _check(values: Values, errors: Errors, _: Reading) -> None:
    for row in values["experience"]:
        if row.get("still_working") and values.get("employment_status") == "unemployed":
            errors[f"experience-{row['#']}-still_working"] = (
                "Pilih masih bekerja atau sudah berhenti. "
                "Di atas Anda menulis belum atau tidak bekerja."
            )
        if row.get("year_in") and row.get("year_out") and row["year_out"] < row["year_in"]:
            errors[f"experience-{row['#']}-year_out"] = (
                "Tahun keluar tidak boleh sebelum tahun masuk."
            )


PAGE = FormPage(
    "experience",
    "Pengalaman kerja",
    (
        Field(
            "employment_status",
            "Apakah Anda sedang bekerja?",
            "Pilih apakah Anda sedang bekerja.",
            kind="radios",
            options=choices.EMPLOYMENT_STATUS,
            hint="Orang yang bekerja tetapi ingin pindah juga boleh mendaftar.",
        ),
    ),
    (
        Group(
            "experience",
            "Pengalaman kerja",
            "Pekerjaan",
            _FIELDS,
            most=10,
            hint='Tekan "Tambah pekerjaan" untuk mengisi. Bila tidak ada, langsung lanjut.',
        ),
    ),
    check=_check,
    screens=(
        Screen("employment", "Apakah Anda sedang bekerja?", ("employment_status",)),
        Screen("jobs", "Pengalaman kerja", ("experience",)),
    ),
)
