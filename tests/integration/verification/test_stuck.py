"""Failed cards and messages at the desk: listed in plain words, tried again, set aside."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from deploy.local.stack import Servers
from services.verification.officers.accounts import Account, ensure_account
from services.verification.review.results import note_issued_card
from services.verification.stuck import counting, domain, failures, store
from services.verification.stuck.domain import Failure
from shared.contracts.cards import CardFailed
from shared.contracts.envelope import Event
from shared.contracts.notices import NoticeFailed, NoticeSent, NoticeTemplate
from shared.ids import uuid7
from shared.messaging.topology import QUEUES
from tests.integration.queues import empty
from tests.integration.verification.browser import PASSWORD, Browser
from tests.integration.verification.conftest import Desk
from tests.integration.verification.registered import revoked
from tests.unit.verification.sample_events import SUBMITTED_AT, card_issued, event_of, submitted

PAGE = "/petugas/macet"
ASIDE = f"{PAGE}/disisihkan"


@pytest.fixture(scope="module", autouse=True)
async def no_letters(servers: Servers) -> None:
    """Dead letters of other tests are stuck work, too."""
    await empty(servers, *(each.dead for each in QUEUES))


def card_failed(issued: Event[Any], cause: str = "WorkTimedOut", version: int = 2) -> Event[Any]:
    data = CardFailed(
        card_id=issued.data.card_id,
        application_id=issued.data.application_id,
        reference=issued.data.reference,
        registration_number=issued.data.registration_number,
        cause=cause,
        failed_at=SUBMITTED_AT + timedelta(hours=version),
    )
    return event_of(data, source="cards", subject=data.card_id, version=version)


def notice_failed(
    application_id: str,
    reason: str = "attempts_exhausted",
    *,
    template: NoticeTemplate = "submitted",
    hours: int = 1,
    notice_id: str = "",
) -> Event[Any]:
    data = NoticeFailed(
        notice_id=notice_id or uuid7(),
        application_id=application_id,
        template=template,
        reason=reason,
        failed_at=SUBMITTED_AT + timedelta(hours=hours),
        channel=None if reason == "no_channel" else "email",
    )
    return event_of(data, source="notify", subject=data.notice_id, version=2)


async def opened(desk: Desk, reference: str = "AK1-7K3M9QX2TWP") -> Event[Any]:
    event = submitted(reference=reference)
    await desk.deliver(event)
    return event


async def test_nothing_is_stuck(desk: Desk, browser: Browser) -> None:
    await browser.sign_in("putra")
    for path, text in ((PAGE, "Tidak ada yang macet"), (ASIDE, "Tidak ada yang disisihkan")):
        assert text in (await browser.client.get(path)).text
    assert await counting.count(desk.uow.reading()) == 0


async def test_a_failed_card_is_tried_again_once_and_leaves_when_it_is_issued(
    desk: Desk, browser: Browser
) -> None:
    issued = card_issued(await opened(desk))
    failed = card_failed(issued)
    await desk.deliver(failed)
    await desk.deliver(failed)
    await browser.sign_in("putra")
    case = await browser.client.get(f"/petugas/permohonan/{issued.data.application_id}")
    assert '<a href="/petugas/macet">Lihat sebabnya dan coba lagi</a>' in case.text
    page = await browser.client.get(PAGE)
    assert "AK1-7K3M9QX2TWP" in page.text
    assert "Pembuatan kartu terlalu lama" in page.text
    assert await counting.count(desk.uow.reading()) == 1

    form = {"item": f"card:{issued.data.card_id}"}
    answers = [await browser.post(f"{PAGE}/ulang", form) for _ in range(2)]  # a double click
    assert [each.headers["location"].partition("&")[0] for each in answers] == [
        f"{PAGE}?done=card"
    ] * 2
    (asked,) = [each for each in await desk.emitted() if each.type == "card.retry_requested.v1"]
    assert asked.data.card_id == issued.data.card_id
    (row,) = await desk.audit(action="card.retry_asked")
    assert (row["case_id"], row["actor"]["name"]) == (issued.data.application_id, "Putra Contoh")
    page = await browser.client.get(answers[0].headers["location"])
    assert "Sedang dicoba lagi" in page.text
    assert "Kartu sedang dibuat lagi." in page.text
    assert await counting.count(desk.uow.reading()) == 0

    await browser.sign_in("dua")  # a colleague whose page is old
    late = await browser.post(f"{PAGE}/ulang", form)
    assert late.status_code == 409
    assert "Putra Contoh" in late.text

    await desk.deliver(issued)
    await desk.deliver(card_failed(issued, version=1))  # an old failure that comes last
    assert "Tidak ada yang macet" in (await browser.client.get(PAGE)).text
    gone = await browser.post(f"{PAGE}/ulang", form)
    assert gone.status_code == 409
    assert "sudah tidak macet" in gone.text


async def test_a_card_that_fails_again_waits_again_with_its_new_cause(
    desk: Desk, browser: Browser
) -> None:
    issued = card_issued(await opened(desk))
    await desk.deliver(card_failed(issued))
    await browser.sign_in("putra")
    await browser.post(f"{PAGE}/ulang", {"item": f"card:{issued.data.card_id}"})
    await desk.deliver(card_failed(issued, "Damaged", version=4))
    page = await browser.client.get(PAGE)
    assert "rusak atau tertukar" in page.text
    assert "Sedang dicoba lagi" not in page.text
    assert await counting.count(desk.uow.reading()) == 1


@pytest.mark.parametrize("is_told_late", [False, True])
async def test_a_card_signed_anew_whose_drawing_fails_waits_for_an_officer(
    desk: Desk, browser: Browser, is_told_late: bool
) -> None:
    """However the clocks of those that drew it stood; its first issue may be told again after."""
    event = await opened(desk)
    issued = card_issued(event)
    await desk.deliver(issued)
    await desk.deliver(card_failed(issued, version=4))
    if is_told_late:
        await desk.uow.run(partial(note_issued_card, issued, paper=True))
    await browser.sign_in("putra")
    case_page = f"/petugas/permohonan/{event.subject}"
    page = (await browser.client.get(case_page)).text
    assert "ditandatangani ulang, tetapi berkas barunya belum berhasil dibuat" in page
    assert "Buka kartu" not in page
    assert "AK1-7K3M9QX2TWP" in (await browser.client.get(PAGE)).text

    anew = issued.data.model_copy(
        update={"sha256": "b" * 64, "issued_at": issued.data.issued_at + timedelta(days=9)}
    )
    await desk.deliver(event_of(anew, source="cards", subject=issued.subject, version=6))
    await desk.deliver(card_failed(issued, version=4))
    assert "Tidak ada yang macet" in (await browser.client.get(PAGE)).text
    assert "Buka kartu" in (await browser.client.get(case_page)).text


@pytest.mark.parametrize("is_told_late", [False, True])
async def test_nobody_looks_after_a_card_that_is_revoked_meanwhile(
    desk: Desk, browser: Browser, is_told_late: bool
) -> None:
    event = await opened(desk)
    issued = card_issued(event)
    await desk.deliver(issued)
    heard = [card_failed(issued, version=4), revoked(issued, "office_error")]
    for each in reversed(heard) if is_told_late else heard:
        await desk.deliver(each)
    await browser.sign_in("putra")
    assert "Tidak ada yang macet" in (await browser.client.get(PAGE)).text
    page = (await browser.client.get(f"/petugas/permohonan/{event.subject}")).text
    assert "belum berhasil dibuat" not in page


async def test_a_request_without_an_answer_is_told_and_may_be_made_again(
    desk: Desk, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = await opened(desk)
    failed = notice_failed(event.subject)
    await desk.deliver(failed)
    await browser.sign_in("putra")
    form = {"item": f"notice:{failed.subject}"}
    await browser.post(f"{PAGE}/ulang", form)
    monkeypatch.setattr(domain, "ASK_AGAIN", timedelta(0))
    page = await browser.client.get(PAGE)
    assert "Dicoba lagi atas permintaan Putra Contoh" in page.text
    assert (await browser.post(f"{PAGE}/ulang", form)).status_code == 303
    assert len(await desk.audit(action="notice.retry_asked")) == 2


async def test_all_messages_go_again_but_not_to_wrong_addresses(
    desk: Desk, browser: Browser
) -> None:
    event = await opened(desk)
    reasons = ["attempts_exhausted", "smtp_554", "smtp_552", "smtp_550", "no_channel"]
    heard = [notice_failed(event.subject, each) for each in reasons]
    for each in heard:
        await desk.deliver(each)
    await browser.sign_in("putra")
    page = await browser.client.get(PAGE)
    assert "Kirim lagi semua yang bisa berhasil (3)" in page.text
    assert "Hubungi pemohon lewat telepon, lalu sisihkan." in page.text
    answers = await asyncio.gather(
        *(browser.post(f"{PAGE}/ulang", {"all": "notice"}) for _ in range(2))
    )
    assert sorted(each.headers["location"] for each in answers) == [
        f"{PAGE}?done=notices&n=0&left=0",
        f"{PAGE}?done=notices&n=3&left=0",
    ]
    asked = [each for each in await desk.emitted() if each.type == "notice.retry_requested.v1"]
    assert {each.data.notice_id for each in asked} == {each.subject for each in heard[:3]}
    assert len(asked) == len(await desk.audit(action="notice.retry_asked")) == 3
    nothing = await browser.client.get(f"{PAGE}?done=notices&n=0&left=0")
    assert "Mungkin rekan Anda sudah menanganinya" in nothing.text

    one = await browser.post(f"{PAGE}/ulang", {"item": f"notice:{heard[3].subject}"})
    assert one.status_code == 303, "alone it may be tried: the address may be another now"
    sent = NoticeSent(
        notice_id=heard[3].subject,
        application_id=event.subject,
        template="submitted",
        channel="email",
        sent_at=SUBMITTED_AT + timedelta(hours=5),
    )
    await desk.deliver(event_of(sent, source="notify", subject=sent.notice_id, version=4))
    assert await store.find(desk.uow.reading(), f"notice:{sent.notice_id}") is None


async def test_all_is_bounded_and_says_what_is_left(
    desk: Desk, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failures, "AT_ONCE", 2)
    event = await opened(desk)
    for _ in range(3):
        await desk.deliver(notice_failed(event.subject))
    await browser.sign_in("putra")
    answer = await browser.post(f"{PAGE}/ulang", {"all": "notice"})
    page = await browser.client.get(answer.headers["location"])
    assert "2 pesan sedang dikirim lagi. Masih ada 1 lagi" in page.text


async def test_set_aside_with_a_reason_and_taken_up_again(desk: Desk, browser: Browser) -> None:
    event = await opened(desk)
    failed = notice_failed(event.subject, "smtp_550")
    await desk.deliver(failed)
    await browser.sign_in("putra")
    form = {"item": f"notice:{failed.subject}"}
    empty = await browser.post(f"{PAGE}/sisihkan", {**form, "note": " x "})
    assert empty.status_code == 422
    assert "Tulis alasan menyisihkan" in empty.text
    assert "<details open>" in empty.text
    reason = "Sudah ditelepon, datang <besok>"
    assert (await browser.post(f"{PAGE}/sisihkan", {**form, "note": reason})).status_code == 303
    assert "Tidak ada yang macet" in (await browser.client.get(PAGE)).text
    aside = await browser.client.get(ASIDE)
    assert "Sudah ditelepon, datang &lt;besok&gt;" in aside.text
    assert "Putra Contoh" in aside.text
    (row,) = await desk.audit(action="notice.set_aside")
    assert row["detail"]["note"] == reason
    assert (await browser.post(f"{PAGE}/ulang", form)).status_code == 409

    assert (await browser.post(f"{PAGE}/urus-lagi", form)).status_code == 303
    assert (await browser.post(f"{PAGE}/urus-lagi", form)).status_code == 409
    assert "AK1-7K3M9QX2TWP" in (await browser.client.get(PAGE)).text
    assert len(await desk.audit(action="notice.taken_up")) == 1


async def test_an_administrator_sees_numbers_and_kinds_but_no_person(
    desk: Desk, browser: Browser
) -> None:
    await ensure_account(desk.uow, Account("ada", "Ada Contoh", ["system_admin"], PASSWORD))
    event = await opened(desk)
    issued = card_issued(event)
    await desk.deliver(card_failed(issued))
    await desk.deliver(notice_failed(event.subject, "smtp_550"))
    await browser.sign_in("ada")
    page = await browser.client.get(PAGE)
    assert page.text.count("AK1-7K3M9QX2TWP") > 1
    assert "/petugas/permohonan/" not in page.text
    assert "Contoh Pencari Kerja" not in page.text
    assert issued.data.registration_number not in page.text
    assert "Tanda terima pendaftaran" in page.text
    answer = await browser.post(f"{PAGE}/ulang", {"item": f"card:{issued.data.card_id}"})
    assert answer.status_code == 303


async def test_messages_about_drafts_that_matter(desk: Desk, browser: Browser) -> None:
    drafts: list[tuple[NoticeTemplate, str]] = [
        ("draft_kept", "smtp_550"),
        ("draft_expiring", "expired"),
        ("code", "smtp_550"),
    ]
    for template, reason in drafts:
        await desk.deliver(notice_failed(uuid7(), reason, template=template))
    await browser.sign_in("putra")
    page = await browser.client.get(PAGE)
    assert page.text.count("Draf, belum dikirim") >= 1
    assert "Kode draf pendaftaran" in page.text
    assert await counting.count(desk.uow.reading()) == 1


async def test_a_retry_that_finds_its_message_expired_ends_it(desk: Desk) -> None:
    first = notice_failed(uuid7(), "smtp_550", template="draft_kept")
    await desk.deliver(first)
    late = notice_failed(
        first.data.application_id,
        "expired",
        template="draft_kept",
        hours=30,
        notice_id=first.subject,
    )
    await desk.deliver(late)
    assert await store.find(desk.uow.reading(), f"notice:{first.subject}") is None


async def test_dying_before_the_commit_leaves_neither_request_nor_mark(desk: Desk) -> None:
    issued = card_issued(await opened(desk))
    await desk.deliver(card_failed(issued))
    item = f"card:{issued.data.card_id}"

    async def dies(tx: Any) -> Failure:
        await failures.ask_again(tx, desk.approver, item)
        raise RuntimeError("killed here")

    with pytest.raises(RuntimeError):
        await desk.uow.run(dies)
    failure = await store.find(desk.uow.reading(), item)
    assert failure is not None
    assert failure.state == "waiting"
    assert await desk.audit(action="card.retry_asked") == []
