"""What is read from the messages of Teams, in the shapes in which Microsoft Graph and its tools give them."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bot.scan import stream
from bot.scan.archive import NotAnExport
from bot.scan.export import Written, read

MAKER, USER = "aaaaaaaa-1111-4111-8111-111111111111", "bbbbbbbb-2222-4222-8222-222222222222"
TEAM, SUPPORT = "cccccccc-3333-4333-8333-333333333333", "19:0123support@thread.tacv2"


def said(id_: str, html: str, **more: Any) -> dict[str, Any]:
    """A message in #support, `id_` minutes after nine."""
    return {
        "@odata.type": "#microsoft.graph.chatMessage",
        "id": id_,
        "replyToId": None,
        "etag": id_,
        "messageType": "message",
        "createdDateTime": f"2024-03-04T09:{int(id_):02}:00.1230000Z",
        "lastModifiedDateTime": f"2024-03-04T09:{int(id_):02}:00.1230000Z",
        "lastEditedDateTime": None,
        "deletedDateTime": None,
        "subject": None,
        "chatId": None,
        "eventDetail": None,
        "from": by("u1"),
        "body": {"contentType": "html", "content": html},
        "channelIdentity": {"teamId": TEAM, "channelId": SUPPORT},
        "attachments": [],
        "mentions": [],
        "reactions": [],
    } | more


def by(id_: str, tenant: str = MAKER, kind: str = "aadUser") -> dict[str, Any]:
    user = {"id": id_, "displayName": "Somebody", "userIdentityType": kind, "tenantId": tenant}
    return {"application": None, "device": None, "user": user}


def page(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"@odata.context": "x", "@odata.count": len(rows), "@odata.nextLink": "https://graph.example/next"} | {
        "value": list(rows)
    }


def reading(path: Path) -> tuple[list[Written], list[str], Counter[str]]:
    problems: list[str] = []
    skipped: Counter[str] = Counter()
    return list(read(path, problems.append, skipped)), problems, skipped


def texts(path: Path) -> list[str]:
    return [message.text for message in reading(path)[0]]


ONE, TWO, THREE = said("1", "<p>one</p>"), said("2", "two"), said("3", "three")


@pytest.mark.parametrize(
    "content",
    [
        page(THREE, ONE, TWO),
        [page(THREE), page(ONE, TWO)],
        [THREE, ONE, TWO],
        b"\n".join(json.dumps(row).encode() for row in (THREE, ONE, TWO)),
        b"\n".join(json.dumps(row, indent=1).encode() for row in (page(THREE, ONE), page(TWO))),
        b"\xef\xbb\xbf" + json.dumps(page(THREE, ONE, TWO)).encode(),
        json.dumps(page(THREE, ONE, TWO), indent=2).replace("\n", "\r\n").encode("utf-16"),
    ],
    ids=["page", "pages", "list", "lines", "pages in a row", "utf-8 with a mark", "utf-16"],
)
def test_pages_lists_and_lines_read_the_same_and_in_the_order_of_time(tmp_path, write, content):
    assert texts(write(tmp_path / "export", {"messages.json": content})) == ["one", "two", "three"]


@pytest.mark.parametrize("name", ["export.zip", "export", "page1.json"])
def test_a_zip_a_folder_and_a_single_file_read_the_same(tmp_path, write, name):
    if name == "page1.json":
        path = tmp_path / name
        path.write_text(json.dumps(page(ONE, TWO)))
    else:
        path = write(tmp_path / name, {"page2.jsonl": json.dumps(TWO).encode(), "page1.json": page(ONE)})
    messages, problems, skipped = reading(path)
    assert [(m.text, m.author, m.team, m.domain) for m in messages] == [
        ("one", "u1", MAKER, None),
        ("two", "u1", MAKER, None),
    ]
    assert messages[0].ts.isoformat() == "2024-03-04T09:01:00.123000+00:00"
    assert problems == []
    assert skipped == {}


def test_replies_know_their_thread_whether_they_come_along_or_on_their_own(tmp_path, write):
    nested = said("3", "nested", channelIdentity=None)
    path = write(
        tmp_path / "export",
        {"a.json": [said("2", "alone", replyToId="1"), said("1", "first", replies=[nested, 7]), said("4", "later")]},
    )
    assert [(m.text, m.thread, m.opens) for m in reading(path)[0]] == [
        ("first", None, True),
        ("alone", "1", False),
        ("nested", "1", False),
        ("later", None, False),
    ]


