"""What the use-cases of intake work with: the resources of every service, and its own workers."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

from services.intake.cleaning import warm_up
from services.intake.figures import Board
from services.intake.finish.queue import Queue
from services.intake.occupations import Catalogue
from services.intake.settings import IntakeSettings
from shared.procpool import WorkerPool
from shared.service import Resources
from shared.working_days import load_calendar


@dataclass(frozen=True)
class Intake(Resources):
    """Made once; `workers` read files, `queue` knows who waits, `board` how fast it went."""

    settings: IntakeSettings
    workers: WorkerPool
    queue: Queue
    occupations: Catalogue = field(default_factory=Catalogue)
    board: Board = field(default_factory=Board)


def open_intake(resources: Resources) -> Intake:
    """Add the workers; none starts before the first upload."""
    settings = resources.settings
    if not isinstance(settings, IntakeSettings):
        raise TypeError("intake runs with IntakeSettings")
    workers = WorkerPool(
        settings.clean_workers, initializer=warm_up, timeout=settings.clean_seconds
    )
    given = {each.name: getattr(resources, each.name) for each in fields(Resources)}
    queue = Queue(load_calendar(settings.working_days_file))
    return Intake(**given, workers=workers, queue=queue)
