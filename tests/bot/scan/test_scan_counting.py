"""What is counted, and what the ear is asked."""

import json
import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import add
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from scan_ear import FakeEar, promised

from bot.ear import together
from bot.scan import bursts
from bot.scan.bursts import CONTEXT
from bot.scan.count import Ears, scan, survey
from bot.scan.figures import SIDE
from bot.scan.sides import NobodyMatched, Sides
from bot.scan.state import State
from bot.scan.tally import PARTS, Counted, Tally
from prompts.ear import CLIENT_PATTERNS, SUPPLIER_PATTERNS

SIDES = {"suppliers": ["TMAKER"], "clients": ["client.example"]}
PEOPLE = [
    {"id": "S1", "team_id": "TMAKER"},
    {"id": "S2", "team_id": "TMAKER"},
    {"id": "C1", "team_id": "TOTHER", "profile": {"email": "ann@it.client.example"}},
    {"id": "X1", "team_id": "TSTRANGE"},
]


def scanned(path: Path, ear: Any, suppliers: Any = SIDES["suppliers"], clients: Any = SIDES["clients"]) -> Counted:
    sides = Sides(suppliers, clients)
    state = State(path.parent / "state.jsonl", "")
    ears = Ears(ear, promised, lambda done, total: None, lambda problem: None)
    return scan(path, sides, ZoneInfo("Europe/Amsterdam"), ears, state).counted


def test_the_patterns_are_those_of_the_ear():
    assert set(SIDE) == {*SUPPLIER_PATTERNS, *CLIENT_PATTERNS, "impact_feedback"}


def test_everything_is_counted_in_every_part_and_nobody_can_be_found_in_it(tmp_path, write, say):
    path = write(
        tmp_path / "export.zip",
        {
            "users.json": PEOPLE,
            "support/2024-12-30.json": [
                say("2024-12-30T09:00:00", "C1", "hoi, impactless_complaint for sure"),
                say("2024-12-30T09:10:00", "S1", "normalising, promise with owner"),
                say("2024-12-30T09:20:00", "X1", "normalising"),
            ],
            "billing/2025-01-08.json": [say("2025-01-08T18:00:00", "S2", "normalising for sure")],
        },
    )
    counted = scanned(path, FakeEar())
    assert counted.whole.counts == {
        "messages/client": 1,
        "messages/supplier": 2,
        "messages/unknown": 1,
        "judged/client": 1,
        "judged/supplier": 2,
        "heard/impactless_complaint": 1,
        "sure/impactless_complaint": 1,
        "heard/normalising": 2,
        "sure/normalising": 1,
        "complaint/impactless_complaint": 1,
        "reply/impactless_complaint/10": 1,
        "open/impactless_complaint/2024-12-30": 1,
        "promise/supplier/made": 1,
        "promise/supplier/owner": 1,
    }
    assert {part: sorted(groups) for part, groups in counted.parts.items()} == {
        "all": ["all"],
        "channels": ["billing", "support"],
        "weeks": ["2025-W01", "2025-W02"],
        "moments": ["1 morning", "3 evening"],
        "languages": ["en", "nl"],
    }
    kept = json.dumps(counted.as_json())
    assert not any(name in kept for name in ("S1", "C1", "X1", "hoi", "for sure", "TMAKER", "client.example"))


def asked(channel: Any, *rows: dict[str, Any], **others: Any) -> list[tuple[str, str, str | None]]:
    ear = FakeEar()
    scanned(channel(*rows, users=PEOPLE, **others), ear)
    return ear.asked


def test_short_messages_in_a_row_are_judged_as_one(channel, say):
    assert asked(
        channel,
        say("2024-03-04T09:00:00", "S1", "I looked"),
        say("2024-03-04T09:01:00", "S1", "and it works here"),
        say("2024-03-04T09:02:01", "S1", "a minute and a second later"),
    ) == [("I looked\nand it works here", "supplier", None), ("a minute and a second later", "supplier", None)]


def test_a_burst_ends_when_another_speaks_and_after_five_minutes(channel, say):
    texts = [
        text
        for text, *_ in asked(
            channel,
            say("2024-03-04T09:00:00", "S1", "one"),
            say("2024-03-04T09:00:10", "X1", "hm"),
            say("2024-03-04T09:00:20", "S1", "two"),
            *(say(f"2024-03-04T10:0{n}:00", "S2", f"{n}") for n in range(8)),
        )
    ]
    assert texts == ["one", "two", "0\n1\n2\n3\n4\n5", "6\n7"]


