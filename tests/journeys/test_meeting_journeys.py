"""Meetings as people live them, from the first day to the minutes: told once, lived on every platform over HTTP."""

from sheets import Refused, Sheet, World, card, latest, shown, until

START = "2027-03-15"
"""A Monday, in the second or third week of every platform."""


async def has_rhythm(world: World, kinds: str) -> None:
    """The supplier chooses which meetings there are."""
    form = shown(await world.asks("sanne", "overleg"))
    await world.sends("sanne", form, kinds=kinds, first=START, at="10:00")


async def told(world: World, who: str, words: str) -> list[Sheet]:
    """What somebody can see in which this is said."""
    return [sheet for sheet in await world.sees(who) if words in sheet.text]


async def button(world: World, who: str, name: str) -> Sheet:
    """The last card with this button that somebody can see; there must be one."""
    found = await card(world, who, name)
    assert found is not None, name
    return found


async def test_from_the_rhythm_to_a_promise_that_came_of_it(world: World) -> None:
    # A rhythm is chosen, and everyone hears when each meeting is for the first time.
    form = shown(await world.asks("sanne", "overleg"))
    assert form.fields.keys() == {"kinds", "first", "at", "where", "side", "live"}
    assert form.fields["kinds"] == "operational tactical strategic demo progress"
    refused = await world.sends("sanne", form, kinds="operational tactical", first=START, at="half tien")
    assert isinstance(refused, Refused)
    assert refused.reasons.keys() == {"at"}
    await world.sends("sanne", form, kinds="operational tactical", first=START, at="10:00")
    for who in ("sanne", "karim"):
        (begun,) = await told(world, who, "het ritme van dit project")
        assert "werkoverleg: dinsdag 16 maart 2027, 10:00" in begun.text
        assert "tactisch overleg: donderdag 8 april 2027, 10:00" in begun.text
    listed = shown(await world.asks("karim", "overleg"))
    assert "elke dinsdag" in listed.text
    assert {"series", "meeting_add"} <= listed.buttons.keys()

    # Topics: one stands where it belongs, of the other that is the next level's a button moves it.
    await world.asks("sanne", "agenda De nieuwe printer")
    placed = shown(await world.asks("karim", "agenda Het contract loopt af"))
    assert "Misschien past dit beter bij: tactisch overleg" in placed.text
    moved = shown(await world.presses("karim", placed, "topic_move"))
    assert "Tactisch overleg: donderdag 8 april 2027, 10:00" in moved.text
    assert "Misschien" not in moved.text

    # Only the supplier prepares this one, asked for it in the morning.
    await until(world, "2027-03-12T09:30")
    assert await card(world, "karim", "prepared") is None
    form = shown(await world.presses("sanne", await button(world, "sanne", "prepared"), "prepared"))
    await world.sends("sanne", form, result="Maandag gaat de koppeling aan", file="https://docs.example/plan")

    # The agenda goes out when it is time for that, and not before.
    await until(world, "2027-03-15T13:59")
    assert await told(world, "karim", "OV-1 · Werkoverleg") == []
    await until(world, "2027-03-15T14:00")
    agenda = await latest(world, "karim", "OV-1")
    assert agenda.text == (await latest(world, "sanne", "OV-1")).text
    for expected in ("dinsdag 16 maart 2027, 10:00", "Maandag gaat de koppeling aan", "De nieuwe printer"):
        assert expected in agenda.text
    assert "Het contract loopt af" not in agenda.text

    # Afterwards who organised it is asked what came of it. An action names who and when.
    await until(world, "2027-03-16T10:46")
    assert await told(world, "karim", "Wat kwam eruit?") == []
    form = shown(await world.presses("sanne", await button(world, "sanne", "record"), "record"))
    halfway = await world.sends("sanne", form, action1="De koppeling werkt weer", right="yes")
    assert isinstance(halfway, Refused)
    assert halfway.reasons.keys() == {"owner1", "date1"}
    outcome = {"decisions": "De storing gaat voor", "action1": "De koppeling werkt weer", "date1": "2027-03-26"}
    await world.sends("sanne", form, **outcome, owner1=world.named("sanne"), right="yes")
    minutes = await latest(world, "karim", "OV-1")
    assert "verslag staat vast" in minutes.text
    assert "De storing gaat voor" in minutes.text
    assert "TZ-1" in minutes.text

    # What was agreed counts once the other side confirms it.
    promise = await latest(world, "karim", "TZ-1")
    assert "De koppeling werkt weer" in promise.text
    refused = await world.presses("sanne", promise, "confirm")
    assert isinstance(refused, Refused) or "confirm" not in shown(refused).buttons
    await world.presses("karim", promise, "confirm")
    assert "bevestigd" in (await latest(world, "sanne", "TZ-1")).text


