"""What a person finds in the mailbox."""

from __future__ import annotations

import asyncio
import re

import httpx2

from deploy.local.stack import Servers

DRAFT_CODE = re.compile(r"D-[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]")
ONE_TIME_CODE = re.compile(r"\b[0-9]{6}\b")


async def mail(servers: Servers, to: str, subject: str) -> str:
    """The text of the newest mail to somebody, as soon as it is there."""
    async with httpx2.AsyncClient() as inbox, asyncio.timeout(60):
        while True:
            listed = (await inbox.get(f"{servers.run.inbox_url}/api/messages")).json()
            for each in listed:
                if each["to"] == to and subject in each["subject"]:
                    return str(each["text"])
            await asyncio.sleep(0.1)


def found(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    assert match, text
    return match.group()
