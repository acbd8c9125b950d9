"""Exit 0 when the service in this container is ready: `python -m deploy.compose.healthcheck`."""

from __future__ import annotations

import os
import sys
import urllib.error
import urllib.request


def main() -> int:
    address = f"http://127.0.0.1:{os.environ['PORT']}/readyz"
    try:
        with urllib.request.urlopen(address, timeout=4) as answer:  # our own
            answer.read()
    except (urllib.error.URLError, OSError) as error:
        sys.stderr.write(f"{address}: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