def test_html_becomes_the_words_of_it_and_a_subject_is_said_too(tmp_path, write):
    html = (
        '<div><at id="0">Bob</at>&nbsp;see <a href="https://x.example">the page</a> &amp; tell'
        '<attachment id="7"></attachment><blockquote>earlier</blockquote><emoji alt="😀"></emoji></div>'
    )
    path = write(tmp_path / "export", {"a.json": [said("1", html, subject="Broken again")]})
    assert texts(path) == ["Broken again\nBob see the page & tell\n> earlier\n😀"]


def test_what_is_not_said_by_a_person_in_a_channel_is_counted_and_left_out(tmp_path, write):
    app = {"application": {"id": "a", "displayName": "Forms"}, "device": None, "user": None}
    path = write(
        tmp_path / "export",
        {
            "a.json": [
                ONE,
                said("2", "gone", deletedDateTime="2024-03-04T10:00:00Z"),
                said("3", "<systemEventMessage/>", messageType="systemEventMessage", **{"from": None}),
                said("4", "a deploy", **{"from": app}),
                said("5", '<attachment id="7"></attachment>'),
                said("6", "in a chat", channelIdentity=None, chatId="19:meeting@thread.v2"),
                said("7", "undated", createdDateTime="yesterday"),
                said("8", "nowhere", channelIdentity=None),
            ]
        },
    )
    messages, _, skipped = reading(path)
    assert [m.text for m in messages] == ["one"]
    reasons = ("deleted", "notices", "bots", "without_text", "chats", "without_time", "without_channel")
    assert skipped == dict.fromkeys(reasons, 1)


def test_of_a_message_that_comes_more_than_once_the_last_version_counts(tmp_path, write):
    newer = said(
        "1", "new wording", lastModifiedDateTime="2024-03-05T08:00:00Z", lastEditedDateTime="2024-03-05T08:00:00Z"
    )
    gone = said("2", "", lastModifiedDateTime="2024-03-05T08:00:00Z", deletedDateTime="2024-03-05T08:00:00Z")
    path = write(tmp_path / "export", {"1.json": page(newer, TWO), "2.json": page(ONE, gone)})
    messages, _, skipped = reading(path)
    assert [m.text for m in messages] == ["new wording"]
    assert skipped == {"deleted": 1}


def test_channels_have_the_names_that_lists_beside_the_messages_give_them(tmp_path, write):
    def at(id_: str, team: str, channel: str) -> dict[str, Any]:
        return said(id_, "hello", channelIdentity={"teamId": team, "channelId": channel})

    path = write(
        tmp_path / "export",
        {
            "messages.json": [
                at("1", "t1", "19:a@thread.tacv2"),
                at("2", "t2", "19:b@thread.tacv2"),
                at("3", "t2", "19:c@thread.tacv2"),
                at("4", "t3", "19:d@thread.tacv2"),
            ],
            "channels.json": page(
                {"id": "19:a@thread.tacv2", "displayName": "General", "membershipType": "standard"},
                {"id": "19:b@thread.tacv2", "displayName": "General"},
                {"id": "19:c@thread.tacv2", "displayName": "Billing"},
            ),
            "teams.json": page({"id": "t1", "displayName": "Maker"}),
        },
    )
    assert [m.channel for m in reading(path)[0]] == ["Maker/General", "t2/General", "Billing", "19:d@thread.tacv2"]


def test_sides_come_from_tenants_and_from_the_addresses_in_lists_of_people(tmp_path, write):
    path = write(
        tmp_path / "export",
        {
            "messages.json": [
                said("1", "a", **{"from": by("u1")}),
                said("2", "b", **{"from": by("u2")}),
                said("3", "c", **{"from": by("u3", USER, "federatedUser")}),
                said("4", "d", **{"from": by("u4", USER)}),
                said("5", "e", **{"from": by("u5", "", "anonymousGuest")}),
                said("6", "f", **{"from": by("post@Mail.Example", "", "emailUser")}),
            ],
            "users.json": page(
                {"id": "u1", "displayName": "A", "mail": "a@Maker.Example", "userPrincipalName": "a@maker.example"},
                {"id": "u2", "displayName": "B", "mail": None, "userPrincipalName": "b_use.example#EXT#@maker.example"},
            ),
            "members.json": page(
                {"id": "x", "userId": "u4", "displayName": "D", "email": "d@use.example", "roles": ["guest"]}
            ),
        },
    )
    assert [(m.team, m.domain) for m in reading(path)[0]] == [
        (MAKER, "maker.example"),
        (None, "use.example"),
        (USER, None),
        (None, "use.example"),
        (None, None),
        (None, "mail.example"),
    ]


