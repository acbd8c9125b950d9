"""What a phone installs: manifest, icons, service worker, and the page for when it is offline."""

from __future__ import annotations

import hashlib
import json

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.intake.web.assets import FOLDER, Assets
from services.intake.web.pages_check import check_page
from services.intake.web.site import Site

OFFLINE = "/luring"
STYLES = "vendor/govuk-frontend-6.3.0/govuk-frontend.min.css"
# What the pages need that are kept: the one that says there is no line, and the check of a card.
_KEPT_FILES = (STYLES, "theme.css", "mark.svg", "autosave.js", "card-check.js", "check.js")
_FRESH = {"Cache-Control": "no-cache"}  # asked for again each time: it names all other versions
_COLOUR = "#0a4f86"


class PhonePages:
    def __init__(self, site: Site, assets: Assets) -> None:
        self.site = site
        self.assets = assets

    def routes(self) -> list[Route]:
        return [
            Route("/manifest.webmanifest", self.manifest),
            Route("/sw.js", self.service_worker),
            Route("/apple-touch-icon.png", self.apple_icon),
            Route(OFFLINE, self.offline),
        ]

    async def manifest(self, _: Request) -> Response:
        icons = [{"src": self.assets.url("mark.svg"), "type": "image/svg+xml", "sizes": "any"}]
        icons += [_icon(self.assets, f"icons/{size}.png", size, "any") for size in (192, 512)]
        icons.append(_icon(self.assets, "icons/maskable.png", 512, "maskable"))
        name = "SI PINTAR KERJA"
        content = {
            "id": "/",
            "name": f"{name}: kartu AK-1",
            "short_name": name,
            "description": "Buat kartu AK-1 (kartu pencari kerja) dari HP. Gratis.",
            "lang": "id",
            "start_url": "/",
            "scope": "/",
            "display": "minimal-ui",
            "background_color": "#ffffff",
            "theme_color": _COLOUR,
            "icons": icons,
        }
        return JSONResponse(content, headers=_FRESH, media_type="application/manifest+json")

    async def service_worker(self, _: Request) -> Response:
        """The script with the files of this version: another version is another script."""
        files = json.dumps([self.assets.url(name) for name in _KEPT_FILES])
        offline = self.site.pages.html("offline.html", title="Tidak ada sambungan")
        kept = files + offline + check_page(self.site)
        version = hashlib.sha256(kept.encode()).hexdigest()[:12]
        script = (FOLDER / "sw.js").read_text("utf-8")
        script = script.replace("FILES", files).replace("VERSION", version)
        return Response(script, headers=_FRESH, media_type="text/javascript")

    async def apple_icon(self, request: Request) -> Response:
        request.path_params["path"] = self.assets.url("icons/180.png").removeprefix("/static/")
        return await self.assets.serve(request)

    async def offline(self, request: Request) -> Response:
        return self.site.pages.page(
            request, "offline.html", title="Tidak ada sambungan", can_exit=False
        )


def _icon(assets: Assets, name: str, size: int, purpose: str) -> dict[str, str]:
    return {
        "src": assets.url(name),
        "type": "image/png",
        "sizes": f"{size}x{size}",
        "purpose": purpose,
    }
