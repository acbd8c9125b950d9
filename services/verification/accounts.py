"""`python -m services.verification.accounts`: officers' accounts by command."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from services.verification.indexes import INDEXES
from services.verification.officers.accounts import (
    Account,
    clear_second_factor,
    disable_account,
    ensure_account,
    list_accounts,
)
from services.verification.officers.domain import ROLES, checked_nik_index
from services.verification.settings import VerificationSettings
from shared.errors import AppError
from shared.service import connect


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        sys.stdout.write(asyncio.run(_run(options)) + "\n")
    except AppError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


async def _run(options: argparse.Namespace) -> str:
    settings = VerificationSettings()
    resources = connect(settings)
    try:
        await resources.mongo.ensure_indexes(INDEXES)
        if options.command == "ensure":
            password = options.password_file.read_text("utf-8").rstrip("\r\n")
            account = Account(
                options.username,
                options.name,
                options.role,
                password,
                options.nip,
                _nik_index(settings, options.nik_file),
                options.forget_nik,
            )
            officer = await ensure_account(resources.uow, account)
            return f"{officer.username}: {officer.role_names}"
        if options.command == "reset-code":
            officer = await clear_second_factor(resources.uow, options.username)
            return f"{officer.username}: kode masuk dihapus"
        if options.command == "disable":
            officer = await disable_account(resources.uow, options.username)
            return f"{officer.username}: dinonaktifkan"
        rows = await list_accounts(resources.uow.reading())
        return "\n".join(
            f"{each.username}\t{each.name}\t{','.join(each.roles)}"
            f"\t{'nonaktif' if each.disabled_at else 'aktif'}"
            for each in rows
        )
    finally:
        resources.mongo.close()


def _nik_index(settings: VerificationSettings, file: Path | None) -> str | None:
    """Read from a file: the arguments of a command are seen by everybody on the machine."""
    if file is None:
        return None
    return checked_nik_index(settings.index_key.get_secret_value(), file.read_text("utf-8"))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m services.verification.accounts")
    commands = parser.add_subparsers(dest="command", required=True)
    ensure = commands.add_parser("ensure", help="create an account or bring it to this state")
    ensure.add_argument("--username", required=True)
    ensure.add_argument("--name", required=True)
    ensure.add_argument("--role", action="append", required=True, choices=ROLES)
    ensure.add_argument("--nip")
    nik = ensure.add_mutually_exclusive_group()
    nik.add_argument("--nik-file", type=Path, help="own NIK, so that he decides not about himself")
    nik.add_argument("--forget-nik", action="store_true")
    ensure.add_argument("--password-file", type=Path, required=True)
    commands.add_parser("list", help="all accounts")
    disable = commands.add_parser("disable", help="end an account and its sessions")
    disable.add_argument("--username", required=True)
    reset = commands.add_parser("reset-code", help="forget the phone of an account: it was lost")
    reset.add_argument("--username", required=True)
    return parser


if __name__ == "__main__":
    sys.exit(main())
