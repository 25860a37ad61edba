"""The script as a platform: what is said is printed, each effect as one JSON line."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any

from bot.mouth import Errand, Mouth, Sent
from bot.play import shape
from handlers.vocabulary import (
    Answer,
    Asked,
    Attach,
    Button,
    Deleted,
    Edited,
    Form,
    Member,
    Message,
    OpenForm,
    Person,
    Place,
    Refusal,
    Replace,
    Reply,
    Say,
    Sending,
    Share,
    ShowHome,
    Update,
    Whisper,
    Withdraw,
)

PLATFORM = "play"
ZONE = "Europe/Amsterdam"
BEGINNING = datetime.fromisoformat("2027-01-04T09:00:00+01:00")
"""When a script happens that never says when: a Monday morning."""


@dataclass
class Shown:
    """An effect that was printed, and what can be pressed or filled in on it."""

    number: int
    place: Place
    buttons: dict[str, Button]
    form: Form | None = None


@dataclass
class Stage:
    """Where a script is played: its clock, its people, what was shown so far."""

    out: Callable[[Mapping[str, Any]], None]
    platform: str = "play"
    team: str = "script"
    record: Callable[[Message | Edited | Deleted], None] = lambda _event: None
    """Told of what people write, for a platform that shows it."""
    now: datetime = BEGINNING
    zone: tzinfo = UTC
    language: str = "nl"
    people: dict[str, Person] = field(default_factory=dict)
    present: dict[str, list[Person]] = field(default_factory=dict)
    shown: list[Shown] = field(default_factory=list)
    cards: dict[str, int] = field(default_factory=dict)
    """The number under which each card was shown first."""

    def mouth(self) -> Mouth:
        """What delivery needs of a platform."""

        async def send(errand: Errand) -> Sent:
            return Sent("sent", ref=str(show(self, errand.effect)))

        async def find(_errand: Errand) -> str | None:
            return None

        async def roster(place: Place, who: Person | None) -> tuple[Member, ...]:
            here = [p for p in self.present.get(place.channel, []) if who is None or p == who]
            return tuple(Member(person, person.team, person.team, ZONE, self.language) for person in here)

        return Mouth(send, find, roster)


def show(stage: Stage, effect: Sending) -> int:
    """Print what is sent; returns its number."""
    line: dict[str, Any]
    match effect:
        case Say(place=place, card=card, about=about):
            line = {"do": "say", "place": place.channel, "thread": place.thread, "re": about} | shape.card(card)
        case Whisper(place=place, who=who, card=card, about=about, tip=tip):
            line = {"do": "whisper", "to": who.id, "place": place.channel, "thread": place.thread, "re": about}
            line |= shape.card(card)
            if tip is not None:
                line |= {"pattern": tip.pattern, "quote": tip.quote}
        case Replace(place=place, card=card, key=key):
            line = {"do": "replace", "of": stage.cards.get(key), "place": place.channel} | shape.card(card)
        case Withdraw(key=key):
            line = {"do": "withdraw", "of": stage.cards.get(key)}
        case ShowHome(who=who, card=card):
            line = {"do": "home", "to": who.id} | shape.card(card)
        case Share(who=who, place=place, name=name, content=content, holds=holds):
            line = {"do": "share", "to": who.id, "place": place.channel, "name": name, "holds": holds, "text": content}
        case Attach(to=to, place=place, name=name, content=content, note=said):
            line = {"do": "attach", "of": stage.cards.get(to), "place": place.channel, "name": name, "note": said}
            line |= {"text": content}
    card_shown = getattr(effect, "card", None)
    shown = _print(
        stage, line, effect.place, {b.name: b for b in shape.buttons(card_shown.parts if card_shown else ())}
    )
    if isinstance(effect, Say | Whisper):
        stage.cards[effect.key] = shown.number
    return shown.number


def answer(stage: Stage, given: Answer, event: Asked, of: int | None, re: str | None = None) -> None:
    """Print an answer to what somebody asked, with the command `re` or on the effect `of`."""
    where: dict[str, Any] = {"to": event.who.id, "place": event.place.channel, "re": re, "of": of}
    buttons: dict[str, Button] = {}
    form: Form | None = None
    line: dict[str, Any]
    match given:
        case OpenForm(form=opened):
            form, line = opened, {"do": "form"} | where | shape.form(opened)
            buttons = {b.name: b for b in shape.buttons(opened.parts)}
        case Reply(card=card):
            line = {"do": "whisper"} | where | shape.card(card)
            buttons = {b.name: b for b in shape.buttons(card.parts)}
        case Update(card=card):
            line = {"do": "replace"} | where | shape.card(card)
            buttons = {b.name: b for b in shape.buttons(card.parts)}
        case Refusal(reasons=reasons):
            line = {"do": "refused"} | where | {"reasons": dict(reasons)}
    _print(stage, line, event.place, buttons, form)


def _print(
    stage: Stage, line: Mapping[str, Any], place: Place, buttons: dict[str, Button], form: Form | None = None
) -> Shown:
    shown = Shown(len(stage.shown) + 1, place, buttons, form)
    stage.shown.append(shown)
    head = {"effect": shown.number, "at": stage.now.astimezone(stage.zone).isoformat()}
    stage.out(head | {name: value for name, value in line.items() if value is not None})
    return shown
