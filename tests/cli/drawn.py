"""Drawn recordings: one good run for each shipped program, as rows of a CSV; tests spoil copies of them."""

from __future__ import annotations

import itertools
import math
from datetime import UTC, datetime, timedelta

from axenic.asepsis.saturation import saturation_pressure_bar

BEGIN = datetime(2026, 3, 1, 8, tzinfo=UTC)
Curve = list[tuple[float, float]]


def at(curve: Curve, minute: float) -> float:
    """The value of a curve of (minute, value) corners, straight between them."""
    for (t1, v1), (t2, v2) in itertools.pairwise(curve):
        if t1 <= minute < t2:
            return v1 + (v2 - v1) * (minute - t1) / (t2 - t1)
    return curve[-1][1]


def rows_of(minutes: float, step_s: int, columns) -> list[dict[str, str]]:
    """One row every `step_s` seconds; each column is a function of the minute."""
    rows = []
    for k in range(int(minutes * 60 / step_s) + 1):
        moment = (BEGIN + timedelta(seconds=k * step_s)).strftime("%Y-%m-%dT%H:%M:%S")
        rows.append({"time_iso": moment} | {n: f"{value(k * step_s / 60):.3f}" for n, value in columns.items()})
    return rows


def ripple(minute: float, size: float, phase: float = 0.0) -> float:
    return size * math.sin(minute * 2.1 + phase)


def steam_mannitol(hold: float = 21.0) -> list[dict[str, str]]:
    end = 30 + hold
    load = [(0, 37), (10, 37), (30, 121.8), (end, 121.8), (end + 38.4, 45), (200, 45)]
    chamber = [(0, 37), (10, 37), (29.3, 122), (end, 122), (end + 27.3, 40), (200, 40)]
    pressure = [(0, 1.2), (5, 1.2), (5.1, 1.02), (10, 1.02), (30, 3), (end + 30, 3), (end + 30.2, 1.02)]
    pressure += [(end + 40, 1.02), (end + 40.2, 1.25), (200, 1.25)]
    probes = {
        n: lambda m, p=p: at(load, m) + ripple(m, 0.15 if 30 < m < end else 0, p)
        for n, p in (("TICR24_C", 0), ("TICR25_C", 1))
    }
    walls = {n: lambda m: at(chamber, m) for n in ("TIC21_C", "TIC22_C", "TIC23_C", "TIC38_C")}
    return rows_of(end + 50, 16, probes | walls | {"PICR12_bar": lambda m: at(pressure, m)})


def _saturated(load: Curve, low: float = 1.0):
    return lambda m: saturation_pressure_bar(at(load, m)) if at(load, m) > 100.5 else low


def steam_porous() -> list[dict[str, str]]:
    load = [(0, 60), (4, 60), (12, 111), (15, 122.4), (36, 122.4), (38, 90), (60, 60)]
    vacuum = [(0, 1), (1, 1), (2, 0.1), (4, 1), (6, 0.1), (8, 1), (10, 0.1), (11.9, 1.2)]
    after = [(36, 2.14), (39, 0.2), (50, 0.2), (52, 1.0), (60, 1.0)]

    def pressure(m: float) -> float:
        return at(vacuum, m) if m < 11.9 else saturation_pressure_bar(at(load, m)) if m < 36 else at(after, m)

    probes = {"product_1_degC": 0.0, "product_2_degC": 1.5}
    columns = {n: lambda m, p=p: at(load, m) + ripple(m, 0.3, p) for n, p in probes.items()}
    return rows_of(54, 15, columns | {"chamber_bar": pressure})


def bowie_dick() -> list[dict[str, str]]:
    load = [(0, 60), (9, 100), (10, 114), (13, 135), (17, 135), (18, 110), (22, 60)]
    vacuum = [(0, 1), (1, 0.08), (2, 1), (4, 0.08), (5, 1), (7, 0.08), (9, 1.2)]

    def pressure(m: float) -> float:
        return at(vacuum, m) if m < 9.5 else saturation_pressure_bar(max(at(load, m), 100))

    columns = {
        "pack_degC": lambda m: at(load, m) + ripple(m, 0.1) - (0.3 if m < 13.2 else 0),
        "pack_recorder_degC": lambda m: at(load, m) + ripple(m, 0.1, 2),
        "drain_degC": lambda m: at(load, m),
        "chamber_bar": pressure,
    }
    return rows_of(21, 5, columns)


