#!/usr/bin/env python3
"""Verify a record that was carried out of Axenic, without Axenic: one file, Python 3.9 or newer, and `cryptography`.

    python3 verify_record.py FILE [--key VKEY]

FILE is the bundle of a batch (.json), a printed batch record (.pdf) with the bundle attached, or the export of a whole
journal (.jsonl). VKEY pins the public key of the journal (the text of its .vkey file); without it the key in the file
is believed, which proves that the parts fit each other, but not whose they are.

What is checked, and by which published rule:
  leaf = SHA-256(0x00 || entry), node = SHA-256(0x01 || left || right)                         RFC 6962, RFC 9162 2.1
  an entry is canonical JSON, a bundle too                                                     RFC 8785
  each entry of a bundle is in the journal: inclusion proof                                    RFC 9162 2.1.3.2
  size and root of the journal, and the count of the batch's entries: Ed25519 signed notes     C2SP signed-note
  the seal of a PDF: CMS signature over the whole file, its certificate issued by the journal  ETSI EN 319 142-1 B-B
Exit code 0: as written. 1: not as written, with the reason. 2: cannot be read.
"""

from __future__ import annotations

import base64
import json
import re
import sys
import zlib
from hashlib import sha256
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

Said = tuple[list[str], list[str]]  # what is proved, what is not
MOST = 1 << 30  # bytes that an attachment may unfold to


class Wrong(Exception):
    """Something is not as it was written."""


# ------------------------------------------------------------------------------------------------ signed notes
def base64_of(text: str) -> bytes:
    """The bytes of base64 that is written as it would be written again."""
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise Wrong("base64 with stray bits")
    return data


def key_of(vkey: str) -> tuple[str, bytes, bytes]:
    """Name, identity and Ed25519 key of `name+id+key`."""
    name, identity, text = vkey.split("+", 2)
    data = base64_of(text)
    if len(data) != 33 or data[:1] != b"\x01":
        raise Wrong("not an Ed25519 verifier key")
    found = sha256(name.encode() + b"\n" + data).digest()[:4]
    if found.hex() != identity:
        raise Wrong("the public key does not have the identity it names")
    return name, found, data[1:]


