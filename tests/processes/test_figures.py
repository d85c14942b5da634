"""Several web processes of a machine count together, whichever of them is asked (N4)."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.processes.supervisor import COUNTED, counting_together
from tests.faults.installation import Browser, Installation, started
from tests.faults.machines import until
from tests.support import databases

pytestmark = [pytest.mark.req("N4", "P12"), pytest.mark.timeout(120)]
ANSWERED = re.compile(
    r'^portal_requests_total\{endpoint="shop.orders",method="GET",status="200"\} (\S+)$', re.MULTILINE
)


class TwoWebs(Installation):
    """However few cores there are."""

    def run(self, *arguments: str) -> subprocess.Popen[bytes]:
        return super().run(*arguments, *(("--workers", "2") if arguments[0] == "serve" else ()))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("figures")
    with started(TwoWebs(folder, databases.sqlite_database(folder))) as running:
        yield running


def counted(place: Installation) -> float:
    found = ANSWERED.search(Browser(place.port).get("/metrics").body.decode())
    return float(found[1]) if found else 0.0


def test_every_process_tells_the_sum_of_all_and_none_is_lost_with_one(place: Installation) -> None:
    before = counted(place)
    for _ in range(20):
        assert place.browser.get("/orders").status == 200
    assert {counted(place) for _ in range(12)} == {before + 20}
    assert place.kill("web")
    place.seconds_until_it_answers()
    assert counted(place) >= before + 20


def test_a_worker_is_among_the_figures_and_the_portal_is_ready(place: Installation) -> None:
    figures = Browser(place.port).get("/metrics").body.decode()
    assert re.search(r'^portal_workers\{version="[0-9a-f]{12}"\} 1.0$', figures, re.MULTILINE)
    until(lambda: b'"status": "ok"' in Browser(place.port).get("/readyz").body, place)


def test_the_folder_is_empty_at_each_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(COUNTED, str(tmp_path))
    (tmp_path / "counter_1.db").write_bytes(b"old")
    (tmp_path / "notes.txt").write_bytes(b"somebody's")
    with counting_together():
        assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
    monkeypatch.delenv(COUNTED)
    with counting_together():
        made = Path(os.environ[COUNTED])
        assert made.is_dir()
    assert not made.exists() and COUNTED not in os.environ
