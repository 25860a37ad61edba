"""What follows on a demo: the client is asked for a verdict, and both sides agree on a round of tests."""

from collections.abc import Iterable, Mapping, Sequence

from handlers import phrases
from handlers.meetings import preparing
from handlers.register import card, filing, notices
from handlers.turn import Turn
from handlers.vocabulary import ButtonPress, Effect, Submission
from storage import members, projects
from storage.tables import Item, Meeting, Member

JUDGES = ("product_owner", "key_user", "it", "contract")
"""Roles of the client that are asked for a verdict; the first that is taken."""


def over(turn: Turn, meeting: Meeting) -> None:
    """A demo is over: what it was to show stands fast. Where nothing was handed in it is judged as a whole."""
    item = meeting.item
    whole = phrases.everyone(item.project).say("meeting.as_a_whole")
    item.words = {**item.words, "criteria": "\n".join(preparing.shown(turn, meeting)) or whole}


def ask_again(turn: Turn, item: Item) -> Iterable[Effect]:
    """Nobody gave a verdict yet: ask for it once more."""
    if "verdict" not in item.words:
        yield from ask(turn, item, "verdict_again", at_once=True)


def ask(turn: Turn, item: Item, how: str = "verdict", *, at_once: bool) -> Iterable[Effect]:
    """Ask the client for a verdict, in private: now, or in their morning; `how` is the notice it is."""
    for member in _judges(members.of(turn.db, item.project)):
        yield from notices.tell(turn, item, member, how, at_once=at_once)


def _judges(everyone: Sequence[Member]) -> list[Member]:
    side = [each for each in everyone if each.side == "client"]
    found = next((held for role in JUDGES if (held := [each for each in side if each.role == role])), [])
    return found or [each for each in side if each.role is not None] or side


def test_round(
    turn: Turn, event: ButtonPress | Submission, item: Item, member: Member, words: Mapping[str, str]
) -> Iterable[Effect]:
    """A round of tests that was agreed becomes a request to the other side."""
    channel = projects.channel(turn.db, item.tenant, item.channel)
    if channel is None:
        return
    book = phrases.everyone(item.project)
    helped = "helped" if words.get("help") else "alone"
    what = book.say(
        f"meeting.test.{helped}", testers=words["testers"], tested=words["tested"], help=words.get("help", "")
    )
    filled = {
        "what": what,
        "why": book.say("meeting.test.why", code=card.code(item)),
        "date": words["until"],
        "otherwise": book.say("meeting.test.otherwise"),
    }
    request = filing.promised(turn, event, channel, member, filled, "request")
    codes = [code for code in (item.words.get("tests", ""), card.code(request)) if code]
    item.words = {**item.words, "tests": ", ".join(codes)}
    yield from filing.shown(turn, request, member, event)
