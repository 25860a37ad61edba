"""Reads a script line by line, and lets happen what it says."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from bot import dispatch, engine
from bot.house import House
from bot.play.stage import Shown, Stage, answer
from handlers.vocabulary import (
    Archived,
    Arrived,
    Asked,
    ButtonPress,
    Command,
    Deleted,
    Edited,
    HomeOpened,
    Joined,
    Left,
    Message,
    Moved,
    Person,
    Place,
    Submission,
    Unarchived,
    Uninstalled,
    Unshared,
)
from storage.due import CAME_IN, NOTHING, Upcoming

Line = Mapping[str, Any]
AGREED = {"role": "contract", "scopes": "hear tip registers pulses measure", "mandate": "yes"}
"""What `"consent": true` fills in on the form."""


class Mistake(ValueError):
    """A line that cannot be played; says what is wrong and what to do."""


@dataclass
class Script:
    """A script that is being played in a house of its own."""

    stage: Stage
    house: House
    begun: bool = False
    todo: Upcoming = NOTHING
    """What was left for later when the last line had been played."""
    said: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Where and by whom each message was written, so that an edit need not say so again."""
    run: str = field(default_factory=lambda: uuid4().hex[:8])
    """Tells this performance from others in the same database, in which every delivery counts once."""

    async def play_all(self, lines: Sequence[Line]) -> None:
        """Play a script that is known to be right."""
        self.start(next(line for line in lines if "at" in line or "until" in line))
        for number, line in enumerate(lines, 1):
            await self.play(line, number)

    def start(self, line: Line) -> None:
        """Set the clock to the moment of this line. Raises Mistake."""
        moment = _moment(line, "at" if "at" in line else "until")
        self.stage.now, self.stage.zone, self.begun = moment, moment.tzinfo or self.stage.zone, True

    async def play(self, line: Line, number: int) -> None:
        """Run the clock to a line's moment and do what it says. Raises Mistake."""
        if "at" in line:
            await self._run_to(_moment(line, "at"))
        event_id = f"{self.run}:{number}"
        todo = None
        match line.get("do"):
            case "set":
                self._set(line)
            case "wait":
                await self._run_to(_moment(line, "until"))
            case "join":
                await self._join(line, event_id)
            case "say" | "edit" | "delete" as do:
                await self._write(self._written(do, line, event_id))
                todo = CAME_IN
            case "command":
                word, text = _need(line, "name"), str(line.get("text", ""))
                event = Command(event_id, self.stage.now, self._place(line), self._who(line), word, text)
                await self._ask(event, None, str(line["id"]) if "id" in line else None)
            case "press":
                await self._press(line, event_id)
            case "submit":
                await self._submit(line, event_id)
            case "leave" | "archive" | "unarchive" | "unshare" | "move" | "uninstall" as do:
                await dispatch.take(self.house, self._befalls(do, line, event_id))
            case "home":
                opened = HomeOpened(event_id, self.stage.now, self._place(line), self._who(line))
                await dispatch.handle(self.house, opened)
            case other:
                raise Mistake(
                    f'"do" is {json.dumps(other)}; it can be set, join, say, edit, delete, command, press, submit, '
                    "home or wait"
                )
        self.todo = await engine.settle(self.house, todo=todo)

    async def _run_to(self, moment: datetime) -> None:
        """Let time pass, stopping wherever something is due."""
        stage = self.stage
        if moment < stage.now:
            raise Mistake(f"time cannot run back from {stage.now.isoformat()} to {moment.isoformat()}")
        while (upcoming := self.todo.moment) is not None and stage.now < upcoming <= moment:
            stage.now = upcoming
            self.todo = await engine.settle(self.house, todo=self.todo)
        stage.now = moment

    def _set(self, line: Line) -> None:
        policy = self.house.policy(self.stage.platform)
        if "lang" in line:
            if line["lang"] not in ("nl", "en"):
                raise Mistake('"lang" can be nl or en')
            self.stage.language = line["lang"]
        for name in ("restraint", "holdback"):
            if name in line:
                if not isinstance(line[name], bool):
                    raise Mistake(f'"{name}" can be true or false')
                policy = replace(policy, **{name: line[name]})
        policies = {**self.house.policies, self.stage.platform: policy}
        self.house = replace(self.house, policies=policies, language=self.stage.language)

    async def _join(self, line: Line, event_id: str) -> None:
        place, stage = self._place(line), self.stage
        here = stage.present.setdefault(place.channel, [])
        first = not here
        newcomers = []
        for side in ("supplier", "client"):
            ids = line.get(side, [])
            if not isinstance(ids, list) or not all(isinstance(each, str) for each in ids):
                raise Mistake(f'"{side}" should be a list of ids')
            for each in ids:
                person = stage.people.setdefault(each, Person(stage.platform, side, each))
                if person not in here:
                    newcomers.append(person)
        here.extend(newcomers)
        for who in [None] if first else newcomers:
            await dispatch.take(self.house, Joined(f"{event_id} {who and who.id}", stage.now, place, who))
        await engine.settle(self.house)
        if line.get("consent") is True:
            for side in ("supplier", "client"):
                who = next((person for person in here if person.team == side), None)
                if who is not None:
                    answers = {**AGREED, "side": side}
                    consent = Submission(f"{event_id} {side}", stage.now, place, who, "consent", "", answers)
                    await self._ask(consent, None)
                    await engine.settle(self.house)

    def _befalls(self, do: str, line: Line, delivery: str) -> Arrived:
        place, now = self._place(line), self.stage.now
        match do:
            case "leave":
                who = self._who(line) if "who" in line else None
                here = self.stage.present.get(place.channel, [])
                here[:] = [person for person in here if who is not None and person != who]
                return Left(delivery, now, place, who)
            case "archive":
                return Archived(delivery, now, place)
            case "unarchive":
                return Unarchived(delivery, now, place)
            case "unshare":
                return Unshared(delivery, now, place, str(line["side"]) if "side" in line else None)
            case "move":
                to = _need(line, "to")
                self.stage.present[to] = self.stage.present.pop(place.channel, [])
                return Moved(delivery, now, place, to)
            case _:
                return Uninstalled(delivery, now, replace(place, channel=""))

    async def _write(self, event: Message | Edited | Deleted) -> None:
        await dispatch.take(self.house, event)
        self.stage.record(event)

    def _written(self, do: str, line: Line, delivery: str) -> Message | Edited | Deleted:
        message, now = _need(line, "id"), self.stage.now
        line = {**self.said.get(message, {}), **line}
        place = self._place(line)
        if do == "delete":
            return Deleted(delivery, now, place, message)
        who, text = self._who(line), _need(line, "text")
        if do == "edit":
            return Edited(delivery, now, place, who, message, text)
        self.said[message] = {name: line[name] for name in ("who", "place", "thread") if name in line}
        return Message(delivery, now, place, who, message, text)

    async def _press(self, line: Line, event_id: str) -> None:
        shown = self._shown(line)
        name = _need(line, "button")
        button = shown.buttons.get(name)
        if button is None:
            there = ", ".join(shown.buttons) or "none"
            raise Mistake(f'effect {shown.number} has no button "{name}"; its buttons: {there}')
        answers = _filled_in(shown, line)
        place = self._place(line) if "place" in line else shown.place
        event = ButtonPress(event_id, self.stage.now, place, self._who(line), name, button.about, answers)
        await self._ask(event, shown.number)

    async def _submit(self, line: Line, event_id: str) -> None:
        shown = self._shown(line)
        if shown.form is None:
            raise Mistake(f"effect {shown.number} is no form")
        answers = _filled_in(shown, line)
        form = shown.form
        event = Submission(event_id, self.stage.now, shown.place, self._who(line), form.name, form.about, answers)
        await self._ask(event, shown.number)

    async def _ask(self, event: Asked, of: int | None, re: str | None = None) -> None:
        for given in await dispatch.handle(self.house, event):
            answer(self.stage, given, event, of, re)

    def _shown(self, line: Line) -> Shown:
        number = line.get("of")
        if not isinstance(number, int) or not 1 <= number <= len(self.stage.shown):
            raise Mistake(f'"of" should be the number of an effect so far (1 to {len(self.stage.shown)})')
        return self.stage.shown[number - 1]

    def _who(self, line: Line) -> Person:
        who = _need(line, "who")
        return self.stage.people.get(who) or Person(self.stage.platform, "unknown", who)

    def _place(self, line: Line) -> Place:
        thread = line.get("thread")
        return Place(
            self.stage.platform, self.stage.team, _need(line, "place"), str(thread) if thread is not None else None
        )


def _filled_in(shown: Shown, line: Line) -> dict[str, str]:
    """What was filled in beforehand, and what the line fills in instead."""
    given = line.get("answers", {})
    if not isinstance(given, dict):
        raise Mistake('"answers" should be an object of field names and values')
    before = {field.name: field.value for field in shown.form.fields} if shown.form is not None else {}
    return before | {name: _flat(value) for name, value in given.items()}


def _flat(value: Any) -> str:
    return " ".join(str(each) for each in value) if isinstance(value, list) else "" if value is None else str(value)


def _need(line: Line, name: str) -> str:
    value = line.get(name)
    if not isinstance(value, str):
        raise Mistake(f'"{name}" is missing or is no text')
    return value


def _moment(line: Line, name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(_need(line, name))
    except ValueError as problem:
        if isinstance(problem, Mistake):
            raise
        raise Mistake(f'"{name}" is no moment such as 2027-03-01T09:00:00+01:00') from problem
    if moment.tzinfo is None:
        raise Mistake(f'"{name}" needs an offset, such as 2027-03-01T09:00:00+01:00')
    if not 1971 <= moment.year <= 2999:
        raise Mistake(f'"{name}" should lie between the years 1971 and 2999')
    return moment
