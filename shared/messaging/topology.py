"""Every queue of the system as data, and its declaration by the deployment.

Services may not configure anything on the broker; `python -m shared.messaging.topology` does it
once, with RABBIT_ADMIN_URL. Idempotent.
"""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import dataclass

import aio_pika

from shared.contracts import (
    applications,
    cards,
    drafts,
    notices,
    print_batches,
    registry,
    repairs,
    reviews,
    surveys,
    texts,
)
from shared.contracts.envelope import EventData

EXCHANGE = "pencaker.events"
DELIVERY_LIMIT = 12  # with the growing pause about four minutes of failing


@dataclass(frozen=True)
class Queue:
    """One consumer concern of one service; quorum, durable, with its dead-letter queue."""

    name: str
    hears: tuple[type[EventData], ...]
    prefetch: int

    @property
    def service(self) -> str:
        return self.name.partition(".")[0]

    @property
    def dead(self) -> str:
        return f"{self.name}.dead"

    @property
    def dead_exchange(self) -> str:
        return f"{self.service}.dead"


INTAKE_DECISIONS = Queue(
    "intake.decisions",
    (
        reviews.ReviewStarted,
        reviews.ApplicationReturned,
        reviews.ApplicationRejected,
        reviews.ApplicationApproved,
        reviews.CardPrinted,
        reviews.CardCollected,
    ),
    prefetch=10,
)
INTAKE_CARDS = Queue(
    "intake.cards",
    (
        cards.CardIssued,
        cards.CardFailed,
        cards.CardRevoked,
        cards.CardExpired,
        registry.JobSeekerReported,
        registry.JobSeekerPlaced,
        registry.JobSeekerRemoved,
        registry.CardSealed,
    ),
    prefetch=10,
)
INTAKE_NOTICES = Queue("intake.notices", (notices.NoticeSent, notices.NoticeFailed), prefetch=10)
VERIFICATION_APPLICATIONS = Queue(
    "verification.applications",
    (
        applications.ApplicationSubmitted,
        applications.ApplicationAmended,
        applications.ApplicationWithdrawn,
    ),
    prefetch=10,
)
VERIFICATION_SURVEYS = Queue("verification.surveys", (surveys.SurveyAnswered,), prefetch=10)
VERIFICATION_CARDS = Queue(
    "verification.cards",
    (
        cards.CardIssued,
        cards.CardFailed,
        cards.CardRevoked,
        cards.CardExpired,
    ),
    prefetch=10,
)
VERIFICATION_BATCHES = Queue(
    "verification.batches",
    (
        print_batches.PrintBatchProgressed,
        print_batches.PrintBatchReady,
        print_batches.PrintBatchFailed,
    ),
    prefetch=10,
)
VERIFICATION_NOTICES = Queue(
    "verification.notices", (notices.NoticeSent, notices.NoticeFailed), prefetch=10
)
CARDS_APPROVALS = Queue(
    "cards.approvals",
    (
        reviews.ApplicationApproved,
        repairs.CardRetryRequested,
        registry.JobSeekerReported,
        registry.JobSeekerPlaced,
        registry.JobSeekerRemoved,
        registry.CardRevocationRequested,
    ),
    prefetch=4,
)
CARDS_RENDERING = Queue("cards.rendering", (cards.CardAllocated,), prefetch=3)
# of its own: hundreds of cards stand in front of no approval
CARDS_BATCHES = Queue("cards.batches", (print_batches.PrintBatchRequested,), prefetch=1)
# of its own: heard while its batch is being drawn, and no approval waits for the file store
CARDS_CLOSED_BATCHES = Queue("cards.closed_batches", (print_batches.PrintBatchClosed,), prefetch=1)
NOTIFY_EVENTS = Queue(
    "notify.events",
    (
        applications.ApplicationSubmitted,
        applications.ApplicationAmended,
        applications.ApplicationWithdrawn,
        drafts.DraftKept,
        drafts.DraftExpiring,
        drafts.CodeRequested,
        reviews.ApplicationReturned,
        reviews.ApplicationRejected,
        reviews.ReviewOverdue,
        cards.CardIssued,
        repairs.NoticeRetryRequested,
        texts.TextChanged,
    ),
    prefetch=10,
)

QUEUES = (
    INTAKE_DECISIONS,
    INTAKE_CARDS,
    INTAKE_NOTICES,
    VERIFICATION_APPLICATIONS,
    VERIFICATION_SURVEYS,
    VERIFICATION_CARDS,
    VERIFICATION_BATCHES,
    VERIFICATION_NOTICES,
    CARDS_APPROVALS,
    CARDS_RENDERING,
    CARDS_BATCHES,
    CARDS_CLOSED_BATCHES,
    NOTIFY_EVENTS,
)


async def declare_topology(admin_url: str) -> None:
    """Declare exchange, queues, dead-letter queues and bindings."""
    connection = await aio_pika.connect(admin_url)
    async with connection:
        channel = await connection.channel()
        events = await channel.declare_exchange(EXCHANGE, aio_pika.ExchangeType.TOPIC, durable=True)
        for queue in QUEUES:
            await _declare_queue(channel, events, queue)


async def _declare_queue(
    channel: aio_pika.abc.AbstractChannel, events: aio_pika.abc.AbstractExchange, queue: Queue
) -> None:
    dead_exchange = await channel.declare_exchange(
        queue.dead_exchange, aio_pika.ExchangeType.DIRECT, durable=True
    )
    dead = await channel.declare_queue(
        queue.dead,
        durable=True,
        # looking at a dead letter counts as a delivery; RabbitMQ 4 would drop it after 20
        arguments={"x-queue-type": "quorum", "x-delivery-limit": 1_000_000},
    )
    await dead.bind(dead_exchange, routing_key=queue.name)
    work = await channel.declare_queue(
        queue.name,
        durable=True,
        arguments={
            "x-queue-type": "quorum",
            "x-delivery-limit": DELIVERY_LIMIT,
            "x-dead-letter-exchange": queue.dead_exchange,
            "x-dead-letter-routing-key": queue.name,
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",  # at-least-once needs it
        },
    )
    for data in queue.hears:
        await work.bind(events, routing_key=data.TYPE)


def main() -> int:
    url = os.environ.get("RABBIT_ADMIN_URL")
    if not url:
        sys.stderr.write("RABBIT_ADMIN_URL is not set: amqp://admin:…@host:5672/\n")
        return 2
    asyncio.run(declare_topology(url))
    sys.stdout.write(f"{EXCHANGE}: {len(QUEUES)} queues declared\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
