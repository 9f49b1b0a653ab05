"""Symbols are read back as what they are: square GS1 DataMatrix with FNC1, plain Code 128, QR."""

from __future__ import annotations

import io

import numpy as np
import pytest
import typst
import zxingcpp
from PIL import Image

from axenic.identity.gs1 import elements_of
from axenic.identity.symbol import Symbol, check_printed, draw_code_128, draw_data_matrix, draw_qr, read_symbols
from axenic.identity.unreadable import Unreadable
from tests.identity.codes import ANNAS_CELLS, GTIN

ELEMENTS = elements_of([("01", GTIN), ("10", "AX-1"), ("21", "7")])
ALONE = b"""#set page(width: auto, height: auto, margin: 4mm)
#image(bytes(sys.inputs.svg), format: "svg", width: 40mm)"""


def picture(svg: str) -> bytes:
    png = typst.Compiler(ALONE).compile(format="png", ppi=300.0, sys_inputs={"svg": svg})
    assert isinstance(png, bytes)
    return png


@pytest.mark.parametrize(
    ("drawn", "identifier", "content"),
    [
        (draw_data_matrix(ELEMENTS), "]d2", f"01{GTIN}10AX-1\x1d217"),
        (draw_code_128(ANNAS_CELLS), "]C0", "=A99992600000168"),
        (draw_qr("root of a checkpoint"), "]Q1", "root of a checkpoint"),
    ],
)
def test_a_symbol_is_read_back_with_its_identifier(drawn, identifier, content):
    assert drawn.symbol == Symbol(identifier, content)
    assert read_symbols(picture(drawn.svg)) == {drawn.symbol}


def test_without_forcing_a_square_the_symbol_would_be_one_that_some_scanners_do_not_know():
    text = f"(01){GTIN}(10)AX-0001(21)17(17)260720(91)COI-2345-6789-ABCD-EFGH-2"
    loose = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.DataMatrix, gs1=True)
    height, width = np.asarray(loose.to_image(scale=4)).shape
    found = zxingcpp.read_barcodes(np.asarray(loose.to_image(scale=4)))[0]
    square = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.DataMatrix, gs1=True, forceSquare=True)
    assert (height == width, found.symbology_identifier) == (False, "]d8")
    assert zxingcpp.read_barcodes(np.asarray(square.to_image(scale=4)))[0].symbology_identifier == "]d2"


def test_a_symbol_that_was_scratched_or_exchanged_does_not_count_as_printed():
    drawn = draw_data_matrix(ELEMENTS)
    good = picture(drawn.svg)
    check_printed(good, frozenset({drawn.symbol}))
    pixels = np.asarray(Image.open(io.BytesIO(good)).convert("L")).copy()
    half = pixels.shape[0] // 2
    pixels[half - 60 : half + 60, :] = 255
    scratched = io.BytesIO()
    Image.fromarray(pixels).save(scratched, "PNG")
    for png in (scratched.getvalue(), picture(draw_data_matrix(elements_of([("10", "AX-2")])).svg)):
        with pytest.raises(Unreadable, match="not read back as printed"):
            check_printed(png, frozenset({drawn.symbol}))
    with pytest.raises(Unreadable, match="nothing of that kind"):
        check_printed(good, frozenset())


@pytest.mark.parametrize("text", ["", "ä", "x" * 2332])
def test_a_qr_code_that_cannot_be_is_refused(text):
    with pytest.raises(Unreadable):
        draw_qr(text)


def test_the_longest_qr_code_can_be_drawn():
    assert draw_qr("x" * 2331).symbol.identifier == "]Q1"


@pytest.mark.parametrize("noise", [b"", b"no picture", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_picture_is_refused(noise):
    with pytest.raises(Unreadable, match="no picture"):
        read_symbols(noise)
