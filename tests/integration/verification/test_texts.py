"""Texts and reasons as data: versions, two administrators at once, and the very mail that is sent."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from deploy.local.stack import Servers
from services.notify import store as notify_store
from services.notify.channels.email import EmailChannel, SmtpServer
from services.notify.consumers import make_consumers
from services.notify.delivery import Delivery
from services.notify.outcomes import Outcomes
from services.notify.texts import Texts
from services.verification import texts
from services.verification.officers import sessions
from services.verification.officers.accounts import Account, ensure_account
from services.verification.officers.domain import Officer
from services.verification.officers.sessions import ConfirmFirst, Origin, Session
from services.verification.page import Desk as PageDesk
from services.verification.review.claims import claim_case
from services.verification.review.decisions import Act, return_application
from services.verification.review.reasons import BUILTIN as REASONS
from services.verification.review.reasons import REJECTION, Reason
from services.verification.texts import changing, reason_lists, reason_store, store
from services.verification.texts.changing import BrokenText
from services.verification.texts.previewing import in_force
from services.verification.texts.reason_lists import Added, NewerList
from services.verification.web.templating import make_templates
from shared.clock import now, today
from shared.contracts.envelope import Event
from shared.errors import Forbidden, Invalid, NotFound
from shared.messaging import inbox, outbox
from shared.messaging.subscribe import Step
from shared.mongo import Mongo
from shared.office import load_office
from shared.service import Resources
from shared.texts.builtin import BUILTIN
from shared.texts.composing import Composer
from shared.texts.wording import Wording
from shared.uow import Tx, UnitOfWork
from tests.integration.notify.smtp import HOST, Mailbox, listening
from tests.integration.verification.browser import PASSWORD, Browser, open_browser
from tests.integration.verification.conftest import Desk
from tests.integration.verification.test_pages import opened, stored_document
from tests.unit.verification.sample_events import KEYS

SITE = "https://ak1.example.go.id"
COMPOSER = Composer(load_office(), SITE)
NEW = replace(BUILTIN["returned"], subject="Perbaiki {nomor_pendaftaran} <segera> & lengkap")
ITEM = "documents.photo"


async def session_of(desk: Desk, *roles: str, recent: bool = True) -> Session:
    account = Account(roles[0].replace("_", "-"), f"{roles[0]} Contoh", list(roles), PASSWORD)
    officer: Officer = await ensure_account(desk.uow, account)
    token = sessions.new_token()

    async def work(tx: Tx) -> None:
        await sessions.begin(tx, token, officer, Origin("test"), proven=True)

    await desk.uow.run(work)
    session = await sessions.find_session(desk.uow.reading(), token)
    assert session is not None
    return session if recent else replace(session, confirmed_at=now() - timedelta(hours=1))


async def change(desk: Desk, by: Session, version: int, wording: Wording) -> Wording:
    act = changing.Change(by, "returned", version, "Lebih jelas")
    work = partial(changing.change_message, act=act, wording=wording, composer=COMPOSER)
    return await desk.uow.run(work)


async def change_reasons(
    desk: Desk, by: Session, version: int, kept: list[Reason], added: Added | None = None
) -> int:
    act = reason_lists.Change(by, ITEM, version, "")
    work = partial(reason_lists.change_group, act=act, kept=kept, added=added)
    return (await desk.uow.run(work)).version


async def test_each_save_is_a_version_with_its_event_and_going_back_is_one_more(desk: Desk) -> None:
    admin = await session_of(desk, "system_admin")
    assert (await change(desk, admin, 0, NEW)).version == 1
    other = replace(NEW, subject="Perbaiki {nomor_pendaftaran}")
    assert (await change(desk, admin, 1, other)).version == 2
    act = changing.Change(admin, "returned", 2, "")
    back = partial(changing.restore_message, act=act, version=0, composer=COMPOSER)
    assert (await desk.uow.run(back)).version == 3
    assert await in_force(desk.uow.reading(), "returned") == replace(BUILTIN["returned"], version=3)
    assert await in_force(desk.uow.reading(), "issued") == BUILTIN["issued"]
    events = [each for each in await desk.emitted() if each.type == "text.changed.v1"]
    assert [(each.data.version, each.data.subject) for each in events] == [
        (1, NEW.subject),
        (2, other.subject),
        (3, BUILTIN["returned"].subject),
    ]
    assert [(each.subject, each.aggregateversion) for each in events][-1] == ("returned", 3)
    kept = await store.versions(desk.uow.reading(), "returned")
    assert [(each.wording.version, each.why, each.restores) for each in kept] == [
        (3, "", 0),
        (2, "Lebih jelas", None),
        (1, "Lebih jelas", None),
    ]
    assert len(await desk.audit(action="text.changed")) == 3


async def test_two_administrators_at_once_make_one_version(desk: Desk) -> None:
    admin = await session_of(desk, "system_admin")
    drafts = [replace(NEW, subject=f"Perbaiki {each}") for each in ("satu", "dua", "tiga")]
    done = await asyncio.gather(
        *(change(desk, admin, 0, each) for each in drafts), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in done) == ["NewerText", "NewerText", "Wording"]
    assert len(await store.versions(desk.uow.reading(), "returned")) == 1
    assert len(await desk.emitted()) == 1


async def test_broken_or_unchanged_words_and_strangers_are_refused(desk: Desk) -> None:
    admin = await session_of(desk, "system_admin")
    with pytest.raises(BrokenText) as broken:
        await change(desk, admin, 0, Wording("Perbaiki", "Halo {nama}, {rahasia}"))
    assert len(broken.value.problems) == 6
    with pytest.raises(BrokenText):
        await change(desk, admin, 0, BUILTIN["returned"])
    with pytest.raises(ConfirmFirst):
        await change(desk, replace(admin, confirmed_at=None), 0, NEW)
    with pytest.raises(Forbidden):
        await change(desk, await session_of(desk, "placement_officer"), 0, NEW)
    act = changing.Change(admin, "returned", 0, "")
    with pytest.raises(NotFound):
        await desk.uow.run(partial(changing.restore_message, act=act, version=7, composer=COMPOSER))
    assert await desk.emitted() == []


async def test_reasons_are_added_changed_ordered_retired_and_taken_back(desk: Desk) -> None:
    admin = await session_of(desk, "system_admin")
    (first,) = REASONS.groups[ITEM]
    added = Added("Latar tidak merah", "Latar pas foto harus merah atau biru.")
    assert await change_reasons(desk, admin, 0, [first], added) == 1
    listed = await texts.reasons_in_force(desk.uow.reading())
    first, second = listed.groups[ITEM]
    assert second.code == "latar_tidak_merah"
    retired = replace(first, label="Lama", is_retired=True)
    assert await change_reasons(desk, admin, 1, [second, retired]) == 2
    listed = await texts.reasons_in_force(desk.uow.reading())
    assert listed.returns[ITEM] == (second,)
    assert listed.label("photo_not_accepted") == "Lama"
    assert listed.first_of(ITEM, "photo_not_accepted") == "latar_tidak_merah"
    with pytest.raises(Invalid, match="paling sedikit satu"):
        await change_reasons(desk, admin, 2, [replace(second, is_retired=True)])
    with pytest.raises(Invalid, match="Belum ada"):
        await change_reasons(desk, admin, 2, [second, retired])
    with pytest.raises(Invalid, match="Kalimat untuk pemohon"):
        await change_reasons(desk, admin, 2, [replace(second, text="Pendek")])
    act = reason_lists.Change(admin, "", 2, "")
    back = await desk.uow.run(partial(reason_lists.restore_list, act=act, version=0))
    assert back.version == 3
    assert back.returns == REASONS.returns
    assert back.label("latar_tidak_merah") == "Latar tidak merah", "kept for cases of the past"
    kept = await reason_store.versions(desk.uow.reading(), 10)
    assert [(each.reasons.version, each.restores) for each in kept] == [
        (3, 0),
        (2, None),
        (1, None),
    ]


async def test_administrators_of_other_groups_do_not_meet_but_of_one_group_do(desk: Desk) -> None:
    admin = await session_of(desk, "system_admin")
    (photo,) = REASONS.groups[ITEM]
    reject = list(REASONS.groups[REJECTION])[::-1]
    await change_reasons(desk, admin, 0, [replace(photo, label="Foto")])
    act = reason_lists.Change(admin, REJECTION, 0, "")
    work = partial(reason_lists.change_group, act=act, kept=reject, added=None)
    assert (await desk.uow.run(work)).version == 2
    listed = await texts.reasons_in_force(desk.uow.reading())
    assert (listed.groups[ITEM][0].label, list(listed.rejections)) == ("Foto", reject)
    with pytest.raises(NewerList, match="system_admin Contoh mengubah alasan yang sama"):
        await change_reasons(desk, admin, 0, [replace(photo, label="Pas foto")])


async def hear(uow: UnitOfWork, event: Event[Any]) -> None:
    (consumer,) = make_consumers("")
    handler = consumer.handlers[type(event.data)]
    assert not isinstance(handler, Step)
    await uow.run_once(consumer.queue.name, event, partial(handler, event))


async def test_the_preview_at_the_desk_is_what_the_applicant_gets(
    desk: Desk, resources: Resources, servers: Servers
) -> None:
    """From the administrator's words to the mail, with both services on real servers."""
    admin = await session_of(desk, "system_admin")
    await change(desk, admin, 0, NEW)
    (photo,) = REASONS.groups[ITEM]
    await change_reasons(desk, admin, 0, [replace(photo, text="Foto <buram> & gelap, Mu'min.")])
    submitted = await opened(desk, await stored_document(servers))
    case = await desk.act(partial(claim_case, case_id=submitted.subject, officer=desk.verifier))
    listed = await texts.reasons_in_force(desk.uow.reading())
    due = today() + timedelta(days=load_office().applicant.amend_days)
    asked = texts.Asked(listed.returned_items({ITEM: photo.code}), "Latar <merah> & rapi", due)
    settings = resources.settings.model_copy(update={"applicants_url": SITE})
    page = PageDesk(replace(resources, settings=settings), make_templates(), "k", False, False)
    previewed = await texts.preview(page, case, asked)
    act = Act(case.id, case.version, desk.verifier)
    await desk.act(
        partial(
            return_application,
            act=act,
            chosen={ITEM: photo.code},
            note=asked.note,
            office=load_office(),
        )
    )
    mongo = Mongo(servers.run.mongo_url("notify"), "notify", "test")
    await mongo.ensure_indexes({**notify_store.INDEXES, **outbox.INDEXES, **inbox.INDEXES})
    for name in (*notify_store.INDEXES, outbox.COLLECTION, inbox.COLLECTION):
        await mongo.collection(name).delete_many({})
    uow, mailbox = UnitOfWork(mongo, "notify", "1404"), Mailbox()
    await hear(uow, submitted)
    await mongo.collection(notify_store.NOTICES).delete_many({})
    for event in await desk.emitted():
        if event.type in {"text.changed.v1", "application.returned.v1"}:
            await hear(uow, event)
    async with listening(mailbox) as port:
        server = SmtpServer(HOST, port, "", "", "none", 5.0)
        channel = EmailChannel(server, "Dinas <kirim@disnaker.example>", "")
        delivery = Delivery(Outcomes(uow), KEYS, Texts(load_office(), SITE), {"email": channel})
        notice = await delivery.claim()
        assert notice is not None
        await delivery.deliver(notice)
    (mail,) = mailbox.mails
    assert mail["Subject"] == previewed.subject
    for kind, shown in (("plain", previewed.text), ("html", previewed.html)):
        part = mail.get_body((kind,))
        assert part is not None
        assert part.get_content().replace("\r\n", "\n") == shown
    assert "Foto <buram> & gelap, Mu'min." in previewed.text
    assert "Foto &lt;buram&gt; &amp; gelap, Mu&#39;min." in previewed.html
    row = await mongo.collection(notify_store.NOTICES).find_one({"_id": notice.id})
    assert row is not None
    assert (row["state"], row["text_version"]) == ("sent", 1)
    mongo.close()


