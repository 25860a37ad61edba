"""The ear in its own process, as the app lives with it."""

from bot.house import Compares, Ear
from handlers.turn import Compare


async def test_it_finds_there_what_means_the_same(warm_ear: tuple[Ear, Compares]) -> None:
    _, compares = warm_ear
    others = {3: "De facturen kloppen niet", 7: "Inloggen duurt elke ochtend tien minuten"}
    assert await compares(Compare("Logging in takes ten minutes every morning", others)) == (7,)
    assert await compares(Compare("", others)) == ()
