"""BSrE through the office's Esign Client, v1: sends a PDF, gets it back with a signature.

The wire shape is that on which its public clients agree; the office must hold it against the
Juknis of its own server. What the server says in words is never logged: it may repeat the request.
"""

from __future__ import annotations

import base64
import binascii
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2  # noqa: TID251  # asks the server that signs
from cryptography import x509
from pydantic import SecretStr

from shared.errors import AppError
from shared.observability import get_logger

_log = get_logger(__name__)
_NOT_REGISTERED, _WRONG_PASSPHRASE = 2011, 2031
_VISIBLE_POINTS = "60"


class SealingStopped(AppError):
    """Whatever it was, the next card would fail as well."""

    status = 503
    code = "stopped"


class WrongPassphrase(SealingStopped):
    """Frasa sandi salah. Ketik lagi dengan teliti: bila salah berkali-kali, akun BSrE terkunci."""

    status = 422
    code = "passphrase"


class NotRegistered(SealingStopped):
    """NIK ini tidak terdaftar di BSrE. Periksa NIK Anda, atau hubungi pengelola BSrE kantor."""

    status = 422
    code = "not_registered"


class SignerAway(SealingStopped):
    """Server tanda tangan BSrE tidak menjawab. Coba lagi beberapa menit lagi."""

    code = "away"


class NotSecure(SealingStopped):
    """Sambungan ke server tanda tangan tidak aman, jadi tidak dipakai. Kabari penyedia sistem."""

    code = "not_secure"


class Refused(SealingStopped):
    """Server tanda tangan menolak permintaan ini. Coba sekali lagi, lalu kabari penyedia sistem."""

    code = "refused"


class BadAnswer(SealingStopped):
    """Hasil dari server tanda tangan tidak sah, jadi tidak disimpan. Kabari penyedia sistem."""

    code = "bad_answer"


@dataclass(frozen=True)
class Signatory:
    """Who signs. Lives as long as the request in which it was typed, and is kept nowhere."""

    nik: str = field(repr=False)
    passphrase: SecretStr = field(repr=False)


@dataclass(frozen=True)
class Bsre:
    """The server, our account there, and who vouches for the signatures that it makes.

    With a `tag` (a character in the PDF) the signature is shown there, as a QR with `link`.
    """

    url: str
    username: str
    password: str = field(repr=False)
    tls: ssl.SSLContext | bool
    roots: tuple[x509.Certificate, ...]
    tag: str = ""
    link: str = ""
    seconds: float = 20

    async def sign(self, pdf: bytes, signatory: Signatory) -> bytes:
        """The PDF as it comes back, not checked yet; raises `SealingStopped`."""
        fields = {
            "nik": signatory.nik,
            "passphrase": signatory.passphrase.get_secret_value(),
            **self._appearance(),
        }
        client = httpx2.AsyncClient(
            verify=self.tls,
            auth=httpx2.BasicAuth(self.username, self.password),
            timeout=httpx2.Timeout(self.seconds, connect=5),
            trust_env=False,
        )
        try:
            async with client:
                answer = await client.post(
                    f"{self.url.rstrip('/')}/api/sign/pdf",
                    data=fields,
                    files={"file": ("kartu.pdf", pdf, "application/pdf")},
                )
        except httpx2.HTTPError as error:
            _log.warning("bsre.no_answer", error=type(error).__name__)
            is_refused = isinstance(error, httpx2.ConnectError) and _is_about_tls(error)
            raise (NotSecure if is_refused else SignerAway) from None
        return _signed(answer)

    def _appearance(self) -> dict[str, str]:
        if not self.tag:
            return {"tampilan": "invisible"}
        return {
            "tampilan": "visible",
            "image": "false",
            "linkQR": self.link,
            "tag_koordinat": self.tag,
            "width": _VISIBLE_POINTS,
            "height": _VISIBLE_POINTS,
        }


def read_roots(path: Path) -> tuple[x509.Certificate, ...]:
    """All certificates of a PEM file; raises `OSError` or `ValueError`."""
    return tuple(x509.load_pem_x509_certificates(path.read_bytes()))


def check_address(url: str) -> None:
    """Raises `ValueError`: a pass phrase goes over TLS or not at all."""
    if urlsplit(url).scheme != "https":
        raise ValueError("BSRE_URL must begin with https://")


def _signed(answer: httpx2.Response) -> bytes:
    if answer.status_code >= 500:
        _log.warning("bsre.failed", status=answer.status_code)
        raise SignerAway
    if answer.status_code == 200 and answer.content.startswith(b"%PDF-"):
        return answer.content
    told = _json(answer)
    code = _number(told.get("status_code"))
    if code == _WRONG_PASSPHRASE:
        raise WrongPassphrase
    if code == _NOT_REGISTERED:
        raise NotRegistered
    if answer.status_code == 200 and "base64_signed_file" in told:
        try:
            return base64.b64decode(told["base64_signed_file"], validate=True)
        except (binascii.Error, ValueError, TypeError):
            raise BadAnswer from None
    _log.error("bsre.refused", status=answer.status_code, code=code)
    raise Refused


def _json(answer: httpx2.Response) -> dict[str, Any]:
    try:
        told = answer.json()
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _number(value: Any) -> int | None:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else None


def _is_about_tls(error: BaseException) -> bool:
    """Whether TLS itself failed, at whatever depth; that it waits for bytes is an error, too."""
    if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLWantReadError):
        return True
    causes = (error.__cause__, error.__context__)
    return any(_is_about_tls(each) for each in causes if each is not None)
