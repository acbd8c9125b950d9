"""The published test vector of AK1-QR version 1: its key is the example of RFC 6979, A.2.5."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from services.cards.keys.signer import PemSigner
from services.cards.token import Claims

PRIVATE = 0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721
SIGNER = PemSigner.of(ec.derive_private_key(PRIVATE, ec.SECP256R1()))
X = "YP7UuiVanTHJYet0xjVtaMBJuJI7Yfps5mliLmDyn7Y"
Y = "eQP-EAi4vJmkGunpVii8ZPLxsgwtfp9Rd6PClNRGIpk"
THUMBPRINT = "0cebf1bc9880748a95588905b79843b42ba75cb174055e3e246bf87fe00b4a6d"
CLAIMS = Claims(
    issuer="ID-1404",
    issued_at=datetime.fromtimestamp(1795482000, UTC),
    expires_at=datetime.fromtimestamp(1858697999, UTC),
    number="1404241126000123",
    name="Siti Rahmah",
    birth_date=date(1999, 4, 17),
    nik_last4="7891",
    education_level=4,
    token_id=bytes.fromhex("0102030405060708"),
    status_index=123,
)
PAYLOAD = bytes.fromhex(
    "a5016749442d31343034041a6ec97b0f061a6b04e190074801020304050607083a00011170a700010170"
    "31343034323431313236303030313233026b53495449205241484d414803198da9046437383931050406187b"
)
TOKEN = (
    bytes.fromhex("844da2012604480cebf1bc9880748aa05856")
    + PAYLOAD
    + bytes.fromhex(
        "58409b4f6540bd8275c32337f081c41016062dd70aaf05c1c3fcfee4d2c832d43308"
        "2ff7c7d72f42b8ab1d9ce4445a0f7f19235ca4e0913b0d74381f4128d3d8b369"
    )
)
ADDRESS = "HTTPS://AK1.INHILKAB.GO.ID/V"
BASE32 = (
    "QRG2EAJGAREAZ27RXSMIA5EKUBMFNJIBM5EUILJRGQYDIBA2N3EXWDYGDJVQJYMQA5EACAQDAQCQMBYIHIAACELQU4AACALQ"
    "GE2DANBSGQYTCMRWGAYDAMJSGMBGWU2JKRESAUSBJBGUCSADDGG2SBDEG44DSMIFAQDBQ62YICNU6ZKAXWBHLQZDG7YIDRAQ"
    "CYDC3VYKV4C4DQ7473SNFSBS2QZQQL7XY7LS6QVYVMOZZZCELIHX6GJDLSSOBEJ3BV2DQH2BFDJ5RM3J"
)


def claims(**changes: Any) -> Claims:
    """The claims of the vector, changed."""
    return replace(CLAIMS, **changes)
