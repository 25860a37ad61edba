"""A call that one side plans is an entry for its calendar, of which who is rung may see everything."""

from datetime import UTC, date, datetime

import icalendar
from registers import files
from story import Story, form, words

from handlers.register.kinds import KINDS
from handlers.vocabulary import Share
from prompts import phrasebook

NL = phrasebook("nl")
HOSTILE = "Karim;\r\nATTENDEE:mailto:x@example.com"


async def plans_a_call(story: Story, **more: str) -> Share:
    """The client plans to ring about its escalation; what it gets for its calendar."""
    story.sent.clear()
    opened = form(await story.presses("sanne", "plan_call", "1"))
    await story.fills_in("sanne", opened, **({"whom": "Karim", "date": "2027-03-31", "time": "14:00"} | more))
    (share,) = [e for e in story.sent if isinstance(e, Share)]
    return share


async def escalated(story: Story) -> None:
    """The client prepares a call."""
    await story.agreed()
    await files(story, KINDS["escalation"], what="Storingen binnen vier uur verholpen", found="GEHEIM")


def read(share: Share) -> icalendar.Event:
    """The one entry, read by the library that other programs use."""
    (event,) = icalendar.Calendar.from_ical(share.content).walk("VEVENT")
    return event


async def test_the_call_comes_as_a_file_for_who_planned_it_alone(story: Story) -> None:
    await escalated(story)
    share = await plans_a_call(story)
    assert (share.who.id, share.place.direct, share.name) == ("sanne", True, "gesprek.ics")
    event = read(share)
    # Two in the afternoon by their own clock, in summer time.
    assert event.start == datetime(2027, 3, 31, 12, 0, tzinfo=UTC)
    assert event.end == datetime(2027, 3, 31, 12, 30, tzinfo=UTC)
    assert str(event["SUMMARY"]) == "Gesprek Waterveen en Bouwlicht"


async def test_without_a_time_it_takes_the_day(story: Story) -> None:
    await escalated(story)
    event = read(await plans_a_call(story, time=""))
    assert (event.start, event.end) == (date(2027, 3, 31), date(2027, 4, 1))


async def test_who_is_rung_may_have_the_file_too_for_nothing_in_it_tells_why(story: Story) -> None:
    await escalated(story)
    share = await plans_a_call(story, whom=HOSTILE)
    whole = f"{share.name} {share.content}".casefold()
    for said in ("GEHEIM", "Storingen", "OP-1", "opschal", "ATTENDEE", "Karim"):
        assert said.casefold() not in whole


async def test_planned_again_it_is_the_same_entry_on_another_day(story: Story) -> None:
    await escalated(story)
    first = read(await plans_a_call(story))
    await story.later(hours=1)
    second = read(await plans_a_call(story, date="2027-04-01"))
    assert first["UID"] == second["UID"]
    assert second["SEQUENCE"] > first["SEQUENCE"]


async def test_where_no_file_can_be_sent_it_says_so_and_what_to_do(story: Story) -> None:
    await escalated(story)
    share = await plans_a_call(story)
    assert share.instead is not None
    when = NL.say("escalation.call.at", day="woensdag 31 maart 2027", time="14:00")
    assert words(share.instead) == NL.say("escalation.call.no_file", whom="Karim", when=when)
