"""What the officer reads of an application: everything that was filled, and nothing hidden."""

from __future__ import annotations

from datetime import timedelta

from services.verification.review import answer_texts
from services.verification.review.answers_view import EMPTY, Group, groups_of, request_of
from services.verification.review.cases import _with_version
from services.verification.review.differences import differences
from services.verification.review.domain import Case, Version
from services.verification.review.store import searchable
from services.verification.review.warnings import CaseReader, remarks
from services.verification.search.store import row_of
from shared.contracts.applications import Address, Answers, Consents
from shared.office import load_office
from shared.sealed import KeyRing
from tests.unit.verification.full_case import (
    FAMILY_CARD_NUMBER,
    GUARDIAN_MOBILE,
    HOSTILE,
    UNBROKEN,
    full_answers,
)
from tests.unit.verification.sample_events import INDEX_KEY, KEYS, SUBMITTED_AT, answers
from tests.unit.verification.test_case import new_case

CASE_ID = "0193aaaa-0000-7000-8000-000000000001"


def shown(groups: tuple[Group, ...]) -> dict[str, str]:
    return {field.key: field.shown for group in groups for field in group.fields}


def test_every_answer_stands_on_the_page() -> None:
    texts = shown(groups_of(KEYS, CASE_ID, full_answers(CASE_ID)))
    assert texts["body"] == "165 cm · 58 kg"
    assert texts["guardian.relation"] == "Orang tua"
    assert texts["guardian.mobile"] == GUARDIAN_MOBILE
    assert texts["education.0"] == (
        f"S1 · Universitas {HOSTILE} · Akuntansi · lulus 2023\n"
        "masuk 2019 · nilai 3,25 · nomor ijazah DN-01/2023"
    )
    assert texts["education.1"] == "SMA/MA/sederajat · SMA · tidak tamat, sampai 2019"
    assert texts["skills.0"] == "Las listrik (2020)\nBLK Contoh · nomor sertifikat LAS-7"
    assert texts["languages"] == "Indonesia (lancar), Melayu (menengah), Inggris"
    assert texts["experience.0"] == (
        f"Kasir · {UNBROKEN} · 2020-sekarang · 30 bulan\n"
        f"Menghitung uang, {HOSTILE} membuat laporan harian."
    )
    assert texts["occupations.0"] == (
        "Staf administrasi\nKBJI 2026: 4110\nAdministrasi pemerintahan"
    )
    assert texts["occupations.1"] == "Guru"
    assert texts["location"] == "Luar negeri (Malaysia)"
    assert texts["target_employer"] == f"PT {HOSTILE}\nJalan Contoh 1 · 0768 00000"
    assert texts["consents"] == (
        "data diberikan kepada pemberi kerja, nama tampil di daftar pencari kerja untuk umum"
    )


def test_somebody_without_a_telephone_is_told_at_the_office() -> None:
    without = {"mobile": None, "mobile_has_whatsapp": False}
    given = answers(CASE_ID)
    case = new_case(id=CASE_ID)
    for email, channel in ((given.contact.email, "Email"), (None, "Langsung, di kantor")):
        contact = given.contact.model_copy(update={**without, "email": email})
        silent = given.model_copy(update={"contact": contact})
        texts = shown(groups_of(KEYS, CASE_ID, silent))
        assert (texts["mobile"], texts["channel"]) == ("Tidak punya nomor HP", channel)
        version = case.current.model_copy(update={"answers": silent})
        read = case.model_copy(update={"versions": (version,)})
        noted = remarks(KEYS, load_office(), read)
        assert any("sampaikan hasilnya langsung" in each for each in noted) == (email is None)
        row = row_of(searchable(read))
        assert row["phone_index"] == ""  # a number of before is forgotten


def test_what_is_sealed_for_a_reason_is_shown_on_request_only() -> None:
    given = full_answers(CASE_ID)
    hidden = ("nik", "family_card_number", "disability", "wage")
    masked = shown(groups_of(KEYS, CASE_ID, given))
    assert [masked[key] for key in hidden] == [
        "1404••••••••0001",
        "1404••••••••0099",
        "••••••",
        "••••••",
    ]
    opened = shown(groups_of(KEYS, CASE_ID, given, frozenset(hidden)))
    assert opened["family_card_number"] == FAMILY_CARD_NUMBER
    assert opened["wage"] == "Rp 3.000.000 per bulan"
    one = shown(groups_of(KEYS, CASE_ID, given, frozenset({"wage"})))
    assert one["family_card_number"] == masked["family_card_number"]


