"""Transactions while the database is away."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from shared.mongo import Mongo, is_outage


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
        await mongo.collection("cards").insert_one({}, session=session)

    with pytest.raises(Exception) as caught:  # noqa: PT011  # the driver's own
        await mongo.in_transaction(work)
    mongo.close()
    assert is_outage(caught.value)
    assert tries == 1
