"""What every channel must do; each implementation inherits these tests."""

from __future__ import annotations

from typing import get_args

import pytest

from services.notify.channels import Accepted, Channel, Message, Permanent, Retry
from shared.contracts.applications import ContactChannel


def message(**changes: str) -> Message:
    values = {
        "notice_id": "0d9f5a52-6c2e-5c37-8a65-1f4f2f3f9d11",
        "recipient": "pemohon@warga.example",
        "subject": "Pendaftaran AK-1 sudah kami terima",
        "text": "Halo Mu'min <&> 😀\n" + "panjang " * 300,
        "html": "<p>Halo Mu&#39;min &lt;&amp;&gt; 😀</p>",
        **changes,
    }
    return Message(**values)


class ChannelContract:
    """Needs a fixture `channel` whose provider accepts everything."""

    def test_name_is_a_contact_channel(self, channel: Channel) -> None:
        assert channel.name in get_args(ContactChannel)

    async def test_accepted_message_has_a_provider_id(self, channel: Channel) -> None:
        outcome = await channel.send(message())
        assert isinstance(outcome, Accepted)
        assert outcome.provider_id

    async def test_a_repeat_is_no_error(self, channel: Channel) -> None:
        assert isinstance(await channel.send(message()), Accepted)
        assert isinstance(await channel.send(message()), Accepted)

    @pytest.mark.parametrize(
        "recipient", ["", "tanpa-domain", "a b@c.example", "x@y.example\nBcc: z@z.example"]
    )
    async def test_an_odd_address_is_an_outcome_not_an_exception(
        self, channel: Channel, recipient: str
    ) -> None:
        outcome = await channel.send(message(recipient=recipient))
        assert isinstance(outcome, Accepted | Retry | Permanent)
