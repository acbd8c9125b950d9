"""The pages of AK/II: every text a person can meet, and entries that must pass."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date

import pytest

from services.intake.forms import ANSWER_PAGES, form_of, parse_page
from services.intake.forms.fields import Known
from services.intake.forms.parsing import Parsed
from shared.office import load_office
from tests.unit.intake import answers_example

TODAY = answers_example.EXAMPLE_DAY
OFFICE = load_office()
KNOWN = Known(birth_date=date(2001, 8, 27), has_whatsapp=True)


def parse(page: str, changes: Mapping[str, str | list[str] | None] | None = None) -> Parsed:
    """The example page with some entries changed; None takes an entry away."""
    form = form_of(answers_example.PAGES.get(page, {}))
    for name, entry in (changes or {}).items():
        form.pop(name, None)
        if entry is not None:
            form[name] = entry if isinstance(entry, list) else [entry]
    return parse_page(page, form, TODAY, OFFICE, KNOWN)


@pytest.mark.parametrize("page", ANSWER_PAGES)
def test_the_example_is_accepted_and_read_back_the_same(page: str) -> None:
    parsed = parse(page)
    assert not parsed.errors
    assert json.loads(json.dumps(parsed.values)) == parsed.values
    again = parse_page(page, form_of(parsed.values), TODAY, OFFICE, KNOWN)
    assert again == parsed
    for name, value in answers_example.PAGES[page].items():
        assert parsed.values[name] == value


def test_an_unknown_page_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        parse_page("office", {}, TODAY, OFFICE)


EDUCATION_ROW = {
    "education-0-form_level": "Pilih jenjang pendidikan.",
    "education-0-completed": "Pilih tamat atau tidak tamat.",
    "education-0-institution": "Isi nama sekolah atau perguruan tinggi.",
    "education-0-year_out": "Tulis tahun lulus dengan 4 angka.",
}


@pytest.mark.parametrize(
    ("page", "errors"),
    [
        (
            "start",
            {
                "kind": "Pilih jenis permohonan.",
                "notice_acknowledged": "Baca pemberitahuan data pribadi, lalu centang kotak ini.",
            },
        ),
        (
            "identity",
            {
                "nik": "Isi NIK Anda, 16 angka seperti di KTP.",
                "full_name": "Isi nama lengkap seperti di KTP.",
                "birth_place": "Isi tempat lahir.",
                "birth_date": "Isi tanggal lahir lengkap: tanggal, bulan, dan tahun.",
                "sex": "Pilih jenis kelamin.",
                "religion": "Pilih agama atau kepercayaan.",
                "marital_status": "Pilih status perkawinan.",
                "disability_status": "Pilih kondisi disabilitas.",
            },
        ),
        (
            "contact",
            {
                "ktp_street": "Isi alamat sesuai KTP.",
                "ktp_in_regency": "Pilih apakah alamat ini di Kabupaten Indragiri Hilir.",
                "domicile_same_as_ktp": "Pilih apakah Anda tinggal di alamat KTP.",
                "mobile": "Isi nomor HP.",
                "mobile_has_whatsapp": "Pilih apakah nomor ini memakai WhatsApp.",
                "preferred_channel": "Pilih cara kami menghubungi Anda.",
            },
        ),
        ("education", EDUCATION_ROW),
        ("skills", {"languages": "Pilih bahasa."}),
        ("experience", {"employment_status": "Pilih apakah Anda sedang bekerja."}),
        (
            "preferences",
            {
                "occupation_1": "Isi jabatan yang diinginkan.",
                "location_scope": "Pilih lokasi kerja yang diinginkan.",
            },
        ),
    ],
)
def test_an_empty_page_says_what_to_fill_in(page: str, errors: dict[str, str]) -> None:
    parsed = parse_page(page, {}, TODAY, OFFICE)
    assert parsed.errors == errors
    assert list(parsed.errors) == list(errors)  # as they stand on the page


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Mu'min", "Mu'min"),
        ("Mu’min", "Mu'min"),
        ("Sukarno", "Sukarno"),
        ("  Dr.  Siti   Aminah,  S.Pd. ", "Dr. Siti Aminah, S.Pd."),
        ("Abdul-Rahman", "Abdul-Rahman"),
        ("Jose\u0301", "José"),
        ("Jose\u200d\u0301", "José"),
        ("Nguye\u0302\u0303n Thị", "Nguyễn Thị"),
        ("ที่รัก นุ้ย", "ที่รัก นุ้ย"),
        ("Z" + "\u0311\u0323" * 60 + "algo", "\u1e92\u0323\u0323algo"),
        ("Zaq" + "\u0301\u200d" * 60 + "go", "Zaq\u0301\u0301go"),
        ("S" + "\u20dd" * 9 + "iti", "S\u20dd\u20dditi"),
        ("王小明", "王小明"),
        ("Budi\u200bSantoso", "BudiSantoso"),
        ("A" * 60, "A" * 60),
    ],
)
def test_real_names_are_taken(typed: str, kept: str) -> None:
    parsed = parse("identity", {"full_name": typed})
    assert not parsed.errors
    assert parsed.values["full_name"] == kept


def test_other_texts_keep_ampersand_and_angle_brackets() -> None:
    parsed = parse("education", {"education-0-institution": "SMK A & B <Contoh>"})
    assert parsed.values["education"][0]["institution"] == "SMK A & B <Contoh>"


@pytest.mark.parametrize(
    "typed", ["081200000001", "0812-0000-0001", "+62 812.0000.0001", "6281200000001"]
)
def test_mobile_numbers_are_kept_as_e164(typed: str) -> None:
    assert parse("contact", {"mobile": typed}).values["mobile"] == "+6281200000001"


def test_small_tidying() -> None:
    contact = parse("contact", {"ktp_rt": "3", "email": "Siti@Contoh.EXAMPLE"}).values
    assert (contact["ktp_rt"], contact["email"]) == ("003", "siti@contoh.example")


@pytest.mark.parametrize(
    "address", ["s.nur-aini+kerja_1@mail.contoh.co.id", "o'brien@contoh.id", "1@a-b.id"]
)
def test_an_address_that_mail_servers_take_is_taken(address: str) -> None:
    assert parse("contact", {"email": address}).values["email"] == address
    assert parse("identity", {"nik": "1404 0567 0801 0002"}).values["nik"] == "1404056708010002"


def test_exactly_eighteen_is_old_enough() -> None:
    born = {"birth_date-day": "24", "birth_date-month": "11", "birth_date-year": "2008"}
    assert not parse("identity", born).errors


def test_a_nik_that_differs_is_a_warning_not_an_error() -> None:
    parsed = parse("identity", {"birth_date-day": "28", "sex": "L"})
    assert not parsed.errors
    assert parsed.warnings == ("nik_birth_date", "nik_sex")
    assert parse("identity").warnings == ()


def test_empty_rows_are_dropped_and_errors_keep_the_number_as_posted() -> None:
    row = {
        "education-7-form_level": "sd",
        "education-7-completed": "yes",
        "education-7-institution": "SD Contoh",
        "education-7-year_out": "20",
        "education-4-institution": "  ",
    }
    parsed = parse("education", row)
    assert parsed.errors == {"education-7-year_out": "Tulis tahun lulus dengan 4 angka."}
    parsed = parse("education", {**row, "education-7-year_out": "2013"})
    assert [each["form_level"] for each in parsed.values["education"]] == ["smk", "smp", "sd"]


def test_more_rows_than_the_form_holds() -> None:
    rows = {f"skills-{n}-name": f"Kursus {n}" for n in range(11)}
    assert parse("skills", rows).errors == {
        "skills-10-name": "Keterampilan atau kursus paling banyak 10 baris."
    }


def test_a_ticked_box_alone_is_no_row() -> None:
    parsed = parse("experience", {"experience-1-still_working": "yes"})
    assert len(parsed.values["experience"]) == 1


def test_unfinished_primary_school_counts_as_not_completed() -> None:
    parsed = parse(
        "education",
        {
            **{
                f"education-1-{name}": None
                for name in ("form_level", "completed", "institution", "year_out")
            },
            "education-0-form_level": "none",
        },
    )
    assert parsed.values["education"][0]["completed"] is False
