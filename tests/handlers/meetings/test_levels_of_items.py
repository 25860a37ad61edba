"""An item on the agenda may be of another level than the meeting: it says so, and takes what is open at that level."""

import pytest
from registers import changes, files, plans
from story import Story
from test_agenda import NL
from test_attending import has_roles, until_the_agenda

from handlers.meetings import writing
from handlers.meetings.kinds import OPERATIONAL
from handlers.register.kinds import KINDS
from prompts import phrasebook
from storage.tables import Item, Series

LINE = "Zorgen van hogerop | 10 | allebei | feedback | tactisch"


async def test_an_item_takes_what_is_open_at_its_own_level(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    for number, level in enumerate(("operational", "tactical"), 1):
        item = await files(story, KINDS["feedback"], what=f"Melding {number} van de balie")
        await story.presses("karim", "take_up", str(item.id))
        await story.write(lambda db, row=item.id, level=level: setattr(db.get(Item, row), "level", level))
    await plans(story, "operational")
    await changes(story, "operational", agenda=f"Uit het werk | 10 | allebei | feedback\n{LINE}")
    agenda = await until_the_agenda(story)
    work, _, higher = agenda.partition("Zorgen van hogerop")
    assert ("FB-1" in work, "FB-2" in work) == (True, False)
    assert ("FB-1" in higher, "FB-2" in higher) == (False, True)
    (series,) = await story.rows(Series)
    assert str(series.agenda).endswith("tactisch")


@pytest.mark.parametrize("line", [LINE, "Zorgen | 10 | allebei | tactical", "Zorgen | 10 | allebei | | Strategisch"])
def test_a_level_is_read_as_it_was_written(line: str) -> None:
    (item,) = writing.read(NL, OPERATIONAL, line)
    assert item.level in ("tactical", "strategic")
    for language in ("nl", "en"):
        book = phrasebook(language)
        assert writing.read(book, OPERATIONAL, writing.written(book, (item,), OPERATIONAL)) == (item,)
