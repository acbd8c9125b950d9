"""A signing key in a PKCS#11 token (SoftHSM), from the command to a token that verifies."""

from __future__ import annotations

import subprocess
from pathlib import Path

import cwt
import pytest

from services.cards.keys import __main__ as commands
from services.cards.keys.hsm import TokenUnusable, open_token
from services.cards.keys.ring import read_ring
from services.cards.keys.settings import KeySettings
from services.cards.keys.signing import SigningKeys
from services.cards.token import sign_token
from shared import clock
from tests.unit.cards.vector import CLAIMS, PAYLOAD

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")


@pytest.fixture
def token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The environment of a service whose key is in a token; gives the ring file."""
    (tmp_path / "tokens").mkdir()
    configuration = tmp_path / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {tmp_path / 'tokens'}\nlog.level = ERROR\n")
    for name, value in {
        "SOFTHSM2_CONF": str(configuration),
        "SIGNING_KEYS_FILE": str(tmp_path / "ring.json"),
        "PKCS11_MODULE": str(MODULE),
        "PKCS11_TOKEN": "cards",
        "PKCS11_PIN": "1234",
    }.items():
        monkeypatch.setenv(name, value)
    command = ["softhsm2-util", "--init-token", "--free", "--label", "cards"]
    subprocess.run([*command, "--pin", "1234", "--so-pin", "5678"], check=True, capture_output=True)
    return tmp_path / "ring.json"


def test_a_card_is_signed_in_the_token(token: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.main(["new", "--pkcs11"]) == 0
    assert "in the token as ak1-" in capsys.readouterr().out
    (key,) = read_ring(token).keys
    assert key.private_key is None
    signer = SigningKeys.open(KeySettings()).signer_at(clock.now())
    signed = sign_token(CLAIMS, signer)
    assert len(signed) == 170
    public = key.public
    reader = cwt.COSEKey.new({1: 2, -1: 1, 3: -7, 2: public.kid, -2: public.x, -3: public.y})
    assert cwt.COSE.new().decode(b"\xd2" + signed, reader) == PAYLOAD

    missing = open_token(KeySettings())
    with pytest.raises(TokenUnusable, match="no key gone"):
        missing.signer(public, "gone")
    shut = SigningKeys.open(KeySettings(pkcs11_token="another"))
    with pytest.raises(TokenUnusable, match="another"):
        shut.signer_at(clock.now())
