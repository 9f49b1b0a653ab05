"""The memory of the kernel as plain pointers: no length, no stride, no negative places to look after at every access.

Arrays come in at the door (`loop.run`) and are handed on as pointers; what is read is always within, since every place
comes from the image.
"""

from __future__ import annotations

from typing import Any

from numba.core import cgutils, types
from numba.core.extending import intrinsic
from numba.np.arrayobj import make_array

_cgutils: Any = cgutils
_types: Any = types
_array_of: Any = make_array


def _pointer(typing_context: Any, array: Any) -> Any:
    """A pointer to the first number of an array."""
    signature = _types.CPointer(array.dtype)(array)

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return _array_of(signature.args[0])(context, builder, args[0]).data

    return signature, generate


def _onward(typing_context: Any, base: Any, places: Any) -> Any:
    """The pointer so many numbers further."""
    signature = base(base, _types.intp)

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return _cgutils.gep_inbounds(builder, args[0], args[1])

    return signature, generate


pointer: Any = intrinsic(_pointer)
onward: Any = intrinsic(_onward)
