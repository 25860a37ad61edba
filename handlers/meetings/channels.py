"""Where a meeting is told of when the bot is no longer in its channel: another of the project, or who organises it."""

from collections.abc import Iterable
from datetime import timedelta

from handlers.register import notices, steps
from handlers.turn import Turn
from handlers.vocabulary import Effect
from storage import meetings, members, projects
from storage.tables import Item, Meeting

TOLD = "unreached"
"""Among the words of a meeting: who organises it was told that nobody could be reached."""
BACK = timedelta(days=92)
"""Other times of the series at which they may have been told."""


def reached(turn: Turn, item: Item) -> bool:
    """Whether everyone can be told of a meeting: in its channel, or from now on in another one of the project."""
    live = [each for each in projects.channels(turn.db, item.project) if each.halted is None]
    if live and not any(each.channel == item.channel for each in live):
        # Its card stands anew there: under the name of before it may still be known where it was.
        posted = {"posted": str(int(item.words.get("posted", "1")) + 1)} if item.words.get("announced") else {}
        kept = {name: said for name, said in item.words.items() if name != "announced"}
        item.channel, item.thread, item.words = live[0].channel, None, kept | posted
    return bool(live)


def told(turn: Turn, meeting: Meeting) -> Iterable[Effect]:
    """Who organises a meeting hears that its agenda goes nowhere: once, and not at each time of the series."""
    item = meeting.item
    if any(TOLD in each.item.words for each in meetings.of_series(turn.db, meeting.series, turn.now - BACK)):
        return
    item.words = {**item.words, TOLD: "yes"}
    for each in steps.whom(item, "side", members.of(turn.db, item.project)):
        yield from notices.tell(turn, item, each, "no_channel", meeting.starts_at)
