"""A meeting that falls out too often is a matter for the level above: on the agenda there, or told to who is there."""

from collections.abc import Iterable, Sequence

from handlers import phrases, roster
from handlers.meetings import rights
from handlers.meetings.kinds import KINDS, FallsOut
from handlers.register import notices
from handlers.register.kinds import MAY_COMMIT
from handlers.turn import Turn
from handlers.vocabulary import Button, Buttons, Card, Effect, Part, Text
from prompts import Phrasebook
from storage import meetings, members
from storage.tables import Meeting, Member, Series

OUT = {"called_off", "fallen"}


def too_often(turn: Turn, series: Series) -> FallsOut | None:
    """What is said of it, where a series fell out so often in a row that this is for the level above."""
    rule = KINDS[series.kind].falls_out
    if rule is None:
        return None
    states = meetings.last_states(turn.db, series, turn.now, rule.times)
    return rule if len(states) == rule.times and set(states) <= OUT else None


def in_words(book: Phrasebook, series: Series, rule: FallsOut) -> str:
    """That it fell out, and how often."""
    return notices.fell_out(book, series.kind, rule.times)


def told(turn: Turn, meeting: Meeting) -> Iterable[Effect]:
    """A meeting fell out: both sponsors hear of it, or where nobody meets at the level above, who may commit.

    Where there is such a meeting it stands on its agenda, and nobody is told apart.
    """
    series = meeting.series
    rule = too_often(turn, series)
    going_on = {each.kind for each in meetings.series(turn.db, series.project)}
    if rule is None or rule.to in going_on:
        return
    for member in _above(turn, series, ("sponsor",) if rule.to == "sponsors" else MAY_COMMIT):
        shown = _card(turn, series, rule, member)
        key = f"fell_out:{meeting.item_id}:{meeting.sequence}:{member.id}"
        yield from notices.or_held(turn, meeting.item, member, f"fell_out:{rule.times}", shown, key)


def _above(turn: Turn, series: Series, roles: Sequence[str]) -> list[Member]:
    """Of each side who has one of these roles; where nobody has, who speaks for that side."""
    everyone, found = members.of(turn.db, series.project), []
    for side in ("supplier", "client"):
        there = [each for each in everyone if each.side == side and each.role in roles]
        found += there or [each for each in roster.spokespeople(turn, series.project) if each.side == side]
    return found


def _card(turn: Turn, series: Series, rule: FallsOut, member: Member) -> Card:
    book = phrases.reader(member)
    summary = in_words(book, series, rule)
    parts: list[Part] = [
        Text(book.say("register.only_you"), "note"),
        Text(summary),
        Text(book.say("meetings.fell_out_now")),
    ]
    if rights.may(turn, "extra", member, (series.kind,)):
        name = book.say(f"meetings.kind.{series.kind}")
        about = f"{series.project_id} {series.id}"
        parts.append(Buttons((Button("extra", book.say("meetings.running.extra", name=name), about),)))
    return Card(summary, tuple(parts))
