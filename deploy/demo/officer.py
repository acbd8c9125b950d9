"""An officer who uses the desk: the same forms as in the browser, without one."""

from __future__ import annotations

import re
from dataclasses import dataclass

import httpx2

from deploy.demo.patience import Line, StepFailed, expect

CASES = "/petugas/permohonan"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_VERSION = re.compile(r'name="version" value="(\d+)"')
_CHECKS = re.compile(r'name="(check\.[a-z_]+)"')
_ANSWERS = re.compile(r'name="(answer\.[a-z_]+)"')
_PAGES = re.compile(r'src="(/petugas/permohonan/[^"]+/berkas/[^"]+)"')


@dataclass
class Officer:
    """A person signed in at the desk."""

    line: Line

    async def sign_in(self, username: str, password: str) -> None:
        answer = await self.line.request(
            "POST", "/petugas/masuk", data={"username": username, "password": password}
        )
        expect(answer, 303)

    async def sees_in_queue(self, application_id: str, tab: str = "new") -> bool:
        answer = await self.line.request("GET", f"/petugas/antrean?tab={tab}")
        return f"{CASES}/{application_id}" in expect(answer, 200).text

    async def claim(self, application_id: str) -> None:
        page = await self._page(application_id)
        answer = await self._post(f"{application_id}/ambil", {"csrf_token": _token(page)})
        expect(answer, 303)

    async def look_at_documents(self, application_id: str) -> int:
        """Open every page image once; returns how many there are."""
        images = sorted(set(_PAGES.findall(await self._page(application_id))))
        for image in images:
            expect(await self.line.request("GET", image), 200)
        return len(images)

    async def approve(self, application_id: str) -> httpx2.Response:
        """Mark every check as matching, answer every warning, approve."""
        form = self.approval(await self._page(application_id))
        return await self._post(f"{application_id}/periksa", form)

    async def forward(self, application_id: str) -> httpx2.Response:
        """The same findings, for a colleague who decides."""
        form = self.approval(await self._page(application_id)) | {"do": "forward"}
        return await self._post(f"{application_id}/periksa", form)

    def approval(self, page: str) -> dict[str, str]:
        """What approves the case of a page: all documents match, all warnings are answered."""
        form = self._form(page) | {"do": "approve"}
        form |= dict.fromkeys(_CHECKS.findall(page), "matches")
        return form | dict.fromkeys(_ANSWERS.findall(page), "Sudah dicocokkan dengan KTP.")

    async def return_for_correction(
        self, application_id: str, reasons: dict[str, str], note: str = ""
    ) -> None:
        """`reasons` by item, e.g. {"documents.identity_card": "identity_card_unclear"}."""
        form = self._form(await self._page(f"{application_id}/perbaikan"))
        form |= {f"item.{item}": code for item, code in reasons.items()}
        form |= {"note": note, "do": "send"}
        expect(await self._post(f"{application_id}/perbaikan", form), 303)

    async def reject(self, application_id: str, reason: str) -> None:
        form = self._form(await self._page(f"{application_id}/tolak"))
        form |= {"reason": reason, "do": "send"}
        expect(await self._post(f"{application_id}/tolak", form), 303)

    async def print_card(self, application_id: str) -> None:
        form = self._form(await self._page(application_id))
        expect(await self._post(f"{application_id}/dicetak", form), 303)

    async def hand_over(self, application_id: str) -> None:
        """To the holder, whose identity was looked at."""
        form = self._form(await self._page(application_id)) | {"identity_checked": "yes"}
        expect(await self._post(f"{application_id}/serahkan", form), 303)

    def _form(self, page: str) -> dict[str, str]:
        version = _VERSION.search(page)
        if version is None:
            raise StepFailed("the case page shows no form: is the case claimed by somebody else?")
        return {"csrf_token": _token(page), "version": version.group(1)}

    async def _page(self, path: str) -> str:
        return expect(await self.line.request("GET", f"{CASES}/{path}"), 200).text

    async def _post(self, path: str, form: dict[str, str]) -> httpx2.Response:
        return await self.line.request("POST", f"{CASES}/{path}", data=form)


def _token(page: str) -> str:
    found = _TOKEN.search(page)
    if found is None:
        raise StepFailed("the desk page holds no form token: is the session over?")
    return found.group(1)
