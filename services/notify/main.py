"""Wires notify: settings, channels, consumers, delivery loop."""

from __future__ import annotations

from services.notify.channels import Channel
from services.notify.channels.console import ConsoleChannel
from services.notify.channels.email import EmailChannel, SmtpServer
from services.notify.consumers import make_consumers
from services.notify.delivery import Delivery
from services.notify.outcomes import Outcomes
from services.notify.settings import CONSOLE, NotifySettings
from services.notify.store import INDEXES
from services.notify.sweepers import DeliveryLoop, StuckWatch
from services.notify.texts import Texts
from shared import service
from shared.contracts.applications import ContactChannel
from shared.observability import get_logger

_log = get_logger(__name__)


def channels(settings: NotifySettings, reply_to: str) -> dict[ContactChannel, Channel]:
    """The channels of this office, the first is tried first."""
    if settings.smtp_host == CONSOLE:
        _log.warning("mail.console", hint="messages are printed, not sent")
        return {"email": ConsoleChannel()}
    server = SmtpServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        user=settings.smtp_user,
        password=settings.smtp_password.get_secret_value(),
        tls=settings.smtp_tls,
        timeout_seconds=settings.smtp_timeout_seconds,
    )
    return {"email": EmailChannel(server, settings.mail_from, reply_to)}


def build(resources: service.Resources) -> service.Parts:
    settings = resources.settings
    if not isinstance(settings, NotifySettings):
        raise TypeError("notify is built from NotifySettings")
    delivery = Delivery(
        outcomes=Outcomes(resources.uow),
        keys=resources.keys,
        texts=Texts(resources.office, settings.public_url),
        channels=channels(settings, resources.office.identity.email),
    )
    return service.Parts(
        indexes=INDEXES,
        consumers=make_consumers(resources.office.escalation.email),
        background=(
            ("delivery", DeliveryLoop(delivery, resources.stopping).run),
            ("stuck-watch", StuckWatch(delivery, resources.stopping).run),
        ),
    )


def run() -> int:
    return service.main(NotifySettings, build)
