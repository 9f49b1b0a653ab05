"""The site's own certificate authority: it issues the certificates of the engine and of equipment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, generate_private_key
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

_AUTHORITY, _REVOKED = "authority.der", "revoked.crl"


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
        built = _begun(name, name, key, key.public_key(), now, days)
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
        """Put a key, a certificate, and our own as the trusted one with its list of revoked ones into a folder.

        A key that is there is kept, and so is who was revoked. Other stacks trust nobody of an authority without a
        list (Part 4, 6.1.3: BadCertificateRevocationUnknown), even if nobody is on it.
        """
        folder.mkdir(parents=True, exist_ok=True)
        key = _kept(folder / KEY)
        use = ExtendedKeyUsageOID.CLIENT_AUTH if side is Peer.ENGINE else ExtendedKeyUsageOID.SERVER_AUTH
        names = [x509.UniformResourceIdentifier(uri_of(side, name)), *map(_host, hosts)]
        built = _begun(_name(name), self.certificate.subject, key, self.key.public_key(), now, days)
        built = built.add_extension(x509.SubjectAlternativeName(names), critical=False)
        built = built.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        built = built.add_extension(_usage(signs=False), critical=True)
        built = built.add_extension(x509.ExtendedKeyUsage([use]), critical=False)
        made = built.sign(self.key, hashes.SHA256())
        (folder / TRUSTED).mkdir(exist_ok=True)
        _put(folder / TRUSTED / _AUTHORITY, self.certificate.public_bytes(Encoding.DER))
        self.revoke(folder, (), now, days)
        _put(folder / CERTIFICATE, made.public_bytes(Encoding.DER))

    def revoke(self, folder: Path, serials: tuple[int, ...], now: int, days: int = 365) -> None:
        """Add to the list of revoked certificates in the trust of a folder: who is on it stays on it."""
        built = x509.CertificateRevocationListBuilder().issuer_name(self.certificate.subject)
        built = built.last_update(moment_of(now)).next_update(moment_of(now) + timedelta(days=days))
        built = built.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), False)
        built = built.add_extension(x509.CRLNumber(now), False)
        file = folder / TRUSTED / _REVOKED
        known = self._listed(file)
        for row in known:
            built = built.add_revoked_certificate(row)
        for serial in set(serials) - {row.serial_number for row in known}:
            new = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(moment_of(now)).build()
            built = built.add_revoked_certificate(new)
        _put(file, built.sign(self.key, hashes.SHA256()).public_bytes(Encoding.DER))

    def _listed(self, file: Path) -> list[x509.RevokedCertificate]:
        """Who is on our list in a file; nobody if there is none."""
        if not file.exists():
            return []
        found = x509.load_der_x509_crl(file.read_bytes())
        return list(found) if found.is_signature_valid(self.key.public_key()) else []


def _put(file: Path, content: bytes) -> None:
    """Whoever watches the file sees the old one or the new one."""
    draft = file.with_name(f"{file.name}.draft")
    draft.write_bytes(content)
    draft.replace(file)


def _begun(
    subject: x509.Name, issuer: x509.Name, key: RSAPrivateKey, signer: RSAPublicKey, now: int, days: int
) -> x509.CertificateBuilder:
    """With the identifiers of both keys (Part 6, 6.2.2): other stacks look for the authority by them alone."""
    start = moment_of(now) - timedelta(minutes=5)  # clocks of equipment are not exact
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer), critical=False)
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
