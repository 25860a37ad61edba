"""What an item looks like: to everyone in the channel, and to somebody for whom it waits."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from handlers import clocks, dates, phrases
from handlers.register import address, answers, attendance, criteria, ladder, likeness, rungs, steps, verdicts
from handlers.register.kinds import KINDS, OVER, UNSEEN, Blank
from handlers.turn import Turn
from handlers.vocabulary import Button, Buttons, Card, Effect, Facts, Part, Place, Replace, Text, Words
from prompts import Phrasebook
from storage import items, meetings, members, projects
from storage.tables import Entry, Item, Member

PRIVATE = "private"
"""Behind the number in what a button is for: it stands on somebody's own copy of the card."""
LISTED = "listed"
"""The same, in a list of several: what comes of a press must not take its place."""
LACKS = ("missing", "preparing")
"""What only matters as long as a meeting is still to come."""
TITLE = 80
"""Letters of the first field that serve as a title."""


def key(item: Item) -> str:
    """Our name of the card in the channel."""
    posted = item.words.get("posted", "")
    return f"item:{item.id}:{posted}" if posted else f"item:{item.id}"


def code(item: Item) -> str:
    """What people call it: FB-12."""
    return f"{KINDS[item.kind].code}-{item.number}"


def title(book: Phrasebook, item: Item) -> str:
    """Its first words, on one line; of a meeting what kind it is."""
    if item.kind == "meeting":
        return book.say(f"meetings.kind.{item.words['kind']}")
    return answers.cut(item.words.get("what", ""), TITLE)


def place(item: Item) -> Place:
    """The channel or thread in which its card stands."""
    platform, _, team = item.tenant.partition(":")
    return Place(platform, team, item.channel, item.thread)


def public(turn: Turn, item: Item) -> Card:
    """The card that both sides see."""
    book = phrases.everyone(item.project)
    names = {
        step.name: step
        for step in KINDS[item.kind].steps
        if item.state in step.before and steps.of_kind(item, step) and not step.elsewhere
    }
    buttons = [
        Button(step.name, step_label(book, item, step.name), str(item.id), menu=step.menu)
        for step in names.values()
        if step.name != "can" or attendance.absent(turn, item)
    ]
    if item.kind == "complaint" and likeness.like(turn, item, over=True):
        buttons.append(Button("together", book.say("alike.button.together"), str(item.id), menu=True))
    if item.kind == "meeting" and item.state == "planned":
        url = address.of_meeting(turn, item)
        buttons += _to_write(turn, book, item)
        buttons.insert(0, Button("to_calendar", book.say("meetings.calendar.take"), str(item.id), url=url))
    return _card(turn, book, item, buttons, None)


def _to_write(turn: Turn, book: Phrasebook, item: Item) -> Iterable[Button]:
    """Of each earlier meeting that its agenda says has no minutes: a button to write them."""
    rows = [int(row) for row in item.words.get("unwritten", "").split()]
    for earlier in items.at_rows(turn.db, item.tenant, rows) if rows else ():
        if earlier.state == "over":
            label = book.say("meetings.write_minutes", code=code(earlier))
            yield Button("record", label, f"{earlier.id} {LISTED}", menu=True)


def own(turn: Turn, item: Item, member: Member) -> Card:
    """The same as one person sees it: with only the buttons that are theirs."""
    book = phrases.reader(member)
    buttons = [*own_buttons(turn, book, item, member), *ladder.buttons(book, item, member)]
    more = [*ladder.parts(turn, book, item, member), *criteria.parts(book, item, member)]
    return _card(turn, book, item, buttons, member, more)


def own_buttons(turn: Turn, book: Phrasebook, item: Item, member: Member, where: str = PRIVATE) -> list[Button]:
    """What somebody can do with an item; `where` is what it stands on, PRIVATE or LISTED."""
    about = f"{item.id} {where}"
    return [
        Button(
            step.name, step_label(book, item, step.name), about, menu=step.menu, confirm=_sure(book, item, step.name)
        )
        for step in steps.possible(item, member, members.of(turn.db, item.project))
        if not step.elsewhere and (step.name != "can" or attendance.is_absent(turn, item, member))
    ]