def test_two_threads_at_once_are_two_conversations(channel, say):
    first, second = say("2024-03-04T09:00:00", "C1", "slow"), say("2024-03-04T09:00:05", "C1", "broken")
    first["thread_ts"], second["thread_ts"] = first["ts"], second["ts"]
    heard = asked(
        channel,
        first,
        second,
        say("2024-03-04T11:30:00", "S1", "about slow", thread_ts=first["ts"]),
        say("2024-03-04T11:30:10", "S1", "about broken", thread_ts=second["ts"]),
        say("2024-03-04T11:30:20", "S1", "slow again", thread_ts=first["ts"]),
    )
    assert ("about slow\nslow again", "supplier", "slow") in heard
    assert ("about broken", "supplier", "broken") in heard
    assert ("slow\nbroken", "client", None) in heard


def test_the_context_is_the_other_sides_last_two_hours_newest_first(channel, say):
    heard = asked(
        channel,
        say("2024-03-04T08:59:59", "C1", "too long ago"),
        say("2024-03-04T09:00:00", "C1", "first"),
        say("2024-03-04T09:30:00", "X1", "a stranger"),
        say("2024-03-04T10:00:00", "C1", "second"),
        say("2024-03-04T10:30:00", "S2", "a colleague"),
        say("2024-03-04T11:00:00", "S1", "answer"),
    )
    assert heard[-1] == ("answer", "supplier", "second\nfirst")


def test_context_is_kept_short(channel, say):
    rows = [say(f"2024-03-04T09:{n:02}:00", "C1", f"{n:02}" + "x" * 500) for n in range(0, 40, 2)]
    *_, (text, _, context) = asked(channel, *rows, say("2024-03-04T09:59:00", "S1", "answer"))
    assert text == "answer"
    assert context
    assert len(context) <= CONTEXT
    assert [line[:2] for line in context.splitlines()] == ["38", "36", "34", "32"]


@pytest.mark.parametrize("marked", [True, False])
def test_a_thread_keeps_its_context_when_it_goes_on_another_day(channel, say, marked):
    parent = say("2024-03-04T16:00:00", "C1", "the labels will not print")
    heard = asked(
        channel,
        parent | ({"thread_ts": parent["ts"], "reply_count": 2} if marked else {}),
        **{
            "support/2024-03-06.json": [
                say("2024-03-06T09:00:00", "S1", "which printer?", thread_ts=parent["ts"]),
                say("2024-03-06T09:05:00", "C1", "the one in the hall", thread_ts=parent["ts"]),
                say("2024-03-06T09:10:00", "S1", "thanks", thread_ts=parent["ts"]),
            ]
        },
    )
    assert ("which printer?", "supplier", "the labels will not print") in heard
    assert ("the one in the hall", "client", "which printer?") in heard
    assert ("thanks", "supplier", "the one in the hall\nthe labels will not print") in heard


@pytest.mark.parametrize("marked", [True, False])
def test_the_first_message_of_a_thread_is_known_however_busy_the_channel_was_since(channel, say, marked):
    parent = say("2024-03-04T08:00:00", "C1", "the labels will not print")
    heard = asked(
        channel,
        parent | ({"reply_count": 1} if marked else {}),
        *(say(f"2024-03-04T09:{n:02}:00", "C1", "something else") for n in range(30)),
        *([] if marked else [say("2024-03-04T10:00:00", "S1", "which printer?", thread_ts=parent["ts"])]),
        **{"support/2024-03-05.json": [say("2024-03-05T10:00:00", "S1", "solved?", thread_ts=parent["ts"])]},
    )
    assert ("solved?", "supplier", "the labels will not print") in heard


