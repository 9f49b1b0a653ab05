"""A sealed record taken apart: its attachment, and whether its seal is intact and was made under the journal's key."""

from __future__ import annotations

import io
from collections.abc import Sequence, Set
from dataclasses import dataclass

from asn1crypto import cms, core
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from axenic.record.note import Verifier

START = b"%PDF-"
_UNREADABLE = (PdfError, SignatureValidationError, x509.InvalidVersion, UnsupportedAlgorithm)
_WRONG = (*_UNREADABLE, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError)


@dataclass(frozen=True, slots=True)
class SealVerdict:
    """`state`: intact, broken or none; why it is broken; who sealed, and the time it names ("" if unknown)."""

    state: str
    reason: str = ""
    by: str = ""
    at: str = ""


def attached(pdf: bytes) -> bytes:
    """The JSON attached to a record; raises ValueError if there is not exactly one."""
    try:
        names = PdfFileReader(io.BytesIO(pdf)).root["/Names"]["/EmbeddedFiles"]["/Names"]
        files = [names[n + 1] for n in range(0, len(names), 2) if str(names[n]).endswith(".json")]
        if len(files) != 1:
            raise ValueError(f"{len(files)} bundles are attached")
        return bytes(files[0]["/EF"]["/F"].data)
    except _WRONG as error:
        raise ValueError(f"no bundle can be taken out of the PDF: {error}") from error


def judge_seal(pdf: bytes, keys: Sequence[Verifier]) -> SealVerdict:
    """The verdict on the seal of a PDF; `keys`: those that may sign for the journal whose record it says it is."""
    try:
        signatures = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
        if not signatures:
            return SealVerdict("none", "the file has no seal")
        if len(signatures) != 1:
            return SealVerdict("broken", f"{len(signatures)} signatures where one seal belongs")
        return _judged(pdf, signatures[0], keys)
    except _WRONG as error:
        return SealVerdict("broken", f"the seal cannot be read: {error}")


def _judged(pdf: bytes, seal: EmbeddedPdfSignature, keys: Sequence[Verifier]) -> SealVerdict:
    issuer = _issuer(seal, {key.key for key in keys})
    if issuer is None:
        return SealVerdict("broken", "the certificate of the seal was not issued by the key of the journal")
    if not _nothing_beside(pdf, seal):
        return SealVerdict("broken", "something was hidden beside the signature")
    moment = seal.self_reported_timestamp
    context = ValidationContext(trust_roots=[issuer], allow_fetching=False, moment=moment)
    status = validate_pdf_signature(seal, signer_validation_context=context)
    by = str(status.signing_cert.subject.native.get("common_name", ""))
    said = moment.isoformat() if moment else ""
    if not (status.intact and status.valid):
        return SealVerdict("broken", "the file was changed after it was sealed", by, said)
    if status.coverage != SignatureCoverageLevel.ENTIRE_FILE:
        return SealVerdict("broken", "something was added after the file was sealed", by, said)
    if not status.trusted:
        return SealVerdict("broken", "the certificate of the seal is not good", by, said)
    return SealVerdict("intact", "", by, said)


def _issuer(seal: EmbeddedPdfSignature, keys: Set[bytes]) -> asn1_x509.Certificate | None:
    """The certificate of the journal in the seal, if it holds a key of the journal and signed itself."""
    certificates = extract_certificate_info(seal.signed_data)
    for found in (*certificates.other_certs, certificates.signer_cert):
        candidate = x509.load_der_x509_certificate(found.dump())
        public = candidate.public_key()
        if not isinstance(public, Ed25519PublicKey) or public.public_bytes_raw() not in keys:
            continue
        if candidate.signature_algorithm_oid != x509.SignatureAlgorithmOID.ED25519:
            return None
        try:
            public.verify(candidate.signature, candidate.tbs_certificate_bytes)
        except InvalidSignature:
            return None
        return found
    return None


def _nothing_beside(pdf: bytes, seal: EmbeddedPdfSignature) -> bool:
    """Whether the bytes that the signature leaves out are the signature alone, written as it is written, then zeros."""
    _, end, begin, _ = (int(n) for n in seal.byte_range)
    whole = bytes(seal.pkcs7_content)
    again = _written_again(seal)
    written = b"<" + whole.hex().upper().encode() + b">"
    return whole == again.ljust(len(whole), b"\0") and pdf[end:begin] == written


def _written_again(seal: EmbeddedPdfSignature) -> bytes:
    """The signature as we write one, of the parts of this one that are checked: no byte beside them can be another."""
    made, sha256 = seal.signer_info, {"algorithm": "sha256", "parameters": core.Null()}
    rsa = {"algorithm": "sha256_rsa", "parameters": core.Null()}
    own = extract_certificate_info(seal.signed_data).signer_cert
    signer = {
        "version": "v1",
        "sid": cms.SignerIdentifier(
            "issuer_and_serial_number", {"issuer": own.issuer, "serial_number": own.serial_number}
        ),
        "digest_algorithm": sha256,
        "signed_attrs": made["signed_attrs"],
        "signature_algorithm": rsa,
        "signature": made["signature"],
    }
    data = {
        "version": "v1",
        "digest_algorithms": [sha256],
        "encap_content_info": {"content_type": "data"},
        "certificates": seal.signed_data["certificates"],
        "signer_infos": [signer],
    }
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(data)}).dump(force=True))
