"""A standard channel in Teams with guests of another organisation in it: everything over HTTP."""

from dataclasses import dataclass, field
from typing import Any

from sheets import Refused, Sheet, Time, passes, settled, shown
from teams_driver import (
    BOT,
    CHANNEL,
    Connector,
    Envelope,
    Json,
    actions,
    card_of,
    filled_in,
    fresh,
    happened,
    in_channel,
    in_chat,
    inputs,
    reasons,
    typed,
    words,
)

from storage.database import Database

AGREED = {"role": "service", "scopes": "hear tip registers", "mandate": "yes"}
"""Without measuring: nothing is held back by chance."""


@dataclass
class TeamsWorld:
    """`people` are the members of the channel, as Teams knows them, by name."""

    connector: Connector
    teams: Envelope
    database: Database
    time: Time
    people: dict[str, Json]
    takes_back: bool = True
    dialogs: dict[str, Json] = field(default_factory=dict)

    def account(self, who: str) -> Json:
        """Somebody, as an activity names them."""
        one = self.people[who]
        return {"id": one["id"], "name": one["name"], "aadObjectId": one["aadObjectId"]}

    def chat(self, who: str) -> str:
        """Somebody's own chat with the bot."""
        return self.connector.chat_with(self.people[who]["id"])

    def stamp(self) -> str:
        """This moment, unlike any other."""
        return self.time().isoformat()

    async def event(self, activity: Json) -> Any:
        """Something happens."""
        status, body = await self.teams.send(activity)
        assert status == 200, status
        await settled(self.database, self.time)
        return body

    # --- what people do

    def message(self, kind: str, who: str, text: str, message: str, **more: Any) -> Json:
        """A message in the channel, as Teams describes it."""
        written = {"contentType": "text/html", "content": f"<p>{text}</p>"}
        return happened(kind, in_channel(message), self.account(who), self.stamp(), text=text,
                        attachments=[written], **more) | {"id": message}  # fmt: skip

    async def says(self, who: str, text: str) -> str:
        message = fresh("16")
        await self.event(self.message("message", who, text, message))
        return message

    async def edits(self, who: str, message: str, text: str) -> None:
        edited = self.message("messageUpdate", who, text, message)
        edited["channelData"] |= {"eventType": "editMessage"}
        await self.event(edited)

    async def deletes(self, who: str, message: str) -> None:
        gone = happened("messageDelete", in_channel(message), self.account(who), self.stamp()) | {"id": message}
        gone["channelData"] |= {"eventType": "softDeleteMessage"}
        await self.event(gone)

    async def asks(self, who: str, words: str) -> Sheet | Refused | None:
        before = len(self.connector.calls)
        chat = in_chat(self.chat(who))
        await self.event(happened("message", chat, self.account(who), self.stamp(), text=words, textFormat="plain"))
        return self._outcome(who, None, before)

    async def presses(self, who: str, sheet: Sheet, button: str, **answers: str) -> Sheet | Refused | None:
        return await self._sends(who, sheet, sheet.buttons[button], answers)

    async def sends(self, who: str, sheet: Sheet, /, **answers: str) -> Sheet | Refused | None:
        return await self._sends(who, sheet, sheet.buttons[""], answers)

    async def _sends(self, who: str, sheet: Sheet, data: Json, answers: dict[str, str]) -> Sheet | Refused | None:
        card, conversation, message = sheet.place
        fields = inputs(card)
        assert answers.keys() <= fields.keys(), f"there is no field for {answers.keys() - fields.keys()}"
        data = dict(data) | {
            name: typed(element, answers.get(name, filled_in(element))) for name, element in fields.items()
        }
        before = len(self.connector.calls)
        where = in_channel(message) if conversation == CHANNEL else in_chat(conversation)
        opens = data.pop("msteams", None)
        if message == "":
            activity = self.invoke(who, "task/submit", where, {"data": data})
        elif opens:
            activity = self.invoke(who, "task/fetch", where, {"data": data}) | {"replyToId": message}
        else:
            activity = happened("message", where, self.account(who), self.stamp(), value=data, replyToId=message)
        return self._outcome(who, await self.event(activity), before, conversation)

    def invoke(self, who: str, name: str, where: Json, value: Json) -> Json:
        """Something that is answered with a body."""
        return happened("invoke", where, self.account(who), self.stamp(), name=name, value=value)

    async def home(self, who: str) -> Sheet:
        return shown(await self.asks(who, "overzicht"))

    def named(self, who: str) -> str:
        return str(self.people[who]["aadObjectId"])

    # --- what people see

    def _outcome(self, who: str, body: Any, before: int, conversation: str = "") -> Sheet | Refused | None:
        if body is not None:
            task = body["task"]
            assert task["type"] == "continue", task
            card = task["value"]["card"]["content"]
            why = reasons(card)
            return Refused(why) if why else self._sheet(card, conversation, "", task["value"]["title"])
        mine = [call for call in self.connector.calls[before:] if call.conversation == self.chat(who)]
        mine = [call for call in mine if call.method != "DELETE"]
        if not mine:
            return None
        card = card_of(mine[0].body)
        why = reasons(card)
        return Refused(why) if why else self._sheet(card, mine[0].conversation, mine[0].activity)

    @staticmethod
    def _sheet(card: Json, conversation: str, message: str, title: str = "") -> Sheet:
        fields = {name: filled_in(element) for name, element in inputs(card).items()}
        said = words(card)
        file = next((line for line in said.splitlines()[:1] if line.endswith((".json", ".md"))), None)
        return Sheet(f"{title}\n{said}".strip(), actions(card), fields, (card, conversation, message), file)

    async def sees(self, who: str) -> list[Sheet]:
        """What stands in the channel and in their own chat."""
        return [
            self._sheet(card_of(body), conversation.partition(";")[0], message)
            for message, (conversation, body) in self.connector.said.items()
            if conversation.partition(";")[0] in (CHANNEL, self.chat(who))
        ]

    # --- the beginning

    async def joins(self) -> None:
        """The bot is installed in the team, in this channel."""
        added = happened("conversationUpdate", in_channel(), self.account("bram"), self.stamp(),
                         membersAdded=[{"id": BOT["id"]}])  # fmt: skip
        added["channelData"] |= {"eventType": "teamMemberAdded", "settings": {"selectedChannel": {"id": CHANNEL}}}
        await self.event(added)
        await self.event(happened("installationUpdate", in_channel(), self.account("bram"), self.stamp(), action="add"))

    async def both_agree(self) -> None:
        """Supplier and client say yes, by button and form."""
        for who, side in (("sanne", "supplier"), ("karim", "client")):
            card = next(sheet for sheet in await self.sees(who) if "join" in sheet.buttons)
            form = shown(await self.presses(who, card, "join"))
            assert await self.sends(who, form, side=side, **AGREED) is None

    async def a_week_later(self) -> None:
        """Tips are welcome, and the week in which there are none is over."""
        for who in ("sanne", "karim"):
            await self.asks(who, "aan")
        await passes(self, days=7, hours=1)


def people() -> dict[str, Json]:
    """Two people of the host, and a guest."""
    home, guest = "brugwerk.example", "karim_oeverland.example#EXT#@brugwerk.onmicrosoft.com"
    return {
        name: {"id": f"29:{name}", "aadObjectId": f"00000000-0000-4000-8000-00000000000{number}", "name": name.title(),
               "email": f"{name}@{home}", "userPrincipalName": f"{name}@{home}", "userRole": "user",
               "tenantId": "0b57ab10-1111-4222-8333-444455556666"}
        for number, name in enumerate(("sanne", "bram"))
    } | {
        "karim": {"id": "29:karim", "aadObjectId": "00000000-0000-4000-8000-000000000009", "name": "Karim",
                  "email": "karim@oeverland.example", "userPrincipalName": guest, "userRole": "guest",
                  "tenantId": "0b57ab10-1111-4222-8333-444455556666"}
    }  # fmt: skip
