"""Dead letters: looking at them and moving them; and the operator's command list, show, replay.

    python -m shared.messaging.dead_letters list
    python -m shared.messaging.dead_letters show verification.applications [--body]
    python -m shared.messaging.dead_letters replay verification.applications (--id EVENT | --all)

Reads the queues raw (what is dead may be unreadable); the command with RABBIT_ADMIN_URL. A message
leaves its dead-letter queue only when it is confirmed in its work queue, or kept by somebody else.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from aio_pika.exceptions import AMQPError

from shared.messaging.topology import QUEUES, Queue

AWAY = (AMQPError, OSError, TimeoutError)  # RabbitMQ does not answer, or refuses
_DROPPED_HEADERS = ("x-death", "x-delivery-count", "x-acquired-count", "x-replays")
_LOOKED_AT_MOST = 1000  # while searching for one; what is shown stands in front


@dataclass(frozen=True)
class DeadLetter:
    """One message set aside: what it is and why it is here.

    `key` follows from the bytes, so that unreadable ones have one too. `application_id` and
    `reference` are empty when the message names none.
    """

    queue: str
    key: str
    event_id: str
    type: str
    subject: str
    application_id: str
    reference: str
    reason: str
    died_at: datetime | None
    replays: int
    body: bytes
    headers: Mapping[str, str | int]
    message_id: str | None = None
    message_type: str | None = None
    correlation_id: str | None = None
    content_type: str | None = None


@dataclass(frozen=True)
class Shelf:
    """The dead letters of one queue: how many, and the first of them."""

    queue: Queue
    total: int
    letters: Sequence[DeadLetter]


Keep = Callable[[DeadLetter], Awaitable[None]]
Choose = Callable[[DeadLetter], bool]


def every(_: DeadLetter) -> bool:
    return True


async def _nothing(_: DeadLetter) -> None:
    """Nobody wants to know before it moves."""


@asynccontextmanager
async def _channel(url: str) -> AsyncIterator[AbstractChannel]:
    connection = await aio_pika.connect(url)
    async with connection:
        yield await connection.channel(publisher_confirms=True, on_return_raises=True)


async def count_dead(url: str) -> dict[str, int]:
    """Messages in each dead-letter queue, by the name of the work queue."""
    async with _channel(url) as channel:
        return {
            queue.name: (await channel.get_queue(queue.dead)).declaration_result.message_count or 0
            for queue in QUEUES
        }


async def shelves(url: str, most: int) -> list[Shelf]:
    """Every queue that has dead letters, with up to `most` of each; they stay where they are."""
    found = []
    async with _channel(url) as channel:
        for queue in QUEUES:
            dead = await channel.get_queue(queue.dead)
            total = dead.declaration_result.message_count or 0
            letters = [letter async for letter, _ in _read(channel, queue, most)] if total else []
            if letters:
                found.append(Shelf(queue, total, letters))
        # closing the channel returns every message unacknowledged
    return found


async def show_dead(url: str, queue: Queue) -> list[DeadLetter]:
    """The messages of one dead-letter queue; they stay where they are."""
    async with _channel(url) as channel:
        return [letter async for letter, _ in _read(channel, queue)]


async def replay_dead(
    url: str,
    queue: Queue,
    chosen: Choose = every,
    *,
    first: Keep = _nothing,
    most: int | None = None,
) -> int:
    """Put messages back into the work queue, each after `first`; returns how many went."""
    replayed = 0
    async with _channel(url) as channel:
        async for letter, message in _read(channel, queue, _LOOKED_AT_MOST if most else None):
            if not chosen(letter):
                continue
            await first(letter)
            await _publish(channel, queue, letter)
            await message.ack()
            replayed += 1
            if replayed == most:
                break
    return replayed


async def take_dead(url: str, queue: Queue, chosen: Choose, keep: Keep) -> bool:
    """Take one message out for good, once `keep` has it; whether there was one."""
    async with _channel(url) as channel:
        async for letter, message in _read(channel, queue, _LOOKED_AT_MOST):
            if chosen(letter):
                await keep(letter)
                await message.ack()
                return True
    return False


async def put_back(url: str, queue: Queue, letter: DeadLetter) -> None:
    """Give a message that was taken out to its work queue; returns when RabbitMQ has it."""
    async with _channel(url) as channel:
        await _publish(channel, queue, letter)


async def _read(
    channel: AbstractChannel, queue: Queue, most: int | None = None
) -> AsyncIterator[tuple[DeadLetter, AbstractIncomingMessage]]:
    """As many as there are now: those that die again meanwhile are not met twice."""
    dead = await channel.get_queue(queue.dead)
    count = dead.declaration_result.message_count or 0
    for _ in range(count if most is None else min(count, most)):
        message = await dead.get(fail=False)
        if message is None:
            return
        yield _describe(queue, message), message


async def _publish(channel: AbstractChannel, queue: Queue, letter: DeadLetter) -> None:
    message = aio_pika.Message(
        letter.body,
        headers={**letter.headers, "x-replays": letter.replays + 1},
        message_id=letter.message_id,
        type=letter.message_type,
        correlation_id=letter.correlation_id,
        content_type=letter.content_type,
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
    )
    await channel.default_exchange.publish(message, queue.name, mandatory=True)


def _describe(queue: Queue, message: AbstractIncomingMessage) -> DeadLetter:
    head = _object(message.body)
    data = head.get("data")
    data = data if isinstance(data, dict) else {}
    death = message.headers.get("x-death")
    first = death[0] if isinstance(death, list) and death else {}
    first = first if isinstance(first, dict) else {}
    return DeadLetter(
        queue=queue.name,
        key=hashlib.sha256(message.body).hexdigest()[:32],
        event_id=str(head.get("id") or message.message_id or "?"),
        type=str(head.get("type") or message.type or "?"),
        subject=str(head.get("subject", "?")),
        application_id=str(data.get("application_id") or ""),
        reference=str(data.get("reference") or ""),
        reason=str(message.headers.get("x-first-death-reason") or first.get("reason") or "?"),
        died_at=_moment(first.get("time")),
        replays=int(str(message.headers.get("x-replays", 0))),
        body=message.body,
        headers={
            name: value
            for name, value in message.headers.items()
            if isinstance(value, (str, int))
            and name not in _DROPPED_HEADERS
            and not name.startswith(("x-first-death", "x-last-death"))
        },
        message_id=message.message_id,
        message_type=message.type,
        correlation_id=message.correlation_id,
        content_type=message.content_type,
    )


def _object(body: bytes) -> dict[str, Any]:
    """The body as a JSON object; empty for anything else."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _moment(time: Any) -> datetime | None:
    if not isinstance(time, datetime):
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def queue_named(name: str) -> Queue | None:
    return next((queue for queue in QUEUES if queue.name == name), None)


