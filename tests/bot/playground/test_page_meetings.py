"""Meetings on the page of the playground, in a real browser: chosen in a dialog, listed, added to, changed."""

from collections.abc import Iterator

import pytest
from browser import browser, last, pane, playground, write
from playwright.sync_api import Locator, Page, expect


@pytest.fixture
def page() -> Iterator[Page]:
    """The page in Dutch; whatever the browser complains of fails the test."""
    complaints: list[str] = []
    with playground() as address, browser() as chromium:
        opened = chromium.new_page(viewport={"width": 1280, "height": 900}, timezone_id="Europe/Amsterdam")
        opened.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        opened.on("pageerror", lambda problem: complaints.append(str(problem)))
        opened.goto(f"{address}?lang=nl")
        expect(opened.locator(".pane").first.locator(".entry").nth(5)).to_be_visible()
        yield opened
    assert complaints == []


def told(page: Page, who: str, words: str) -> Locator:
    """What the bot said to everyone with these words in it, the newest; a file hangs below it."""
    return pane(page, who).locator(".entry.app", has_text=words).last


def test_a_rhythm_is_chosen_and_a_topic_moves_to_where_it_belongs(page: Page) -> None:
    write(page, "sanne", "/spraak overleg")
    dialog = page.get_by_role("dialog", name="Overleg plannen")
    dialog.get_by_label("Hoe laat?").fill("half tien")
    for kind in ("Strategisch overleg, elk kwartaal", "Demo, om de week", "Voortgangsbericht, om de week"):
        dialog.get_by_label(kind).uncheck()
    dialog.get_by_role("button", name="Inplannen").click()
    expect(dialog.locator("[aria-invalid=true]")).to_have_count(1)
    dialog.get_by_label("Hoe laat?").fill("10:00")
    dialog.get_by_role("button", name="Inplannen").click()
    expect(dialog).to_be_hidden()
    for who in ("sanne", "karim"):
        expect(told(page, who, "het ritme van dit project gekozen")).to_be_visible()
        expect(last(page, who, "app")).to_contain_text("overleggen.ics")

    write(page, "karim", "/spraak agenda Het contract loopt af")
    placed = last(page, "karim", "whisper")
    expect(placed).to_contain_text("Misschien past dit beter bij: tactisch overleg")
    placed.locator("[data-button=topic_move]").first.click()
    expect(placed).to_contain_text("Tactisch overleg:")
    expect(placed).not_to_contain_text("Misschien")

    write(page, "karim", "/spraak overleg")
    listed = last(page, "karim", "whisper")
    expect(listed).to_contain_text("elke dinsdag")
    listed.locator("[data-button=series]").first.click()
    dialog = page.get_by_role("dialog", name="Werkoverleg")
    dialog.get_by_label("Hoe laat").fill("11:30")
    dialog.get_by_role("button", name="Aanpassen").click()
    expect(told(page, "sanne", "heeft dit overleg aangepast")).to_contain_text("11:30")
    # A topic is whispered to who added it, and to nobody else.
    expect(pane(page, "sanne")).not_to_contain_text("Het contract loopt af")
