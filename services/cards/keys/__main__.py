"""Operator commands for the keys that sign cards.

    python -m services.cards.keys list
    python -m services.cards.keys new                       when no key signs: at once
    python -m services.cards.keys rotate [--days 7]         a new key follows the current one
    python -m services.cards.keys revoke KID [--since TIME] what it signed from then on is refused
    python -m services.cards.keys reissue KID [--yes]       sign these cards anew; repeat it at will

The ring file is the one of SIGNING_KEYS_FILE or --file. `new` and `rotate` make the key in the
PKCS#11 token with --pkcs11. The running service reads the changed file within seconds.

Whoever has a key writes any time of signing into a card that he forges. So a key that was stolen is
revoked --since its first day; cards that the office signed with it are then made again by
`reissue`, which needs the environment of the service, and a key that signs.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from datetime import datetime, timedelta
from pathlib import Path

from services.cards.keys import rotation
from services.cards.keys.hsm import TokenUnusable
from services.cards.keys.making import fresh_in_token, fresh_pem
from services.cards.keys.ring import Ring, RingKey, RingUnreadable, read_ring, write_ring
from services.cards.keys.rotation import FreshKey, Refused
from services.cards.keys.settings import KeySettings
from services.cards.keys.signing import NoSigningKey, SigningKeys
from services.cards.reissuing import find_refused, reissue_cards
from services.cards.settings import CardsSettings
from shared import clock
from shared.office import load_office
from shared.service import connect


def main(arguments: list[str]) -> int:
    args = _parser().parse_args(arguments)
    settings = KeySettings(_secrets_dir=os.environ.get("SECRETS_DIR"))
    path: Path | None = args.file or settings.signing_keys_file
    if args.command == "reissue":
        return asyncio.run(_reissue(args.kid, path, is_sure=args.yes))
    if path is None:
        return _failed("say where the keys are: --file, or SIGNING_KEYS_FILE")
    now = clock.now()
    try:
        ring = _read(path, args.command)
        if args.command != "list":
            ring = _changed(ring, args, settings, now)
            write_ring(path, ring)
    except (Refused, RingUnreadable, TokenUnusable) as error:
        return _failed(str(error))
    except OSError as error:
        return _failed(f"{path}: {error.strerror}")
    sys.stdout.write(_told(ring, now))
    return 0


async def _reissue(kid: str, path: Path | None, *, is_sure: bool) -> int:
    settings = CardsSettings(signing_keys_file=path) if path else CardsSettings()
    keys = SigningKeys.open(settings)
    key = next((key for key in keys.ring.keys if key.kid == kid), None)
    if key is None or key.revoked_at is None:
        return _failed(f"key {kid} is not a revoked one: list shows them")
    resources = connect(settings)
    try:
        keys.signer_at(clock.now())
        count = len(await find_refused(resources.uow.reading(), key))
        question = f"Sign {count} cards anew and tell their holders? Type yes: "
        if count and not is_sure and (await asyncio.to_thread(input, question)) != "yes":
            return _failed("not confirmed")
        done = await reissue_cards(resources.uow, keys, key, _tell)
    except (NoSigningKey, TokenUnusable) as error:
        sys.stderr.write(f"stopped: {error}; make a key by new, then repeat this\n")
        return 1
    finally:
        resources.mongo.close()
    sys.stdout.write(f"{done} cards signed anew; the service draws them. Print them again.\n")
    return 0


def _tell(done: int, count: int) -> None:
    sys.stderr.write(f"{done} of {count}\n")


def _read(path: Path, command: str) -> Ring:
    if path.exists():
        return read_ring(path)
    if command == "new":
        return Ring()
    raise Refused(f"there is no file {path}: make it with a first key by: new")


def _changed(ring: Ring, args: argparse.Namespace, settings: KeySettings, now: datetime) -> Ring:
    if args.command == "revoke":
        return rotation.revoke(ring, args.kid, now, args.since or now)

    def make() -> FreshKey:
        return fresh_in_token(settings) if args.pkcs11 else fresh_pem()

    months = load_office(settings.office_file).card.validity_months
    if args.command == "new":
        return rotation.add_first(ring, make, now, months)
    return rotation.rotate(ring, make, now, months, timedelta(days=args.days))


def _told(ring: Ring, now: datetime) -> str:
    lines = [_line(key, ring, now) for key in ring.keys] or ["no keys"]
    problem = rotation.warning(ring, now)
    return "\n".join([*lines, *([problem] if problem else [])]) + "\n"


def _line(key: RingKey, ring: Ring, now: datetime) -> str:
    place = f" (in the token as {key.pkcs11})" if key.pkcs11 else ""
    return (
        f"{key.kid}  {_state(key, ring, now)}; its cards count until"
        f" {_moment(key.exp_verify)}{place}"
    )


def _state(key: RingKey, ring: Ring, now: datetime) -> str:
    if key.revoked_at is not None:
        return f"REVOKED from {_moment(key.revoked_at)}"
    if key.is_waiting(now):
        return f"waits, signs from {_moment(key.nbf)}"
    if key == ring.current(now):
        return f"signs now, until {_moment(key.exp_sign)}"
    return f"signed until {_moment(key.exp_sign)}"


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(clock.OFFICE_ZONE):%d %b %Y %H:%M %Z}"


def _time(text: str) -> datetime:
    """A moment as a person writes it; without a zone it is the office's."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=clock.OFFICE_ZONE)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m services.cards.keys",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--file", type=Path, help="the ring file (default: SIGNING_KEYS_FILE)")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("list", help="show the keys")
    for name, text in (("new", "a key that signs at once"), ("rotate", "the next key")):
        command = commands.add_parser(name, help=text)
        command.add_argument("--pkcs11", action="store_true", help="make it in the PKCS#11 token")
    command.add_argument("--days", type=int, default=7, help="so long it is only published")
    revoke = commands.add_parser("revoke", help="a key that others may have")
    revoke.add_argument("kid")
    since = "what it signed from then on is refused (default: now); of a stolen key, its first day"
    revoke.add_argument("--since", type=_time, help=since)
    reissue = commands.add_parser("reissue", help="sign the cards of a revoked key anew")
    reissue.add_argument("kid")
    reissue.add_argument("--yes", action="store_true", help="do not ask")
    return parser


def _failed(reason: str) -> int:
    sys.stderr.write(f"nothing was changed: {reason}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
