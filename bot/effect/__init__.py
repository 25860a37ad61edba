"""Whether tips help: `samenspraak effect`. Counts only; people are never listed."""

from datetime import datetime

import click
from sqlalchemy.orm import Session

from bot.effect import report
from bot.effect.count import groups, round_of
from bot.upkeep import existing
from storage import effect
from storage.database import EVERYWHERE
from storage.tables import Project

__all__ = ["effect_command"]


def effect_command(database_url: str, project: str | None, as_json: bool, now: datetime) -> str:
    """What there is to tell, of all projects that agreed to measure or of one of them, by its name or number."""
    since = round_of(now)

    def look(db: Session) -> str:
        chosen = _chosen(effect.agreed(db), project)
        tips = effect.measured(db, chosen, since)
        told = groups(tips, now)
        if as_json:
            return report.as_json(told, [each.id for each in chosen], since, now)
        return report.as_words(told, [_name(each) for each in chosen], since, now, tips[0].at if tips else now)

    with existing(database_url) as database:
        return database.write_now(EVERYWHERE, look)


def _chosen(agreed: list[Project], project: str | None) -> list[Project]:
    if not agreed:
        raise click.ClickException(
            "In no project have all organisations agreed to measure whether tips help; the consent form offers it."
        )
    chosen = [each for each in agreed if project is None or project in (str(each.id), each.name)]
    if not chosen:
        known = ", ".join(_name(each) for each in agreed)
        raise click.ClickException(f"In no project {project} have all organisations agreed to measure. In: {known}.")
    return chosen


def _name(project: Project) -> str:
    return f"{project.id} ({project.name})" if project.name else str(project.id)