def test_answers_of_the_short_form_still_open() -> None:
    """As they lie in the database from before the whole form: no key of the new fields at all."""
    row = answers(CASE_ID).model_dump()
    for name in ("family_card_number", "height_cm", "weight_kg"):
        del row["person"][name]
    for name in ("wanted", "wage", "target_employer"):
        del row["preferences"][name]
    for name in ("guardian", "consents"):
        del row[name]
    case = new_case().model_dump()
    for name in ("purpose", "previous_registration_number", "correction_pages", "withdrawal"):
        del case[name]
    case["versions"][0]["answers"] = row
    found = Case.model_validate({**case, "id": CASE_ID})
    groups = groups_of(KEYS, CASE_ID, found.current.answers)
    texts = shown(groups)
    assert texts["family_card_number"] == texts["wage"] == texts["body"] == EMPTY
    assert texts["occupations.0"] == "Staf administrasi"
    assert not {"guardian", "consents"} & {group.item for group in groups}
    assert not any(field.hidden == "wage" for group in groups for field in group.fields)


def test_the_request_names_the_card_and_what_is_wrong_with_it() -> None:
    lost = new_case(
        kind="replacement",
        previous_registration_number="1404 2411 2400 0007",
        replacement_reason="lost",
        purpose="Melamar kerja",
    )
    assert [(each.label, each.shown) for each in request_of(lost).fields] == [
        ("Jenis permohonan", "Penggantian kartu"),
        ("Nomor kartu AK-1 lama", "1404 2411 2400 0007"),
        ("Alasan penggantian", "Hilang"),
        ("Tujuan membuat kartu", "Melamar kerja"),
    ]
    corrected = new_case(kind="correction", correction_pages=("identity", "education"))
    assert "Data diri, Pendidikan formal" in [each.shown for each in request_of(corrected).fields]


def test_differences_name_the_new_fields_and_keep_hidden_ones_hidden() -> None:
    case = new_case()
    old = full_answers(case.id)
    first = case.current.model_copy(update={"answers": old})
    person = old.person.model_copy(update={"height_cm": 170})
    skills = (old.skills[0].model_copy(update={"provider": "BLK Lain"}), old.skills[1])
    new = full_answers(case.id, wage="4500000").model_copy(
        update={"person": person, "skills": skills, "consents": Consents()}
    )
    version = Version(
        number=3, at=SUBMITTED_AT + timedelta(hours=1), answers=new, documents=first.documents
    )
    reader = CaseReader(KEYS, INDEX_KEY, load_office())
    amended = _with_version(case.model_copy(update={"versions": (first,)}), version, reader)
    changed = {each.key: (each.old, each.new) for each in differences(KEYS, amended).answers}
    assert set(changed) == {"body", "skills.0", "wage", "consents"}
    assert changed["body"] == ("165 cm · 58 kg", "170 cm · 58 kg")
    assert changed["wage"] == ("••••••", "••••••")
    assert changed["consents"][1] == "Tidak ada"
    # Nothing allowed is no change for who was never asked.
    asked_later = amended.model_copy(
        update={"versions": (first.model_copy(update={"answers": old_form(old)}), version)}
    )
    assert "consents" not in {each.key for each in differences(KEYS, asked_later).answers}
    seen = differences(KEYS, amended, frozenset({"wage"})).answers
    assert ("Rp 3.000.000 per bulan", "Rp 4.500.000 per bulan") in {(e.old, e.new) for e in seen}


def old_form(given: Answers) -> Answers:
    return given.model_copy(update={"consents": None})


def test_one_field_that_cannot_be_opened_does_not_hide_the_others() -> None:
    keys = KeyRing({"identity": KEYS.purposes["identity"], "contact": KEYS.purposes["contact"]})
    texts = shown(groups_of(keys, CASE_ID, full_answers(CASE_ID), frozenset({"disability"})))
    assert texts["disability"].startswith("Tidak dapat dibuka.")
    assert texts["nik"] == "1404••••••••0001"


def test_an_address_elsewhere_names_its_province() -> None:
    names = {"subdistrict_name": "Koto Tangah", "village_name": "Lubuk Buaya", "street": "Jl. A 1"}
    far = Address(
        **names,
        province_code="13",
        province_name="Sumatera Barat",
        regency_code="",
        regency_name="Kota Padang",
        postal_code="25173",
    )
    assert answer_texts.regency(far) == "Kota Padang, Sumatera Barat 25173"
    here = far.model_copy(update={"regency_code": "14.04"})
    assert answer_texts.regency(here) == "Kota Padang 25173"
