"""Those who do the parts of a campaign: this process, threads, processes, or a Dask cluster."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from threading import Thread
from typing import Any, Self, TypeVar

Given = TypeVar("Given")
Hire = Callable[[ExitStack, ExitStack], Executor]  # what to do at every end; what to do first if it ends at once


class Crew:
    """Workers to be used in a `with` block; they can serve several campaigns one after the other.

    `window` is how many parts are handed out at a time, `lost` what an answer raises if its worker died.
    """

    def __init__(self, hire: Hire, window: int, lost: tuple[type[BaseException], ...] = ()) -> None:
        self.window = window
        self.lost = lost
        self._hire = hire
        self._executor: Executor | None = None
        self._end, self._at_once = ExitStack(), ExitStack()

    @classmethod
    def here(cls) -> Crew:
        """This process alone, one part after the other."""
        return cls(lambda end, at_once: _Here(), 1)

    @classmethod
    def threads(cls, count: int) -> Crew:
        """Threads of this process: useful for experiments that let go of the interpreter lock, as compiled ones do."""
        _positive(count)
        return cls(lambda end, at_once: end.enter_context(ThreadPoolExecutor(count)), 2 * count)

    @classmethod
    def processes(cls, count: int) -> Crew:
        """New processes of this machine; they import and unpickle the experiments.

        A script that uses them needs `if __name__ == "__main__":`, as each process imports it.
        """
        _positive(count)
        return cls(lambda end, at_once: _spawn(count, end, at_once), 2 * count, (BrokenExecutor,))

    @classmethod
    def cluster(cls, address: str, window: int = 64) -> Crew:
        """The Dask cluster at this address (needs the extra `cluster`); Dask itself moves the parts of lost workers."""
        from distributed import KilledWorker  # heavy, and only here

        return cls(lambda end, at_once: _join(address, end), _positive(window), (KilledWorker, CancelledError))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *rest: object) -> None:
        self.dismiss(at_once=kind is not None)

    def submit(self, work: Callable[..., Given], *what: Any) -> Future[Given]:
        """Hands out one part; raises one of `lost` if the workers are gone."""
        if self._executor is None:
            self._executor = self._hire(self._end, self._at_once)
        return self._executor.submit(work, *what)

    def dismiss(self, at_once: bool = False) -> None:
        """Ends the workers, at once or when what they have begun is done; the next `submit` gets new ones."""
        if at_once:
            self._at_once.close()
        self._executor = None
        self._end.close()
        self._at_once.close()


def _positive(count: int) -> int:
    if count < 1:
        raise ValueError(f"at least one worker is needed, not {count}")
    return count


class _Here(Executor):
    def submit(self, work: Callable[..., Any], /, *what: Any, **named: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(work(*what, **named))
        except Exception as error:  # raised again by future.result(), as with every other executor
            future.set_exception(error)
        return future


def _spawn(count: int, end: ExitStack, at_once: ExitStack) -> Executor:
    """A pool whose workers hold the reading end of a pipe: when the writing end closes, they leave at once.

    It closes when this process dies, however it dies, so a killed campaign leaves no orphans behind.
    """
    context = get_context("spawn")
    reader, writer = context.Pipe(duplex=False)
    end.callback(reader.close)
    at_once.callback(writer.close)
    pool = ProcessPoolExecutor(count, context, _stay, (reader,))
    end.callback(pool.shutdown, cancel_futures=True)
    return pool


def _stay(lifeline: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process of a terminal; the campaign decides
    Thread(target=_leave_with, args=(lifeline,), daemon=True).start()


def _leave_with(lifeline: Connection) -> None:
    wait([lifeline])
    os._exit(1)


def _join(address: str, end: ExitStack) -> Executor:
    from distributed import Client

    try:
        client = end.enter_context(Client(address))
    except OSError as error:  # Dask's own time-out is no TimeoutError
        raise ConnectionError(str(error)) from error
    executor: Executor = client.get_executor(pure=False)
    end.callback(executor.shutdown, wait=False)
    return executor
