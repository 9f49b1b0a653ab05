"""Codes that the tests of this folder share, and texts as an attacker or a broken scanner gives them."""

from __future__ import annotations

from hypothesis import strategies as st

from axenic.identity.code import new_coi
from axenic.identity.din import Din

ANNA = new_coi(b"chance of Anna's code")
BRUNO = new_coi(b"chance of Bruno's code")
ANNAS_CELLS = Din("A999926000001")
BRUNOS_CELLS = Din("A999926000088")
GTIN = "09506000134352"
SEC = "SEC BE00A317A999926000001 E000005600120301231"

_NEAR = st.sampled_from(
    [
        *("=A99992600000168", "A9999 26 000001 8", str(ANNA), SEC, f"01{GTIN}10AX-1", f"(01){GTIN}"),
        *(
            "]d2",
            "]C0=",
            "COI-",
            "SEC ",
            "=",
            "(",
            "()",
            "(10)",
            "\x1d",
            "01",
            "0O",
            "1Il",
            "А",
            "\u200b",
            "\x00",
            "\r\n",
        ),
    ]
)
hostile = st.one_of(
    st.text(max_size=80),
    st.lists(st.one_of(_NEAR, st.text(max_size=5)), max_size=6).map("".join),
    st.builds(lambda text, count: text * count, _NEAR, st.integers(1, 3000)),
)
