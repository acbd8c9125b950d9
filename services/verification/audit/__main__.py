"""`python -m services.verification.audit verify|seal|keys`: the chain over the audit log."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time

from services.verification.audit import chain_store, heads, store
from services.verification.audit.chain import AuditKeys
from services.verification.audit.sealing import seal_new
from services.verification.audit.verifying import Report, verify
from services.verification.settings import VerificationSettings
from shared.errors import AppError
from shared.service import Resources, connect

BROKEN, FAILED = 1, 2


def main(arguments: list[str] | None = None) -> int:
    """Exit code 1 says that the chain is broken, 2 that it could not be looked at."""
    options = _parser().parse_args(arguments)
    try:
        return asyncio.run(_run(options))
    except AppError as error:
        sys.stderr.write(f"{error}\n")
        return FAILED


async def _run(options: argparse.Namespace) -> int:
    resources = connect(VerificationSettings())
    try:
        keys = AuditKeys.of(resources.keys)
        if options.command == "keys":
            sys.stdout.writelines(
                f"{key_id}\t{text}\n" for key_id, text in keys.public_keys().items()
            )
            return 0
        await resources.mongo.ensure_indexes({**store.INDEXES, **chain_store.INDEXES})
        if options.command == "seal":
            sealed = await seal_new(resources.uow, keys)
            stored = await heads.deposit(resources.uow, resources.storage)
            sys.stdout.write(f"{sealed} catatan disegel, {stored} kepala rantai disimpan.\n")
            return 0
        return await _verify(resources, keys, with_heads=not options.database_only)
    finally:
        resources.mongo.close()


async def _verify(resources: Resources, keys: AuditKeys, *, with_heads: bool) -> int:
    office, began = resources.uow.office, time.monotonic()
    stored = await heads.all_stored(resources.storage, office) if with_heads else None
    report = await verify(resources.uow.reading(), office, keys, stored)
    seconds = time.monotonic() - began
    if report.broken is not None:
        sys.stderr.write(f"RANTAI PUTUS. {report.broken}\n")
        return BROKEN
    sys.stdout.write(_whole(report, len(stored) if stored is not None else None, seconds))
    return 0


def _whole(report: Report, stored: int | None, seconds: float) -> str:
    compared = "tidak dibandingkan" if stored is None else f"{stored} hari cocok"
    lines = [
        f"Rantai utuh: {report.rows} catatan dalam {report.seals} segel ({seconds:.1f} detik).",
        f"Menunggu segel: {report.waiting} catatan terbaru.",
        f"Kepala rantai di luar basis data: {compared}.",
    ]
    if report.last is not None:
        lines.append(f"Kepala rantai: segel {report.last.seq}, {report.last.head}")
    return "\n".join(lines) + "\n"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m services.verification.audit")
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("verify", help="walk the chain; say the first broken link")
    check.add_argument(
        "--database-only", action="store_true", help="do not compare with the heads in the bucket"
    )
    commands.add_parser("seal", help="seal new rows and store the head now")
    commands.add_parser("keys", help="the public keys that signed heads can be checked with")
    return parser


if __name__ == "__main__":
    sys.exit(main())
