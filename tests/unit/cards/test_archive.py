"""Each card is a PDF/A-3 with tags: kept for years, and read out value after label.

No checker of PDF/A is at hand (veraPDF is in no registry we use), so the rules are checked one by
one; plain cards of WeasyPrint, whose own tests run veraPDF, must pass the same.
"""

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pikepdf
import pytest

from services.cards.face import CardFace
from services.cards.pages import LAYOUTS
from services.cards.rendering import render, render_plain
from services.cards.typesetting import SPOT
from shared.contracts.print_batches import CardLayout
from tests.unit.cards import paper
from tests.unit.cards.reader import spoken
from tests.unit.cards.sample import CROWDED, FACE, photo

Opened = Callable[[CardLayout], pikepdf.Pdf]
_FORBIDDEN = {"/JavaScript", "/JS", "/Launch", "/AA", "/OpenAction", "/Encrypt", "/EmbeddedFiles"}


@pytest.fixture(scope="module")
def opened() -> Iterator[Opened]:
    found: dict[CardLayout, pikepdf.Pdf] = {}

    def card(layout: CardLayout) -> pikepdf.Pdf:
        if layout not in found:
            found[layout] = pikepdf.open(io.BytesIO(render(FACE, photo(), layout)))
        return found[layout]

    yield card
    for pdf in found.values():
        pdf.close()


@pytest.mark.parametrize("layout", list(LAYOUTS))
def test_a_card_says_what_it_is(layout: CardLayout, opened: Opened) -> None:
    pdf = opened(layout)
    assert_archivable(pdf)
    title = f"Kartu AK/I {FACE.registration_number}"
    assert str(pdf.docinfo["/Title"]) == title
    with pdf.open_metadata() as metadata:
        assert metadata.pdfa_status == "3A"
        assert metadata["dc:title"] == title
        assert metadata["pdf:Producer"] == str(pdf.docinfo["/Producer"])


def test_a_plain_card_passes_the_same_checks() -> None:
    with pikepdf.open(io.BytesIO(render_plain(FACE, photo()))) as pdf:
        assert_archivable(pdf)


@pytest.mark.parametrize(
    "face",
    [
        replace(FACE, full_name="Żółć Şəmsəddin Ω"),
        replace(FACE, office=replace(FACE.office, logo=photo((200, 200), "PNG"))),
    ],
    ids=["other letters", "emblem of pixels"],
)
def test_unusual_cards_pass_them_too(face: CardFace) -> None:
    with pikepdf.open(io.BytesIO(render(face, photo()))) as pdf:
        assert_archivable(pdf)


def assert_archivable(pdf: pikepdf.Pdf) -> None:
    assert pdf.check_pdf_syntax() == []
    root = pdf.Root
    assert str(root.Lang) == "id"
    assert bool(root.MarkInfo.Marked)
    assert bool(root.ViewerPreferences.DisplayDocTitle)
    (intent,) = root.OutputIntents
    assert intent.S == "/GTS_PDFA1"
    assert intent.DestOutputProfile.read_bytes()[36:40] == b"acsp"
    assert len(pdf.trailer.ID) == 2
    for thing in pdf.objects:
        if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
            assert not _FORBIDDEN & set(thing.keys())
            assert not thing.get("/Interpolate", False)
            assert "/LZWDecode" not in str(thing.get("/Filter", ""))
            if thing.get("/Type") == "/FontDescriptor":
                assert "/FontFile2" in thing
                assert re.match(r"/[A-Z]{6}\+", str(thing.FontName))
            if thing.get("/Subtype") == "/Type0":
                assert "/ToUnicode" in thing
    assert_everything_is_tagged(pdf)


def assert_everything_is_tagged(pdf: pikepdf.Pdf) -> None:
    """All that is drawn is an artifact, or marked and owned by one element of the tree."""
    tree = pdf.Root.StructTreeRoot
    nums = list(tree.ParentTree.Nums)
    parents = {int(key): list(owners) for key, owners in zip(nums[::2], nums[1::2], strict=True)}
    for page in pdf.pages:
        marks: list[int] = []
        depth = 0
        for operation in pikepdf.parse_content_stream(page):
            operands, name = list(operation.operands), str(operation.operator)
            if name in ("BDC", "BMC"):
                depth += 1
                if name == "BDC":
                    marks.append(int(operands[1]["/MCID"]))
            elif name == "EMC":
                depth -= 1
            elif name in ("Tj", "TJ", "f", "f*", "S", "Do", "sh", "B"):
                assert depth > 0, (name, operands)
        owners = parents[int(page.obj.StructParents)]
        assert sorted(marks) == list(range(len(owners)))
        for mark, owner in enumerate(owners):
            assert owner.Pg.objgen == page.obj.objgen
            assert mark in [int(kid) for kid in owner.K]
            assert owner.S != "/Figure" or str(owner.Alt)
            above = owner
            while above.S != "/Document":
                above = above.P
            assert above.P.objgen == tree.objgen


def test_the_strip_is_read_value_after_label() -> None:
    said = spoken(render(FACE, photo()))
    wanted = [
        "KARTU TANDA BUKTI PENDAFTARAN PENCARI KERJA",
        "No. Pendaftaran Pencari Kerja 1404 241126 000123",
        f"No. Induk Kependudukan {FACE.nik}",
        "Nama Lengkap : SITI CONTOH BINTI RAHMAN",
        "Tempat/Tgl Lahir : Tembilahan, 25 Juli 1998",
        "Jenis Kelamin : Perempuan",
        "Status : Belum Kawin",
        "Agama : Islam",
        f"Alamat : {FACE.address}",
        f"Telp/HP : {FACE.phone}",
        "Berlaku s.d. : 24 November 2028 Berlaku Nasional",
        "PENDIDIKAN FORMAL",
        "S1 Teknik Informatika 2020",
        "SD/sederajat 2010",
        "KETERAMPILAN / PENGALAMAN KERJA",
        "Kasir, Toko Sumber Contoh 2021–2023",
        f"Kode cek {FACE.check_code}",
        "Tembilahan, 24 November 2026",
        FACE.signatory.role,
        "LAPORAN",
        "Kesatu 24 Mei 2027",
        "KETENTUAN",
        "1. Berlaku nasional.",
    ]
    places = [said.index(each) for each in wanted]
    assert places == sorted(places)


@pytest.mark.parametrize("layout", list(LAYOUTS))
@pytest.mark.parametrize("face", [FACE, CROWDED], ids=["usual", "crowded"])
def test_no_value_stands_without_its_label(face: CardFace, layout: CardLayout) -> None:
    form = LAYOUTS[layout]
    said = " | ".join(spoken(render(face, photo(), layout)))
    for side in form.values(face):
        for value in side:
            assert " ".join(value.lines) in said, value.name


@pytest.mark.parametrize("layout", list(LAYOUTS))
def test_the_sign_where_a_signature_is_shown_stands_once(layout: CardLayout) -> None:
    face = replace(FACE, full_name="Si^ti", address="Jalan ^ Contoh")
    pdf = render(face, photo(), layout)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        pages = range(1, len(opened.pages) + 1)
    assert "".join(paper.text(pdf, page) for page in pages).count(SPOT) == 1
    assert spoken(pdf).count("Tempat tanda tangan elektronik") == 1
