"""What a tick asks of the database is found by an index: it never reads through all that is planned."""

import re
from datetime import datetime
from typing import Any

from registers import plans
from sqlalchemy import event
from story import Story

from bot import engine as engine_of

GROWS = {"series", "meeting", "item", "outbox", "inbox", "entry", "topic", "member", "project", "channel", "nudge"}
"""Tables that grow with what is planned or was."""


async def explained(story: Story, until: str) -> dict[str, list[str]]:
    """How SQLite finds what each statement asks, while time passes until a moment."""
    asked: dict[str, Any] = {}

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if statement.lstrip().startswith(("SELECT", "UPDATE", "DELETE")):
            asked.setdefault(statement, parameters[0] if isinstance(parameters, list) else parameters)

    engines = [story.database.writing, story.database._reading]
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    end = datetime.fromisoformat(until)
    # Housekeeping is left out: that is done once a minute.
    while (moment := (await engine_of.settle(story.house)).moment) is not None and moment <= end:
        story.now = moment
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)

    def plan(db: Any) -> dict[str, list[str]]:
        found = {}
        for statement, parameters in asked.items():
            rows = db.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            found[statement] = [row[3] for row in rows]
        return found

    return await story.database.read("*", plan)


def read_through(plan: list[str]) -> list[str]:
    """The lines of a plan that read all of a table that grows."""
    return [line for line in plan if (name := re.match(r"SCAN (\w+)", line)) is not None and name[1] in GROWS]


async def test_nothing_reads_through_what_is_planned_when_agendas_are_due(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational", "tactical", "demo")
    plans_of = await explained(story, "2027-03-09T14:00:00+01:00")
    assert any("FROM meeting" in statement for statement in plans_of)
    slow = {statement: found for statement, plan in plans_of.items() if (found := read_through(plan))}
    assert slow == {}


async def test_what_is_due_first_is_read_from_an_index_in_its_order(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    plans_of = await explained(story, "2027-03-02T14:00:00+01:00")
    (look,) = [each for each in plans_of if each.count("UNION ALL") > 5 and "open_until IS NOT" in each]
    for name in ("series_plan_at", "meeting_look_at", "item_look_at"):
        assert any(name in line for line in plans_of[look]), name
