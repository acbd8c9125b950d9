"""Replicas that start together make the same collections, and none of them stumbles."""

from __future__ import annotations

import asyncio

from deploy.local.stack import Servers
from shared.ids import uuid7
from shared.mongo import IndexModel, Mongo


async def test_replicas_that_start_together_make_the_same_collections(servers: Servers) -> None:
    mongo = Mongo(servers.run.mongo_url("verification"), "verification", "tests")
    wanted = {f"together_{uuid7()}": [IndexModel([("name", 1)])] for _ in range(3)}
    await asyncio.gather(*(mongo.ensure_indexes(wanted) for _ in range(8)))
    for name in wanted:
        await mongo.collection(name).insert_one({"name": "x"})
        assert await mongo.collection(name).count_documents({"name": "x"}, hint="name_1") == 1
    mongo.close()
