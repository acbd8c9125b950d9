"""Queues of RabbitMQ emptied, for tests that must not see what others left in them."""

from __future__ import annotations

import aio_pika

from deploy.local.stack import Servers


async def empty(servers: Servers, *names: str) -> None:
    async with await aio_pika.connect(servers.run.rabbit_url("deploy")) as connection:
        channel = await connection.channel()
        for name in names:
            await (await channel.get_queue(name)).purge()
