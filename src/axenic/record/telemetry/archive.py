"""An archive: one day of one cluster as Parquet, sorted by tag and time; the journal has its digests."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import file_digest
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from axenic.record.entry import Act, Entry
from axenic.record.files import keep_folder
from axenic.record.place import Place
from axenic.record.telemetry.columns import Columns
from axenic.record.telemetry.error import ARCHIVE, TelemetryError
from axenic.record.telemetry.proven_file import LEAVES, Altered, ProvenFile, leaves_of, root_of

COMMAND = "telemetry archive"
FOLDER = ".curves"  # of the folder beside the journal
_GROUP = 131_072  # rows of a row group, ended at a tag
_SCHEMA = pa.schema(
    [
        ("tag", pa.dictionary(pa.int32(), pa.string())),
        ("at", pa.timestamp("us", "UTC")),
        ("value", pa.float64()),
        ("text", pa.string()),
        ("quality", pa.uint32()),
    ]
)
_HINT = "bring it back from a copy: axenic telemetry verify says whether it is the one"


@dataclass(frozen=True, slots=True)
class Archive:
    """What the journal says of an archive; `first`, `last`: microseconds; `seq`: of the entry."""

    cluster: str
    day: str
    part: int
    rows: int
    first: int
    last: int
    size: int
    sha256: str
    root: str
    seq: int = 0

    @property
    def name(self) -> str:
        """Its file in the folder of archives."""
        return name_of(self.cluster, self.day, self.part)

    def act(self, at: int) -> Act:
        """The act that puts it on record; at: milliseconds."""
        said = {name: getattr(self, name) for name in _OF_ACT}
        return Act(at, COMMAND, object=f"archive {self.name}", new=said, reason="readings of a day, ended and complete")

    def where(self, place: Place) -> Path:
        """Its path."""
        return folder_of(place) / self.name

    def fault(self, folder: Path) -> str:
        """What is wrong with the whole file in a folder of archives; "" if it is as it was written."""
        return self.fault_of(folder / self.name)

    def fault_of(self, path: Path) -> str:
        """The same of a file by its path."""
        try:
            with path.open("rb") as file:
                found = file_digest(file, "sha256").hexdigest()
        except OSError as error:
            return f"{self.name} cannot be read: {error.strerror}"
        return "" if found == self.sha256 else f"{self.name} is not as it was written: SHA-256 is now {found}"


Found = TypeVar("Found")
_OF_ACT = ("cluster", "day", "part", "rows", "first", "last", "size", "sha256", "root")


def archives_of(entries: Iterable[Entry]) -> list[Archive]:
    """Every archive on record, in the order of the journal."""
    acts = ((e.seq, e.thing) for e in entries if isinstance(e.thing, Act) and e.thing.command == COMMAND)
    return [Archive(**{name: act.new[name] for name in _OF_ACT}, seq=seq) for seq, act in acts if not act.refused]


def folder_of(place: Place) -> Path:
    """The folder of a journal's archives."""
    return place.beside(FOLDER)


def name_of(cluster: str, day: str, part: int) -> str:
    """The name of an archive's file, in a folder for its cluster."""
    folder = quote(cluster, safe=" ").replace(".", "%2E")  # a cluster's name may be no name of a folder
    return f"{folder}/{day}.parquet" if part == 1 else f"{folder}/{day}.{part}.parquet"


def day_of(first: int) -> str:
    """A day by its first microsecond."""
    return f"{datetime.fromtimestamp(first / 1_000_000, UTC):%Y-%m-%d}"


def write(
    place: Place, cluster: str, day: str, part: int, curves: Iterable[tuple[str, Columns]], about: Mapping[str, Any]
) -> Archive | None:
    """Write an archive durably, under its name only when it is whole; None, and no file, if there is no reading.

    curves: tags in order of their names, each with its readings in order of time. about: put into the file, as JSON.
    Raises OSError.
    """
    path = folder_of(place) / name_of(cluster, day, part)
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f"{path.name}.half")
    rows, first, last = _write(half, curves, about)
    if not rows:
        half.unlink()
        return None
    with half.open("rb") as file:
        os.fsync(file.fileno())
        digest = file_digest(file, "sha256").hexdigest()
    leaves, size = leaves_of(half), half.stat().st_size
    half.replace(path)
    path.with_name(path.name + LEAVES).write_bytes(b"".join(leaves))
    keep_folder(path.parent)
    keep_folder(path.parent.parent)
    return Archive(cluster, day, part, rows, first, last, size, digest, root_of(leaves))


