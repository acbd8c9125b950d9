"""Everything a card is checked by, for everybody: public keys and signed lists of card states."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.intake.checking.public_objects import PublicObjects
from services.intake.intake import Intake
from services.intake.web.posted import address_of
from shared.errors import NotFound, Unavailable
from shared.web import page_numbers
from shared.web.limits import Limit, hit, network

page_numbers.register()
# Lists of one network that we know nothing of: each costs a look at the store, and few exist.
_UNKNOWN = Limit("status_lists", 30, 60)
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
    def __init__(self, intake: Intake) -> None:
        self.intake = intake
        self.objects = PublicObjects(intake.storage)

    def routes(self) -> list[Route]:
        return [
            *(Route(path, self.keys) for path in _NAMES),
            Route("/status/{number:page}", self.status_list),
        ]

    async def keys(self, request: Request) -> Response:
        return await self._answer(request, _NAMES[request.url.path])

    async def status_list(self, request: Request) -> Response:
        name = f"status/{request.path_params['number']}.jwt"
        if self.objects.costs(name):
            scope = self.intake.uow.reading()
            wait = await hit(scope, _UNKNOWN, network(address_of(request)))
            if wait:
                return _later(429, wait)
        return await self._answer(request, name)

    async def _answer(self, request: Request, name: str) -> Response:
        """`Age` says how long ago the store confirmed it: it grows while the store is away."""
        try:
            copy = await self.objects.read(name)
        except NotFound as error:
            return Response(str(error), 404, media_type="text/plain")
        except Unavailable:
            return _later(503, 30)
        headers = {
            "ETag": copy.etag,
            "Cache-Control": f"public, max-age={copy.seconds}",
            "Age": str(copy.age),
            **_FOR_EVERYBODY,
        }
        if copy.etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(copy.data, headers=headers, media_type=_TYPES[name.rpartition(".")[2]])


def _later(status: int, seconds: int) -> Response:
    headers = {"Retry-After": str(seconds)}
    return Response("Coba lagi sebentar lagi.", status, headers, media_type="text/plain")