def _queue(name: str) -> Queue:
    queue = queue_named(name)
    if queue is None:
        known = ", ".join(queue.name for queue in QUEUES)
        raise argparse.ArgumentTypeError(f"no queue {name}; known: {known}")
    return queue


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="dead-letters", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="how many messages are set aside, by queue")
    show = commands.add_parser("show", help="what they are and why")
    show.add_argument("queue", type=_queue)
    show.add_argument("--body", action="store_true", help="print bodies too (personal data!)")
    replay = commands.add_parser("replay", help="put them back into their queue")
    replay.add_argument("queue", type=_queue)
    which = replay.add_mutually_exclusive_group(required=True)
    which.add_argument("--id", help="one event id")
    which.add_argument("--all", action="store_true")
    return parser.parse_args(arguments)


async def _run(options: argparse.Namespace, url: str) -> int:
    out = sys.stdout
    if options.command == "list":
        for name, count in (await count_dead(url)).items():
            out.write(f"{count:6}  {name}\n")
    elif options.command == "show":
        for letter in await show_dead(url, options.queue):
            out.write(
                f"{letter.event_id}  {letter.type}  subject={letter.subject}"
                f"  reason={letter.reason}  replays={letter.replays}\n"
            )
            if options.body:
                out.write(letter.body.decode("utf-8", "replace") + "\n")
    else:
        wanted = options.id
        count = await replay_dead(
            url, options.queue, (lambda each: each.event_id == wanted) if wanted else every
        )
        out.write(f"replayed {count} into {options.queue.name}\n")
        if wanted and not count:
            out.write("no such event in the dead-letter queue; see: show\n")
            return 1
    return 0


def main(arguments: list[str] | None = None) -> int:
    options = _parse(arguments)
    url = os.environ.get("RABBIT_ADMIN_URL")
    if not url:
        sys.stderr.write("RABBIT_ADMIN_URL is not set: amqp://admin:…@host:5672/\n")
        return 2
    return asyncio.run(_run(options, url))


if __name__ == "__main__":
    sys.exit(main())
