"""Operator command for dead letters: list, show, replay.

    python -m shared.messaging.dead_letters list
    python -m shared.messaging.dead_letters show verification.applications [--body]
    python -m shared.messaging.dead_letters replay verification.applications (--id EVENT | --all)

Reads the queues raw (what is dead may be unreadable) with RABBIT_ADMIN_URL. A replayed message is
confirmed in its work queue before it leaves the dead-letter queue.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from shared.messaging.topology import QUEUES, Queue

_DROPPED_HEADERS = ("x-death", "x-delivery-count", "x-acquired-count")


@dataclass(frozen=True)
class DeadLetter:
    """One message set aside: what it is and why it is here."""

    queue: str
    event_id: str
    type: str
    subject: str
    reason: str
    replays: int
    body: bytes


@asynccontextmanager
async def _channel(admin_url: str) -> AsyncIterator[AbstractChannel]:
    connection = await aio_pika.connect(admin_url)
    async with connection:
        yield await connection.channel(publisher_confirms=True, on_return_raises=True)


async def count_dead(admin_url: str) -> dict[str, int]:
    """Messages in each dead-letter queue, by the name of the work queue."""
    counts = {}
    async with _channel(admin_url) as channel:
        for queue in QUEUES:
            declared = await channel.get_queue(queue.dead)
            counts[queue.name] = declared.declaration_result.message_count or 0
    return counts


async def show_dead(admin_url: str, queue: Queue) -> list[DeadLetter]:
    """The messages of one dead-letter queue; they stay where they are."""
    letters = []
    async with _channel(admin_url) as channel:
        dead = await channel.get_queue(queue.dead)
        for _ in range(dead.declaration_result.message_count or 0):
            message = await dead.get(fail=False)
            if message is None:
                break
            letters.append(_describe(queue, message))
        # closing the channel returns every message unacknowledged
    return letters


async def replay_dead(admin_url: str, queue: Queue, event_id: str | None = None) -> int:
    """Put one message (or all) back into the work queue; returns how many went."""
    replayed = 0
    async with _channel(admin_url) as channel:
        dead = await channel.get_queue(queue.dead)
        for _ in range(dead.declaration_result.message_count or 0):
            message = await dead.get(fail=False)
            if message is None:
                break
            if event_id is not None and _describe(queue, message).event_id != event_id:
                continue
            await channel.default_exchange.publish(_copy(message), queue.name, mandatory=True)
            await message.ack()
            replayed += 1
    return replayed


def _copy(message: AbstractIncomingMessage) -> aio_pika.Message:
    headers: dict[str, Any] = {
        name: value
        for name, value in message.headers.items()
        if name not in _DROPPED_HEADERS and not name.startswith(("x-first-death", "x-last-death"))
    }
    headers["x-replays"] = int(headers.get("x-replays", 0)) + 1
    return aio_pika.Message(
        message.body,
        headers=headers,
        message_id=message.message_id,
        type=message.type,
        correlation_id=message.correlation_id,
        content_type=message.content_type,
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
    )


def _describe(queue: Queue, message: AbstractIncomingMessage) -> DeadLetter:
    try:
        head = json.loads(message.body)
    except ValueError:
        head = {}
    if not isinstance(head, dict):
        head = {}
    death = message.headers.get("x-death")
    first = death[0] if isinstance(death, list) and death else {}
    reason = message.headers.get("x-first-death-reason") or (
        first.get("reason") if isinstance(first, dict) else None
    )
    return DeadLetter(
        queue=queue.name,
        event_id=str(head.get("id") or message.message_id or "?"),
        type=str(head.get("type") or message.type or "?"),
        subject=str(head.get("subject", "?")),
        reason=str(reason or "?"),
        replays=int(str(message.headers.get("x-replays", 0))),
        body=message.body,
    )


def _queue(name: str) -> Queue:
    for queue in QUEUES:
        if queue.name == name:
            return queue
    known = ", ".join(queue.name for queue in QUEUES)
    raise argparse.ArgumentTypeError(f"no queue {name}; known: {known}")


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


async def _run(options: argparse.Namespace, admin_url: str) -> int:
    out = sys.stdout
    if options.command == "list":
        for name, count in (await count_dead(admin_url)).items():
            out.write(f"{count:6}  {name}\n")
    elif options.command == "show":
        for letter in await show_dead(admin_url, options.queue):
            out.write(
                f"{letter.event_id}  {letter.type}  subject={letter.subject}"
                f"  reason={letter.reason}  replays={letter.replays}\n"
            )
            if options.body:
                out.write(letter.body.decode("utf-8", "replace") + "\n")
    else:
        count = await replay_dead(admin_url, options.queue, options.id)
        out.write(f"replayed {count} into {options.queue.name}\n")
        if options.id and not count:
            out.write("no such event in the dead-letter queue; see: show\n")
            return 1
    return 0


def main(arguments: list[str] | None = None) -> int:
    options = _parse(arguments)
    admin_url = os.environ.get("RABBIT_ADMIN_URL")
    if not admin_url:
        sys.stderr.write("RABBIT_ADMIN_URL is not set: amqp://admin:…@host:5672/\n")
        return 2
    return asyncio.run(_run(options, admin_url))


if __name__ == "__main__":
    sys.exit(main())
