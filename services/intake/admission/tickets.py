"""Tickets outside of the process: signed, so that nobody makes an early one."""

from __future__ import annotations

from itsdangerous import BadSignature, URLSafeTimedSerializer

from services.intake.admission.line import Ticket

TICKET_SECONDS = 3600
PASS_SECONDS = 1800  # to read the start page and fill in its form


class Tickets:
    """One place in line as text, or the pass of somebody whose turn has come."""

    def __init__(self, key: str) -> None:
        self._tickets = URLSafeTimedSerializer(key, salt="intake.ticket")
        self._passes = URLSafeTimedSerializer(key, salt="intake.pass")

    def text(self, ticket: Ticket) -> str:
        return self._tickets.dumps([ticket.issued, ticket.nonce])

    def read(self, text: str | None) -> Ticket | None:
        try:
            issued, nonce = self._tickets.loads(text or "", max_age=TICKET_SECONDS)
        except BadSignature:
            return None
        return Ticket(issued, nonce)

    def make_pass(self) -> str:
        return self._passes.dumps(1)

    def is_pass(self, text: str | None) -> bool:
        try:
            self._passes.loads(text or "", max_age=PASS_SECONDS)
        except BadSignature:
            return False
        return True