def sip() -> list[dict[str, str]]:
    load = [(0, 40), (10, 99), (20, 123), (53, 123), (54, 110), (90, 40)]
    closed = [(53, 2.2), (60, 1.6), (90, 1.4)]

    def pressure(m: float) -> float:
        return saturation_pressure_bar(max(at(load, m), 100)) if m < 53 else at(closed, m)

    columns = {
        "drain_degC": lambda m: at(load, m) + ripple(m, 0.2) - 0.4,
        "filter_degC": lambda m: at(load, m) + ripple(m, 0.2, 1),
        "vessel_degC": lambda m: at(load, m) + 0.3,
        "vessel_bar": pressure,
    }
    return rows_of(75, 15, columns)


def _peroxide(curve: Curve, humidity: Curve):
    return {
        "peroxide_ppm": lambda m: at(curve, m) * (1 + ripple(m, 0.02)),
        "peroxide_recorder_ppm": lambda m: at(curve, m) * (1 + ripple(m, 0.02, 1)),
        "humidity_rh": lambda m: at(humidity, m),
    }


def vapour_airlock() -> list[dict[str, str]]:
    curve = [(0, 0), (10, 0), (12, 950), (36, 950), (38, 100), (45, 2), (52, 0.2), (60, 0.1), (90, 0.1)]
    return rows_of(81, 15, _peroxide(curve, [(0, 45), (9, 15), (12, 35), (90, 35)]))


def vapour_isolator() -> list[dict[str, str]]:
    curve = [(0, 0), (20, 0), (28, 700), (54, 700), (57, 100), (80, 5), (110, 0.3), (200, 0.2)]
    residual = [(0, 0), (20, 0), (24, 100), (60, 100), (80, 5), (110, 0.3), (114, 0.3), (122, 0.5), (200, 0.5)]
    columns = _peroxide(curve, [(0, 45), (18, 10), (25, 35), (200, 35)])
    return rows_of(122, 15, columns | {"residual_ppm": lambda m: at(residual, m)})


def leak_overpressure() -> list[dict[str, str]]:
    curve = [(0, 1.1), (3, 2.0), (13, 1.956), (23.2, 1.955), (23.4, 1.7), (30, 1.1), (60, 1.1)]
    return rows_of(32, 20, {"PICR12_bar": lambda m: at(curve, m)})


def leak_vacuum(rise_mbar: float = 8.0, drift: float = 0.0) -> list[dict[str, str]]:
    curve = [(0, 1000), (4, 45), (5, 40), (15, 40)]

    def pressure(m: float) -> float:
        t = max(m - 9, 0)
        return 1000.0 if m > 19.01 else at(curve, m) + rise_mbar * t / 10

    columns = dict.fromkeys(("chamber_mbar", "recorder_mbar"), pressure)
    return rows_of(22, 10, columns | {"chamber_degC": lambda m: 22 + drift * max(m - 9, 0) / 10})


def leak_isolator(loss_mbar: float = 0.1, drift: float = 0.0) -> list[dict[str, str]]:
    def pressure(m: float) -> float:
        t = max(m - 12, 0) / 30
        warm = 1015 * drift * t / 295.15
        return 1013 + m if m < 2 else 1013.0 if m > 43 else 1015 - loss_mbar * t + warm

    columns = {"isolator_mbar": pressure, "isolator_degC": lambda m: 22 + drift * max(m - 12, 0) / 30}
    return rows_of(44, 30, columns)


def sporicide_wipe() -> list[dict[str, str]]:
    wet = dict.fromkeys(("wet_surface", "second_person"), lambda m: 0.5 if m < 4 else 1.0)
    return rows_of(14, 30, wet)


GOOD = {
    "steam-mannitol": steam_mannitol,
    "steam-porous": steam_porous,
    "bowie-dick": bowie_dick,
    "sip": sip,
    "vapour-airlock": vapour_airlock,
    "vapour-isolator": vapour_isolator,
    "leak-overpressure": leak_overpressure,
    "leak-vacuum": leak_vacuum,
    "leak-isolator": leak_isolator,
    "sporicide-wipe": sporicide_wipe,
}
