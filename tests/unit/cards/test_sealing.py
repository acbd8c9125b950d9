"""The seal on a card's PDF: what counts, what does not, and a certificate that cannot seal."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from services.cards.rendering import render
from services.cards.sealing.certificate import NoSeal, OfficeCertificate
from services.cards.sealing.pades import FIELD, SealKey, seal_pdf, sign
from shared.sealed_pdf import BadSeal, check_seal
from tests.unit.cards.authority import PASSWORD, Authority, new_authority
from tests.unit.cards.sample import FACE, photo


@pytest.fixture(scope="module")
def authority() -> Authority:
    return new_authority()


@pytest.fixture(scope="module")
def key(authority: Authority) -> SealKey:
    return authority.seal_key()


@pytest.fixture(scope="module")
def drawn() -> bytes:
    return render(FACE, photo(), "sheet")


@pytest.fixture(scope="module")
def sealed(drawn: bytes, key: SealKey) -> bytes:
    return seal_pdf(drawn, key)


def test_a_sealed_card_is_the_drawn_one_and_still_pdf_a(
    drawn: bytes, sealed: bytes, authority: Authority
) -> None:
    check_seal(sealed, drawn, [authority.certificate])
    assert sealed.startswith(drawn)
    assert len(sealed) - len(drawn) < 16_000
    with pikepdf.open(io.BytesIO(sealed)) as pdf:
        with pdf.open_metadata() as metadata:
            assert metadata.pdfa_status == "3A"
        signature = pdf.Root.AcroForm.Fields[0].V
        assert signature.SubFilter == "/ETSI.CAdES.detached"
        assert signature.Reference[0].TransformParams.P == 1  # no changes at all
        assert pdf.Root.MarkInfo.Marked
        assert not pdf.check_pdf_syntax()


@pytest.mark.parametrize("place", ["drawn", "added", "signature", "behind", "end"])
def test_one_changed_byte_is_found(
    drawn: bytes, sealed: bytes, authority: Authority, place: str
) -> None:
    at = {
        "drawn": len(drawn) // 2,
        "added": sealed.index(b"SegelKantor"),
        "signature": sealed.index(b"/Contents <", len(drawn)) + 300,
        "behind": sealed.index(b"0>", sealed.index(b"/Contents <", len(drawn))),
        "end": sealed.rindex(b"startxref") - 3,
    }[place]
    changed = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
    with pytest.raises(BadSeal):
        check_seal(changed, drawn, [authority.certificate])


def test_another_pdf_with_a_good_signature_is_refused(
    drawn: bytes, key: SealKey, authority: Authority
) -> None:
    other = render(replace(FACE, full_name="Orang Lain CONTOH"), photo(), "sheet")
    with pytest.raises(BadSeal, match="not the drawn PDF"):
        check_seal(seal_pdf(other, key), drawn, [authority.certificate])


def test_what_comes_behind_the_signature_is_refused(
    drawn: bytes, sealed: bytes, authority: Authority
) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(sealed))
    writer.add_object(generic.TextStringObject("tambahan"))
    written = io.BytesIO()
    writer.write(written)  # type: ignore[no-untyped-call]
    with pytest.raises(BadSeal, match="whole file"):
        check_seal(written.getvalue(), drawn, [authority.certificate])


@pytest.mark.parametrize("entry", ["/Contents", "/Annots", "/Resources"])
def test_a_page_changed_before_it_was_sealed_is_refused(
    drawn: bytes, key: SealKey, authority: Authority, entry: str
) -> None:
    """The signature is good, but not of what we drew."""
    sealed = sign(changed_page(drawn, entry), key)
    with pytest.raises(BadSeal, match=r"replaced|more than a signature"):
        check_seal(sealed, drawn, [authority.certificate])


@pytest.mark.parametrize("trick", ["page", "stamp", "action", "form", "nonsense"])
def test_a_signature_that_is_more_than_a_mark_is_refused(
    drawn: bytes, key: SealKey, authority: Authority, trick: str
) -> None:
    """Signed by a trusted one, and called a signature: but it hides the card, or does something."""
    tricked = sign(with_signature_field(drawn, trick), key)
    with pytest.raises(BadSeal, match=r"more than a signature|cannot be read"):
        check_seal(tricked, drawn, [authority.certificate])


def test_a_mark_where_the_signature_is_shown_is_accepted(
    drawn: bytes, key: SealKey, authority: Authority
) -> None:
    check_seal(sign(with_signature_field(drawn, ""), key), drawn, [authority.certificate])


def test_a_stranger_and_an_ended_certificate_are_refused(
    drawn: bytes, sealed: bytes, authority: Authority
) -> None:
    with pytest.raises(BadSeal, match="no trusted root"):
        check_seal(sealed, drawn, [new_authority().certificate])
    with pytest.raises(BadSeal, match="no trusted root"):
        check_seal(sealed, drawn, [])
    with pytest.raises(Exception, match="no trusted root"):
        seal_pdf(drawn, authority.seal_key(days=-1))


@pytest.mark.parametrize("tail", [b"", b"\n", b"% tidak ada segel\n%%EOF\n"])
def test_no_seal_is_no_seal(drawn: bytes, authority: Authority, tail: bytes) -> None:
    with pytest.raises(BadSeal):
        check_seal(drawn + tail, drawn, [authority.certificate])


def changed_page(pdf: bytes, entry: str) -> bytes:
    """With a further revision that gives the first page another entry."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    page = writer.root["/Pages"]["/Kids"][0]
    note = generic.DictionaryObject(  # type: ignore[no-untyped-call]
        {
            generic.NameObject("/Subtype"): generic.NameObject("/FreeText"),
            generic.NameObject("/Contents"): generic.TextStringObject("BERLAKU SELAMANYA"),
        }
    )
    values = {
        "/Contents": writer.add_object(generic.StreamObject(stream_data=b"0 0 99 99 re f")),
        "/Annots": generic.ArrayObject([writer.add_object(note)]),
        "/Resources": generic.DictionaryObject(),  # type: ignore[no-untyped-call]
    }
    page[generic.NameObject(entry)] = values[entry]
    writer.update_container(page)
    written = io.BytesIO()
    writer.write(written)  # type: ignore[no-untyped-call]
    return written.getvalue()


