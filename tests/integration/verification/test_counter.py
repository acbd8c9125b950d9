"""The desk opens the counter: a ticket for intake, and who entered what. On real MongoDB."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import httpx2
from pydantic import SecretStr

from services.verification.officers.accounts import Account, ensure_account
from services.verification.review.claims import claim_case
from services.verification.review.decisions import Act, return_application
from services.verification.settings import VerificationSettings
from shared import clock
from shared.contracts.applications import ApplicationSubmitted
from shared.contracts.envelope import Event
from shared.counter_tickets import CounterTicket, public_half, public_key, read_ticket
from shared.office import load_office
from shared.service import Resources
from tests.integration.verification.browser import PASSWORD, Browser, open_browser
from tests.integration.verification.conftest import COUNTER_KEY, Desk
from tests.unit.verification.sample_events import amended, submitted

PUBLIC = public_key(public_half(COUNTER_KEY))
COUNTER = "/petugas/loket"
CASES = "/petugas/permohonan"


def ticket_in(page: httpx2.Response) -> CounterTicket:
    found = re.search(r'name="tiket" value="([^"]+)"', page.text)
    assert found, page.text
    ticket = read_ticket(PUBLIC, found[1])
    assert ticket is not None
    return ticket


async def post(browser: Browser, path: str, **fields: str) -> httpx2.Response:
    return await browser.client.post(
        path, data={"csrf_token": await browser.token(COUNTER), **fields}
    )


def entered_by(event: Event[ApplicationSubmitted], officer_id: str) -> Event[ApplicationSubmitted]:
    data = event.data.model_copy(update={"channel": "whatsapp", "entered_by": officer_id})
    return event.model_copy(update={"data": data})


async def test_an_operator_gets_a_ticket_and_opens_no_case(desk: Desk, browser: Browser) -> None:
    operator = await ensure_account(
        desk.uow, Account("olga", "Olga Contoh", ["intake_operator"], PASSWORD)
    )
    event = submitted()
    await desk.deliver(event)
    signed_in = await browser.sign_in("olga")
    start = await browser.client.get(signed_in.headers["location"])
    assert start.headers["location"] == COUNTER
    asked = await browser.client.get(COUNTER)
    assert 'name="channel" value="whatsapp"' in asked.text
    for wrong in ({}, {"channel": "online"}, {"channel": "telepati"}):
        refused = await post(browser, COUNTER, **wrong)
        assert (refused.status_code, "Pilih bagaimana" in refused.text) == (422, True)
    assert await desk.audit(action="counter.opened") == []

    page = await post(browser, COUNTER, channel="whatsapp")
    ticket = ticket_in(page)
    assert (ticket.officer_id, ticket.officer_name) == (operator.id, "Olga Contoh")
    assert (ticket.channel, ticket.application_id) == ("whatsapp", None)
    assert abs(clock.now() - ticket.issued_at) < timedelta(minutes=1)
    assert 'action="http://form.test/loket/buka"' in page.text
    policy = page.headers["content-security-policy"]
    assert "form-action 'self' http://form.test;" in policy
    assert page.headers["referrer-policy"] == "strict-origin"
    assert page.headers["cache-control"] == "no-store"
    assert "form-action 'self';" in asked.headers["content-security-policy"]
    other = ticket_in(await post(browser, COUNTER, channel="counter"))
    assert other.id != ticket.id
    [row, _] = await desk.audit(action="counter.opened")
    assert row["detail"] == {"channel": "whatsapp", "ticket_id": ticket.id}
    assert (row["actor"]["id"], row.get("case_id")) == (operator.id, None)
    assert (await browser.client.get(f"{CASES}/{event.subject}")).status_code == 403


async def test_the_correction_of_a_returned_case_is_entered_at_the_counter(
    desk: Desk, browser: Browser
) -> None:
    event = submitted()
    await desk.deliver(event)
    await browser.sign_in("putra")
    path = f"{CASES}/{event.subject}"
    for early in (await browser.client.get(f"{path}/loket"), await post(browser, f"{path}/loket")):
        assert (early.status_code, "tidak menunggu perbaikan" in early.text) == (409, True)
    assert "Isikan perbaikan" not in (await browser.client.get(path)).text

    case = await desk.act(lambda tx: claim_case(tx, event.subject, desk.approver))
    act = Act(case.id, case.version, desk.approver)
    chosen = {"documents.photo": "photo_not_accepted"}
    await desk.act(lambda tx: return_application(tx, act, chosen, None, load_office()))
    assert f'href="{path}/loket"' in (await browser.client.get(path)).text
    assert event.data.reference in (await browser.client.get(f"{path}/loket")).text
    ticket = ticket_in(await post(browser, f"{path}/loket", channel="whatsapp"))
    assert ticket.application_id == event.subject
    [row] = await desk.audit(action="counter.opened")
    assert row["case_id"] == event.subject

    correction = amended(event)
    data = correction.data.model_copy(update={"entered_by": desk.approver.id})
    await desk.deliver(correction.model_copy(update={"data": data}))
    [row] = await desk.audit(action="application.amended")
    assert (row["actor"]["id"], row["detail"]["entered_by"]) == (desk.approver.id,) * 2
    shown = (await browser.client.get(path)).text
    assert "Perbaikan diisikan untuk pemohon <small>oleh Putra Contoh" in shown
    assert (await desk.case(event.subject)).current.entered_by == desk.approver.id


async def test_the_case_says_who_entered_it(desk: Desk, browser: Browser) -> None:
    entered, own, unknown = submitted(), submitted(), submitted()
    await desk.deliver(entered_by(entered, desk.second.id))
    await desk.deliver(own)
    await desk.deliver(entered_by(unknown, "nobody"))
    await browser.sign_in("vera")
    shown = (await browser.client.get(f"{CASES}/{entered.subject}")).text
    assert "WhatsApp · diisikan oleh Dua Contoh" in shown
    assert "Permohonan diisikan untuk pemohon <small>oleh Dua Contoh" in shown
    assert "diisikan" not in (await browser.client.get(f"{CASES}/{own.subject}")).text
    shown = (await browser.client.get(f"{CASES}/{unknown.subject}")).text
    assert "diisikan oleh petugas yang tidak dikenal" in shown
    [row] = await desk.audit(action="application.submitted", case_id=unknown.subject)
    assert (row["actor"]["id"], row["detail"]["entered_by"]) == ("system", "nobody")


async def test_without_its_settings_there_is_no_counter(desk: Desk, resources: Resources) -> None:
    assert isinstance(resources.settings, VerificationSettings)
    settings = resources.settings.model_copy(update={"counter_key": SecretStr("")})
    async with open_browser(replace(resources, settings=settings)) as client:
        browser = Browser(client)
        await browser.sign_in("vera")
        assert "belum diatur" in (await client.get(COUNTER)).text
        refused = await post(browser, COUNTER, channel="counter")
        assert (refused.status_code, "belum diatur" in refused.text) == (503, True)
    assert await desk.audit(action="counter.opened") == []
