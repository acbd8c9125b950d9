"""`python -m services.verification.access_log REFERENCE`: who opened the file of a person, as CSV.

For an office without a data protection officer at the desk. A NIK is not taken here: it would stay
in the history of the shell.
"""

from __future__ import annotations

import argparse
import asyncio
import sys

from services.verification.officers.accounts import COMMAND
from services.verification.review.access_log import PURPOSES, Question, as_csv, read_access_log
from services.verification.settings import VerificationSettings
from shared.errors import AppError
from shared.service import connect


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m services.verification.access_log")
    parser.add_argument("reference", help="of any application of the person: AK1-…")
    parser.add_argument("--purpose", choices=PURPOSES, default=PURPOSES[0])
    options = parser.parse_args(arguments)
    try:
        sys.stdout.buffer.write(asyncio.run(_csv(options.reference, options.purpose)))
    except AppError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


async def _csv(reference: str, purpose: str) -> bytes:
    settings = VerificationSettings()
    resources = connect(settings)
    try:
        index_key = settings.index_key.get_secret_value()
        question = Question(reference, COMMAND, purpose)
        return as_csv((await read_access_log(resources.uow, index_key, question)).rows)
    finally:
        resources.mongo.close()


if __name__ == "__main__":
    sys.exit(main())
