"""The page of a scan: both languages, nothing from outside, and readable for who cannot see the charts."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from browser import browser
from scan_ear import FakeEar, promised

from bot.ear import together
from bot.scan import Asked, scan_command
from bot.scan.accuracy import MEASURED
from bot.scan.figures import SIDE, SIDES
from bot.scan.page import page
from handlers.commitment import commitment

VOID = {"meta", "link", "img", "br", "hr", "input"}


class Tree(HTMLParser):
    """Every element with its attributes, and the text of each; complains about what is not closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append((self.open[-1], data.strip()))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture
def told(channel, say, crowd, hellos, capsys) -> dict[str, Any]:
    """The figures of a scan in which there is something of everything."""
    slips = [
        say(f"2024-03-{day:02}T10:{minute:02}:00", who, f"{what} for sure")
        for day in (4, 5, 6, 11)
        for minute, (who, what) in enumerate(
            [("C1", "impactless_complaint"), ("S2", "normalising"), ("C3", "impact_feedback"), ("S4", "acknowledges")]
        )
    ]
    path = channel(
        *hellos("2024-03-04"),
        *slips,
        say("2024-03-05T15:00:00", "S1", "promise with owner and date"),
        say("2024-03-05T15:02:00", "C5", "promise"),
        users=crowd,
        **{"tiny & <b>/2024-03-12.json": hellos("2024-03-12")[:3], "tiny/2024-03-12.json": hellos("2024-03-12")},
    )
    asked = Asked(path, ("TMAKER",), ("TUSER",), may=True, as_json=True, examples=True)
    assert scan_command(asked, FakeEar(), promised) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def parsed(told: dict[str, Any], language: str) -> Tree:
    tree = Tree()
    tree.feed(page(told, language))
    assert tree.open == []
    return tree


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_page_loads_nothing_and_its_policy_lets_in_nothing_but_its_own_style(told, language):
    tree = parsed(told, language)
    assert not {"script", "link", "img", "iframe", "object", "form"} & {name for name, _ in tree.elements}
    assert not any(name in attributes for _, attributes in tree.elements for name in ("src", "style", "onclick"))
    assert all((link["href"] or "").startswith("#") for link in tree.all("a"))
    (policy,) = [each["content"] for each in tree.all("meta") if each.get("http-equiv")]
    (style,) = re.findall(r"<style>(.*?)</style>", page(told, language), re.S)
    hashed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{hashed}'; base-uri 'none'; form-action 'none'"
    assert "url(" not in style
    assert "@import" not in style
    assert tree.all("html")[0]["lang"] == language


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_chart_is_said_in_words_and_stands_with_a_table(told, language):
    tree = parsed(told, language)
    ids = [attributes["id"] for _, attributes in tree.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    charts = tree.all("svg")
    assert len(charts) == 6
    for chart in charts:
        assert chart["role"] == "img"
        assert {chart["aria-labelledby"], chart["aria-describedby"]} <= set(ids)
    assert len(tree.all("table")) >= len(charts)
    assert {attributes["href"] for attributes in tree.all("a")} <= {f"#{name}" for name in ids}
    headings = [name for name, _ in tree.elements if re.fullmatch("h[1-6]", name)]
    assert headings[0] == "h1"
    assert headings.count("h1") == 1
    assert all(int(after[1]) - int(before[1]) <= 1 for before, after in pairwise(headings))


def test_the_page_begins_with_what_goes_well_and_says_what_comes_next(told):
    heads = [text for tag, text in parsed(told, "nl").texts if tag == "h2"]
    assert heads[:2] == ["Wat goed gaat", "Een volgende stap"]
    assert heads[-3:] == ["Hoe zeker is dit?", "Wat dit verslag niet kan zeggen", "Wie dit mag lezen"]


def test_the_figures_are_written_as_people_write_them(told):
    words = [text for _, text in parsed(told, "nl").texts]
    assert "4 van de 8 klachten zeggen wat het gevolg voor het werk is. Daar kan de ander iets mee." in words
    assert "1 van de 1 toezeggingen van de leverancier noemen wie en wanneer." in words
    assert "#support" in words
    assert any("“overige, samen”" in text for text in words) == bool(told["channels"]["other"])


def test_what_was_never_asked_for_is_not_on_the_page(told):
    del told["examples"]
    assert not any("for sure" in text for _, text in parsed(told, "en").texts)


def test_a_page_of_nothing_but_silence_is_a_page(channel, hellos, crowd, tmp_path):
    where = tmp_path / "page.html"
    asked = Asked(channel(*hellos("2024-03-04"), users=crowd), ("TMAKER",), ("TUSER",), may=True, html=where)
    for language in ("nl", "en"):
        assert scan_command(Asked(**{**vars(asked), "language": language}), FakeEar(), promised) == 0
        assert "<h1>" in where.read_text()


def test_the_page_reads_well_in_a_real_browser_and_goes_on_paper(told, tmp_path):
    where = tmp_path / "page.html"
    where.write_text(page(told, "en"), "utf-8")
    with browser() as chromium:
        shown = chromium.new_page(viewport={"width": 375, "height": 800})
        said: list[str] = []
        shown.on("console", lambda message: said.append(message.text))
        asked_for: list[str] = []
        shown.on("request", lambda request: asked_for.append(request.url))
        shown.goto(where.as_uri())
        tree = shown.locator("body").aria_snapshot()
        wide = shown.evaluate("document.documentElement.scrollWidth")
        coloured = shown.evaluate("getComputedStyle(document.querySelector('.bar, .supplier')).fill")
        paper = shown.pdf(prefer_css_page_size=True)
    assert said == []
    assert asked_for == [where.as_uri()]
    assert wide <= 375
    assert coloured == "rgb(37, 99, 168)"
    assert '- heading "What goes well" [level=2]' in tree
    assert '- img "Surely heard, per 100 messages of that side"' in tree
    assert '- rowheader "effect not named yet"' in tree
    assert 3 <= paper.count(b"/Type /Page\n") <= 12


# --- what the figures are worth


def test_the_page_tells_of_the_ear_what_was_measured():
    table = (Path(__file__).parents[3] / "docs/ear.md").read_text().split("## How well")[1].split("##")[0]
    rows = [line.split("|")[1:-1] for line in table.splitlines() if line.count("|") == 9]
    for side in SIDES:
        right = tips = 0
        found: list[float] = []
        for name, whose, *_, tips_right, recall, _ in ([cell.strip() for cell in row] for row in rows):
            if whose == side and name in ("observed", "scene", "thread", "field"):
                times, of = re.findall(r"(\d+) of (\d+)", tips_right)[0]
                right, tips = right + int(times), tips + int(of)
                found += [float(each) for each in re.findall(r"\((0\.\d+)–(0\.\d+)\)", recall)[0]]
        measured = MEASURED[side]
        assert (measured.right, measured.tips) == (right, tips)
        assert (measured.found_least, measured.found_most) == (min(found), max(found))
        assert measured.between(100)[0] < 100 * 1.5 < measured.between(100)[1]


def test_the_real_ear_from_export_to_page(channel, say, crowd, hellos, tmp_path, capsys):
    path = channel(
        *hellos("2024-03-04", 7),
        say("2024-03-04T09:00:00", "C1", "Bestellen lukt al de hele ochtend niet, er staan mensen te wachten."),
        say("2024-03-04T09:05:00", "S1", "Dat gebeurt wel vaker bij dit soort koppelingen, dat is normaal."),
        say("2024-03-04T09:30:00", "S2", "Vervelend, mensen die staan te wachten. Ik bel je uiterlijk vrijdag."),
        say("2024-03-04T09:50:00", "C2", "Het systeem is echt waardeloos."),
        users=crowd,
    )
    where = tmp_path / "page.html"
    asked = Asked(path, ("TMAKER",), ("use.example",), may=True, html=where, as_json=True)
    assert scan_command(asked, together, commitment) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["patterns"]["normalising"]["heard"] == 1
    assert told["answers"]["with_effect"]["complaints"] == 1
    assert told["answers"]["with_effect"]["within"]["1_hour"] == 1, "not the shrug, but the answer that took it up"
    assert told["promises"]["supplier"] == {"made": 1, "owner": 1, "date": 1, "both": 1}
    assert set(told["patterns"]) == set(SIDE)
    assert "1 van de" in where.read_text()
    assert "koppelingen" not in where.read_text()


def test_every_figure_is_explained_in_the_docs(told):
    table = (Path(__file__).parents[3] / "docs/scan.md").read_text().split("## `--json`")[1]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    explained = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert set(told) - {"format"} == explained


def test_what_adds_up_according_to_the_docs_does(told):
    for kind in told["answers"].values():
        assert kind["complaints"] == kind["acknowledged"] + kind["never"] + kind["still_waiting"]
        assert kind["acknowledged"] == sum(kind["within"].values()) >= kind["effect_named"]
    tips = told["tips"]
    assert tips["worth"] == sum(tips["given"].values()) + sum(tips["not_given"].values()) == 8
    assert sum(tips["given"].values()) == sum(each["tips"] for each in told["patterns"].values())
