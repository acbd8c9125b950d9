"""With a card in hand: what the walker is asked for the next one, and an application withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from pymongo import MongoClient

from deploy.local.stack import Servers
from shared import clock
from tests.acceptance.walker import SENT, TASK_LIST, Walker

SUMMARY = "/status/ringkasan"


async def answer_the_survey(walker: Walker) -> None:
    await walker.visitor.go("/status/survei")
    await walker.form(first=False)
    await walker.see("terima kasih")


async def ask_for_the_next_card(walker: Walker, servers: Servers, reference: str) -> None:
    """Renewal and what it asks; a replacement, sent and withdrawn; a correction, left half done."""
    soon = (clock.today() + timedelta(days=10)).isoformat()
    with MongoClient[Mapping[str, object]](servers.run.mongo_url("deploy")) as admin:
        of_card = {"_id": 1}
        applications = admin["intake"]["applications"]
        assert applications.find_one({"reference": reference}, of_card)
        change = {"$set": {"card.valid_until": soon}}
        applications.update_one({"reference": reference}, change)
    await begin(walker, "renewal")
    await walker.see_all_of(TASK_LIST)
    await begin(walker, "replacement")
    await withdraw(walker, await send_replacement(walker))
    await walker.visitor.look_up(reference, _born(walker))
    await begin(walker, "correction")


async def begin(walker: Walker, kind: str) -> None:
    """From the status to the task list of a draft of this kind."""
    await walker.visitor.go(SUMMARY)
    form = walker.page.locator(f"main form:has([name=kind][value={kind}])")
    await walker.hand.press(form.locator("button"))
    await walker.see(kind)
    await walker.send_empty()
    walker.answers.answers["kind"] = kind
    await walker.form(first=False)
    assert walker.path == TASK_LIST, await walker.visitor.errors()
    await walker.see(kind)


async def send_replacement(walker: Walker) -> str:
    walker.tries_empty, walker.files = False, with_letter(walker.files)
    await walker.work_off(TASK_LIST, SENT)
    return walker.path.removeprefix(SENT).strip("/")


def with_letter(files: Mapping[str, Path]) -> dict[str, Path]:
    """What the police writes about a lost card is a PDF like any other."""
    return {**files, "police_loss_letter": files["diploma"]}


async def withdraw(walker: Walker, reference: str) -> None:
    await walker.visitor.look_up(reference, _born(walker))
    await walker.see("penggantian")
    await walker.visitor.go("/status/batalkan")
    await walker.see("penggantian")
    await walker.hand.press(walker.page.get_by_role("button", name="Ya, batalkan permohonan"))
    assert await walker.page.get_by_role("link", name="Daftar lagi").count(), walker.page.url
    await walker.see("dibatalkan")


def _born(walker: Walker) -> str:
    return walker.answers.person.birth_date.isoformat()
