"""The channel in the playground, as the page uses it: what people do goes in as JSON, what they see is a stream."""

import json
from dataclasses import dataclass
from typing import Any

import aiohttp
from sheets import Refused, Sheet, Time, settled
from slack_driver import fresh

from storage.database import Database

Json = dict[str, Any]
ROOM = "samen-nl"


@dataclass
class PlaygroundWorld:
    """Both sides said yes in the opening."""

    session: aiohttp.ClientSession
    url: str
    database: Database
    time: Time
    takes_back: bool = True

    async def do(self, who: str, kind: str, **more: Any) -> Json:
        """Post what somebody does."""
        body = {"id": fresh("p-"), "room": ROOM, "who": who, "kind": kind} | more
        async with self.session.post(f"{self.url}playground/do", json=body) as answer:
            assert answer.status == 200, await answer.text()
            given: Json = await answer.json()
        await settled(self.database, self.time)
        return given | {"id": body["id"]}

    async def snapshot(self, who: str) -> Json:
        """All that somebody's page shows at this moment: what their stream begins with."""
        async with self.session.get(f"{self.url}playground/stream", params={"room": ROOM, "who": who}) as stream:
            line = await stream.content.readline()
            return dict(json.loads(line.removeprefix(b"data: ")))

    # --- what people do

    async def says(self, who: str, text: str) -> str:
        return str((await self.do(who, "say", text=text))["id"])

    async def edits(self, who: str, message: str, text: str) -> None:
        await self.do(who, "edit", message=message, text=text)

    async def deletes(self, who: str, message: str) -> None:
        await self.do(who, "delete", message=message)

    async def asks(self, who: str, words: str) -> Sheet | Refused | None:
        before = await self._private(who)
        return await self._outcome(who, await self.do(who, "say", text=f"/spraak {words}"), before)

    async def presses(self, who: str, sheet: Sheet, button: str, **answers: str) -> Sheet | Refused | None:
        before = await self._private(who)
        filled = {"answers": dict(sheet.fields) | answers} if sheet.fields else {}
        about = sheet.buttons[button]["about"]
        card = sheet.place if isinstance(sheet.place, str) else ""
        given = await self.do(who, "press", button=button, about=about, card=card, **filled)
        return await self._outcome(who, given, before)

    async def sends(self, who: str, sheet: Sheet, /, **answers: str) -> Sheet | Refused | None:
        assert answers.keys() <= sheet.fields.keys(), f"there is no field for {answers.keys() - sheet.fields.keys()}"
        form, before = sheet.place, await self._private(who)
        given = await self.do(
            who, "submit", form=form["name"], about=form["about"], answers=dict(sheet.fields) | answers
        )
        return await self._outcome(who, given, before)

    async def home(self, who: str) -> Sheet:
        await self.do(who, "home")
        return self._card("home", (await self.snapshot(who))["home"])

    def named(self, who: str) -> str:
        return who

    # --- what people see

    async def sees(self, who: str) -> list[Sheet]:
        return [self._entry(entry) for entry in (await self.snapshot(who))["entries"] if entry["who"] is None]

    async def _private(self, who: str) -> dict[str, Json]:
        return {entry["id"]: entry for entry in (await self.snapshot(who))["entries"] if entry["card"]}

    async def _outcome(self, who: str, given: Json, before: dict[str, Json]) -> Sheet | Refused | None:
        for answer in given["answers"]:
            return self._form(answer["form"]) if answer["kind"] == "form" else Refused(answer["reasons"])
        after = await self._private(who)
        changed = [entry for id, entry in after.items() if before.get(id) != entry]
        # The reply comes before what all can see, or a card of theirs that changed.
        mine = [entry for entry in changed if entry["id"].startswith("reply:")] or [
            entry for entry in changed if entry["id"] in before and entry["private"]
        ]
        return self._entry(mine[-1]) if mine else None

    def _entry(self, entry: Json) -> Sheet:
        if entry["card"] is None:
            return Sheet(entry["text"], file=entry["file"])
        return self._card(entry["id"], entry["card"])

    @staticmethod
    def _card(key: str, card: Json) -> Sheet:
        return Sheet(_words(card["parts"]), _buttons(card["parts"]), {}, key)

    @staticmethod
    def _form(form: Json) -> Sheet:
        fields = {part["name"]: part["value"] for part in form["parts"] if part["kind"] == "field"}
        return Sheet(f"{form['title']}\n{_words(form['parts'])}", _buttons(form["parts"]), fields, form)


def _words(parts: list[Json]) -> str:
    lines = []
    for part in parts:
        if part["kind"] == "text":
            lines.append(_line(part["words"]))
        elif part["kind"] == "facts":
            lines += [f"{fact['label']}: {_line(fact['words'])}" for fact in part["facts"]]
    return "\n".join(lines)


def _line(pieces: list[Json]) -> str:
    return "".join(piece.get("text") or f"@{piece['person']}" for piece in pieces)


def _buttons(parts: list[Json]) -> dict[str, Json]:
    return {button["name"]: button for part in parts if part["kind"] == "buttons" for button in part["buttons"]}
