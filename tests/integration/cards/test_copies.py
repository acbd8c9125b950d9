"""Renewals, corrections and replacements: numbers, copies, and one live card for each number."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from services.cards.allocating import allocate_card
from services.cards.domain import Card
from shared.clock import now
from shared.contracts.applications import ApplicationKind
from tests.integration.cards.notes import placement_of, report_of, revocation_of
from tests.integration.cards.office import Office

A_YEAR = timedelta(days=365)


async def first_card(office: Office) -> Card:
    return await office.issued(await office.approved(1))


async def follow(
    office: Office, number: int, kind: ApplicationKind, earlier: Card, person: int = 1
) -> Card:
    """Allocate the card of a person's next application."""
    event = await office.approved(number, kind, earlier.registration_number, person)
    return await office.allocated(event)


async def test_a_replacement_is_a_copy_and_ends_the_earlier_one_when_it_is_issued(
    office: Office,
) -> None:
    first = await first_card(office)
    second = await follow(office, 2, "replacement", first)
    assert (await office.card(first)).state == "issued", "until the new one exists"

    second = await office.issue(second)
    assert second.registration_number == first.registration_number
    assert (second.issued_on, second.valid_until, second.report_due_on) == (
        first.issued_on,
        first.valid_until,
        first.report_due_on,
    )
    assert (second.copy_no, second.replaces_card_id) == (2, first.card_id)
    assert second.is_duplicate
    assert second.token != first.token
    assert second.token_id != first.token_id
    assert second.status_index != first.status_index

    ended = await office.card(first)
    assert (ended.state, ended.status) == ("revoked", 1)
    (revoked,) = await office.emitted("card.revoked.v1")
    assert revoked.data.card_id == first.card_id
    assert (revoked.data.reason, revoked.data.replaced_by) == ("superseded", second.card_id)
    *_, issued = await office.emitted("card.issued.v1")
    assert (issued.data.kind, issued.data.copy_no) == ("replacement", 2)
    assert issued.data.replaces_card_id == first.card_id
    changes = [(row["index"], row["status"]) for row in await office.rows("status_changes")]
    assert changes == [(first.status_index, 1)]


async def test_a_correction_is_no_duplicate_and_may_correct_a_nik(office: Office) -> None:
    first = await first_card(office)
    second = await follow(office, 2, "correction", first, person=77)
    assert (second.registration_number, second.copy_no) == (first.registration_number, 2)
    assert not second.is_duplicate


async def test_a_renewal_has_a_number_and_a_time_of_its_own(office: Office) -> None:
    first = await first_card(office)
    second = await office.issue(await follow(office, 2, "renewal", first))
    assert second.registration_number != first.registration_number
    assert (second.copy_no, second.replaces_card_id) == (1, first.card_id)
    assert (await office.card(first)).state == "revoked"


@pytest.mark.parametrize("kind", ["correction", "replacement", "renewal"])
async def test_a_card_that_we_do_not_have_is_followed_by_one_with_a_new_number(
    office: Office, kind: ApplicationKind
) -> None:
    event = await office.approved(1, kind, "1404 010120 000009")
    card = await office.issued(event)
    assert card.registration_number.endswith("000001")
    assert (card.copy_no, card.replaces_card_id) == (1, None)
    assert not card.is_duplicate


@pytest.mark.parametrize("other", [{"full_name": "LAIN ORANG"}, {"birth_date": date(1990, 1, 1)}])
async def test_a_typed_number_never_ends_the_card_of_somebody_else(
    office: Office, other: dict[str, Any]
) -> None:
    """Nor of a namesake, nor of somebody born on the same day."""
    first = await first_card(office)
    approval = await office.approved(2, "replacement", first.registration_number, person=2)
    stranger = approval.data.holder.model_copy(update=other)
    data = approval.data.model_copy(update={"holder": stranger})
    issued = await office.issued(approval.model_copy(update={"data": data}))
    assert issued.registration_number != first.registration_number
    assert (await office.card(first)).state == "issued"


async def test_a_copy_of_a_card_whose_last_day_is_over_gets_a_new_number(office: Office) -> None:
    first = await first_card(office)
    await office.set(first, valid_until=now() - A_YEAR)
    second = await office.issue(await follow(office, 2, "correction", first))
    assert second.registration_number != first.registration_number
    assert second.replaces_card_id == first.card_id


@pytest.mark.parametrize("kind", ["correction", "renewal"])
async def test_two_approvals_that_name_one_card_leave_one_live_card(
    office: Office, kind: ApplicationKind
) -> None:
    first = await first_card(office)
    events = [
        await office.approved(number, kind, first.registration_number, 1) for number in (2, 3)
    ]
    cards = await asyncio.gather(*(office.allocated(event) for event in events))
    middle, last = sorted(cards, key=_depth)
    assert last.replaces_card_id == middle.card_id

    await office.issue(last)  # the other one is overtaken
    await office.issue(middle)
    states = [(await office.card(card)).state for card in (first, middle, last)]
    assert states == ["revoked", "revoked", "issued"]
    assert len(await office.emitted("card.issued.v1")) == 2, "the overtaken one never appears"