async def test_who_cannot_come_says_so_and_one_meeting_moves_or_falls_out(world: World) -> None:
    await has_rhythm(world, "operational")
    await until(world, "2027-03-15T14:00")
    form = shown(await world.presses("sanne", await latest(world, "sanne", "OV-1"), "cannot"))
    await world.sends("sanne", form)
    assert "Kan niet" in (await latest(world, "karim", "OV-1")).text
    await world.presses("sanne", await latest(world, "sanne", "OV-1"), "can")
    assert "Kan niet" not in (await latest(world, "karim", "OV-1")).text

    # It moves, for both, with the reason; not to a moment that is over.
    form = shown(await world.presses("karim", await latest(world, "karim", "OV-1"), "postpone"))
    refused = await world.sends("karim", form, date=START, time="09:00", reason="Karim is dinsdag weg")
    assert isinstance(refused, Refused)
    assert refused.reasons.keys() == {"time"}
    await world.sends("karim", form, date="2027-03-17", time="15:30", reason="Karim is dinsdag weg")
    for who in ("sanne", "karim"):
        assert "woensdag 17 maart 2027, 15:30" in (await latest(world, who, "OV-1")).text
        assert len(await told(world, who, "Reden: Karim is dinsdag weg")) == 1

    # It is called off: nobody is asked what came of it, and the next one is as it was.
    form = shown(await world.presses("karim", await latest(world, "karim", "OV-1"), "call_off"))
    await world.sends("karim", form, reason="Er is niets te bespreken")
    assert "gaat niet door" in (await latest(world, "sanne", "OV-1")).text
    await until(world, "2027-03-22T14:00")
    assert await card(world, "sanne", "record") is None
    assert "dinsdag 23 maart 2027, 10:00" in (await latest(world, "karim", "OV-2")).text


CRITERIA = "Inschrijven kan in vijf minuten\nDe lijst toont de wachttijd"


async def test_a_demo_is_prepared_by_both_and_judged_point_by_point(world: World) -> None:
    await has_rhythm(world, "demo")
    await until(world, "2027-03-15T09:30")
    for who, result in (("sanne", CRITERIA), ("karim", "Twee collega's van de balie")):
        form = shown(await world.presses(who, await button(world, who, "prepared"), "prepared"))
        await world.sends(who, form, result=result)
    await until(world, "2027-03-16T09:00")
    agenda = await latest(world, "karim", "OV-1")
    assert "Inschrijven kan in vijf minuten" in agenda.text
    assert "Twee collega's van de balie" in agenda.text

    # Once it is over the client judges, and nobody else.
    await until(world, "2027-03-18T11:00")
    public = await latest(world, "sanne", "OV-1")
    refused = await world.presses("sanne", public, "verdict")
    assert isinstance(refused, Refused) or not refused or not refused.fields
    form = shown(await world.presses("karim", await button(world, "karim", "verdict"), "verdict"))
    assert form.fields.keys() == {"verdict1", "because1", "verdict2", "because2", "wishes"}
    halfway = await world.sends("karim", form, verdict1="accepted", verdict2="not_yet")
    assert isinstance(halfway, Refused)
    assert halfway.reasons.keys() == {"because2"}
    judged = shown(
        await world.sends("karim", form, verdict1="accepted", verdict2="not_yet", because2="hij loopt een uur achter")
    )
    for seen in (judged, await latest(world, "sanne", "OV-1")):
        assert "1. Inschrijven kan in vijf minuten: akkoord" in seen.text
        assert "2. De lijst toont de wachttijd: nog niet, omdat: hij loopt een uur achter" in seen.text

    # What is not good yet is reported with what it costs, and both sides agree on a round of tests.
    form = shown(await world.presses("karim", judged, "by_impact"))
    assert form.fields["what"].startswith("De lijst toont de wachttijd: nog niet")
    await world.sends("karim", form, who="de balie")
    assert "de balie" in (await latest(world, "sanne", "FB-1")).text
    form = shown(await world.presses("sanne", await latest(world, "sanne", "OV-1"), "test_round"))
    await world.sends("sanne", form, testers="de balie", tested="de lijst", until="2027-03-26")
    assert "Testronde" in (await latest(world, "karim", "VZ-1")).text


async def test_a_progress_report_is_drafted_for_the_supplier_who_edits_and_sends_it(world: World) -> None:
    await has_rhythm(world, "progress")
    await until(world, "2027-03-17T09:30")
    draft = await button(world, "sanne", "send")
    assert await told(world, "karim", "VR-1") == []
    form = shown(await world.presses("sanne", draft, "send"))
    assert form.fields["in_short"].startswith("Toezeggingen nagekomen: 0.")
    await world.sends("sanne", form, in_short="Het ligt op koers.", next="Op 1 april gaat de koppeling aan")
    report = await latest(world, "karim", "VR-1")
    assert "Het ligt op koers." in report.text
    assert "Toezeggingen nagekomen" not in report.text
    form = shown(await world.presses("karim", report, "reply"))
    await world.sends("karim", form, reply="Dan werkt de balie een dag op papier")
    answered = await latest(world, "sanne", "VR-1")
    assert "beantwoord" in answered.text
    assert "een dag op papier" in answered.text


async def test_a_series_changes_for_everyone_and_stops(world: World) -> None:
    await has_rhythm(world, "operational")
    listed = shown(await world.asks("karim", "overleg"))
    form = shown(await world.presses("karim", listed, "series"))
    refused = await world.sends("karim", form, minutes="0", at="25:00")
    assert isinstance(refused, Refused)
    assert refused.reasons.keys() == {"minutes", "at"}
    await world.sends("karim", form, at="11:30", weekday="WE")
    (changed,) = await told(world, "sanne", "heeft dit overleg aangepast")
    assert "woensdag 17 maart 2027, 11:30" in changed.text
    listed = shown(await world.asks("karim", "overleg"))
    assert "elke woensdag" in listed.text
    form = shown(await world.presses("karim", listed, "series"))
    await world.sends("karim", form, stop="yes")
    assert len(await told(world, "sanne", "is gestopt met dit overleg")) == 1
    asked = shown(await world.asks("sanne", "overleg"))
    assert asked.fields.keys() == {"kinds", "first", "at", "where", "side", "live"}
