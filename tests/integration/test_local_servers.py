"""The servers of `make up` and of all tests: least rights, and nothing left behind."""

from __future__ import annotations

import io
import json
import signal
import smtplib
import urllib.error
import urllib.request
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import aio_pika
import aiormq.exceptions
import psutil
import pymongo.errors
import pytest
from minio.error import S3Error
from pymongo import MongoClient

from deploy.local import seaweed
from deploy.local.environment import Elsewhere
from deploy.local.stack import Servers


def mongo(servers: Servers, user: str) -> MongoClient[dict[str, Any]]:
    return MongoClient(servers.run.mongo_url(user), serverSelectionTimeoutMS=5000)


def get(address: str) -> str:
    with urllib.request.urlopen(address, timeout=5) as response:  # noqa: S310 - our own servers
        return str(response.read().decode())


@pytest.mark.parametrize("service", ["intake", "verification", "cards", "notify"])
def test_mongo_user_has_its_own_database_only(servers: Servers, service: str) -> None:
    other = "cards" if service != "cards" else "intake"
    with mongo(servers, service) as client:
        client[service].trial.insert_one({"a": 1})
        with client.start_session() as session, session.start_transaction():
            client[service].trial.insert_one({"a": 2}, session=session)
        client[service].drop_collection("trial")
        for refused in (
            client[other].trial.find_one,
            lambda: client[other].trial.insert_one({}),
            lambda: client.admin.command("usersInfo"),
        ):
            with pytest.raises(pymongo.errors.OperationFailure, match="not authorized"):
                refused()


def test_mongo_refuses_strangers(servers: Servers) -> None:
    address = servers.run.mongo_url("intake").replace("//intake:", "//intake:x")
    with (
        MongoClient[dict[str, Any]](address) as client,
        pytest.raises(pymongo.errors.OperationFailure, match="Authentication failed"),
    ):
        client.intake.trial.find_one()
    address = f"mongodb://127.0.0.1:{servers.run.ports.mongodb}/?directConnection=true"
    with (
        MongoClient[dict[str, Any]](address) as client,
        pytest.raises(pymongo.errors.OperationFailure, match="requires authentication"),
    ):
        client.intake.trial.find_one()


EVERYTHING = {(bucket, deed) for bucket in seaweed.BUCKETS for deed in ("put", "get")}
ALLOWED = {
    "intake": {
        *(("quarantine", "put"), ("quarantine", "get"), ("documents", "put")),
        *(("documents", "get"), ("cards", "get"), ("public", "get"), ("sealed", "get")),
    },
    "verification": {
        *(("documents", "get"), ("cards", "get"), ("exports", "get"), ("exports", "put")),
        *(("audit", "get"), ("audit", "put"), ("sealed", "get"), ("sealed", "put")),
    },
    "cards": {
        *(("documents", "get"), ("cards", "get"), ("cards", "put")),
        *(("public", "get"), ("public", "put")),
    },
    "notify": set(),
    "stranger": set(),
}


@pytest.mark.parametrize("user", ALLOWED)
def test_s3_key_opens_its_buckets_only(servers: Servers, user: str) -> None:
    run = servers.run
    admin = seaweed.client(run.s3_endpoint, run.s3_key(seaweed.ADMIN))
    key = seaweed.Key("x", "x" * 20) if user == "stranger" else run.s3_key(user)
    client = seaweed.client(run.s3_endpoint, key)
    done = set()
    for bucket, deed in sorted(EVERYTHING):
        admin.put_object(bucket, "trial", io.BytesIO(b"1"), 1)
        try:
            if deed == "put":
                client.put_object(bucket, f"by-{user}", io.BytesIO(b"1"), 1)
            else:
                assert client.get_object(bucket, "trial").read() == b"1"
        except S3Error as error:
            if error.code not in {"AccessDenied", "InvalidAccessKeyId"}:
                raise
        else:
            done.add((bucket, deed))
    assert done == ALLOWED[user]


@pytest.mark.parametrize("bucket", seaweed.BUCKETS)
def test_s3_refuses_anonymous_readers(servers: Servers, bucket: str) -> None:
    address = f"{servers.run.s3_endpoint}/{bucket}/.ready"
    with pytest.raises(urllib.error.HTTPError) as refused:
        get(address)
    assert refused.value.code == 403


async def publish(servers: Servers, user: str, key: str) -> None:
    connection = await aio_pika.connect(servers.run.rabbit_url(user))
    async with connection:
        channel = await connection.channel()
        exchange = await channel.get_exchange("pencaker.events", ensure=False)
        await exchange.publish(aio_pika.Message(b"{}"), key, mandatory=False)


async def test_rabbit_user_publishes_its_own_types_only(servers: Servers) -> None:
    await publish(servers, "notify", "notice.sent.v1")
    for foreign in ("application.submitted.v1", "card.issued.v1", "notice.sent.v1.more"):
        with pytest.raises(aiormq.exceptions.ChannelAccessRefused):
            await publish(servers, "notify", foreign)


async def test_rabbit_user_reads_its_own_queues_only(servers: Servers) -> None:
    connection = await aio_pika.connect(servers.run.rabbit_url("cards"))
    async with connection:
        channel = await connection.channel()
        own = await channel.get_queue("cards.approvals", ensure=False)
        assert await own.get(fail=False) is None
        for foreign in ("notify.events", "notify.events.dead"):
            channel = await connection.channel()
            queue = await channel.get_queue(foreign, ensure=False)
            with pytest.raises(aiormq.exceptions.ChannelAccessRefused):
                await queue.get(fail=False)
        channel = await connection.channel()
        with pytest.raises(aiormq.exceptions.ChannelAccessRefused):
            await channel.declare_queue("cards.mine", durable=True)


