"""Events in any order, once or more, end in the same case."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from services.verification.review.timeline import timeline
from shared.contracts.envelope import Event
from shared.contracts.notices import DRAFT_TEMPLATES
from shared.errors import NotYet
from tests.integration.verification.conftest import Desk
from tests.unit.verification.sample_events import (
    amended,
    answers,
    card_issued,
    document,
    notice_failed,
    notice_sent,
    submitted,
    withdrawn,
)


async def deliver_until_taken(desk: Desk, events: list[Event[Any]]) -> None:
    """What cannot be handled yet comes again later, as RabbitMQ would bring it."""
    waiting = list(events)
    for _ in range(len(events) + 1):
        again = []
        for event in waiting:
            try:
                await desk.deliver(event)
            except NotYet:
                again.append(event)
        waiting = again
    assert not waiting


async def test_every_order_and_duplicates_end_equal(desk: Desk) -> None:
    first = submitted()
    files = (*first.data.documents[:2], document("photo"))
    second = amended(first, version=3, files=files)
    third = amended(
        first,
        version=5,
        given=answers(first.subject, full_name="Contoh Nama Benar"),
        files=files,
        changed=("identity",),
    )
    issued = card_issued(first)
    ended = set()
    events: list[Event[Any]] = [first, second, third, issued]
    for order in itertools.permutations(events):
        await desk.forget("cases", "case_cards", "inbox")
        await deliver_until_taken(desk, [*order, *reversed(order)])
        case = await desk.case(first.subject)
        ended.add(case.model_dump_json())
    assert len(ended) == 1
    assert case.state == "issued"
    assert case.current.answers.person.full_name == "Contoh Nama Benar"
    assert [each.number for each in case.versions] == [1, 3, 5]


async def test_a_withdrawal_ends_the_case_whatever_comes_first(desk: Desk) -> None:
    first = submitted()
    second = amended(first, version=3, files=(*first.data.documents[:2], document("photo")))
    events: list[Event[Any]] = [first, second, withdrawn(first, version=4)]
    ended = set()
    for order in itertools.permutations(events):
        await desk.forget("cases", "inbox", "audit_log")
        await deliver_until_taken(desk, [*order, *reversed(order)])
        case = await desk.case(first.subject)
        ended.add(case.model_dump_json())
    assert len(ended) == 1
    assert (case.state, case.lane, case.claim) == ("withdrawn", "withdrawn", None)
    assert case.withdrawal is not None
    assert case.queued_at == case.withdrawal.at
    assert [row["detail"] for row in await desk.audit(action="application.withdrawn")] == [
        {"reason": "applicant_request"}
    ]


async def test_a_card_that_was_made_wins_over_a_withdrawal_in_either_order(desk: Desk) -> None:
    first = submitted()
    events: list[Event[Any]] = [first, withdrawn(first), card_issued(first)]
    ended = set()
    for order in itertools.permutations(events):
        await desk.forget("cases", "case_cards", "inbox")
        await deliver_until_taken(desk, [*order, *order])
        ended.add((await desk.case(first.subject)).model_dump_json())
    assert len(ended) == 1
    assert (await desk.case(first.subject)).state == "issued"


async def test_messages_about_a_draft_are_no_part_of_its_case(desk: Desk) -> None:
    first = submitted()
    for template in sorted(DRAFT_TEMPLATES):
        await desk.deliver(notice_sent(first.subject, template))
        await desk.deliver(notice_failed(first.subject, template))
    await desk.deliver(first)
    await desk.deliver(notice_sent(first.subject, "submitted"))
    await desk.deliver(notice_failed(first.subject, "withdrawn"))
    lines = await timeline(desk.uow.reading(), first.subject)
    assert sorted(each.what for each in lines) == [
        "Pemohon mengirim permohonan",
        "Pesan pembatalan tidak terkirim",
        "Pesan tanda terima pendaftaran terkirim",
    ]


async def test_an_amendment_before_its_submission_waits(desk: Desk) -> None:
    first = submitted()
    with pytest.raises(NotYet):
        await desk.deliver(amended(first))
    await desk.deliver(first)
    await desk.deliver(amended(first))
    assert (await desk.case(first.subject)).round == 2
