"""The calendar over real HTTP: for whoever has the address, for nobody else, and not more often than needed."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import icalendar
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from registers import plans
from sqlalchemy import select, update
from story import Story, form

from bot.play.shape import buttons
from bot.web import calendar
from handlers.vocabulary import Say
from storage.tables import Meeting, Project

Client = TestClient[web.Request, web.Application]
OTHER = "0" * 32
"""As good as an address, and nobody's."""


@pytest.fixture
async def door(story: Story) -> AsyncIterator[Client]:
    app = web.Application()
    app.add_routes(calendar.routes(story.house))
    async with TestClient(TestServer(app)) as client:
        yield client


async def published(story: Story) -> str:
    await story.agreed()
    await plans(story, "operational")
    await story.asks("sanne", "agenda")
    await story.presses("sanne", "calendar")
    (key,) = [row.calendar_key for row in await story.rows(Project)]
    return f"/c/{key}.ics"


async def test_who_has_the_address_gets_it_and_a_stranger_learns_nothing(story: Story, door: Client) -> None:
    answer = await door.get(await published(story))
    assert answer.status == 200
    assert answer.content_type == "text/calendar"
    assert answer.charset == "utf-8"
    assert "BEGIN:VCALENDAR" in await answer.text()
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    for path in (f"/c/{OTHER}.ics", "/c/short.ics", "/c/.ics", "/c/", f"/c/{OTHER}", f"/c/{OTHER}%00.ics"):
        refused = await door.get(path)
        assert refused.status == 404, path
        assert "BEGIN" not in await refused.text()


async def test_what_did_not_change_is_not_sent_again(story: Story, door: Client) -> None:
    path = await published(story)
    first = await door.get(path)
    mark = first.headers["ETag"]
    for asked in (mark, f'"other", {mark}'):
        again = await door.get(path, headers={"If-None-Match": asked})
        assert (again.status, await again.read()) == (304, b"")
        assert again.headers["ETag"] == mark
    meeting = min(await story.rows(Meeting), key=lambda row: row.starts_at)
    asked_form = form(await story.presses("sanne", "postpone", str(meeting.item_id)))
    await story.fills_in("sanne", asked_form, date="2027-03-10", time="15:30", reason="Dinsdag kan niet")
    changed = await door.get(path, headers={"If-None-Match": mark})
    assert changed.status == 200
    assert changed.headers["ETag"] != mark


async def test_a_look_at_the_head_tells_the_same_without_the_calendar(story: Story, door: Client) -> None:
    path = await published(story)
    whole, head = await door.get(path), await door.head(path)
    assert (head.status, await head.read()) == (200, b"")
    assert head.headers["ETag"] == whole.headers["ETag"]
    assert head.content_type == "text/calendar"


async def test_nobody_can_do_anything_but_read(story: Story, door: Client) -> None:
    path = await published(story)
    for method in ("POST", "PUT", "DELETE", "PROPFIND"):
        assert (await door.request(method, path)).status == 405


async def test_an_address_that_was_renewed_or_stopped_leads_nowhere(story: Story, door: Client) -> None:
    old = await published(story)
    await story.presses("karim", "calendar_renew")
    (key,) = [row.calendar_key for row in await story.rows(Project)]
    assert (await door.get(old)).status == 404
    assert (await door.get(f"/c/{key}.ics")).status == 200
    await story.presses("karim", "calendar_stop")
    assert (await door.get(f"/c/{key}.ics")).status == 404


async def test_a_project_that_ended_has_no_calendar(story: Story, door: Client) -> None:
    path = await published(story)

    def end(db: Any) -> None:
        db.execute(update(Project).values(ended_at=story.now))

    await story.write(end)
    assert (await door.get(path)).status == 404


async def one_meeting(story: Story) -> str:
    """The address of the first meeting, as its button has it."""
    await published(story)
    await story.until("2027-03-08T15:00:00+01:00")
    card = [e.card for e in story.sent if isinstance(e, Say)][-1]
    (url,) = [each.url for each in buttons(card.parts) if each.name == "to_calendar"]
    return str(url).removeprefix("https://samenspraak.example")


