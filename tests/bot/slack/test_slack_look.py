"""Every card and form as Slack would show it: drawn, read back, and with SAMENSPRAAK_SCREENSHOTS also photographed."""

import html
import re
from collections.abc import Iterable
from typing import Any

import pytest
from browser import browser, picture
from gallery import CHANNEL, PEOPLE, TEAM, Story, tell
from node_tools import PROJECT, run

from bot.slack import render
from handlers import routes
from handlers.vocabulary import Button, Buttons, Card, Facts, Form, Image, Part, Person, Place, Text, Words

STYLE = """
body { margin: 0; padding: 16px; background: #fff; font: 15px/1.46 Lato, "DejaVu Sans", sans-serif; width: 640px; }
article { padding: 14px 16px; margin-bottom: 24px; border: 1px solid #ddd; border-radius: 8px; width: 600px; }
article.modal { width: 490px; padding: 0; border-radius: 12px; box-shadow: 0 4px 16px #0003; }
article.modal > div { padding: 8px 24px 16px; }
h6 { margin: 0 0 4px; font: 11px monospace; color: #999; }
h2, footer { margin: 0; padding: 14px 24px; font-size: 20px; }
footer { display: flex; justify-content: flex-end; gap: 12px; border-top: 1px solid #ddd; font-size: 15px; }
footer b { padding: 6px 14px; border: 1px solid #bbb; border-radius: 6px; }
footer b + b { background: #007a5a; color: #fff; border-color: #007a5a; }
"""


def payloads(story: Story) -> dict[str, dict[str, Any]]:
    """What Slack is sent for everything in the gallery."""
    place = Place("slack", TEAM, CHANNEL)
    sent = {}
    for name, shown in story.shown.items():
        if isinstance(shown, Form):
            sent[name] = render.view(shown, place)
        elif name.startswith("home"):
            sent[name] = render.home(shown, place)
        else:
            sent[name] = {"type": "message", "text": render.text(shown), "blocks": render.blocks(shown)}
    return sent


def drawn(story: Story) -> dict[str, str]:
    """The same as HTML."""
    users = [{"id": id, "name": name} for id, (name, _) in PEOPLE.items()]
    return dict(run("slack_look.mjs", {"shown": {k: v["blocks"] for k, v in payloads(story).items()}, "users": users}))


def read(words: Words) -> list[str]:
    """What should be readable, in pieces."""
    pieces = (words,) if isinstance(words, str) else words
    return [f"@{PEOPLE[piece.id][0]}" if isinstance(piece, Person) else piece for piece in pieces]


def readable(part: object) -> list[str]:
    match part:
        case Text(text=words):
            return read(words)
        case Facts(facts):
            return [piece for label, words in facts for piece in (label, *read(words))]
        case Buttons(buttons):
            return [each.label for each in buttons if not each.menu]
        case Image(alt=alt):
            return [alt]
        case _:
            return [str(getattr(part, "label", ""))]


def plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w@]+", " ", text).split())


@pytest.mark.parametrize("language", ["nl", "en"])
def test_everything_the_bot_says_can_be_read_in_slack(language: str) -> None:
    story = tell(language)
    for name, markup in drawn(story).items():
        seen = plain(html.unescape(re.sub(r"<[^>]+>", " ", markup)))
        assert "undefined" not in seen, name
        assert "nsupported" not in seen, name
        for part in story.shown[name].parts:
            for words in readable(part):
                assert plain(words) in seen, f"{name} in {language} does not show {words!r}"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_words_on_a_form_are_cut_off(language: str) -> None:
    for name, view in payloads(tell(language)).items():
        labels = [view[key]["text"] for key in ("title", "submit", "close") if key in view]
        assert not [label for label in labels if label.endswith("…")], f"{name} in {language}"


def test_the_gallery_shows_what_every_command_button_and_form_leads_to() -> None:
    asked = tell("nl").asked
    for kind, names in (("command", routes.COMMANDS), ("button", routes.BUTTONS), ("form", routes.FORMS)):
        assert {name.partition(":")[2] for name in asked if name.startswith(f"{kind}:")} == set(names)


def test_both_languages_show_the_same_with_other_words() -> None:
    def shapes(parts: Iterable[Part | Any]) -> list[object]:
        # What meetings fall together depends on the holidays of a country.
        return [shape(part) for part in parts if not (isinstance(part, Text) and part.style == "note")]

    def shape(part: Part | Any) -> object:
        names = [each.name for each in part.buttons if isinstance(each, Button)] if isinstance(part, Buttons) else None
        return type(part).__name__, names

    dutch, english = tell("nl"), tell("en")
    assert dutch.shown.keys() == english.shown.keys()
    assert dutch.refused.keys() == english.refused.keys()
    for name, shown in dutch.shown.items():
        other = english.shown[name]
        assert shapes(shown.parts) == shapes(other.parts), name
        assert isinstance(shown, Card) == isinstance(other, Card)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_nothing_falls_out_of_its_frame_on_a_picture(language: str) -> None:
    story = tell(language)
    sent = payloads(story)
    markups = drawn(story)  # first: with it the packages are in their place
    style = (
        STYLE,
        (PROJECT / "node_modules" / "slack-blocks-to-jsx" / "dist" / "style.css").read_text(encoding="utf-8"),
    )
    page_html = [f"<!doctype html><meta charset=utf-8><style>{''.join(style)}</style>"]
    for name, markup in markups.items():
        view = sent[name]
        modal = view["type"] == "modal"
        page_html.append(f'<h6>{name}</h6><article id="{name}" class="{view["type"]}">')
        page_html.append(f"<h2>{html.escape(view['title']['text'])}</h2><div>" if modal else "<div>")
        page_html.append(f"{markup}</div>")
        if modal:
            labels = [view[key]["text"] for key in ("close", "submit") if key in view]
            page_html.append(f"<footer>{''.join(f'<b>{html.escape(label)}</b>' for label in labels)}</footer>")
        page_html.append("</article>")
    with browser() as chromium:
        page = chromium.new_page(viewport={"width": 680, "height": 900})
        page.set_content("".join(page_html))
        outside = page.locator("article").evaluate_all(
            "all => all.filter(a => a.scrollWidth > a.clientWidth).map(a => a.id)"
        )
        assert outside == []
        for name in story.shown:
            picture(page.locator(f"article#{name}"), f"slack-{language}-{name}")
