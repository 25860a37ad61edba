"""Cards and forms become Block Kit that Slack takes, and in which nothing that people wrote comes alive."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_payloads import NOW, payload
from slack_sdk.models.blocks import Block as SlackBlock
from slack_sdk.models.views import View

from bot.slack.pack import pressed_button, remembered
from bot.slack.receive import translate
from bot.slack.render import blocks, card_view, home, text, view
from bot.slack.render_limits import LIMITS
from handlers.vocabulary import (
    Button,
    ButtonPress,
    Buttons,
    Card,
    ChoiceField,
    DateField,
    Facts,
    Form,
    Image,
    NumberField,
    Person,
    PersonField,
    Place,
    Text,
    TextField,
)

HELP = Place("slack", "TSUP", "CHELP", "1772441000.000001")
ROBIN = Person("slack", "TCLI", "UCLI")
HOSTILE = '<!channel> <@U1> <http://x.example|click> *bold* _it_ `x` :tada: & "quotes" </at> ${x} =1+1'

TIP = Card(
    "A tip, for you alone",
    (
        Text("Before you go on"),
        Text("that is just how it works", "quote"),
        Text(("What ", ROBIN, " may hear: nobody is looking at it.")),
        Text("I see that the ward can't print. I look at … before …", "starter"),
        Buttons(
            (
                Button("help", "Help me answer", "tip-1", "primary"),
                Button("fine", "It is fine", "tip-1"),
                Button("why", "Why?", "tip-1", menu=True),
                Button("quiet_today", "Not today", "tip-1", menu=True),
                Button("quiet_always", "Never again", "tip-1", menu=True, confirm="Stop all tips?"),
            )
        ),
        Text("Only you see this.", "note"),
    ),
)
PROMISE = Card(
    "A promise",
    (
        Text("A promise", "heading"),
        Facts((("Who", (ROBIN,)), ("What", "labels print again"), ("By", "2 March"))),
        Image("https://example.com/a.png", "A calendar"),
        Text((ROBIN, " asked for this"), "note"),
        Text(("For ", ROBIN), "heading"),
        Text(("Dear ", ROBIN, ", we look at it"), "starter"),
        Buttons((Button("done", "Done", "7"), Button("done", "Later", "8"), Button("drop", "Drop", "7", "danger"))),
    ),
)
CARDS = {"tip": TIP, "promise": PROMISE, "bare": Card("Nothing to show", ()), "blank": Card("Hi", (Text(" "),))}
HELP_FORM = Form(
    "help",
    "Your answer",
    "Copy",
    "Close",
    (
        Text("Write it in your own words."),
        TextField(
            "draft", "Your answer", lines=6, value="I look at it before …", hint="Say who and when.", longest=500
        ),
        ChoiceField("tone", "Tone", (("warm", "Warm"), ("short", "Short")), value="warm"),
        ChoiceField("team", "Team", tuple((f"t{n}", f"Team {n}") for n in range(30)), required=False, value="t7"),
        ChoiceField("scopes", "What", (("hear", "Hear"), ("tip", "Tip")), many=True, value="hear tip"),
        ChoiceField("days", "Days", tuple((f"d{n}", f"Day {n}") for n in range(31)), many=True, value="d1 d3"),
        NumberField("hours", "Hours", value="2.5"),
        DateField("by", "By when", value="2027-03-01"),
        PersonField("owner", "Who", value="UCLI"),
        Buttons((Button("again", "Look again"),)),
    ),
    about="tip-1",
)
FORMS = {"help": HELP_FORM, "why": Form("why", "Why?", "", "Close", (Text("Because of how it may sound."),))}


def check(shown: list[dict[str, Any]], most: int) -> None:
    """Slack's rules: those its own models know, and the three that they do not."""
    for block in SlackBlock.parse_all(json.loads(json.dumps(shown))):
        block.validate_json()
    assert [block["type"] for block in shown] == [block.to_dict()["type"] for block in SlackBlock.parse_all(shown)]
    assert 1 <= len(shown) <= most
    elements = [element for block in shown for element in [*block.get("elements", ()), block.get("element", {})]]
    ids = [element["action_id"] for element in elements if "action_id" in element]
    assert len(ids) == len(set(ids))
    named = [block["block_id"] for block in shown if "block_id" in block]
    assert len(named) == len(set(named))
    assert "" not in _values(shown, "text")


