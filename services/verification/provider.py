"""The provider of service accounts (OpenID Connect): where to send a browser, and who came back.

Every answer is checked before it is believed (OpenID Connect Core 3.1.3.7). Nothing but the
configured issuer is asked, no redirect is followed, and no call may take long.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx2  # noqa: TID251  # asks the provider of service accounts
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from shared.errors import AppError
from shared.observability import get_logger

_log = get_logger(__name__)
_ALGORITHMS = ["RS256", "PS256", "ES256"]
_LEEWAY = 60
_TIMEOUT = httpx2.Timeout(5)
_LONGEST = 255


class ProviderAway(AppError):
    """Layanan akun dinas sedang tidak menjawab. Masuk dengan nama pengguna dan kata sandi Anda."""

    status = 503
    code = "provider_away"


class NotBelieved(AppError):
    """Jawaban dari layanan akun dinas tidak sah. Ulangi, atau masuk dengan kata sandi Anda."""

    status = 401
    code = "not_believed"


@dataclass(frozen=True)
class Person:
    """Whom the provider knows; `names` are those an administrator may have linked."""

    subject: str
    names: tuple[str, ...]
    with_second_factor: bool


@dataclass(frozen=True)
class Provider:
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str

    async def address(self, state: str, nonce: str, verifier: str) -> str:
        """Where the browser goes to sign in."""
        digest = hashlib.sha256(verifier.encode()).digest()
        async with self._client() as client:
            endpoint = (await self._metadata(client))["authorization_endpoint"]
        query = {
            "response_type": "code",
            "scope": "openid email profile",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "state": state,
            "nonce": nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
        }
        return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{urlencode(query)}"

    async def person(self, code: str, nonce: str, verifier: str) -> Person:
        """Who signed in; raises `NotBelieved` or `ProviderAway`."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": verifier,
        }
        async with self._client() as client:
            metadata = await self._metadata(client)
            tokens = await _json(
                client,
                "POST",
                metadata["token_endpoint"],
                data=form,
                auth=httpx2.BasicAuth(self.client_id, self.client_secret),
            )
            keys = await _json(client, "GET", metadata["jwks_uri"])
        try:
            token = jwt.decode(tokens["id_token"], KeySet.import_key_set(keys), _ALGORITHMS)  # type: ignore[arg-type]
            jwt.JWTClaimsRegistry(
                leeway=_LEEWAY,
                iss={"essential": True, "value": self.issuer},
                aud={"essential": True},
                exp={"essential": True},
                iat={"essential": True},
                sub={"essential": True},
            ).validate(token.claims)
        except (JoseError, KeyError, ValueError, TypeError) as error:
            _log.warning("sign_in.token_refused", error=type(error).__name__)
            raise NotBelieved from error
        return self._read(token.claims, nonce)

    def _read(self, claims: dict[str, Any], nonce: str) -> Person:
        audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
        party = claims.get("azp", self.client_id if len(audience) == 1 else None)
        same = hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode())
        subject = claims["sub"]
        fits = self.client_id in audience and party == self.client_id
        if not (same and fits and 0 < len(subject) <= _LONGEST):
            _log.warning("sign_in.token_refused", error="nonce, audience or subject")
            raise NotBelieved
        names = [claims.get("preferred_username")]
        if claims.get("email_verified") is True:
            names.append(claims.get("email"))
        methods = claims.get("amr")
        return Person(
            subject,
            tuple(each.strip().lower() for each in names if isinstance(each, str) and each.strip()),
            isinstance(methods, list) and "mfa" in methods,
        )

    def _client(self) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(timeout=_TIMEOUT, follow_redirects=False, trust_env=False)

    async def _metadata(self, client: httpx2.AsyncClient) -> dict[str, str]:
        found = await _json(
            client, "GET", f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
        )
        if found.get("issuer") != self.issuer:
            raise NotBelieved
        places = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        for name in places:
            if _origin(str(found.get(name, ""))) != _origin(self.issuer):
                _log.error("sign_in.endpoint_elsewhere", endpoint=name)
                raise NotBelieved
        return {name: found[name] for name in places}


async def _json(
    client: httpx2.AsyncClient, method: str, address: str, **options: Any
) -> dict[str, Any]:
    try:
        answer = await client.request(method, address, **options)
        found = answer.json() if answer.status_code == 200 else None
    except (httpx2.HTTPError, ValueError) as error:
        _log.warning("sign_in.provider_away", error=type(error).__name__)
        raise ProviderAway from error
    if answer.status_code >= 500:
        raise ProviderAway
    if not isinstance(found, dict):
        raise NotBelieved
    return found


def _origin(address: str) -> tuple[str, str]:
    parts = urlsplit(address)
    return parts.scheme, parts.netloc
