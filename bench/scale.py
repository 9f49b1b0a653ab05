"""How much is measured, and where files may be written while it is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Scale:
    """The sizes of one run of the measures; `folder` lies on the disk that is measured."""

    folder: Path
    rounds: int
    batches: int
    patients: int
    appends: int
    events: int
    kills: int
    walks: int
    examples: int
    faulty: int
    speed: int
    excursions: int
    telemetry_s: int
    paced_s: int

    @classmethod
    def full(cls, folder: Path) -> Scale:
        """The sizes whose figures are quoted."""
        return cls(
            folder,
            rounds=9,
            batches=300,
            patients=12,
            appends=1500,
            events=1_000_000,
            kills=1000,
            walks=10_000,
            examples=400,
            faulty=500,
            speed=5_000,
            excursions=300,
            telemetry_s=600,
            paced_s=20,
        )

    @classmethod
    def quick(cls, folder: Path) -> Scale:
        """Small sizes, to see that everything runs."""
        return cls(
            folder,
            rounds=5,
            batches=80,
            patients=3,
            appends=200,
            events=10_000,
            kills=40,
            walks=200,
            examples=12,
            faulty=12,
            speed=500_000,
            excursions=30,
            telemetry_s=20,
            paced_s=3,
        )
