"""A card after its issue: the printed code, old links, what became of it, and public objects."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from deploy.local.environment import environment
from deploy.local.stack import Servers
from services.intake import store
from services.intake.intake import Intake
from services.intake.status import get_status, read_card
from shared import clock
from shared.contracts.applications import ApplicationKind
from shared.contracts.cards import CardExpired, CardRevoked, StoredObject
from shared.contracts.envelope import EventData
from shared.contracts.registry import CardSealed
from shared.dates import add_months
from shared.errors import NotFound
from shared.ids import uuid7
from shared.settings import ServiceSettings
from shared.storage import CARDS, SEALED, Storage, connect_storage
from tests.integration.intake.conftest import Others, Served
from tests.integration.intake.issued_cards import (
    NAME,
    about,
    card_of,
    expired,
    failed,
    new_code,
    placed,
    removed,
    reported,
    revoked,
    sent,
)
from tests.integration.intake.test_withdrawal import approved


@pytest.fixture(autouse=True)
async def uncounted(intake: Intake) -> None:
    await intake.mongo.collection("rate_limits").delete_many({})


async def word_of(http: httpx2.AsyncClient, code: str) -> str:
    answer = await http.post("/card-checks", json={"code": code})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["word"])


async def test_a_printed_code_tells_little_and_is_kept_as_a_hash_alone(
    http: httpx2.AsyncClient, served: Served, intake: Intake, others: Others
) -> None:
    applicant, code = await sent(http), new_code()
    card = card_of(intake, applicant, code)
    body = await others.say(card, "cards", 2)
    await others.deliver(body, card)  # once more: nothing changes
    for typed in (code, code.lower(), f"{code[:5]}-{code[5:]}", f" {code[:5]} {code[5:]} "):
        answer = await http.post("/card-checks", json={"code": typed})
        assert answer.json() == {
            "name": NAME,
            "valid_until": card.valid_until.isoformat(),
            "standing": "valid",
            "word": "Berlaku",
        }
    kept = str(await intake.mongo.collection(store.APPLICATIONS).find_one({"_id": applicant.id}))
    assert code not in kept
    assert card.check_code is not None
    assert card.check_code.c not in kept
    assert hashlib.sha256(code.encode()).hexdigest() not in kept
    async with httpx2.AsyncClient(base_url=served.url, timeout=30) as browser:
        page = await browser.post("/V", data={"kode": code})
        assert (page.status_code, code in page.text) == (200, False)
        assert "Berlaku" in page.text
        assert NAME in page.text
        assert card.registration_number not in page.text  # guessed codes gather no numbers
        assert (await browser.get(f"/cek/{code}")).status_code == 404  # it never goes by address


async def test_unknown_and_malformed_codes_get_the_same_answer(
    http: httpx2.AsyncClient, served: Served
) -> None:
    unknown, *malformed = [new_code(), "", "halo", "7" * 11, "\N{SNOWMAN}" * 10, "x" * 3000]
    async with httpx2.AsyncClient(base_url=served.url, timeout=30) as browser:
        first = await browser.post("/V", data={"kode": unknown})
        said = await http.post("/card-checks", json={"code": unknown})
        assert (first.status_code, said.status_code) == (404, 404)
        for code in malformed[:3]:
            page = await browser.post("/V", data={"kode": code})
            assert (page.status_code, page.content) == (404, first.content)
        for code in malformed[2:]:
            answer = await http.post("/card-checks", json={"code": code})
            assert (answer.status_code, answer.content) == (404, said.content)


async def test_codes_cannot_be_tried_out(
    http: httpx2.AsyncClient, served: Served, intake: Intake
) -> None:
    """Ten a minute and a hundred an hour of one address, however they are asked."""
    asked = [await http.post("/card-checks", json={"code": new_code()}) for _ in range(11)]
    assert [answer.status_code for answer in asked] == [404] * 10 + [429]
    assert 0 < int(asked[-1].headers["Retry-After"]) <= 60
    async with httpx2.AsyncClient(base_url=served.url, timeout=30) as browser:
        page = await browser.post("/V", data={"kode": new_code()})
    assert page.status_code == 429
    assert "Banyak kode kartu dicek" in page.text
    rows = intake.mongo.collection("rate_limits")
    async for row in rows.find({"hits": 10}):  # ten minutes later
        hour = row["expires_at"] > clock.now() + timedelta(minutes=2)
        change = {"hits": 100} if hour else {"hits": 0}
        await rows.update_one({"_id": row["_id"]}, {"$set": change})
    last = await http.post("/card-checks", json={"code": new_code()})
    assert last.status_code == 429
    assert int(last.headers["Retry-After"]) > 60


@pytest.mark.parametrize(
    ("happened", "word", "told"),
    [
        (revoked, "Diganti kartu baru", "Kartu diganti"),
        (lambda card: revoked(card, "false_data"), "Dicabut", "Kartu dicabut"),
        (expired, "Masa berlaku habis", "Masa berlaku kartu habis"),
        (placed, "Sudah bekerja", "Sudah bekerja"),
        (removed, "Dihapuskan dari daftar", "Dihapuskan dari daftar"),
    ],
)
async def test_what_became_of_a_card_is_told_in_any_order_and_twice(
    http: httpx2.AsyncClient, intake: Intake, others: Others, happened: Any, word: str, told: str
) -> None:
    applicant, code = await sent(http), new_code()
    card = card_of(intake, applicant, code)
    after = happened(card)
    source = "cards" if isinstance(after, CardRevoked | CardExpired) else "verification"
    await others.say(after, source, 3)  # before the issue is heard of
    await others.say(card, "cards", 2)
    await others.say(after, source, 3)
    assert await word_of(http, code) == word
    status = await applicant.status()
    assert status["state"] == "issued"
    assert status["card"]["word"] == word
    assert [line["title"] for line in status["timeline"]].count(told) == 1
    assert ("correction" in status["follow_ups"]) is False
    if isinstance(after, CardRevoked):
        with pytest.raises(NotFound, match="sudah diganti atau dicabut"):
            await read_card(intake, applicant.id)


@pytest.mark.parametrize(
    ("reason", "told", "word"),
    [
        ("superseded", "kartu Anda yang lebih baru sudah terbit", "Diganti kartu baru"),
        ("office_error", "dicabut kantor kami sebelum terbit", "Dicabut"),
    ],
)
@pytest.mark.parametrize("revoked_first", [True, False])
async def test_a_card_that_ended_before_its_issue_is_not_promised_any_more(
    http: httpx2.AsyncClient,
    intake: Intake,
    others: Others,
    reason: str,
    told: str,
    word: str,
    revoked_first: bool,
) -> None:
    applicant, code = await sent(http), new_code()
    card = card_of(intake, applicant, code)
    heard: list[tuple[EventData, str, int]] = [
        (approved(applicant), "verification", 9),
        (failed(card), "cards", 2),
        (revoked(card, reason), "cards", 5),
    ]
    for data, source, version in [*(reversed(heard) if revoked_first else heard), heard[-1]]:
        await others.say(data, source, version)
    status = await applicant.status()
    assert told in status["next_step"]
    assert (status["state"], status["card"], status["expected"]) == ("approved", None, None)
    assert status["steps"] == []
    assert "sedang dibuat" not in str(status)
    # it had been issued after all, and its event was late
    await others.say(card, "cards", 4)
    status = await applicant.status()
    assert (status["state"], status["card"]["word"]) == ("issued", word)


async def test_late_reports_are_told_and_forgiven(
    http: httpx2.AsyncClient, served: Served, intake: Intake, others: Others
) -> None:
    applicant, code = await sent(http), new_code()
    due = clock.today() - timedelta(days=3)
    later = add_months(due, 6)
    card = card_of(intake, applicant, code, report_due_on=(due, later))
    await others.say(card, "cards", 2)
    assert await word_of(http, code) == "Terlambat lapor"
    status = await applicant.status()
    assert status["card"]["next_report_on"] == due.isoformat()
    assert "Anda terlambat lapor" in status["next_step"]
    assert intake.office.identity.telephone in status["next_step"]
    await others.say(reported(card, 1), "verification", 9)
    await others.say(reported(card, 1), "verification", 9)
    assert await word_of(http, code) == "Berlaku"
    status = await applicant.status()
    assert status["card"]["next_report_on"] == later.isoformat()
    titles = [line["title"] for line in status["timeline"]]
    assert titles.count("Lapor ke-1 diterima") == 1


async def test_a_copy_takes_the_place_of_the_one_before_and_keeps_its_reports(
    http: httpx2.AsyncClient, intake: Intake, others: Others
) -> None:
    first, second = await sent(http), await sent(http)
    old_code, new = new_code(), new_code()
    due = (clock.today() - timedelta(days=60), clock.today() + timedelta(days=120))
    old = card_of(intake, first, old_code, report_due_on=due)
    kind: ApplicationKind = "replacement"
    copy = card_of(
        intake,
        second,
        new,
        registration_number=old.registration_number,
        report_due_on=due,
        kind=kind,
        copy_no=2,
        replaces_card_id=old.card_id,
    )
    story: list[tuple[EventData, str, int]] = [
        (old, "cards", 2),
        (reported(old, 1), "verification", 5),
        (copy, "cards", 2),
        (revoked(old), "cards", 3),
    ]
    for data, source, version in reversed(story):
        await others.say(data, source, version)
    assert await word_of(http, old_code) == "Diganti kartu baru"
    assert await word_of(http, new) == "Berlaku"
    assert "sudah diganti kartu baru" in (await first.status())["next_step"]
    assert (await first.status())["follow_ups"] == []
    answer = await http.post(
        "/status/continuation",
        json={"kind": "correction", "notice_acknowledged": True},
        headers={**await first.look(), "Idempotency-Key": secrets.token_hex(16)},
    )
    assert answer.status_code == 409
    assert "sudah diganti" in answer.json()["detail"]
    assert (await second.status())["card"]["next_report_on"] == due[1].isoformat()


async def test_the_image_for_the_phone_is_the_one_cards_drew(
    http: httpx2.AsyncClient, intake: Intake, others: Others, cards: Storage
) -> None:
    applicant, picture = await sent(http), b"\x89PNG of the phone"
    key = f"phone/{uuid7()}.png"
    digest = await cards.put(CARDS, key, picture, "image/png")
    image = StoredObject(key=key, sha256=digest, size=len(picture))
    card = card_of(intake, applicant, new_code(), phone_image=image)
    await others.say(card, "cards", 2)
    answer = await http.get("/status/card/image", headers=await applicant.look())
    assert answer.content == picture
    assert answer.headers["content-type"] == "image/png"


async def test_once_a_card_is_sealed_people_get_the_sealed_pdf(
    http: httpx2.AsyncClient, intake: Intake, others: Others, servers: Servers, cards: Storage
) -> None:
    applicant = await sent(http)
    plain, with_seal = b"%PDF-1.7 polos", b"%PDF-1.7 polos, bersegel"
    digest = await cards.put(CARDS, "cards/p.pdf", plain, "application/pdf")
    card = card_of(intake, applicant, new_code(), object_key="cards/p.pdf", sha256=digest)
    await others.say(card, "cards", 2)
    assert (await read_card(intake, applicant.id))[1] == plain
    values = environment("verification", servers.run)
    desk = connect_storage(
        ServiceSettings.model_validate(
            {name.lower(): value for name, value in values.items()} | {"service": "verification"}
        )
    )
    sealed_digest = await desk.put(SEALED, "cards/p/s.pdf", with_seal, "application/pdf")
    told = CardSealed(
        **about(card),
        seal="bsre",
        object_key="cards/p/s.pdf",
        sha256=sealed_digest,
        size=len(with_seal),
        sealed_at=clock.now(),
    )
    await others.deliver(await others.say(told, "verification", 1), told)
    assert (await read_card(intake, applicant.id))[1] == with_seal
    lines = (await get_status(intake, applicant.id)).timeline
    titles = [line.title for line in lines]
    assert titles.count("Kartu ditandatangani secara elektronik") == 1


async def test_a_card_signed_anew_after_its_seal_is_handed_out_instead(
    http: httpx2.AsyncClient, intake: Intake, others: Others, cards: Storage
) -> None:
    applicant = await sent(http)
    first = card_of(intake, applicant, new_code())
    await others.say(first, "cards", 2)
    told = CardSealed(
        **about(first),
        seal="bsre",
        object_key="old",
        sha256="0" * 64,
        size=1,
        sealed_at=clock.now(),
    )
    await others.deliver(await others.say(told, "verification", 1), told)
    again = b"%PDF-1.7 baru"
    digest = await cards.put(CARDS, "cards/p-1.pdf", again, "application/pdf")
    changed = {"object_key": "cards/p-1.pdf", "sha256": digest, "issued_at": clock.now()}
    await others.say(first.model_copy(update=changed), "cards", 4)
    assert (await read_card(intake, applicant.id))[1] == again
