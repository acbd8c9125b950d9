"""`python -m services.verification [--role all|web|worker]`."""

import sys

from services.verification.main import run

sys.exit(run())
