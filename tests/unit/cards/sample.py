"""Card faces and photos for the tests; all names and numbers are made up."""

import io
from dataclasses import replace
from datetime import date
from typing import Any

from PIL import Image, ImageDraw

from services.cards.face import (
    CardFace,
    EducationRow,
    ExperienceRow,
    OfficeHeading,
    ReportLine,
    Signatory,
)
from tests.unit.cards.vector import ADDRESS, BASE32

FACE = CardFace(
    registration_number="1404241126000123",
    nik="1404056507980003",
    full_name="Siti Contoh binti Rahman",
    birth_place="Tembilahan",
    birth_date=date(1998, 7, 25),
    sex="Perempuan",
    marital_status="Belum Kawin",
    religion="Islam",
    address="Jalan Contoh No. 12 RT 003 RW 007, Kelurahan Tembilahan Kota, Kecamatan Tembilahan",
    phone="0812-0000-3210",
    issued_on=date(2026, 11, 24),
    valid_until=date(2028, 11, 24),
    education=(
        EducationRow("S1", "Teknik Informatika", "2020"),
        EducationRow("SLTA/SMK/sederajat", "Rekayasa Perangkat Lunak", "2016"),
        EducationRow("SLTP/sederajat", "", "2013"),
        EducationRow("SD/sederajat", "", "2010"),
    ),
    experience=(
        ExperienceRow("Kasir, Toko Sumber Contoh", "2021–2023"),
        ExperienceRow("Menjahit", "2019"),
    ),
    reports=(
        ReportLine(date(2027, 5, 24)),
        ReportLine(date(2027, 11, 24)),
        ReportLine(date(2028, 5, 24)),
    ),
    office=OfficeHeading(
        "Pemerintah Kabupaten Indragiri Hilir",
        "Dinas Tenaga Kerja dan Transmigrasi",
        "Jalan Contoh No. 2, Tembilahan, Riau",
        "Tembilahan",
    ),
    signatory=Signatory("Pengantar Kerja", "Budi Contoh, S.Sos.", "19800101 200501 1 001"),
    terms=(
        "Berlaku nasional.",
        (
            "Bila ada perubahan data/keterangan lainnya atau telah mendapat pekerjaan, "
            "harap segera melapor."
        ),
        (
            "Kartu ini berlaku selama 2 (dua) tahun dengan keharusan melapor setiap 6 (enam) bulan "
            "sekali bagi pencari kerja yang belum mendapatkan pekerjaan."
        ),
    ),
    legal_basis="Permenaker 39/2016",
    qr=(ADDRESS, BASE32),
    check_code="7KQ4A-M2XDE",
    area_of_validity="Berlaku Nasional",
)

CROWDED = replace(
    FACE,
    full_name="Muhammad Abdurrahman Wahid Nur'aini Mu'min Al-Hasan D’Souza Peña bin Haji "
    "Syamsuddin Abdul Ghofur Rosyid",
    birth_place="Kabupaten Kepulauan Siau Tagulandang Biaro <Utara> & Sekitarnya Sekali",
    address="Jalan Lintas Timur Sumatera KM 215 Dusun Suka Maju Makmur Sejahtera RT 003 RW 007 "
    "No. 12A Blok C/7 samping Masjid Al-Ikhlas, Desa Pulau Kijang Baru, Kecamatan Reteh, "
    "Kabupaten Indragiri Hilir, Provinsi Riau 29273",
    education=tuple(
        EducationRow(
            "SLTA/SMK/sederajat",
            f"{n} Rekayasa Perangkat Lunak dan Gim serta Teknik Jaringan Komputer Telekom",
            "2016",
        )
        for n in range(5)
    ),
    experience=(
        ExperienceRow(
            "Operator dan perawatan mesin jahit industri kecepatan tinggi serta mesin "
            "obras, PT Perkebunan Contoh Sejahtera Abadi Makmur Sentosa Raya Indragiri "
            "Hilir Selatan Cabang Pulau Kijang",
            "2016–2024",
        ),
        ExperienceRow("X" * 80 + ", " + "Y" * 120, "2011–2022"),
        ExperienceRow("Kasir, Toko Sumber Contoh", "2021–2023"),
        ExperienceRow("<b>Tebal</b> & 'kutip' {{ tanda }}", "2019"),
        ExperienceRow("Mengelas", ""),
    ),
    reports=(
        ReportLine(date(2027, 5, 24), date(2027, 5, 20), "Rahma Contoh", "19800101 200501 1 002"),
        *FACE.reports[1:],
    ),
    signatory=Signatory(
        "Pengantar Kerja/Petugas Antar Kerja",
        "Dr. H. Muhammad Abdurrahman Contoh Nurjaman, S.Sos., M.Si.",
        "19800101 200501 1 001",
    ),
    copy_no=2,
    is_duplicate=True,
)


_LONG = "Wâ̂(<b>&amp;</b>) \u202eterbalik {{ tanda }} 🎉" + "W" * 300
HOSTILE = replace(
    CROWDED,
    full_name=_LONG,
    birth_place=_LONG,
    religion=_LONG,
    address=_LONG * 2,
    phone=_LONG,
    education=tuple(EducationRow(f"S1{_LONG}", _LONG, "20" * 20, _LONG) for _ in range(5)),
    experience=tuple(ExperienceRow(_LONG, "20" * 20) for _ in range(5)),
    reports=tuple(ReportLine(line.due, line.due, _LONG, _LONG) for line in CROWDED.reports),
    area_of_validity=_LONG,
    office=OfficeHeading(_LONG, _LONG, _LONG, _LONG),
    signatory=Signatory(_LONG, _LONG, _LONG),
    legal_basis=_LONG,
)


def photo(size: tuple[int, int] = (600, 800), kind: str = "JPEG", **options: Any) -> bytes:
    picture = Image.new("RGB", size, "#b3201f")
    across, down = size
    ImageDraw.Draw(picture).ellipse(
        (across * 0.3, down * 0.2, across * 0.7, down * 0.6), fill="#d8b08c"
    )
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()
