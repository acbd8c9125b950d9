"""What servers need before the services start: users, buckets, topology. Idempotent."""

from __future__ import annotations

import asyncio

from deploy.local import SERVICES, mongodb, rabbitmq, seaweed
from deploy.local.environment import Deployment
from shared.contracts.catalog import types_owned_by
from shared.messaging.topology import declare_topology


def owned_types() -> dict[str, list[str]]:
    """Which service may publish what: RabbitMQ enforces it by topic permissions."""
    return {service: types_owned_by(service) for service in SERVICES}


def provision_mongodb(run: Deployment) -> None:
    """One user per service on our own server; on another one its administrator makes them."""
    if not run.elsewhere.mongo_url:
        passwords = {each: run.secrets.password("mongodb", each) for each in SERVICES}
        mongodb.ensure_users(run.mongo_url(mongodb.ADMIN), passwords)


def provision_rabbitmq(run: Deployment) -> None:
    """Exchange, queues and bindings. (Our own node reads its users while it boots.)"""
    asyncio.run(declare_topology(run.rabbit_url(rabbitmq.ADMIN)))


def provision_s3(run: Deployment) -> None:
    """The buckets."""
    seaweed.make_buckets(run.s3_endpoint, run.s3_key(seaweed.ADMIN))
