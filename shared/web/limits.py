"""Rate limits shared by all replicas, counted in MongoDB; a window begins with its first hit.

Fails open, on purpose: when MongoDB is away the request itself will answer 503.
"""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address

from pymongo import ASCENDING
from pymongo.errors import PyMongoError

from shared import clock
from shared.mongo import IndexModel
from shared.uow import Scope

COLLECTION = "rate_limits"
INDEXES = {COLLECTION: [IndexModel([("expires_at", ASCENDING)], expireAfterSeconds=0)]}


@dataclass(frozen=True)
class Limit:
    """At most `count` hits of one key per `seconds`."""

    name: str
    count: int
    seconds: int


async def hit(scope: Scope, limit: Limit, key: str) -> int:
    """Count one hit; returns 0 when allowed, else the seconds until it is allowed again.

    `key` (an address, a phone) is kept only as a hash.
    """
    now = clock.now()
    running = {"$gt": ["$expires_at", now]}
    update = [
        {
            "$set": {
                "hits": {"$cond": [running, {"$add": ["$hits", 1]}, 1]},
                "expires_at": {
                    "$cond": [running, "$expires_at", now + timedelta(seconds=limit.seconds)]
                },
            }
        }
    ]
    try:
        row = await scope.collection(COLLECTION).find_one_and_update(
            {"_id": _digest(limit, key)}, update, upsert=True, return_document=True
        )
    except PyMongoError:
        return 0
    if row is None or row["hits"] <= limit.count:
        return 0
    return max(1, int((row["expires_at"] - now).total_seconds()))


async def hit_all(scope: Scope, *counted: tuple[Limit, str]) -> int:
    """Count one hit of each; when one of them refuses, it is counted by none."""
    for number, (limit, key) in enumerate(counted):
        wait = await hit(scope, limit, key)
        if wait:
            for earlier in counted[: number + 1]:
                await give_back(scope, *earlier)
            return wait
    return 0


async def give_back(scope: Scope, limit: Limit, key: str) -> None:
    """Take one hit back: of a limit on failures, when the attempt did not fail.

    Such an attempt is counted before it is made. Counted afterwards, a hundred of them at the same
    moment would all find the limit untouched.
    """
    with contextlib.suppress(PyMongoError):
        await scope.collection(COLLECTION).update_one(
            {"_id": _digest(limit, key), "hits": {"$gt": 0}}, {"$inc": {"hits": -1}}
        )


def _digest(limit: Limit, key: str) -> str:
    return hashlib.sha256(f"{limit.name}:{key}".encode()).hexdigest()[:32]


def network(address: str) -> str:
    """The /24 (IPv4) or /64 (IPv6) an address belongs to: phones of one person change address."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address  # "unknown", or the name of a socket
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is None:
            return str(IPv6Network((int(parsed), 64), strict=False))
        parsed = parsed.ipv4_mapped
    return str(IPv4Network((int(parsed), 24), strict=False))
