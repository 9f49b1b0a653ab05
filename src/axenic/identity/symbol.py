"""Symbols on labels: drawn with zxing-cpp and segno, and read back from a picture of the label.

A symbol counts as printed only once it was read back: same content, and the symbology that a scanner must be told
(`]d2` is GS1 DataMatrix, `]C0` plain Code 128 as ISBT 128 wants it, `]Q1` QR). Without `forceSquare` zxing-cpp makes a
rectangle that some scanners do not know (`]d8`).
"""

from __future__ import annotations

import io
from dataclasses import dataclass

from axenic.identity.din import Din
from axenic.identity.gs1 import Elements
from axenic.identity.unreadable import PRINT, shown, unreadable

DATA_MATRIX, CODE_128, QR = "]d2", "]C0", "]Q1"
MOST_QR = 2331  # bytes at error correction M


@dataclass(frozen=True, slots=True)
class Symbol:
    """What a symbol is (its symbology identifier, ISO/IEC 15424) and what it holds."""

    identifier: str
    content: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A symbol with its picture as SVG, quiet zones included."""

    symbol: Symbol
    svg: str


def draw_data_matrix(elements: Elements) -> Drawn:
    """A square GS1 DataMatrix; raises Unreadable if the elements make none."""
    import zxingcpp

    try:
        made = zxingcpp.create_barcode(str(elements), zxingcpp.BarcodeFormat.DataMatrix, gs1=True, forceSquare=True)
    except ValueError as error:
        raise _undrawn(str(elements), error) from None
    return Drawn(Symbol(DATA_MATRIX, elements.symbol), made.to_svg(scale=4))


def draw_code_128(din: Din) -> Drawn:
    """A donation identification number as ISBT 128 wants it: Code 128 that is not GS1-128."""
    import zxingcpp

    made = zxingcpp.create_barcode(din.symbol, zxingcpp.BarcodeFormat.Code128)
    return Drawn(Symbol(CODE_128, din.symbol), made.to_svg(scale=2))


def draw_qr(text: str) -> Drawn:
    """A QR code, error correction M; raises Unreadable if the text is empty, not ASCII or too long."""
    import segno

    if not text or not text.isascii() or len(text) > MOST_QR:
        raise _undrawn(text, "a QR code takes 1 to 2331 ASCII characters here")
    svg = io.BytesIO()
    segno.make_qr(text, error="m").save(svg, kind="svg", scale=4, border=4, light="white")
    return Drawn(Symbol(QR, text), svg.getvalue().decode())


def _undrawn(text: str, error: object) -> ValueError:
    return unreadable(PRINT, f"no symbol can be drawn of {shown(text)}: {str(error)[:120]}", "shorten it, or mend it")


def read_symbols(png: bytes) -> frozenset[Symbol]:
    """Every symbol in a picture (PNG, JPEG, ...), what is not ASCII as escapes; raises Unreadable if it is none."""
    import numpy as np
    import zxingcpp
    from PIL import Image

    try:
        with Image.open(io.BytesIO(png)) as picture:
            grey = np.asarray(picture.convert("L"))
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise unreadable(PRINT, f"no picture: {str(error)[:120]}", "give a PNG of the label") from None
    found = (b for b in zxingcpp.read_barcodes(grey) if b.valid)
    return frozenset(Symbol(b.symbology_identifier, b.bytes.decode("ascii", "backslashreplace")) for b in found)


def check_printed(png: bytes, wanted: frozenset[Symbol]) -> None:
    """Hold what a scanner reads in a picture against what was to be printed; raises Unreadable if they differ."""
    found = read_symbols(png)
    missing = "; ".join(sorted(f"{s.identifier} {shown(s.content)}" for s in wanted - found))
    foreign = "; ".join(sorted(f"{s.identifier} {shown(s.content)}" for s in found - wanted))
    hint = "do not use the label; print it larger or sharper"
    if missing:
        raise unreadable(PRINT, f"not read back as printed: {missing}", hint)
    if foreign:
        raise unreadable(PRINT, f"read where nothing of that kind was to be printed: {foreign}", hint)
