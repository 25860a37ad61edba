"""What is more than Slack takes in one message is all said: on the card, and below it in its thread."""

import json
from typing import Any

import pytest
from fake_slack import RESET, FakeSlack, slack_at_home
from hypothesis import given
from hypothesis import strategies as st

from bot.mouth import Sent
from bot.slack.pages import pages
from bot.slack.render_limits import LIMITS
from bot.slack.send import find, send
from handlers.register.kinds import REPORT
from handlers.vocabulary import Button, Buttons, Card, Facts, Part, Place, Replace, Say, Text

HELP = Place("slack", "TSUP", "CHELP")
REFUSED_AT = 13_200
"""Letters of blocks at which people saw a message refused."""


def whole(letter: str = "x") -> Card:
    """The card of a progress report with everything that its form and its answer take."""
    parts: list[Part] = [Text("VR-1 · Voortgangsbericht", "heading"), Facts((("Stand", "beantwoord"), ("Wie", "Sam")))]
    for blank in REPORT.blanks:
        if blank.type == "lines":
            said = f"{blank.name} {letter * blank.longest}"[: blank.longest]
            parts += [Text(blank.name, "heading"), Text(said)]
    return Card(
        "VR-1", (*parts, Buttons((Button("reply", "Antwoord", "1"), Button("contest", "Noot", "1", menu=True))))
    )


LONG = Card("VR-1", (*(Text(letter * 2_900) for letter in "abcde"), Buttons((Button("reply", "Antwoord", "1"),))))
"""Of two pages."""


def said(blocks: list[list[dict[str, Any]]]) -> str:
    """All words of some messages."""

    def words(value: object) -> str:
        if isinstance(value, dict):
            return "".join(words(v) for k, v in value.items() if k in ("elements", "text"))
        return "".join(words(v) for v in value) if isinstance(value, list) else str(value)

    return "".join(words(block) for page in blocks for block in page if block["type"] != "context")


@pytest.mark.parametrize("letter", ["x", '"', "\n", "é", "🙂"])
def test_the_biggest_report_is_said_to_its_last_word(letter: str) -> None:
    card = whole(letter)
    shown = pages(card)
    assert len(shown) > 1 or letter not in ('"', "\n")
    for page in shown:
        assert len(json.dumps(page, ensure_ascii=False)) < REFUSED_AT
        assert 0 < len(page) <= LIMITS["blocks"]
    for part in card.parts:
        if isinstance(part, Text):
            assert str(part.text).strip() in said(shown)
    assert [block["type"] for page in shown for block in page].count("actions") == 1
    assert shown[0][-1]["type"] == "actions"


def test_what_fits_is_one_message() -> None:
    (page,) = pages(Card("Hoi", (Text("Hoi"),)))
    assert said([page]) == "Hoi"


texts = st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=4_000), max_size=60)


@given(texts, st.booleans())
def test_nothing_is_lost_and_nothing_is_too_long(paragraphs: list[str], buttons: bool) -> None:
    kept = [each for each in paragraphs if each.strip()]
    tail = (Buttons((Button("a", "A"),)),) if buttons else ()
    shown = pages(Card("x", (*(Text(each) for each in kept), *tail)))
    # A letter takes six in JSON at most, and one block has three thousand of them.
    assert all(len(page) <= LIMITS["blocks"] for page in shown)
    assert all(len(page) == 1 or len(json.dumps(page[:-2], ensure_ascii=False)) <= LIMITS["message"] for page in shown)
    assert said(shown) == "".join(kept) + ("A" if buttons else "") or not kept


def test_many_facts_do_not_make_one_block_too_long() -> None:
    facts = Facts(tuple((f"Veld {number}", "y" * 2_900) for number in range(8)))
    shown = pages(Card("x", (facts,)))
    assert len(shown) > 1
    assert said(shown).count("y") == 8 * 2_900


def thread(*numbers: str, of: str = "1.41") -> dict[str, Any]:
    """What hangs below a card: its first page, and these others."""
    payload = [{"below": of, "page": number} for number in numbers]
    marked = [{"event_type": "samenspraak", "event_payload": each} for each in payload]
    messages = [{"ts": f"2.{n}", "metadata": mark} for n, mark in enumerate(marked, 2)]
    return {"ok": True, "messages": [{"ts": of, "text": "first"}, *messages]}


def first_page() -> dict[str, Any]:
    mark = {"event_type": "samenspraak", "event_payload": {"outbox": "41"}}
    return {"ok": True, "messages": [{"ts": "1.41", "metadata": mark}]}


def posted(fake: FakeSlack) -> list[tuple[Any, Any]]:
    return [(each.get("thread_ts"), each["metadata"]["event_payload"]) for each in fake.told("chat.postMessage")]


async def test_the_other_pages_hang_below_the_first_and_carry_their_mark() -> None:
    async with slack_at_home() as (fake, slack):
        fake.answers["chat.postMessage"] = [{"ok": True, "channel": "CHELP", "ts": "1.41"}, {"ok": True, "ts": "2.2"}]
        assert await send(slack, Say(HELP, LONG, "item:1"), 41) == Sent("sent", ref="CHELP/1.41")
    assert posted(fake)[:2] == [(None, {"outbox": "41"}), ("1.41", {"below": "1.41", "page": "2"})]


async def test_a_card_of_which_only_the_beginning_arrived_is_completed_and_not_said_again() -> None:
    say = Say(HELP, LONG, "item:1")
    async with slack_at_home() as (fake, slack):
        fake.answers["chat.postMessage"] = [{"ok": True, "channel": "CHELP", "ts": "1.41"}, RESET, {"ok": True}]
        assert (await send(slack, say, 41)).outcome == "unknown"
        fake.answers |= {"conversations.history": [first_page()], "conversations.replies": [thread()]}
        assert await find(slack, say, 41) == "CHELP/1.41"
    assert [mark for _, mark in posted(fake)] == [
        {"outbox": "41"},
        {"below": "1.41", "page": "2"},
        {"below": "1.41", "page": "2"},
    ]


async def test_a_long_card_that_changes_changes_below_as_well() -> None:
    async with slack_at_home() as (fake, slack):
        fake.answers["conversations.replies"] = [thread("2"), thread()]
        changed = Replace(HELP, LONG, "item:1")
        assert (await send(slack, changed, 42, "CHELP/1.41")).outcome == "sent"
        assert [each["ts"] for each in fake.told("chat.update")] == ["1.41", "2.2"]
        assert not fake.told("chat.postMessage")
        assert (await send(slack, changed, 43, "CHELP/1.41")).outcome == "sent"
        assert [place for place, _ in posted(fake)] == ["1.41"]
        short = Replace(HELP, Card("Hoi", (Text("Hoi"),)), "item:1")
        await send(slack, short, 44, "CHELP/1.41")
    assert len(fake.told("conversations.replies")) == 2
