"""Exports that no platform made: whatever is in them, reading ends, names what is broken and stays inside."""

import json
import zipfile
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.scan.archive import NotAnExport
from bot.scan.export import Written, read

TEXT = st.text(max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(TEXT, inside, max_size=3),
    max_leaves=6,
)
SLACK = (
    *("type", "subtype", "user", "text", "ts", "thread_ts", "message", "deleted_ts", "blocks", "elements", "files"),
    *("file", "comment", "user_profile", "user_team", "team", "bot_id", "replies", "hidden", "id", "name", "profile"),
)
TEAMS = (
    *("id", "messageType", "createdDateTime", "from", "user", "body", "content", "contentType", "channelIdentity"),
    *("channelId", "teamId", "replyToId", "replies", "value", "displayName", "mail", "userPrincipalName", "subject"),
)
LIKELY = st.sampled_from(["message", "message_changed", "file_share", "rich_text", "rich_text_section", "html", "1.5"])
IN_CHANNEL = {"channelIdentity": {"teamId": "t", "channelId": "c"}, "from": {"user": {"id": "u"}}}


def rows(names: tuple[str, ...], **sure: Any) -> st.SearchStrategy[bytes]:
    """JSON with the names of a platform and anything behind them; now and then cut off or spoilt."""
    inside = st.deferred(lambda: JSON | LIKELY | row)
    row = st.dictionaries(st.sampled_from(names), inside, max_size=6)
    whole = st.lists(row.map(lambda made: sure | made) | JSON, max_size=4).map(lambda made: json.dumps(made).encode())
    cut = st.tuples(whole, st.integers(0, 200)).map(lambda made: made[0][: made[1]])
    return whole | cut | st.binary(max_size=30)


SLACK_ROWS = rows(SLACK, type="message", user="U1", ts="1709542800.1")
TEAMS_ROWS = rows(TEAMS, id="1", createdDateTime="2024-03-04T09:00:00Z", messageType="message", **IN_CHANNEL)
NAMES = st.sampled_from(
    [
        *("users.json", "channels.json", "dms.json", "a/2024-03-04.json", "a/2024-03-05.json", "a\\2024-03-06.json"),
        *("../b/2024-03-04.json", "/c/2024-03-04.json", "C:/d/2024-03-04.json", "/", ".json"),
    ]
)
freely = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def reading(path: Path) -> list[Written]:
    problems: list[str] = []
    skipped: Counter[str] = Counter()
    try:
        found = list(read(path, problems.append, skipped))
    except NotAnExport:
        return []
    assert all(problem.isprintable() for problem in problems)
    assert all(message.text and message.channel.isprintable() and message.text.encode() for message in found)
    return found


@freely
@given(st.dictionaries(NAMES, SLACK_ROWS, max_size=5))
def test_any_zip_in_the_shape_of_slack(files: dict[str, bytes]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "inside", "export.zip")
        path.parent.mkdir()
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        assert not any(message.channel in ("b", "c") for message in reading(path))
        assert [file.name for file in Path(folder).rglob("*")] == ["inside", "export.zip"]


@freely
@given(st.lists(TEAMS_ROWS, min_size=1, max_size=3))
def test_any_folder_in_the_shape_of_teams(contents: list[bytes]) -> None:
    with TemporaryDirectory() as folder:
        for number, content in enumerate(contents):
            Path(folder, f"{number}.json").write_bytes(content)
        reading(Path(folder))


@freely
@given(st.data())
def test_a_zip_with_bytes_changed_at_random(data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "export.zip")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("users.json", "[]")
            for day in (4, 5):
                row = {"type": "message", "user": "U1", "ts": f"170954280{day}.1", "text": "hello " * 9}
                archive.writestr(f"support/2024-03-0{day}.json", json.dumps([row]))
        spoilt = bytearray(path.read_bytes())
        for place in data.draw(st.lists(st.integers(0, len(spoilt) - 1), min_size=1, max_size=4)):
            spoilt[place] = data.draw(st.integers(0, 255))
        path.write_bytes(bytes(spoilt))
        reading(path)
