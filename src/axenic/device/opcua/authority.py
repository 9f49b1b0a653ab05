"""The site's own certificate authority: it issues the certificates of the engine and of equipment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from axenic.device.opcua.credentials import CERTIFICATE, KEY, TRUSTED
from axenic.device.opcua.names import moment_of
from axenic.device.opcua.private_file import keep_private

_AUTHORITY = "authority.der"


class Peer(StrEnum):
    """On which side of a link a certificate is used."""

    ENGINE = "engine"
    EQUIPMENT = "equipment"


def uri_of(side: Peer, name: str) -> str:
    """The application URI that a certificate of ours carries."""
    return f"urn:axenic:{side.value}:{name}"


@dataclass(frozen=True)
class Authority:
    """A certificate with the key that signs others; both lie in one folder, which belongs in a safe."""

    certificate: x509.Certificate
    key: RSAPrivateKey

    @classmethod
    def create(cls, folder: Path, site: str, now: int, days: int = 3650) -> Authority:
        """A new authority; `now`: milliseconds since 1970. Raises FileExistsError if there is one already."""
        if (folder / KEY).exists():
            raise FileExistsError(f"{folder} holds an authority already")
        folder.mkdir(parents=True, exist_ok=True)
        key, name = _key(), _name(f"{site} equipment authority")
        usage = _usage(signs=True)
        built = _begun(name, name, key, now, days)
        built = built.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        made = cls(built.add_extension(usage, critical=True).sign(key, hashes.SHA256()), key)
        keep_private(folder / KEY, _pem(key))
        (folder / _AUTHORITY).write_bytes(made.certificate.public_bytes(Encoding.DER))
        return made

    @classmethod
    def open(cls, folder: Path) -> Authority:
        """The authority of a folder; raises OSError, or ValueError if what lies there is none."""
        key = load_pem_private_key((folder / KEY).read_bytes(), None)
        if not isinstance(key, RSAPrivateKey):
            raise ValueError(f"{folder / KEY} is no RSA key")
        return cls(x509.load_der_x509_certificate((folder / _AUTHORITY).read_bytes()), key)

    def issue(
        self, folder: Path, side: Peer, name: str, now: int, days: int = 365, hosts: tuple[str, ...] = ("localhost",)
    ) -> None:
        """Put a key, a certificate and our own certificate as the trusted one into a folder; a key there is kept."""
        folder.mkdir(parents=True, exist_ok=True)
        key = _kept(folder / KEY)
        use = ExtendedKeyUsageOID.CLIENT_AUTH if side is Peer.ENGINE else ExtendedKeyUsageOID.SERVER_AUTH
        names = [x509.UniformResourceIdentifier(uri_of(side, name)), *map(_host, hosts)]
        built = _begun(_name(name), self.certificate.subject, key, now, days)
        built = built.add_extension(x509.SubjectAlternativeName(names), critical=False)
        built = built.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        built = built.add_extension(_usage(signs=False), critical=True)
        built = built.add_extension(x509.ExtendedKeyUsage([use]), critical=False)
        made = built.sign(self.key, hashes.SHA256())
        (folder / TRUSTED).mkdir(exist_ok=True)
        (folder / TRUSTED / _AUTHORITY).write_bytes(self.certificate.public_bytes(Encoding.DER))
        draft = folder / f"{CERTIFICATE}.draft"
        draft.write_bytes(made.public_bytes(Encoding.DER))
        draft.replace(folder / CERTIFICATE)  # whoever watches the file sees the old one or the new one

    def revoke(self, folder: Path, serials: tuple[int, ...], now: int, days: int = 365) -> None:
        """Put the list of revoked certificates into the trust of a folder."""
        built = x509.CertificateRevocationListBuilder().issuer_name(self.certificate.subject)
        built = built.last_update(moment_of(now)).next_update(moment_of(now) + timedelta(days=days))
        for serial in serials:
            row = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(moment_of(now)).build()
            built = built.add_revoked_certificate(row)
        listed = built.sign(self.key, hashes.SHA256()).public_bytes(Encoding.DER)
        (folder / TRUSTED / "revoked.crl").write_bytes(listed)


def _begun(subject: x509.Name, issuer: x509.Name, key: RSAPrivateKey, now: int, days: int) -> x509.CertificateBuilder:
    start = moment_of(now) - timedelta(minutes=5)  # clocks of equipment are not exact
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=days))
    )


def _usage(signs: bool) -> x509.KeyUsage:
    """OPC UA (Part 6, 6.2.2) asks all four of an application; an authority only signs."""
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=not signs,
        key_encipherment=not signs,
        data_encipherment=not signs,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )


def _key() -> RSAPrivateKey:
    return generate_private_key(65537, 2048)


def _pem(key: RSAPrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _kept(path: Path) -> RSAPrivateKey:
    if not path.exists():
        keep_private(path, _pem(_key()))
    key = load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, RSAPrivateKey):
        raise ValueError(f"{path} is no RSA key")
    return key


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common[:64])])


def _host(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)
