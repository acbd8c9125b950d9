"""Slow starts and stops side by side."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence


def in_parallel(
    work: Sequence[tuple[str, Callable[[], None]]], tell: Callable[[str], None] = lambda _: None
) -> None:
    """Do it all at once; tell each that is done; the first failure is raised at the end."""
    if not work:
        return
    failures: list[BaseException] = []

    def do(name: str, call: Callable[[], None]) -> None:
        try:
            call()
        except BaseException as error:  # noqa: BLE001 - raised below, when the others are done
            failures.append(error)
        else:
            tell(name)

    # Not a pool: a Ctrl-C must reach the caller at once, who then stops their processes. Not
    # daemons: one that is just starting a process must live to see that it is to be stopped.
    threads = [threading.Thread(target=do, args=each) for each in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
