"""The playground as people use it: in a real browser, with the real handlers, ear and clock."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from browser import Overheard, browser, last, pane, picture, playground, write
from playwright.sync_api import Browser, Locator, Page, expect

from prompts import phrasebook

NORMALISING = "Ach, zo'n nieuwe versie is altijd even wennen."
NORMALISING_AGAIN = "Tja, aan zo'n nieuw scherm moet iedereen even wennen."
DEFERRAL = "That is on the roadmap, it will come in a future release."
GOOD = "Ik bel je om 14 uur en kijk met je mee."
TIP_COMES = 60_000
"""Milliseconds in which a tip should be there: three of silence, and some to spare on a busy machine."""

OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as launched:
        yield launched


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with playground() as where:
        yield where


@pytest.fixture
def open_page(chromium: Browser, address: str) -> Iterator[OpenPage]:
    """Opens the page in a language; whatever the browser complains of fails the test."""
    complaints: list[str] = []
    with ExitStack() as stack:

        def opened(language: str, width: int = 1280, height: int = 900, **options: Any) -> Page:
            viewport = {"width": width, "height": height}
            context = chromium.new_context(viewport=viewport, timezone_id="Europe/Amsterdam", **options)
            stack.callback(context.close)
            page = context.new_page()
            page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
            page.on("pageerror", lambda problem: complaints.append(str(problem)))
            page.goto(f"{address}?lang={language}")
            expect(page.locator(".pane").first.locator(".entry").nth(5)).to_be_visible()
            return page

        yield opened
    assert complaints == []


def tip(page: Page, who: str, quote: str) -> Locator:
    """The tip about these words, once it is there."""
    tips = pane(page, who).locator(".entry.whisper").filter(has=page.locator(".starter"))
    found = tips.filter(has=page.locator("blockquote", has_text=quote)).last
    expect(found).to_be_visible(timeout=TIP_COMES)
    return found


def test_a_tip_is_for_its_author_alone_and_helps_to_answer(open_page: OpenPage, address: str) -> None:
    page = open_page("nl")
    karim = Overheard(address, "samen-nl", "karim")
    write(page, "sanne", NORMALISING)
    shown = tip(page, "sanne", "nieuwe versie")
    expect(shown.locator(".private")).to_have_text("Alleen jij ziet dit.")
    picture(page, "tip-nl")

    shown.locator("[data-button=why]").click()
    expect(last(page, "sanne", "whisper")).to_contain_text("Dit viel op")

    shown.locator("[data-button=help]").click()
    dialog = page.get_by_role("dialog", name="Help me antwoorden")
    answer = dialog.get_by_label("Je antwoord")
    expect(answer).to_be_focused()
    assert answer.input_value() != ""
    answer.fill("Dat nemen we mee in een volgende release.")
    dialog.get_by_role("button", name="Kijk nog eens").click()
    expect(dialog).to_contain_text("Dit viel op: nog zonder datum.")
    picture(page, "help-nl")
    answer.fill(GOOD)
    dialog.get_by_role("button", name="Klaar").click()
    expect(dialog.locator(".starter p")).to_have_text(GOOD)
    expect(dialog.get_by_role("button", name="Kopieer")).to_be_visible()
    picture(page, "copy-nl")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(shown.locator("[data-button=help]")).to_be_focused()
    assert GOOD not in pane(page, "karim").inner_text(), "the bot never posts in somebody's name"

    shown.get_by_role("button", name="Meer").click()
    picture(page, "menu-nl")
    page.get_by_role("button", name="Klopt niet").click()
    expect(pane(page, "sanne")).to_contain_text("Ik heb genoteerd dat ik het verkeerd begreep.")

    write(page, "sanne", "Tot zo dan.")
    expect(last(page, "karim", "other")).to_contain_text("Tot zo dan.")
    heard = karim.until("Tot zo dan.")
    assert b"Tot zo dan." in heard
    assert NORMALISING.encode() in heard
    for secret in ("Alleen jij", "Dit viel op", "genoteerd", "misheard", GOOD):
        assert secret.encode() not in heard, f"{secret!r} reached the other side"
    expect(pane(page, "karim").locator(".entry.whisper")).to_have_count(0)


def test_a_deferral_becomes_a_promise_that_both_sides_see(open_page: OpenPage) -> None:
    page = open_page("en")
    write(page, "sophie", DEFERRAL)
    tip(page, "sophie", "roadmap").locator("[data-button=promise]").click()
    dialog = page.get_by_role("dialog", name="Make a promise")
    submit = dialog.locator("[type=submit]")
    submit.click()
    what = dialog.get_by_label("What", exact=True)
    expect(what).to_be_focused()
    expect(what).to_have_attribute("aria-invalid", "true")
    expect(what).to_have_accessible_description(re.compile("fill this in"))
    what.fill("Type the number plate once")
    when = dialog.locator("input[type=date]")
    when.fill("2020-01-01")
    submit.click()
    expect(when).to_be_focused()
    expect(dialog).to_contain_text(phrasebook("en").say("register.refused.date"))
    picture(page, "promise-refused-en")
    when.fill((datetime.now(UTC) + timedelta(days=90)).date().isoformat())
    submit.click()
    expect(dialog).to_be_hidden()
    for who in ("sophie", "imran"):
        card = last(page, who, "app")
        expect(card).to_contain_text("Type the number plate once")
        expect(card).to_contain_text("Sophie")
    picture(page, "promise-en")


def test_an_edit_repairs_a_message_and_takes_its_tip_away(open_page: OpenPage) -> None:
    page = open_page("nl")
    write(page, "sanne", NORMALISING_AGAIN)
    shown = tip(page, "sanne", "nieuw scherm")
    last(page, "sanne", "mine").get_by_role("button", name="Meer bij je bericht").click()
    page.get_by_role("button", name="Aanpassen", exact=True).click()
    box = pane(page, "sanne").get_by_role("textbox")
    expect(box).to_have_value(NORMALISING_AGAIN)
    box.fill("Ik zie dat de balie hierdoor vastloopt. " + GOOD)
    pane(page, "sanne").get_by_role("button", name="Bewaren").click()
    expect(shown).to_have_count(0)
    expect(last(page, "karim", "other")).to_contain_text("aangepast")


def test_a_deleted_message_is_gone_for_everyone(open_page: OpenPage) -> None:
    page = open_page("nl")
    write(page, "karim", "Dit bericht trek ik zo in.")
    expect(last(page, "sanne", "other")).to_contain_text("trek ik zo in")
    last(page, "karim", "mine").get_by_role("button", name="Meer bij je bericht").click()
    page.get_by_role("button", name="Verwijderen").click()
    page.get_by_role("dialog", name="Wil je dit bericht verwijderen?").get_by_role("button", name="Ja").click()
    for who in ("sanne", "karim"):
        expect(pane(page, who)).not_to_contain_text("trek ik zo in")


def test_a_whole_journey_with_the_keyboard_alone(open_page: OpenPage) -> None:
    page = open_page("en")
    keys = page.keyboard
    keys.press("Tab")
    expect(page.locator(":focus")).to_have_text("Go to the conversation")
    keys.press("Enter")
    box = pane(page, "sophie").get_by_role("textbox")
    for _ in range(60):
        keys.press("Tab")
        if box.evaluate("box => box === document.activeElement"):
            break
    expect(box).to_be_focused()
    keys.type("You will get used to it, every new version takes getting used to.")
    keys.press("Enter")
    shown = tip(page, "sophie", "getting used to")
    expect(box).to_be_focused()  # a tip never takes the focus away from who is typing

    keys.press("Shift+Tab")
    more = shown.get_by_role("button", name="More", exact=True)
    expect(more).to_be_focused()
    keys.press("Enter")
    expect(page.locator(":focus")).to_have_text("Not right")
    keys.press("ArrowDown")
    expect(page.locator(":focus")).to_have_text("Leave it")
    keys.press("Escape")
    expect(more).to_be_focused()
    expect(more).to_have_attribute("aria-expanded", "false")

    keys.press("Shift+Tab")
    keys.press("Shift+Tab")
    expect(page.locator(":focus")).to_have_text("Help me reply")
    keys.press("Enter")
    dialog = page.get_by_role("dialog", name="Help me reply")
    expect(dialog.get_by_label("Your reply")).to_be_focused()
    keys.press("Escape")
    expect(shown.locator("[data-button=help]")).to_be_focused()

    keys.press("Tab")
    expect(page.locator(":focus")).to_have_text("Why do I see this?")
    keys.press("Tab")
    expect(more).to_be_focused()
    keys.press("Enter")
    expect(page.locator(":focus")).to_have_text("Not right")
    keys.press("ArrowDown")
    expect(page.locator(":focus")).to_have_text("Leave it")
    keys.press("Enter")
    expect(last(page, "sophie", "whisper")).to_contain_text(phrasebook("en").say("nudges.answered.fine"))
    assert page.evaluate("document.activeElement !== document.body"), "the focus must not get lost"


@pytest.mark.parametrize(
    ("language", "who", "command", "draft"),
    [
        ("nl", "sanne", "/spraak", "Dat nemen we mee in een volgende release."),
        ("en", "sophie", "/samenspraak", "We will look at that in a future release."),
    ],
)
def test_commands_and_a_look_before_sending(
    open_page: OpenPage, language: str, who: str, command: str, draft: str
) -> None:
    page, book = open_page(language), phrasebook(language)
    box = pane(page, who).get_by_role("textbox")
    box.fill(draft)
    pane(page, who).locator(".check").click()
    expect(last(page, who, "whisper")).to_contain_text(book.say("tips.label.vague_deferral"))
    expect(box).to_have_value(draft)
    whispers = pane(page, who).locator(".entry.whisper")
    for word in ("hulp", "help"):
        before = whispers.count()
        write(page, who, f"{command} {word}")
        expect(whispers).to_have_count(before + 1)
        expect(last(page, who, "whisper")).to_contain_text(book.say("commands.help.status"))
    write(page, who, f"{command} luister")
    expect(last(page, who, "whisper")).to_contain_text(book.say("consent.status.listening"))
    picture(page, f"commands-{language}")
    other = {"sanne": "karim", "sophie": "imran"}[who]
    assert draft not in pane(page, other).inner_text()
    assert command not in pane(page, other).inner_text()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_examples_are_ready_to_send(open_page: OpenPage, language: str) -> None:
    page = open_page(language)
    example = page.locator("[data-fill=client]")
    text = phrasebook(language).say("playground.example_client_1")
    example.click()
    who = page.locator(".pane").nth(1).get_attribute("data-person") or ""
    expect(pane(page, who).get_by_role("textbox")).to_have_value(text)
    page.keyboard.press("Enter")
    expect(last(page, who, "whisper")).to_contain_text(phrasebook(language).say("tips.label.impactless_complaint"))


def test_an_answer_in_a_thread_stands_under_its_message(open_page: OpenPage) -> None:
    page = open_page("nl")
    anja = pane(page, "sanne").locator("li[data-entry=nl-2]")
    anja.get_by_role("button", name="Antwoord in draad op Anja").click()
    expect(pane(page, "sanne").locator(".mode")).to_contain_text("Antwoord op Anja")
    page.keyboard.type("Om één uur sta ik bij de balie.")
    page.keyboard.press("Enter")
    for who in ("sanne", "karim"):
        thread = pane(page, who).get_by_role("list", name="Antwoorden op Anja")
        expect(thread).to_contain_text("Om één uur sta ik bij de balie.")
    expect(pane(page, "sanne").locator(".mode")).to_be_hidden()


@pytest.mark.parametrize(("language", "who"), [("nl", "karim"), ("en", "imran")])
def test_the_overview_is_one_arrow_key_away(open_page: OpenPage, language: str, who: str) -> None:
    page, book = open_page(language), phrasebook(language)
    pane(page, who).get_by_role("tab").first.focus()
    page.keyboard.press("ArrowRight")
    overview = pane(page, who).get_by_role("tabpanel")
    expect(overview).to_have_accessible_name(book.say("playground.tab_home"))
    expect(overview).to_contain_text(book.say("home.tips"))
    picture(page, f"overview-{language}")
    overview.get_by_role("button", name=book.say("home.buttons.check")).click()
    expect(page.get_by_role("dialog", name=book.say("checking.title"))).to_be_visible()
    page.keyboard.press("Escape")


def test_language_and_colours_are_a_click_away(open_page: OpenPage) -> None:
    page = open_page("nl", color_scheme="light")
    paper = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)
    page.get_by_role("button", name="Donker").click()
    dark = page.evaluate(paper)
    assert light != dark
    picture(page, "dark-nl")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(phrasebook("en").say("playground.intro_heading"))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.evaluate(paper) == dark, "the choice of colours is remembered"
    page.get_by_role("button", name="Light").click()
    assert page.evaluate(paper) == light


def test_chosen_colours_stand_before_the_page_works(open_page: OpenPage) -> None:
    page = open_page("nl", color_scheme="light")
    page.get_by_role("button", name="Donker").click()
    page.route("**/page.js", lambda route: route.fulfill(content_type="text/javascript", body=""))
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


@pytest.mark.parametrize(("language", "who", "other"), [("nl", "sanne", "karim"), ("en", "sophie", "imran")])
def test_a_narrow_screen_never_scrolls_sideways(open_page: OpenPage, language: str, who: str, other: str) -> None:
    page = open_page(language, width=320, height=700)
    wide = "document.documentElement.scrollWidth > innerWidth"
    assert not page.evaluate(wide)
    picture(page, f"narrow-{language}")
    expect(pane(page, other)).to_be_hidden()
    pane(page, who).locator(".write textarea").fill("/spraak privacy")
    pane(page, who).locator("[type=submit]").click()
    expect(last(page, who, "whisper").get_by_role("heading")).to_be_visible()
    assert not page.evaluate(wide)
    picture(page, f"narrow-card-{language}")
    page.locator("#people button").nth(1).click()
    expect(pane(page, other)).to_be_visible()
    write(page, other, "/spraak kanten")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    assert dialog.evaluate("box => box.scrollWidth <= box.clientWidth")
    picture(page, f"narrow-form-{language}")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_screen_reader_finds_its_way(open_page: OpenPage, language: str) -> None:
    page, book = open_page(language), phrasebook(language)
    tree = page.locator("body").aria_snapshot()
    say = book.table("playground")
    names = [name for name in ("Sanne", "Karim", "Sophie", "Imran") if name in tree]
    assert len(names) == 2
    for name in names:
        assert f'region "{say["pane_label"].format(name=name)}"' in tree
        assert f'list "{say["messages_label"].format(name=name)}"' in tree
        assert f'textbox "{say["write_label"].format(name=name)}"' in tree
    assert f'tab "{say["tab_channel"]}" [selected]' in tree
    assert f'navigation "{say["language"]}"' in tree
    assert "- main" in tree
    assert "- log" in tree
    unnamed = re.findall(r"- (?:button|textbox|tab|link|combobox|checkbox|radio)(?:\s*\[|:|$)", tree, re.MULTILINE)
    assert unnamed == [], "everything that can be used has a name"


def test_the_newest_message_stays_in_view_while_the_box_grows(open_page: OpenPage) -> None:
    page = open_page("nl")
    pane(page, "sanne").get_by_role("textbox").evaluate("box => { box.style.height = '12rem'; }")
    at_the_end = """() => {
        const list = document.querySelector(".messages");
        return list.scrollTop > 0 && list.scrollHeight - list.scrollTop - list.clientHeight < 2;
    }"""
    page.wait_for_function(at_the_end, timeout=30_000)
    page.set_viewport_size({"width": 1280, "height": 720})
    page.wait_for_function(at_the_end, timeout=30_000)


def test_what_was_refused_is_over_once_something_works(open_page: OpenPage) -> None:
    page, book = open_page("en"), phrasebook("en")
    write(page, "sophie", "/spraak complaint")
    wrong = pane(page, "sophie").locator(".write .wrong")
    expect(wrong).to_have_text(book.say("register.refused.only_client"))
    pane(page, "sophie").get_by_role("tab").nth(1).click()
    expect(wrong).to_be_hidden()
    expect(pane(page, "sophie").locator(".write textarea")).to_have_attribute("aria-invalid", "false")


def test_the_clock_is_put_forward_and_what_time_brings_is_there(open_page: OpenPage) -> None:
    # The last of these tests: for whoever opens the page after this it is tomorrow.
    page = open_page("nl")
    write(page, "sanne", "/spraak verzoek")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Waarvoor?")).to_be_visible()
    for field in dialog.locator("input[type=text], textarea").all():
        field.fill("De testlijst")
    dialog.locator("input[type=date]").first.fill(f"{datetime.now(UTC) + timedelta(days=30):%Y-%m-%d}")
    dialog.locator("[type=submit]").click()
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="Naar de volgende ochtend").click()
    clock = page.locator("#time .now")
    expect(clock).to_contain_text("09:05", timeout=TIP_COMES)
    expect(last(page, "karim", "whisper")).to_contain_text("De testlijst", timeout=TIP_COMES)
    write(page, "karim", "Goedemorgen.")
    expect(pane(page, "karim").locator(".entry time").last).to_contain_text("09:0")
    picture(page, "time-nl")
