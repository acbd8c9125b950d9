"""Resumable uploads: the protocol, who may, and what survives."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx2
import pytest

from services.intake import store
from services.intake.intake import Intake
from services.intake.refusals import Refused
from services.intake.uploads import store as uploads
from services.intake.uploads.finishing import finish
from services.intake.uploads.sweeping import sweep_expired, sweep_left_over
from services.intake.web.sessions import DRAFT_COOKIE, STATUS_COOKIE
from shared import clock
from shared.storage import DOCUMENTS, QUARANTINE
from shared.web import csrf
from tests.integration.intake.conftest import FILES, Applicant, Others, Served
from tests.integration.intake.test_journey import returned
from tests.integration.intake.tus_client import TUS, TusClient, metadata, sum_of
from tests.unit.intake.bad_files import heic, jpeg, locked_pdf, pdf_with_script

CARD = FILES["identity_card"]


@pytest.fixture
async def applicant(http: httpx2.AsyncClient) -> Applicant:
    return await Applicant.start(http)


@pytest.fixture
async def tus(applicant: Applicant, served: Served) -> AsyncIterator[TusClient]:
    async with httpx2.AsyncClient(timeout=30) as client:
        yield TusClient(client, served.url, applicant.headers)


async def documents_of(intake: Intake, applicant: Applicant) -> dict[str, dict[str, object]]:
    row = await intake.mongo.collection(store.DRAFTS).find_one({"_id": applicant.id})
    assert row is not None
    return dict(row["documents"])


async def in_quarantine(intake: Intake, place: str) -> list[str]:
    return await intake.storage.keys(QUARANTINE, f"uploads/{place.rpartition('/')[2]}/")


async def test_what_the_server_can_is_told(tus: TusClient) -> None:
    answer = await tus.http.options(f"{tus.base}/unggah")
    assert answer.status_code == 204
    assert answer.headers["tus-version"] == "1.0.0"
    assert answer.headers["tus-extension"] == "creation,expiration,checksum"
    assert answer.headers["tus-max-size"] == str(5 * 1024 * 1024)
    assert answer.headers["tus-checksum-algorithm"] == "sha1,sha256"


async def test_a_file_comes_in_pieces(tus: TusClient, intake: Intake, applicant: Applicant) -> None:
    place = await tus.begin("identity_card", len(CARD))
    looked = await tus.head(place)
    assert (looked.headers["upload-offset"], looked.headers["upload-length"]) == (
        *("0", str(len(CARD))),
    )
    assert looked.headers["cache-control"] == "no-store"
    assert looked.headers["upload-metadata"] == metadata(
        kind="identity_card", filename="berkas.jpg"
    )
    assert looked.headers["upload-expires"].endswith("GMT")
    first = await tus.patch(place, 0, CARD[:70_000])
    assert (first.status_code, first.headers["upload-offset"]) == (204, "70000")
    assert first.headers["tus-resumable"] == "1.0.0"
    assert await tus.offset(place) == 70_000
    assert len(await in_quarantine(intake, place)) == 1
    assert await documents_of(intake, applicant) == {}
    last = await tus.patch(place, 70_000, CARD[70_000:])
    assert (last.status_code, last.headers["upload-offset"]) == (204, str(len(CARD)))
    (kept,) = (await documents_of(intake, applicant)).values()
    assert (kept["kind"], kept["source_type"], kept["marks"]) == (
        *("identity_card", "image/jpeg", ["small"]),
    )
    assert await in_quarantine(intake, place) == []
    again = await tus.patch(place, len(CARD), b"")
    assert again.status_code == 204, "the answer is repeated"
    assert await tus.offset(place) == len(CARD)
    assert list((await documents_of(intake, applicant)).values()) == [kept]


async def test_steps_out_of_order_are_refused(tus: TusClient) -> None:
    place = await tus.begin("identity_card", len(CARD))
    ahead = await tus.patch(place, 10, CARD[10:20])
    assert (ahead.status_code, ahead.headers["upload-offset"]) == (409, "0")
    await tus.patch(place, 0, CARD[:1000])
    assert (await tus.patch(place, 0, CARD[:1000])).status_code == 409
    assert (await tus.patch(place, 1000, CARD)).status_code == 413
    assert await tus.offset(place) == 1000
    wrong_type = await tus.patch(place, 1000, b"x", **{"Content-Type": "image/jpeg"})
    assert wrong_type.status_code == 415


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Tus-Resumable": "0.2.2"}, 412),
        ({"Upload-Length": str(5 * 1024 * 1024 + 1)}, 413),
        ({"Upload-Length": "-1"}, 400),
        ({"Upload-Length": "banyak"}, 400),
        ({"Upload-Length": "100"}, 422),
        ({"Upload-Metadata": ""}, 400),
        ({"Upload-Metadata": "kind ***"}, 400),
        ({"Upload-Metadata": metadata(kind="sepatu")}, 404),
        ({"Upload-Metadata": metadata(kind="birth_certificate")}, 404),
    ],
)
async def test_what_cannot_be_created(tus: TusClient, headers: dict[str, str], status: int) -> None:
    answer = await tus.create("identity_card", len(CARD), **headers)
    assert answer.status_code == status
    assert answer.headers["tus-resumable"] == "1.0.0"
    assert (status == 412) == ("tus-version" in answer.headers)


async def test_a_piece_that_was_spoilt_on_the_way(tus: TusClient) -> None:
    place = await tus.begin("identity_card", len(CARD))
    piece = CARD[:5000]
    spoilt = await tus.patch(place, 0, piece, **{"Upload-Checksum": sum_of(b"something else")})
    assert spoilt.status_code == 460
    unknown = await tus.patch(place, 0, piece, **{"Upload-Checksum": "md5 abc="})
    assert unknown.status_code == 400
    assert await tus.offset(place) == 0
    right = await tus.patch(place, 0, piece, **{"Upload-Checksum": sum_of(piece, "sha256")})
    assert right.status_code == 204


async def test_networks_that_know_only_post(tus: TusClient) -> None:
    place = await tus.begin("identity_card", len(CARD))
    headers = {**TUS, **tus.headers, "Upload-Offset": "0"}
    patch = {
        **headers,
        "X-HTTP-Method-Override": "PATCH",
        "Content-Type": "application/offset+octet-stream",
    }
    assert (await tus.http.post(tus.base + place, content=CARD, headers=patch)).status_code == 204
    other = {**headers, "X-HTTP-Method-Override": "DELETE"}
    assert (await tus.http.post(tus.base + place, headers=other)).status_code == 405


async def test_only_the_owner_sees_an_upload(
    tus: TusClient, http: httpx2.AsyncClient, served: Served
) -> None:
    place = await tus.begin("identity_card", len(CARD))
    other = TusClient(tus.http, tus.base, (await Applicant.start(http)).headers)
    assert (await other.head(place)).status_code == 404
    assert (await other.patch(place, 0, CARD)).status_code == 404
    nobody = TusClient(tus.http, tus.base, {})
    assert (await nobody.head(place)).status_code == 401
    assert (await nobody.create("photo", len(CARD))).status_code == 401


async def test_a_browser_needs_the_token_of_its_form(
    tus: TusClient, intake: Intake, applicant: Applicant
) -> None:
    cookie = {"Cookie": f"{DRAFT_COOKIE}={applicant.token}"}
    browser = TusClient(tus.http, tus.base, cookie)
    assert (await browser.create("identity_card", len(CARD))).status_code == 403
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert (await browser.create("identity_card", len(CARD), **elsewhere)).status_code == 403
    key = intake.settings.session_key.get_secret_value()
    browser.headers["X-CSRF-Token"] = csrf.csrf_token(key, applicant.id)
    assert (await browser.send("identity_card", CARD)).status_code == 204
    assert set(await documents_of(intake, applicant)) == {"identity_card"}


async def test_bad_files_are_refused_for_good_and_the_page_says_why(
    tus: TusClient, intake: Intake, applicant: Applicant
) -> None:
    locked = locked_pdf("rahasia", "pemilik") + b"\n" * 12_000
    place = await tus.begin("diploma", len(locked))
    for data in (locked, b""):  # the second time it is only asked again
        answer = await tus.patch(place, await tus.offset(place), data)
        assert answer.status_code == 422
        assert answer.json()["detail"].startswith("PDF ini dikunci kata sandi.")
    assert await tus.offset(place) == len(locked)
    assert await in_quarantine(intake, place) == []
    script = await tus.send("diploma", pdf_with_script(packed=True))
    assert script.json()["code"] == "pdf_script"
    assert await documents_of(intake, applicant) == {}
    cookie = {"Cookie": f"{DRAFT_COOKIE}={applicant.token}"}
    page = await tus.http.get(
        f"{tus.base}/daftar/dokumen?unggahan={place.rpartition('/')[2]}", headers=cookie
    )
    assert page.status_code == 422
    assert page.text.count("PDF ini dikunci kata sandi.") == 2  # in the summary, and at the field


async def test_an_iphone_photo_is_taken(
    tus: TusClient, intake: Intake, applicant: Applicant
) -> None:
    photo = heic(600, 800)
    assert (await tus.send("photo", photo)).status_code == 204
    (kept,) = (await documents_of(intake, applicant)).values()
    assert kept["source_type"] == "image/heic"


async def test_several_certificates_up_to_five(
    tus: TusClient, intake: Intake, applicant: Applicant
) -> None:
    for _ in range(5):
        assert (await tus.send("skill_certificate", CARD)).status_code == 204
    full = await tus.create("skill_certificate", len(CARD))
    assert full.status_code == 422
    assert full.json()["detail"].startswith("Paling banyak 5 berkas.")
    kept = (await documents_of(intake, applicant))["skill_certificate"]
    assert kept["files"] == 5
    pages = kept["pages"]
    assert isinstance(pages, list)
    assert len({page["key"] for page in pages}) == 5
    for page in pages:
        assert await intake.storage.get(DOCUMENTS, page["key"], page["sha256"])


async def test_a_connection_that_breaks_keeps_what_had_come(
    tus: TusClient, served: Served, applicant: Applicant
) -> None:
    data = jpeg(1600, 1200, quality=95)
    place = await tus.begin("identity_card", len(data))
    part = data[: len(data) * 7 // 10]
    head = (
        f"PATCH {place} HTTP/1.1\r\nHost: {served.host}\r\n"
        f"Authorization: Bearer {applicant.token}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n"
        f"Content-Type: application/offset+octet-stream\r\nContent-Length: {len(data)}\r\n\r\n"
    )
    _, writer = await asyncio.open_connection(served.host, served.port)
    writer.write(head.encode() + part)
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    offset = 0
    for _ in range(100):
        offset = await tus.offset(place)
        if offset == len(part):
            break
        await asyncio.sleep(0.05)
    assert offset == len(part)
    assert (await tus.patch(place, offset, data[offset:])).status_code == 204


async def test_two_requests_at_the_same_place_cannot_spoil_a_file(
    tus: TusClient, intake: Intake, applicant: Applicant
) -> None:
    data = jpeg(1200, 900)
    place = await tus.begin("identity_card", len(data))
    sizes = (len(data) // 2, len(data) // 3, len(data) // 4)
    answers = await asyncio.gather(*(tus.patch(place, 0, data[:size]) for size in sizes))
    assert sorted(answer.status_code for answer in answers) == [204, 409, 409]
    offset = await tus.offset(place)
    ends = await asyncio.gather(*(tus.patch(place, offset, data[offset:]) for _ in range(3)))
    assert {answer.status_code for answer in ends} <= {204, 409}
    assert await tus.offset(place) == len(data)
    assert set(await documents_of(intake, applicant)) == {"identity_card"}


async def test_who_dies_before_examining_has_it_examined_later(
    tus: TusClient, intake: Intake, applicant: Applicant
) -> None:
    """As if the process had been killed right after it wrote down the last piece."""
    place = await tus.begin("identity_card", len(CARD))
    upload_id = place.rpartition("/")[2]
    await tus.patch(place, 0, CARD[:-1])
    session = await uploads.find(intake.uow.reading(), upload_id)
    assert session is not None
    key = f"uploads/{upload_id}/last"
    await intake.storage.put(QUARANTINE, key, CARD[-1:], "application/octet-stream")
    await uploads.advance(intake.uow.reading(), session, key, 1)
    assert await tus.offset(place) == len(CARD)
    assert set(await documents_of(intake, applicant)) == {"identity_card"}
    assert (await tus.patch(place, len(CARD), b"")).status_code == 204
    assert await in_quarantine(intake, place) == []


async def test_what_another_request_said_of_an_upload_holds(
    tus: TusClient, intake: Intake, applicant: Applicant
) -> None:
    """Two examine the same file, and one has refused it: nobody may answer that it is kept."""
    place = await tus.begin("identity_card", len(CARD))
    upload_id = place.rpartition("/")[2]
    await tus.patch(place, 0, CARD[:-1])
    before = await uploads.find(intake.uow.reading(), upload_id)
    assert before is not None
    key = f"uploads/{upload_id}/last"
    await intake.storage.put(QUARANTINE, key, CARD[-1:], "application/octet-stream")
    await uploads.advance(intake.uow.reading(), before, key, 1)
    complete = await uploads.find(intake.uow.reading(), upload_id)
    assert complete is not None
    row = await intake.mongo.collection(store.DRAFTS).find_one({"_id": applicant.id})
    assert row is not None
    owner = uploads.Owner(applicant.id, store.Holder(applicant.id, row["token_hash"]))
    await uploads.finish(intake.uow.reading(), upload_id, "unreadable")
    with pytest.raises(Refused) as refused:
        await finish(intake, owner, complete)
    assert refused.value.code == "unreadable"
    assert await documents_of(intake, applicant) == {}


async def test_an_amendment_is_uploaded_by_its_status_session(
    http: httpx2.AsyncClient, tus: TusClient, intake: Intake, others: Others
) -> None:
    applicant = await Applicant.start(http)
    await applicant.send()
    await others.say(returned(applicant, "documents.photo"), "verification", 1)
    status = await applicant.look()
    amending = TusClient(tus.http, tus.base, status)
    assert (await amending.create("diploma", len(CARD))).status_code == 409
    assert (await amending.send("photo", FILES["photo"])).status_code == 204
    token = status["Authorization"].split()[1]
    browser = TusClient(
        tus.http, tus.base, {"Cookie": f"{STATUS_COOKIE}={token}; {DRAFT_COOKIE}={applicant.token}"}
    )
    key = intake.settings.session_key.get_secret_value()
    browser.headers["X-CSRF-Token"] = csrf.csrf_token(key, applicant.id)
    assert (await browser.send("photo", FILES["photo"])).status_code == 204
    shown = await http.get("/status", headers=status)
    assert shown.json()["returned"]["ready"] is True


async def test_expired_uploads_go_with_all_they_left(
    tus: TusClient, intake: Intake, applicant: Applicant
) -> None:
    place = await tus.begin("identity_card", len(CARD))
    alive = await tus.begin("photo", len(CARD))
    for each in (place, alive):
        await tus.patch(each, 0, CARD[:9000])
    upload_id = place.rpartition("/")[2]
    left = f"applications/{applicant.id}/{upload_id}/0.jpg"  # of a process that died half-way
    await intake.storage.put(DOCUMENTS, left, b"x", "image/jpeg")
    await intake.storage.put(QUARANTINE, "uploads/of-a-dead-process/0", b"x", "text/plain")
    await intake.mongo.collection(uploads.UPLOADS).update_one(
        {"_id": upload_id}, {"$set": {"expires_at": clock.now() - timedelta(hours=1)}}
    )
    assert (await tus.head(place)).status_code == 404
    assert await sweep_expired(intake) >= 1
    assert await sweep_left_over(intake) >= 1
    assert await uploads.find(intake.uow.reading(), upload_id) is None
    assert await in_quarantine(intake, place) == []
    assert await in_quarantine(intake, "of-a-dead-process") == []
    assert await intake.storage.keys(DOCUMENTS, left) == []
    assert len(await in_quarantine(intake, alive)) == 1
    assert await tus.offset(alive) == 9000