def _values(value: Any, key: str) -> list[Any]:
    if isinstance(value, list):
        return [found for each in value for found in _values(each, key)]
    if isinstance(value, dict):
        return [found for name, each in value.items() for found in ([each] if name == key else []) + _values(each, key)]
    return []


def live(shown: Any) -> list[str]:
    """Every text that Slack reads markup in."""
    if isinstance(shown, list):
        return [found for each in shown for found in live(each)]
    if not isinstance(shown, dict):
        return []
    here = [shown["text"]] if shown.get("type") == "mrkdwn" else []
    return here + [found for each in shown.values() for found in live(each)]


@pytest.mark.parametrize("name", CARDS)
def test_every_card_is_legal_as_message_page_and_modal(name: str) -> None:
    check(blocks(CARDS[name]), LIMITS["blocks"])
    page = home(CARDS[name], HELP)
    check(page["blocks"], LIMITS["view_blocks"])
    View(**page).validate_json()
    modal = card_view(CARDS[name], HELP)
    check(modal["blocks"], LIMITS["view_blocks"])
    View(**modal).validate_json()


@pytest.mark.parametrize("name", FORMS)
def test_every_form_is_legal_and_remembers_where_it_was_opened(name: str) -> None:
    shown = view(FORMS[name], HELP)
    check(shown["blocks"], LIMITS["view_blocks"])
    View(**shown).validate_json()
    assert remembered(shown) == (HELP, FORMS[name].about)
    assert shown["callback_id"] == name


def test_a_form_without_fields_has_nothing_to_send() -> None:
    assert "submit" not in view(FORMS["why"], HELP)
    assert view(HELP_FORM, HELP)["submit"]["text"] == "Copy"


def test_each_style_of_text_has_its_own_look() -> None:
    shown = blocks(TIP)
    frames = [block["elements"][0]["type"] for block in shown if block["type"] == "rich_text"]
    assert frames == ["rich_text_section", "rich_text_quote", "rich_text_section", "rich_text_preformatted"]
    assert shown[2]["elements"][0]["elements"][1] == {"type": "user", "user_id": "UCLI"}
    assert shown[-1] == {
        "type": "context",
        "elements": [{"type": "plain_text", "text": "Only you see this.", "emoji": False}],
    }
    assert blocks(PROMISE)[0]["type"] == "header"


def test_a_person_in_small_print_is_the_only_markup() -> None:
    small = blocks(Card("x", (Text((HOSTILE, ROBIN), "note"),)))
    (shown,) = live(small)
    assert shown.endswith("<@UCLI>")
    assert shown.count("<") == 1


@pytest.mark.parametrize("style", ["plain", "heading", "quote", "starter", "note"])
def test_hostile_text_stays_text(style: Any) -> None:
    card = Card(
        HOSTILE, (Text(HOSTILE, style), Facts(((HOSTILE, HOSTILE),)), Buttons((Button("x", HOSTILE, HOSTILE),)))
    )
    assert live(blocks(card)) == []
    assert "<" not in text(card)
    assert HOSTILE in _values(blocks(card), "text")
    form = replace(HELP_FORM, title=HOSTILE, parts=(Text(HOSTILE, style), TextField("draft", HOSTILE, value=HOSTILE)))
    assert live(view(form, HELP)) == []


def test_menu_buttons_hide_together_but_a_question_stays_in_sight() -> None:
    row = next(block for block in blocks(TIP) if block["type"] == "actions")["elements"]
    assert [element["type"] for element in row] == ["button", "button", "button", "overflow"]
    assert row[2]["confirm"]["text"]["text"] == "Stop all tips?"
    assert [option["value"] for option in row[3]["options"]] == ["why|tip-1", "quiet_today|tip-1"]


