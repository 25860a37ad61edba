"""What is read from an export, whatever its plan and age."""

import json
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from bot.scan import slack_export
from bot.scan.archive import NotAnExport
from bot.scan.export import Written, read


def reading(path: Path) -> tuple[list[Written], list[str], Counter[str]]:
    problems: list[str] = []
    skipped: Counter[str] = Counter()
    return list(read(path, problems.append, skipped)), problems, skipped


def texts(path: Path) -> list[str]:
    return [message.text for message in reading(path)[0]]


@pytest.mark.parametrize("name", ["export", "export.zip", "wrapped.zip"])
def test_a_zip_a_folder_and_a_zip_with_a_folder_around_it_read_the_same(tmp_path, write, say, name):
    around = "Acme Slack export Mar 4 2024/" if name == "wrapped.zip" else ""
    files = {
        "users.json": [{"id": "U1", "team_id": "T1", "profile": {"email": "Ans@Maker.Example"}}],
        "channels.json": [{"id": "C1", "name": "support"}],
        "support/2024-03-05.json": [say("2024-03-05T09:00:00", "U1", "second day")],
        "support/2024-03-04.json": [
            say("2024-03-04T09:05:00", "U1", "later"),
            say("2024-03-04T09:00:00", "U1", "first"),
        ],
    }
    messages, problems, _ = reading(write(tmp_path / name, {around + key: value for key, value in files.items()}))
    assert [(m.channel, m.text) for m in messages] == [
        ("support", "first"),
        ("support", "later"),
        ("support", "second day"),
    ]
    assert {(m.team, m.domain) for m in messages} == {("T1", "maker.example")}
    assert messages[0].ts.isoformat() == "2024-03-04T09:00:00+00:00"
    assert problems == []


def test_software_and_notices_are_not_people_talking(channel, say):
    path = channel(
        say("2024-03-04T09:00:00", "U1", "has joined", subtype="channel_join"),
        say("2024-03-04T09:00:01", "U1", "a deploy", bot_id="B1"),
        {"type": "message", "subtype": "bot_message", "username": "ci", "text": "green", "ts": "1709542802.000100"},
        say("2024-03-04T09:00:03", "U9", "I am an app"),
        say("2024-03-04T09:00:04", "USLACKBOT", "Reminder: stand-up"),
        say("2024-03-04T09:00:05", "U1", "gone", subtype="tombstone", hidden=True),
        say("2024-03-04T09:00:06", "U1", "waves", subtype="me_message"),
        say("2024-03-04T09:00:07", "U1", "", files=[{"id": "F1", "name": "plan.pdf"}]),
        users=[{"id": "U9", "is_bot": True}],
    )
    messages, _, skipped = reading(path)
    assert [m.text for m in messages] == ["waves"]
    assert skipped == {"bots": 4, "notices": 2, "without_text": 1}


def test_of_an_edited_message_the_last_text_counts_and_a_deleted_one_is_gone(channel, say):
    first = say("2024-03-04T09:00:00", "U1", "tomorow", edited={"user": "U1", "ts": "1709542900.000000"})
    logged = say("2024-03-04T09:05:00", "U1", "old wording")
    deleted = say("2024-03-04T09:06:00", "U1", "never mind")
    path = channel(
        first,
        logged,
        deleted,
        {"type": "message", "subtype": "message_changed", "hidden": True, "ts": "1709543200.000100"}
        | {"message": {"ts": logged["ts"], "user": "U1", "text": "new wording"}},
        {"type": "message", "subtype": "message_deleted", "hidden": True, "ts": "1709543300.000100"}
        | {"deleted_ts": deleted["ts"]},
    )
    messages, _, skipped = reading(path)
    assert [m.text for m in messages] == ["tomorow", "new wording"]
    assert skipped["deleted"] == 1


def test_an_upload_of_2016_gives_the_words_of_its_author_and_not_those_of_slack(channel, say):
    head = "<@U1|ans> uploaded a file: <https://files.example/x.png|x.png>"
    path = channel(
        say("2024-03-04T09:00:00", "U1", head, subtype="file_share", file={"id": "F1"}),
        say("2024-03-04T09:01:00", "U1", f"{head} and commented: look\nhere", subtype="file_share", upload=True),
        say("2024-03-04T09:02:00", "U1", head, subtype="file_share", file={"initial_comment": {"comment": "there"}}),
        say("2024-03-04T09:03:00", "U1", "the new way", subtype="file_share", files=[{"id": "F2"}]),
    )
    assert texts(path) == ["look\nhere", "there", "the new way"]


def test_markup_becomes_plain_text_and_the_lines_of_code_stay_lines(channel, say):
    path = channel(
        say("2024-03-04T09:00:00", "U1", "see <https://x.example/a|the page> &amp; tell <!channel>\n```\na &lt; b\n```")
    )
    (text,) = texts(path)
    assert "the page" in text
    assert "& tell" in text
    assert "a < b" in text.splitlines()
    assert "<!channel>" not in text
    assert "https://x.example/a|" not in text