async def test_one_meeting_has_an_address_that_tells_how_it_stands_now(story: Story, door: Client) -> None:
    path = await one_meeting(story)
    answer = await door.get(path)
    assert (answer.status, answer.content_type) == (200, "text/calendar")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="meeting.ics"'
    (before,) = icalendar.Calendar.from_ical(await answer.text()).walk("VEVENT")
    about = path.split("/")[2]
    asked = form(await story.presses("sanne", "postpone", about))
    await story.fills_in("sanne", asked, date="2027-03-10", time="15:30", reason="Dinsdag kan niet")
    (moved,) = icalendar.Calendar.from_ical(await (await door.get(path)).text()).walk("VEVENT")
    asked = form(await story.presses("sanne", "call_off", about))
    await story.fills_in("sanne", asked, reason="Vakantie")
    (off,) = icalendar.Calendar.from_ical(await (await door.get(path)).text()).walk("VEVENT")
    assert before["UID"] == moved["UID"] == off["UID"]
    assert [each["SEQUENCE"] for each in (before, moved, off)] == [0, 1, 2]
    assert off["STATUS"] == "CANCELLED"


async def test_the_address_of_one_meeting_is_no_way_to_another(story: Story, door: Client) -> None:
    path = await one_meeting(story)
    _, _, item, mark = path.split("/")
    (key,) = [row.calendar_key for row in await story.rows(Project)]
    wrong = [f"/c/{int(item) + 1}/{mark}", f"/c/{item}/{OTHER}.ics", f"/c/{item}/{key}.ics", f"/c/{mark}"]
    wrong += [f"/c/{9**18}/{mark}", f"/c/-1/{mark}", f"/c/{item}/{mark[1:]}", f"/c/{item}x/{mark}"]
    assert {(await door.get(each)).status for each in wrong} == {404}
    await story.presses("karim", "calendar_renew")
    assert (await door.get(path)).status == 404


async def test_while_a_side_wants_nothing_on_record_nothing_is_served(story: Story, door: Client) -> None:
    one = await one_meeting(story)
    (key,) = [row.calendar_key for row in await story.rows(Project)]
    paths = [f"/c/{key}.ics", one]
    mark = (await door.get(paths[0])).headers["ETag"]
    await story.agrees("sanne", "client", scopes="hear tip")
    found = [await door.get(path, headers={"If-None-Match": mark}) for path in paths]
    assert [answer.status for answer in found] == [404, 404]
    assert [await answer.text() for answer in found] == ["", ""]
    await story.agrees("sanne", "client")
    assert [(await door.get(path)).status for path in paths] == [200, 200]


async def test_who_asks_again_and_again_is_asked_to_wait(story: Story, door: Client) -> None:
    path = await published(story)
    found = [(await door.get(f"/c/{OTHER}.ics")).status for _ in range(600)]
    assert set(found) == {404}
    refused = await door.get(path)
    assert refused.status == 429
    assert int(refused.headers["Retry-After"]) > 0
    story.now += timedelta(minutes=11)
    assert (await door.get(path)).status == 200


async def test_each_installation_has_a_calendar_of_its_own(story: Story, door: Client) -> None:
    path = await published(story)
    other = Story(story.database, team="T2", channel="C9")
    await other.agreed(welcome=False)
    await plans(other, "demo")
    await other.asks("sanne", "agenda")
    await other.presses("sanne", "calendar")

    def keys(db: Any) -> list[str]:
        return list(db.scalars(select(Project.calendar_key).where(Project.tenant == other.tenant)))

    (key,) = await other.write(keys)
    ours, theirs = await (await door.get(path)).text(), await (await door.get(f"/c/{key}.ics")).text()
    assert "werkoverleg" in ours
    assert "demo" not in ours.lower()
    assert "demo" in theirs.lower()
    assert "werkoverleg" not in theirs
    uids = [{line for line in each.split("\r\n") if line.startswith("UID")} for each in (ours, theirs)]
    assert not uids[0] & uids[1]
