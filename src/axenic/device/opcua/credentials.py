"""What one side of a link has in its folder: certificate, key, whom it trusts, and what it logs in with."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509

from axenic.device.opcua.private_file import keep_private

CERTIFICATE, KEY, TRUSTED, LOGIN, USERS = "certificate.der", "key.pem", "trusted", "login.json", "users.json"


@dataclass(frozen=True, slots=True)
class Credentials:
    """A folder; everything is read anew at each connection, so that what is renewed counts without a restart."""

    folder: Path

    @property
    def file(self) -> Path:
        """The file of its own certificate."""
        return self.folder / CERTIFICATE

    @property
    def key(self) -> Path:
        """The file of the private key."""
        return self.folder / KEY

    @property
    def users(self) -> Path:
        """The file of the accounts that equipment knows."""
        return self.folder / USERS

    def certificate(self) -> x509.Certificate:
        """Its own certificate; raises OSError or ValueError."""
        return x509.load_der_x509_certificate(self.file.read_bytes())

    def version(self) -> int:
        """Changes whenever the certificate was renewed."""
        return self.file.stat().st_mtime_ns

    def trusted(self) -> list[x509.Certificate]:
        """The certificates of those it trusts, and of authorities whose certificates it trusts."""
        files = sorted((self.folder / TRUSTED).glob("*.der"))
        return [x509.load_der_x509_certificate(file.read_bytes()) for file in files]

    def revoked(self) -> list[x509.CertificateRevocationList]:
        """The lists of revoked certificates."""
        files = sorted((self.folder / TRUSTED).glob("*.crl"))
        return [x509.load_der_x509_crl(file.read_bytes()) for file in files]

    def login(self) -> tuple[str, str]:
        """User and password; raises OSError or ValueError."""
        row = json.loads((self.folder / LOGIN).read_text("utf-8"))
        return str(row["user"]), str(row["password"])

    def keep_login(self, user: str, password: str) -> None:
        """Keep what the engine logs in with in its private file."""
        keep_private(self.folder / LOGIN, json.dumps({"user": user, "password": password}).encode())


def uri_in(certificate: x509.Certificate) -> str:
    """The application URI of a certificate; empty if it has none."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ""
    return next(iter(names.get_values_for_type(x509.UniformResourceIdentifier)), "")
