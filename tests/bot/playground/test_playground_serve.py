"""The playground over real HTTP: its page, its stream and its one door, with scripted handlers behind it."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from bot.playground import cast, send
from bot.playground.receive import Event
from bot.playground.serve import language_of, routes
from handlers.vocabulary import (
    Answer,
    ButtonPress,
    Card,
    Command,
    Form,
    HomeOpened,
    Message,
    OpenForm,
    Person,
    Refusal,
    Reply,
    ShowHome,
    Submission,
    Text,
    TextField,
    Update,
    Whisper,
)
from prompts import phrasebook

NOW = datetime(2027, 3, 1, 9, 30, tzinfo=UTC)
SANNE = Person("playground", "supplier", "sanne")
SECRET = "Een zin die Karim nooit mag zien"
FORM = Form("reply", "Help me antwoorden", "Klaar", "Sluiten", (TextField("draft", "Jouw antwoord"),), about="7")


@dataclass
class House:
    """The application behind the page, as far as the page can tell."""

    rooms: dict[str, send.Room] = field(default_factory=lambda: send.open_rooms(lambda: NOW))
    taken: list[Event] = field(default_factory=list)
    broken: bool = False
    steps: list[str] = field(default_factory=list)

    async def take(self, event: Event) -> None:
        if self.broken:
            raise OSError("the disk is full")
        self.taken.append(event)

    async def handle(self, event: Event) -> tuple[Answer, ...]:
        match event:
            case Command(word="check"):
                return (Reply(Card(SECRET, (Text(event.text),))),)
            case ButtonPress(button="help"):
                return (OpenForm(FORM),)
            case ButtonPress():
                return (Update(Card("Dank je", ())),)
            case Submission() if event.answers["draft"] == "":
                return (Refusal({"draft": "Vul dit nog in."}),)
            case HomeOpened():
                self.rooms["samen-nl"].apply(ShowHome(event.place, event.who, Card("Overzicht", ())))
        return ()


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
async def client(house: House) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    def texts(language: str) -> Mapping[str, str]:
        return phrasebook(language).table("playground")

    app = web.Application()

    async def forward(step: str) -> datetime:
        house.steps.append(step)
        return NOW

    app.add_routes(routes(house.rooms, texts, house.take, house.handle, lambda: NOW, forward))

    async def hang_up(_: web.Application) -> None:
        for room in house.rooms.values():
            room.hang_up()

    app.on_shutdown.append(hang_up)
    async with TestClient(TestServer(app)) as found:
        yield found


Client = TestClient[web.Request, web.Application]


async def post(client: Client, headers: Mapping[str, str] | None = None, **body: Any) -> ClientResponse:
    whole = {"id": "p-1", "room": "samen-nl", "who": "sanne"} | body
    return await client.post("/playground/do", json=whole, headers=headers)


async def read(stream: ClientResponse, until: Callable[[str], bool]) -> str:
    """What the stream says, up to the first change for which `until` holds."""
    found = ""
    while not (found.endswith("\n\n") and until(found)):
        line = await stream.content.readline()
        assert line, f"the stream ended after {found!r}"
        found += line.decode()
    return found


async def test_a_message_is_taken_in_and_seen_by_both(client: Client, house: House) -> None:
    response = await post(client, kind="say", text="Ik kijk ernaar.")
    assert (response.status, await response.json()) == (200, {"answers": []})
    (event,) = house.taken
    assert isinstance(event, Message)
    assert (event.who, event.text, event.at) == (SANNE, "Ik kijk ernaar.", NOW)
    karim = cast.SCENES[0].players[2].person
    assert [entry["text"] for entry in house.rooms["samen-nl"].snapshot(karim)["entries"]] == ["Ik kijk ernaar."]


async def test_time_passes_by_the_steps_there_are(client: Client, house: House) -> None:
    response = await client.post("/playground/time", json={"step": "morning"})
    assert (response.status, await response.json()) == (200, {"now": NOW.isoformat()})
    for step in ("year", None, ["hour"], {"hour": 1}):
        assert (await client.post("/playground/time", json={"step": step})).status == 400
    elsewhere = await client.post("/playground/time", json={"step": "hour"}, headers={"Origin": "https://elsewhere"})
    assert (elsewhere.status, house.steps) == (403, ["morning"])


async def test_what_could_not_be_taken_in_is_not_shown(client: Client, house: House) -> None:
    house.broken = True
    assert (await post(client, kind="say", text="Ik kijk ernaar.")).status == 500
    assert house.rooms["samen-nl"].entries == {}


async def test_the_stream_of_one_holds_no_byte_of_a_whisper_to_the_other(client: Client, house: House) -> None:
    hers = await client.get("/playground/stream", params={"room": "samen-nl", "who": "sanne"})
    his = await client.get("/playground/stream", params={"room": "samen-nl", "who": "karim"})
    assert hers.content_type == "text/event-stream"
    place = cast.SCENES[0].place
    house.rooms["samen-nl"].apply(Whisper(place, SANNE, Card(SECRET, (Text(SECRET),)), "tip-geheim"))
    await post(client, kind="command", word="check", text="mijn concept")
    await post(client, kind="say", text="en door")
    seen_by_her = await read(hers, lambda text: "en door" in text)
    seen_by_him = await read(his, lambda text: "en door" in text)
    assert seen_by_her.count(SECRET) == 3
    assert "mijn concept" in seen_by_her
    for word in (SECRET, "geheim", "mijn concept"):
        assert word not in seen_by_him
    again = await client.get("/playground/stream", params={"room": "samen-nl", "who": "karim"})
    snapshot = await read(again, lambda text: "en door" in text)
    assert SECRET not in snapshot


async def test_a_form_opens_refuses_and_closes(client: Client) -> None:
    opened = await (await post(client, kind="press", button="help", about="7", card="tip-1")).json()
    (answer,) = opened["answers"]
    assert (answer["kind"], answer["form"]["title"]) == ("form", "Help me antwoorden")
    refused = await (await post(client, kind="submit", form="reply", about="7", answers={"draft": ""})).json()
    assert refused == {"answers": [{"kind": "refusal", "reasons": {"draft": "Vul dit nog in."}}]}
    accepted = await (await post(client, kind="submit", form="reply", about="7", answers={"draft": "Ja."})).json()
    assert accepted == {"answers": []}


async def test_an_update_changes_the_card_that_was_pressed(client: Client, house: House) -> None:
    room = house.rooms["samen-nl"]
    room.apply(Whisper(cast.SCENES[0].place, SANNE, Card("tip", ()), "tip-1"))
    await post(client, kind="press", button="why", about="7", card="tip-1")
    assert [entry["card"]["summary"] for entry in room.snapshot(SANNE)["entries"]] == ["Dank je"]


async def test_the_overview_comes_when_it_is_asked_for(client: Client, house: House) -> None:
    await post(client, kind="home")
    assert house.rooms["samen-nl"].snapshot(SANNE)["home"]["summary"] == "Overzicht"


async def test_wrong_input_gets_a_reason_and_changes_nothing(client: Client, house: House) -> None:
    response = await post(client, kind="say", text="x" * 4001)
    assert (response.status, await response.json()) == (400, {"error": "text is longer than 4,000 characters"})
    response = await post(client, kind="delete", message="m-9")
    assert (response.status, await response.json()) == (400, {"error": "message is not one of this person's own"})
    assert house.taken == []


@pytest.mark.parametrize("raw", [b"", b"[]", b"{", b"\xff\xfe", b"[" * 100_000, b'"say"'])
async def test_a_body_that_is_not_a_json_object_is_turned_away(client: Client, house: House, raw: bytes) -> None:
    response = await client.post("/playground/do", data=raw, headers={"Content-Type": "application/json"})
    assert response.status == 400
    assert house.taken == []


async def test_a_form_of_another_kind_and_a_flood_are_turned_away(client: Client) -> None:
    assert (await client.post("/playground/do", data={"kind": "say"})).status == 415
    assert (await post(client, kind="say", text="x" * 500_000)).status == 413


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_a_page_elsewhere_may_not_post_nor_listen(client: Client, house: House, headers: dict[str, str]) -> None:
    assert (await post(client, headers=headers, kind="say", text="hoi")).status == 403
    params = {"room": "samen-nl", "who": "sanne"}
    assert (await client.get("/playground/stream", params=params, headers=headers)).status == 403
    assert house.taken == []


@pytest.mark.parametrize("host", ["rebound.example", "rebound.example:8080", "127.0.0.1.rebound.example", "localhost."])
async def test_another_name_for_this_machine_is_not_served(client: Client, house: House, host: str) -> None:
    assert (await post(client, headers={"Host": host}, kind="say", text="hoi")).status == 421
    for path in ("/", "/playground/", "/playground/page/page.js", "/playground/stream?room=samen-nl&who=sanne"):
        assert (await client.get(path, headers={"Host": host}, allow_redirects=False)).status == 421
    assert house.taken == []


@pytest.mark.parametrize("host", ["localhost", "localhost:8080", "127.0.0.1:8080", "[::1]", "[::1]:8080"])
async def test_this_machine_is_served_under_its_own_names(client: Client, host: str) -> None:
    assert (await client.get("/playground/", headers={"Host": host})).status == 200


@pytest.mark.parametrize("query", ["", "?room=samen-nl", "?room=samen-nl&who=bram", "?room=x&who=sanne"])
async def test_nobody_listens_in_as_somebody_without_a_pane(client: Client, query: str) -> None:
    assert (await client.get(f"/playground/stream{query}")).status == 400


@pytest.mark.parametrize(("language", "title"), [("nl", "van twee kanten"), ("en", "seen from two sides")])
async def test_the_page_speaks_the_language_that_is_asked_for(client: Client, language: str, title: str) -> None:
    asked = await (await client.get("/playground/", params={"lang": language})).text()
    preferred = await (await client.get("/playground/", headers={"Accept-Language": language})).text()
    assert asked == preferred
    assert f'<html lang="{language}">' in asked
    assert title in asked
    assert f"samen-{language}" in asked


async def test_the_page_and_its_files_let_nothing_in_from_elsewhere(client: Client) -> None:
    for name, kind in (
        ("", "text/html"),
        ("page/page.js", "text/javascript"),
        ("page/style.css", "text/css"),
        ("page/icon.svg", "image/svg+xml"),
    ):
        response = await client.get(f"/playground/{name}")
        body = await response.text()
        assert response.content_type == kind
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Content-Security-Policy"].startswith("default-src 'self'; ")
        assert "https://" not in body
        assert "innerHTML" not in body
        assert " style=" not in body


@pytest.mark.parametrize("name", ["index.html", "..%2Fserve.py", "%2e%2e/serve.py", "nothing.js"])
async def test_only_files_of_the_page_are_served(client: Client, name: str) -> None:
    assert (await client.get(f"/playground/page/{name}")).status == 404


async def test_the_front_door_leads_to_the_page(client: Client) -> None:
    response = await client.get("/")
    assert (response.status, response.url.path) == (200, "/playground/")


@pytest.mark.parametrize(
    ("asked", "accepted", "language"),
    [
        ("nl", "en", "nl"),
        ("en", "nl", "en"),
        ("fr", "nl-BE,nl;q=0.9,en;q=0.8", "nl"),
        ("", "de-DE,en;q=0.5,nl;q=0.7", "nl"),
        ("", "en-GB,en;q=0.9,nl;q=0.8", "en"),
        ("", "nl;q=0,fr", "en"),
        ("", "nl;q=veel", "en"),
        ("", "", "en"),
    ],
)
def test_the_language_follows_the_address_and_then_the_browser(asked: str, accepted: str, language: str) -> None:
    assert language_of(asked, accepted) == language


async def test_every_word_on_the_page_is_in_both_languages(client: Client) -> None:
    dutch, english = (phrasebook(language).table("playground") for language in ("nl", "en"))
    assert dutch.keys() == english.keys()
    assert "$" not in await (await client.get("/playground/?lang=nl")).text()
