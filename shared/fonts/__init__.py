"""The fonts of everything that is printed: cards by `cards`, receipts by `intake`."""

from __future__ import annotations

from pathlib import Path

FONTS = Path(__file__).parent
FONTCONFIG = FONTS / "fonts.conf"  # as FONTCONFIG_FILE, before fontconfig is first asked
