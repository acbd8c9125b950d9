"""`python -m services.intake.occupations import <file>`: the office's list, a CSV of code,label.

A third column may hold other words that people type. The list is taken as a whole or not at all,
and replaces the one imported before; running services use it within a minute.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
from pathlib import Path

from services.intake.forms.occupations import SCHEME, read_rows
from services.intake.occupations import store
from services.intake.settings import IntakeSettings
from shared import clock
from shared.service import connect

_CODE = re.compile(r"[0-9]{1,4}(?:\.[0-9]{2})?")
_LABEL_MOST = 200
_SHOWN = 5


class NotAList(Exception):
    """The file cannot be imported; the text names what is wrong, line by line."""


def read_list(path: Path) -> store.Rows:
    """The rows of a file; raises `NotAList`."""
    try:
        rows = read_rows(path)
    except (OSError, UnicodeDecodeError, IndexError) as error:
        raise NotAList(
            f"{path}: tidak terbaca sebagai CSV (UTF-8) dengan kolom kode,label"
        ) from error
    if rows and not _CODE.fullmatch(rows[0][0]):
        rows = rows[1:]  # the line with the names of the columns
    wrong = [
        f"{code or '(kosong)'}: kode atau label tidak sah"
        for code, label, _ in rows
        if not _CODE.fullmatch(code) or not 0 < len(label) <= _LABEL_MOST
    ]
    codes = [code for code, *_ in rows]
    wrong += [f"{code}: kode ganda" for code in sorted({c for c in codes if codes.count(c) > 1})]
    if wrong or not rows:
        raise NotAList("\n".join(wrong[:_SHOWN]) or f"{path}: tidak ada isinya")
    return rows


async def save(rows: store.Rows) -> None:
    resources = connect(IntakeSettings())
    try:
        await store.put(resources.uow.reading(), SCHEME, rows, clock.now())
    finally:
        resources.mongo.close()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m services.intake.occupations")
    command = parser.add_subparsers(dest="command", required=True)
    command.add_parser("import").add_argument("file", type=Path)
    asked = parser.parse_args(arguments)
    try:
        rows = read_list(asked.file)
    except NotAList as error:
        sys.stderr.write(f"{error}\nDaftar lama tetap dipakai.\n")
        return 1
    asyncio.run(save(rows))
    sys.stdout.write(f"{len(rows)} jabatan disimpan.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
