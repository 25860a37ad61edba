"""The days that a project adds to its holidays and takes from them: written by people, and kept by all that counts."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from story import NORMALISING, Story, form, refused

from handlers import calendar, daysoff
from handlers.calendar import Calendar
from handlers.daysoff import Unreadable
from handlers.vocabulary import Form
from prompts import phrasebook
from storage.days import Stretch, days, kept, stretches
from storage.tables import Project

NL, EN = phrasebook("nl"), phrasebook("en")
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
OFFICE = Calendar(AMSTERDAM, "12345", 510, 1050, "NL")
NOVEMBER = datetime(2026, 11, 22, 10, tzinfo=AMSTERDAM)


def day(written: str) -> date:
    return date.fromisoformat(written)


# --- What people write

CHRISTMAS = Stretch(day("2026-12-24"), day("2027-01-01"), "kerst")


@pytest.mark.parametrize(
    ("line", "first", "last", "name"),
    [
        ("24-12-2026 t/m 1-1-2027 kerst", "2026-12-24", "2027-01-01", "kerst"),
        ("24-12-2026 tot en met 1-1-2027 (kerst)", "2026-12-24", "2027-01-01", "kerst"),
        ("24-12-2026 - 1-1-2027: kerst", "2026-12-24", "2027-01-01", "kerst"),
        ("24-12-2026–1-1-2027", "2026-12-24", "2027-01-01", ""),
        ("24-12 T/M 1-1 kerststop 2026", "2026-12-24", "2027-01-01", "kerststop 2026"),
        ("24 t/m 31 december 2026", "2026-12-24", "2026-12-31", ""),
        ("24 december t/m 1 januari kerst", "2026-12-24", "2027-01-01", "kerst"),
        ("7 mei 2027 dag na Hemelvaart", "2027-05-07", "2027-05-07", "dag na Hemelvaart"),
        ("vrijdag 7 mei 2027", "2027-05-07", "2027-05-07", ""),
        ("5-5", "2027-05-05", "2027-05-05", ""),
        ("2027-05-05", "2027-05-05", "2027-05-05", ""),
        ("5-5-2025", "2025-05-05", "2025-05-05", ""),
    ],
)
def test_a_line_is_a_day_or_a_stretch_with_or_without_a_name(line: str, first: str, last: str, name: str) -> None:
    assert daysoff.read(line, NL, NOVEMBER, OFFICE) == (Stretch(day(first), day(last), name),)


@pytest.mark.parametrize(
    ("line", "first", "last", "name"),
    [
        ("24 December 2026 to 1 January 2027 Christmas", "2026-12-24", "2027-01-01", "Christmas"),
        ("December 24 through January 1", "2026-12-24", "2027-01-01", ""),
        ("24 to 31 December 2026", "2026-12-24", "2026-12-31", ""),
        ("24/12/2026 - 1/1/2027", "2026-12-24", "2027-01-01", ""),
        ("Friday 7 May 2027 bridge day", "2027-05-07", "2027-05-07", "bridge day"),
    ],
)
def test_a_line_in_english(line: str, first: str, last: str, name: str) -> None:
    assert daysoff.read(line, EN, NOVEMBER, OFFICE) == (Stretch(day(first), day(last), name),)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("kerst", "days_line"),
        ("kerstvakantie 2026", "days_line"),
        ("volgende week", "days_line"),
        ("vrijdag", "days_line"),
        ("24-12-2026 tot 1-1-2027", "days_line"),  # up to, or up to and including?
        ("24-12-2026 tot nieuwjaar", "days_line"),
        ("24-12-2026, 25-12-2026", "days_line"),
        ("24-12-2026 en 31-12-2026", "days_line"),
        ("24-12-2026 vanaf 12:00", "days_line"),
        ("24-12-2026 12:00", "days_line"),
        ("24-12-2026 (kerst) t/m 1-1-2027", "days_line"),
        ("31-11-2026", "days_line"),
        ("1-11", "days_line"),  # three weeks ago, or next year?
        ("maandag 24-12-2026", "days_line"),
        ("24-12-2026 t/m", "days_line"),
        ("24-12-2026 t/m nieuwjaar", "days_line"),
        ("0 t/m 31 december 2026", "days_line"),
        (f"24-12-2026 {'kerst' * 10}", "days_line"),
        ("24-12-2026 t/m 1-1-2026", "days_order"),
        ("31 t/m 24 december 2026", "days_line"),
        ("24-12-2026 t/m 1-1-2028", "days_long"),
    ],
)
def test_what_is_not_clear_is_refused_with_the_number_of_its_line(line: str, why: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        daysoff.read(f"5-5-2027\n\n{line}", NL, NOVEMBER, OFFICE)
    assert (refusal.value.number, refusal.value.why) == (3, why)


def test_in_english_a_day_and_a_month_must_be_told_apart() -> None:
    with pytest.raises(Unreadable):
        daysoff.read("5/4/2027", EN, NOVEMBER, OFFICE)


def test_more_lines_than_fit_are_refused() -> None:
    many = "\n".join(f"{n}-12-2026" for n in range(1, 32))
    with pytest.raises(Unreadable) as refusal:
        daysoff.read(many, NL, NOVEMBER, OFFICE)
    assert refusal.value.why == "days_many"


NAMES = st.sampled_from(("", "kerst", "kerst 2026", "dag na Hemelvaart", "zomerstop", "de 's-avonds-dag", "Ü"))
STRETCHES = st.lists(
    st.builds(
        lambda first, more, name: Stretch(first, first + timedelta(days=more), name),
        st.dates(date(2024, 1, 1), date(2029, 12, 31)),
        st.integers(0, daysoff.LONGEST - 1),
        NAMES,
    ),
    max_size=daysoff.MOST,
).map(lambda found: tuple(sorted(found, key=lambda each: each.first)))


@given(STRETCHES, st.sampled_from((NL, EN)))
@settings(deadline=None)
def test_what_is_shown_again_is_read_as_the_same(found: tuple[Stretch, ...], book: object) -> None:
    shown = daysoff.form(found, book)  # type: ignore[arg-type]
    assert len(shown) <= 3000
    assert daysoff.read(shown, book, NOVEMBER, OFFICE) == found  # type: ignore[arg-type]
    assert stretches(kept(found)) == found
    assert len(days(found)) <= sum((each.last - each.first).days + 1 for each in found)


@given(
    st.text() | st.lists(st.sampled_from(["24-12-2026", "t/m", "1-1", "kerst", "–", "\n"]), max_size=9).map(" ".join)
)
@settings(deadline=None)
def test_any_text_is_read_or_refused(written: str) -> None:
    try:
        found = daysoff.read(written, NL, NOVEMBER, OFFICE)
    except Unreadable:
        return
    assert stretches(kept(found)) == found
    assert all(each.first <= each.last for each in found)


# --- In a project


async def setup(story: Story) -> Form:
    await story.agreed()
    return form(await story.asks("sanne", "instellen"))


async def project(story: Story) -> Project:
    (row,) = await story.rows(Project)
    assert isinstance(row, Project)
    return row


async def test_days_are_kept_shown_again_and_told_to_all(story: Story) -> None:
    opened = await setup(story)
    await story.fills_in(
        "sanne", opened, days_off="24-12-2027 t/m 31-12-2027 kerst\n2 april 2027", days_on="26-3-2027 Goede Vrijdag"
    )
    assert story.said == [
        NL.say(
            "settings.days_changed",
            days_off="vrijdag 2 april 2027; vrijdag 24 december 2027 t/m vrijdag 31 december 2027 (kerst)",
            days_on="vrijdag 26 maart 2027 (Goede Vrijdag)",
        )
    ]
    own = calendar.of_project(await project(story))
    assert not calendar.is_working_day(own, day("2027-04-02"))
    assert calendar.is_working_day(own, day("2027-03-26"))
    again = {f.name: f.value for f in form(await story.asks("karim", "instellen")).fields}
    assert again["days_off"] == "2 april 2027\n24 december 2027 t/m 31 december 2027 kerst"
    assert again["days_on"] == "26 maart 2027 Goede Vrijdag"


async def test_days_that_stay_the_same_are_not_told_again_and_can_be_taken_away(story: Story) -> None:
    await story.fills_in("sanne", await setup(story), days_off="24-12-2027")
    again = form(await story.asks("sanne", "instellen"))
    await story.fills_in("sanne", again, name="Balie")
    assert story.said[-1] == NL.say("settings.changed")
    await story.fills_in("sanne", again, days_off="")
    assert story.said[-1] == NL.say("settings.days_changed", days_off="geen", days_on="geen")
    assert (await project(story)).days_off is None


async def test_a_project_has_working_days_of_its_own(story: Story) -> None:
    opened = await setup(story)
    assert {f.name: f.value for f in opened.fields}["work_days"] == "1 2 3 4 5"
    await story.fills_in("sanne", opened, work_days="2 4")
    assert (await project(story)).work_days == "24"


async def test_each_field_says_why_it_is_refused(story: Story) -> None:
    opened = await setup(story)
    answers = {"work_days": "", "days_off": "5-5-2027\nkerst", "days_on": "2-4-2027 t/m 1-4-2027"}
    assert refused(await story.fills_in("sanne", opened, **answers)) == {
        "work_days": NL.say("worktime.refused.days"),
        "days_off": NL.say("settings.refused.days_line", line="2"),
        "days_on": NL.say("settings.refused.days_order", line="1"),
    }
    row = await project(story)
    assert (row.work_days, row.days_off, row.days_on) == ("12345", None, None)


async def test_a_project_always_has_some_working_time(story: Story) -> None:
    opened = await setup(story)
    a_minute = refused(await story.fills_in("sanne", opened, work_days="1", work_from="9", work_until="09:01"))
    assert a_minute == {"work_days": NL.say("settings.refused.no_work")}
    assert (await project(story)).work_days == "12345"


@pytest.mark.parametrize(
    ("field", "lines", "speaks"),
    [("days_off", "2-3-2027 studiedag", False), ("days_off", "3-3-2027", True), ("days_on", "6-3-2027", True)],
)
async def test_on_a_day_off_there_are_no_tips_and_on_a_day_on_there_are(
    story: Story, field: str, lines: str, speaks: bool
) -> None:
    await story.fills_in("sanne", await setup(story), **{field: lines})
    saturday = field == "days_on"
    await story.until(datetime(2027, 3, 6 if saturday else 2, 10, tzinfo=AMSTERDAM))
    await story.says("karim", NORMALISING)
    await story.later(minutes=2)
    assert bool(story.tips) is speaks


async def test_who_works_other_days_also_works_when_the_project_is_closed(story: Story) -> None:
    await story.fills_in("sanne", await setup(story), days_off="2-3-2027")
    own = form(await story.presses("karim", "worktime", about=""))
    await story.fills_in("karim", own, days="1 2")
    await story.until(datetime(2027, 3, 2, 10, tzinfo=AMSTERDAM))
    await story.says("karim", NORMALISING)
    await story.later(minutes=2)
    assert len(story.tips) == 1


async def test_a_form_from_before_these_fields_changes_nothing_of_them(story: Story) -> None:
    await story.fills_in("sanne", await setup(story), days_off="24-12-2027", work_days="1 2 3 4")
    old = {"language": "nl", "zone": "Europe/Amsterdam", "country": "NL", "work_from": "9", "work_until": "17"}
    await story.sends("sanne", "setup", old)
    row = await project(story)
    assert (row.work_days, row.days_off) == ("1234", "2027-12-24/2027-12-24")
