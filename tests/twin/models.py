"""Cheap experiments with known answers; importable by other processes, as a campaign needs it."""

from __future__ import annotations

import math
import os
import signal
from dataclasses import dataclass
from hashlib import sha256

import numpy as np

NAN = float("nan")


@dataclass(frozen=True)
class Model:
    names = ("figure",)

    @property
    def digest(self):
        return sha256(repr(self).encode()).hexdigest()

    def random(self, seed, replication):
        return np.random.Generator(np.random.Philox(key=[seed, replication]))


@dataclass(frozen=True)
class Normal(Model):
    """Two normal figures around `mean`; the second one is not defined in every fourth replication."""

    mean: float = 10.0
    sd: float = 2.0
    names = ("cost", "days")

    def run(self, seed, replication):
        a, b = self.random(seed, replication).normal(self.mean, self.sd, 2).tolist()
        return a, NAN if replication % 4 == 3 else b


@dataclass(frozen=True)
class Known(Model):
    """Any function of the replication."""

    of: object

    @property
    def digest(self):
        return sha256(self.of.__qualname__.encode()).hexdigest()

    def run(self, seed, replication):
        return (float(self.of(replication)),)


def die_once(mark):
    """Kills this process the first time, for any number of processes that come here."""
    try:
        os.close(os.open(mark, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True)
class Deadly(Normal):
    """Normal, but its process is killed once (`always`: each time) at one replication."""

    at: int = 0
    mark: str = ""
    always: bool = False

    @property
    def digest(self):
        return Normal(self.mean, self.sd).digest  # a death changes no figure

    def run(self, seed, replication):
        if replication == self.at:
            if self.always:
                os.kill(os.getpid(), signal.SIGKILL)
            die_once(self.mark)
        return super().run(seed, replication)


def waits(random, load, customers, size):
    """Mean wait of M/M/1 customers (service 1) in `size` queues at once, begun as it is in the long run (Lindley)."""
    wait = np.where(random.random(size) < load, random.exponential(1 / (1 - load), size), 0.0)
    total = np.zeros(size)
    for _ in range(customers):
        total += wait
        wait = np.maximum(0.0, wait + random.exponential(1.0, size) - random.exponential(1 / load, size))
    return total / customers


@dataclass(frozen=True)
class Formula(Model):
    """A function of values by name, with normal noise added to it or multiplied into it."""

    of: object
    values: tuple[tuple[str, float], ...]
    sd: float = 0.0
    times: float = 0.0

    def run(self, seed, replication):
        add, times = self.random(seed, replication).normal(0, 1, 2).tolist()
        return (self.of(**dict(self.values)) * (1 + self.times * times) + self.sd * add,)


def ishigami(x1, x2, x3):
    return math.sin(x1) + 7 * math.sin(x2) ** 2 + 0.1 * x3**4 * math.sin(x1)
