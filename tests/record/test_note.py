"""Signed notes with several signatures, and the cosignatures of witnesses, as C2SP writes them."""

from __future__ import annotations

import base64

import pytest

from axenic.record.note import Checkpoint, Cosigner, Signer, Verifier, opened

# the example of C2SP signed-note: this key signed this text
VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
TEXT = "This is an example message.\n"
SIGNED = "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM="
LINE = f"\u2014 example.com/foo {SIGNED}\n"
NOTE = f"{TEXT}\n{LINE}"
# the example of C2SP tlog-cosignature, and when its witness signed
COSIGNED = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "\u2014 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+"
    "zyWE+xeMcTOAYQ8=\n"
    "\u2014 witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0"
    "xUe+mbIUBkBIfZ+qnA==\n"
)
CHECKPOINT = Checkpoint("axenic.example/site/1", 3, bytes(32))


def test_signatures_of_unknown_keys_are_ignored_before_and_behind_the_known_one():
    other = Signer("example.com/other", bytes(range(32))).signed(TEXT).split("\n\n")[1]
    same_name = Signer("example.com/foo", bytes(range(32))).signed(TEXT).split("\n\n")[1]
    for lines in (other + LINE, LINE + other, same_name + LINE + other):
        assert Verifier.parse(VKEY).open(f"{TEXT}\n{lines}") == TEXT


@pytest.mark.parametrize(
    "lines", ["", "no line\n", LINE[:-1], LINE + "\n", "\u2014 name\n", LINE * 101, "\u2014  AAAAAAA=\n"]
)
def test_what_is_no_signed_note_is_none(lines):
    with pytest.raises(ValueError, match=r"note|signature|signed|base64"):
        Verifier.parse(VKEY).open(f"{TEXT}\n{lines}")


def test_a_note_that_only_others_signed_is_not_opened():
    with pytest.raises(ValueError, match="not signed by"):
        Verifier.parse(VKEY).open(Signer("example.com/foo", bytes(32)).signed(TEXT))


def test_the_published_cosignature_is_read_as_made_at_its_time():
    text, signatures = opened(COSIGNED)
    assert text.startswith("example.com/behind-the-sofa\n20852163\n")
    name, data = signatures[1]
    assert (name, len(data), int.from_bytes(data[4:12], "big")) == ("witness.example.com/w1", 76, 1679315147)


def test_a_cosignature_says_when_and_fits_no_other_time_text_or_key():
    signer, witness = Signer(CHECKPOINT.origin, bytes(32)), Cosigner("axenic.example/witness", bytes(range(32)))
    note = signer.note(CHECKPOINT)
    line = witness.line(note, 1_767_592_800)
    both = note + line
    assert signer.verifier.open(both) == CHECKPOINT.text()
    assert Verifier.parse(witness.verifier.vkey()).cosigned_at(both) == 1_767_592_800
    data = bytearray(base64.b64decode(line.split(" ")[2]))
    data[11] ^= 1  # another time
    later = f"{note}\u2014 axenic.example/witness {base64.b64encode(data).decode()}\n"
    for wrong in (later, both.replace("\n3\n", "\n4\n")):
        with pytest.raises(ValueError, match="does not fit"):
            witness.verifier.cosigned_at(wrong)
    with pytest.raises(ValueError, match="not signed by"):
        Cosigner("axenic.example/witness", bytes(32)).verifier.cosigned_at(both)
    with pytest.raises(ValueError, match="not signed by"):
        witness.verifier.cosigned_at(note)
