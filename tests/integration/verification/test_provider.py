"""Signing in with a service account, against a provider that signs with a throw-away key."""

from __future__ import annotations

import json
import re
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from pydantic import SecretStr

from services.verification.officers import store
from services.verification.officers.accounts import disable_account
from services.verification.settings import VerificationSettings
from shared.service import Resources
from tests.integration.verification.browser import Browser, open_browser
from tests.integration.verification.conftest import Desk
from tests.integration.verification.test_accounts import administrator, press

START, BACK = "/petugas/masuk/dinas", "/petugas/masuk/dinas/kembali"
ROLE = {"name": "Vera Contoh", "role.verification_officer": "1"}
NAME = "vera@dinas.example"


@dataclass
class StandIn:
    """`claims` go into the next token, over the right ones."""

    server: ThreadingHTTPServer
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "k1"}))
    signing_key: RSAKey | None = None
    claims: dict[str, Any] = field(default_factory=dict)
    nonce: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)
    changed_metadata: dict[str, str] = field(default_factory=dict)

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/realms/dinas"

    def answer(self, path: str, form: dict[str, str]) -> object:
        if path.endswith("openid-configuration"):
            places = {"authorization_endpoint": "auth", "token_endpoint": "token"}
            found = {name: f"{self.issuer}/{place}" for name, place in places.items()}
            found |= {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys"}
            return found | self.changed_metadata
        if path.endswith("/keys"):
            return KeySet([self.key]).as_dict(private=False)
        self.asked.append(form)
        moment = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": "meja-petugas",
            "sub": "subjek-1",
            "iat": moment,
            "exp": moment + 300,
            "nonce": self.nonce,
            "email": NAME,
            "email_verified": True,
            **self.claims,
        }
        kept = {name: value for name, value in claims.items() if value is not None}
        header = {"alg": "RS256", "kid": "k1"}
        return {"id_token": jwt.encode(header, kept, self.signing_key or self.key)}


@pytest.fixture
def provider() -> Iterator[StandIn]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._reply(form | {"authorization": self.headers["authorization"]})

        def _reply(self, form: dict[str, str]) -> None:
            body = json.dumps(stand_in.answer(self.path, form)).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    stand_in = StandIn(server)
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield stand_in
    server.shutdown()
    server.server_close()


@pytest.fixture
async def theirs(resources: Resources, provider: StandIn) -> AsyncIterator[Browser]:
    assert isinstance(resources.settings, VerificationSettings)
    settings = resources.settings.model_copy(
        update={
            "oidc_issuer": provider.issuer,
            "oidc_client_id": "meja-petugas",
            "oidc_client_secret": SecretStr("rahasia penyedia"),
        }
    )
    async with open_browser(replace(resources, settings=settings)) as client:
        yield Browser(client)


async def link(desk: Desk, browser: Browser, name: str = NAME) -> None:
    await administrator(desk)
    await browser.sign_in("admin")
    await press(browser, desk.verifier, **ROLE, provider_name=name)
    browser.client.cookies.clear()


async def begin(browser: Browser, provider: StandIn) -> str:
    """Press the button; the state with which the provider sends the browser back."""
    answer = await browser.client.get(START)
    address = urlsplit(answer.headers["location"])
    asked = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert answer.headers["location"].startswith(f"{provider.issuer}/auth?")
    assert asked["code_challenge_method"] == "S256"
    provider.nonce = asked["nonce"]
    return asked["state"]


async def sign_in(browser: Browser, provider: StandIn) -> tuple[int, str]:
    state = await begin(browser, provider)
    answer = await browser.client.get(BACK, params={"state": state, "code": "kode-1"})
    return answer.status_code, answer.headers.get("location", answer.text)


async def test_a_linked_officer_gets_in_and_his_subject_is_pinned(
    desk: Desk, theirs: Browser, provider: StandIn
) -> None:
    await link(desk, theirs)
    page = (await theirs.client.get("/petugas/masuk")).text
    assert 'href="/petugas/masuk/dinas"' in page
    assert await sign_in(theirs, provider) == (303, "/petugas")
    assert (await theirs.client.get("/petugas/antrean")).status_code == 200
    asked = provider.asked[-1]
    assert asked["grant_type"] == "authorization_code"
    assert len(asked["code_verifier"]) >= 43
    assert asked["authorization"].startswith("Basic ")
    theirs.client.cookies.clear()
    provider.claims = {"email": "lain@dinas.example"}
    assert await sign_in(theirs, provider) == (303, "/petugas"), "by the subject, not the name"
    provider.claims = {"sub": "subjek-2"}
    status, text = await sign_in(theirs, provider)
    assert (status, "belum terhubung" in text) == (401, True)
    begun = await desk.audit(action="session.begun", **{"actor.id": desk.verifier.id})
    assert begun[0]["detail"] == {"by": "provider", "with_second_factor": False}


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "yang lain"},
        {"nonce": None},
        {"aud": "aplikasi-lain"},
        {"aud": ["meja-petugas", "aplikasi-lain"]},
        {"azp": "aplikasi-lain"},
        {"iss": "http://127.0.0.1/palsu"},
        {"exp": int(time.time()) - 3600},
        {"exp": None},
        {"sub": None},
        {"sub": ""},
    ],
)
async def test_a_token_that_is_not_for_us_is_refused(
    desk: Desk, theirs: Browser, provider: StandIn, claims: dict[str, Any]
) -> None:
    await link(desk, theirs)
    provider.claims = claims
    status, text = await sign_in(theirs, provider)
    assert (status, "tidak sah" in text) == (401, True)
    assert (await theirs.client.get("/petugas/antrean")).status_code == 303


