"""Settings that no service may start with."""

from __future__ import annotations

import pytest
from pydantic import SecretStr, ValidationError

from shared.settings import ServiceSettings


def settings_with(trusted_proxies: str) -> ServiceSettings:
    nowhere = SecretStr("")
    return ServiceSettings(
        service="x", mongo_url=nowhere, rabbit_url=nowhere, trusted_proxies=trusted_proxies
    )


@pytest.mark.parametrize("listed", ["*", "10.0.0.7, *", "0.0.0.0/0", "::/0", "127.0.0.1,::/0"])
def test_nobody_believes_everybody_about_his_address(listed: str) -> None:
    with pytest.raises(ValidationError, match="list the addresses of your proxies"):
        settings_with(listed)


@pytest.mark.parametrize("listed", ["proxy", "10.0.0.7/8", "10.0.0.7 10.0.0.8", "10.0.0.300"])
def test_what_is_no_address_would_be_believed_never_and_is_told(listed: str) -> None:
    with pytest.raises(ValidationError, match="is no address or network"):
        settings_with(listed)


@pytest.mark.parametrize("listed", ["", "127.0.0.1", "10.0.0.7, 172.16.0.0/12,::1"])
def test_addresses_of_proxies_are_taken(listed: str) -> None:
    assert settings_with(listed).trusted_proxies == listed
