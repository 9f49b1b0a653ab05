"""The seal of a printed record: a PAdES signature (baseline B-B) over the whole file, under the journal's own key.

The seal says which system made the file and that no byte of it was changed since; it is not the electronic signature of
a person (21 CFR 11.50), which is an entry of the journal. Its RSA key lies beside the journal, in a file that its owner
alone may read; its certificate is issued by the journal's Ed25519 key, so that whoever trusts the journal's public key
can check the seal with it. RSA (PKCS 1 v1.5) signs the same bytes to the same signature, and the time in the seal is
that of the record's last entry: printed again, the file is the same.
"""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko_certvalidator.registry import SimpleCertificateStore

from axenic.record.files import keep_private
from axenic.record.place import Place
from axenic.record.reading import Reading
from axenic.record.statement import private_key

SEAL = ".seal"  # what the file of the key and the certificates ends on
_BITS = 3072
_RESERVED = 2 * 8192  # hexadecimal digits kept free for the signature with its two certificates
_FOREVER = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)  # RFC 5280 4.1.2.5: no well-defined end


@dataclass(frozen=True, slots=True)
class Seal:
    """The key of a seal (PKCS 8), its certificate and that of the journal which issued it, all DER."""

    key: bytes
    certificate: bytes
    issuer: bytes

    def close(self, pdf: bytes, at: int) -> bytes:
        """The PDF with the seal on it, dated `at` (milliseconds, UTC)."""
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        store.register(asn1_x509.Certificate.load(self.issuer))
        signer = _Own(
            signing_cert=asn1_x509.Certificate.load(self.certificate),
            signing_key=asn1_keys.PrivateKeyInfo.load(self.key),
            cert_registry=store,
            embed_roots=True,
        )
        meta = PdfSignatureMetadata(
            field_name="Seal",
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            reason="Seal of the system on a printed record; not the signature of a person",
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
        )
        return asyncio.run(_close(PdfSigner(meta, signer), pdf, datetime.fromtimestamp(at // 1000, UTC)))


async def _close(signer: PdfSigner, pdf: bytes, moment: datetime) -> bytes:
    session = signer.init_signing_session(_Repeatable(io.BytesIO(pdf)))
    session.system_time = moment
    prepared = session.prepare_tbs_document(validation_info=None, bytes_reserved=_RESERVED)
    digest, file = prepared.digest_tbs_document()
    await prepared.perform_signature(digest.document_digest, PdfCMSSignedAttributes(signing_time=moment))
    file.seek(0)
    return bytes(file.read())


class _Own(SimpleSigner):
    """Signs with a key that was checked when it was read from its file: to check it again takes a tenth of a second."""

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """PKCS 1 v1.5 over SHA-256."""
        assert self.signing_key is not None
        key = serialization.load_der_private_key(self.signing_key.dump(), None, unsafe_skip_rsa_key_validation=True)
        assert isinstance(key, rsa.RSAPrivateKey)
        return key.sign(data, padding.PKCS1v15(), hashes.SHA256())


class _Repeatable(IncrementalPdfFileWriter):
    """Adds to a PDF without chance and without the clock."""

    @classmethod
    def _handle_id(cls, prev: Any) -> Any:
        first = generic.ByteStringObject(prev.trailer["/ID"][0].original_bytes)
        second = generic.ByteStringObject(sha256(b"sealed" + first).digest()[:16])
        return generic.ArrayObject([first, second])

    def _update_meta(self) -> None:
        """The document's metadata are those of the record, which did not change."""


def seal_of(journal: str | Path | Place, reading: Reading) -> Seal:
    """The seal of a journal as it was read, made at the first call, and anew when the journal has a new key.

    Raises OSError if the key of the journal is not there, ValueError if the file of the seal is no seal.
    """
    private = private_key(journal, reading)
    if private is None:
        raise FileNotFoundError(f"the key of {journal} is not at hand: nobody can seal for it")
    where = Place.of(journal).beside(SEAL)
    public = Ed25519PrivateKey.from_private_bytes(private).public_key()
    if not where.exists() or _certificates(where)[1].public_key() != public:
        begun = min((e.thing.at for e in reading.entries if e.thing.at > 0), default=0)
        keep_private(where, _made(private, reading.head.origin, begun))
    certificates = _certificates(where)
    key = serialization.load_pem_private_key(where.read_bytes(), None)
    private = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    own, issuer = (c.public_bytes(serialization.Encoding.DER) for c in certificates)
    return Seal(private, own, issuer)


def _certificates(where: Path) -> list[x509.Certificate]:
    """The certificate of the seal and that of the journal which issued it."""
    found = x509.load_pem_x509_certificates(where.read_bytes())
    if len(found) != 2:
        raise ValueError(f"{where} does not hold two certificates")
    return found


def _made(private: bytes, origin: str, begun: int) -> bytes:
    """A new key with its certificates, as one text; good from `begun` (milliseconds, UTC)."""
    journal = Ed25519PrivateKey.from_private_bytes(private)
    key = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
    since = datetime.fromtimestamp(begun // 1000, UTC)
    issuer = _certificate(_name(origin), journal.public_key(), _name(origin), journal, since, True)
    own = _certificate(_name(f"{origin} seal"), key.public_key(), _name(origin), journal, since, False)
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return bytes(secret + own.public_bytes(pem) + issuer.public_bytes(pem))


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text[:64])])  # X.520 allows no more


def _certificate(
    subject: x509.Name, public: Any, issuer: x509.Name, signer: Ed25519PrivateKey, since: datetime, authority: bool
) -> x509.Certificate:
    usage = dict.fromkeys(
        (
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    uses = x509.KeyUsage(
        digital_signature=not authority, content_commitment=not authority, key_cert_sign=authority, **usage
    )
    der = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    number = int.from_bytes(sha256(der).digest()[:15]) | 1
    build = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(public)
    build = build.serial_number(number).not_valid_before(since).not_valid_after(_FOREVER)
    build = build.add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    build = build.add_extension(uses, critical=True)
    build = build.add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    known = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    return build.add_extension(known, critical=False).sign(signer, None)