async def test_a_forged_signature_is_refused(
    desk: Desk, theirs: Browser, provider: StandIn
) -> None:
    await link(desk, theirs)
    provider.signing_key = RSAKey.generate_key(2048, {"kid": "k1"})
    assert (await sign_in(theirs, provider))[0] == 401


async def test_a_state_counts_once_and_in_its_own_browser(
    desk: Desk, theirs: Browser, provider: StandIn
) -> None:
    await link(desk, theirs)
    state = await begin(theirs, provider)
    back = {"state": state, "code": "kode-1"}
    kept = dict(theirs.client.cookies)
    theirs.client.cookies.clear()
    assert (await theirs.client.get(BACK, params=back)).status_code == 401, "another browser"
    theirs.client.cookies.update(kept)
    assert (await theirs.client.get(BACK, params=back)).status_code == 401, "used up"
    state = await begin(theirs, provider)
    back = {"state": state, "code": "kode-1"}
    assert (await theirs.client.get(BACK, params=back)).status_code == 303
    assert (await theirs.client.get(BACK, params=back)).status_code == 401, "replayed"
    assert (await theirs.client.get(BACK)).status_code == 401


async def test_nobody_gets_an_account_by_himself(
    desk: Desk, theirs: Browser, provider: StandIn
) -> None:
    status, text = await sign_in(theirs, provider)
    assert (status, "belum terhubung" in text) == (401, True)
    await link(desk, theirs)
    provider.claims = {"email_verified": False}
    assert (await sign_in(theirs, provider))[0] == 401, "an address that nobody verified"
    provider.claims = {}
    await disable_account(desk.uow, "vera")
    assert (await sign_in(theirs, provider))[0] == 401
    assert len(await store.everyone(desk.uow.reading())) == 4


async def test_the_code_is_asked_unless_the_provider_did(
    desk: Desk, theirs: Browser, provider: StandIn
) -> None:
    await link(desk, theirs)
    totp = {"totp": {"since": desk.verifier.signed_in_at, "last_step": 0}}
    await desk.owner.collection("officers").update_one({"_id": desk.verifier.id}, {"$set": totp})
    since = {"$currentDate": {"totp.since": True}}
    await desk.owner.collection("officers").update_one({"_id": desk.verifier.id}, since)
    await sign_in(theirs, provider)
    asked = await theirs.client.get("/petugas/antrean")
    assert asked.headers["location"] == "/petugas/masuk/kode"
    provider.claims = {"amr": ["pwd", "mfa"]}
    await sign_in(theirs, provider)
    assert (await theirs.client.get("/petugas/antrean")).status_code == 200


async def test_when_the_provider_is_away_the_password_still_works(
    desk: Desk, theirs: Browser, provider: StandIn
) -> None:
    provider.server.shutdown()
    provider.server.server_close()
    answer = await theirs.client.get(START)
    assert answer.status_code == 503
    assert "Layanan akun dinas sedang tidak menjawab." in answer.text
    assert (await theirs.sign_in("vera")).status_code == 303


async def test_an_endpoint_elsewhere_is_not_asked(theirs: Browser, provider: StandIn) -> None:
    provider.changed_metadata = {"token_endpoint": "http://169.254.169.254/token"}
    assert (await theirs.client.get(START)).status_code == 401


async def test_without_a_provider_there_is_no_button(browser: Browser) -> None:
    page = (await browser.client.get("/petugas/masuk")).text
    assert not re.search("akun dinas", page)
    assert (await browser.client.get(START)).status_code == 404
    assert (await browser.client.get(BACK)).status_code == 404


async def test_one_service_account_belongs_to_one_officer(
    desk: Desk, theirs: Browser, provider: StandIn
) -> None:
    await link(desk, theirs)
    await theirs.sign_in("admin")
    other = {"name": "Dua Contoh", "role.placement_officer": "1"}
    text = await press(theirs, desk.second, **other, provider_name=NAME.upper())
    assert "sudah terhubung dengan petugas lain" in text
