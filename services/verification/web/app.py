"""Routes of all pages."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.types import ASGIApp

from shared.service import Resources


def make_app(resources: Resources) -> ASGIApp:
    del resources
    return Starlette()
