"""The dossier, asked for in chat: who asks gets it privately, and both sides get the same."""

import json
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from handlers import phrases
from handlers.dossier.facts import gathered
from handlers.register import rights
from handlers.roster import meant
from handlers.turn import Turn
from handlers.vocabulary import ButtonPress, Command, Effect, Reply, Share
from prompts import Phrasebook
from storage import items
from storage.tables import Project

AT_MOST = 1_000
"""Items of which a dossier is still made in chat: years of meetings. Of more it takes too long and weighs too much."""


def asked(event: Command | ButtonPress, turn: Turn) -> Iterable[Effect]:
    """Send the dossier of a project to who asks, or say where a large one can be had."""
    _, member = meant(turn, event)
    rights.check(turn, "dossier", member)
    project, book = member.project, phrases.reader(member)
    number = str(project.id)
    if sum(items.count(turn.db, project).values()) > AT_MOST:
        yield Reply(phrases.note(book, "dossier.chat.too_large", number=number))
        return
    everyone = phrases.everyone(project)
    # Once a minute is enough for one person: who presses again gets what is on its way.
    yield Share(
        event.place,
        event.who,
        file_name(everyone, turn, project),
        written(turn, project),
        f"dossier:{member.id}:{turn.now:%Y%m%d%H%M}",
        holds="dossier",
        instead=phrases.note(book, "dossier.chat.operator", number=number),
    )
    name = project.name or book.say("dossier.project_number", number=number)
    yield Reply(phrases.note(book, "dossier.chat.sending", name=name))


def written(turn: Turn, project: Project, language: str | None = None) -> str:
    """All that a dossier is made of, as JSON: what is on file, and the language to tell it in, or else the project's.

    It is put in words when it is packed, so that nobody else has to wait for that.
    """
    return json.dumps({"language": language or project.language, "facts": gathered(turn, project)})


def file_name(book: Phrasebook, turn: Turn, project: Project) -> str:
    """What the file is called."""
    day = turn.now.astimezone(ZoneInfo(project.zone)).date().isoformat()
    return book.say("dossier.chat.file", number=project.id, day=day)
