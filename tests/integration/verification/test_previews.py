"""What an officer is shown before he decides is what the applicant will read."""

from __future__ import annotations

import html
import re
from urllib.parse import parse_qs, urlsplit

from services.notify import domain as notify
from services.notify.domain import Item, RejectedFacts, ReturnedFacts
from services.notify.texts import Texts
from services.verification.review.domain import Case
from services.verification.settings import VerificationSettings
from shared.contracts.applications import Contact
from shared.service import Resources
from shared.texts.wording import Button, Facts, Listing, Paragraph
from tests.integration.verification.browser import Browser
from tests.integration.verification.conftest import Desk
from tests.integration.verification.test_review import HERE, held, send
from tests.integration.verification.test_search import found, person
from tests.unit.verification.sample_events import amended


async def test_the_preview_is_what_notify_sends(
    browser: Browser, desk: Desk, resources: Resources
) -> None:
    """Subject and words as notify renders them from the event."""
    case = await held(browser, desk, "putra", "Siti 'Contoh' & Co")
    note = 'Latar "merah" & terang.'
    chosen = {
        "item.documents.photo": "photo_not_accepted",
        "item.identity": "identity_card_mismatch",
    }
    form = {"version": str(case.version), "do": "preview", "note": note, **chosen}
    shown = plain((await browser.post(f"{HERE}/{case.id}/perbaikan", form)).text)
    address = await send(browser, case, "send", "perbaikan", note=note, **chosen)
    assert parse_qs(urlsplit(address).query)["done"] == ["returned"]
    data = (await desk.emitted())[-1].data
    items = tuple(Item(item=each.item, reason=each.reason) for each in data.items)
    facts = ReturnedFacts(items=items, note=data.note, due_on=data.due_on)
    assert_told(shown, facts, case, resources)

    case = await held(browser, desk, "putra", "Dewi Contoh")
    why = {"reason": "under_age", "note": note}
    form = {"version": str(case.version), "do": "preview", **why}
    shown = plain((await browser.post(f"{HERE}/{case.id}/tolak", form)).text)
    await send(browser, case, "send", "tolak", **why)
    told = (await desk.emitted())[-1].data
    assert_told(shown, RejectedFacts(reason=told.reason, note=told.note), case, resources)


async def test_what_no_message_carries_is_told_directly(browser: Browser, desk: Desk) -> None:
    event = await person(desk, "Siti Contoh")
    contact = Contact(mobile_has_whatsapp=False, preferred_channel="email")
    given = event.data.answers.model_copy(update={"contact": contact})
    await desk.deliver(amended(event, given=given))
    assert not (await found(desk, "081200000001")).rows
    await browser.sign_in("putra")
    await browser.post(f"{HERE}/{event.subject}/ambil", {})
    case = await desk.case(event.subject)
    page = plain((await browser.client.get(f"{HERE}/{case.id}")).text)
    assert "Nomor HP Tidak punya nomor HP" in page
    assert "sampaikan hasilnya langsung" in page
    for path, chosen in (
        ("perbaikan", {"item.documents.photo": "photo_not_accepted"}),
        ("tolak", {"reason": "under_age"}),
    ):
        form = {"version": str(case.version), "do": "preview", **chosen}
        shown = plain((await browser.post(f"{HERE}/{case.id}/{path}", form)).text)
        assert "Tidak punya nomor HP: sampaikan langsung." in shown


def plain(page: str) -> str:
    """What of a page is read, on one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def assert_told(page: str, facts: ReturnedFacts | RejectedFacts, case: Case, of: Resources) -> None:
    """Each piece of the mail that notify makes of these facts stands on the page."""
    assert isinstance(of.settings, VerificationSettings)
    contact = notify.Contact(
        application_id=case.id,
        version=1,
        reference=case.reference,
        full_name=case.current.answers.person.full_name,
        email=None,
        mobile=None,
        mobile_has_whatsapp=False,
        preferred_channel="email",
    )
    mail = Texts(of.office, of.settings.applicants_url).render(facts, contact)
    pieces = [mail.subject]
    for block in mail.blocks:
        match block:
            case Listing(items):
                pieces += [text for item in items for text in item]
            case Facts(rows):
                pieces += [text for row in rows for text in (row.label, row.text)]
            case Button(label, url):
                pieces += [label, url]
            case Paragraph():
                pieces += block.text.splitlines()
    assert len(pieces) > 8
    # a bold word is a word of its own here
    bare = re.sub(r" ([.,:])", r"\1", page)
    assert [each for each in pieces if each not in bare] == []
    assert bare.index(mail.subject) < bare.index(pieces[2])
