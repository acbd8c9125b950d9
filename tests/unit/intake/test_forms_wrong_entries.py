"""Every wrong entry is told at its field, in words that say what to do."""

from __future__ import annotations

import pytest

from tests.unit.intake.test_forms import parse

NAME_SIGNS = "Nama hanya boleh berisi huruf, spasi, titik, koma, tanda petik, dan tanda hubung."
NO_SUCH_DAY = "Tanggal ini tidak ada di kalender."
NO_DATE = "Isi tanggal lahir lengkap: tanggal, bulan, dan tahun."
UNKNOWN_NIK = "NIK ini tidak dikenali. Periksa lagi angka di KTP Anda."
MOBILE = "Nomor HP harus diawali 08 atau +62 dan terdiri dari 10 sampai 13 angka."
EMAIL = "Tulis alamat email yang benar, contoh nama@contoh.id"
YEAR_OUT = "Tulis tahun lulus dengan 4 angka."
WRONG_ENTRIES: list[tuple[str, dict[str, str | list[str] | None], str, str]] = [
    ("identity", {"nik": "140405670801000"}, "nik", "NIK harus 16 angka. Anda mengisi 15 angka."),
    ("identity", {"nik": "14040567080100020"}, "nik", "NIK harus 16 angka. Anda mengisi 17 angka."),
    ("identity", {"nik": "14040567080100O2"}, "nik", "NIK hanya boleh berisi angka."),
    ("identity", {"nik": "1404056713010002"}, "nik", UNKNOWN_NIK),
    ("identity", {"nik": "1404056708010000"}, "nik", UNKNOWN_NIK),
    ("identity", {"nik": "1004056708010002"}, "nik", UNKNOWN_NIK),
    ("identity", {"full_name": "Budi 😀"}, "full_name", NAME_SIGNS),
    ("identity", {"full_name": "Budi & Ani"}, "full_name", NAME_SIGNS),
    ("identity", {"full_name": "<b>Budi</b>"}, "full_name", NAME_SIGNS),
    ("identity", {"full_name": "Budi2"}, "full_name", NAME_SIGNS),
    ("identity", {"full_name": "'Aisyah"}, "full_name", NAME_SIGNS),
    ("identity", {"full_name": "A"}, "full_name", "Isi nama lengkap seperti di KTP."),
    ("identity", {"full_name": "A" * 101}, "full_name", "Nama lengkap paling banyak 100 huruf."),
    ("identity", {"birth_place": "B" * 61}, "birth_place", "Tempat lahir paling banyak 60 huruf."),
    (
        "identity",
        {"birth_place": "Rengat 🏠"},
        "birth_place",
        "Tempat lahir hanya boleh berisi huruf, angka, dan tanda baca.",
    ),
    ("identity", {"birth_date-day": "31", "birth_date-month": "2"}, "birth_date", NO_SUCH_DAY),
    ("identity", {"birth_date-month": "Agustus"}, "birth_date", NO_SUCH_DAY),
    ("identity", {"birth_date-day": "9" * 40}, "birth_date", NO_SUCH_DAY),
    ("identity", {"birth_date-month": None}, "birth_date", NO_DATE),
    (
        "identity",
        {"birth_date-year": "01"},
        "birth_date",
        "Tulis tahun dengan 4 angka, contoh 2019.",
    ),
    (
        "identity",
        {"birth_date-year": "2027"},
        "birth_date",
        "Tanggal lahir tidak boleh setelah hari ini.",
    ),
    (
        "identity",
        {"birth_date-day": "25", "birth_date-month": "11", "birth_date-year": "2008"},
        "birth_date",
        "Pemohon harus berusia paling sedikit 18 tahun. Hubungi kantor bila perlu bantuan.",
    ),
    ("identity", {"birth_date-year": "1901"}, "birth_date", "Periksa lagi tahun lahir Anda."),
    ("identity", {"sex": "X"}, "sex", "Pilih jenis kelamin."),
    (
        "identity",
        {"disability_status": "disabled"},
        "disability_kinds",
        "Pilih ragam disabilitas.",
    ),
    (
        "contact",
        {"ktp_street": "J" * 151},
        "ktp_street",
        "Alamat sesuai KTP paling banyak 150 huruf.",
    ),
    ("contact", {"ktp_rt": "12a"}, "ktp_rt", "RT ditulis dengan angka, paling banyak 3 angka."),
    ("contact", {"ktp_rw": "1234"}, "ktp_rw", "RW ditulis dengan angka, paling banyak 3 angka."),
    ("contact", {"ktp_postal_code": "2926"}, "ktp_postal_code", "Kode pos harus 5 angka."),
    (
        "contact",
        {"ktp_village_code": None},
        "ktp_village_code",
        "Pilih desa atau kelurahan.",
    ),
    (
        "contact",
        {"ktp_village_code": "14.04.01"},
        "ktp_village_code",
        "Pilih desa atau kelurahan.",
    ),
    (
        "contact",
        {"ktp_in_regency": "no"},
        "ktp_regency_name",
        "Isi kabupaten atau kota.",
    ),
    (
        "contact",
        {"ktp_in_regency": "no", "ktp_province_code": "20"},
        "ktp_province_code",
        "Pilih provinsi.",
    ),
    (
        "contact",
        {"domicile_same_as_ktp": "no"},
        "domicile_street",
        "Isi alamat tempat tinggal sekarang.",
    ),
    (
        "contact",
        {"domicile_same_as_ktp": "no", "domicile_in_regency": "yes"},
        "domicile_village_code",
        "Pilih desa atau kelurahan tempat tinggal.",
    ),
    ("contact", {"mobile": "0768 21000"}, "mobile", MOBILE),
    ("contact", {"mobile": "0812 345"}, "mobile", MOBILE),
    ("contact", {"mobile": "081200000000000"}, "mobile", MOBILE),
    ("contact", {"mobile": "٠٨١٢٠٠٠٠٠٠٠١"}, "mobile", MOBILE),
    ("contact", {"email": "siti@contoh"}, "email", EMAIL),
    ("contact", {"email": "si ti@contoh.id"}, "email", EMAIL),
    ("contact", {"email": "[siti]@contoh.id"}, "email", EMAIL),
    ("contact", {"email": "siti@[contoh.id"}, "email", EMAIL),
    ("contact", {"email": "siti..n@contoh.id"}, "email", EMAIL),
    ("contact", {"email": "siti.@contoh.id"}, "email", EMAIL),
    ("contact", {"email": "siti@-contoh.id"}, "email", EMAIL),
    ("contact", {"email": f"{'a' * 65}@contoh.id"}, "email", EMAIL),
    ("contact", {"email": f"{'a' * 250}@contoh.id"}, "email", EMAIL),
    (
        "contact",
        {"email": None},
        "preferred_channel",
        "Pilih cara kami menghubungi Anda. Email hanya bisa dipilih bila alamat email diisi.",
    ),
    (
        "contact",
        {"mobile_has_whatsapp": "no", "preferred_channel": "whatsapp"},
        "preferred_channel",
        (
            "Pilih cara kami menghubungi Anda. "
            "WhatsApp hanya bisa dipilih bila nomor HP memakai WhatsApp."
        ),
    ),
    (
        "identity",
        {"family_card_number": "14040512"},
        "family_card_number",
        "Nomor Kartu Keluarga harus 16 angka.",
    ),
    (
        "identity",
        {"height_cm": "1,58"},
        "height_cm",
        "Tinggi badan ditulis dengan angka antara 100 dan 250.",
    ),
    (
        "identity",
        {"weight_kg": "20"},
        "weight_kg",
        "Berat badan ditulis dengan angka antara 25 dan 250.",
    ),
    (
        "education",
        {"education-0-year_in": "2020"},
        "education-0-year_out",
        "Tahun lulus tidak boleh sebelum tahun masuk.",
    ),
    (
        "education",
        {"education-0-grade_score": "100,5"},
        "education-0-grade_score",
        "Nilai ditulis dengan angka antara 0 dan 100.",
    ),
    (
        "skills",
        {"language_level_id": "native"},
        "language_level_id",
        "Pilih tingkat kemampuan bahasa.",
    ),
    (
        "experience",
        {"experience-0-duration_months": "dua tahun"},
        "experience-0-duration_months",
        "Lama kerja ditulis dengan angka bulan.",
    ),
    (
        "experience",
        {"experience-0-duties": "u" * 301},
        "experience-0-duties",
        "Uraian tugas paling banyak 300 huruf.",
    ),
    (
        "preferences",
        {"occupation_code_1": "9999"},
        "occupation_code_1",
        "Pilih jabatan dari daftar.",
    ),
    ("preferences", {"industry_1": "Z"}, "industry_1", "Pilih lapangan usaha dari daftar."),
    (
        "preferences",
        {"wage": "tiga juta"},
        "wage",
        "Upah ditulis dengan angka rupiah, contoh 3000000.",
    ),
    (
        "preferences",
        {"employer_name": None},
        "employer_name",
        "Isi nama perusahaan yang dituju.",
    ),
    (
        "preferences",
        {"employer_phone": "tanya saja"},
        "employer_phone",
        "Nomor telepon hanya boleh berisi angka.",
    ),
    ("education", {"education-0-major": None}, "education-0-major", "Isi jurusan."),
    ("education", {"education-0-year_out": "19"}, "education-0-year_out", YEAR_OUT),
    ("education", {"education-0-year_out": "2027"}, "education-0-year_out", YEAR_OUT),
    (
        "education",
        {"education-1-year_out": "2005"},
        "education-1-year_out",
        "Tahun lulus tidak cocok dengan tanggal lahir.",
    ),
    (
        "education",
        {"education-1-completed": "no"},
        "education-1-completed",
        "Pilih tamat atau tidak tamat. Hanya sekolah terakhir boleh tidak tamat.",
    ),
    (
        "skills",
        {"skills-0-name": " ", "skills-0-year": "2020"},
        "skills-0-name",
        "Isi jenis keterampilan.",
    ),
    ("skills", {"skills-0-year": "20"}, "skills-0-year", "Tulis tahun dengan 4 angka."),
    ("skills", {"language_other_name": None}, "language_other_name", "Isi nama bahasa."),
    ("experience", {"experience-0-position": None}, "experience-0-position", "Isi jabatan."),
    (
        "experience",
        {"experience-0-employer_name": None},
        "experience-0-employer_name",
        "Isi nama perusahaan atau instansi.",
    ),
    (
        "experience",
        {"experience-0-year_in": "2O20"},
        "experience-0-year_in",
        "Tulis tahun masuk dengan 4 angka.",
    ),
    (
        "experience",
        {"experience-0-year_out": None},
        "experience-0-year_out",
        "Tulis tahun keluar dengan 4 angka.",
    ),
    (
        "experience",
        {"experience-0-year_out": "2019"},
        "experience-0-year_out",
        "Tahun keluar tidak boleh sebelum tahun masuk.",
    ),
    (
        "experience",
        {"experience-0-still_working": "yes"},
        "experience-0-still_working",
        "Pilih masih bekerja atau sudah berhenti. Di atas Anda menulis belum atau tidak bekerja.",
    ),
    (
        "preferences",
        {"location_scope": "abroad", "location_place": None},
        "location_place",
        "Isi negara tujuan.",
    ),
    (
        "preferences",
        {"occupation_2": "K" * 81},
        "occupation_2",
        "Jabatan yang diinginkan paling banyak 80 huruf.",
    ),
]


@pytest.mark.parametrize(("page", "changes", "name", "text"), WRONG_ENTRIES)
def test_a_wrong_entry_is_told_at_its_field(
    page: str, changes: dict[str, str | list[str] | None], name: str, text: str
) -> None:
    assert parse(page, changes).errors[name] == text