async def test_a_text_changed_after_the_preview_is_shown_before_it_is_sent(
    desk: Desk, resources: Resources, servers: Servers
) -> None:
    admin = await session_of(desk, "system_admin")
    event = await opened(desk, await stored_document(servers))
    case = await desk.act(partial(claim_case, case_id=event.subject, officer=desk.approver))
    async with open_browser(resources) as client:
        browser = Browser(client)
        await browser.sign_in("putra")
        returning = {f"item.{ITEM}": "photo_not_accepted"}
        for path, fields in (("perbaikan", returning), ("tolak", {"reason": "under_age"})):
            address = f"/petugas/permohonan/{case.id}/{path}"
            form = {"version": str(case.version), "note": "", **fields}
            seen = re.search(
                r'name="seen" value="(\w+)"',
                (await browser.post(address, {**form, "do": "preview"})).text,
            )
            assert seen
            await change(desk, admin, 0, NEW) if path == "perbaikan" else await reword(desk, admin)
            again = await browser.post(address, {**form, "do": "send", "seen": seen[1]})
            assert again.status_code == 200
            assert "Pesan ini berubah sejak Anda melihatnya" in again.text
        assert (await desk.case(case.id)).state == "under_review"
        mark = re.search(r'name="seen" value="(\w+)"', again.text)
        assert mark
        sent = await browser.post(address, {**form, "do": "send", "seen": mark[1]})
        assert sent.status_code == 303
        assert (await desk.case(case.id)).state == "rejected"