def parts_of(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text of a note, and its signatures by name, unchecked."""
    text, blank, signatures = note.rpartition("\n\n")
    lines = signatures.split("\n")
    if not blank or lines.pop() or not 1 <= len(lines) <= 100:
        raise Wrong("not a signed note")
    found = []
    for line in lines:
        dash, name, data = line.split(" ")
        if dash != "\u2014" or not name:
            raise Wrong("a line of signature is not one")
        found.append((name, base64_of(data)))
    return text + "\n", found


def opened(note: str, vkeys: list[str]) -> list[str]:
    """The lines of a note that one of the keys signed; signatures of others, as of a witness, are left alone."""
    text, signatures = parts_of(note)
    for name, identity, key in map(key_of, vkeys):
        for signer, data in signatures:
            if (signer, data[:4]) != (name, identity):
                continue
            try:
                Ed25519PublicKey.from_public_bytes(key).verify(data[4:], text.encode())
            except InvalidSignature:
                raise Wrong("the signature does not fit the signed text") from None
            return text.split("\n")[:-1]
    raise Wrong("not signed by a key of the journal that is good for it")


def number_of(text: str) -> int:
    """A whole number that is written as it would be written again."""
    if not text.isdigit() or str(int(text)) != text:
        raise Wrong("not a whole number: " + text)
    return int(text)


def checkpoint_of(note: str) -> tuple[str, int, bytes]:
    """Origin, size and root that a note names; who signed it is still to be checked."""
    lines = parts_of(note)[0].split("\n")[:-1]
    if len(lines) != 3:
        raise Wrong("not a checkpoint")
    return lines[0], number_of(lines[1]), base64_of(lines[2])


# ------------------------------------------------------------------------------------------------ the journal's keys
ENDLESS = 1 << 62


class Keys:
    """The keys of a journal: the first is known, acts of the journal add others and retire them, signed by a good one.

    Each term is a key and the sizes of the first and the last head that it may sign.
    """

    def __init__(self, vkey: str) -> None:
        self.name = key_of(vkey)[0]
        self.terms = [(vkey, 0, ENDLESS)]

    def at(self, size: int) -> list[str]:
        """The keys that may sign a head of that size, the newest first."""
        return [vkey for vkey, since, until in reversed(self.terms) if since <= size <= until]

    def follow(self, body: Any) -> None:
        """Take an entry of the journal, if it is an act on keys; raises Wrong."""
        said = body["data"]
        if body["type"] != "Act" or said["refused"] or said["command"] not in ("key add", "key retire"):
            return
        seq, added = body["seq"], said["command"] == "key add"
        vkey = (said["new"] if added else said["old"])["vkey"]
        if opened(said["new"]["note"], self.at(seq - 1)) != [self.name, said["command"], vkey]:
            raise Wrong(f"entry {seq} changes the keys, and may not")
        known = [term[0] for term in self.terms]
        if added:
            if vkey in known or key_of(vkey)[0] != self.name:
                raise Wrong(f"entry {seq} adds a key that cannot be added")
            self.terms.append((vkey, seq, ENDLESS))
            return
        if vkey not in known or self.at(seq) in ([], [vkey]):
            raise Wrong(f"entry {seq} retires a key that cannot be retired")
        place = known.index(vkey)
        self.terms[place] = (vkey, self.terms[place][1], min(seq, self.terms[place][2]))


# ------------------------------------------------------------------------------------------------ the Merkle tree
def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees."""
    return sha256(b"\x01" + left + right).digest()


def root_of(leaves: list[bytes]) -> bytes:
    """The root over leaf hashes."""
    peaks: list[tuple[int, bytes]] = []
    for leaf in leaves:
        height = 0
        while peaks and peaks[-1][0] == height:
            leaf = node_hash(peaks.pop()[1], leaf)
            height += 1
        peaks.append((height, leaf))
    if not peaks:
        return sha256(b"").digest()
    root = peaks[-1][1]
    for _, peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


def includes(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes) -> bool:
    """Whether the path proves that the leaf is entry `index` of the tree (RFC 9162 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if node & 1 or node == last:
            found = node_hash(sibling, found)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and found == root


# ------------------------------------------------------------------------------------------------ canonical JSON
def no_fraction(text: str) -> Any:
    """Entries hold whole numbers, texts and truth values alone."""
    raise Wrong("a number that is not whole: " + text)


def parsed(data: bytes) -> Any:
    """The value of JSON bytes."""
    return json.loads(data.decode("utf-8"), parse_float=no_fraction, parse_constant=no_fraction)


def in_order(value: Any) -> Any:
    """The value with the keys of its mappings in the order of RFC 8785 (UTF-16)."""
    if isinstance(value, dict):
        return {key: in_order(value[key]) for key in sorted(value, key=lambda k: k.encode("utf-16-be"))}
    return [in_order(v) for v in value] if isinstance(value, list) else value


def canonical(value: Any) -> bytes:
    """The bytes of RFC 8785."""
    return json.dumps(in_order(value), separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def whole(value: Any) -> int:
    """The value, if it is a whole number from 0."""
    if type(value) is not int or value < 0:
        raise Wrong("a whole number was expected")
    return value


# ------------------------------------------------------------------------------------------------ the bundle
KEYS = {"axenic batch", "batch", "checkpoint", "copy", "counts", "entries"}
KEYS |= {"hashes", "judgement", "statement", "vkey"}


def check_bundle(data: bytes, pinned: str) -> Said:
    """What the bytes of a bundle prove, and what they do not; raises Wrong."""
    bundle = parsed(data)
    if canonical(bundle) + b"\n" != data or set(bundle) != KEYS or bundle["axenic batch"] != 1:
        raise Wrong("the bundle is not written as a bundle is")
    if pinned and pinned != bundle["vkey"]:
        raise Wrong("the bundle names another key than the one given")
    origin, size, root = checkpoint_of(bundle["checkpoint"])
    leaves = check_entries(bundle, size, root)
    good = keys_of(bundle).at(size)
    opened(bundle["checkpoint"], good)
    stated = check_count(bundle, origin, size, leaves, good)
    check_passages(bundle)
    simulated = {entry["body"]["simulated"] for entry in bundle["entries"]}
    if len(simulated) > 1:
        raise Wrong("the entries do not agree on whether they are simulated")
    proved = [
        f"batch {bundle['batch']} of {origin}: {len(leaves)} entries, each of them in the journal as it was signed",
        f"the journal had {size} entries and the root {root.hex()}",
        stated,
    ]
    if simulated == {True}:
        proved.append("every entry says of itself that it is SIMULATED: nothing was made")
    return proved, doubts(pinned, bundle["vkey"], bundle["copy"] == "whole")


def keys_of(bundle: Any) -> Keys:
    """The keys of the journal, as the entries of a bundle lead to them; raises Wrong."""
    keys = Keys(bundle["vkey"])
    for entry in bundle["entries"]:
        keys.follow(entry["body"])
    return keys


def check_entries(bundle: Any, size: int, root: bytes) -> list[bytes]:
    """The leaf hashes, each proven; no hash is there for nothing; raises Wrong."""
    table = [base64_of(text) for text in bundle["hashes"]]
    used: set[int] = set()
    leaves: list[bytes] = []
    before = 0
    for entry in bundle["entries"]:
        seq, path = whole(entry["body"]["seq"]), [whole(place) for place in entry["path"]]
        leaf = sha256(b"\x00" + canonical(entry["body"])).digest()
        if seq <= before or set(entry) != {"body", "path"}:
            raise Wrong(f"entry {seq} follows {before}")
        if not includes(leaf, seq - 1, size, [table[place] for place in path], root):
            raise Wrong(f"entry {seq} was changed: it is not in the journal that was signed")
        used.update(path)
        leaves.append(leaf)
        before = seq
    if used != set(range(len(table))):
        raise Wrong("the bundle holds hashes that prove nothing")
    return leaves


def check_count(bundle: Any, origin: str, size: int, leaves: list[bytes], good: list[str]) -> str:
    """What was signed on how many entries the batch has; raises Wrong."""
    counts, batch, copy = bundle["counts"], bundle["batch"], bundle["copy"]
    if set(counts) != {"batch", "here", "journal"} or counts["here"] != len(leaves) or counts["journal"] != size:
        raise Wrong("the bundle does not count its entries rightly")
    partial = copy == "partial copy"
    if not partial and copy != "whole":
        raise Wrong("neither whole nor a partial copy")
    if bool(bundle["statement"]) != bool(bundle["judgement"]):
        raise Wrong("the statement on the batch and the judgement on it go together")
    if not bundle["statement"]:
        if not partial or whole(counts["batch"]) < len(leaves):
            raise Wrong("nobody signed that the bundle is whole, and it does not call itself a partial copy")
        return "PARTIAL COPY: nobody signed how many entries the batch has"
    lines = opened(bundle["statement"], good)
    digest = base64.b64encode(root_of(leaves)).decode()
    if len(lines) != 6 or lines[:4] != ["axenic batch statement 1", origin, batch, str(size)]:
        raise Wrong("the signed statement is on another batch or another journal")
    check_judgement(bundle, origin, size, good)
    if number_of(lines[4]) != whole(counts["batch"]):
        raise Wrong("the signed statement gives another count")
    if partial and len(leaves) < counts["batch"]:
        return f"PARTIAL COPY: {len(leaves)} of the {counts['batch']} entries of the batch"
    if partial or len(leaves) != counts["batch"] or lines[5] != digest:
        raise Wrong(f"{lines[4]} entries of the batch are signed, {len(leaves)} are here: one was left out or replaced")
    return f"the holder of the journal's key signed that these {len(leaves)} are all that touch the batch"


def check_judgement(bundle: Any, origin: str, size: int, good: list[str]) -> None:
    """What was signed on what the rules of review say is on this batch and this journal; raises Wrong."""
    lines = opened(bundle["judgement"], good)
    if len(lines) != 5 or lines[:4] != ["axenic batch judgement 1", origin, bundle["batch"], str(size)]:
        raise Wrong("the signed judgement is on another batch or another journal")
    if canonical(parsed(lines[4].encode("utf-8"))) != lines[4].encode("utf-8"):
        raise Wrong("the judgement is not written as one is")


def check_passages(bundle: Any) -> None:
    """No permit of a whole bundle is missing before another: each is named after how many there were; raises Wrong."""
    made, start = 0, bundle["batch"] + "/passage-"
    for entry in bundle["entries"] if bundle["copy"] == "whole" else ():
        body = entry["body"]
        if body["type"] != "PermitPassage" or body["batch"] != bundle["batch"]:
            continue
        if not body["data"]["passage"].startswith(start):
            continue
        made += whole(body["data"]["count"])
        if body["data"]["passage"] != f"{start}{made}":
            raise Wrong(f"a passage of the batch before {body['data']['passage']} was left out")


def doubts(pinned: str, vkey: str, is_whole: bool) -> list[str]:
    """What cannot be proved from the file."""
    found = [
        "that what was recorded is what happened: a proof holds the record together, not the world",
        "that the journal had no other history: compare size and root with a checkpoint kept elsewhere",
    ]
    if is_whole:
        found.append("that the signed count and judgement are right: the export of the whole journal would show it")
    if not pinned:
        found.append("whose key it is: give --key, or compare " + vkey)
    return found


# ------------------------------------------------------------------------------------------------ the whole journal
def check_export(data: bytes, pinned: str) -> Said:
    """What the export of a journal proves, and what it does not; raises Wrong."""
    lines = data.split(b"\n")
    vkey, note = json.loads(lines[0])["vkey"], json.loads(lines[-2])["checkpoint"]
    as_written = json.dumps({"axenic journal": 1, "vkey": vkey}).encode()
    if as_written != lines[0] or json.dumps({"checkpoint": note}).encode() != lines[-2] or lines[-1] != b"":
        raise Wrong("the first or the last line is not as it was written")
    if pinned and pinned != vkey:
        raise Wrong("the export names another key than the one given")
    origin, size, root = checkpoint_of(note)
    leaves, keys = [], Keys(vkey)
    for number, line in enumerate(lines[1:-2], 1):
        leaf = sha256(b"\x00" + line[65:]).digest()
        if line[:65] != leaf.hex().encode() + b" ":
            raise Wrong(f"entry {number} was changed")
        body = parsed(line[65:])
        if body["seq"] != number:
            raise Wrong(f"entry {number} carries another number: reordered or replaced")
        keys.follow(body)
        leaves.append(leaf)
    opened(note, keys.at(size))
    if len(leaves) != size or root_of(leaves) != root:
        raise Wrong(f"{size} entries are signed, {len(leaves)} are there, or one was replaced")
    proved = [f"all {size} entries of {origin} are as they were signed, in their order", f"root {root.hex()}"]
    return proved, doubts(pinned, vkey, False)


# ------------------------------------------------------------------------------------------------ PDF
def check_record(pdf: bytes, pinned: str) -> Said:
    """What a printed record proves, and what it does not; raises Wrong."""
    data = attachment_of(pdf)
    proved, not_proved = check_bundle(data, pinned)
    bundle = parsed(data)
    good = keys_of(bundle).at(bundle["counts"]["journal"])
    by = check_seal(pdf, [key_of(vkey)[2] for vkey in good])
    proved.append(f"the PDF is as it was sealed by {by}, whose certificate a key of the journal issued")
    not_proved.append("that the pages show what the attachment holds: the seal says that one system made both")
    not_proved.append("the time of the seal: it is the system's own word, without a time stamp of somebody else")
    return proved, not_proved


def attachment_of(pdf: bytes) -> bytes:
    """The one bundle among the embedded files; raises Wrong."""
    found = []
    for match in re.finditer(rb"/Type\s*/EmbeddedFile\b.{0,600}?\bstream\r?\n", pdf, re.DOTALL):
        begin = pdf.rfind(b"obj", 0, match.start())
        data = pdf[match.end() :]
        if b"/FlateDecode" in pdf[begin : match.end()]:
            data = zlib.decompressobj().decompress(data, MOST)
        else:
            data = data[: data.find(b"\nendstream")].rstrip(b"\r\n") + b"\n"
        if data.startswith(b'{"axenic batch":'):
            found.append(data)
    if len(found) != 1:
        raise Wrong(f"{len(found)} bundles are attached to the PDF")
    return found[0]


def check_seal(pdf: bytes, keys: list[bytes]) -> str:
    """The name in the certificate of a seal that is intact; raises Wrong."""
    ranges = re.findall(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]", pdf)
    if len(ranges) != 1:
        raise Wrong(f"the PDF has {len(ranges)} seals")
    first, length, second, rest = map(int, ranges[0])
    gap = pdf[length:second]
    if first != 0 or second + rest != len(pdf) or not re.fullmatch(rb"<[0-9A-F]+>", gap):
        raise Wrong("the seal does not cover the whole PDF")
    cms = bytes.fromhex(gap[1:-1].decode())
    end = der(cms, 0)[2]
    if any(cms[end:]):
        raise Wrong("something was hidden beside the seal")
    return check_signature(cms[:end], sha256(pdf[:length] + pdf[second:]).digest(), keys)


def der(data: bytes, at: int) -> tuple[int, int, int]:
    """Tag, begin and end of the content of the DER value at a place; raises Wrong."""
    tag, size, begin = data[at], data[at + 1], at + 2
    if size & 0x80:
        count = size & 0x7F
        size, begin = int.from_bytes(data[begin : begin + count], "big"), begin + count
    if begin + size > len(data):
        raise Wrong("the seal is cut off")
    return tag, begin, begin + size


def parts(data: bytes, at: int) -> list[tuple[int, int, int, int]]:
    """Of a constructed DER value its parts, each as (tag, begin with header, begin of content, end)."""
    _, here, end = der(data, at)
    found = []
    while here < end:
        tag, begin, after = der(data, here)
        found.append((tag, here, begin, after))
        here = after
    return found


def der_of(tag: int, *pieces: bytes) -> bytes:
    """A DER value of its pieces."""
    content = b"".join(pieces)
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


ONE = bytes.fromhex("020101")
SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")  # 1.2.840.113549.1.7.2
DATA = bytes.fromhex("300b06092a864886f70d010701")  # 1.2.840.113549.1.7.1, detached
SHA_256 = bytes.fromhex("300d06096086480165030402010500")
RSA_SHA_256 = bytes.fromhex("300d06092a864886f70d01010b0500")
ED_25519 = bytes.fromhex("300506032b6570")
MESSAGE_DIGEST = bytes.fromhex("2a864886f70d010904")  # 1.2.840.113549.1.9.4


def check_signature(cms: bytes, digest: bytes, keys: list[bytes]) -> str:
    """The name of the signer of CMS signed data, whose certificate a key of the journal issued; raises Wrong.

    What the signature does not cover is written again and compared, so that no byte of it can be another.
    """
    signed = parts(cms, parts(cms, parts(cms, 0)[1][1])[0][1])
    certificates = [cms[p[1] : p[3]] for p in parts(cms, signed[3][1])]
    info = parts(cms, parts(cms, signed[-1][1])[0][1])
    attributes, signature = cms[info[3][2] : info[3][3]], cms[info[5][2] : info[5][3]]
    told = [cms[p[2] : p[3]] for a in parts(cms, info[3][1]) for p in digests_in(cms, a[1])]
    if told != [digest]:
        raise Wrong("the PDF was changed after it was sealed")
    seal, public = issued(certificates, keys)
    signer = der_of(0x30, seal.issuer.public_bytes(), number(seal.serial_number))
    said = der_of(0x30, ONE, signer, SHA_256, der_of(0xA0, attributes), RSA_SHA_256, der_of(0x04, signature))
    whole_again = der_of(0x30, ONE, der_of(0x31, SHA_256), DATA, der_of(0xA0, *certificates), der_of(0x31, said))
    if der_of(0x30, SIGNED_DATA, der_of(0xA0, whole_again)) != cms:
        raise Wrong("the seal is not written as a seal is")
    try:
        public.verify(signature, der_of(0x31, attributes), padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        raise Wrong("the signature of the seal does not fit") from None
    return seal.subject.rfc4514_string()


def number(value: int) -> bytes:
    """A whole number as DER."""
    return der_of(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def digests_in(cms: bytes, at: int) -> list[tuple[int, int, int, int]]:
    """The values of an attribute, if it is the digest of the message."""
    name, values = parts(cms, at)
    return parts(cms, values[1]) if cms[name[2] : name[3]] == MESSAGE_DIGEST else []


def signed_by_one(found: x509.Certificate, keys: list[bytes]) -> bool:
    """Whether one of the keys signed a certificate."""
    for key in keys:
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(found.signature, found.tbs_certificate_bytes)
            return True
        except InvalidSignature:
            continue
    return False


def issued(certificates: list[bytes], keys: list[bytes]) -> tuple[x509.Certificate, RSAPublicKey]:
    """The one certificate of a seal, with its key, if keys of the journal issued all there are; raises Wrong."""
    seals = []
    for data in certificates:
        try:
            found = x509.load_der_x509_certificate(data)
            public = found.public_key()
        except (x509.InvalidVersion, UnsupportedAlgorithm) as error:
            raise Wrong(f"a certificate of the seal cannot be read: {error}") from error
        if not signed_by_one(found, keys):
            raise Wrong("a certificate of the seal was not issued by a key of the journal that is good for it")
        if data != der_of(0x30, found.tbs_certificate_bytes, ED_25519, der_of(0x03, b"\x00" + found.signature)):
            raise Wrong("a certificate of the seal is not written as it was issued")
        if isinstance(public, RSAPublicKey):
            seals.append((found, public))
    if len(seals) != 1:
        raise Wrong(f"the seal has {len(seals)} certificates of a seal")
    return seals[0]


# ------------------------------------------------------------------------------------------------ the command
def verify(data: bytes, pinned: str = "") -> Said:
    """What the bytes of a file prove, and what they do not, as two lists of sentences; raises Wrong."""
    try:
        if data.startswith(b"%PDF-"):
            return check_record(data, pinned)
        if data.startswith(b'{"axenic batch":'):
            return check_bundle(data, pinned)
        if data.startswith(b'{"axenic journal":'):
            return check_export(data, pinned)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, zlib.error) as error:
        raise Wrong(f"it cannot be read: {error}") from error
    raise Wrong("neither a bundle, nor a printed record, nor the export of a journal")


def main(words: list[str]) -> int:
    """The command; its exit code."""
    pinned = ""
    if "--key" in words[:-1]:
        place = words.index("--key")
        pinned = words[place + 1].strip()
        words = words[:place] + words[place + 2 :]
    if len(words) != 1 or words[0].startswith("-"):
        sys.stderr.write(__doc__ or "")
        return 2
    try:
        with open(words[0], "rb") as file:
            data = file.read()
    except OSError as error:
        sys.stderr.write(f"cannot be read: {error}\n")
        return 2
    try:
        proved, not_proved = verify(data, pinned)
    except Wrong as wrong:
        sys.stdout.write(f"NOT AS WRITTEN: {wrong}\n")
        return 1
    lines = ["PROVED", *("  " + p for p in proved), "NOT PROVED", *("  " + p for p in not_proved)]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
