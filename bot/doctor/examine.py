"""Looks at everything, one thing after the other: what is ours first, then each platform."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial

from bot.doctor import data, hearing, projects
from bot.doctor.check import Check, looked, stumbled
from bot.settings import Settings
from bot.slack import checks as slack
from bot.teams import checks as teams
from storage.database import Database

Platform = Callable[[Settings, Database | None, datetime], Awaitable[list[Check]]]
"""What a platform contributes: `checks` in its own folder. Empty where it is not used."""
PLATFORMS: dict[str, Platform] = {"slack": slack.checks, "teams": teams.checks}


async def examine(settings: Settings, now: Callable[[], datetime]) -> list[Check]:
    """Look at everything. Raises nothing: whatever goes wrong is a finding."""
    async with data.at(settings.database_url) as (found, database):
        if database is not None:
            for name, look in {
                "clock": partial(data.clocks, database, now),
                "inbox": partial(data.inbox, database, now()),
                "outbox": partial(data.outbox, database, now()),
                "consent": partial(projects.consent, database),
                "sides": partial(projects.sides, database),
                "pauses": partial(projects.pauses, database, now()),
                "standstills": partial(projects.standstills, database),
                "installations": partial(projects.installations, database),
                "endings": partial(projects.endings, database),
                "silenced patterns": partial(projects.silenced_patterns, database, now()),
            }.items():
                found.append(await looked(name, look))
        found.append(await looked("ear", hearing.ear, patience=120))
        found.append(await looked("language model", partial(hearing.language_model, settings.model)))
        for name, checks in PLATFORMS.items():
            try:
                found += await checks(settings, database, now())
            except Exception as problem:  # the other platforms are still to be looked at
                found.append(stumbled(name, problem))
    return found
