"""The receipt says what is needed and no more, on one page; the card's image shows both sides."""

from __future__ import annotations

import io
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from typing import get_args

import pypdfium2 as pdfium
import pytest
from PIL import Image

from services.intake.domain import Application
from services.intake.receipts.card_image import WIDTH, draw_card
from services.intake.receipts.drawing import draw_receipt
from services.intake.receipts.receipt import receipt_of
from shared.contracts.applications import DocumentKind
from shared.office import load_office

URL = "https://ak1.example.go.id/"


def application(*kinds: str, name: str = "Siti Nur'aini <b>Contoh</b>") -> Application:
    return Application(
        id="a",
        reference="AK1-7K3M9QX2TD4",
        birth_date="2001-08-27",
        draft_token_hash="h",
        notice_version="1",
        submitted_at=datetime(2026, 11, 24, 3, 32, tzinfo=UTC),
        pages={
            "start": {"values": {"kind": "replacement"}},
            "identity": {"values": {"full_name": name}},
        },
        documents={kind: {"pages": [{}, {}]} for kind in kinds},
    )


def text_of(pdf: bytes) -> tuple[int, str]:
    with closing(pdfium.PdfDocument(pdf)) as document:
        texts = [page.get_textpage().get_text_range() for page in document]
        return len(texts), " ".join("".join(texts).split())


def test_it_says_what_was_received_and_what_comes_next() -> None:
    drawn = draw_receipt(
        receipt_of(application("identity_card", "photo"), load_office(), URL, is_told=True)
    )
    pages, text = text_of(drawn)
    assert pages == 1
    for told in (
        "AK1-7K3M9QX2TD4",
        "24 November 2026 pukul 10.32 WIB",
        "Penggantian kartu",
        "KTP (2 halaman)",
        "Pas foto 3x4 (2 halaman)",
        "paling lama 1 hari kerja",
        "waktu 7 hari",
        "https://ak1.example.go.id/status",
        load_office().identity.telephone,
    ):
        assert told in text
    assert "Siti" not in text
    assert "2001" not in text


def test_who_gets_no_messages_reads_how_to_ask() -> None:
    told, alone = (
        receipt_of(application("photo"), load_office(), URL, is_told=is_told).steps[1]
        for is_told in (True, False)
    )
    assert "kami memberi kabar" in told
    assert "Tanyakan hasilnya di kantor dengan nomor pendaftaran ini" in alone
    assert "waktu 7 hari" in told
    assert "waktu 7 hari" in alone


def test_the_service_itself_never_loads_what_draws() -> None:
    """It takes seconds: a page of somebody else would wait for it."""
    look = (
        "import sys, services.intake.main;"
        "sys.exit(bool({'weasyprint', 'pypdfium2'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", look], check=False).returncode == 0


@pytest.mark.parametrize("name", ["A", "Contoh " * 25])
def test_everything_fits_on_one_page(name: str) -> None:
    full = application(*get_args(DocumentKind), name=name)
    assert text_of(draw_receipt(receipt_of(full, load_office(), URL, is_told=True)))[0] == 1


def test_the_same_receipt_gives_the_same_bytes() -> None:
    receipt = receipt_of(application("photo"), load_office(), URL, is_told=True)
    assert draw_receipt(receipt) == draw_receipt(receipt)


def test_the_image_shows_all_pages_below_one_another() -> None:
    pages = [Image.new("RGB", (594, 220), colour) for colour in ("#c00000", "#0000c0")]
    pdf = io.BytesIO()
    pages[0].save(pdf, "PDF", save_all=True, append_images=pages[1:])
    image = Image.open(io.BytesIO(draw_card(pdf.getvalue())))
    assert image.format == "PNG"
    assert image.width == WIDTH
    side = round(220 / 594 * WIDTH)
    assert image.height == pytest.approx(2 * side, abs=40)
    above, below = (image.getpixel((600, y)) for y in (side // 2, image.height - side // 2))
    assert isinstance(above, tuple)
    assert isinstance(below, tuple)
    assert above[0] > 150 > above[2]
    assert below[2] > 150 > below[0]
