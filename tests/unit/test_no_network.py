"""The guard of the unit tests guards."""

from __future__ import annotations

import asyncio
import socket

import pytest
from pytest_socket import SocketBlockedError


def test_a_unit_test_cannot_open_a_socket() -> None:
    with pytest.raises((SocketBlockedError, UserWarning)):  # it warns first
        socket.create_connection(("127.0.0.1", 9))


async def test_asyncio_works_all_the_same() -> None:
    assert await asyncio.to_thread(lambda: 1) == 1
