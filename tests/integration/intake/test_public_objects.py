"""Keys and lists for whoever checks cards: served, kept while the store is away, and bounded."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
import pytest

from services.intake.checking.public_objects import PublicObjects
from services.intake.intake import Intake
from shared import clock
from shared.errors import NotFound, Unavailable
from shared.settings import ServiceSettings
from shared.storage import PUBLIC, Storage, connect_storage
from tests.integration.intake.conftest import Served
from tests.unit.intake.cards_by_hand import KEY, key_set, status_list

pytestmark = pytest.mark.usefixtures("no_limits")


async def test_keys_and_lists_are_served_with_the_time_they_may_be_kept(
    served: Served, cards: Storage
) -> None:
    number, listed = 7001, status_list(KEY, 7001, {5: 1}, at=int(clock.now().timestamp()))
    await cards.put(PUBLIC, "jwks.json", key_set(), "application/json")
    await cards.put(PUBLIC, "cose-keys.cbor", b"\x80", "application/cbor")
    await cards.put(PUBLIC, f"status/{number}.jwt", listed, "application/statuslist+jwt")
    async with httpx2.AsyncClient(base_url=served.url, timeout=30) as client:
        for path, media_type, seconds in (
            ("/.well-known/jwks.json", "application/jwk-set+json", 3600),
            ("/.well-known/cose-keys.cbor", "application/cose-key-set", 3600),
            (f"/status/{number}", "application/statuslist+jwt", 43200),
        ):
            answer = await client.get(path)
            assert answer.status_code == 200
            assert answer.headers["content-type"] == media_type
            assert answer.headers["cache-control"] == f"public, max-age={seconds}"
            assert int(answer.headers["age"]) < 60
            assert answer.headers["access-control-allow-origin"] == "*"
            known = {"If-None-Match": answer.headers["etag"]}
            again = await client.get(path, headers=known)
            assert (again.status_code, again.content) == (304, b"")
        assert (await client.get(f"/status/{number}")).content == listed
        for path in ("/status/9999", "/status/99999", "/.well-known/trustlist.jwt"):
            assert (await client.get(path)).status_code == 404


async def test_lists_that_are_not_there_cannot_be_asked_for_without_end(
    served: Served, cards: Storage
) -> None:
    listed = status_list(KEY, 7003, {}, at=int(clock.now().timestamp()))
    await cards.put(PUBLIC, "status/7003.jwt", listed, "application/statuslist+jwt")
    async with httpx2.AsyncClient(base_url=served.url, timeout=30) as client:

        async def asked(numbers: range) -> list[int]:
            return [(await client.get(f"/status/{number}")).status_code for number in numbers]

        assert await asked(range(7003, 7004)) == [200]
        assert await asked(range(8001, 8033)) == [404] * 29 + [429] * 3
        again = await client.get("/status/8032")
        assert again.status_code == 429
        assert 0 < int(again.headers["Retry-After"]) <= 60
        assert await asked(range(7003, 7004)) == [200], "what is there is served on"


async def test_that_a_list_is_missing_is_remembered_for_a_moment(
    intake: Intake, cards: Storage
) -> None:
    name = "status/7004.jwt"
    objects, soon = (PublicObjects(intake.storage, again_seconds=each) for each in (600, 0))
    assert objects.costs(name)
    for each in (objects, soon):
        with pytest.raises(NotFound):
            await each.read(name)
    await cards.put(PUBLIC, name, b"neu", "text/plain")
    assert not objects.costs(name)
    with pytest.raises(NotFound):
        await objects.read(name)
    assert (await soon.read(name)).data == b"neu"


@contextmanager
def stopped_store(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The address of the store leads nowhere for a while."""
    with monkeypatch.context() as patch:
        nobody = connect_storage(
            ServiceSettings.model_validate(
                {
                    "service": "intake",
                    "mongo_url": "",
                    "rabbit_url": "",
                    "s3_endpoint": "http://127.0.0.1:2",
                    "s3_access_key": "a",
                    "s3_secret_key": "s",
                }
            )
        )
        patch.setattr(storage, "client", nobody.client)
        yield


async def test_without_the_store_the_last_good_copy_is_served(
    intake: Intake, cards: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "status/7002.jwt"
    objects = PublicObjects(intake.storage, again_seconds=0)
    with pytest.raises(NotFound):
        await objects.read(name)
    await cards.put(PUBLIC, name, b"eins", "text/plain")
    found = await asyncio.gather(*(objects.read(name) for _ in range(20)))
    assert {copy.data for copy in found} == {b"eins"}
    await cards.put(PUBLIC, name, b"zwei", "text/plain")
    with stopped_store(intake.storage, monkeypatch):
        kept = await objects.read(name)
        assert kept.data == b"eins"
        with pytest.raises(Unavailable):
            await PublicObjects(intake.storage).read(name)
    assert (await objects.read(name)).data == b"zwei"
    await cards.delete(PUBLIC, name)
    assert (await objects.read(name)).data == b"zwei"