async def test_an_approval_that_comes_again_after_a_revocation_changes_nothing(
    office: Office,
) -> None:
    event = await office.approved(1)
    card = await office.issued(event)
    await office.tell(revocation_of(card))
    again = event.model_copy(update={"id": "another-delivery"})
    assert (await office.allocated(again)).state == "revoked"
    assert len(await office.rows("cards")) == 1


async def test_what_a_copy_follows_goes_on_with_it(office: Office) -> None:
    first = await first_card(office)
    await office.tell(report_of(first, 1))
    copy = await follow(office, 2, "correction", first)
    await office.tell(report_of(first, 2))  # the desk has not heard of the copy
    copy = await office.issue(copy)
    assert [report.line_no for report in copy.reports] == [1, 2]
    assert copy.next_due_on == first.report_due_on[2]


async def test_a_renewal_begins_its_reports_anew(office: Office) -> None:
    first = await first_card(office)
    await office.tell(report_of(first, 1))
    renewed = await follow(office, 2, "renewal", first)
    await office.tell(report_of(first, 2))
    renewed = await office.card(renewed)
    assert (renewed.reports, renewed.next_due_on) == ((), renewed.report_due_on[0])


@pytest.mark.parametrize("order", ["approval first", "event first"])
@pytest.mark.parametrize("kind", ["renewal", "correction"])
async def test_what_happens_after_an_approval_is_meant_for_its_card_in_any_order(
    office: Office, kind: ApplicationKind, order: str
) -> None:
    first = await first_card(office)
    number = first.registration_number
    approval = await office.approved(2, kind, number, 1, at=now() - timedelta(seconds=5))
    happened = revocation_of(first), placement_of(first)
    if order == "approval first":
        await office.hear(approval)
    for data in happened:
        await office.tell(data)
    if order == "event first":
        await office.hear(approval)
    card = await office.allocated(approval)
    assert card.state == "revoked"
    assert card.outcome is not None
    await office.issue(card)
    assert (await office.card(card)).state == "revoked"


@pytest.mark.parametrize("order", ["approval first", "event first"])
async def test_what_happened_before_an_approval_stays_with_the_old_card(
    office: Office, order: str
) -> None:
    first = await first_card(office)
    data = revocation_of(first), placement_of(first)
    approval = await office.approved(2, "renewal", first.registration_number, 1, at=now())
    if order == "approval first":
        await office.hear(approval)
    for each in data:
        await office.tell(each)
    card = await office.issued(approval)
    assert (card.state, card.outcome, card.status) == ("issued", None, 0)
    assert (await office.card(first)).state == "revoked"


async def test_numbers_and_copies_stay_right_when_everything_comes_at_once(office: Office) -> None:
    """10 people, each with a first card, then three more applications at the same moment."""
    first_events = [await office.approved(number) for number in range(1, 11)]
    firsts = await asyncio.gather(*(office.allocated(event) for event in first_events))
    dice = random.Random(5)
    kinds: tuple[ApplicationKind, ...] = ("renewal", "correction", "replacement")
    events = [
        await office.approved(
            100 + 3 * person + each, kinds[each], card.registration_number, person
        )
        for person, card in enumerate(firsts, start=1)
        for each in range(3)
    ]
    dice.shuffle(events)

    async def dies(event: object) -> None:
        async def work(tx: object) -> None:
            await allocate_card(event, tx, office.press)  # type: ignore[arg-type]
            raise RuntimeError("killed before the commit")

        with pytest.raises(RuntimeError):
            await office.resources.uow.run(work)

    await asyncio.gather(
        *(office.hear(event) for event in events * 2), *(dies(event) for event in events[:5])
    )
    rows = await office.rows("cards")
    assert len(rows) == 40
    sequences = sorted({int(row["registration_number"][-6:]) for row in rows})
    assert sequences == list(range(1, 21)), "10 first numbers and one for each renewal"
    assert len({row["status_index"] for row in rows}) == 40
    copies = Counter(row["registration_number"] for row in rows)
    for number, count in copies.items():
        of_number = sorted(row["copy_no"] for row in rows if row["registration_number"] == number)
        assert of_number == list(range(1, count + 1))
    followed = [row["replaces_card_id"] for row in rows if row["replaces_card_id"]]
    assert len(followed) == len(set(followed)) == 30, "each card is followed by one at most"


def _depth(card: Card) -> tuple[int, str]:
    return (card.copy_no, card.registration_number)