def test_however_many_threads_are_open_none_loses_what_was_said(channel, say, monkeypatch):
    monkeypatch.setattr(bursts, "_OPEN_THREADS", 3)
    heard = asked(
        channel,
        *(say(f"2024-03-04T09:{n:02}:00", "C1", f"issue {n}", thread_ts=f"150000000{n}.000001") for n in range(9)),
        say("2024-03-04T10:00:00", "S1", "about the first", thread_ts="1500000000.000001"),
        say("2024-03-04T10:01:00", "S1", "about the last", thread_ts="1500000008.000001"),
    )
    assert sorted(text for text, side, _ in heard if side == "client") == [f"issue {n}" for n in range(9)]
    assert ("about the first", "supplier", None) in heard
    assert ("about the last", "supplier", "issue 8") in heard


def test_a_reply_whose_thread_began_before_the_export_is_judged_without_context(channel, say):
    assert asked(channel, say("2024-03-04T09:00:00", "S1", "done", thread_ts="1500000000.000001")) == [
        ("done", "supplier", None)
    ]


def test_one_channel_is_no_context_for_another(channel, say):
    heard = asked(
        channel,
        say("2024-03-04T09:05:00", "S1", "answer"),
        **{"aaa/2024-03-04.json": [say("2024-03-04T09:00:00", "C1", "elsewhere")]},
    )
    assert ("answer", "supplier", None) in heard


@pytest.mark.parametrize(
    ("suppliers", "clients", "side"),
    [
        (["@Maker.Example"], ["TX"], "supplier"),
        (["TMAKER"], ["other.example"], "supplier"),
        (["TMAKER"], ["desk.maker.example"], "client"),
        (["maker.example"], ["desk.maker.example"], "client"),
        (["aker.example", "TX"], ["TMAKER"], "client"),
    ],
)
def test_the_nearest_domain_goes_before_the_team(channel, say, suppliers, clients, side):
    users = [{"id": "U1", "team_id": "TMAKER", "profile": {"email": "ans@desk.maker.example"}}]
    counted = scanned(channel(say("2024-03-04T09:00:00", "U1", "hello"), users=users), FakeEar(), suppliers, clients)
    assert counted.whole.counts[f"messages/{side}"] == 1


@pytest.mark.parametrize(
    ("suppliers", "clients"), [(["TELSE"], ["else.example"]), (["TMAKER"], []), ([], ["client.example"])]
)
def test_who_matches_nobody_learns_whom_there_is_before_anything_is_heard(channel, say, suppliers, clients):
    path = channel(say("2024-03-04T09:00:00", "S1", "a"), say("2024-03-04T09:00:00", "C1", "b"), users=PEOPLE)
    with pytest.raises(NobodyMatched) as nobody:
        survey(path, Sides(suppliers, clients), lambda done, total: None, lambda problem: None)
    assert nobody.value.found == {("TMAKER", None): 1, ("TOTHER", "it.client.example"): 1}


def test_progress_runs_to_the_end_of_the_files(channel, say):
    steps: list[tuple[int, int]] = []
    path = channel(
        say("2024-03-04T09:00:00", "S1", "a"), users=PEOPLE, **{"support/2024-03-05.json": [], "x/2024-03-05.json": []}
    )
    ears = Ears(FakeEar(), promised, lambda done, total: steps.append((done, total)), lambda problem: None)
    scan(path, Sides(["TMAKER"], []), ZoneInfo("UTC"), ears, State(path.parent / "state.jsonl", ""))
    assert len(steps) >= 1
    assert steps[-1][0] == steps[-1][1] > 0


def test_the_real_ear_hears_a_real_export(channel, say):
    path = channel(
        say("2024-03-04T09:00:00", "C1", "Bestellen lukt al de hele ochtend niet, er staan mensen te wachten."),
        say("2024-03-04T09:05:00", "S1", "Dat gebeurt wel vaker bij dit soort koppelingen, dat is normaal."),
        say("2024-03-04T09:30:00", "S2", "```\nDat gebeurt wel vaker, dat is normaal.\n```"),
        users=PEOPLE,
    )
    counts = scanned(path, together).whole.counts
    assert counts["heard/normalising"] == 1
    assert counts["judged/supplier"] == 2
    assert counts["judged/client"] == 1


def test_words_in_order_of_time_come_out_in_order_of_time(channel, say):
    first = say("2024-03-04T09:00:00", "C1", "slow")
    heard = asked(
        channel,
        first,
        say("2024-03-04T09:05:00", "S1", "in the thread", thread_ts=first["ts"]),
        say("2024-03-04T09:10:00", "S1", "in the channel"),
        say("2024-03-04T09:15:00", "C1", "in the thread again", thread_ts=first["ts"]),
    )
    assert [text for text, *_ in heard] == ["slow", "in the thread", "in the channel", "in the thread again"]


