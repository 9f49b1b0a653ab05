"""How long the engine waits for equipment over OPC UA."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """In seconds: for an answer, a sign of life, between two tries (least and most), and how often it is told news."""

    answer_s: float = 10.0
    life_s: float = 4.0
    least_s: float = 0.1
    most_s: float = 5.0
    publish_s: float = 0.05


PATIENT = Patience()
