"""What is too thick for one PDF comes in volumes: every item stands in one of them, with all of its history."""

import json
from itertools import pairwise
from typing import Any
from unittest.mock import patch

import pytest
from dossiers import asked_for, much_happened
from hypothesis import given, settings
from hypothesis import strategies as st
from story import Story

from handlers.dossier import told, volumes
from prompts import phrasebook

NL = phrasebook("nl")
FEW = 100
"""Lines of a thin volume."""
slowly = settings(deadline=None)
AT = {"utc": "2027-03-01T08:30:00Z", "local": "2027-03-01T09:30:00+01:00"}


def imagined(lengths: list[int], *, thick: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """A dossier with an item of each of these lengths, of two kinds in turn."""
    numbers = [(("feedback", "FB"), ("promise", "TZ"))[at % 2] + (at // 2 + 1,) for at in range(len(lengths))]
    items = [{"kind": k, "code": f"{c}-{n}", "number": n, "filed": AT} for k, c, n in numbers]
    blocks: list[dict[str, Any]] = [told.heading(1, "t"), told.labelled([("a", "b")]), told.heading(2, "items")]
    blocks.append({"is": "table", "head": ["a"], "rows": [[i["code"]] for i in items], "widths": [1], "leads": True})
    for item, length in zip(items, lengths, strict=True):
        blocks.append({**told.heading(3, str(item["code"])), "anchor": item["code"]})
        blocks.append({"is": "table", "head": ["a"], "rows": [["x"]] * length, "widths": [1]})
    blocks += [told.heading(2, "consents"), {"is": "table", "head": ["a"], "rows": [["y"]] * thick, "widths": [1]}]
    whole = {"language": "nl", "title": "Dossier", "foot": "Dossier", "page": "p", "blocks": blocks}
    return whole, {"made": AT, "items": items, "entries": [{"hash": "ab"}]}


def anchors(volume: volumes.Volume) -> list[str]:
    """The items of which a volume has the history."""
    return [block["anchor"] for block in volume["blocks"] if "anchor" in block]


def listed(volume: volumes.Volume) -> list[str]:
    """The items that a volume has in the list at its beginning."""
    return [row[0] for block in volume["blocks"] if block.get("leads") for row in block["rows"]]


def lines(volume: volumes.Volume) -> int:
    """The rows of the tables of its items."""
    return sum(len(block["rows"]) for block in volume["blocks"] if block["is"] == "table" and not block.get("leads"))


def test_what_fits_is_one() -> None:
    whole, facts = imagined([3, 4], thick=1)
    assert volumes.in_volumes(whole, facts) == {"dossier.pdf": whole}


def test_a_dossier_without_items_is_one_however_much_else_there_is() -> None:
    whole = {"language": "nl", "blocks": [{"is": "table", "head": [], "rows": [["x"]] * volumes.THICK * 2}]}
    assert volumes.in_volumes(whole, {"items": []}) == {"dossier.pdf": whole}


@patch.object(volumes, "THICK", FEW)
@slowly
@given(st.lists(st.integers(0, 120), min_size=1, max_size=30))
def test_every_item_stands_in_one_volume_in_order_and_no_volume_is_too_thick(lengths: list[int]) -> None:
    whole, facts = imagined(lengths, thick=FEW)
    found = volumes.in_volumes(whole, facts)
    first, *others = found.values()
    codes = [item["code"] for item in facts["items"]]
    assert [code for volume in others for code in anchors(volume)] == codes
    assert [listed(volume) for volume in others] == [anchors(volume) for volume in others]
    assert [lines(volume) for volume in others if len(anchors(volume)) > 1 and lines(volume) > FEW] == []
    blocks = [block for volume in others for block in volume["blocks"]]
    begin = whole["blocks"].index(next(block for block in whole["blocks"] if "anchor" in block))
    assert [block for block in whole["blocks"][begin:-2] if block not in blocks] == []
    assert anchors(first) == listed(first) == []
    assert whole["blocks"][-2:] == first["blocks"][-2:]


@patch.object(volumes, "THICK", FEW)
@slowly
@given(st.lists(st.integers(20, 90), min_size=9, max_size=40))
def test_the_general_one_says_where_every_item_is_and_no_two_are_as_thin_as_one(lengths: list[int]) -> None:
    whole, facts = imagined(lengths, thick=0)
    names, (first, *others) = zip(*volumes.in_volumes(whole, facts).items(), strict=True)
    (table,) = [block for block in first["blocks"] if block.get("head") == list(NL.list("dossier.head.volumes"))]
    assert [row[0] for row in table["rows"]] == [f"{at} · {name}" for at, name in enumerate(names[1:], start=2)]
    assert list(names) == sorted(names)
    for row, volume in zip(table["rows"], others, strict=True):
        ends = [end for run in row[2].split("\n") for end in run.split(" tot en met ")]
        assert set(ends) <= set(anchors(volume))
        assert {anchors(volume)[0], anchors(volume)[-1]} <= set(ends)
    assert all(lines(one) + lines(next_one) > FEW for one, next_one in pairwise(others))


def test_long_words_weigh_more_than_short_ones() -> None:
    whole, facts = imagined([1, 1], thick=0)
    whole["blocks"][5]["rows"] = [["x" * volumes.LINE * volumes.THICK]]
    assert [len(anchors(volume)) for volume in volumes.in_volumes(whole, facts).values()] == [0, 1, 1]


@pytest.mark.parametrize("language", ["nl", "en"])
async def test_each_says_which_it_is_and_is_tied_to_the_others_by_the_last_number(
    story: Story, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    await much_happened(story)
    monkeypatch.setattr(volumes, "THICK", 30)
    facts = json.loads((await asked_for(story)).content)["facts"]
    facts["entries"][-1]["hash"] = "the-last-number"
    found = volumes.in_volumes(told.in_words(language, facts), facts)
    book = phrasebook(language)
    assert len(found) > 3
    for number, volume in enumerate(found.values(), start=1):
        which = {"number": str(number), "count": str(len(found))}
        assert volume["blocks"][0]["text"] == volume["title"]
        assert volume["title"].endswith(book.say("dossier.volume_title", title="", **which))
        assert volume["foot"].endswith(book.say("dossier.volume_foot", foot="", **which))
    for volume in list(found.values())[1:]:
        assert {"label": book.say("dossier.seal"), "value": "the-last-number"} in volume["blocks"][1]["rows"]
