"""The arguments of a method, looked at before anything is done with them: asyncua itself lets all of them through."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from asyncua import ua

from axenic.device.driver.driver import Garbled
from axenic.device.opcua.names import status

Act = Callable[..., Awaitable[ua.Variant]]
_S = ua.StatusCodes


def checked(takes: tuple[ua.VariantType, ...], act: Act) -> Callable[..., Awaitable[Any]]:
    """A method that takes arguments of these types; what is wrong with a call is said by its status code."""

    async def call(parent: ua.NodeId, *given: ua.Variant) -> Any:
        code = _flaw(takes, given)
        if code:
            return status(code)
        try:
            return [await act(*(argument.Value for argument in given))]
        except (Garbled, ValueError):
            return status(_S.BadInvalidArgument)
        except OSError:  # its command journal cannot be written: nothing moved
            return status(_S.BadResourceUnavailable)

    return call


def _flaw(takes: tuple[ua.VariantType, ...], given: tuple[ua.Variant, ...]) -> int:
    if len(given) < len(takes):
        return _S.BadArgumentsMissing
    if len(given) > len(takes):
        return _S.BadTooManyArguments
    for kind, argument in zip(takes, given, strict=True):
        if argument.VariantType is not kind or argument.is_array or argument.Value is None:
            return _S.BadTypeMismatch
    return 0
