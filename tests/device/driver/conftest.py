"""The equipment that a test of drivers visits: one piece for each protocol, kept for the session."""

from __future__ import annotations

import pytest

from tests.device.driver.bench import BENCHES


@pytest.fixture(scope="session", params=list(BENCHES))
def equipment(request, tmp_path_factory):
    bench = BENCHES[request.param](tmp_path_factory.mktemp(request.param))
    yield bench
    bench.stop()
