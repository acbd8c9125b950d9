"""The office's own seal as a step of issuing; and time stamps, from an authority that answers."""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import keys, tsp, x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pydantic import SecretStr
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

from services.cards.main import build
from services.cards.sealing.certificate import NoSeal, OfficeCertificate
from services.cards.sealing.pades import seal_pdf
from services.cards.settings import CardsSettings
from shared.errors import Unavailable
from shared.office import Seal
from shared.sealed_pdf import check_seal
from shared.storage import CARDS
from tests.integration.cards.office import Office
from tests.unit.cards.authority import PASSWORD, Authority, new_authority


@pytest.fixture(scope="module")
def authority() -> Authority:
    return new_authority()


def drawn() -> bytes:
    written = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(written)
    return written.getvalue()


async def test_a_card_is_sealed_before_it_is_stored_and_waits_for_a_certificate(
    office: Office, authority: Authority, tmp_path: Path
) -> None:
    path = tmp_path / "kantor.p12"
    press = replace(office.press, certificate=OfficeCertificate(path, PASSWORD))
    sealing = replace(office, press=press)
    card = await sealing.allocated(await sealing.approved(1))
    with pytest.raises(NoSeal, match="No such file"):
        await sealing.issue(card)
    waiting = await sealing.card(card)
    assert (waiting.state, waiting.render_attempts) == ("allocated", 0), "an outage, not its fault"
    assert await sealing.emitted("card.issued.v1") == []

    path.write_bytes(authority.seal_key().content)
    assert (await sealing.issue(card)).state == "issued"
    (event,) = await sealing.emitted("card.issued.v1")
    data = event.data
    sealed = await sealing.resources.storage.get(CARDS, data.object_key, data.sha256)
    assert data.sha256[:16] in data.object_key
    before = PdfFileReader(io.BytesIO(sealed)).embedded_signatures[0].reader
    assert before.xrefs.total_revisions == 2
    end = sealed.index(b"%%EOF\n") + len(b"%%EOF\n")
    await asyncio.to_thread(check_seal, sealed, sealed[:end], [authority.certificate])


async def test_the_service_is_not_ready_without_its_certificate(
    office: Office, authority: Authority, tmp_path: Path
) -> None:
    path = tmp_path / "kantor.p12"
    assert isinstance(office.resources.settings, CardsSettings)
    values = {
        "seal_certificate_file": path,
        "seal_certificate_password": SecretStr(PASSWORD.decode()),
    }
    settings = office.resources.settings.model_copy(update=values)
    assert "seal" not in build(office.resources).checks
    rules = office.resources.office.model_copy(update={"seal": Seal(adapter="pyhanko")})
    is_ready = build(replace(office.resources, settings=settings, office=rules)).checks["seal"]
    assert not await is_ready()
    path.write_bytes(authority.seal_key().content)
    assert await is_ready()


@pytest.fixture
def stamps(authority: Authority) -> Iterator[str]:
    """A time stamp authority; under another path it only fails."""
    certificate, private = authority.of_stamps()
    encoded = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    stamper = DummyTimeStamper(
        tsa_cert=x509.Certificate.load(certificate.public_bytes(Encoding.DER)),
        tsa_key=keys.PrivateKeyInfo.load(encoded),
    )

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200 if self.path == "/tsa" else 500)
            self.end_headers()
            if self.path == "/tsa":
                answer = stamper.request_tsa_response(tsp.TimeStampReq.load(body))
                self.wfile.write(answer.dump())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_time_stamp_and_an_authority_that_fails(authority: Authority, stamps: str) -> None:
    key, pdf = authority.seal_key(), drawn()
    sealed = seal_pdf(pdf, replace(key, timestamp_url=f"{stamps}/tsa"))
    check_seal(sealed, pdf, [authority.certificate])
    signature = PdfFileReader(io.BytesIO(sealed)).embedded_signatures[0]
    added = [each["type"].native for each in signature.signer_info["unsigned_attrs"]]
    assert added == ["signature_time_stamp_token"]
    for away in (f"{stamps}/lain", "http://127.0.0.1:1/tsa"):
        with pytest.raises(Unavailable, match="time stamp authority"):
            seal_pdf(pdf, replace(key, timestamp_url=away))
