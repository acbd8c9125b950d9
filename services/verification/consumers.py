"""All that the service hears."""

from __future__ import annotations

from typing import Any

from services.verification.printing.hearing import note_failed, note_progress, note_ready
from services.verification.review.cases import amend_case, open_case, withdraw_case
from services.verification.review.registering import register_kept_card
from services.verification.review.results import (
    note_expired_card,
    note_failed_card,
    note_failed_notice,
    note_issued_card,
    note_revoked_card,
    note_sent_notice,
)
from services.verification.review.warnings import CaseReader
from services.verification.surveys import keep_survey
from shared.contracts.applications import (
    ApplicationAmended,
    ApplicationSubmitted,
    ApplicationWithdrawn,
)
from shared.contracts.cards import CardExpired, CardFailed, CardIssued, CardRevoked
from shared.contracts.envelope import Event
from shared.contracts.notices import NoticeFailed, NoticeSent
from shared.contracts.print_batches import (
    PrintBatchFailed,
    PrintBatchProgressed,
    PrintBatchReady,
)
from shared.contracts.surveys import SurveyAnswered
from shared.messaging.subscribe import Consumer
from shared.messaging.topology import (
    VERIFICATION_APPLICATIONS,
    VERIFICATION_BATCHES,
    VERIFICATION_CARDS,
    VERIFICATION_NOTICES,
    VERIFICATION_SURVEYS,
)
from shared.uow import Tx


def make_consumers(reader: CaseReader) -> tuple[Consumer, ...]:
    """The consumers of the service's queues; opening a case needs the NIK."""
    rules = reader.office.card

    async def on_application_submitted(event: Event[Any], tx: Tx) -> None:
        await open_case(event, tx, reader)

    async def on_application_amended(event: Event[Any], tx: Tx) -> None:
        await amend_case(event, tx, reader)

    async def on_card_issued(event: Event[CardIssued], tx: Tx) -> None:
        if event.data.replaces_card_id:
            await register_kept_card(tx, event.data.replaces_card_id, rules)
        await note_issued_card(event, tx, paper=rules.paper)

    async def on_card_revoked(event: Event[CardRevoked], tx: Tx) -> None:
        await register_kept_card(tx, event.data.card_id, rules)
        await note_revoked_card(event, tx)

    async def on_card_expired(event: Event[CardExpired], tx: Tx) -> None:
        await register_kept_card(tx, event.data.card_id, rules)
        await note_expired_card(event, tx)

    return (
        Consumer(
            VERIFICATION_APPLICATIONS,
            {
                ApplicationSubmitted: on_application_submitted,
                ApplicationAmended: on_application_amended,
                ApplicationWithdrawn: withdraw_case,
            },
        ),
        Consumer(
            VERIFICATION_CARDS,
            {
                CardIssued: on_card_issued,
                CardFailed: note_failed_card,
                CardRevoked: on_card_revoked,
                CardExpired: on_card_expired,
            },
        ),
        Consumer(
            VERIFICATION_BATCHES,
            {
                PrintBatchProgressed: note_progress,
                PrintBatchReady: note_ready,
                PrintBatchFailed: note_failed,
            },
        ),
        Consumer(VERIFICATION_SURVEYS, {SurveyAnswered: keep_survey}),
        Consumer(
            VERIFICATION_NOTICES, {NoticeSent: note_sent_notice, NoticeFailed: note_failed_notice}
        ),
    )
