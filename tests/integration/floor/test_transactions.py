"""Transactions while the database is away, or forgets them."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from pymongo import MongoClient

from shared.mongo import Mongo, is_outage
from tests.integration.floor.conftest import Floor

CURSOR_NOT_FOUND = 43


async def test_without_a_server_the_work_is_tried_once_and_the_caller_learns_of_the_outage() -> (
    None
):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        nobody_there = f"mongodb://127.0.0.1:{probe.getsockname()[1]}/?serverSelectionTimeoutMS=300"
    mongo = Mongo(nobody_there, "cards", "test")
    tries = 0

    async def work(session: Any) -> None:
        nonlocal tries
        tries += 1
        await mongo.collection("things").insert_one({}, session=session)

    with pytest.raises(Exception) as caught:  # noqa: PT011  # the driver's own
        await mongo.in_transaction(work)
    mongo.close()
    assert is_outage(caught.value)
    assert tries == 1


async def test_a_transaction_that_the_server_forgot_before_the_commit_is_made_again(
    floor: Floor,
) -> None:
    """As when MongoDB restarts in that moment; nobody hears of it, and it is written once."""
    tries = 0

    async def work(session: Any) -> str:
        nonlocal tries
        tries += 1
        name = f"try {tries}"
        await floor.mongo.collection("things").insert_one({"name": name}, session=session)
        if tries == 1:
            await _end_sessions(floor)
        return name

    assert await floor.mongo.in_transaction(work) == "try 2"
    rows = await floor.mongo.collection("things").find({}).to_list()
    assert [row["name"] for row in rows] == ["try 2"]


async def test_an_error_of_the_work_is_raised_and_nothing_is_written(floor: Floor) -> None:
    async def work(session: Any) -> None:
        await floor.mongo.collection("things").insert_one({"name": "gone"}, session=session)
        raise ValueError("ours")

    with pytest.raises(ValueError, match="ours"):
        await floor.mongo.in_transaction(work)
    assert await floor.mongo.collection("things").find({}).to_list() == []


async def test_a_list_that_the_server_forgot_half_read_is_an_outage(floor: Floor) -> None:
    """As when MongoDB restarts between two batches."""
    things = floor.mongo.collection("things")
    await things.insert_many({"number": number} for number in range(300))
    with pytest.raises(Exception) as caught:  # noqa: PT011, PT012  # the driver's own
        async for row in things.find({}).sort("number", 1):
            if row["number"] == 0:
                await _end_sessions(floor)
    assert is_outage(caught.value)
    assert getattr(caught.value, "code", None) == CURSOR_NOT_FOUND


async def _end_sessions(floor: Floor) -> None:
    """End every transaction and list open in the server, behind the back of the client."""
    client: Any = MongoClient(floor.mongo_admin_url)
    with client:
        client.admin.command("killAllSessions", [])
