"""Which worker of pytest-xdist gets which tests, and when."""

from __future__ import annotations

from xdist.scheduler import LoadFileScheduling

# Each has servers for the whole folder, which take long to start: one worker does them all.
TOGETHER = ("tests/acceptance", "tests/faults")


class FoldersFirst(LoadFileScheduling):  # type: ignore[misc]  # xdist has no types
    """File by file in the order of the folders, but for the folders that stay together.

    In that order the two long ones come first and the short unit tests last, so that both workers
    have work until the end. Xdist's own order, most tests first, ends with the longest files: they
    are a single test each.
    """

    def _split_scope(self, nodeid: str) -> str:
        path = super()._split_scope(nodeid)
        return next((folder for folder in TOGETHER if path.startswith(f"{folder}/")), path)
