"""Reports, placements, removals and revocations reach the card, in any order and once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.cards.domain import RENDER_ATTEMPTS, Card
from shared.clock import now
from shared.errors import Poison
from shared.ids import uuid7
from tests.contract.samples import envelope
from tests.integration.cards.notes import placement_of, removal_of, report_of, revocation_of
from tests.integration.cards.office import Office

HOUR = timedelta(hours=1)


async def issued(office: Office) -> Card:
    return await office.issued(await office.approved(1))


async def statuses(office: Office) -> list[int]:
    """What was noted for publishing, in order."""
    return [row["status"] for row in await office.rows("status_changes")]


async def test_a_report_fills_its_line_and_the_next_one_is_awaited(office: Office) -> None:
    card = await issued(office)
    assert card.next_due_on == card.report_due_on[0]
    event = envelope(report_of(card, 1), id=uuid7(), subject="x")
    await office.hear(event)
    await office.hear(event)  # delivered twice
    card = await office.card(card)
    (report,) = card.reports
    assert (report.line_no, report.officer_name) == (1, "CONTOH")
    assert card.next_due_on == card.report_due_on[1]
    whats = [moment.what for moment in card.history]
    assert whats == ["allocated", "issued", "reported"]
    assert card.history[-1].event_id == event.id
    assert await statuses(office) == []


async def test_of_two_reports_for_one_line_the_later_counts_in_any_order(office: Office) -> None:
    card = await issued(office)
    late, early = now(), now() - HOUR
    await office.tell(report_of(card, 1, late))
    await office.tell(report_of(card, 1, early))
    (report,) = (await office.card(card)).reports
    assert report.reported_at == late


@pytest.mark.parametrize("line_no", [0, 4])
async def test_a_report_on_a_line_that_no_card_has_is_set_aside(
    office: Office, line_no: int
) -> None:
    card = await issued(office)
    with pytest.raises(Poison):
        await office.tell(report_of(card, line_no))


async def test_whoever_works_or_left_the_list_has_an_inactive_card(office: Office) -> None:
    card = await issued(office)
    await office.tell(removal_of(card, "withdrew", now() - HOUR))
    await office.tell(placement_of(card))
    await office.tell(removal_of(card, "withdrew", now() - HOUR))  # told again, late
    card = await office.card(card)
    assert card.state == "issued"
    assert card.outcome is not None
    assert (card.outcome.outcome, card.status) == ("placed", 3)
    assert await statuses(office) == [2, 3]
    assert await office.emitted("card.revoked.v1") == []


async def test_a_renewal_ends_what_only_the_old_card_was_removed_for(office: Office) -> None:
    """The desk removed the holder for an old card that ended; the renewal was approved before."""
    card = await issued(office)
    approval = await office.approved(2, "renewal", card.registration_number, 1, now() - HOUR)
    renewed = await office.issued(approval)
    await office.tell(removal_of(card, "expired"))
    await office.tell(removal_of(card, "report_overdue"))
    assert (await office.card(renewed)).status == 0
    await office.tell(removal_of(card, "died"))
    assert (await office.card(renewed)).status == 2


async def test_a_card_taken_back_is_revoked_once(office: Office) -> None:
    card = await issued(office)
    await office.tell(revocation_of(card))
    await office.tell(revocation_of(card))  # a colleague, too
    card = await office.card(card)
    assert (card.state, card.status) == ("revoked", 1)
    (revoked,) = await office.emitted("card.revoked.v1")
    assert (revoked.data.reason, revoked.aggregateversion) == ("false_data", card.version)
    await office.tell(placement_of(card))
    assert (await office.card(card)).status == 1
    assert await statuses(office) == [1]


async def test_a_card_taken_back_before_it_was_drawn_never_appears(office: Office) -> None:
    card = await office.allocated(await office.approved(1))
    await office.tell(revocation_of(card))
    assert (await office.issue(card)).state == "revoked"
    assert await office.emitted("card.issued.v1") == []


async def test_a_failed_card_can_be_taken_back_and_is_not_drawn_again(office: Office) -> None:
    event = await office.approved(1)
    await office.writer.put("documents", event.data.photo.key, b"no picture", "image/jpeg")
    card = await office.allocated(event)
    await office.set(card, render_attempts=RENDER_ATTEMPTS - 1)
    card = await office.issue(card)
    assert card.state == "failed"
    await office.tell(revocation_of(card, "office_error"))
    assert (await office.card(card)).state == "revoked"


async def test_what_is_told_of_a_card_that_is_not_ours_is_set_aside(office: Office) -> None:
    card = await issued(office)
    for data in (report_of(card, 1), placement_of(card), revocation_of(card)):
        with pytest.raises(Poison):
            await office.tell(data.model_copy(update={"card_id": "unknown"}))


async def test_a_report_before_the_card_is_drawn_is_kept(office: Office) -> None:
    card = await office.allocated(await office.approved(1))
    await office.tell(report_of(card, 1))
    card = await office.issue(card)
    assert (card.state, card.next_due_on) == ("issued", card.report_due_on[1])
