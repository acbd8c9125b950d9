"""Page `identity`: the person as on the KTP (domain.md 5.3)."""

from __future__ import annotations

from datetime import date

from services.intake.forms import choices, rules
from services.intake.forms.fields import Errors, Field, FormPage, Reading, Values, Wrong
from shared.nik import InvalidNik, nik_warnings, parse_nik


def _nik(entry: str, reading: Reading) -> str:
    try:
        return parse_nik(entry, reading.today).digits
    except InvalidNik as error:
        raise Wrong(str(error)) from error


def _warn(values: Values, reading: Reading) -> tuple[str, ...]:
    nik = parse_nik(values["nik"], reading.today)
    return nik_warnings(nik, date.fromisoformat(values["birth_date"]), values["sex"])


def _check(values: Values, _: Errors, __: Reading) -> None:
    values.setdefault("disability_kinds", None)
    values["disability_kinds"] = values["disability_kinds"] or []


PAGE = FormPage(
    "identity",
    "Data diri",
    (
        Field(
            "nik",
            "NIK",
            "Isi NIK Anda, 16 angka seperti di KTP.",
            rule=_nik,
            hint="16 angka seperti di KTP. Boleh memakai spasi.",
            inputmode="numeric",
            max_length=24,
        ),
        Field(
            "full_name",
            "Nama lengkap",
            "Isi nama lengkap seperti di KTP.",
            rule=rules.person_name,
            hint="Tulis sama dengan KTP.",
            autocomplete="name",
        ),
        Field(
            "birth_place",
            "Tempat lahir",
            "Isi tempat lahir.",
            rule=rules.text("Tempat lahir", 2, 60),
            hint="Kabupaten atau kota seperti di KTP.",
        ),
        Field(
            "birth_date",
            "Tanggal lahir",
            "Isi tanggal lahir lengkap: tanggal, bulan, dan tahun.",
            kind="date",
            hint="Contoh: 27 8 2001",
            autocomplete="bday",
            inputmode="numeric",
        ),
        Field(
            "sex",
            "Jenis kelamin",
            "Pilih jenis kelamin.",
            kind="radios",
            options=choices.SEX,
            hint="Seperti di KTP.",
        ),
        Field(
            "religion",
            "Agama",
            "Pilih agama atau kepercayaan.",
            kind="radios",
            options=choices.RELIGION,
            hint="Ditanyakan karena tercetak di kartu AK-1.",
        ),
        Field(
            "marital_status",
            "Status perkawinan",
            "Pilih status perkawinan.",
            kind="radios",
            options=choices.MARITAL_STATUS,
            hint="Seperti di KTP.",
        ),
        Field(
            "disability_status",
            "Kondisi disabilitas",
            "Pilih kondisi disabilitas.",
            kind="radios",
            options=choices.DISABILITY_STATUS,
            hint="Membantu kami melayani Anda. Tidak tercetak di kartu.",
        ),
        Field(
            "disability_kinds",
            "Ragam disabilitas",
            "Pilih ragam disabilitas.",
            kind="checkboxes",
            options=choices.DISABILITY_KIND,
            hint="Boleh lebih dari satu.",
            shown_if=("disability_status", ("disabled",)),
        ),
    ),
    check=_check,
    warn=_warn,
)
