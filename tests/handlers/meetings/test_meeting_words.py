"""What is said of meetings reads as people write it: articles, capitals, and buttons that say what they do."""

import pytest
from registers import changes, files, has_role, plans, stands
from story import Story, form, refused, reply, words

from handlers import hours
from handlers.register.kinds import KINDS
from handlers.vocabulary import Reply, Say, TextField
from prompts import phrasebook
from storage.tables import Item

NL = phrasebook("nl")
LONGEST = 24
"""Letters of the button that sends a form, on Slack."""


def told(story: Story) -> list[str]:
    """What everyone read so far."""
    return [words(each.card) for each in story.sent if isinstance(each, Say)]


@pytest.mark.parametrize(
    ("kind", "name"), [("evaluation", "de evaluatie"), ("demo", "de demo"), ("operational", "het werkoverleg")]
)
async def test_what_is_moved_or_called_off_has_its_article(story: Story, kind: str, name: str) -> None:
    await story.agreed()
    await plans(story, kind)
    asked = form(await story.presses("karim", "postpone", "1"))
    assert asked.submit == "Verzetten"
    await story.fills_in("karim", asked, date="2027-09-10", time="15:00", reason="Ziek")
    assert f"karim heeft {name} verzet naar" in told(story)[-1]
    asked = form(await story.presses("karim", "call_off", "1"))
    assert asked.submit == "Afzeggen"
    await story.fills_in("karim", asked, reason="Ziek")
    assert f"karim heeft {name} van" in told(story)[-1]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_button_that_sends_a_form_fits_and_says_what_it_does(language: str) -> None:
    book = phrasebook(language)
    for kind in KINDS.values():
        for step in kind.steps:
            if step.asks and book.has(f"{kind.name}.submit.{step.name}"):
                said = book.say(f"{kind.name}.submit.{step.name}")
                assert len(said) <= LONGEST
                assert said not in ("Opslaan", "Save")
    missing = [
        (kind, step.name)
        for kind in ("meeting", "report", "preparation")
        for step in KINDS[kind].steps
        if step.asks and not any(book.has(f"{own}.{step.name}") for own in (f"{kind}.submit", "register.submits"))
    ]
    assert missing == []
    assert all(len(book.say(f"register.submits.{name}")) <= LONGEST for name in book.table("register.submits"))


async def test_what_waits_for_the_other_side_is_refused_as_that(story: Story) -> None:
    await story.agreed()
    await has_role(story, "sanne", "contract")
    item = await files(story, KINDS["promise"])
    await stands(story, item, "proposed")

    def by_the_client(db: object) -> None:
        row = db.get(Item, item.id)  # type: ignore[attr-defined]
        row.side, row.doer = "client", "supplier"

    await story.write(by_the_client)
    (why,) = refused(await story.presses("sanne", "confirm", str(item.id))).values()
    assert why == "Dit wacht op de andere kant. Die beslist hierover."


async def test_a_change_of_a_series_has_no_question_marks_in_it(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    await changes(story, "operational", weekday="WE", at="11:00", where="Zaal 2")
    assert "Hoe vaak: elke woensdag\nHoe laat: 11:00, 45 min\nWaar: Zaal 2" in told(story)[-1]


async def test_a_topic_is_put_on_an_agenda_in_whole_sentences(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    said = reply(await story.asks("sanne", "agenda", "De printer bij de balie"))
    assert "Je onderwerp staat op deze agenda:\nWerkoverleg: dinsdag 9 maart 2027, 10:00" in said


async def test_a_sentence_of_somebody_goes_on_into_how_it_stands(story: Story) -> None:
    await story.agreed()
    await files(story, KINDS["feedback"], what="De code wordt drie keer ingetypt.")
    assert "FB-1: De code wordt drie keer ingetypt (nieuw)" in reply(await story.asks("sanne", "open"))


async def test_a_rule_of_their_own_that_is_left_empty_is_asked_for(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    assert refused(await changes(story, "operational", often="own", rule="", at="half elf")) == {
        "rule": NL.say("meetings.rule.empty"),
        "at": NL.say("register.refused.time"),
    }


async def test_a_time_can_be_written_in_more_than_five_letters(story: Story) -> None:
    await story.agreed()
    opened = form(await story.asks("karim", "meeting"))
    (field,) = [each for each in opened.fields if each.name == "at"]
    assert isinstance(field, TextField)
    assert (field.longest or 0) >= len("kwart over tien 's ochtends")
    await plans(story, "operational", at="10u30")
    assert "dinsdag 9 maart 2027, 10:30" in told(story)[-1]


@pytest.mark.parametrize(
    ("written", "minutes"),
    [("10u30", 630), ("10.30", 630), ("10:30 uur", 630), ("10 uur", 600), ("9", 540), ("10h30", 630), ("24:00", 1440)],
)
def test_a_time_as_people_write_it(written: str, minutes: int) -> None:
    assert hours.minutes(written) == minutes


@pytest.mark.parametrize("written", ["half elf", "", "25", "10:60", "10u3o", "tien uur", "-1"])
def test_what_is_no_time_is_none(written: str) -> None:
    assert hours.minutes(written) is None


async def test_a_report_takes_no_time_and_a_preparation_says_for_which_meeting_it_is(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational", "progress")
    (shown,) = await story.asks("sanne", "meeting")
    assert isinstance(shown, Reply)
    assert "Voortgangsbericht\nHoe vaak: om de week op vrijdag\nHoe laat: 10:00\n" in words(shown.card)
    await story.until("2027-03-05T12:00:00+01:00")
    assert "(werkoverleg OV-1) (nog te doen)" in reply(await story.asks("karim", "open"))


async def test_what_was_put_on_record_first_comes_first(story: Story) -> None:
    await story.agreed()
    for day in ("2027-03-25", "2027-03-11", "2027-03-18"):
        await files(story, KINDS["request"], what=f"Vóór {day}", date=day)
        await story.later(minutes=5)
    said = reply(await story.asks("sanne", "open"))
    places = [said.index(f"Vóór {day}") for day in ("2027-03-25", "2027-03-11", "2027-03-18")]
    assert places == sorted(places)