def test_replies_know_their_thread_and_its_first_message_stays_in_the_channel(channel, say):
    parent = say("2024-03-04T09:00:00", "U1", "who can help?")
    parent |= {"thread_ts": parent["ts"], "reply_count": 1, "replies": [{"user": "U2", "ts": "1709629200.000000"}]}
    path = channel(
        parent,
        say("2024-03-04T09:01:00", "U2", "orphan", thread_ts="1400000000.000001"),
        **{
            "support/2024-03-05.json": [
                say("2024-03-05T09:00:00", "U2", "me", thread_ts=parent["ts"], parent_user_id="U1"),
                say("2024-03-05T09:01:00", "U2", "all of you", thread_ts=parent["ts"], subtype="thread_broadcast"),
            ]
        },
    )
    messages = reading(path)[0]
    assert [(m.text, m.thread, m.opens) for m in messages] == [
        ("who can help?", None, True),
        ("orphan", "1400000000.000001", False),
        ("me", parent["ts"], False),
        ("all of you", parent["ts"], False),
    ]


@pytest.mark.parametrize(
    ("row", "user", "team", "domain"),
    [
        ({"team": "THOST", "user_team": "TOWN", "source_team": "TOWN"}, {}, "TOWN", None),
        ({"team": "THOST", "user_profile": {"team": "TOWN"}}, {}, "TOWN", None),
        ({"team": "TOWN"}, {"team_id": "TOLD"}, "TOWN", None),
        ({}, {"team_id": "TOWN", "deleted": True, "profile": {}}, "TOWN", None),
        ({}, {}, None, None),
        ({"team": "THOST"}, {"is_restricted": True, "profile": {"email": "g@guest.example"}}, None, "guest.example"),
        ({"team": "THOST", "user_profile": {"is_ultra_restricted": True}}, {}, None, None),
        ({"team": 7, "user_profile": []}, {"team_id": None, "profile": None}, None, None),
    ],
)
def test_the_home_of_an_author_is_found_wherever_an_export_tells_it(channel, say, row, user, team, domain):
    path = channel(say("2024-03-04T09:00:00", "U1", "hello", **row), users=[{"id": "U1", **user}] if user else [])
    (message,) = reading(path)[0]
    assert (message.team, message.domain) == (team, domain)


def test_an_export_of_a_grid_names_channels_of_the_same_name_apart(tmp_path, write, say):
    path = write(
        tmp_path / "grid.zip",
        {
            "org_users.json": [{"id": "U1", "team_id": "T1"}],
            "teams/maker/general/2024-03-04.json": [say("2024-03-04T09:00:00", "U1", "one")],
            "teams/client/general/2024-03-04.json": [say("2024-03-04T09:00:00", "U1", "two")],
            "teams/client/billing/2024-03-04.json": [say("2024-03-04T09:00:00", "U1", "three")],
        },
    )
    assert {m.channel for m in reading(path)[0]} == {"teams/maker/general", "teams/client/general", "billing"}


def test_private_channels_are_read_and_direct_messages_never(tmp_path, write, say):
    day = [say("2024-03-04T09:00:00", "U1", "hello")]
    path = write(
        tmp_path / "export.zip",
        {
            "users.json": [],
            "groups.json": [{"id": "G1", "name": "steering"}],
            "dms.json": [{"id": "D01ABCDEF", "members": ["U1", "U2"]}],
            "mpims.json": [{"id": "G2", "name": "three-of-us"}],
            "steering/2024-03-04.json": day,
            "D01ABCDEF/2024-03-04.json": day,
            "three-of-us/2024-03-04.json": day,
            "mpdm-ans--bob--cem-1/2024-03-04.json": day,
        },
    )
    messages, _, skipped = reading(path)
    assert {m.channel for m in messages} == {"steering"}
    assert skipped == {"direct_conversations": 3}


def test_a_channel_name_that_slack_did_not_mark_as_utf_8_is_still_spelled_right(tmp_path, say):
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("users.json", "[]")
        archive.writestr("b--r/2024-03-04.json", json.dumps([say("2024-03-04T09:00:00", "U1", "hello")]))
    path.write_bytes(path.read_bytes().replace(b"b--r/", "bür/".encode()))
    assert [m.channel for m in reading(path)[0]] == ["bür"]


def test_broken_files_are_named_and_the_rest_is_read(channel, say):
    path = channel(
        say("2024-03-04T09:00:00", "U1", "still here"),
        **{
            "support/2024-03-05.json": b'[{"type": "message", "text": "cut o',
            "support/2024-03-06.json": {"ok": False},
            "support/2024-03-07.json": b"\xff\xfe\x00",
            "support/2024-03-08.json": b"[" * 200_000,
            "support/2024-03-09.json": [7, None, "x", [], {}],
            "support/2024-03-10.json": b"",
        },
    )
    messages, problems, skipped = reading(path)
    assert [m.text for m in messages] == ["still here"]
    assert [problem.partition(":")[0] for problem in problems] == [
        f"support/2024-03-{day}.json" for day in ("05", "06", "07", "08", "10")
    ]
    assert skipped["broken_files"] == 5


