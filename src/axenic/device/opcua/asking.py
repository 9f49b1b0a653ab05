"""One question over OPC UA: its answer in time, or why there is none."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TypeVar

from asyncua import ua
from asyncua.ua.uaerrors import UaError, UaStatusCodeError

from axenic.device.driver.driver import Garbled, LinkError
from axenic.device.opcua import names

_T = TypeVar("_T")
_S = ua.StatusCodes
_NO_SENSE = frozenset(
    {
        int(_S.BadArgumentsMissing),
        int(_S.BadTooManyArguments),
        int(_S.BadTypeMismatch),
        int(_S.BadInvalidArgument),
        int(_S.BadMethodInvalid),
        int(_S.BadNodeIdInvalid),
        int(_S.BadNodeIdUnknown),
        int(_S.BadNothingToDo),
        int(_S.BadDecodingError),
    }
)


@dataclass(frozen=True, slots=True)
class Asking:
    """Asks a piece of equipment at its address; `answer_s`: how long its answer is awaited."""

    equipment: str
    address: str
    answer_s: float

    async def __call__(self, answer: Awaitable[_T], what: str) -> _T:
        """The answer; raises LinkError or Garbled."""
        try:
            return await asyncio.wait_for(answer, self.answer_s)
        except UaStatusCodeError as error:
            said = f"{self.equipment} answers {names.status(error.code).name} to {what}"
            raise (Garbled if error.code in _NO_SENSE else LinkError)(said) from error
        except (UaError, OSError, TimeoutError, EOFError) as error:
            raise LinkError(f"{self.equipment} at {self.address} does not answer to {what}: {error!r}") from error
        except (ValueError, TypeError, KeyError, AttributeError, struct.error) as error:
            raise Garbled(f"{self.equipment} answers what cannot be read to {what}: {error!r}") from error
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            raise LinkError(f"{self.equipment} hung up on {what}") from None
