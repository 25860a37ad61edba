"""Every card and form as Teams would show it: drawn, read back, and with SAMENSPRAAK_SCREENSHOTS also photographed."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from browser import browser, picture
from gallery import PEOPLE, Story, tell
from hard_cards import HELP, HOSTILE, ROBIN, card_of, form_of
from node_tools import PROJECT, node
from playwright.sync_api import Page

from bot.teams import render, render_form
from handlers.vocabulary import Buttons, Card, Facts, Form, Image, Person, Text, Words

Json = dict[str, Any]
NAMES = {Person("slack", side, id): name for id, (name, side) in PEOPLE.items()}
PACKAGES = PROJECT / "node_modules"
SCRIPTS = ("adaptivecards/dist/adaptivecards.min.js", "markdown-it/dist/browser/markdown-it.umd.min.js")
STYLES = ("adaptivecards-designer/dist/containers/teams-container-light.css", "adaptivecards/dist/adaptivecards.css")
HOST = PACKAGES / "adaptivecards-designer" / "lib" / "hostConfigs" / "microsoft-teams-light.json"
# The two styles of buttons are younger than that style sheet.
FRAME = """
body { margin: 0; padding: 16px; background: #f5f5f5; font: 14px "Segoe UI", "DejaVu Sans", sans-serif; }
article { margin-bottom: 24px; background: #fff; border: 1px solid #ddd; border-radius: 6px; }
article { overflow-wrap: anywhere; } /* as a message in Teams breaks a long address */
article.dialog { box-shadow: 0 4px 16px #0003; }
h2 { margin: 0; padding: 16px 16px 0; font-size: 18px; }
h6 { margin: 0 0 4px; font: 11px monospace; color: #999; }
.ac-pushButton.style-positive { background: #6264a7; color: #fff; }
.ac-pushButton.style-destructive { background: #fff; color: #c4314b; border-color: #e0b0b8; }
"""
DRAW = """([shown, host]) => {
    const { AdaptiveCard, HostConfig, Versions, SerializationContext } = AdaptiveCards;
    const markdown = window.markdownit({ linkify: true });
    AdaptiveCard.onProcessMarkdown = (text, result) => {
        result.outputHtml = markdown.render(text);
        result.didProcess = true;
    };
    for (const [name, each] of Object.entries(shown)) {
        const frame = document.createElement("article");
        frame.id = name;
        if (each.title) {
            frame.className = "dialog";
            frame.append(Object.assign(document.createElement("h2"), { textContent: each.title }));
        }
        const card = new AdaptiveCard();
        card.hostConfig = new HostConfig(host);
        card.parse(each.card, new SerializationContext(Versions.v1_5));
        frame.append(card.render());
        document.body.append(Object.assign(document.createElement("h6"), { textContent: name }), frame);
    }
}"""


def shown(story: Story) -> dict[str, Json]:
    """What Teams is sent for everything in the gallery; a title makes it a dialog."""
    return {name: drawable(each) for name, each in story.shown.items()}


def drawable(each: Card | Form, reasons: Mapping[str, str] | None = None, names: render.Names = NAMES) -> Json:
    if isinstance(each, Card):
        return {"card": render.card(each, (), names)}
    made = render_form.dialog(each, HELP, reasons or {}, names=names)
    return {"title": made["title"], "card": made["card"]["content"]}


@contextmanager
def drawn(cards: Mapping[str, Json], width: int = 640) -> Iterator[Page]:
    """A page with these cards, as wide as a window on a desk or on a phone."""
    node()  # with the packages in their place
    with browser() as chromium:
        page = chromium.new_page(viewport={"width": width, "height": 900})
        page.set_content("<!doctype html><meta charset=utf-8>")
        for style in STYLES:
            page.add_style_tag(path=PACKAGES / style)
        page.add_style_tag(content=FRAME)
        for script in SCRIPTS:
            page.add_script_tag(path=PACKAGES / script)
        page.evaluate(DRAW, [cards, json.loads(HOST.read_text("utf-8"))])
        yield page


def read(words: Words) -> list[str]:
    """What should be readable, in pieces."""
    pieces = (words,) if isinstance(words, str) else words
    return [PEOPLE[piece.id][0] if isinstance(piece, Person) else piece for piece in pieces]


def readable(part: object) -> list[str]:
    match part:
        case Text(text=words):
            return read(words)
        case Facts(facts):
            return [piece for label, words in facts for piece in (label, *read(words))]
        case Buttons(buttons):
            return [each.label for each in buttons if not each.menu and not each.name.startswith("direct_")]
        case Image():
            return []
        case _:
            return [str(getattr(part, "label", ""))]


def plain(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("language", ["nl", "en"])
def test_everything_the_bot_says_can_be_read_in_teams(language: str) -> None:
    story = tell(language)
    with drawn(shown(story)) as page:
        for name, each in story.shown.items():
            seen = plain(page.locator(f"article#{name}").inner_text())
            assert "undefined" not in seen, name
            for part in each.parts:
                for words in readable(part):
                    assert plain(words) in seen, f"{name} in {language} does not show {words!r}"
            picture(page.locator(f"article#{name}"), f"teams-{language}-{name}")


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("width", [640, 340])
def test_nothing_falls_out_of_its_frame_at_a_desk_or_on_a_phone(language: str, width: int) -> None:
    with drawn(shown(tell(language)), width) as page:
        outside = page.locator("article").evaluate_all(
            "all => all.filter(a => a.scrollWidth > a.clientWidth).map(a => a.id)"
        )
        assert outside == []
        if width >= 640:
            cut = page.locator("button").evaluate_all(
                "all => all.filter(b => b.scrollWidth > b.clientWidth).map(b => b.innerText)"
            )
            assert cut == []
        for name in ("tip_normalising", "tip_invitation", "consent_form", "home", "privacy") if width < 640 else ():
            picture(page.locator(f"article#{name}"), f"teams-phone-{language}-{name}")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_refused_form_says_why_at_each_field(language: str) -> None:
    story = tell(language)
    for form_name, refused in (("promise_form", "promise_refused"), ("setup_form", "setup_refused")):
        form, reasons = story.shown[form_name], story.refused[refused]
        assert isinstance(form, Form)
        with drawn({refused: drawable(form, reasons)}) as page:
            seen = plain(page.locator("article").inner_text())
            assert all(plain(reason) in seen for reason in reasons.values())
            picture(page.locator("article"), f"teams-{language}-{refused}")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_question_comes_before_what_cannot_be_undone(language: str) -> None:
    story = tell(language)
    with drawn({"privacy": drawable(story.shown["privacy"])}) as page:
        erase = next(
            each
            for part in story.shown["privacy"].parts
            if isinstance(part, Buttons)
            for each in part.buttons
            if each.name == "privacy_erase"
        )
        assert erase.confirm is not None
        assert plain(erase.confirm) not in plain(page.locator("article").inner_text())
        page.get_by_role("button", name=erase.label).click()
        assert plain(erase.confirm) in plain(page.locator("article").inner_text())
        assert page.get_by_role("button", name=erase.label).count() == 2
        picture(page.locator("article"), f"teams-{language}-privacy-asked")


def test_what_hides_behind_the_menu_can_be_reached() -> None:
    tip = tell("en").shown["tip_normalising"]
    hidden = [each.label for part in tip.parts if isinstance(part, Buttons) for each in part.buttons if each.menu]
    assert hidden
    with drawn({"tip": drawable(tip)}) as page:
        assert not any(label in page.locator("body").inner_text() for label in hidden)
        page.get_by_role("button", name="More options").click()
        assert all(label in page.locator("body").inner_text() for label in hidden)
        picture(page, "teams-en-menu")


def test_nothing_hostile_comes_alive() -> None:
    names = {ROBIN: HOSTILE}
    hard = {"card": drawable(card_of(HOSTILE), names=names), "form": drawable(form_of(HOSTILE), {"": HOSTILE}, names)}
    with drawn(hard) as page:
        alive = page.locator("article").locator("a, b, strong, em, i, code, at, ul, ol, s, img:not([alt])")
        assert [each.evaluate("each => each.outerHTML") for each in alive.all()] == []
        assert "{DATE(2027" in page.locator("article#card").inner_text()
        picture(page, "teams-hostile")


def test_markdown_would_come_alive_in_the_same_drawing_if_there_were_any() -> None:
    block = {"type": "TextBlock", "text": "[click](https://x.example) **bold**"}
    with drawn({"card": {"card": {"type": "AdaptiveCard", "version": "1.5", "body": [block]}}}) as page:
        assert page.locator("article a").count() == 1