def _sure(book: Phrasebook, item: Item, step: str) -> str | None:
    """What is asked before a step that cannot be taken back, if anything."""
    key = f"{item.kind}.sure.{step}"
    return book.say(key) if book.has(key) else None


def step_label(book: Phrasebook, item: Item, step: str) -> str:
    """What the button of a step says, and its form is called."""
    own_words = f"{item.kind}.step.{step}"
    return book.say(own_words if book.has(own_words) else f"register.step.{step}")


def submit_label(book: Phrasebook, item: Item, step: str) -> str:
    """What the button says that sends the form of a step."""
    own_words = (f"{item.kind}.submit.{step}", f"register.submits.{step}")
    return book.say(next((key for key in own_words if book.has(key)), "register.save"))


def line(book: Phrasebook, item: Item) -> str:
    """An item in one line, as it stands in lists."""
    # A sentence of somebody goes on here.
    said = title(book, item)
    said = said[:-1] if said.endswith(".") and not said.endswith("..") else said
    return book.say("register.line", code=code(item), title=said, state=state(book, item))


def state(book: Phrasebook, item: Item) -> str:
    """How it stands, in words."""
    name = book.say(f"{item.kind}.state.{item.state}")
    return f"{ladder.name(book, item)}: {name}" if rungs.rung(item) else name


def _card(
    turn: Turn, book: Phrasebook, item: Item, buttons: list[Button], reader: Member | None, more: Iterable[Part] = ()
) -> Card:
    name = title(book, item) if item.kind == "meeting" else book.say(f"{item.kind}.name")
    heading = f"{code(item)} · {phrases.titled(name)}"
    parts: list[Part] = [Text(heading, "heading"), Facts(tuple(_facts(turn, book, item, reader)))]
    parts += [*_lines(turn, book, item, reader), *more]
    if KINDS[item.kind].contract:
        parts.append(Text(book.say("register.footer"), "note"))
    if buttons:
        parts.append(Buttons(tuple(buttons)))
    return Card(f"{code(item)}: {title(book, item)} ({state(book, item)})", tuple(parts))


def _told(item: Item) -> Iterable[tuple[Blank, str]]:
    """What was filled in, but for what a meeting has no use for any more: its agenda has, until there are minutes."""
    past: tuple[str, ...] = ()
    if item.kind == "meeting" and item.state != "planned":
        past = LACKS if item.state == "over" else (*LACKS, "agenda")
    past += ("criteria",) if "verdict" in item.words else ()
    for blank in KINDS[item.kind].blanks:
        if blank.name not in past:
            yield blank, item.words.get(blank.name, "")


def _clock(turn: Turn, item: Item, reader: Member | None) -> ZoneInfo:
    """By whose clock it is read: somebody's own, and by all that of the series of a meeting."""
    if reader is not None:
        return phrases.zone_of(reader)
    meeting = meetings.of_item(turn.db, item) if item.kind == "meeting" else None
    return ZoneInfo(meeting.series.zone if meeting is not None else item.project.zone)


def _lines(turn: Turn, book: Phrasebook, item: Item, reader: Member | None) -> Iterable[Part]:
    """What takes more than a line, with its name above it."""
    for blank, value in _told(item):
        if value and blank.type == "lines":
            yield Text(label(book, item.kind, blank.name), "heading")
            said = clocks.read(item.words, blank.name, _clock(turn, item, reader))
            yield Text(verdicts.shown(turn, book, item) if blank.name == "verdict" else said)


