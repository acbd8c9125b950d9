"""`python -m services.verification.search rebuild`: make the search's rows from the cases."""

from __future__ import annotations

import argparse
import asyncio
import sys

from services.verification.indexes import INDEXES
from services.verification.review.search_rows import rebuild
from services.verification.settings import VerificationSettings
from shared.service import connect


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m services.verification.search")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("rebuild", help="write all rows anew; goes on where it was interrupted")
    parser.parse_args(arguments)
    done = asyncio.run(_rebuild(VerificationSettings()))
    sys.stdout.write(f"{done} permohonan dapat dicari.\n")
    return 0


async def _rebuild(settings: VerificationSettings) -> int:
    resources = connect(settings)
    try:
        await resources.mongo.ensure_indexes(INDEXES)
        key = settings.index_key.get_secret_value()
        return await rebuild(resources.uow, resources.keys, key, _tell)
    finally:
        resources.mongo.close()


def _tell(done: int) -> None:
    sys.stderr.write(f"\r{done} ")


if __name__ == "__main__":
    sys.exit(main())
