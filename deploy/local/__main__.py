"""Command line of the local system: `python -m deploy.local up|down|status|reset`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Run one command; a Ctrl-C is an answer, no accident."""
    try:
        return _run(_options())
    except KeyboardInterrupt:
        return 130


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m deploy.local", description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT / ".local", help="folder of all data")
    actions = parser.add_subparsers(dest="action", required=True)
    up = actions.add_parser("up", help="start everything, and stay until Ctrl-C")
    up.add_argument("--detach", action="store_true", help="return when everything is ready")
    actions.add_parser("down", help="stop what up started")
    actions.add_parser("status", help="what is running, and where")
    reset = actions.add_parser("reset", help="delete all data")
    reset.add_argument("--yes", action="store_true", help="do not ask")
    return parser.parse_args()


def _run(options: argparse.Namespace) -> int:
    from deploy.local import commands  # takes long enough for a Ctrl-C

    folder = options.data.resolve()
    if options.action == "up":
        return commands.up_detached(folder) if options.detach else commands.up(folder)
    if options.action == "reset":
        return commands.reset(folder, sure=options.yes)
    return {"down": commands.down, "status": commands.status}[options.action](folder)


if __name__ == "__main__":
    sys.exit(main())