def _facts(turn: Turn, book: Phrasebook, item: Item, reader: Member | None) -> Iterable[tuple[str, Words]]:
    zone = _clock(turn, item, reader)
    yield book.say("register.state"), state(book, item)
    for blank, value in _told(item):
        named = item.kind == "meeting" and blank.name == "what"
        if value and not named and blank.type not in ("date", "person", "lines"):
            at = datetime.fromisoformat(value) if blank.type == "moment" and reader is None else None
            said = shown(book, item.kind, blank, value, zone)
            name = label(book, item.kind, blank.name)
            yield name, said if at is None else clocks.everyone(turn, item.project, at, zone)
    if item.kind == "meeting":
        yield from _of_meeting(turn, book, item)
    for name, row in _people(item):
        person = members.by_id(turn.db, item.tenant, row) if row is not None else None
        if person is not None:
            yield _as(book, item, name), (phrases.person(person),)
    if item.words.get("via") == "link":
        told = "via_link" if item.words.get("behalf") else "via_link_anonymous"
        yield _as(book, item, "author"), book.say(f"register.{told}")
    if item.due_on is not None and item.kind != "meeting":
        yield book.say(f"register.due.{item.words.get('kind', item.kind)}"), day(book, item.due_on)
    if item.moved:
        yield book.say("register.moved"), book.say("register.times", count=str(item.moved))
    yield from answers.told(turn, book, item)
    for name in ("touches", "into", "joined"):
        if item.words.get(name):
            yield book.say(f"register.{name}"), item.words[name]
    if item.reference is not None:
        yield book.say("register.reference"), " · ".join(item.reference.split("\n"))
    if own := items.notes(turn.db, item, "own_reference"):
        yield book.say("register.own_reference"), _elsewhere(own[-1])
    if item.level != "operational" and (item.kind, item.state) not in OVER:
        yield book.say("register.level"), book.say(f"register.levels.{item.level}")
    if notes := items.notes(turn.db, item, "contest"):
        yield book.say("register.contested"), _contested(book, notes)
    if item.words.get("original"):
        yield book.say("register.original"), book.say(f"register.{item.words['original']}")


def _elsewhere(note: Entry) -> str:
    """Under which number the side that something is done for knows it."""
    return " · ".join(note.words[part] for part in ("system", "number", "link") if note.words.get(part))


def _of_meeting(turn: Turn, book: Phrasebook, item: Item) -> Iterable[tuple[str, Words]]:
    """Who cannot come, who judged, and why it does not take place where no person said so."""
    yield from attendance.facts(turn, book, item)
    if "verdict" in item.words:
        yield label(book, item.kind, "judge"), verdicts.people(turn, book, item)
    if item.state == "called_off" and item.words.get("off"):
        yield book.say("meeting.why_off"), book.say(f"meeting.off.{item.words['off']}")


def _contested(book: Phrasebook, notes: list[Entry]) -> str:
    """The last note of what a side sees otherwise, and how many there are."""
    short = answers.cut(notes[-1].words["note"])
    line = book.say("register.contested_by", side=book.say(f"consent.side.{notes[-1].side or 'unknown'}"), note=short)
    return line if len(notes) == 1 else book.say("register.contested_more", line=line, count=str(len(notes)))


def _people(item: Item) -> list[tuple[str, int | None]]:
    """Who is named on a card, and as what."""
    named = [("author", item.author_id), ("owner", item.owner_id)]
    return [*named, ("second", item.second_id)] if item.kind == "improvement" else named


def label(book: Phrasebook, kind: str, name: str) -> str:
    """What a field is called where nobody is asked anything: on a card, in the dossier."""
    return book.say(f"{kind}.label.{name}")


def _as(book: Phrasebook, item: Item, name: str) -> str:
    """As what somebody is named: who reported, proposed or asked it."""
    own = f"{item.kind}.label.{name}"
    return book.say(own if book.has(own) else f"register.{name}")


def shown(book: Phrasebook, kind: str, blank: Blank, value: str, zone: ZoneInfo) -> str:
    """What was filled in, as people read it by the clock of `zone`."""
    if blank.type == "moment":
        return dates.moment_in_words(datetime.fromisoformat(value), book.language, zone)
    return book.say(f"{kind}.choice.{blank.name}.{value}") if blank.type == "choice" else value


def day(book: Phrasebook, written: str) -> str:
    """A day in full: vrijdag 5 maart 2027."""
    return dates.in_words(date.fromisoformat(written), book.language)


def again(turn: Turn, item: Item) -> Iterable[Effect]:
    """Show in the channel how it stands now, if the bot is still there."""
    hidden = KINDS[item.kind].quiet or item.state in UNSEEN
    channel = projects.channel(turn.db, item.tenant, item.channel) if not hidden else None
    if channel is not None and channel.left_at is None and channel.halted is None:
        yield Replace(place(item), public(turn, item), key(item))


def direct(item: Item) -> Place:
    """Where somebody is told of it in private."""
    channel = place(item)
    return Place(channel.platform, channel.team, channel.channel, None, direct=True)