WORDS = some.sampled_from([*SIDE, "impact_feedback for sure", "normalising for sure", "hello", "hoi promise date"])
ROWS = some.tuples(
    some.sampled_from(["alpha", "beta", "gamma"]),
    some.integers(0, 30 * 86_400),
    some.sampled_from(["S1", "S2", "C1", "X1"]),
    WORDS,
    some.none() | some.integers(0, 3),
)
ROLLING = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])


def export(write: Any, say: Any, rows: Any, folder: str, names: dict[str, str] | None = None) -> Path:
    """The rows as an export; channels can have other names, so that they come in another order."""
    start = datetime(2024, 2, 20, tzinfo=UTC)
    files: dict[str, list[Any]] = {"first/2024-01-01.json": [say("2024-01-01T09:00:00", "S1", "vague_deferral")]}
    for channel_name, second, author, text, thread in rows:
        at = start + timedelta(seconds=second)
        thread_ts = {} if thread is None else {"thread_ts": f"170000000{thread}.000000"}
        row = say(at.replace(tzinfo=None).isoformat(), author, text, **thread_ts)
        files.setdefault(f"{(names or {}).get(channel_name, channel_name)}/{at:%Y-%m-%d}.json", []).append(row)
    return write(Path(folder) / "export", {"users.json": PEOPLE, **files})


@given(some.lists(ROWS, max_size=40))
@ROLLING
def test_every_part_adds_up_to_the_whole(write, say, rows):
    ear = FakeEar()
    with tempfile.TemporaryDirectory() as folder:
        counted = scanned(export(write, say, rows, folder), ear)
    counts = counted.whole.counts
    parted = ("judged", "heard", "sure", "promise", "sign")
    for part in PARTS[1:]:
        total = reduce(add, counted.parts[part].values(), Tally())
        for key in {*total.counts, *counts}:
            if key.startswith(parted):
                assert total.counts[key] == counts[key], (part, key)
        assert total.authors == counted.whole.authors
    assert len(ear.asked) == sum(counts[f"judged/{side}"] for side in ("supplier", "client"))
    # Of two in one go the ear hears the first.
    first = [[label for label in SIDE if label in text and SIDE[label] == side][:1] for text, side, _ in ear.asked]
    asked_of = Counter(label for labels in first for label in labels)
    assert {label: counts[f"heard/{label}"] for label in SIDE} == {label: asked_of[label] for label in SIDE}
    assert all(counts[f"sure/{label}"] <= counts[f"heard/{label}"] for label in SIDE)
    for kind in ("impact_feedback", "impactless_complaint"):
        settled = sum(
            times
            for key, times in counts.items()
            if key.split("/")[0] in ("acknowledged", "never", "open") and key.split("/")[1] == kind
        )
        assert settled == counts[f"complaint/{kind}"] == counts[f"heard/{kind}"]


@given(some.lists(ROWS, max_size=25), some.permutations(["alpha", "beta", "gamma"]), some.randoms())
@ROLLING
def test_the_order_of_channels_and_of_the_rows_in_a_file_makes_no_difference(write, say, rows, order, chance):
    rows = list({row[:2]: row for row in rows}.values())
    names = dict(zip(["alpha", "beta", "gamma"], order, strict=True))
    mixed = list(rows)
    chance.shuffle(mixed)
    with tempfile.TemporaryDirectory() as folder:
        plain = scanned(export(write, say, rows, f"{folder}/a"), FakeEar())
        other = scanned(export(write, say, mixed, f"{folder}/b", names), FakeEar())
    assert plain.whole.counts == other.whole.counts
    for part in ("weeks", "moments", "languages"):
        assert {name: tally.counts for name, tally in plain.parts[part].items()} == {
            name: tally.counts for name, tally in other.parts[part].items()
        }
    for name, channel_name in names.items():
        before, after = (one.parts["channels"].get(each) for one, each in ((plain, name), (other, channel_name)))
        assert (before and before.counts) == (after and after.counts)