async def test_the_account_for_dead_letters_reads_them_only_and_declares_nothing(
    servers: Servers,
) -> None:
    connection = await aio_pika.connect(servers.run.rabbit_url("stuck_work"))
    async with connection:
        channel = await connection.channel(on_return_raises=True)
        dead = await channel.get_queue("notify.events.dead")
        assert await dead.get(fail=False) is None
        message = aio_pika.Message(b"{}")
        await channel.default_exchange.publish(message, "notify.events", mandatory=True)
        work = await channel.get_queue("notify.events", ensure=False)
        with pytest.raises(aiormq.exceptions.ChannelAccessRefused):
            await work.get(fail=False)
        channel = await connection.channel()
        exchange = await channel.get_exchange("pencaker.events", ensure=False)
        with pytest.raises(aiormq.exceptions.ChannelAccessRefused):
            await exchange.publish(message, "card.issued.v1")
        channel = await connection.channel()
        with pytest.raises(aiormq.exceptions.ChannelAccessRefused):
            await channel.declare_queue("notify.mine", durable=True)
    connection = await aio_pika.connect(servers.run.rabbit_url("deploy"))
    async with connection:
        await (await (await connection.channel()).get_queue("notify.events")).purge()


def test_mail_inbox_keeps_and_shows_mails(servers: Servers) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"] = "dinas@disnaker.example", "siti@warga.example"
    mail["Subject"] = "Kartu <b>Anda</b> sudah terbit – AK/I"
    mail.set_content("Silakan unduh: https://contoh.example/a?b=1&c=2\n<script>alert(1)</script>\n")
    with smtplib.SMTP("127.0.0.1", servers.run.ports.smtp) as smtp:
        smtp.send_message(mail)
    inbox = servers.run.inbox_url
    newest = json.loads(get(f"{inbox}/api/messages"))[0]
    assert newest["to"] == "siti@warga.example"
    assert newest["subject"] == mail["Subject"]
    assert "a?b=1&c=2" in newest["text"]
    for page in (inbox, f"{inbox}/messages/{newest['id']}"):
        shown = get(page)
        assert "Kartu &lt;b&gt;Anda&lt;/b&gt; sudah terbit" in shown
        assert "<script>" not in shown


def test_servers_elsewhere_are_used_and_not_started(servers: Servers, tmp_path: Path) -> None:
    there = servers.run
    elsewhere = Elsewhere(
        mongo_url=there.mongo_url("deploy"),
        rabbit_url=there.rabbit_url("deploy"),
        s3_endpoint=there.s3_endpoint,
        s3_access_key=there.s3_key("deploy").access,
        s3_secret_key=there.s3_key("deploy").secret,
        smtp_host="127.0.0.1",
    )
    guest = Servers.start(tmp_path, elsewhere=elsewhere)
    assert guest.children == {}
    guest.stop()
    assert all(child.identity.alive() for child in servers.children.values())


def test_data_outlive_a_crash_and_new_ports_and_stop_leaves_nothing(tmp_path: Path) -> None:
    first = Servers.start(tmp_path)
    with mongo(first, "cards") as client:
        client.cards.kept.insert_one({"_id": 1})
    s3 = seaweed.client(first.run.s3_endpoint, first.run.s3_key("cards"))
    s3.put_object("cards", "kept", io.BytesIO(b"card"), 4)
    for name in ("mongodb", "seaweedfs", "rabbitmq"):
        first.stop_one(name, with_signal=9)
    identities = [child.identity for child in first.children.values()]
    first.stop()
    assert not any(identity.alive() for identity in identities)

    second = Servers.start(tmp_path)  # other free ports: the replica set must follow
    try:
        assert second.run.ports.mongodb != first.run.ports.mongodb
        with mongo(second, "cards") as client:
            assert client.cards.kept.find_one() == {"_id": 1}
        s3 = seaweed.client(second.run.s3_endpoint, second.run.s3_key("cards"))
        assert s3.get_object("cards", "kept").read() == b"card"
    finally:
        identities = [child.identity for child in second.children.values()]
        second.stop()
    assert len(identities) == 5
    assert not any(identity.alive() for identity in identities)
    commands = [
        " ".join(process.info["cmdline"] or []) for process in psutil.process_iter(["cmdline"])
    ]
    assert not [command for command in commands if str(tmp_path) in command]


def test_servers_restart_on_the_same_ports_with_their_data(tmp_path: Path) -> None:
    own = Servers.start(tmp_path)
    try:
        with mongo(own, "cards") as client:
            client.cards.kept.insert_one({"_id": 1})
            own.restart_mongodb(signal.SIGKILL)
            own.restart_rabbitmq(signal.SIGKILL)
            assert client.cards.kept.find_one() == {"_id": 1}
        own.pause("mongodb")
        with (
            MongoClient[dict[str, Any]](
                own.run.mongo_url("cards"), serverSelectionTimeoutMS=300, connectTimeoutMS=300
            ) as client,
            pytest.raises(pymongo.errors.ServerSelectionTimeoutError),
        ):
            client.cards.kept.find_one()
        own.resume("mongodb")
        with mongo(own, "cards") as client:
            assert client.cards.kept.find_one() == {"_id": 1}
        own.pause("mongodb")  # and a paused server can be stopped
    finally:
        own.stop()
    assert own.children == {}
