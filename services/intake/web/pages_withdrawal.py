"""Withdraw an application: a question first, then once and for all."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.intake import status, withdrawal
from services.intake.web.failures import HOME
from services.intake.web.pages_status import SUMMARY
from services.intake.web.rendering import Link
from services.intake.web.site import Site, go

WITHDRAW = "/status/batalkan"


class WithdrawalPages:
    def __init__(self, site: Site) -> None:
        self.site = site
        self.intake = site.intake

    def routes(self) -> list[Route]:
        return [
            Route(WITHDRAW, self.ask),
            Route(WITHDRAW, self.withdraw, methods=["POST"]),
        ]

    async def ask(self, request: Request) -> Response:
        application_id = await self.site.status_of(request)
        view = await status.get_status(self.intake, application_id)
        if not view.withdrawable:
            return go(SUMMARY)  # its state is told there
        return self.site.held(
            request,
            application_id,
            "withdraw.html",
            title="Batalkan permohonan",
            reference=view.reference,
            action=WITHDRAW,
            onward=SUMMARY,
            back=SUMMARY,
        )

    async def withdraw(self, request: Request) -> Response:
        """Tapped twice, it is withdrawn once and shown twice."""
        application_id = await self.site.status_of(request)
        await self.site.posted(request, application_id)
        try:
            await withdrawal.withdraw_application(self.intake, application_id)
        except withdrawal.TooLateToWithdraw as error:
            return self.site.pages.message(
                request,
                error.status,
                "Permohonan tidak dapat dibatalkan lagi",
                str(error),
                links=(Link(SUMMARY, "Lihat status"), HOME),
            )
        return go(SUMMARY)
