"""Draws made-up cards in every layout, for the office to look at.

    python -m services.cards.sample FOLDER [--office FILE]

Letterhead, signatory and terms are those of the office file (OFFICE_FILE); the person is made up,
once as usual and once with values as long as they come. None of these cards is valid: the page
that checks them says that the key is unknown.
"""

from __future__ import annotations

import argparse
import base64
import io
import os
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, get_args

from PIL import Image, ImageDraw, ImageFilter

from services.cards.domain import report_dates
from services.cards.face import (
    CardFace,
    EducationRow,
    ExperienceRow,
    ReportLine,
    Signatory,
)
from services.cards.layouts.phone import render_phone
from services.cards.numbers import number_template
from services.cards.printing import letterhead
from services.cards.rendering import render
from services.cards.token import LONGEST_TOKEN, check_address
from shared.contracts.print_batches import CardLayout
from shared.dates import add_months
from shared.office import Office, load_office

ISSUED_ON = date(2026, 11, 24)
ADDRESS = "https://contoh.example.go.id"


def samples(office: Office) -> Iterator[tuple[str, bytes]]:
    """File names and files: each layout of a usual card, then of one with long values."""
    photo = portrait()
    for kind, face in (("usual", usual_face(office)), ("long", long_face(office))):
        for layout in get_args(CardLayout):
            yield f"{layout}-{kind}.pdf", render(face, photo, layout)
        yield f"phone-{kind}.png", render_phone(face, photo)


def usual_face(office: Office) -> CardFace:
    return _face(
        office,
        full_name="Siti Contoh binti Rahman",
        birth_place="Tembilahan",
        address="Parit 6, RT 003 RW 001, Tembilahan Kota, Kec. Tembilahan, Indragiri Hilir",
        education=(
            EducationRow("S1", "Teknik Informatika", "2021", "Universitas Contoh Riau"),
            EducationRow("SMK/MAK", "Rekayasa Perangkat Lunak", "2017", "SMK Negeri Contoh"),
            EducationRow("SMP/sederajat", "", "2014", "SMP Negeri Contoh"),
            EducationRow("SD/sederajat", "", "2011", "SD Negeri Contoh"),
        ),
        experience=(
            ExperienceRow("Kasir, Toko Sumber Contoh", "2021-2023"),
            ExperienceRow("Komputer perkantoran", "2019", is_skill=True),
            ExperienceRow("Menjahit", "", is_skill=True),
        ),
    )


def long_face(office: Office) -> CardFace:
    """As much as the form takes: 60 letters, an address of 200, eight schools."""
    levels = ("S3 (tidak tamat)", "S2", "S1", "D4", "D3", "SMK/MAK", "SMA/MA/sederajat")
    schools = [
        EducationRow(
            level,
            "Rekayasa Perangkat Lunak dan Gim serta Teknik Jaringan Komputer",
            str(2024 - number),
            "Sekolah Tinggi Manajemen Informatika dan Komputer Contoh Indragiri Hilir",
        )
        for number, level in enumerate(levels)
    ]
    jobs = [
        ExperienceRow(
            "Operator dan perawatan mesin jahit industri kecepatan tinggi serta mesin obras, "
            "PT Perkebunan Contoh Sejahtera Abadi Makmur Sentosa Cabang Pulau Kijang",
            f"{year}-{year + 1}",
        )
        for year in (2024, 2022, 2020)
    ]
    skills = [
        ExperienceRow(f"Pelatihan pengelasan bawah air tingkat {number}", "2020", is_skill=True)
        for number in range(1, 6)
    ]
    return _face(
        office,
        full_name="Muhammad Abdurrahman Wahid Nur'aini Al-Hasan bin Syamsuddin",
        birth_place="Kabupaten Kepulauan Siau Tagulandang Biaro",
        address="Jalan Lintas Timur Sumatera KM 215 Dusun Suka Maju Makmur Sejahtera No. 12A "
        "Blok C/7 samping Masjid Al-Ikhlas, RT 003 RW 007, Desa Pulau Kijang Baru, Kec. Reteh, "
        "Kabupaten Indragiri Hilir, Riau 29273",
        marital_status="Cerai Mati",
        education=(*schools, EducationRow("SMP/sederajat", "", "2010")),
        experience=(*jobs, *skills),
        copy_no=2,
        is_duplicate=True,
    )


def _face(office: Office, **person: Any) -> CardFace:
    rules, identity = office.card, office.identity
    numbers = number_template(
        rules.number_template, rules.sequence_reset, rules.number_boxes, identity.regency_code
    )
    dues = report_dates(ISSUED_ON, rules.report_interval_months, rules.report_lines)
    values: dict[str, Any] = {
        "registration_number": numbers.number(identity.regency_code, ISSUED_ON, 123),
        "nik": f"{identity.regency_code}014101000001",
        "birth_date": date(2000, 1, 1),
        "sex": "Perempuan",
        "marital_status": "Belum Kawin",
        "religion": "Islam",
        "phone": "081200000000" if rules.print_phone else "",
        "issued_on": ISSUED_ON,
        "valid_until": add_months(ISSUED_ON, rules.validity_months),
        "reports": tuple(ReportLine(due) for due in dues),
        "office": letterhead(office),
        "signatory": Signatory(rules.signatory.role, rules.signatory.name, rules.signatory.nip),
        "terms": rules.terms,
        "short_terms": rules.short_terms,
        "legal_basis": rules.legal_basis,
        "area_of_validity": rules.area_of_validity,
        "number_boxes": rules.number_boxes,
        "qr": (check_address(ADDRESS), _no_token()),
        "check_code": "C0NT0-HSAJA",
    }
    return CardFace(**values | person)


def _no_token() -> str:
    """As long as a token gets, and nothing in it."""
    return base64.b32encode(bytes(range(LONGEST_TOKEN))).decode().rstrip("=")


def portrait() -> bytes:
    """A drawn person before the usual red."""
    picture = Image.new("RGB", (900, 1200), "#b3201f")
    draw = ImageDraw.Draw(picture)
    draw.ellipse((120, 860, 780, 1500), fill="#e8e8f2")
    draw.rectangle((390, 720, 510, 920), fill="#c99a72")
    draw.ellipse((300, 300, 600, 790), fill="#d8b08c")
    draw.chord((280, 250, 620, 620), 180, 360, fill="#241a16")
    for eye in (385, 515):
        draw.ellipse((eye - 26, 520, eye + 26, 545), fill="white")
        draw.ellipse((eye - 11, 520, eye + 11, 544), fill="#2a1a12")
    draw.arc((400, 600, 500, 690), 20, 160, fill="#8a3d36", width=9)
    draw.polygon([(450, 900), (400, 1000), (500, 1000)], fill="#1d3f8a")
    out = io.BytesIO()
    picture.filter(ImageFilter.GaussianBlur(4)).save(out, "JPEG", quality=88)
    return out.getvalue()


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m services.cards.sample",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--office", type=Path, help="the office file (default: OFFICE_FILE)")
    options = parser.parse_args(arguments)
    named = options.office or os.environ.get("OFFICE_FILE")
    folder: Path = options.folder
    folder.mkdir(parents=True, exist_ok=True)
    for name, drawn in samples(load_office(Path(named) if named else None)):
        (folder / name).write_bytes(drawn)
        sys.stdout.write(f"{folder / name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
