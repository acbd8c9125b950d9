"""Everything a card is checked by, for everybody: public keys and signed lists of card states."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.intake.checking.public_objects import PublicObjects
from shared.errors import NotFound, Unavailable
from shared.storage import Storage
from shared.web import page_numbers

page_numbers.register()
KEYS = "/.well-known/jwks.json"
_NAMES = {KEYS: "jwks.json", "/.well-known/cose-keys.cbor": "cose-keys.cbor"}
_TYPES = {
    "json": "application/jwk-set+json",
    "cbor": "application/cose-key-set",
    "jwt": "application/statuslist+jwt",
}


# Also for the page of an employer who checks cards himself: nothing here is anybody's own.
_FOR_EVERYBODY = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


class PublicObjectRoutes:
    def __init__(self, storage: Storage) -> None:
        self.objects = PublicObjects(storage)

    def routes(self) -> list[Route]:
        return [
            *(Route(path, self.keys) for path in _NAMES),
            Route("/status/{number:page}", self.status_list),
        ]

    async def keys(self, request: Request) -> Response:
        return await self._answer(request, _NAMES[request.url.path])

    async def status_list(self, request: Request) -> Response:
        return await self._answer(request, f"status/{request.path_params['number']}.jwt")

    async def _answer(self, request: Request, name: str) -> Response:
        """`Age` says how long ago the store confirmed it: it grows while the store is away."""
        try:
            copy = await self.objects.read(name)
        except NotFound as error:
            return Response(str(error), 404, media_type="text/plain")
        except Unavailable:
            later = {"Retry-After": "30"}
            return Response("Coba lagi sebentar lagi.", 503, later, media_type="text/plain")
        headers = {
            "ETag": copy.etag,
            "Cache-Control": f"public, max-age={copy.seconds}",
            "Age": str(copy.age),
            **_FOR_EVERYBODY,
        }
        if copy.etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(copy.data, headers=headers, media_type=_TYPES[name.rpartition(".")[2]])
