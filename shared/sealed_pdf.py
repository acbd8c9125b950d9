"""Whether a sealed PDF is the PDF that we drew, plus one good signature over the whole file.

pyHanko is imported only when something is checked: most processes never do. A check takes tens of
milliseconds of one core: call it in a thread or in a worker process.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Collection, Sequence
from itertools import chain
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

# What it warns of is in our own error, but for the names of people in certificates.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
_ROOT_GROWS = {"/AcroForm", "/DSS", "/Extensions", "/Metadata", "/Perms", "/Version"}
_SHOWN_MOST = 144  # points a side: a signature that is shown is a mark, not a page over the card


class BadSeal(Exception):
    """The seal does not count; the message says why, for the log, without anything of the card."""


def check_seal(sealed: bytes, drawn: bytes, roots: Sequence[x509.Certificate]) -> None:
    """Raise `BadSeal` unless this is the drawn PDF, sealed by somebody whom a root vouches for.

    The drawn PDF must stand at the begin byte for byte, what was added must be a signature and
    nothing else that is seen or done, and the signature must cover all of it. Nothing is fetched.
    """
    if not sealed.startswith(drawn) or len(sealed) == len(drawn):
        raise BadSeal("this is not the drawn PDF with something added")
    try:
        _check_additions(sealed, drawn)
        _check(sealed, roots)
    except BadSeal:
        raise
    except Exception as error:  # noqa: BLE001  # what is no PDF, or no CMS, fails in many ways
        raise BadSeal(f"the seal cannot be read: {type(error).__name__}") from None


def _check(sealed: bytes, roots: Sequence[x509.Certificate]) -> None:
    from asn1crypto.x509 import Certificate
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.settings import KeyUsageConstraints
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    reader = PdfFileReader(io.BytesIO(sealed))
    signatures = reader.embedded_regular_signatures
    if len(signatures) != 1:
        raise BadSeal(f"{len(signatures)} signatures where one is expected")
    if not _is_filled(signatures[0].pkcs7_content):
        raise BadSeal("there is something behind the signature in its own place")
    trusted = [Certificate.load(each.public_bytes(Encoding.DER)) for each in roots]
    status = validate_pdf_signature(
        signatures[0],
        ValidationContext(trust_roots=trusted, allow_fetching=False),
        key_usage_settings=KeyUsageConstraints(
            key_usage={"non_repudiation", "digital_signature"}, match_all_key_usages=False
        ),
    )
    if not (status.intact and status.valid):
        raise BadSeal("the signature does not fit the file")
    if status.coverage != SignatureCoverageLevel.ENTIRE_FILE or not status.docmdp_ok:
        raise BadSeal("the signature does not cover the whole file")
    if not status.trusted:
        raise BadSeal("no trusted root vouches for the certificate")


def _is_filled(content: bytes) -> bool:
    """Whether the room kept for the signature is empty behind it: nobody signs what is there."""
    from asn1crypto.cms import ContentInfo

    return not content[len(ContentInfo.load(content).dump()) :].strip(b"\0")


def _check_additions(sealed: bytes, drawn: bytes) -> None:
    """Of what was drawn nothing may be replaced but where the signature is hung up."""
    import pikepdf

    with pikepdf.open(io.BytesIO(drawn)) as before, pikepdf.open(io.BytesIO(sealed)) as after:
        if after.Root.objgen != before.Root.objgen:
            raise BadSeal("something of the drawn PDF was replaced")
        may_differ = {
            each.objgen
            for each in (before.trailer.get("/Info"), before.Root.get("/Metadata"))
            if each is not None
        }
        pages = {page.objgen for page in before.pages}
        for old in before.objects:
            new = after.get_object(old.objgen)
            if old.objgen in may_differ or _text(old) == _text(new):
                continue
            keys = _ROOT_GROWS if old.objgen == before.Root.objgen else {"/Annots"}
            is_grown = old.objgen in {before.Root.objgen, *pages}
            if not is_grown or _text(old, keys) != _text(new, keys):
                raise BadSeal("something of the drawn PDF was replaced")
        form = after.Root.get("/AcroForm")
        shown = list(chain.from_iterable(_items(page.obj, "/Annots") for page in after.pages))
        is_alone = all(_is_signature(each) for each in (*_items(form, "/Fields"), *shown))
        if not is_alone or not all(map(_is_mark, shown)) or (form is not None and "/XFA" in form):
            raise BadSeal("more than a signature was added to the drawn PDF")


def _items(thing: Any, key: str) -> list[Any]:
    return list(thing.get(key, ())) if thing is not None else []


def _is_signature(field: Any) -> bool:
    kind = field.get("/FT")
    if kind is None and "/Parent" in field:
        kind = field["/Parent"].get("/FT")
    return bool(kind == "/Sig") and not {"/A", "/AA"} & set(field.keys())


def _is_mark(shown: Any) -> bool:
    """Whether what lies on the page is the picture of a signature, and a small one."""
    left, bottom, right, top = (float(each) for each in shown["/Rect"])
    size = max(abs(right - left), abs(top - bottom))
    return bool(shown.get("/Subtype") == "/Widget") and size <= _SHOWN_MOST


def _text(thing: Any, without: Collection[str] = ()) -> bytes:
    """How it is written in a file, links as links; of a stream also what is in it."""
    import pikepdf

    if isinstance(thing, pikepdf.Stream):
        return bytes(thing.stream_dict.unparse(resolved=True)) + b"\n" + thing.read_raw_bytes()
    if without and isinstance(thing, pikepdf.Dictionary):
        return b"".join(
            key.encode() + each.unparse()
            if hasattr(each, "unparse")
            else repr((key, each)).encode()
            for key, each in sorted(thing.items())
            if key not in without
        )
    return bytes(thing.unparse(resolved=True))
