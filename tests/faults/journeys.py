"""Applicants and an officer who do not give up, on a system whose parts fail."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2

from deploy.demo.applicant import Applicant
from deploy.demo.officer import Officer
from deploy.demo.patience import Line, StepFailed
from deploy.demo.people import SamplePerson
from tests.faults.papers import small_files
from tests.faults.system import System, until, web

PATIENCE = 90.0
APPROVER = "pengantar"
_REASONS = {"documents.identity_card": "identity_card_unclear"}


@dataclass
class Journey:
    """One application on its way, and what its applicant must have been told at the end."""

    applicant: Applicant
    told: list[str] = field(default_factory=list)

    @property
    def id(self) -> str:
        return self.applicant.application_id

    @property
    def told_of_application(self) -> list[str]:
        """Without what concerns the draft alone, which the desk does not hear of."""
        return [template for template in self.told if template != "draft_kept"]

    async def prepare(self) -> None:
        """Everything before sending."""
        await self.applicant.start()
        await self.applicant.fill()
        self.told.append("draft_kept")
        await self.applicant.upload(small_files())

    async def submit(self) -> None:
        await self.applicant.submit()
        self.told.append("submitted")

    async def await_return(self, system: System) -> None:
        where = {"_id": self.id, "state": "returned"}

        async def known() -> bool:
            return bool(await system.rows("intake", "applications", where))

        await until(known, "the applicant sees what to correct")

    async def amend(self) -> None:
        """Redo the document that was asked for, and send it."""
        await self.applicant.enter_status()
        await self.applicant.redo_document("identity_card", small_files()["identity_card"])
        await self.applicant.send_amendment()


@dataclass
class Desk:
    """An officer who looks again after an unclear answer, and only then does it again.

    An answer 303 is an acknowledgement: after it nothing is looked up or repeated.
    """

    system: System
    officer: Officer

    async def case(self, case_id: str) -> dict[str, Any]:
        found = await self.system.rows("verification", "cases", {"_id": case_id})
        return found[0] if found else {}

    async def await_case(self, case_id: str, rounds: int = 1) -> None:
        async def is_there() -> bool:
            return len((await self.case(case_id)).get("versions", ())) >= rounds

        await until(is_there, f"case {case_id} at the desk, round {rounds}")

    async def claim(self, case_id: str) -> None:
        await self._insist(
            case_id,
            lambda: self.officer.claim(case_id),
            lambda case: case["state"] == "under_review",
        )

    async def return_case(self, journey: Journey) -> None:
        await self._insist(
            journey.id,
            lambda: self.officer.return_for_correction(journey.id, _REASONS),
            lambda case: case["state"] == "returned",
        )
        journey.told.append("returned")

    async def approve(self, journey: Journey) -> None:
        async def approve() -> None:
            answer = await self.officer.approve(journey.id)
            if answer.status_code != httpx2.codes.SEE_OTHER:
                raise StepFailed(f"approval: {answer.status_code} {answer.text[:200]}")

        await self._insist(
            journey.id, approve, lambda case: case["state"] in {"approved", "issued"}
        )
        journey.told.append("issued")

    async def _insist(
        self,
        case_id: str,
        act: Callable[[], Awaitable[object]],
        is_done: Callable[[dict[str, Any]], bool],
    ) -> None:
        failure: StepFailed | None = None
        for _ in range(20):
            try:
                await act()
            except StepFailed as error:
                failure = error
            else:
                return
            if is_done(await self.case(case_id)):
                return
            await asyncio.sleep(0.3)
        assert failure is not None
        raise failure


@dataclass
class Town:
    """Everybody who takes part in one test."""

    system: System
    desk: Desk
    journeys: list[Journey]


@asynccontextmanager
async def town(
    system: System,
    people: int | Sequence[SamplePerson],
    doors: Callable[[str], httpx2.AsyncBaseTransport | None] = lambda _: None,
) -> AsyncIterator[Town]:
    """Applicants and a signed-in officer; `doors` may spread requests over replicas."""
    persons = system.people(people) if isinstance(people, int) else people
    services = system.services
    async with (
        web(services.url("intake"), doors("intake")) as public,
        web(services.url("verification"), doors("verification")) as office,
    ):
        officer = Officer(Line(office, PATIENCE))
        await officer.sign_in(APPROVER, system.servers.run.secrets.password("officer", APPROVER))
        line = Line(public, PATIENCE)
        journeys = [Journey(Applicant(line, each, email_of(each))) for each in persons]
        yield Town(system, Desk(system, officer), journeys)


def email_of(person: SamplePerson) -> str:
    """An address of their own, so that every mail can be told apart."""
    return f"{person.full_name.split()[0].lower()}.{person.nik[4:]}@pelamar.example"
