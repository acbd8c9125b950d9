"""A browser without JavaScript: pages, their forms, and where they lead."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import httpx2

from services.intake.forms import PAGES, form_of
from tests.unit.intake import answers_example

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_ERRORS = re.compile(r'<li><a href="#([^"]+)">([^<]+)</a>')


@dataclass
class Browser:
    """One phone."""

    client: httpx2.AsyncClient
    token: str = ""

    async def get(self, path: str) -> httpx2.Response:
        answer = await self.client.get(path)
        self._note(answer)
        return answer

    async def post(
        self, path: str, form: Mapping[str, Sequence[str]] | None = None
    ) -> httpx2.Response:
        data = {"csrf_token": [self.token], **(form or {})}
        answer = await self.client.post(path, data={name: list(v) for name, v in data.items()})
        self._note(answer)
        return answer

    def _note(self, answer: httpx2.Response) -> None:
        if found := _TOKEN.search(answer.text):
            self.token = found[1]

    async def begin(self, form: Mapping[str, Sequence[str]] | None = None) -> None:
        """From the notice to the task list."""
        start = {"kind": ["new"], "notice_acknowledged": ["yes"], **(form or {})}
        answer = await self.client.post("/daftar", data=start)
        assert answer.status_code == 303, answer.text
        await self.get("/daftar/daftar-tugas")

    async def fill(self, page_id: str, changes: Mapping[str, object] | None = None) -> str:
        """Every screen of a page that is asked; returns where the last one led."""
        values = {**answers_example.PAGES[page_id], **(changes or {})}
        led = ""
        for screen in PAGES[page_id].screens:
            path = f"/daftar/{page_id}/{screen.id}"
            if (await self.get(path)).status_code != 200:
                continue
            answer = await self.post(path, form_of(values))
            assert answer.status_code == 303, (path, errors(answer))
            led = answer.headers["location"]
        return led


def errors(answer: httpx2.Response) -> dict[str, str]:
    """The error summary: field to text."""
    return dict(_ERRORS.findall(answer.text))
