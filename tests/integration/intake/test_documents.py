"""Uploads through the JSON API, on real servers."""

from __future__ import annotations

import asyncio
import zlib
from dataclasses import replace

import httpx2
import pytest

from services.intake import store
from services.intake.cleaning import Refused, warm_up
from services.intake.documents import TooManyUploads, Upload
from services.intake.intake import Intake
from services.intake.uploads import receiving
from services.intake.uploads.finishing import EXAMINED, SLOW_FILES
from services.intake.uploads.store import Owner
from services.intake.web.sessions import read_draft_token
from shared.procpool import WorkerPool
from shared.storage import DOCUMENTS
from shared.web.limits import hit
from tests.integration.intake.conftest import FILES, Applicant, Served


async def test_uploads_of_one_draft_are_limited(http: httpx2.AsyncClient, intake: Intake) -> None:
    applicant = await Applicant.start(http)
    for _ in range(EXAMINED.count):
        await hit(intake.uow.reading(), EXAMINED, applicant.id)
    answer = await applicant.upload("photo", FILES["photo"])
    assert answer.status_code == 429
    assert answer.json()["detail"].startswith("Terlalu banyak unggahan.")


async def test_a_ktp_from_elsewhere_needs_the_domicile_letter(http: httpx2.AsyncClient) -> None:
    applicant = await Applicant.start(http)
    elsewhere = {
        "ktp_in_regency": False,
        "ktp_province_code": "14",
        "ktp_village_code": None,
        "ktp_regency_name": "Kota Pekanbaru",
        "ktp_subdistrict_name": "Sail",
        "ktp_village_name": "Suka Maju",
    }
    await applicant.fill({"contact": elsewhere})
    answer = await applicant.submit()
    assert answer.json()["errors"] == {
        "documents.domicile_letter": (
            "Pilih surat keterangan domisili. KTP Anda dari luar Kabupaten Indragiri Hilir."
        )
    }
    await applicant.upload("domicile_letter", FILES["identity_card"])
    assert (await applicant.submit()).status_code == 202


async def test_bad_files_are_refused_with_a_reason(http: httpx2.AsyncClient) -> None:
    applicant = await Applicant.start(http)
    cases = [
        ("identity_card", b"", 422, "Berkas terlalu kecil atau kosong. Coba foto ulang."),
        (
            "identity_card",
            b"\xff\xd8\xff" + b"x" * 20_000,
            422,
            "Berkas ini tidak bisa dibuka. Coba foto ulang.",
        ),
        ("identity_card", b"x" * (5 * 1024 * 1024 + 1), 413, "Ukuran berkas paling besar 5 MB."),
        ("photo", FILES["identity_card"], 422, "Pas foto harus tegak dengan perbandingan 3 x 4."),
    ]
    for kind, data, status, text in cases:
        answer = await applicant.upload(kind, data)
        assert (answer.status_code, answer.json()["detail"]) == (status, text)
    shown = await http.get(f"/applications/{applicant.id}", headers=applicant.headers)
    assert shown.json()["documents"] == {}
    assert (await applicant.upload("birth_certificate", FILES["photo"])).status_code == 404


async def test_a_new_upload_replaces_and_its_old_images_go(
    http: httpx2.AsyncClient, intake: Intake
) -> None:
    applicant = await Applicant.start(http)

    async def keys() -> list[str]:
        row = await intake.mongo.collection(store.DRAFTS).find_one({"_id": applicant.id})
        assert row is not None
        return [p["key"] for d in row["documents"].values() for p in d["pages"]]

    await applicant.upload("photo", FILES["photo"])
    (old,) = await keys()
    await applicant.upload("photo", FILES["photo"])
    (new,) = await keys()
    assert old != new
    with pytest.raises(Exception, match="tidak ditemukan"):
        await intake.storage.get(DOCUMENTS, old)
    page = f"/applications/{applicant.id}/documents/photo/pages/0"
    image = await http.get(page, headers=applicant.headers)
    assert image.headers["content-type"] == "image/jpeg"
    assert (await http.get(page)).status_code == 401
    beyond = await http.get(page.replace("/0", "/1"), headers=applicant.headers)
    assert beyond.status_code == 404
    gone = await http.delete(
        f"/applications/{applicant.id}/documents/photo", headers=applicant.headers
    )
    assert gone.status_code == 204
    assert await keys() == []


async def test_an_upload_broken_off_half_way_leaves_nothing(
    http: httpx2.AsyncClient, served: Served
) -> None:
    applicant = await Applicant.start(http)
    data = FILES["diploma"]
    head = (
        f"PUT /api/v1/applications/{applicant.id}/documents/diploma HTTP/1.1\r\n"
        f"Host: {served.host}\r\nAuthorization: Bearer {applicant.token}\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\n"
        f"Content-Length: {len(data) + 500}\r\n\r\n"
        '--b\r\nContent-Disposition: form-data; name="file"; filename="i.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    )
    _, writer = await asyncio.open_connection(served.host, served.port)
    writer.write(head.encode() + data[: len(data) // 2])
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    await asyncio.sleep(0.5)
    shown = await http.get(f"/applications/{applicant.id}", headers=applicant.headers)
    assert shown.json()["documents"] == {}
    assert (await applicant.upload("diploma", data)).status_code == 200


def slow_pdf() -> bytes:
    """A small file with millions of lines to draw."""
    drawing = zlib.compress(b"0 0 m 100 100 l 3000 200 l f\n" * 3_000_000, 9)
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 14400 14400]/Contents 4 0 R>>endobj\n"
        b"4 0 obj<</Filter/FlateDecode/Length "
        + str(len(drawing)).encode()
        + b">>stream\n"
        + drawing
        + b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n"
    )


async def test_files_made_to_be_slow_cannot_keep_the_workers(
    http: httpx2.AsyncClient, intake: Intake
) -> None:
    applicant = await Applicant.start(http)
    workers = WorkerPool(1, initializer=warm_up, timeout=1)
    impatient = replace(intake, workers=workers)
    owner = Owner(applicant.id, read_draft_token(intake.settings, applicant.token))

    async def send(data: bytes) -> None:
        await receiving.take_whole(impatient, owner, "diploma", Upload(data, "ijazah.pdf"))

    try:
        for _ in range(SLOW_FILES.count + 1):  # good and bad files use up nothing
            await send(FILES["diploma"])
            with pytest.raises(Refused):
                await send(b"%PDF-1.4" + b" " * 20_000)
        for _ in range(SLOW_FILES.count - 1):
            await hit(intake.uow.reading(), SLOW_FILES, applicant.id)
        with pytest.raises(Refused):
            await send(slow_pdf())
        with pytest.raises(TooManyUploads):
            await send(FILES["diploma"])
    finally:
        await workers.close()