def test_what_powershell_saves_has_capitals_and_dates_of_its_own(tmp_path, write):
    row = {
        "Id": "1",
        "MessageType": "message",
        "CreatedDateTime": "/Date(1709542800000)/",
        "From": {"User": {"Id": "u1", "AdditionalProperties": {"tenantId": MAKER}}},
        "Body": {"Content": "<p>hello</p>", "ContentType": "Html"},
        "ChannelIdentity": {"ChannelId": SUPPORT, "TeamId": TEAM},
    }
    (message,) = reading(write(tmp_path / "export", {"a.json": [row]}))[0]
    assert (message.text, message.team, message.ts.isoformat()) == ("hello", MAKER, "2024-03-04T09:00:00+00:00")


def test_a_broken_file_is_named_and_what_could_be_read_counts(tmp_path, write):
    path = write(
        tmp_path / "export",
        {
            "1.json": page(ONE),
            "2.json": json.dumps([TWO, THREE]).encode()[:-30],
            "3.json": b"\xff\xfe\x00\xd8" * 9,
            "4.json": b"[" * 200_000,
            "5.json": b'{"value": [' * 100_000,
            "6.json": b"7",
            "7.json": b"",
            "8.json": b'[{"id": NaN}, 7, null, "x", []]',
            "9.json": b'{"value" 7}',
        },
    )
    messages, problems, skipped = reading(path)
    assert [m.text for m in messages] == ["one", "two"]
    assert [problem.partition(":")[0] for problem in problems] == [f"{n}.json" for n in (2, 3, 4, 5, 6, 9)]
    assert problems[0] == "2.json: is not valid JSON, skipped after 1 that could be read"
    assert skipped["broken_files"] == 6


def test_a_message_that_never_ends_is_left_alone(tmp_path, write, monkeypatch):
    monkeypatch.setattr(stream, "LONGEST_ROW", 100_000)
    endless = json.dumps([ONE]).encode()[:-1] + b', {"id": "' + b"x" * 9_000_000
    path = write(tmp_path / "bomb.zip", {"1.json": endless, "2.json": page(TWO)})
    messages, problems, _ = reading(path)
    assert [m.text for m in messages] == ["one", "two"]
    assert "1.json: holds a message longer than" in problems[0]


def test_many_long_rows_pass_through_a_small_window(tmp_path, write):
    rows = [said(str(n), f"{n} " + "x" * 100_000) for n in range(60)]
    assert [text.split()[0] for text in texts(write(tmp_path / "e", {"a.json": page(*rows)}))] == list(
        map(str, range(60))
    )


def test_hostile_html_does_no_harm(tmp_path, write):
    hostile = ["<![x[ y ]]>fine", "<script>no</script>fine", "&#x110000; fine", "\ud83d fine", "<p>" * 1000 + "fine"]
    path = write(tmp_path / "export", {"a.json": [said(str(n), html) for n, html in enumerate(hostile)]})
    assert [text.split()[-1] for text in texts(path)] == ["fine"] * 5


def test_what_purview_gives_is_refused_with_what_to_choose_instead(tmp_path, write):
    for name, what in (("Exchange/a.pst", "Outlook file"), ("1/Teams.HTML", "transcripts"), ("1/m.eml", "e-mail")):
        path = write(tmp_path / f"{what[:4]}.zip", {name: b"x", "Items.csv": b"x"})
        with pytest.raises(NotAnExport, match=rf"{what}.*getAllMessages"):
            reading(path)


def test_json_of_something_else_is_no_export(tmp_path, write):
    with pytest.raises(NotAnExport, match="found neither"):
        reading(write(tmp_path / "export", {"package.json": {"name": "x"}, "list.json": [1, 2], "bad.json": b"{"}))


def test_progress_ends_at_the_end(tmp_path, write):
    path = write(tmp_path / "export", {"1.json": page(ONE), "2.json": page(TWO)})
    told: list[tuple[int, int]] = []
    list(read(path, lambda problem: None, None, lambda done, total: told.append((done, total))))
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1] > 0
