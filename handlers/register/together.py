"""Putting together what looks alike: two become one on a click; complaints are shown side by side, with a trend."""

from collections.abc import Iterable
from datetime import timedelta

from handlers import phrases
from handlers.register import alike, card, filing, finding, likeness, steps, taking
from handlers.register.kinds import KINDS, OVER
from handlers.roster import row_named
from handlers.turn import Turn
from handlers.vocabulary import Button, ButtonPress, Buttons, Card, Effect, OpenForm, Part, Refused, Reply, Text, Update
from storage import items
from storage.tables import Item

LISTED = 10
"""Items that are shown together at most."""
MONTH = timedelta(days=30)


def same(event: ButtonPress, turn: Turn) -> Iterable[Effect]:
    """The newer of the two becomes part of the older; both say so, and so do their histories."""
    newer_id, older_id = _two(event)
    if older_id >= newer_id:
        raise Refused({"": "register.refused.gone"})
    # The older one first, always: of two who do this at once, the second waits.
    older = items.by_id(turn.db, event.place.tenant, older_id)
    newer, member = finding.theirs(turn, event, str(newer_id))
    steps.check_keeping(turn, newer.project)
    belongs = older is not None and (older.project_id, older.kind, older.side) == (
        newer.project_id,
        newer.kind,
        newer.side,
    )
    if older is None or not belongs:
        raise Refused({"": "register.refused.gone"})
    step = KINDS[newer.kind].step("same", newer.state)
    if step is None or (older.kind, older.state) in OVER:
        raise Refused({"": "register.refused.changed"})
    into = card.code(older)
    taking.take(turn, newer, member, step, {"into": into})
    for each in [newer, *alike.merged(turn, newer)]:
        # What was part of the newer one goes along.
        each.words = {**each.words, "into": into}
    joined = [code for code in (older.words.get("joined"), newer.words.get("joined"), card.code(newer)) if code]
    older.words = {**older.words, "joined": ", ".join(joined)}
    items.happened(turn.db, older, member, "joined", {"with": card.code(newer)}, turn.now)
    yield from card.again(turn, newer)
    yield from card.again(turn, older)
    book = phrases.reader(member)
    told = "merged" if newer.receipt is None else "merged_for_others"
    yield Update(phrases.note(book, f"alike.{told}", newer=card.code(newer), older=into))


def not_same(event: ButtonPress, turn: Turn) -> Iterable[Effect]:
    """They stay apart."""
    newer_id, _ = _two(event)
    newer, member = finding.theirs(turn, event, str(newer_id))
    yield Update(phrases.note(phrases.reader(member), "alike.apart", code=card.code(newer)))


def _two(event: ButtonPress) -> tuple[int, int]:
    newer, _, older = event.about.partition(" ")
    return row_named(newer), row_named(older)


def shown(event: ButtonPress, turn: Turn) -> Iterable[Effect]:
    """A complaint with all that look like it, and in plain numbers whether there are more of them than before."""
    item, member = finding.theirs(turn, event, event.about)
    _complaint(item)
    book, all_alike = phrases.reader(member), [item, *likeness.like(turn, item, over=True)]
    lately = sum(turn.now - each.created_at <= MONTH for each in all_alike)
    before = sum(MONTH < turn.now - each.created_at <= 2 * MONTH for each in all_alike)
    title = book.say("alike.together", count=str(len(all_alike)))
    parts: list[Part] = [Text(title, "heading")]
    parts += [Text(card.line(book, each)) for each in sorted(all_alike, key=lambda each: each.id)[-LISTED:]]
    parts.append(Text(book.say("alike.trend", lately=str(lately), before=str(before))))
    parts.append(Buttons((Button("improve", book.say("alike.button.improve"), str(item.id)),)))
    yield Reply(Card(title, tuple(parts)))


def improve(event: ButtonPress, turn: Turn) -> Iterable[Effect]:
    """Open the form of an improvement, with the complaints that it comes from."""
    item, member = finding.theirs(turn, event, event.about)
    _complaint(item)
    kind, book = KINDS["improvement"], phrases.reader(member)
    filing.allowed(turn, kind, member)
    codes = [card.code(each) for each in [item, *likeness.like(turn, item, over=True)][:LISTED]]
    what = book.say("alike.improve", codes=", ".join(codes), title=card.title(book, item))
    yield OpenForm(filing.form(turn, kind, member, {"what": what}, filing.Source(str(item.project_id))))


def _complaint(item: Item) -> None:
    if item.kind != "complaint":
        raise Refused({"": "register.refused.gone"})
