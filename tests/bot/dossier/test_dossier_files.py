"""What is in the zip can be read, checked and opened by anybody, whatever people wrote."""

import csv
import io
import json
import re
import subprocess
import sys
import unicodedata
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from dossiers import HOSTILE, NOTE
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dossier.letters import breakable, from_right, visible
from bot.dossier.links import link
from bot.dossier.pack import lines, packed, zipped
from bot.dossier.page import page
from bot.dossier.paper import paper
from bot.dossier.press import Unprinted, printed
from bot.dossier.sheets import safe
from bot.dossier.verify import verify
from handlers.dossier import volumes

slowly = settings(deadline=None)


def files(whole: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def shown(*blocks: dict[str, Any]) -> dict[str, Any]:
    return {"language": "nl", "title": "t", "foot": "f", "page": "p", "blocks": list(blocks)}


def text(said: str) -> dict[str, Any]:
    return {"is": "text", "text": said}


class Reader(HTMLParser):
    """What a browser would find in a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.addresses: list[str] = []
        self.handlers: list[str] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses += [str(value) for name, value in attrs if name in ("href", "src")]
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        self.words += "\n" if tag == "br" else ""

    def handle_data(self, data: str) -> None:
        self.words += data


def read(content: bytes) -> Reader:
    reader = Reader()
    reader.feed(content.decode())
    reader.close()
    return reader


def test_all_is_in_it(whole: bytes) -> None:
    assert list(files(whole)) == [
        *("dossier.html", "dossier.pdf", "dossier.json", "items.csv", "history.csv", "consents.csv"),
        *("chain.txt", "manifest.json"),
    ]


def test_the_same_gives_the_same_bytes(made: str, whole: bytes) -> None:
    assert packed(made) == whole


def test_it_is_the_same_on_another_machine_with_another_clock(made: str, whole: bytes, tmp_path: Path) -> None:
    (tmp_path / "made.json").write_text(made, encoding="utf-8")
    script = "import sys, bot.dossier.pack as p; sys.stdout.buffer.write(p.packed(open(sys.argv[1]).read()))"
    elsewhere = {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "7", "SOURCE_DATE_EPOCH": "1"}
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", script, str(tmp_path / "made.json")],
        env=elsewhere,
        capture_output=True,
        check=True,
        cwd=Path(__file__).parents[3],
    )
    assert done.stdout == whole


def test_the_chain_is_checked_with_the_few_lines_that_stand_above_it(whole: bytes, tmp_path: Path) -> None:
    found = files(whole)
    (tmp_path / "chain.txt").write_bytes(found["chain.txt"])
    above = [line[2:] for line in found["chain.txt"].decode().splitlines() if line.startswith("# ")]
    script = "\n".join(above[above.index("import hashlib") :])
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, check=True, text=True)
    seal = done.stdout.strip()
    assert json.loads(found["manifest.json"])["chain"]["last"] == seal
    assert seal in read(found["dossier.html"]).words
    broken = found["chain.txt"].replace(b'"step":"filed"', b'"step":"done"', 1)
    (tmp_path / "chain.txt").write_bytes(broken)
    assert subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True).returncode == 1


# --- the page


def test_the_page_shows_all_that_was_written_as_text(whole: bytes) -> None:
    reader = read(files(whole)["dossier.html"])
    for said in (*HOSTILE.values(), NOTE):
        assert visible(said) in reader.words or said == "60"
    assert not {"script", "b", "img", "iframe", "link"} & reader.tags
    assert reader.handlers == []


def test_the_page_needs_nothing_from_elsewhere(whole: bytes) -> None:
    found = files(whole)["dossier.html"].decode()
    reader = read(found.encode())
    assert [each for each in reader.addresses if not each.startswith("#")] == []
    assert "url(" not in found
    assert "@import" not in found
    assert "default-src 'none'" in found


@slowly
@given(st.text(max_size=200))
def test_no_text_becomes_part_of_the_page(said: str) -> None:
    plain = read(page(shown(text("x"))))
    reader = read(
        page(
            shown(
                text(said),
                {"is": "facts", "rows": [{"label": said, "value": said}]},
                {"is": "table", "head": [said], "rows": [[said]], "widths": [1]},
            )
        )
    )
    assert reader.tags - plain.tags <= {"dl", "div", "dt", "dd", "br"} | {
        *("table", "colgroup", "col", "thead", "tr", "th", "tbody", "td")
    }
    assert reader.handlers == plain.handlers
    assert visible(said).strip() in reader.words


# --- the sheets


@slowly
@given(st.text(max_size=60))
def test_no_cell_begins_as_a_formula(said: str) -> None:
    assert not safe(said).lstrip().startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))
    assert safe(said).removeprefix("'") == said or said.startswith("'")


@pytest.mark.parametrize("begin", ["=1+1", "+1", "-1", "@sum", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "＝1"])
def test_what_a_spreadsheet_would_reckon_with_is_text(begin: str) -> None:
    assert safe(begin) == f"'{begin}"


def test_the_sheets_have_a_row_for_everything(whole: bytes, made: str) -> None:
    found, facts = files(whole), json.loads(made)["facts"]
    for name, listed in (("items.csv", "items"), ("history.csv", "entries"), ("consents.csv", "consents")):
        rows = list(csv.DictReader(io.StringIO(found[name].decode("utf-8-sig"), newline="")))
        assert len(rows) == len(facts[listed]) > 0
        assert not [value for row in rows for value in row.values() if value.startswith(("=", "+", "-", "@", "\t"))]
    items = list(csv.DictReader(io.StringIO(found["items.csv"].decode("utf-8-sig"), newline="")))
    assert items[0]["field_what"] == f"'{HOSTILE['what']}"
    assert items[1]["dates"] == "2027-03-05 2027-03-12 2027-03-19"


# --- paper


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=120))
def test_every_text_can_be_put_on_paper(said: str) -> None:
    told = shown(
        {"is": "heading", "level": 1, "text": said},
        {"is": "facts", "rows": [{"label": said, "value": said, "link": None}]},
        {"is": "table", "head": [said, said], "rows": [[said, said]], "widths": [1, 2]},
    )
    assert paper(told, "2027-03-01T08:30:00Z").startswith(b"%PDF-")


@pytest.mark.parametrize("said", ['#read("/etc/passwd")', "$ x", "*a* _b_ `c` <d> @e", "= f", "\\u{41}", "]", "#{"])
def test_nothing_that_was_written_is_read_as_markup(said: str) -> None:
    assert paper(shown(text(said)), "2027-03-01T08:30:00Z").startswith(b"%PDF-")


def test_it_is_dated_at_the_moment_that_it_was_made(whole: bytes) -> None:
    assert b"20270302103500" in re.sub(rb"\D", b"", files(whole)["dossier.pdf"][-4000:]) or (
        b"2027-03-02T10:35:00" in files(whole)["dossier.pdf"]
    )


def test_what_is_too_thick_is_printed_in_volumes_and_can_be_checked(made: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(volumes, "THICK", 30)
    told: list[str] = []
    whole = packed(made, told.append)
    papers = [name for name in files(whole) if name.endswith(".pdf")]
    assert papers[0] == "dossier-1.pdf"
    assert len(papers) > 3
    assert told == [f"Making {name} ({at} of {len(papers)})" for at, name in enumerate(papers, start=1)]
    assert packed(made) == whole
    assert verify(whole)[1] == []
    for name in papers:
        changed = files(whole) | {name: files(whole)[name].replace(b"%PDF-1", b"%PDF-2", 1)}
        assert verify(zipped(changed))[1] == [f"{name} was changed."]
    assert f"{papers[2]} is missing." in verify(zipped({n: c for n, c in files(whole).items() if n != papers[2]}))[1]


def test_it_is_printed_elsewhere_as_it_would_be_here() -> None:
    told, made = shown(text("Vrijdag")), "2027-03-01T08:30:00Z"
    assert printed(told, made, tagged=True) == paper(told, made)
    assert printed(told, made, tagged=False) == paper(told, made, tagged=False) != paper(told, made)


def test_what_cannot_be_printed_is_said_to_be_so() -> None:
    with pytest.raises(Unprinted, match="exit status 1"):
        printed({"blocks": "nonsense"}, "2027-03-01T08:30:00Z", tagged=True)


# --- letters


@slowly
@given(st.text())
def test_what_turns_or_hides_text_is_left_out_and_the_rest_stays(said: str) -> None:
    seen = visible(said)
    assert not [each for each in seen if unicodedata.category(each) == "Cc" and each != "\n"]
    assert not {"\u202e", "\u2066", "\u200f"} & set(seen)
    assert visible(seen) == seen
    assert breakable(seen).replace("\u200b", "") == seen.replace("\u200b", "")


@pytest.mark.parametrize(
    ("said", "right"), [("abc", False), ("مرحبا", True), ("שלום a", True), ("1 a", False), ("", False)]
)
def test_what_reads_from_the_right_is_known(said: str, right: bool) -> None:
    assert from_right(said) is right


def test_only_long_words_get_places_to_break() -> None:
    assert breakable("een gewone zin") == "een gewone zin"
    assert max(len(piece) for piece in re.split("[ \u200b]", breakable("kort " + "x" * 500))) <= 12


# --- where it can be read again


def at(platform: str, channel: str, thread: str | None = None, message: str | None = None) -> str | None:
    return link({"platform": platform, "team": "T1", "channel": channel, "thread": thread, "message": message})


@pytest.mark.parametrize(
    ("where", "address"),
    [
        (("slack", "C1"), "https://slack.com/archives/C1"),
        (("slack", "C1", None, "1772440200.000100"), "https://slack.com/archives/C1/p1772440200000100"),
        (("slack", "C1", "1772440200.000100"), "https://slack.com/archives/C1/p1772440200000100"),
        (
            ("slack", "C1", "1772440200.000100", "1772440300.000200"),
            "https://slack.com/archives/C1/p1772440300000200?thread_ts=1772440200.000100&cid=C1",
        ),
        (("slack", "C1", None, 'x"><script>'), None),
        (("slack", "../x"), None),
        (
            ("teams", "19:a@thread.tacv2", None, "1772440200000"),
            "https://teams.microsoft.com/l/message/19%3Aa%40thread.tacv2/1772440200000"
            "?tenantId=T1&parentMessageId=1772440200000&createdTime=1772440200000",
        ),
        (("teams", "19:a@thread.tacv2"), "https://teams.microsoft.com/l/channel/19%3Aa%40thread.tacv2/?tenantId=T1"),
        (("teams", "a:chat", None, "1"), None),
        (("teams", "19:a@thread.tacv2", None, "javascript:"), None),
        (("playground", "C1", None, "m1"), None),
    ],
)
def test_an_address_is_made_of_ids_where_the_platform_has_one(where: tuple[str, ...], address: str | None) -> None:
    assert at(*where) == address


def test_an_address_is_written_out_and_can_be_followed(made: str) -> None:
    known = json.loads(made)
    for item in known["facts"]["items"]:
        item["where"]["platform"] = "slack"
    found = files(packed(json.dumps(known)))
    reader = read(found["dossier.html"])
    assert "https://slack.com/archives/C1" in reader.addresses
    assert "https://slack.com/archives/C1" in reader.words
    assert b"https://slack.com/archives/C1" in found["items.csv"]


def test_each_line_has_a_hash_of_its_own() -> None:
    assert lines(b"a\nb\na") == [*lines(b"a"), *lines(b"b"), *lines(b"a")]
