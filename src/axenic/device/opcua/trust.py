"""Whether a certificate is believed: in date, for this use, known or issued by a known authority, not revoked."""

from __future__ import annotations

from asyncua import ua
from asyncua.common.utils import ServiceError
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509.oid import ExtendedKeyUsageOID

from axenic.device.connection import Now
from axenic.device.opcua.credentials import Credentials, uri_in
from axenic.device.opcua.names import milliseconds

_S = ua.StatusCodes
_LEAST_BITS = 2048
SERVER, CLIENT = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH


class Trust:
    """Judges the certificates of the other side by what this one trusts; `now`: the time of day, ms since 1970."""

    def __init__(self, credentials: Credentials, now: Now, use: x509.ObjectIdentifier) -> None:
        self._credentials, self._now, self._use = credentials, now, use

    def flaw(self, certificate: x509.Certificate, uri: str = "") -> int:
        """The OPC UA status code of what is wrong with it; 0 if it is believed. An empty `uri` is not looked at."""
        now = self._now()
        if not starts_at(certificate) <= now < ends_at(certificate):
            return _S.BadCertificateTimeInvalid
        if not self._known(certificate, now):
            return _S.BadCertificateUntrusted
        if any(_lists(revoked, certificate) for revoked in self._credentials.revoked()):
            return _S.BadCertificateRevoked
        if not _is_for(certificate, self._use):
            return _S.BadCertificateUseNotAllowed
        if getattr(certificate.public_key(), "key_size", 0) < _LEAST_BITS:
            return _S.BadCertificatePolicyCheckFailed
        if uri and uri_in(certificate) != uri:
            return _S.BadCertificateUriInvalid
        return 0

    async def __call__(self, certificate: x509.Certificate, application: ua.ApplicationDescription) -> None:
        """What asyncua asks at the start of a session; raises ServiceError."""
        if code := self.flaw(certificate, application.ApplicationUri or ""):
            raise ServiceError(code)

    def _known(self, certificate: x509.Certificate, now: int) -> bool:
        return any(certificate == one or _issued(one, certificate, now) for one in self._credentials.trusted())


def starts_at(certificate: x509.Certificate) -> int:
    """When a certificate begins to hold, milliseconds since 1970."""
    return milliseconds(certificate.not_valid_before_utc)


def ends_at(certificate: x509.Certificate) -> int:
    """When a certificate ends, milliseconds since 1970."""
    return milliseconds(certificate.not_valid_after_utc)


def _issued(authority: x509.Certificate, certificate: x509.Certificate, now: int) -> bool:
    """True if an authority, itself in date, signed the certificate."""
    try:
        signs = authority.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
        certificate.verify_directly_issued_by(authority)
    except (x509.ExtensionNotFound, InvalidSignature, ValueError, TypeError):
        return False
    return signs and starts_at(authority) <= now < ends_at(authority)


def _lists(revoked: x509.CertificateRevocationList, certificate: x509.Certificate) -> bool:
    same = revoked.issuer == certificate.issuer
    return same and revoked.get_revoked_certificate_by_serial_number(certificate.serial_number) is not None


def _is_for(certificate: x509.Certificate, use: x509.ObjectIdentifier) -> bool:
    try:
        key = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
        uses = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return key.digital_signature and key.key_encipherment and key.data_encipherment and use in uses
