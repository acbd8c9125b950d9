"""An officer's browser at the desk, in this process."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import httpx2

from services.verification.settings import VerificationSettings
from services.verification.web.app import make_app
from shared.service import Resources

PASSWORD = "kata sandi contoh"


@dataclass
class Browser:
    client: httpx2.AsyncClient

    async def sign_in(self, username: str, password: str = PASSWORD) -> httpx2.Response:
        return await self.client.post(
            "/petugas/masuk", data={"username": username, "password": password}
        )

    async def token(self, path: str = "/petugas/antrean") -> str:
        page = await self.client.get(path)
        found = re.search(r'name="csrf_token" value="([0-9a-f]+)"', page.text)
        assert found
        return found[1]

    async def post(self, path: str, data: dict[str, str], **more: Any) -> httpx2.Response:
        fields = {"csrf_token": await self.token(), **data}
        return await self.client.post(path, data=fields, **more)


def open_browser(resources: Resources) -> httpx2.AsyncClient:
    assert isinstance(resources.settings, VerificationSettings)
    app = make_app(resources, resources.settings)
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://desk.test")
