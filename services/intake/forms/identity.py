"""Page `identity`: the person as on the KTP (domain.md 5.3)."""

from __future__ import annotations

from datetime import date

from services.intake.forms import choices, rules
from services.intake.forms.fields import Errors, Field, FormPage, Reading, Screen, Values, Wrong
from shared.nik import InvalidNik, nik_warnings, parse_nik


def _nik(entry: str, reading: Reading) -> str:
    try:
        return parse_nik(entry, reading.today).digits
    except InvalidNik as error:
        raise Wrong(str(error)) from error


def _warn(values: Values, reading: Reading) -> tuple[str, ...]:
    if not (values.get("nik") and values.get("birth_date") and values.get("sex")):
        return ()
    nik = parse_nik(values["nik"], reading.today)
    return nik_warnings(nik, date.fromisoformat(values["birth_date"]), values["sex"])


def _check(values: Values, _: Errors, __: Reading) -> None:
    values.setdefault("disability_kinds", None)
    values["disability_kinds"] = values["disability_kinds"] or []


def _is_minor(values: Values, reading: Reading) -> bool:
    born = values.get("birth_date")
    if not born:
        return False
    age = rules.age_on(date.fromisoformat(born), reading.today)
    return reading.office.applicant.needs_guardian(age)


def said_by_nik(nik: str, today: date) -> Values:
    """What a NIK tells of a person: proposed on the form, never forced."""
    known = parse_nik(nik, today)
    return {"birth_date": known.birth_date.isoformat(), "sex": known.sex}


def _guardian_mobile(entry: str, reading: Reading) -> str:
    try:
        return str(rules.mobile(entry, reading))
    except Wrong as error:
        raise Wrong(_GUARDIAN_MOBILE_WRONG) from error


_GUARDIAN_MOBILE_WRONG = (
    "Nomor HP wali harus diawali 08 atau +62 dan terdiri dari 10 sampai 13 angka."
)
_IF_MINOR = ("is_minor", (True,))


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
            "family_card_number",
            "Nomor Kartu Keluarga",
            rule=rules.digits("Nomor Kartu Keluarga harus 16 angka.", 16, 16),
            hint="16 angka di bagian atas KK. Boleh dikosongkan.",
            required=False,
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
        Field("is_minor", "", kind="computed", compute=_is_minor),
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
            "height_cm",
            "Tinggi badan (cm)",
            rule=rules.whole_number(
                100, 250, "Tinggi badan ditulis dengan angka antara 100 dan 250."
            ),
            hint="Boleh dikosongkan.",
            required=False,
            inputmode="numeric",
            max_length=3,
        ),
        Field(
            "weight_kg",
            "Berat badan (kg)",
            rule=rules.whole_number(25, 250, "Berat badan ditulis dengan angka antara 25 dan 250."),
            hint="Boleh dikosongkan.",
            required=False,
            inputmode="numeric",
            max_length=3,
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
        Field(
            "guardian_name",
            "Nama wali",
            "Isi nama orang tua atau wali.",
            rule=rules.person_name,
            hint="Orang tua atau wali.",
            shown_if=_IF_MINOR,
        ),
        Field(
            "guardian_relation",
            "Hubungan dengan pemohon",
            "Pilih hubungan wali dengan pemohon.",
            kind="radios",
            options=choices.GUARDIAN_RELATION,
            shown_if=_IF_MINOR,
        ),
        Field(
            "guardian_mobile",
            "Nomor HP wali",
            _GUARDIAN_MOBILE_WRONG,
            rule=_guardian_mobile,
            hint="Diawali 08 atau +62.",
            inputmode="tel",
            max_length=24,
            shown_if=_IF_MINOR,
        ),
        Field(
            "guardian_consent",
            "Wali menyetujui pendaftaran ini",
            "Pendaftaran pemohon di bawah 18 tahun perlu persetujuan wali.",
            kind="checkbox",
            hint="Diisi oleh wali.",
            shown_if=_IF_MINOR,
        ),
    ),
    check=_check,
    warn=_warn,
    screens=(
        Screen("nik", "NIK dan nomor KK", ("nik", "family_card_number"), warns=True),
        Screen(
            "birth",
            "Nama dan kelahiran",
            ("full_name", "birth_place", "birth_date", "sex"),
            warns=True,
        ),
        Screen("civil", "Agama dan status perkawinan", ("religion", "marital_status")),
        Screen("body", "Tinggi dan berat badan", ("height_cm", "weight_kg")),
        Screen("disability", "Kondisi disabilitas", ("disability_status", "disability_kinds")),
        Screen(
            "guardian",
            "Persetujuan orang tua atau wali",
            ("guardian_name", "guardian_relation", "guardian_mobile", "guardian_consent"),
            shown_if=_IF_MINOR,
            note="Anda belum berusia 18 tahun. Isi bagian ini bersama orang tua atau wali Anda.",
        ),
    ),
)