def test_a_damaged_or_locked_part_of_a_zip_is_named_and_the_rest_is_read(tmp_path, write, say):
    path = write(
        tmp_path / "export.zip",
        {
            "users.json": [],
            "support/2024-03-04.json": [say("2024-03-04T09:00:00", "U1", "still here")],
            "support/2024-03-05.json": [say("2024-03-05T09:00:00", "U1", "lost")],
            "support/2024-03-06.json": [say("2024-03-06T09:00:00", "U1", "locked")],
        },
    )
    with zipfile.ZipFile(path) as archive:
        lost = archive.getinfo("support/2024-03-05.json").header_offset
    data = bytearray(path.read_bytes())
    data[lost + 60 : lost + 90] = bytes(30)
    in_directory = data.rindex(b"support/2024-03-06.json") - 46
    data[in_directory + 8] |= 1
    path.write_bytes(bytes(data))
    messages, problems, _ = reading(path)
    assert [m.text for m in messages] == ["still here"]
    assert [problem.partition(":")[0] for problem in problems] == [
        "support/2024-03-05.json",
        "support/2024-03-06.json",
    ]


def test_a_file_that_unpacks_to_more_than_the_limit_is_left_alone(tmp_path, write, say, monkeypatch):
    monkeypatch.setattr(slack_export, "DAY_LIMIT", 1_000_000)
    path = write(
        tmp_path / "bomb.zip",
        {
            "users.json": [],
            "support/2024-03-04.json": b"[" + b" " * 5_000_000 + b"]",
            "support/2024-03-05.json": [say("2024-03-05T09:00:00", "U1", "still here")],
        },
    )
    assert path.stat().st_size < 10_000
    messages, problems, _ = reading(path)
    assert [m.text for m in messages] == ["still here"]
    assert problems[0].startswith("support/2024-03-04.json: is larger than")


def test_names_that_lead_out_of_the_export_are_named_and_left_alone(tmp_path, write, say):
    day = [say("2024-03-04T09:00:00", "U1", "hello")]
    path = write(
        tmp_path / "slip.zip",
        {
            "users.json": [],
            "../../outside/2024-03-04.json": day,
            "/elsewhere/2024-03-04.json": day,
            "..\\up\\2024-03-04.json": day,
            "__MACOSX/support/2024-03-04.json": day,
            "support/2024-03-04.json": day,
        },
    )
    messages, problems, _ = reading(path)
    assert [m.channel for m in messages] == ["support"]
    assert len(problems) == 3
    assert not (tmp_path.parent / "outside").exists()


def test_a_link_in_a_folder_is_not_followed(channel, tmp_path, say):
    (tmp_path / "secret.json").write_text(json.dumps([say("2024-03-05T09:00:00", "U1", "secret")]))
    path = channel(say("2024-03-04T09:00:00", "U1", "hello"))
    (path / "support/2024-03-05.json").symlink_to(tmp_path / "secret.json")
    assert texts(path) == ["hello"]


def test_hostile_rows_do_no_harm(channel, say):
    path = channel(
        say("2024-03-04T09:00:00", "U1", "fine \ud83d half an emoji"),
        {"type": "message", "user": "U1", "text": "no time"},
        {"type": "message", "user": "U1", "text": "no number", "ts": "soon"},
        {"type": "message", "user": "U1", "text": "not a time", "ts": "nan"},
        {"type": "message", "user": "U1", "text": "far away", "ts": "9e99"},
        {"type": "message", "user": ["U1"], "text": "who", "ts": "1709542800.1"},
        {"type": "message", "user": "U1", "text": {"a": 1}, "ts": "1709542801.1"},
        {"type": "message", "user": "U1", "text": "odd kind", "ts": "1709542802.1", "subtype": [], "thread_ts": 5},
        {"type": [], "user": "U1", "text": "odd type", "ts": "1709542803.1"},
    )
    messages, _, skipped = reading(path)
    assert [m.text.encode() for m in messages] == [b"fine ? half an emoji", b"odd kind"]
    assert skipped == {"without_time": 4, "notices": 2, "without_text": 1}


def test_what_is_no_export_says_what_was_looked_for(tmp_path, write):
    (tmp_path / "text.zip").write_text("not a zip")
    for path in (
        tmp_path / "nowhere",
        tmp_path / "text.zip",
        write(tmp_path / "empty.zip", {}),
        write(tmp_path / "half", {"users.json": []}),
    ):
        with pytest.raises(NotAnExport, match=path.name):
            reading(path)
    with pytest.raises(NotAnExport, match=r"CHANNEL/YYYY-MM-DD\.json"):
        reading(tmp_path / "half")
