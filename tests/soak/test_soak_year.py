"""For a long time: years of projects that meet, with other misfortunes each run."""

import os
import random
from datetime import timedelta
from pathlib import Path

import pytest

from storage.database import EVERYWHERE, opened
from storage.migrate import upgrade
from tests.year import Nemesis, Year, checked, hasty

SEEDS = [random.SystemRandom().randrange(10**6) for _ in range(int(os.environ.get("SOAK_RUNS", "5")))]
"""Others each time; a test that fails is called after its seed."""


@pytest.mark.soak
@pytest.mark.parametrize("seed", SEEDS)
async def test_a_year_of_meetings_is_as_promised(seed: int, tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path / 'year.db'}") as database:
        upgrade(database.writing)
        hasty(database)
        dice = random.Random(seed)
        nemesis = Nemesis(
            dice,
            dies_in_statement=2e-4,
            raises_in_statement=1e-3,
            dies_while_sending=0.003,
            refuses=0.02,
            sleeps=0.005,
            longest=timedelta(days=dice.choice((1, 7, 30))),
        )
        year = Year(database, nemesis, seed)
        await year.begins(20)
        await year.passes(year.begin + timedelta(days=365), by_hand=200)
        found = await database.read(EVERYWHERE, lambda db: checked(year, db))
        assert found.broken == (), (seed, nemesis.struck)
        assert found.posts > 1_000
