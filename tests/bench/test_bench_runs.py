"""Every bench runs, and gives figures; what they are is for docs/performance.md. Teams' door is like the other one."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bench import growth, intake, play, profile, scan, ticks
from bench.ear import speed
from bench.shape import Run, Section, Sizes

TINY = Sizes(
    rounds=1,
    patience=0,
    warm=40,
    events=40,
    rate=100,
    seconds=0.2,
    memory=0,
    lines=30,
    chat=20,
    export=20,
    amounts={
        "channels": (10, 12),
        "people in each channel": (10, 12),
        "channels with the same people": (10, 12),
        "rows kept": (100, 120),
        "rows waiting": (10, 12),
        "series planned": (10, 12),
    },
    times=3,
)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(TINY, tmp_path)


@pytest.mark.parametrize(
    "bench",
    [
        intake.on_sqlite,
        growth.on_sqlite,
        speed.hearing,
        scan.export,
        play.script_played,
        profile.slowest,
        ticks.on_sqlite,
    ],
    ids=["intake", "growth", "ear", "scan", "play", "profile", "ticks"],
)
def test_a_bench_gives_figures(bench: Callable[[Run], Section], run: Run) -> None:
    section = bench(run)
    assert section.measurements
    assert all(figure > 0 for each in section.measurements for figure in (*each.ours, *each.floor))
    assert all(cost > 0 for each in section.growths for costs in each.costs.values() for cost in costs)


def test_growth_is_measured_on_postgresql_too(postgres: str, run: Run) -> None:
    section = growth.on_server_at(postgres, run)
    assert {each.of for each in section.growths} == set(growth.AXES)
