"""`python -m services.cards [--role all|web|worker]`."""

import sys

from services.cards.main import run

sys.exit(run())
