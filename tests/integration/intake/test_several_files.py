"""Kinds with several files: one wrong file is replaced, the good ones are not sent again."""

from __future__ import annotations

import re
from typing import Any

import httpx2
import pytest

from services.intake import store
from services.intake.intake import Intake
from services.intake.web import sessions
from shared.storage import DOCUMENTS
from shared.web import csrf
from tests.integration.intake.browsing import errors
from tests.integration.intake.conftest import FILES, Applicant, Others, Served, key
from tests.integration.intake.test_journey import emitted, returned

KIND = "skill_certificate"
ITEM = f"documents.{KIND}"
PATH = "/status/perbaikan/dokumen"
AMENDED = f"/status/amendment/documents/{KIND}"


@pytest.fixture
async def applicant(http: httpx2.AsyncClient, others: Others) -> Applicant:
    """Three certificates were sent; the officer wants something about them."""
    applicant = await Applicant.start(http)
    await applicant.fill()
    for _ in range(3):
        assert (await applicant.upload(KIND, FILES["diploma"])).status_code == 200
    answer = await applicant.submit()
    applicant.reference = answer.json()["reference"]
    await others.say(returned(applicant, ITEM), "verification", 1)
    return applicant


async def kept(intake: Intake, applicant: Applicant) -> dict[str, Any]:
    row = await intake.mongo.collection(store.APPLICATIONS).find_one({"_id": applicant.id})
    assert row is not None
    return row


def phone_of(
    served: Served, intake: Intake, applicant: Applicant, **cookies: str
) -> httpx2.AsyncClient:
    status = sessions.status_token(intake.settings, applicant.id)
    return httpx2.AsyncClient(
        base_url=served.url, cookies={sessions.STATUS_COOKIE: status, **cookies}, timeout=30
    )


async def test_a_script_replaces_one_of_three(
    http: httpx2.AsyncClient, intake: Intake, applicant: Applicant
) -> None:
    status = await applicant.look()
    before = (await http.get(AMENDED, headers=status)).json()
    first, second, third = (file["id"] for file in before["files"])
    wrong = f"{AMENDED}/files/{second}"
    for _ in range(2):  # asked twice, taken out once
        assert (await http.delete(wrong, headers=status)).status_code == 204
    added = await http.put(AMENDED, files={"file": ("a.jpg", FILES["photo"])}, headers=status)
    assert added.status_code == 200, added.text
    now = [file["id"] for file in added.json()["files"]]
    assert now[:2] == [first, third]
    assert (len(now), second in now) == (3, False)
    sent = await http.post("/status/amendment/submission", headers={**status, **key()})
    assert sent.status_code == 202, sent.text
    event: Any = (await emitted(intake, applicant))[-1]
    assert event.data.changed == (ITEM,)
    (document,) = (each for each in event.data.documents if each.kind == KIND)
    assert (document.files, len(document.pages)) == (3, 3)
    assert document.document_id != before["document_id"]
    for page in document.pages:
        assert await intake.storage.get(DOCUMENTS, page.key, page.sha256)


async def test_what_the_officers_have_seen_stays_and_what_they_have_not_goes(
    http: httpx2.AsyncClient, intake: Intake, applicant: Applicant
) -> None:
    status = await applicant.look()
    sent = (await kept(intake, applicant))["documents"][KIND]["pages"]
    added = await http.put(AMENDED, files={"file": ("a.jpg", FILES["photo"])}, headers=status)
    files = [file["id"] for file in added.json()["files"]]
    new = (await kept(intake, applicant))["amendment"]["documents"][KIND]["pages"][-1]
    for file in reversed(files[1:]):  # the new one first
        gone = await http.delete(f"{AMENDED}/files/{file}", headers=status)
        assert gone.status_code == 204
    assert await intake.storage.keys(DOCUMENTS, new["key"]) == []
    for page in sent:
        assert await intake.storage.get(DOCUMENTS, page["key"], page["sha256"])
    last = await http.delete(f"{AMENDED}/files/{files[0]}", headers=status)
    assert (last.status_code, last.json()["code"]) == (409, "last_file")
    other = await http.delete(f"/status/amendment/documents/photo/files/{files[0]}", headers=status)
    assert other.status_code == 409, "nobody asked for the photo"


async def test_a_kind_with_a_line_feed_is_as_unknown_as_any(
    http: httpx2.AsyncClient, applicant: Applicant
) -> None:
    path = "/status/amendment/documents/se%0Apatu"
    answer = await http.get(path, headers=await applicant.look())
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


