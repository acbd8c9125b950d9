"""`python -m services.intake [--role all|web|worker]`."""

import sys

from services.intake.main import run

sys.exit(run())
