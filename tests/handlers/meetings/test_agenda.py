"""The agenda of a meeting: standard, as people write it, and as it is sent."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.meetings import kinds, writing
from handlers.meetings.agenda import OWNERS, SOURCES, AgendaItem, Composed, composed, standard, translated
from handlers.meetings.kinds import KINDS, OPERATIONAL, STRATEGIC, TACTICAL
from handlers.meetings.writing import hint, read, written
from handlers.vocabulary import Refused
from prompts import LANGUAGES, phrasebook

NL, EN = phrasebook("nl"), phrasebook("en")


def names(sent: Composed) -> list[str]:
    return [point.item.name for point in sent.points]


def minutes(sent: Composed) -> dict[str, int]:
    return {point.item.name: point.minutes for point in sent.points}


def sent(*, feedback: int = 0, meeting: int = 45, **found: int) -> Composed:
    """The weekly meeting, with so many lines for each source."""
    lines = {
        source: tuple(f"{source} {n}" for n in range(count))
        for source, count in {**found, "feedback": feedback}.items()
    }
    return composed(standard(NL, OPERATIONAL), lines, meeting, OPERATIONAL.line_seconds)


def refused(text: str, language: str = "nl") -> str:
    """Why a text cannot be taken."""
    said, items = told(text, language)
    assert items == ()
    return said


def told(text: str, language: str = "nl") -> tuple[str, tuple[AgendaItem, ...]]:
    """Why a text cannot be taken, or else the items in it."""
    book = phrasebook(language)
    try:
        return "", read(book, OPERATIONAL, text)
    except Refused as refusal:
        (key,) = refusal.reasons.values()
        return book.say(key, **refusal.values.get("agenda", {})), ()


# --- Composed: what the agenda becomes -----------------------------------------------------------------------------


def test_a_week_without_anything_asks_what_went_well_and_says_the_promises() -> None:
    quiet = sent()
    assert names(quiet) == ["went_well", "say_promises"]
    assert (quiet.total, quiet.spare, quiet.fits) == (8, 37, True)


def test_last_times_actions_come_first() -> None:
    assert names(sent(actions=1, feedback=2, request=1))[0] == "last_actions"


def test_what_is_empty_gives_its_minutes_to_what_has_much() -> None:
    busy = sent(feedback=20)
    assert minutes(busy) == {"went_well": 3, "open_feedback": 30, "say_promises": 5}
    assert (busy.total, busy.spare, busy.over, busy.fits) == (38, 7, 0, True)


def test_minutes_go_first_to_the_item_that_lacks_most() -> None:
    # Feedback wants 30 and has 15, requests want 9 and have 6; there are 16 minutes to give.
    shared = sent(feedback=20, request=6)
    assert minutes(shared) == {"went_well": 3, "open_feedback": 29, "needed": 8, "say_promises": 5}
    assert (shared.total, shared.over) == (45, 2)


def test_a_part_of_a_minute_is_a_minute() -> None:
    # Five requests of a minute and a half.
    assert minutes(sent(request=5))["needed"] == 8


def test_an_agenda_that_does_not_fit_says_by_how_much() -> None:
    full = sent(actions=3, feedback=30, changes=4, request=4, parking=2)
    assert not full.fits
    assert full.total == 45
    assert full.spare == 0
    assert full.over == 30


def test_lines_stand_where_they_are_spoken_of() -> None:
    (feedback,) = (point for point in sent(feedback=2).points if point.item.name == "open_feedback")
    assert feedback.lines == ("feedback 0", "feedback 1")


def test_what_two_items_take_stands_at_the_first() -> None:
    shown = composed(standard(EN, kinds.DEMO), {"items": ("Planning board",)}, 60, kinds.DEMO.line_seconds)
    lines = {point.item.name: point.lines for point in shown.points}
    assert lines["criteria"] == ("Planning board",)
    assert lines["verdict"] == ()


def test_what_no_item_takes_is_not_lost() -> None:
    assert sent(warning=1, feedback=1).left == {"warning": ("warning 0",)}


def test_a_topic_that_somebody_added_has_its_own_place_and_minutes() -> None:
    topic = AgendaItem("Printer op de afdeling", "", 10, "client", "operational")
    with_topic = composed((*standard(NL, OPERATIONAL), topic), {}, 45, OPERATIONAL.line_seconds)
    assert with_topic.points[-1].item == topic
    assert with_topic.total == 18


def test_demos_and_evaluations_keep_their_whole_course() -> None:
    for kind in (kinds.DEMO, kinds.EVALUATION, kinds.SIMULATION, kinds.AUDIT):
        whole = composed(standard(NL, kind), {}, kind.minutes, kind.line_seconds)
        assert [point.item for point in whole.points] == list(standard(NL, kind))
        assert (whole.total, whole.spare, whole.fits) == (kind.minutes, 0, True)


# --- Written and read ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_standard_agenda_is_read_as_it_was_written(language: str, kind: kinds.Kind) -> None:
    book = phrasebook(language)
    text = written(book, standard(book, kind))
    assert read(book, kind, text) == standard(book, kind)
    assert len(text) <= writing.LONGEST


def test_an_agenda_is_a_line_for_each_item() -> None:
    assert written(NL, standard(NL, TACTICAL)[-2:]) == (
        "Verbeteringen | van elke kant vertelt wie ervoor staat | 7 | allebei | verbeteringen\n"
        "Afronden | waren dit de juiste mensen, en het juiste overleg? | 3 | allebei | parkeerlijst"
    )


@pytest.mark.parametrize(
    ("line", "item"),
    [
        ("Printers | 5 | klant", AgendaItem("Printers", "", 5, "client", "operational")),
        ("Printers||5|KLANT|||", AgendaItem("Printers", "", 5, "client", "operational")),
        ("  Printers |  papier  op | 5 min. | beide", AgendaItem("Printers", "papier op", 5, "both", "operational")),
        ("Top 5 | 3 | 10 | samen", AgendaItem("Top 5", "3", 10, "both", "operational")),
        (
            "Vragen | 15 minuten | supplier | Feedback, verzoeken, requests",
            AgendaItem("Vragen", "", 15, "supplier", "operational", ("feedback", "request")),
        ),
    ],
)
def test_people_may_be_brief_and_write_either_language(line: str, item: AgendaItem) -> None:
    assert read(NL, OPERATIONAL, f"\n{line}\n\n") == (item,)


def test_an_item_of_the_standard_agenda_is_known_again_when_it_is_changed() -> None:
    (item,) = read(NL, OPERATIONAL, "Wat ging goed | één ding | 10 | klant")
    assert (item.name, item.goal, item.minutes, item.owner) == ("went_well", "één ding", 10, "client")
    assert item.stays


def test_everyone_reads_the_standard_items_in_their_own_language_and_own_items_as_they_are() -> None:
    own = AgendaItem("Printers", "papier op", 5, "client", "operational")
    items = (*standard(NL, OPERATIONAL), own, replace(standard(NL, OPERATIONAL)[1], goal="één ding"))
    english = translated(EN, OPERATIONAL, items)
    assert english[:7] == standard(EN, OPERATIONAL)
    assert english[7] == own
    assert (english[8].title, english[8].goal) == ("What went well", "één ding")
    assert translated(NL, OPERATIONAL, english) == items


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_tells_how_to_write_an_agenda_with_words_that_are_read(language: str) -> None:
    book = phrasebook(language)
    said = writing.explained(book)
    words = said.removesuffix(".").rpartition(": ")[2].split(", ")
    assert len(words) == len(SOURCES)
    for word in words:
        (item,) = read(book, OPERATIONAL, f"Printers | 5 | {book.say('meetings.owner.both')} | {word}")
        assert len(item.sources) == 1


def test_no_text_is_no_items() -> None:
    assert read(NL, OPERATIONAL, " \n\n") == ()


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("| iets | 5 | klant", "Regel 2 begint met een titel."),
        ("Printers | iets | lang | klant", "Regel 2 heeft minuten nodig: een getal van 1 tot en met 240."),
        ("Printers | iets | 0 | klant", "Regel 2 heeft minuten nodig: een getal van 1 tot en met 240."),
        ("Printers | iets | 241 | klant", "Regel 2 heeft minuten nodig: een getal van 1 tot en met 240."),
        ("Printers | iets | ٥ | klant", "Regel 2 heeft minuten nodig: een getal van 1 tot en met 240."),
        ("Printers | iets | 5 | Jan", "Zet bij regel 2 wie het doet: leverancier, klant of allebei."),
        ("Printers | 5", "Zet bij regel 2 wie het doet: leverancier, klant of allebei."),
        (
            "Printers | iets | 5 | klant | {koffie}",
            "Regel 2 noemt een bron die ik niet ken: “{koffie}”. Je mag de bron weglaten.",
        ),
        (
            "a | b | 5 | klant | feedback | nog iets",
            "Regel 2 heeft te veel delen. Schrijf: titel | doel | minuten | wie | bron | laag.",
        ),
        (f"{'x' * 81} | 5 | klant", "Regel 2 heeft een lange titel. Maak hem hooguit 80 tekens."),
        (f"a | {'x' * 121} | 5 | klant", "Regel 2 heeft een lang doel. Maak het hooguit 120 tekens."),
    ],
)
def test_each_mistake_is_explained_with_its_line(line: str, why: str) -> None:
    assert refused(f"Goed | 5 | klant\n{line}") == f"Bijna goed. {why}"


def test_several_mistakes_are_explained_at_once() -> None:
    assert refused("Printers\n| 5 | client", "en") == (
        "Nearly there. Line 1 needs its minutes: a number from 1 to 240. "
        "Put with line 1 who does it: supplier, client or both. Line 2 begins with a title."
    )
    assert refused("Printers\n" * 3).endswith("Daarna nog 2 andere.")


def test_an_agenda_has_twenty_items_at_most_and_fits_in_the_form() -> None:
    assert len(read(NL, OPERATIONAL, "Printers | 5 | klant\n" * 20)) == 20
    assert refused("Printers | 5 | klant\n" * 21).startswith("Schrijf hooguit 20 punten.")
    assert refused(f"{'x' * 80} | {'y' * 120} | 5 | klant\n" * 20).startswith("Deze agenda is te lang")


def test_other_minutes_than_the_meeting_has_are_no_mistake_but_are_said() -> None:
    items = read(NL, OPERATIONAL, "Printers | 50 | klant")
    assert hint(NL, items, 45) == "Deze punten duren samen 50 min. Het overleg duurt 45 min."
    assert hint(NL, standard(NL, STRATEGIC), 90) == ""


# --- Whatever people write -----------------------------------------------------------------------------------------

words = st.text(st.characters(exclude_characters="|", exclude_categories=["Cs"]), max_size=60).map(
    lambda text: " ".join(text.split())
)
own_items = st.builds(
    AgendaItem,
    title=words.filter(bool),
    goal=words,
    minutes=st.integers(1, 240),
    owner=st.sampled_from(OWNERS),
    level=st.just("operational"),
    sources=st.lists(st.sampled_from(sorted(SOURCES)), unique=True, max_size=2).map(tuple),
)
agendas = st.lists(own_items | st.sampled_from(standard(NL, OPERATIONAL)), max_size=12).map(tuple)
lists_found = st.dictionaries(
    st.sampled_from(sorted(SOURCES)), st.lists(st.text(min_size=1, max_size=5), max_size=30).map(tuple)
)


@settings(max_examples=60)
@given(agendas)
def test_whatever_is_written_is_read_the_same(items: tuple[AgendaItem, ...]) -> None:
    text = written(NL, items)
    if len(text) <= writing.LONGEST:
        assert read(NL, OPERATIONAL, text) == items


typed = st.lists(
    st.sampled_from(["Printers", "|", "| 5 |", "5", "0", "klant", "samen", "feedback", ", ", "\n", "\x1c", "\u2028"]),
    max_size=25,
).map("".join)


@settings(max_examples=100)
@given(typed | st.text(max_size=40))
def test_whatever_people_type_is_taken_or_refused_with_reasons_that_can_be_said(text: str) -> None:
    said, items = told(text)
    assert bool(said) != bool(items or not text.strip())
    assert read(NL, OPERATIONAL, written(NL, items)) == items


@settings(max_examples=60)
@given(agendas, lists_found, st.integers(1, 300), st.integers(1, 600))
def test_nothing_that_has_content_is_lost_and_minutes_add_up(
    items: tuple[AgendaItem, ...], found: dict[str, tuple[str, ...]], meeting: int, line_seconds: int
) -> None:
    result = composed(items, found, meeting, line_seconds)
    stay = [i for i in items if i.stays or not i.sources or any(found.get(source) for source in i.sources)]
    assert [point.item for point in result.points] == stay
    assert all(point.minutes >= point.item.minutes for point in result.points)
    assert result.total == sum(point.minutes for point in result.points)
    planned = sum(item.minutes for item in stay)
    assert result.total + result.spare == max(meeting, planned)
    # Every line that was found stands in one place.
    told = [line for point in result.points for line in point.lines]
    left = [line for lines in result.left.values() for line in lines]
    assert sorted(told + left) == sorted(line for lines in found.values() for line in lines)
    # It fits exactly if every line gets its time within the meeting.
    enough = all(point.minutes * 60 >= len(point.lines) * line_seconds for point in result.points)
    assert result.fits == (enough and result.total <= meeting)
    assert result.fits or result.spare == 0
