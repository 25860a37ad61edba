"""A series is changed, stopped, and follows the days off: what was planned moves along, what was sent stays."""

from datetime import timedelta

import pytest
from registers import changes, plans
from story import Story, form, names, refused, reply, words

from handlers.vocabulary import Attach, Replace, Reply, Say
from storage.tables import Entry, Item, Meeting, Series


async def times(story: Story, state: str = "planned") -> list[str]:
    """When the meetings are that stand like this, by the clock of the project."""
    rows = sorted(await story.rows(Meeting), key=lambda row: row.starts_at)
    zone = story.now.tzinfo
    return [f"{row.starts_at.astimezone(zone):%a %d %b %H:%M}" for row in rows if row.item.state == state]


def told(story: Story) -> list[str]:
    """What everyone was told of a series."""
    return [words(e.card) for e in story.sent if isinstance(e, Say) and e.key.startswith("series:")]


async def the_series(story: Story) -> Series:
    (row,) = await story.rows(Series)
    assert isinstance(row, Series)
    return row


async def test_what_runs_is_shown_with_how_often_when_next_and_who(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational", "tactical", "demo")
    (shown,) = await story.asks("sanne", "overleg")
    assert isinstance(shown, Reply)
    said = words(shown.card)
    assert "Werkoverleg\nHoe vaak: elke dinsdag\nHoe laat: 10:00, 45 min" in said
    assert "Eerstvolgende: dinsdag 9 maart 2027, 10:00\nWie organiseert: leverancier" in said
    assert "elke tweede donderdag van de maand" in said
    assert "om de week op woensdag" in said
    assert names(shown.card) == ["series", "extra"] * 3 + ["meeting_add"]


async def test_another_day_and_time_move_what_was_planned_and_everyone_is_told_once(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    assert await times(story) == ["Tue 09 Mar 10:00"]
    story.sent.clear()
    assert await changes(story, "operational", who="sanne", weekday="TH", at="14:30") == []
    assert await times(story) == ["Thu 11 Mar 14:30"]
    assert await times(story, "called_off") == ["Tue 09 Mar 10:00"]
    (said,) = told(story)
    assert "werkoverleg" in said
    assert "Hoe vaak: elke donderdag" in said
    assert "donderdag 11 maart 2027, 14:30; donderdag 18 maart 2027, 14:30; donderdag 25 maart" in said
    assert [e for e in story.sent if not isinstance(e, Say | Attach)] == []
    assert (await the_series(story)).revision == 1


async def test_another_time_on_the_same_day_keeps_the_meeting_and_its_number(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    (before,) = await story.rows(Meeting)
    await changes(story, "operational", at="11:00", minutes="30")
    (after,) = await story.rows(Meeting)
    assert (after.id, after.item_id, after.sequence) == (before.id, before.item_id, 1)
    assert after.ends_at - after.starts_at == timedelta(minutes=30)
    assert await times(story) == ["Tue 09 Mar 11:00"]


async def test_an_agenda_that_was_sent_is_replaced_and_counts_up_for_calendars(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    await story.until("2027-03-08T15:00:00+01:00")
    story.sent.clear()
    await changes(story, "operational", at="11:00")
    (row,) = [row for row in await story.rows(Meeting) if row.item.state == "planned"][:1]
    assert row.sequence == 1
    (shown,) = [words(e.card) for e in story.sent if isinstance(e, Replace)]
    assert "dinsdag 9 maart 2027, 11:00" in shown
    assert "11:00 " in shown.partition("Agenda")[2]


async def test_who_goes_back_finds_the_same_meeting_again(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    await changes(story, "operational", weekday="TH")
    await changes(story, "operational", weekday="TU")
    assert await times(story) == ["Tue 09 Mar 10:00"]
    assert await times(story, "called_off") == ["Thu 11 Mar 10:00"]
    steps = [e.step for e in await story.rows(Entry) if e.item_id == (await story.rows(Meeting))[0].item_id]
    assert steps == ["filed", "off_series", "planned_again"]


async def test_what_somebody_moved_by_hand_stays_where_it_is(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    (first,) = await story.rows(Meeting)
    asked = form(await story.presses("sanne", "postpone", str(first.item_id)))
    await story.fills_in("sanne", asked, date="2027-03-10", time="15:30", reason="Dinsdag is Sanne weg")
    await changes(story, "operational", at="11:00")
    assert await times(story) == ["Wed 10 Mar 15:30"]
    await changes(story, "operational", weekday="WE")
    assert await times(story) == ["Wed 10 Mar 15:30"]
    for _ in range(10):
        await story.later(days=1)
    assert [day for day in await times(story) if "Mar" in day] == ["Wed 17 Mar 11:00"]


async def test_the_agenda_of_what_is_moved_by_hand_begins_when_it_does(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    await story.until("2027-03-08T15:00:00+01:00")
    first = (await story.rows(Meeting))[0]
    asked = form(await story.presses("sanne", "postpone", str(first.item_id)))
    await story.fills_in("sanne", asked, date="2027-03-10", time="15:30", reason="Dinsdag is Sanne weg")
    shown = [words(e.card) for e in story.sent if isinstance(e, Replace)][-1]
    assert "Agenda\n15:30 " in shown


async def test_what_people_called_off_stays_called_off(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    (first,) = await story.rows(Meeting)
    asked = form(await story.presses("karim", "call_off", str(first.item_id)))
    await story.fills_in("karim", asked, reason="Vakantie")
    await changes(story, "operational", at="11:00")
    assert await times(story) == ["Tue 16 Mar 11:00"]
    assert await times(story, "called_off") == ["Tue 09 Mar 10:00"]


async def test_a_series_that_changed_did_not_fall_out(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational", "tactical")
    for day in ("MO", "TU", "WE", "TH", "FR"):
        await changes(story, "operational", weekday=day)
    await story.until("2027-03-10T12:00:00+01:00")
    agendas = [words(e.card) for e in story.sent if isinstance(e, Say) and "ging niet door (3×)" in words(e.card)]
    assert agendas == []


async def test_who_stops_a_meeting_calls_off_what_was_ahead_and_everyone_knows(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational", "demo")
    await story.until("2027-03-08T15:00:00+01:00")
    story.sent.clear()
    assert await changes(story, "operational", stop="yes") == []
    (said,) = told(story)
    assert "is gestopt met dit overleg: werkoverleg" in said
    (shown,) = [words(e.card) for e in story.sent if isinstance(e, Replace)]
    assert "gaat niet door" in shown
    story.sent.clear()
    for _ in range(10):
        await story.later(days=1)
    assert not any("Werkoverleg" in words(e.card) for e in story.sent if isinstance(e, Say))
    assert "Werkoverleg" not in reply(await story.asks("karim", "overleg"))
    opened = form(await story.presses("karim", "meeting_add"))
    assert "operational" in dict(next(f for f in opened.fields if f.name == "kinds").choices)  # type: ignore[union-attr]


async def test_what_is_being_held_is_held_whatever_becomes_of_the_series(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    await story.until("2027-03-09T10:20:00+01:00")
    await changes(story, "operational", stop="yes")
    assert await times(story) == ["Tue 09 Mar 10:00"]
    await story.later(hours=1)
    assert await times(story, "over") == ["Tue 09 Mar 10:00"]


async def test_a_day_off_moves_what_was_planned_and_is_told(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    story.sent.clear()
    opened = form(await story.asks("karim", "setup"))
    await story.fills_in("karim", opened, days_off="9 maart 2027")
    assert await times(story) == ["Wed 10 Mar 10:00"]
    (said,) = told(story)
    assert "werkoverleg: woensdag 10 maart 2027, 10:00" in said
    story.sent.clear()
    opened = form(await story.asks("karim", "setup"))
    await story.fills_in("karim", opened, name="Loket")
    await story.fills_in("karim", opened, days_off="9 maart 2027\n5 april 2027")
    assert told(story) == []


async def test_another_clock_of_the_project_keeps_the_local_time(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    opened = form(await story.asks("karim", "setup"))
    await story.fills_in("karim", opened, zone="Lissabon")
    assert await times(story) == ["Tue 09 Mar 11:00"]
    assert (await the_series(story)).zone == "Europe/Lisbon"


async def test_a_rule_of_ones_own_and_an_agenda_of_ones_own(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    answers = await changes(
        story,
        "operational",
        often="own",
        rule="freq=monthly;bymonthday=15",
        agenda="Stand van zaken | Weten hoe het staat | 20 | allebei\nRondvraag | 10 | klant",
    )
    assert "duren samen 30 min." in reply(answers)
    series = await the_series(story)
    assert series.rule == "FREQ=MONTHLY;BYMONTHDAY=15"
    assert await times(story) == ["Mon 15 Mar 10:00"]
    opened = form(await story.presses("karim", "series", f"{series.project_id} {series.id}"))
    before = {field.name: field.value for field in opened.fields}
    assert (before["often"], before["rule"]) == ("own", "FREQ=MONTHLY;BYMONTHDAY=15")
    assert "Stand van zaken | Weten hoe het staat | 20 | allebei" in before["agenda"]
    await changes(story, "operational", agenda="")
    assert (await the_series(story)).agenda is None


@pytest.mark.parametrize(
    ("filled", "field", "why"),
    [
        ({"often": "own", "rule": "FREQ=HOURLY"}, "rule", "FREQ=DAILY, WEEKLY"),
        ({"often": "own", "rule": "FREQ=WEEKLY;BYDAY=DI"}, "rule", "geen weekdag: BYDAY=DI"),
        ({"often": "own", "rule": "FREQ=WEEKLY;UNTIL=20270301"}, "rule", "geen overleg meer"),
        ({"often": "own", "rule": ""}, "rule", ""),
        ({"at": "25:00"}, "at", "14:00"),
        ({"minutes": "0"}, "minutes", "480"),
        ({"minutes": "veel"}, "minutes", "480"),
        ({"first": "2027-02-01"}, "first", "vandaag"),
        ({"zone": "Brabant"}, "zone", "tijdzone"),
        ({"weekday": "XX"}, "weekday", "Kies"),
        ({"side": "niemand"}, "side", "Kies"),
        ({"agenda": "Zomaar iets"}, "agenda", "Regel 1"),
    ],
)
async def test_what_cannot_be_is_refused_at_its_field_and_nothing_changes(
    story: Story, filled: dict[str, str], field: str, why: str
) -> None:
    await story.agreed()
    await plans(story, "operational")
    reasons = refused(await changes(story, "operational", **filled))
    assert set(reasons) == {field}
    assert why in reasons[field]
    assert ((await the_series(story)).rule, (await the_series(story)).revision) == ("FREQ=WEEKLY;BYDAY=TU", 0)
    assert len(await story.rows(Item)) == 1


async def test_a_form_that_changes_nothing_says_so_and_tells_nobody(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    story.sent.clear()
    assert reply(await changes(story, "operational")) == "Er is niets veranderd."
    assert (story.sent, (await the_series(story)).revision) == ([], 0)


async def test_a_series_of_others_is_nobodys_to_change(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    series = await the_series(story)
    opened = form(await story.presses("karim", "series", f"{series.project_id} {series.id}"))
    for about in ("", "1", "1 999", "nonsense", f"{series.project_id} -1"):
        assert set(refused(await story.presses("karim", "series", about))) == {""}
        assert set(refused(await story.sends("karim", "series", {}, about))) == {""}
    assert set(refused(await story.presses("stranger", "series", opened.about))) == {""}
    await changes(story, "operational", stop="yes")
    assert set(refused(await story.fills_in("karim", opened, at="11:00"))) == {""}


async def test_what_days_off_push_close_to_the_next_one_is_left_out(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    opened = form(await story.asks("karim", "setup"))
    await story.fills_in("karim", opened, days_off="9 maart 2027 t/m 10 maart 2027")
    assert await times(story) == ["Thu 11 Mar 10:00"]
    await story.fills_in("karim", opened, days_off="9 maart 2027 t/m 15 maart 2027")
    assert await times(story) == ["Tue 16 Mar 10:00"]
    assert await times(story, "called_off") == ["Thu 11 Mar 10:00"]
