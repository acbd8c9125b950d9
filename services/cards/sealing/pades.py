"""seal_pdf: PAdES by the office's certificate, as a certifying signature that allows no change.

Runs in a worker process. A signature has its time in it, so that no two seals are the same bytes.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

import httpx2  # noqa: TID251  # asks the time stamp authority
from cryptography import x509
from cryptography.hazmat.primitives.serialization import pkcs12

from shared.errors import Unavailable
from shared.sealed_pdf import BadSeal, check_seal

if TYPE_CHECKING:
    from pyhanko.sign import Signer
    from pyhanko.sign.timestamps import TimeStamper

FIELD = "SegelKantor"
_PATIENCE = 5  # seconds for the time stamp authority


class SealError(Exception):
    """This PDF cannot be sealed, or the seal on it does not count."""


@dataclass(frozen=True)
class SealKey:
    """The office's PKCS#12 with its password. With a `timestamp_url` the seal is PAdES B-T."""

    content: bytes = field(repr=False)
    password: bytes = field(repr=False)
    timestamp_url: str = ""


def seal_pdf(drawn: bytes, key: SealKey) -> bytes:
    """The drawn PDF with a seal behind it that counts; raises `SealError` or `Unavailable`."""
    sealed = sign(drawn, key)
    try:
        check_seal(sealed, drawn, [_opened(key.content, key.password)[1]])
    except BadSeal as error:
        raise SealError(str(error)) from None
    return sealed


def sign(drawn: bytes, key: SealKey) -> bytes:
    """The PDF with a signature added; raises `SealError` or `Unavailable`."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import PdfSignatureMetadata, fields, sign_pdf
    from pyhanko.sign.timestamps.common_utils import TimestampRequestError

    how = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    stamper = _stamper(key.timestamp_url) if key.timestamp_url else None
    try:
        signer, _ = _opened(key.content, key.password)
        written = sign_pdf(IncrementalPdfFileWriter(io.BytesIO(drawn)), how, signer, stamper)
    except (TimestampRequestError, httpx2.HTTPError, OSError) as error:
        cause = type(error).__name__
        raise Unavailable(f"the time stamp authority does not answer: {cause}") from None
    except Exception as error:
        raise SealError(type(error).__name__) from error
    sealed: bytes = written.getvalue()
    return sealed


@lru_cache(maxsize=1)
def _opened(content: bytes, password: bytes) -> tuple[Signer, x509.Certificate]:
    """What signs, and the highest certificate of its chain: opening takes as long as signing."""
    from pyhanko.sign import SimpleSigner

    kept = pkcs12.load_pkcs12(content, password or None)
    if kept.cert is None:
        raise SealError("the PKCS#12 has no certificate")
    known = {each.certificate.subject: each.certificate for each in kept.additional_certs}
    top = kept.cert.certificate
    while top.issuer != top.subject and top.issuer in known:
        top = known.pop(top.issuer)
    return SimpleSigner.load_pkcs12_data(content, (), password or None), top


@lru_cache(maxsize=1)
def _stamper(url: str) -> TimeStamper:
    """Kept, because it asks once for a stamp only to learn its size."""
    from asn1crypto import tsp
    from pyhanko.sign.timestamps import TimeStamper
    from pyhanko.sign.timestamps.common_utils import TimestampRequestError

    class OfficeStamper(TimeStamper):
        async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
            headers = {"Content-Type": "application/timestamp-query"}
            async with httpx2.AsyncClient(timeout=_PATIENCE, trust_env=False) as client:
                answer = await client.post(url, content=req.dump(), headers=headers)
            if answer.status_code != 200:
                raise TimestampRequestError(f"HTTP {answer.status_code}")
            try:
                return tsp.TimeStampResp.load(answer.content)
            except ValueError as error:
                raise TimestampRequestError("the answer is no time stamp") from error

    return OfficeStamper()  # type: ignore[no-untyped-call]
