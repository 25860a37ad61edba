"""For a long time: events, forms and tips while the server is killed again and again, with new seeds each run."""

import os
import random
from pathlib import Path

import pytest

from tests.crashing import kill_and_restart, slack_api

SEEDS = [random.SystemRandom().randrange(10**6) for _ in range(int(os.environ.get("SOAK_RUNS", "5")))]
"""Others each time; a test that fails is called after its seed."""


@pytest.mark.soak
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("where", ["sqlite", "postgresql"])
async def test_nothing_is_lost_or_doubled_however_often_it_is_killed(
    where: str, seed: int, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path / 'samenspraak.db'}"
    if where == "postgresql":
        url = request.getfixturevalue("postgres_url")
    async with slack_api(url, tmp_path) as crashing:
        await kill_and_restart(crashing, channels=40, chatter=1500, kills=6, seed=seed)
