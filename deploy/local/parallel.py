"""Slow starts and stops side by side."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from queue import SimpleQueue


def in_parallel(
    work: Sequence[tuple[str, Callable[[], None]]], tell: Callable[[str], None] = lambda _: None
) -> None:
    """Do it all at once; tell each that is done; the first failure is raised at the end."""
    if not work:
        return
    failures: list[BaseException] = []
    ended: SimpleQueue[str] = SimpleQueue()

    def do(name: str, call: Callable[[], None]) -> None:
        try:
            call()
        except BaseException as error:  # noqa: BLE001 - raised below, when the others are done
            failures.append(error)
        else:
            tell(name)
        finally:
            ended.put(name)

    # Not a pool: a Ctrl-C must reach the caller at once, who then stops their processes. Not
    # daemons: one that is just starting a process must live to see that it is to be stopped. Not
    # joined: Python 3.11 takes a thread for ended when a Ctrl-C interrupts its join, and then does
    # not wait for it at exit (https://github.com/python/cpython/issues/90882).
    for each in work:
        threading.Thread(target=do, args=each).start()
    for _ in work:
        ended.get()
    if failures:
        raise failures[0]