def with_signature_field(pdf: bytes, trick: str) -> bytes:
    """With a further revision that has a visible field for the seal, good but for the trick."""
    side = 800 if trick == "page" else 60
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    page = writer.root["/Pages"]["/Kids"][0]
    field = dictionary(
        FT="/Sig", Type="/Annot", Subtype="/Stamp" if trick == "stamp" else "/Widget"
    )
    field[generic.pdf_name("/T")] = generic.TextStringObject(FIELD)
    field[generic.pdf_name("/Rect")] = numbers(0, 0, side, side)
    if trick == "action":
        field[generic.pdf_name("/A")] = dictionary(S="/JavaScript")
    hung = generic.ArrayObject([writer.add_object(field)])
    form = dictionary()
    form[generic.pdf_name("/Fields")] = hung
    if trick == "form":
        form[generic.pdf_name("/XFA")] = generic.TextStringObject("<xdp:xdp/>")
    writer.root[generic.pdf_name("/AcroForm")] = form
    page[generic.pdf_name("/Annots")] = numbers(3) if trick == "nonsense" else hung
    writer.update_container(page)
    writer.update_root()  # type: ignore[no-untyped-call]
    written = io.BytesIO()
    writer.write(written)  # type: ignore[no-untyped-call]
    return written.getvalue()


def dictionary(**names: str) -> generic.DictionaryObject:
    found = {generic.pdf_name(f"/{key}"): generic.pdf_name(name) for key, name in names.items()}
    return generic.DictionaryObject(found)  # type: ignore[no-untyped-call]


def numbers(*values: int) -> generic.ArrayObject:
    return generic.ArrayObject(map(generic.NumberObject, values))


@pytest.mark.parametrize(
    ("days", "password", "says"),
    [
        (None, PASSWORD, "No such file"),
        (30, b"salah", "does not open it"),
        (-1, PASSWORD, "the certificate is valid from"),
    ],
)
async def test_a_certificate_that_cannot_seal_says_why(
    authority: Authority, tmp_path: Path, days: int | None, password: bytes, says: str
) -> None:
    path = tmp_path / "kantor.p12"
    if days is not None:
        path.write_bytes(authority.seal_key(days=days).content)
    certificate = OfficeCertificate(path, password)
    assert not await certificate.is_ready()
    with pytest.raises(NoSeal, match=says):
        certificate.key_at(datetime.now(UTC))
    path.write_bytes(authority.seal_key(days=60).content)
    assert await OfficeCertificate(path, PASSWORD).is_ready()


async def test_a_renewed_certificate_is_taken_without_a_restart(
    authority: Authority, tmp_path: Path
) -> None:
    path = tmp_path / "kantor.p12"
    path.write_bytes(authority.seal_key(days=1).content)
    certificate = OfficeCertificate(path, PASSWORD)
    later = datetime.now(UTC) + timedelta(days=2)
    certificate.key_at(datetime.now(UTC))
    with pytest.raises(NoSeal):
        certificate.key_at(later)
    path.write_bytes(authority.seal_key(days=60).content)
    assert certificate.key_at(later).content == path.read_bytes()
    assert not await OfficeCertificate(None, PASSWORD).is_ready()