def test_many_menu_buttons_and_many_buttons_still_fit() -> None:
    many = tuple(Button(f"b{n}", f"B{n}", menu=n % 2 == 0) for n in range(80))
    check(blocks(Card("x", (Buttons(many),))), LIMITS["blocks"])


def test_what_was_rendered_comes_back_when_pressed() -> None:
    row = next(block for block in blocks(PROMISE) if block["type"] == "actions")["elements"]
    body = payload("block_actions__button")
    body["actions"] = [row[1]]
    press = translate(body, NOW)
    assert isinstance(press, ButtonPress)
    assert (press.button, press.about) == ("done", "8")


def test_too_much_is_shortened_and_the_buttons_stay() -> None:
    card = Card("x" * 9000, (*(Text(f"line {n}", "quote") for n in range(80)), Buttons((Button("ok", "OK"),))))
    shown = blocks(card)
    assert len(shown) == LIMITS["blocks"]
    assert shown[-1]["elements"][0]["action_id"] == "ok"
    assert shown[-2]["elements"][0]["text"] == "…"
    assert len(text(card)) == LIMITS["text"]


def test_a_long_paragraph_is_split_between_words_and_nothing_is_lost() -> None:
    long = " ".join(f"word{n}" for n in range(2000))
    shown = blocks(Card("x", (Text((long, ROBIN, long)),)))
    parts = [element.get("text", "@") for block in shown for element in block["elements"][0]["elements"]]
    assert "".join(parts) == f"{long}@{long}"
    assert all(len(part) <= LIMITS["text"] for part in parts)


def test_ids_and_values_are_never_cut() -> None:
    with pytest.raises(ValueError, match="value"):
        blocks(Card("x", (Buttons((Button("x", "X", "a" * 2001),)),)))
    with pytest.raises(ValueError, match="metadata"):
        view(replace(HELP_FORM, about="a" * 3000), HELP)


def test_another_value_makes_another_block_so_that_slack_shows_it() -> None:
    again = replace(HELP_FORM, parts=(TextField("draft", "Your answer", value="Something else"),))
    first = next(block for block in view(HELP_FORM, HELP)["blocks"] if block["type"] == "input")
    second = view(again, HELP)["blocks"][0]
    assert first["element"]["action_id"] == second["element"]["action_id"] == "draft"
    assert first["block_id"] != second["block_id"]


def test_a_day_that_is_none_is_not_filled_in() -> None:
    shown = view(replace(HELP_FORM, parts=(DateField("by", "By", value="soon"),)), HELP)["blocks"][0]
    assert "initial_date" not in shown["element"]


_WORDS = st.one_of(
    st.text(max_size=4000), st.lists(st.one_of(st.text(max_size=200), st.just(ROBIN)), max_size=4).map(tuple)
)
_BUTTON = st.builds(
    Button,
    name=st.sampled_from(["help", "why", "fine"]),
    label=st.text(max_size=120),
    about=st.text(max_size=200),
    menu=st.booleans(),
    confirm=st.one_of(st.none(), st.text(max_size=400)),
)
_PART = st.one_of(
    st.builds(Text, _WORDS, st.sampled_from(["plain", "heading", "quote", "starter", "note"])),
    st.builds(Facts, st.lists(st.tuples(st.text(max_size=100), _WORDS), max_size=3).map(tuple)),
    st.builds(Buttons, st.lists(_BUTTON, max_size=30).map(tuple)),
)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=50), st.lists(_PART, max_size=8).map(tuple))
def test_any_card_is_legal(summary: str, parts: tuple[Any, ...]) -> None:
    shown = blocks(Card(summary, parts))
    check(shown, LIMITS["blocks"])
    assert all("<!" not in each and each.count("<") == each.count("<@UCLI>") for each in live(shown))


def test_a_button_with_an_address_opens_it_and_the_press_is_not_ours() -> None:
    button = Button("to_calendar", "In mijn agenda", "7", menu=True, url="https://samenspraak.example/c/7/abc.ics")
    (row,) = blocks(Card("x", (Buttons((button,)),)))
    (one,) = row["elements"]
    assert (one["type"], one["url"]) == ("button", button.url)
    assert pressed_button(one) is None
