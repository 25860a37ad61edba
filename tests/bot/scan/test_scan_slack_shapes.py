"""The shapes in which Slack, and what copies it, have written exports since 2015."""

from collections import Counter
from pathlib import Path
from typing import Any

from bot.scan.export import Written, read


def reading(path: Path) -> tuple[list[Written], list[str], Counter[str]]:
    problems: list[str] = []
    skipped: Counter[str] = Counter()
    return list(read(path, problems.append, skipped)), problems, skipped


def typed(*parts: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": "rich_text", "block_id": "x", "elements": list(parts)}]


def section(*pieces: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": list(pieces)}


def text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": words}


def test_a_message_without_text_is_read_from_its_blocks(channel, say):
    blocks = typed(
        section(
            text("See "),
            {"type": "link", "url": "https://x.example/a", "text": "the page"},
            text(" with "),
            {"type": "user", "user_id": "U2"},
            text(" in "),
            {"type": "channel", "channel_id": "C9"},
            {"type": "emoji", "name": "wave", "unicode": "1f44b"},
            {"type": "broadcast", "range": "here"},
            {"type": "date", "timestamp": 1, "fallback": " 4 March"},
            {"type": "link", "url": "https://x.example/b"},
        ),
        {"type": "rich_text_list", "style": "bullet", "elements": [section(text("one")), section(text("two & < 3"))]},
        {"type": "rich_text_quote", "elements": [text("said\nearlier")]},
        {"type": "rich_text_preformatted", "elements": [text("a <b>\nc")]},
    )
    path = channel(say("2024-03-04T09:00:00", "U1", "", blocks=blocks))
    (message,) = reading(path)[0]
    assert message.text.splitlines() == [
        "See the page with @U2 in #C9:wave:@here 4 Marchhttps://x.example/b",
        "• one",
        "• two & < 3",
        "> said",
        "> earlier",
        "```",
        "a <b>",
        "c",
        "```",
    ]


def test_where_there_is_text_the_blocks_are_not_read_twice_and_what_software_lays_out_is_nobodys_words(channel, say):
    laid_out = [{"type": "section", "text": {"type": "mrkdwn", "text": "Build 7 is green"}}]
    path = channel(
        say("2024-03-04T09:00:00", "U1", "hello", blocks=typed(section(text("hello")))),
        say("2024-03-04T09:01:00", "U1", "", blocks=laid_out),
    )
    messages, _, skipped = reading(path)
    assert [m.text for m in messages] == ["hello"]
    assert skipped == {"without_text": 1}


def test_blocks_of_any_shape_do_no_harm(channel, say):
    odd: list[Any] = [7, None, [], {}, "x", {"type": "rich_text"}, {"type": "rich_text", "elements": 7}]
    odd += [{"type": "rich_text", "elements": [7, {}, {"type": "rich_text_list", "elements": [7, {"elements": "x"}]}]}]
    odd += typed(section({"type": "text", "text": 7}, {"type": "user"}, {"type": []}, text("\ud83d fine")))
    path = channel(
        say("2024-03-04T09:00:00", "U1", "", blocks=odd), say("2024-03-04T09:01:00", "U1", "", blocks={"type": "x"})
    )
    (message,) = reading(path)[0]
    assert message.text.splitlines()[-1] == "@? fine"


def test_a_change_and_a_deletion_of_another_day_are_told_in_the_file_of_that_day(channel, say):
    early, late, kept = (say(f"2024-03-04T09:0{n}:00", "U1", f"number {n}") for n in range(3))
    log = {"type": "message", "hidden": True, "channel": "C1"}
    path = channel(
        early,
        late,
        kept,
        **{
            "support/2024-03-05.json": [
                log
                | {"subtype": "message_changed", "ts": "1709629200.000100"}
                | {"message": {"ts": early["ts"], "user": "U1", "text": "number &amp; nought"}},
                log | {"subtype": "message_deleted", "ts": "1709629300.000100", "deleted_ts": late["ts"]},
            ],
            "support/2024-03-06.json": b'{"message_deleted"',
        },
    )
    messages, problems, skipped = reading(path)
    assert [m.text for m in messages] == ["number & nought", "number 2"]
    assert skipped == {"deleted": 1, "notices": 2, "broken_files": 1}
    assert len(problems) == 1


def test_a_comment_under_a_file_of_2015_is_said_by_who_wrote_it(channel, say):
    row = say("2024-03-04T09:00:00", "", "<@U1|ans> commented on <@U2|bob>'s file <https://f.example|x>: look")
    del row["user"]
    path = channel(
        row | {"subtype": "file_comment", "comment": {"id": "Fc1", "user": "U1", "comment": "look &gt; here"}}
    )
    assert [(m.author, m.text) for m in reading(path)[0]] == [("U1", "look > here")]


def test_an_app_that_speaks_for_itself_is_no_person(channel, say):
    path = channel(
        say("2024-03-04T09:00:00", "U7", "form sent in", bot_profile={"id": "B1", "name": "Forms"}),
        say("2024-03-04T09:01:00", "U8", "next step"),
        say("2024-03-04T09:02:00", "U1", "huddle", subtype="huddle_thread", room={"id": "R1"}),
        say("2024-03-04T09:03:00", "U1", "canvas", subtype="document_mention"),
        users=[{"id": "U8", "is_workflow_bot": True}],
    )
    messages, _, skipped = reading(path)
    assert messages == []
    assert skipped == {"bots": 2, "notices": 2}


def test_people_of_the_other_organisation_stand_only_in_the_messages_and_strangers_have_a_home(channel, say):
    profile = {"display_name": "x", "team": "TOTHER", "is_restricted": False, "email": "x@other.example"}
    path = channel(
        say("2024-03-04T09:00:00", "U5", "from there", team="TOTHER", user_team="TOTHER", user_profile=profile),
        say("2024-03-04T09:01:00", "U6", "me too"),
        users=[{"id": "U6", "team_id": "TTHIRD", "is_stranger": True, "profile": {"real_name": "Stranger"}}],
    )
    assert [(m.team, m.domain) for m in reading(path)[0]] == [("TOTHER", "other.example"), ("TTHIRD", None)]


def test_comments_beside_a_canvas_are_not_a_channel(tmp_path, write, say):
    day = [say("2024-03-04T09:00:00", "U1", "hello")]
    path = write(
        tmp_path / "export.zip",
        {
            "users.json": [],
            "canvases.json": [{"id": "F07ABCDEFGH"}],
            "FC:F07ABCDEFGH:Plan/2024-03-04.json": day,
            "FC_F07ABCDEFGJ_Plan/2024-03-04.json": day,
            "fc-barcelona/2024-03-04.json": day,
        },
    )
    messages, _, skipped = reading(path)
    assert [m.channel for m in messages] == ["fc-barcelona"]
    assert skipped == {"canvas_comments": 2}


def test_channels_without_days_and_attachments_beside_them_are_no_trouble(channel, say):
    path = channel(
        say("2024-03-04T09:00:00", "U1", "hello"),
        **{
            "channels.json": [{"id": "C1", "name": "support"}, {"id": "C2", "name": "quiet", "members": None}, "odd"],
            "integration_logs.json": [],
            "support/attachments/F1-plan.pdf": b"%PDF",
            "support/canvas_in_the_conversation.json": [],
        },
    )
    messages, problems, skipped = reading(path)
    assert [m.channel for m in messages] == ["support"]
    assert problems == []
    assert skipped == {}


def test_a_name_that_a_mac_took_apart_is_put_together_again(tmp_path, write, say):
    path = write(
        tmp_path / "export", {"users.json": [], "bu\u0308r/2024-03-04.json": [say("2024-03-04T09:00:00", "U1", "x")]}
    )
    assert [m.channel for m in reading(path)[0]] == ["b\u00fcr"]


def test_a_list_of_people_that_breaks_off_still_tells_of_those_before_it(channel, say):
    path = channel(
        say("2024-03-04T09:00:00", "U1", "hello"),
        **{"users.json": b'[{"id": "U1", "team_id": "T1"}, {"id": "U2", "team'},
    )
    messages, problems, _ = reading(path)
    assert [m.team for m in messages] == ["T1"]
    assert problems == ["users.json: is not valid JSON, skipped after 1 that could be read"]
