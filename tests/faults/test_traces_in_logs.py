"""After all that went wrong, no log of a service holds anything that points to a person."""

from __future__ import annotations

from deploy.demo.people import SamplePerson
from deploy.local import SERVICES
from tests.faults import outcomes
from tests.faults.journeys import email_of, town
from tests.faults.system import System


async def test_no_log_names_an_applicant(system: System) -> None:
    if not system.taken:  # this test alone: something must have happened
        async with town(system, 1) as people:
            (journey,) = people.journeys
            await journey.prepare()
            await journey.submit()
            await people.desk.await_case(journey.id)
            await people.desk.claim(journey.id)
            await people.desk.approve(journey)
            await outcomes.settle(system, people.journeys)
    for service in SERVICES:
        log = system.servers.run.folder / "log" / f"{service}.log"
        text = log.read_text("utf-8").lower()
        assert '"service": "' + service in text, "this is not the log of the service"
        found = [trace for each in system.taken for trace in traces(each) if trace in text]
        assert not found, f"{service}: {found[:3]}"


def traces(person: SamplePerson) -> list[str]:
    """NIK, telephone number (as `answers_of` makes it) without its prefix, e-mail address."""
    return [person.nik, f"812{person.nik[-8:]}", email_of(person)]
