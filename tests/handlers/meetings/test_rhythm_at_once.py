"""Two people who choose the same meeting at once, where two transactions can run at once: on PostgreSQL."""

import asyncio
from collections import Counter

from registers import changes
from story import Story, form, refused

from handlers.meetings.kinds import KINDS
from storage.database import opened
from storage.migrate import upgrade
from storage.tables import Series


async def test_of_all_who_choose_a_meeting_at_once_one_begins_it_and_the_others_are_told(postgres_url: str) -> None:
    with opened(postgres_url) as database:
        upgrade(database.writing)
        story = Story(database)
        await story.agreed()
        asked = form(await story.asks("karim", "overleg"))
        for kind in KINDS:
            everyone = ("karim", "sanne", "lotte", "ahmed")
            given = await asyncio.gather(*(story.fills_in(who, asked, kinds=kind) for who in everyone))
            assert sorted(bool(answers) for answers in given) == [False, True, True, True]
            assert {name for answers in given if answers for name in refused(answers)} == {"kinds"}
        assert Counter(row.kind for row in await story.rows(Series)) == Counter(list(KINDS))
        # What was stopped can be begun again.
        await changes(story, "audit", stop="yes")
        again = form(await story.presses("karim", "meeting_add", ""))
        assert await story.fills_in("karim", again, kinds="audit") == []