def _write(path: Path, curves: Iterable[tuple[str, Columns]], about: Mapping[str, Any]) -> tuple[int, int, int]:
    """Rows, first and last time of what was written."""
    rows, first, last = 0, 1 << 62, 0
    schema = _SCHEMA.with_metadata({"axenic": json.dumps(about, sort_keys=True, ensure_ascii=False)})
    columns = {"value": "BYTE_STREAM_SPLIT", "at": "DELTA_BINARY_PACKED"}
    said = {"compression": "zstd", "use_dictionary": ["tag", "text", "quality"], "column_encoding": columns}
    with pq.ParquetWriter(path, schema, **said) as writer:
        for group in _groups(curves):
            for _, found in group:
                rows += len(found)
                first, last = min(first, int(found.times[0])), max(last, int(found.times[-1]))
            writer.write_table(_table(group, schema), row_group_size=_GROUP)
    return rows, first, last


def _groups(curves: Iterable[tuple[str, Columns]]) -> Iterator[list[tuple[str, Columns]]]:
    """The tags that share a row group; none without a reading."""
    group: list[tuple[str, Columns]] = []
    rows = 0
    for tag, found in curves:
        if group and rows + len(found) > _GROUP:
            yield group
            group, rows = [], 0
        if len(found):
            group.append((tag, found))
            rows += len(found)
    if group:
        yield group


def _table(group: Sequence[tuple[str, Columns]], schema: pa.Schema) -> pa.Table:
    numbers = np.repeat(np.arange(len(group), dtype=np.int32), [len(found) for _, found in group])
    joined = {name: np.concatenate([getattr(c, name) for _, c in group]) for name in Columns.__slots__}
    values = joined["values"]
    return pa.table(
        [
            pa.DictionaryArray.from_arrays(numbers, pa.array([tag for tag, _ in group])),
            pa.array(joined["times"]).cast(pa.timestamp("us", "UTC")),
            pa.array(values, mask=np.isnan(values)),
            pa.array(joined["texts"], pa.string()),
            pa.array(joined["qualities"]),
        ],
        schema=schema,
    )


class OpenArchive:
    """An archive to read curves from: every byte is proven by the journal before it is believed."""

    def __init__(self, place: Place, archive: Archive) -> None:
        """Raises TelemetryError if it is not there or not the one on record."""
        self._archive, self._path = archive, archive.where(place)
        self._file = self._told(lambda: ProvenFile(self._path, archive.size, archive.root))
        self._parquet = self._told(lambda: pq.ParquetFile(self._file, read_dictionary=["tag"], pre_buffer=False))
        self._spans = self._told(self._read_spans)
        self._groups: list[int] = []
        self._table: pa.Table = _SCHEMA.empty_table()

    def _read_spans(self) -> list[tuple[str, str]]:
        metadata = self._parquet.metadata
        groups = (metadata.row_group(n).column(0).statistics for n in range(metadata.num_row_groups))
        return [(s.min, s.max) for s in groups]

    def tags(self) -> list[str]:
        """The tags that its cluster had."""
        said = self._told(lambda: json.loads(self._parquet.schema_arrow.metadata[b"axenic"]))
        return sorted(said["tags"])

    def curve(self, tag: str, start: int, end: int) -> Columns:
        """The readings of a tag from `start` to `end`, both included; raises TelemetryError."""
        groups = [n for n, (low, high) in enumerate(self._spans) if low <= tag <= high]
        if not groups or end < self._archive.first or start > self._archive.last:
            return Columns.of(())
        return self._told(lambda: self._read(groups, tag, start, end))

    def _read(self, groups: list[int], tag: str, start: int, end: int) -> Columns:
        if groups != self._groups:  # the next tag is often in the same ones
            self._table = self._parquet.read_row_groups(groups, use_threads=False)
            self._groups = groups
        table = self._table.filter(pc.equal(self._table["tag"], tag))
        times = table["at"].cast(pa.int64()).to_numpy()
        begin, stop = np.searchsorted(times, start, "left"), np.searchsorted(times, end, "right")
        table = table.slice(begin, stop - begin)
        return Columns(
            times[begin:stop],
            table["value"].to_numpy(),
            np.array(table["text"].to_pylist(), np.object_),
            table["quality"].to_numpy(),
        )

    def _told(self, work: Callable[[], Found]) -> Found:
        try:
            return work()
        except Altered as error:
            text = f"{self._archive.name} {error} (entry {self._archive.seq}); nothing of it is given"
        except FileNotFoundError:
            text = f"{self._archive.name} is not there; entry {self._archive.seq} of the journal has its digest"
        except (OSError, pa.ArrowException, ValueError) as error:
            text = f"{self._archive.name} cannot be read: {error}"
        raise TelemetryError(ARCHIVE, text, _HINT, str(self._path))

    def close(self) -> None:
        """Leave the file alone."""
        self._file.close()
