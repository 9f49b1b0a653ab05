"""How the engine comes in: the best security that is offered, certificates held against each other, an account."""

from __future__ import annotations

from collections.abc import Iterator

from asyncua import Client, ua
from asyncua.crypto.security_policies import (
    SecurityPolicy,
    SecurityPolicyAes128Sha256RsaOaep,
    SecurityPolicyAes256Sha256RsaPss,
    SecurityPolicyBasic256Sha256,
)
from asyncua.crypto.uacrypto import CertProperties
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from axenic.device.connection import Now
from axenic.device.driver.driver import Distrusted, LinkError
from axenic.device.opcua import names
from axenic.device.opcua.asking import Asking
from axenic.device.opcua.credentials import Credentials, uri_in
from axenic.device.opcua.trust import SERVER, Trust, ends_at

_S = ua.StatusCodes
_POLICIES: tuple[type[SecurityPolicy], ...] = (  # the strongest first
    SecurityPolicyAes256Sha256RsaPss,
    SecurityPolicyAes128Sha256RsaOaep,
    SecurityPolicyBasic256Sha256,
)


class Admission:
    """`uri`: what the certificate of the equipment must say."""

    def __init__(self, asked: Asking, credentials: Credentials, uri: str, now: Now) -> None:
        self._asked, self._credentials, self._uri, self._now = asked, credentials, uri, now
        self._certificates: dict[str, x509.Certificate] = {}

    async def secure(self, client: Client) -> None:
        """Make a client ready to connect; raises LinkError with the reason."""
        equipment = self._asked.equipment
        policy, certificate = await self._endpoint()
        own = self._own()
        self._certificates = {f"the certificate of {equipment}": certificate, "our certificate": own}
        if code := Trust(self._credentials, self._now, SERVER).flaw(certificate, self._uri):
            raise Distrusted(self._distrust(code, certificate))
        if ends_at(own) <= self._now():
            raise Distrusted(f"our certificate for {equipment} ended on {_day(own)}: renew it")
        client.application_uri = uri_in(own)
        user, password = self._login()
        client.set_user(user)
        client.set_password(password)
        files = self._credentials.file, self._credentials.key
        theirs = CertProperties(certificate.public_bytes(Encoding.DER), "der")
        await self._asked(client.set_security(policy, *files, server_certificate=theirs), "security")

    def left(self) -> Iterator[tuple[str, int, str]]:
        """Of each certificate: whose it is, how long it still holds (ms), and until when."""
        for whose, certificate in self._certificates.items():
            yield whose, ends_at(certificate) - self._now(), _day(certificate)

    async def _endpoint(self) -> tuple[type[SecurityPolicy], x509.Certificate]:
        """The best policy that is offered with encryption, and the certificate that the equipment shows."""
        asking = Client(self._asked.address, self._asked.answer_s)
        try:
            found = await self._asked(asking.connect_and_get_server_endpoints(), "its endpoints")
        finally:
            asking.disconnect_socket()  # who does not answer in time is hung up on
        offered = {e.SecurityPolicyUri: e for e in found if e.SecurityMode == ua.MessageSecurityMode.SignAndEncrypt}
        for policy in _POLICIES:
            if policy.URI in offered:
                shown = offered[policy.URI].ServerCertificate or b""
                try:
                    return policy, x509.load_der_x509_certificate(_first(shown))
                except ValueError as error:
                    raise LinkError(f"{self._asked.equipment} shows no certificate: {error}") from error
        raise LinkError(f"{self._asked.equipment} at {self._asked.address} offers no encryption that we take")

    def _own(self) -> x509.Certificate:
        try:
            return self._credentials.certificate()
        except (OSError, ValueError) as error:
            raise LinkError(f"our certificate for {self._asked.equipment} cannot be read: {error}") from error

    def _login(self) -> tuple[str, str]:
        try:
            return self._credentials.login()
        except (OSError, ValueError, KeyError) as error:
            raise LinkError(f"our account at {self._asked.equipment} cannot be read: {error}") from error

    def _distrust(self, code: int, certificate: x509.Certificate) -> str:
        if code == _S.BadCertificateTimeInvalid:
            return f"the certificate of {self._asked.equipment} holds until {_day(certificate)} only: renew it"
        return f"the certificate of {self._asked.equipment} is not trusted ({names.status(code).name})"


def _day(certificate: x509.Certificate) -> str:
    return f"{certificate.not_valid_after_utc:%Y-%m-%d %H:%M} UTC"


def _first(chain: bytes) -> bytes:
    """The first certificate of a chain: it says itself how long it is."""
    return chain[: int.from_bytes(chain[2:4], "big") + 4]
