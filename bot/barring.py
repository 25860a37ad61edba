"""When a platform lets us do nothing in an installation: its administrator is told once, and now and then we knock."""

import logging

from bot.house import House
from bot.metrics import BARRED
from storage import barred
from storage.database import EVERYWHERE

log = logging.getLogger(__name__)


async def bar(house: House, tenant: str, problem: str) -> None:
    """Nothing more is asked of the platform in this installation, until it lets us in again."""
    await house.database.write(tenant, lambda db: barred.bar(db, tenant, problem, house.now()))
    await tell(house)


async def lift(house: House, tenant: str) -> None:
    """We are let in again."""
    await house.database.write(tenant, lambda db: barred.lift(db, tenant))


async def tell(house: House) -> None:
    """Say what nobody was told yet. Once for every time, also when there are several of us."""
    news = await house.database.write(EVERYWHERE, barred.untold)
    for tenant, problem in news.items():
        log.error(
            "%s: the platform lets us do nothing there (%s). What is to be said waits. Check the token, or install "
            "the app again; it goes on by itself. Was it taken out for good? See `samenspraak ending list`.",
            tenant,
            problem,
        )
    BARRED.set(await house.database.read(EVERYWHERE, barred.count))


async def knock(house: House) -> None:
    """See whether we are let in again, where that was not tried lately."""
    now = house.now()
    for tenant in await house.database.write(EVERYWHERE, lambda db: barred.to_knock(db, now)):
        mouth = house.mouths.get(tenant.partition(":")[0])
        if mouth is None or mouth.knock is None or not await mouth.knock(tenant):
            continue
        await lift(house, tenant)
        log.warning("%s: the platform lets us in again; what waited is sent", tenant)
        house.wake()
    await tell(house)
