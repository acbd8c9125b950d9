"""What this service knows beside a case: other applications with its NIK, and the old card.

Asked afresh each time, because they come and go while a case waits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.verification.duplicates.domain import Twin
from services.verification.register.known_cards import KnownCard, cards_numbered, with_live_card
from services.verification.review import store
from services.verification.review.domain import DUPLICATE, HAS_CARD, OPEN, Case
from services.verification.review.lists import CaseRow
from services.verification.review.warnings import with_live_rules
from services.verification.search.store import plain_number
from shared.clock import OFFICE_ZONE
from shared.mongo import Document
from shared.uow import Scope


@dataclass(frozen=True)
class Related:
    """`others` speak against this application; `old_card` is the one it names."""

    others: tuple[Document, ...] = ()
    old_card: KnownCard | None = None

    def previous_number(self, case: Case) -> str | None:
        """The number of the card that the application is about, as the register writes it."""
        if case.kind == "new" or not case.previous_registration_number:
            return None
        if self.old_card is not None:
            return self.old_card.registration_number
        return plain_number(case.previous_registration_number) or None


async def related_to(scope: Scope, case: Case) -> Related:
    others = await store.same_nik(scope, case)
    issued = [each["_id"] for each in others if each["state"] in HAS_CARD]
    live = await with_live_card(scope, issued) if case.kind == "new" else set()
    number = case.previous_registration_number
    cards = await cards_numbered(scope, [number]) if case.kind != "new" and number else {}
    return Related(
        tuple(each for each in others if each["state"] not in HAS_CARD or each["_id"] in live),
        cards.get(number or ""),
    )


async def with_live_warnings(scope: Scope, case: Case) -> Case:
    return warned_of(case, await related_to(scope, case))


def warned_of(case: Case, related: Related) -> Case:
    """The case with the warnings that hold now; a decided one keeps those that were answered."""
    if case.state not in OPEN:
        return case
    duplicate = (DUPLICATE,) if related.others else ()
    return with_live_rules(case, (*duplicate, *_card_rules(case, related.old_card)))


def suspects_of(related: Related, twins: list[Twin]) -> list[Twin]:
    """Those that may be a second application of the same person."""
    earlier = {each.row.id for each in earlier_of(related, twins)}
    return [each for each in twins if each.row.id not in earlier]


def earlier_of(related: Related, twins: list[Twin]) -> list[Twin]:
    """Those that this application follows: a card with the same NIK that does not speak against it,
    because it is renewed, corrected, replaced, or has ended.
    """
    against = {each["_id"] for each in related.others}
    return [
        each
        for each in twins
        if "nik" in each.likeness and each.row.state in HAS_CARD and each.row.id not in against
    ]


async def flagged(scope: Scope, rows: Sequence[CaseRow]) -> frozenset[str]:
    """Those of a list, by id, for which an officer will find such a warning."""
    waiting = [row for row in rows if row.state in OPEN]
    if not waiting:
        return frozenset()
    shared = await store.shared_niks(scope, [row.nik_index for row in waiting])
    issued = [
        each
        for row in waiting
        if row.kind == "new" and row.nik_index in shared
        for each in shared[row.nik_index].issued
    ]
    live = await with_live_card(scope, issued)
    numbers = [row.previous_registration_number or "" for row in waiting if row.kind != "new"]
    cards = await cards_numbered(scope, numbers)
    return frozenset(
        row.id
        for row in waiting
        if _is_shared(row, shared, live)
        or _card_rules(row, cards.get(row.previous_registration_number or ""))
    )


def _is_shared(row: CaseRow, shared: dict[str, store.SharedNik], live: set[str]) -> bool:
    found = shared.get(row.nik_index)
    if found is None:
        return False
    return found.undecided > 1 or (row.kind == "new" and not live.isdisjoint(found.issued))


def _card_rules(case: Case | CaseRow, card: KnownCard | None) -> tuple[str, ...]:
    """What is wrong with the card that a renewal, correction or replacement names."""
    if case.kind == "new":
        return ()
    if card is None:
        return ("unknown_previous_card",)
    sent_on = case.submitted_at.astimezone(OFFICE_ZONE).date()
    wrong = {
        "previous_card_of_another": card.nik_index != case.nik_index,
        "previous_card_replaced": card.newer_number is not None,
        "previous_card_revoked": card.lane == "revoked",
        "previous_card_expired": card.valid_until < sent_on,
        "previous_holder_left": card.lane in {"placed", "removed"},
    }
    return tuple(rule for rule, is_so in wrong.items() if is_so)[:1]  # the weightiest says enough
