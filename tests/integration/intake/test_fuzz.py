"""A small part of `make fuzz` on every run."""

from __future__ import annotations

from services.intake.intake import Intake
from tests.integration.intake.fuzzing import fuzz


async def test_spoilt_files_end_clean_or_refused(intake: Intake) -> None:
    findings = await fuzz(intake, 200)
    assert findings.faults == [], findings.text()
    assert sum(findings.outcomes.values()) == 200
    assert findings.outcomes["accepted"] > 20
    assert len(findings.accepted_by_type) >= 4
    assert findings.workers_at_most_mb < 500
