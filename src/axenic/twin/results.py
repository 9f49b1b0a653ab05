"""What a campaign gave: a table of figures for each series, and where they come from."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import rfc8785

import axenic
from axenic.twin.experiment import Figures, Series
from axenic.twin.interval import Interval, mean_interval

_KEY = b"axenic"


@dataclass(frozen=True, slots=True)
class Provenance:
    """Which replications, of the experiment with which digest, under which seed."""

    digest: str
    seed: int
    first: int
    count: int

    @classmethod
    def of(cls, series: Series) -> Provenance:
        """The provenance of the figures of a series."""
        return cls(series.experiment.digest, series.seed, series.first, series.count)


@dataclass(frozen=True, slots=True, eq=False)
class Results:
    """One array (replications x figures) for each series; `assumptions` names the files the experiments rest on."""

    names: tuple[str, ...]
    provenance: tuple[Provenance, ...]
    rows: tuple[Figures, ...]
    assumptions: Mapping[str, str] = field(default_factory=dict)
    version: str = axenic.__version__

    def figure(self, name: str, series: int = 0) -> Figures:
        """One figure of one series, a value for each replication; raises ValueError for an unknown name."""
        if name not in self.names:
            raise ValueError(f"there is no figure {name!r}; there are {', '.join(self.names)}")
        return self.rows[series][:, self.names.index(name)]

    def interval(self, name: str, series: int = 0, confidence: float = 0.95) -> Interval:
        """The mean of one figure of one series with its interval."""
        return mean_interval(self.figure(name, series), confidence)

    def table(self) -> pa.Table:
        """Everything as one Arrow table, a row for each replication, with its provenance in the metadata."""
        counts = [len(r) for r in self.rows]
        replications = np.concatenate([np.arange(p.first, p.first + p.count, dtype=np.int64) for p in self.provenance])
        columns: dict[str, Any] = {
            "series": np.repeat(np.arange(len(counts), dtype=np.int32), counts),
            "replication": replications,
        }
        whole = np.concatenate(self.rows)
        columns |= {name: np.ascontiguousarray(whole[:, n]) for n, name in enumerate(self.names)}
        about: Any = {
            "assumptions": dict(self.assumptions),
            "series": [asdict(o) | {"seed": str(o.seed)} for o in self.provenance],  # JSON numbers end at 2**53
            "version": self.version,
        }
        return pa.table(columns).replace_schema_metadata({_KEY: rfc8785.dumps(about)})

    def to_pandas(self) -> Any:
        """The table as a pandas data frame; needs pandas."""
        return self.table().to_pandas()

    def write_parquet(self, path: Path) -> None:
        """Writes table and provenance; equal results give equal bytes, and the file is there whole or not at all."""
        new = path.with_name(path.name + ".new")
        try:
            pq.write_table(self.table(), new, compression="zstd")
            os.replace(new, path)
        finally:
            new.unlink(missing_ok=True)


def read_parquet(path: Path) -> Results:
    """Reads what `write_parquet` wrote; raises ValueError if the file has no provenance of Axenic."""
    table = pq.read_table(path)
    written = (table.schema.metadata or {}).get(_KEY)
    if written is None:
        raise ValueError(f"{path}: the results of no campaign: the provenance is missing")
    about = json.loads(written)
    provenance = tuple(Provenance(o["digest"], int(o["seed"]), o["first"], o["count"]) for o in about["series"])
    names = tuple(table.column_names[2:])
    whole = np.column_stack([table[name].to_numpy() for name in names])
    return Results(
        names, provenance, split(whole, [o.count for o in provenance]), about["assumptions"], about["version"]
    )


def split(whole: Figures, counts: Sequence[int]) -> tuple[Figures, ...]:
    """Rows of all series, cut into those of each; nobody changes them any more."""
    whole.flags.writeable = False
    return tuple(np.split(whole, np.cumsum(counts)[:-1]))
