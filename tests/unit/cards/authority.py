"""A throw-away authority of certificates, and PKCS#12 files of made-up offices and officials."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from services.cards.sealing.pades import SealKey

PASSWORD = b"sandi berkas contoh"
Key = ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Authority:
    key: Key
    certificate: x509.Certificate

    def seal_key(self, name: str = "Dinas CONTOH", days: int = 30) -> SealKey:
        """Of a certificate that ends after so many days; a negative number: it has ended."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._certify(name, key, days, _usage(signs=True))
        content = pkcs12.serialize_key_and_certificates(
            b"contoh", key, certificate, [self.certificate], BestAvailableEncryption(PASSWORD)
        )
        return SealKey(content, PASSWORD)

    def of_server(self, host: str) -> bytes:
        """Key and certificate of a TLS server, as PEM."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([x509.DNSName(host)])
        certificate = self._certify(host, key, 30, names)
        return pem_of(key) + certificate.public_bytes(Encoding.PEM)

    def of_stamps(self) -> tuple[x509.Certificate, rsa.RSAPrivateKey]:
        """Of a time stamp authority."""
        key = rsa.generate_private_key(65537, 2048)
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        return self._certify("Waktu CONTOH", key, 30, usage), key

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    def _certify(
        self, name: str, key: Key | rsa.RSAPrivateKey, days: int, extension: x509.ExtensionType
    ) -> x509.Certificate:
        builder = _builder(name, self.certificate.subject, key, days)
        return builder.add_extension(extension, critical=True).sign(self.key, hashes.SHA256())


def new_authority(name: str = "CA CONTOH") -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(name, _name(name), key, 60)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    builder = builder.add_extension(_usage(signs=False), critical=True)
    return Authority(key, builder.sign(key, hashes.SHA256()))


def pem_of(key: Key) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _builder(
    name: str, issuer: x509.Name, key: Key | rsa.RSAPrivateKey, days: int
) -> x509.CertificateBuilder:
    end = datetime.now(UTC) + timedelta(days=days)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(end - timedelta(days=90))
        .not_valid_after(end)
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs,
        content_commitment=signs,
        key_cert_sign=not signs,
        crl_sign=not signs,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
