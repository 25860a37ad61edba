"""What time brings where nobody ever works: nothing by halves, and it is looked at again a day later."""

import logging
from collections.abc import Callable, Iterable
from datetime import timedelta

from handlers.calendar import NoWorkingTime
from handlers.turn import Turn
from handlers.vocabulary import Effect

log = logging.getLogger(__name__)
AGAIN = timedelta(days=1)
"""How long it rests: a calendar without working days is not mended in a minute."""


def all_or_none(turn: Turn, what: str, work: Callable[[], Iterable[Effect]]) -> list[Effect] | None:
    """All that some work comes to; None, and nothing changed, where it needs working days that are not there."""
    try:
        with turn.db.begin_nested():
            return list(work())
    except NoWorkingTime:
        log.warning("%s waits for a calendar with working days; it is looked at again in a day", what)
        return None