async def test_the_page_without_script(
    served: Served, intake: Intake, applicant: Applicant
) -> None:
    async with phone_of(served, intake, applicant) as phone:
        page = (await phone.get(PATH)).text
        assert "Anda sudah mengirim 3 berkas." in page
        assert "Berkas lain tetap dipakai" in page
        assert "spk-thumb" not in page
        assert "Demi keamanan" in page
        form = {
            "csrf_token": csrf.csrf_token(
                intake.settings.session_key.get_secret_value(), applicant.id
            )
        }
        buttons = re.findall(r'name="hapus" value="(\w+)"', page)
        assert len(buttons) == 3
        empty = {"file": ("", b"")}
        answer = await phone.post(f"{PATH}/{KIND}", data={**form, "hapus": buttons[0]}, files=empty)
        assert answer.status_code == 303, answer.text
        added = await phone.post(
            f"{PATH}/{KIND}", data=form, files={"file": ("a.jpg", FILES["photo"])}
        )
        assert added.status_code == 303, added.text
        page = (await phone.get(PATH)).text
        now = re.findall(r'name="hapus" value="(\w+)"', page)
        assert now[:2] == buttons[1:]
        hint = "Bila berkas ini salah, tambahkan dulu penggantinya"
        assert hint not in page
        (image,) = re.findall(r'<img class="spk-thumb" src="([^"]+)"', page)
        assert (await phone.get(image)).status_code == 200
        assert image.endswith("/3.jpg")
        for hidden in ("1.jpg", "2.jpg", "2.jpg?penuh=1"):
            assert (await phone.get(image.replace("3.jpg", hidden))).status_code == 404
        for each in now[1:]:
            await phone.post(f"{PATH}/{KIND}", data={**form, "hapus": each}, files=empty)
        page = (await phone.get(PATH)).text
        assert hint in page
        assert "Ketuk gambar" not in page, "there is none"
        last = await phone.post(f"{PATH}/{KIND}", data={**form, "hapus": now[0]}, files=empty)
        assert errors(last)[KIND].startswith("Satu berkas harus tetap ada.")


async def test_the_phone_that_sent_them_sees_them(
    served: Served, intake: Intake, applicant: Applicant
) -> None:
    cookies = {sessions.DRAFT_COOKIE: applicant.token}
    async with phone_of(served, intake, applicant, **cookies) as phone:
        page = (await phone.get(PATH)).text
        images = re.findall(r'<img class="spk-thumb" src="([^"]+)"', page)
        assert len(images) == 3
        assert {(await phone.get(image)).status_code for image in images} == {200}
        await phone.post("/keluar", headers={"Origin": served.url})
        status = sessions.status_token(intake.settings, applicant.id)
        phone.cookies.set(sessions.STATUS_COOKIE, status)
        phone.cookies.set(sessions.DRAFT_COOKIE, applicant.token)  # as somebody had copied it
        assert "spk-thumb" not in (await phone.get(PATH)).text


async def test_one_certificate_of_a_draft_goes_alone(
    http: httpx2.AsyncClient, served: Served, intake: Intake
) -> None:
    draft = await Applicant.start(http)
    uploaded = [await draft.upload(KIND, FILES["diploma"]) for _ in range(3)]
    first, second, third = (file["id"] for file in uploaded[-1].json()["files"])
    path = f"/applications/{draft.id}/documents/{KIND}/files"
    for file in (second, second, "unknown"):
        assert (await http.delete(f"{path}/{file}", headers=draft.headers)).status_code == 204
    assert await intake.storage.keys(DOCUMENTS, f"applications/{draft.id}/{second}") == []
    token = csrf.csrf_token(intake.settings.session_key.get_secret_value(), draft.id)
    cookies = {sessions.DRAFT_COOKIE: draft.token}
    async with httpx2.AsyncClient(base_url=served.url, cookies=cookies, timeout=30) as phone:
        page = (await phone.get("/daftar/dokumen")).text
        assert re.findall(r'name="hapus" value="(\w+)"', page) == [first, third, "semua"]
        (slot,) = re.findall(rf'id="berkas-{KIND}".*?</form>', page, re.DOTALL)
        assert "boleh dikosongkan" not in slot, "it is not empty"
        form = {"csrf_token": token, "hapus": first}
        answer = await phone.post(f"/daftar/dokumen/{KIND}", data=form, files={"file": ("", b"")})
        assert answer.status_code == 303
        assert re.findall(
            r'name="hapus" value="(\w+)"', (await phone.get("/daftar/dokumen")).text
        ) == ["semua"]
    assert (await http.delete(f"{path}/{third}", headers=draft.headers)).status_code == 204
    shown = await http.get(f"/applications/{draft.id}", headers=draft.headers)
    assert shown.json()["documents"] == {}