async def reword(desk: Desk, admin: Session) -> None:
    """Another text for the reason `under_age`."""
    kept = [
        replace(each, text="Pemohon harus berusia 18 tahun.") if each.code == "under_age" else each
        for each in REASONS.groups[REJECTION]
    ]
    act = reason_lists.Change(admin, REJECTION, 0, "")
    await desk.uow.run(partial(reason_lists.change_group, act=act, kept=kept, added=None))


async def test_pages_preview_save_compare_and_keep_what_was_typed(
    desk: Desk, resources: Resources
) -> None:
    await ensure_account(desk.uow, Account("admin", "Adi Contoh", ["system_admin"], PASSWORD))
    path = "/petugas/teks/pesan/returned"
    fields = {"version": "0", "subject": NEW.subject, "body": NEW.body, "why": "Lebih jelas"}
    async with open_browser(resources) as client:
        browser = Browser(client)
        await browser.sign_in("admin")
        token = await browser.token("/petugas/teks/alasan/rejection")

        async def post(address: str, **data: str) -> Any:
            return await client.post(address, data={"csrf_token": token, **data})

        shown = await post(path, **fields, do="preview")
        assert "Perbaiki AK1-7QX2M9K4TDZ &lt;segera&gt; &amp; lengkap" in shown.text
        assert "Versi 1" not in (await client.get("/petugas/teks")).text
        wrong = await post(path, **{**fields, "body": "Halo {nama}, <b>{x}"}, do="save")
        assert wrong.status_code == 422
        assert "Halo {nama}, &lt;b&gt;{x}</textarea>" in wrong.text
        assert "{x} tidak dikenal" in wrong.text
        assert (await post(path, **fields, do="save")).headers["location"] == f"{path}?done=saved"
        late = await post(path, **{**fields, "subject": "Punya saya"}, do="save")
        assert late.status_code == 409
        assert "Adi Contoh menyimpan versi 1" in late.text
        assert 'value="Punya saya"' in late.text
        assert 'name="version" value="1"' in late.text
        versions = (await client.get(f"{path}/versi")).text
        assert re.search(r"<ins>[^<]*&lt;segera&gt;", versions)
        back = await post(f"{path}/kembali", version="1", restores="0")
        assert back.headers["location"] == f"{path}?done=restored"
        code = "photo_not_accepted"
        rows = {f"label.{code}": "Foto", f"text.{code}": "Foto & wajah belum jelas."}
        group = f"/petugas/teks/alasan/{ITEM}"
        saved = await post(group, version="0", **rows)
        assert saved.headers["location"] == "/petugas/teks/alasan?done=saved"
        refused = await post(group, version="1", **{**rows, f"text.{code}": "x" * 251})
        assert refused.status_code == 422
        assert "x" * 251 in refused.text
        late = await post(group, version="0", **{**rows, f"label.{code}": "Lain"})
        assert late.status_code == 409
        versions = (await client.get("/petugas/teks/alasan/versi")).text
        assert "Foto" in versions
        assert "Diubah" in versions
        assert (await client.get("/petugas/teks/pesan/tidak-ada")).status_code == 404
        assert (await client.get("/petugas/teks/alasan/tidak-ada")).status_code == 404
