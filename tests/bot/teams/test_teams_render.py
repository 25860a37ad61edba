"""Cards and forms become Adaptive Cards that Teams takes, and in which nothing that people wrote comes alive."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hard_cards import HELP, HOSTILE, LONG, ROBIN, STYLES, card_of, form_of

from bot.teams.pack import pressed, submitted
from bot.teams.render import attachment, card, people, text
from bot.teams.render_form import card_dialog, dialog, inputs
from bot.teams.render_limits import LIMITS
from handlers.vocabulary import Button, Buttons, Card, ChoiceField, DateField, Facts, Form, NumberField, Text, TextField

Json = dict[str, Any]
NAMES = {ROBIN: "Robin"}
TIP = Card(
    "A tip, for you alone",
    (
        Text("Only you see this.", "note"),
        Text("that is just how it works", "quote"),
        Text(("What ", ROBIN, " may hear: nobody is looking at it.")),
        Text("I see that the ward can't print. I look at … before …", "starter"),
        Buttons(
            (
                Button("promise", "Make it a promise", "tip-1", "primary"),
                Button("fine", "It is fine", "tip-1"),
                Button("why", "Why?", "tip-1", menu=True),
                Button("quiet_always", "Never again", "tip-1", "danger", menu=True, confirm="Stop all tips?"),
            )
        ),
    ),
)
FORM = Form(
    "worktime",
    "Your hours",
    "Save",
    "Close",
    (
        Text("When do you work?"),
        ChoiceField("days", "Days", (("mon", "Monday"), ("tue", "Tuesday")), value="mon", many=True),
        TextField("from", "From", value="09:00", hint="Like 08:30"),
        DateField("back", "Back on", required=False),
        Buttons((Button("look_again", "Look again"),)),
    ),
    "member-4",
)


def every(value: object, kind: str) -> Iterator[Json]:
    """All elements of one type, in their order."""
    if isinstance(value, dict) and value.get("type") == kind:
        yield value
    inner = value.values() if isinstance(value, dict) else value
    for each in inner if isinstance(value, dict | list) else ():
        yield from every(each, kind)


def words(shown: Json) -> str:
    """All that can be read in it, run after run."""
    return "".join(each["text"] for each in every(shown, "TextRun"))


def content(made: Json) -> Json:
    """The card in a dialog."""
    shown: Json = made["card"]["content"]
    return shown


def field(shown: Json, name: str) -> Json:
    """The input with this name."""
    (found,) = [each for each in _inputs(shown) if each["id"] == name]
    return found


def _inputs(shown: Json) -> list[Json]:
    return [each for each in shown["body"] if each["type"].startswith("Input.")]


def test_a_card_says_who_is_meant_by_name() -> None:
    assert "What Robin may hear" in words(card(TIP, names=NAMES))
    assert "What … may hear" in words(card(TIP))
    assert people(TIP) == {ROBIN}
    assert people(Card("x", (Facts((("Who", (ROBIN,)),)),))) == {ROBIN}
    assert people(FORM) == frozenset()


def test_a_quote_and_a_starter_each_have_a_frame_of_their_own() -> None:
    frames = [(each["style"], words(each)) for each in every(card(TIP), "Container")]
    assert frames == [
        ("emphasis", "that is just how it works"),
        ("accent", "I see that the ward can't print. I look at … before …"),
    ]


def test_a_plain_heading_is_one_to_a_screen_reader_and_any_other_only_looks_like_it() -> None:
    shown = card(Card("x", (Text("What I keep about you", "heading"), Text(HOSTILE, "heading"))))
    assert [each["text"] for each in every(shown, "TextBlock")] == ["What I keep about you"]
    assert next(every(shown, "TextBlock"))["style"] == "heading"
    assert words(shown).startswith("[click](")


@pytest.mark.parametrize(
    "live",
    ["see x.example", "https://x.example", "1. one", "- one", "*bold*", "_it_", "[a](b)", "`code`", "{{DATE()}}"],
)
def test_no_heading_that_could_be_markup_is_read_as_markup(live: str) -> None:
    assert list(every(card(Card("x", (Text(live, "heading"),))), "TextBlock")) == []


@pytest.mark.parametrize("style", STYLES)
def test_hostile_text_is_shown_as_it_was_written(style: Any) -> None:
    shown = card(Card(HOSTILE, (Text(HOSTILE, style),)))
    assert list(every(shown, "TextBlock")) == []
    assert words(shown).replace("\N{WORD JOINER}", "").startswith(HOSTILE[:100])
    assert "{{DATE(" not in words(shown)


def test_nothing_leads_out_of_teams_and_no_label_reads_markup() -> None:
    for shown in (card(card_of(HOSTILE)), content(dialog(form_of(HOSTILE), HELP))):
        assert list(every(shown, "Action.OpenUrl")) == []
        assert list(every(shown, "FactSet")) == []
        choices = [each["title"] for many in every(shown, "Input.ChoiceSet") for each in many["choices"]]
        assert not any(mark in title for title in choices for mark in "*_`[]<>")


def test_menu_buttons_hide_but_a_question_stays_in_sight() -> None:
    (row,) = every(card(TIP), "ActionSet")
    assert [(each["title"], each.get("mode")) for each in row["actions"]] == [
        ("Make it a promise", None),
        ("It is fine", None),
        ("Never again", None),
        ("Why?", "secondary"),
    ]


def test_a_question_is_asked_before_the_press_counts() -> None:
    (asking,) = every(card(TIP), "Action.ShowCard")
    assert "data" not in asking
    assert words(asking["card"]) == "Stop all tips?"
    (sure,) = asking["card"]["actions"]
    assert pressed(sure["data"]) == ("quiet_always", "tip-1")
    assert (sure["title"], sure["style"]) == ("Never again", "destructive")


def test_only_a_button_whose_answer_is_a_form_asks_teams_for_a_dialog() -> None:
    presses = list(every(card(TIP, opens={"promise"}), "Action.Submit"))
    assert ["msteams" in each["data"] for each in presses] == [True, False, False, False]
    assert pressed(presses[0]["data"]) == ("promise", "tip-1")


def test_a_row_of_buttons_is_never_too_long_to_read() -> None:
    many = tuple(Button(f"b{n}", "Yes" if n < 9 else f"A longer label {n}") for n in range(16))
    rows = [[each["title"] for each in row["actions"]] for row in every(card(Card("x", (Buttons(many),))), "ActionSet")]
    assert [len(row) for row in rows] == [6, 4, 2, 2, 2]
    assert [title for row in rows for title in row] == [button.label for button in many]


def test_a_long_paragraph_is_split_between_words_and_nothing_is_lost() -> None:
    shown = card(Card("x", (Text((LONG, ROBIN, LONG[:6000])),)), names=NAMES)
    assert words(shown) == f"{LONG}Robin{LONG[:6000]}"
    assert all(len(each["text"]) <= LIMITS["text"] for each in every(shown, "TextRun"))


@pytest.mark.parametrize("part", [Text(LONG, "quote"), Text(LONG, "starter"), Facts((("What", LONG),))])
def test_a_long_quote_or_fact_is_shortened(part: Text | Facts) -> None:
    shown = words(card(Card("x", (part,))))
    assert shown.removeprefix("What: ").startswith("word0 word1")
    assert shown.endswith(" …")
    assert len(shown) < LIMITS["text"] + 20


def test_too_much_is_shortened_and_the_buttons_stay() -> None:
    said = tuple(Text(f"{n} {LONG}") for n in range(9))
    shown = card(Card("x" * 9000, (*said, Buttons((Button("ok", "OK"),)), Text("Only you see this.", "note"))))
    assert words(shown).startswith("0 word0")
    assert words(shown).endswith("…")
    assert [each["title"] for each in every(shown, "Action.Submit")] == ["OK"]
    assert shown["body"][-1]["type"] == "ActionSet"
    assert len(shown["fallbackText"]) == LIMITS["summary"]


def test_an_empty_card_shows_its_summary() -> None:
    assert words(card(Card("Nothing to do", (Text(" "), Buttons(()))))) == "Nothing to do"
    assert text(Card("  ", ())) == "…"
    assert attachment(TIP)["contentType"] == "application/vnd.microsoft.card.adaptive"


def test_what_a_button_is_about_is_never_cut() -> None:
    with pytest.raises(ValueError, match="value"):
        card(Card("x", (Buttons((Button("x", "X", "a" * 2001),)),)))
    with pytest.raises(ValueError, match="value"):
        dialog(replace(FORM, about="a" * 2001), HELP)


def test_a_dialog_is_filled_in_sent_and_found_back() -> None:
    made = dialog(FORM, HELP)
    assert (made["title"], made["width"]) == ("Your hours", "medium")
    shown = content(made)
    assert (field(shown, "days")["value"], field(shown, "from")["value"]) == ("mon", "09:00")
    (send,) = shown["actions"]
    filled = {each["id"]: each.get("value", "") for each in _inputs(shown)}
    found = submitted(send["data"] | filled | {"days": "mon,tue"}, HELP.team)
    assert found is not None
    assert (found.form, found.about, found.place) == ("worktime", "member-4", HELP)
    assert found.answers == {"days": "mon tue", "from": "09:00", "back": ""}


def test_a_button_on_a_form_knows_the_form_it_stands_on() -> None:
    (again,) = next(every(content(dialog(FORM, HELP)), "ActionSet"))["actions"]
    assert pressed(again["data"]) == ("look_again", "member-4")
    assert submitted(again["data"], HELP.team) is not None


def test_a_refused_form_says_why_at_the_field_and_keeps_what_was_typed() -> None:
    reasons = {"from": "Write a time like 08:30.", "": "Not yet.", "side": "Choose a side."}
    shown = content(dialog(FORM, HELP, reasons, {"from": "early", "days": "tue", "back": "2027-03-02"}))
    assert words(shown["body"][0]) == "Not yet.Choose a side."
    at = shown["body"].index(field(shown, "from"))
    assert words(shown["body"][at + 1]) == "Write a time like 08:30."
    assert shown["body"][at + 1]["inlines"][0]["color"] == "Attention"
    assert [field(shown, name)["value"] for name in ("from", "days", "back")] == ["early", "tue", "2027-03-02"]


def test_what_must_be_filled_in_has_a_star() -> None:
    shown = content(dialog(FORM, HELP))
    assert [field(shown, name)["label"] for name in ("from", "back")] == ["From *", "Back on"]


def test_a_person_is_chosen_from_who_is_there() -> None:
    anna = replace(ROBIN, id="29:anna")
    shown = content(dialog(form_of("Words"), HELP, names={ROBIN: "Robin", anna: "Anna"}))
    owner = field(shown, "owner")
    assert [(each["title"], each["value"]) for each in owner["choices"]] == [("Anna", "29:anna"), ("Robin", "29:robin")]
    assert owner["value"] == "29:robin"


def test_what_is_no_choice_no_number_and_no_day_is_not_filled_in() -> None:
    fields = (
        ChoiceField("side", "Side", (("client", "Client"),), value="other"),
        ChoiceField("days", "Days", (("mon", "Monday"),), value="mon sun", many=True),
        NumberField("hours", "Hours", value="nan"),
        DateField("back", "Back", value="soon"),
    )
    shown = content(dialog(replace(FORM, parts=fields), HELP))
    assert [field(shown, name).get("value") for name in ("side", "days", "hours", "back")] == [None, "mon", None, None]


def test_a_form_without_anything_to_send_has_no_button() -> None:
    assert "actions" not in content(dialog(Form("why", "Why?", "", "Close", (Text("Because."),)), HELP))


def test_a_card_can_be_shown_in_a_dialog() -> None:
    made = card_dialog(TIP, "Your tip", NAMES)
    assert made["title"] == "Your tip"
    assert "What Robin may hear" in words(content(made))


def test_where_no_dialog_opens_the_form_is_a_card_of_its_own() -> None:
    shown = inputs(FORM, HELP, opens={"look_again"})["content"]
    assert shown["body"][0]["text"] == "Your hours"
    assert field(shown, "from")["value"] == "09:00"
    assert next(every(shown, "ActionSet"))["actions"][0]["data"]["msteams"] == {"type": "task/fetch"}
    assert "msteams" not in shown["actions"][0]["data"]


def test_a_button_with_an_address_opens_it_and_sends_nothing() -> None:
    url = "https://samenspraak.example/c/7/abc.ics"
    shown = card(Card("x", (Buttons((Button("to_calendar", "In mijn agenda", "7", url=url),)),)))
    (one,) = every(shown, "Action.OpenUrl")
    assert one == {"type": "Action.OpenUrl", "title": "In mijn agenda", "url": url}
    assert not list(every(shown, "Action.Submit"))
