"""`python -m services.notify [--role all|web|worker]`."""

import sys

from services.notify.main import run

sys.exit(run())
