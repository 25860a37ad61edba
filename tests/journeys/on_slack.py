"""A channel in Slack that two organisations share: everything over HTTP, everything signed."""

import json
from dataclasses import dataclass, field
from typing import Any

from sheets import Refused, Sheet, Time, passes, settled, shown
from slack_driver import (
    BOT,
    STAGE_TOKEN,
    TEAM,
    Envelope,
    FrontDesk,
    Json,
    actions,
    filled_in,
    fresh,
    inputs,
    state,
    words,
)

from storage.database import Database

CLIENT_TEAM = "T0OEVERLAND"
AGREED = {"role": "service", "scopes": "hear tip registers", "mandate": "yes"}
"""Without measuring: nothing is held back by chance."""


@dataclass
class SlackWorld:
    """`people` are the ids of whom Slack knows, by name."""

    desk: FrontDesk
    slack: Envelope
    database: Database
    time: Time
    people: dict[str, str]
    channel: str
    takes_back: bool = False
    direct: dict[str, str] = field(default_factory=dict)
    """The direct message of each person with the bot, as far as they have one."""
    modals: dict[str, Json] = field(default_factory=dict)
    """The form that somebody has in front of them."""
    private: list[tuple[int, str, str, Json]] = field(default_factory=list)
    """What came in the reply to a command: after how many calls, to whom, its key and what it says."""

    def home_of(self, who: str) -> str:
        """The team that somebody belongs to."""
        return str(self.desk.people.get(self.people[who], {}).get("team_id", TEAM))

    def stamp(self) -> str:
        """A timestamp of Slack, unlike any other."""
        return f"{self.time().timestamp():.6f}"

    async def event(self, who: str | None, event: Json, **more: Any) -> int:
        """Something happens; who did it is left out where nobody did."""
        status = await self.slack.event(event, self.home_of(who) if who else TEAM, **more)
        if status == 200:
            await settled(self.database, self.time)
        return status

    # --- what people do

    def message(self, who: str, text: str, stamp: str, **more: Any) -> Json:
        """A message as Slack describes it."""
        return {"type": "message", "user": self.people[who], "team": self.home_of(who), "user_team": self.home_of(who),
                "text": text, "ts": stamp, "event_ts": stamp, "channel": self.channel, "channel_type": "channel",
                } | more  # fmt: skip

    async def says(self, who: str, text: str, **more: Any) -> str:
        stamp = self.stamp()
        assert await self.event(who, self.message(who, text, stamp, **more)) == 200
        return stamp

    async def edits(self, who: str, message: str, text: str) -> None:
        now = self.stamp()
        new = self.message(who, text, message) | {"edited": {"user": self.people[who], "ts": now}}
        changed = {"type": "message", "subtype": "message_changed", "hidden": True, "channel": self.channel, "ts": now,
                   "event_ts": now, "channel_type": "channel", "message": new,
                   "previous_message": self.message(who, "…", message)}  # fmt: skip
        assert await self.event(who, changed) == 200

    async def deletes(self, who: str, message: str) -> None:
        now = self.stamp()
        gone = {"type": "message", "subtype": "message_deleted", "hidden": True, "channel": self.channel, "ts": now,
                "event_ts": now, "deleted_ts": message, "channel_type": "channel",
                "previous_message": self.message(who, "…", message)}  # fmt: skip
        assert await self.event(who, gone) == 200

    async def asks(self, who: str, words: str) -> Sheet | Refused | None:
        if self.home_of(who) != TEAM:  # Slack lets other organisations use no commands of ours
            return await self.types_directly(who, words)
        key, before = fresh("slash-"), len(self.desk.calls)
        status, body = await self.slack.form({
            "token": "not-used", "team_id": TEAM, "channel_id": self.channel, "user_id": self.people[who],
            "command": "/spraak", "text": words, "api_app_id": "A0SPRAAK", "is_enterprise_install": "false",
            "trigger_id": await self.trigger(who), "response_url": f"{self.desk.url}respond/{key}",
        })  # fmt: skip
        assert status == 200
        if body:
            self.private.append((len(self.desk.calls), who, key, body))
        return await self._outcome(who, before, body, key)

    async def types_directly(self, who: str, words: str) -> Sheet | Refused | None:
        """Somebody types to the bot in a direct message: what it says there, or the form that its button opens."""
        if who not in self.direct:
            self.direct[who] = (await self.desk.ask("conversations.open", users=self.people[who]))["channel"]["id"]
        said = self.message(who, words, self.stamp()) | {"channel": self.direct[who], "channel_type": "im"}
        before = len(self.desk.calls)
        assert await self.event(who, said) == 200
        given = [call for call in self.desk.calls[before:] if call.method == "chat.postMessage"]
        if not given:
            return None
        place = self._message(given[-1].answer["ts"], given[-1].answer["ts"])
        card = self._card(given[-1].asked, place | {"channel": {"id": self.direct[who]}})
        again = next((button for button in card.buttons if button.startswith("command:")), None)
        return await self.presses(who, card, again) if again else card

    async def presses(self, who: str, sheet: Sheet, button: str, **answers: str) -> Sheet | Refused | None:
        payload = self.interaction("block_actions", who) | sheet.place | {"actions": [sheet.buttons[button]]}
        view = payload.get("view")
        if view is not None:
            payload["view"] = self.answered(view, answers)
        payload["trigger_id"] = await self.trigger(who, view["id"] if view and view["type"] == "modal" else None)
        before = len(self.desk.calls)
        status, body = await self.slack.payload(payload)
        assert status == 200
        return await self._outcome(who, before, body)

    async def sends(self, who: str, sheet: Sheet, /, **answers: str) -> Sheet | Refused | None:
        view = self.answered(sheet.place["view"], answers)
        payload = self.interaction("view_submission", who) | {"view": view, "trigger_id": await self.trigger(who)}
        before = len(self.desk.calls)
        status, body = await self.slack.payload(payload)
        assert status == 200
        return await self._outcome(who, before, body)

    async def shortcut(self, who: str) -> Sheet | Refused | None:
        """Somebody uses the global shortcut to have a draft looked at."""
        payload = self.interaction("shortcut", who) | {"callback_id": "check", "trigger_id": await self.trigger(who)}
        before = len(self.desk.calls)
        status, body = await self.slack.payload(payload)
        assert status == 200
        return await self._outcome(who, before, body)

    async def home(self, who: str) -> Sheet:
        before = len(self.desk.calls)
        now = self.stamp()
        opened = {"type": "app_home_opened", "user": self.people[who], "channel": "D0HOME", "tab": "home",
                  "event_ts": now}  # fmt: skip
        assert await self.event(who, opened) == 200
        return shown(self._views(who, before, ("views.publish",)))

    async def trigger(self, who: str, view: str | None = None) -> str:
        """What `emulate` takes for an action of this person, once and for three seconds."""
        about = {"view_id": view} if view else {}
        answer = await self.desk.ask("views.generateTriggerId", user_id=self.people[who], **about)
        return str(answer["trigger_id"])

    def interaction(self, kind: str, who: str) -> Json:
        """What every press, form and shortcut of this person begins with."""
        user = {"id": self.people[who], "username": who, "team_id": self.home_of(who)}
        return {"type": kind, "token": "not-used", "api_app_id": "A0SPRAAK", "team": {"id": TEAM, "domain": "brugwerk"},
                "user": user, "enterprise": None, "is_enterprise_install": False}  # fmt: skip

    @staticmethod
    def answered(view: Json, answers: dict[str, str]) -> Json:
        """The view as it is sent: filled in as it was, except for these answers."""
        fields = inputs(view["blocks"])
        assert answers.keys() <= fields.keys(), f"there is no field for {answers.keys() - fields.keys()}"
        values: Json = {}
        for name, (block, element) in fields.items():
            values[block] = {name: state(element, answers.get(name, filled_in(element)))}
        return view | {"state": {"values": values}}

    def named(self, who: str) -> str:
        return self.people[who]

    # --- what people see

    async def _outcome(self, who: str, before: int, body: Any, key: str = "") -> Sheet | Refused | None:
        given: Sheet | Refused | None = self._views(who, before, ("views.open", "views.update", "views.push"))
        for call in self.desk.calls[before:]:
            if call.method == "response_url":
                given = self._card(call.asked, self._message(call.asked["key"]))
        if isinstance(body, dict) and "response_type" in body:
            given = self._card(body, self._message(key))
        if isinstance(body, dict) and body.get("response_action") == "update":
            self.modals[who] = body["view"] | {"id": self.modals[who]["id"], "hash": fresh("hash")}
            given = self._form(self.modals[who])
        if isinstance(body, dict) and body.get("response_action") == "errors":
            names = {block: name for name, (block, _) in inputs(self.modals[who]["blocks"]).items()}
            given = Refused({names[block]: reason for block, reason in body["errors"].items()})
        await settled(self.database, self.time)
        return given

    def _views(self, who: str, before: int, methods: tuple[str, ...]) -> Sheet | None:
        calls = [call for call in self.desk.calls[before:] if call.method in methods]
        if not calls:
            return None
        assert calls[-1].answer["ok"], calls[-1]
        view = calls[-1].answer["view"]
        if view["type"] == "modal":
            self.modals[who] = view
        return self._form(view)

    @staticmethod
    def _form(view: Json) -> Sheet:
        title = (view.get("title") or {}).get("text", "")
        fields = {name: filled_in(element) for name, (_, element) in inputs(view["blocks"]).items()}
        return Sheet(f"{title}\n{words(view['blocks'])}", actions(view["blocks"]), fields, {"view": view})

    @staticmethod
    def _card(asked: Json, place: Json) -> Sheet:
        return Sheet(words(asked.get("blocks", [])), actions(asked.get("blocks", [])), {}, place)

    def _message(self, key: str, stamp: str = "1.0", thread: str | None = None) -> Json:
        within = {"thread_ts": thread} if thread else {}
        return {
            "container": {"type": "message", "message_ts": stamp, "channel_id": self.channel, **within},
            "message": {"ts": stamp, **within},
            "channel": {"id": self.channel},
            "response_url": f"{self.desk.url}respond/{key}",
        }

    async def sees(self, who: str) -> list[Sheet]:
        """What was posted for all or for this person, as it was last changed through the API or a response URL."""
        seen: dict[str, Sheet] = {}
        replies = list(self.private)
        for number, call in enumerate([*self.desk.calls, None]):
            while replies and replies[0][0] <= number:
                _, reader, key, body = replies.pop(0)
                if reader == who:
                    seen[key] = self._card(body, self._message(key))
            if call is None or not call.answer["ok"]:
                continue
            asked, answer = call.asked, call.answer
            channels = {self.channel, *(await self._directs(who))}
            match call.method:
                case "chat.postMessage" | "chat.update" if asked["channel"] in channels:
                    seen[answer["ts"]] = self._card(asked, self._message(answer["ts"], answer["ts"]))
                case "chat.delete":
                    seen.pop(asked["ts"], None)
                case "chat.postEphemeral" if (asked["channel"], asked["user"]) == (self.channel, self.people[who]):
                    key = f"{answer['message_ts']}-{who}"
                    seen[key] = self._card(asked, self._message(key, answer["message_ts"], asked.get("thread_ts")))
                case "response_url" if asked["key"] in seen and asked.get("replace_original"):
                    seen[asked["key"]] = self._card(asked, self._message(asked["key"]))
                case "files.completeUploadExternal" if asked["channel_id"] in channels:
                    seen[fresh("file-")] = Sheet("", file=str(asked["files"][0]["title"]))
        return list(seen.values())

    async def _directs(self, who: str) -> set[str]:
        opened = self.desk.told("conversations.open")
        theirs = {call.answer["channel"]["id"] for call in opened if call.asked["users"] == self.people[who]}
        return theirs | ({self.direct[who]} if who in self.direct else set())

    # --- the beginning

    async def joins(self) -> None:
        """The bot is invited."""
        joined = {"type": "member_joined_channel", "user": BOT, "channel": self.channel, "team": TEAM,
                  "event_ts": self.stamp()}  # fmt: skip
        assert await self.event(None, joined) == 200

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


def seed(people: dict[str, str], scopes: list[str]) -> str:
    """What `emulate` begins with, in YAML (of which JSON is a part); `people` are e-mail addresses by name."""
    app = {"app_id": "A0SPRAAK", "bot_id": "B0SPRAAK", "bot_user_id": BOT}
    stage = ["channels:manage", "channels:write", "channels:read", "users:read"]
    return json.dumps({"slack": {
        "strict_scopes": True,
        "team": {"name": "Brugwerk", "domain": "brugwerk"},
        "users": [{"name": name, "real_name": name.title(), "email": address} for name, address in people.items()],
        "oauth_apps": [{"client_id": "1.1", "client_secret": "s", "name": "Samenspraak", "bot_name": "samenspraak",
                        "redirect_uris": [], "scopes": scopes, **app}],
        "tokens": [{"token": "xoxb-journey", "type": "bot", "user": BOT, "scopes": scopes, **app},
                   {"token": STAGE_TOKEN, "type": "user", "user": "admin", "app_id": "A0SPRAAK", "scopes": stage}],
    }})  # fmt: skip
