"""What every page works with: resources, templates, and rendering."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import HTMLResponse

from services.verification.bsre import Bsre
from services.verification.counter_key import Counter
from services.verification.provider import Provider
from shared.service import Resources


@dataclass(frozen=True)
class Desk:
    """Kept in the state of the ASGI app."""

    resources: Resources
    templates: Environment
    session_key: str
    https: bool
    totp_required: bool
    counter: Counter | None = None
    provider: Provider | None = None
    bsre: Bsre | None = None

    def render(self, template: str, context: dict[str, Any], status: int = 200) -> HTMLResponse:
        return HTMLResponse(self.templates.get_template(template).render(context), status)


def desk_of(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk
