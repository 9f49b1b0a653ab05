"""2,000 experiments: how often a 95 % interval covers the exact answer. `python -m bench.coverage`, about 30 s."""

from __future__ import annotations

import sys

from scipy import stats
from tests.twin.coverage import LOAD, SERVERS, covered

EXPERIMENTS = 2_000


def main() -> int:
    hits = covered(range(EXPERIMENTS))
    exact = stats.binomtest(hits, EXPERIMENTS).proportion_ci(0.95)
    share = hits / EXPERIMENTS
    print(f"M/M/{SERVERS}, load {LOAD}: 95 % intervals cover the exact mean in {100 * share:.2f} % of {EXPERIMENTS}")
    print(f"experiments (95 % interval {100 * exact.low:.2f} to {100 * exact.high:.2f} %); goal 93 to 97 %")
    return 0 if 0.93 <= share <= 0.97 else 1


if __name__ == "__main__":
    sys.exit(main())
