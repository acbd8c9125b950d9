"""An SMTP server that delivers nowhere: it keeps every mail and shows it on a page.

`python -m deploy.local.mail_inbox --smtp-port 2525 --http-port 8025 --dir <folder>`
"""

from __future__ import annotations

import argparse
import asyncio
import email
import email.policy
import html
import itertools
import time
from email.message import EmailMessage
from pathlib import Path

import uvicorn
from aiosmtpd.smtp import SMTP, Envelope, Session
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from deploy.local.ports import HOST

_PAGE = """<!doctype html><html lang="id"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>
<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:1.5rem auto;padding:0 1rem;
color:#0b0c0c}}a{{color:#1a5fb4}}li{{padding:.6rem 0;border-bottom:1px solid #ccc}}
ul{{list-style:none;padding:0}}small{{color:#505a5f}}pre{{white-space:pre-wrap;
overflow-wrap:anywhere;font:inherit;border-top:1px solid #ccc;padding-top:1rem}}</style>
<body><h1>{title}</h1>{body}</body></html>"""


class Inbox:
    """Mails as files in a folder; a name begins with the time, so names sort by age."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._count = itertools.count()

    async def handle_DATA(  # noqa: N802 - the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Store one mail, whole or not at all."""
        del server, session
        name = f"{time.time_ns():020d}-{next(self._count):06d}.eml"
        content = envelope.content or b""
        raw = content if isinstance(content, bytes) else content.encode()
        unfinished = self._folder / (name + ".part")
        recipients = "".join(f"X-Envelope-To: {to}\r\n" for to in envelope.rcpt_tos)
        unfinished.write_bytes(recipients.encode() + raw)
        unfinished.rename(self._folder / name)
        return "250 OK"

    def newest_first(self) -> list[dict[str, str]]:
        return [self.read(path.stem) for path in sorted(self._folder.glob("*.eml"), reverse=True)]

    def read(self, name: str) -> dict[str, str]:
        path = self._folder / f"{name}.eml"
        if path.parent != self._folder or not path.is_file():
            raise HTTPException(404, "Surat tidak ditemukan.")
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        return {
            "id": name,
            "to": ", ".join(mail.get_all("X-Envelope-To", [])) or str(mail["To"]),
            "from": str(mail["From"]),
            "subject": str(mail["Subject"]),
            "date": str(mail["Date"]),
            "text": _text(mail),
        }


def _text(mail: EmailMessage) -> str:
    part = mail.get_body(("plain", "html"))
    return str(part.get_content()) if part is not None else ""


def pages(inbox: Inbox) -> Starlette:
    """The list, one mail, and the same as JSON."""

    async def listed(_: Request) -> Response:
        rows = "".join(
            f'<li><a href="/messages/{mail["id"]}">{html.escape(mail["subject"])}</a><br>'
            f"<small>{html.escape(mail['to'])} · {html.escape(mail['date'])}</small></li>"
            for mail in inbox.newest_first()
        )
        body = f"<ul>{rows}</ul>" if rows else "<p>Belum ada surat. Muat ulang halaman ini.</p>"
        return HTMLResponse(_PAGE.format(title="Kotak surat percobaan", body=body))

    async def one(request: Request) -> Response:
        mail = {key: html.escape(text) for key, text in inbox.read(_id(request)).items()}
        body = (
            f"<p><small>Dari {mail['from']}<br>Kepada {mail['to']}<br>{mail['date']}</small></p>"
            f'<pre>{mail["text"]}</pre><p><a href="/">Semua surat</a></p>'
        )
        return HTMLResponse(_PAGE.format(title=mail["subject"], body=body))

    async def as_json(_: Request) -> Response:
        return JSONResponse(inbox.newest_first())

    return Starlette(
        routes=[
            Route("/", listed),
            Route("/messages/{id}", one),
            Route("/api/messages", as_json),
        ]
    )


def _id(request: Request) -> str:
    return str(request.path_params["id"])


async def serve(inbox: Inbox, smtp_port: int, http_port: int) -> None:
    """Listen for mails and for browsers until told to end."""
    loop = asyncio.get_running_loop()
    smtp = await loop.create_server(
        lambda: SMTP(inbox, enable_SMTPUTF8=True, hostname="kotak-surat.local", loop=loop),
        HOST,
        smtp_port,
    )
    options = uvicorn.Config(pages(inbox), host=HOST, port=http_port, log_level="warning")
    async with smtp:
        await uvicorn.Server(options).serve()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smtp-port", type=int, required=True)
    parser.add_argument("--http-port", type=int, required=True)
    parser.add_argument("--dir", type=Path, required=True)
    options = parser.parse_args()
    asyncio.run(serve(Inbox(options.dir.resolve()), options.smtp_port, options.http_port))


if __name__ == "__main__":
    main()
